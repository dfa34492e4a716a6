//! A complete program that makes one call, to paste into a new project.

use std::collections::BTreeSet;

use crate::emit::ctx::Ctx;
use crate::emit::example::{rank, required};
use crate::ident::Ident;
use crate::model::{
    Field, Operation, Response, StructFields, TypeRef, UnionVariant, constructor_arguments,
};
use crate::options::CatalogSource;

/// Maximum depth of values inside of values.
const MAX_DEPTH: usize = 4;

/// Emits the program, or `None` if the catalog has no tool. Arguments are placeholders; a tool whose
/// arguments are simple is preferred. If no tool has arguments that can be written down, they are
/// parameters of a function.
pub(crate) fn emit_first_program(ctx: &Ctx<'_>) -> Option<Vec<String>> {
    let resources = ctx.api.resources.iter().flat_map(|resource| {
        let handle = format!("{}().", resource.accessor);
        let operations = resource.operations.iter();
        operations.map(move |operation| (handle.clone(), operation))
    });
    let client_methods = ctx.api.operations.iter();
    let operations: Vec<(String, &Operation)> = resources
        .chain(client_methods.map(|operation| (String::new(), operation)))
        .filter(|(_, operation)| operation.removal.is_none())
        .collect();
    let written = operations
        .iter()
        .filter_map(|(handle, operation)| Some((handle, *operation, Call::new(ctx, operation)?)))
        .min_by_key(|(_, operation, _)| rank(operation));
    if let Some((handle, operation, call)) = written {
        return Some(call.program(ctx, handle, operation));
    }
    let (_, operation) = operations
        .iter()
        .min_by_key(|(_, operation)| rank(operation))?;
    Some(with_json(ctx, operation))
}

/// A call with placeholders for its arguments.
struct Call {
    /// The names of the catalog that it needs.
    imports: BTreeSet<String>,
    arguments: Vec<String>,
}

impl Call {
    /// Writes the arguments down, or returns `None` if that is not possible.
    fn new(ctx: &Ctx<'_>, operation: &Operation) -> Option<Self> {
        let mut values = Values {
            ctx,
            imports: BTreeSet::from(["Client".to_owned(), operation.request.name.to_string()]),
        };
        let arguments = required(operation)
            .into_iter()
            .map(|field| values.argument(field, 0))
            .collect::<Option<Vec<String>>>()?;
        Some(Self {
            imports: values.imports,
            arguments,
        })
    }

    fn program(self, ctx: &Ctx<'_>, handle: &str, operation: &Operation) -> Vec<String> {
        let name = &operation.request.name;
        let arguments = self.arguments.join(", ");
        let call = format!(
            "client.{handle}{}({name}::new({arguments}))",
            operation.method
        );
        let [result, show] = match (&ctx.api.source, &operation.response) {
            (_, Response::Listing(_)) => {
                return main(
                    ctx,
                    self.imports,
                    operation,
                    &[
                        format!("let page = {call}.await?;"),
                        "for record in page {".to_owned(),
                        "    println!(\"{:?}\", record?);".to_owned(),
                        "}".to_owned(),
                    ],
                );
            }
            (CatalogSource::Mcp(_), _) => ["result", "println!(\"{}\", result.text());"],
            _ => ["result", "println!(\"{result:?}\");"],
        };
        let call = format!("let {result} = {call}.await?;");
        main(ctx, self.imports, operation, &[call, show.to_owned()])
    }
}

/// Emits a program that calls a tool by its name, with JSON.
fn with_json(ctx: &Ctx<'_>, operation: &Operation) -> Vec<String> {
    let name = &operation.tool.name;
    let imports = BTreeSet::from(["Client".to_owned()]);
    let json = format!("{}::Json", ctx.runtime);
    main(
        ctx,
        imports,
        operation,
        &[
            format!("let arguments: {json} = \"{{}}\".parse()?;"),
            format!("let result = client.call_tool({name:?}, arguments).await?;"),
            "println!(\"{result:?}\");".to_owned(),
        ],
    )
}

fn main(
    ctx: &Ctx<'_>,
    imports: BTreeSet<String>,
    operation: &Operation,
    calls: &[String],
) -> Vec<String> {
    let runtime = &ctx.runtime;
    let mut lines = Vec::new();
    let client = match &ctx.api.source {
        CatalogSource::Truto(_) => "Client::from_env()?",
        CatalogSource::Mcp(Some(_)) => "Client::connect().await?",
        CatalogSource::Mcp(None) => "Client::connect_to(endpoint()).await?",
        CatalogSource::Functions => {
            lines.push(format!(
                "use {runtime}::functions::{{FunctionHandler, HandlerError}};"
            ));
            lines.push(format!("use {runtime}::Json;"));
            "Client::new(Functions)"
        }
    };
    let names: Vec<String> = imports.into_iter().collect();
    let names = match names.as_slice() {
        [only] => only.clone(),
        names => format!("{{{}}}", names.join(", ")),
    };
    lines.push(format!("use {}::{names};", ctx.path));
    lines.push(String::new());
    if matches!(ctx.api.source, CatalogSource::Functions) {
        lines.extend(
            [
                "struct Functions;",
                "",
                "impl FunctionHandler for Functions {",
                "    async fn call(&self, name: &str, arguments: Json) -> Result<Json, HandlerError> {",
                "        Ok(format!(\"{name} with {arguments:?}\").into())",
                "    }",
                "}",
                "",
            ]
            .map(str::to_owned),
        );
    }
    lines.push("#[tokio::main]".to_owned());
    if operation.deprecated.is_some() {
        lines.push("#[expect(deprecated)]".to_owned());
    }
    lines.push("async fn main() -> Result<(), Box<dyn std::error::Error>> {".to_owned());
    lines.push(format!("    let client = {client};"));
    lines.extend(calls.iter().map(|line| format!("    {line}")));
    lines.push("    Ok(())".to_owned());
    lines.push("}".to_owned());
    lines
}

/// Placeholders for values, and the names of the catalog that they need.
struct Values<'a, 'c> {
    ctx: &'a Ctx<'c>,
    imports: BTreeSet<String>,
}

impl Values<'_, '_> {
    /// Returns an argument of a constructor.
    fn argument(&mut self, field: &Field, depth: usize) -> Option<String> {
        if field.presence.is_nullable() {
            let value = self.typed(&field.ty, &field.ident, depth)?;
            return Some(format!("Some({value})"));
        }
        match &field.ty {
            TypeRef::String | TypeRef::Id(_) => Some(format!("{:?}", field.ident.plain())),
            ty => self.typed(ty, &field.ident, depth),
        }
    }

    /// Returns a value of a type, which does not have to be inferred.
    fn typed(&mut self, ty: &TypeRef, name: &Ident, depth: usize) -> Option<String> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(match ty {
            TypeRef::String => format!("{:?}.to_owned()", name.plain()),
            TypeRef::Bool => "true".to_owned(),
            TypeRef::Null => "()".to_owned(),
            TypeRef::Integer => "1_i64".to_owned(),
            TypeRef::Unsigned => "1_u64".to_owned(),
            TypeRef::Number => "1.0_f64".to_owned(),
            TypeRef::Choice(choice) => {
                let variant = &self.ctx.choice(choice)?.variants.first()?.name;
                self.imports.insert(choice.to_string());
                format!("{choice}::{variant}")
            }
            TypeRef::Id(id) => {
                self.imports.insert(id.to_string());
                format!("{id}::from({:?})", name.plain())
            }
            TypeRef::Struct(name) => {
                let fields = self.request_fields(name)?;
                let fields = constructor_arguments(&fields);
                let values = fields
                    .into_iter()
                    .map(|field| self.argument(field, depth + 1))
                    .collect::<Option<Vec<String>>>()?;
                self.imports.insert(name.to_string());
                format!("{name}::new({})", values.join(", "))
            }
            TypeRef::Union(union) => {
                let variant = self.blank_variant(union)?;
                let value = self.typed(&variant.ty, &variant.name, depth + 1)?;
                self.imports.insert(union.to_string());
                format!("{union}::{}({value})", variant.name)
            }
            TypeRef::List(element) => format!("vec![{}]", self.typed(element, name, depth + 1)?),
            TypeRef::OrNull(inner) => format!("Some({})", self.typed(inner, name, depth + 1)?),
            TypeRef::DateTime
            | TypeRef::Date
            | TypeRef::Json
            | TypeRef::Open(_)
            | TypeRef::Map(_)
            | TypeRef::Tuple(_)
            | TypeRef::Boxed(_) => return None,
        })
    }

    fn request_fields(&self, name: &Ident) -> Option<Vec<Field>> {
        let mut structs = self.ctx.api.structs.iter();
        match &structs.find(|item| item.name == *name)?.fields {
            StructFields::Request { fields, .. } => Some(fields.clone()),
            StructFields::Response { .. } => None,
        }
    }

    fn blank_variant(&self, name: &Ident) -> Option<UnionVariant> {
        let mut unions = self.ctx.api.unions.iter();
        let union = unions.find(|union| union.name == *name)?;
        union.variants.get(union.blank).cloned()
    }
}
