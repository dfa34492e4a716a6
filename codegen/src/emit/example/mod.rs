//! Examples for the documentation of a resource or a catalog: one call, compiled as a doctest but
//! not run.

pub(super) mod program;

use std::collections::BTreeSet;

use super::ctx::Ctx;
use crate::model::{Effect, Field, Operation, Resource, Response, TypeRef, constructor_arguments};
use crate::options::CatalogSource;

/// Emits the example of a resource, or `None` if it has no operation.
pub(crate) fn emit_example(ctx: &Ctx<'_>, resource: &Resource) -> Option<Vec<String>> {
    let operation = best(&resource.operations)?;
    Some(emit_call(
        ctx,
        &format!("{}().", resource.accessor),
        operation,
    ))
}

/// Emits the example of a catalog, or `None` if it has no tool.
pub(crate) fn emit_first_example(ctx: &Ctx<'_>) -> Option<Vec<String>> {
    ctx.api
        .resources
        .iter()
        .find_map(|resource| emit_example(ctx, resource))
        .or_else(|| Some(emit_call(ctx, "", best(&ctx.api.operations)?)))
}

/// Wraps the example of a catalog, so that it is compiled only with the feature of its part.
pub(crate) fn emit_within_part(ctx: &Ctx<'_>, mut example: Vec<String>) -> Vec<String> {
    let resource = ctx.resources().map(|(module, _)| module).next();
    let part = resource.or_else(|| Some(best(&ctx.api.operations)?.method.plain()));
    let condition = ctx.parts().of_parts(part);
    if condition.is_always() {
        return example;
    }
    let mut attribute = String::new();
    condition.render(&mut attribute);
    let begin = [
        format!("# {}", attribute.trim_end()),
        "# mod example {".to_owned(),
    ];
    example.splice(1..1, begin);
    let end = example.len().saturating_sub(1);
    example.insert(end, "# }".to_owned());
    example
}

/// Adds a path to imports, and returns its last part.
pub(crate) fn name_import(imports: &mut BTreeSet<String>, path: &str) -> String {
    imports.insert(path.to_owned());
    path.rsplit("::").next().unwrap_or(path).to_owned()
}

fn best(operations: &[Operation]) -> Option<&Operation> {
    let live = operations
        .iter()
        .filter(|operation| operation.removal.is_none());
    live.min_by_key(|operation| rank(operation))
}

/// Emits an example that calls `operation` on `handle`, which is empty or like `api_keys().`.
fn emit_call(ctx: &Ctx<'_>, handle: &str, operation: &Operation) -> Vec<String> {
    let mut example = Example::default();
    let call = format!("{}.await?", example.call(ctx, handle, operation));
    let client = example.client(ctx);
    example.lines(ctx, operation, [&client, &call])
}

/// Ranks operations as examples, best first: not deprecated, reading, with few required arguments.
pub(crate) fn rank(operation: &Operation) -> (bool, u8, usize) {
    let kind = match operation.tool.method.as_str() {
        _ if operation.tool.resource.is_empty() => match operation.effect {
            Effect::Reads => 0,
            Effect::Writes => 1,
            Effect::Destroys => 2,
        },
        "list" => 0,
        "get" => 1,
        "create" => 2,
        "update" => 4,
        "delete" => 5,
        _ => 3,
    };
    (
        operation.deprecated.is_some(),
        kind,
        required(operation).len(),
    )
}

pub(crate) fn required(operation: &Operation) -> Vec<&Field> {
    constructor_arguments(&operation.request.fields)
}

/// The imports and parameters that an example needs.
#[derive(Debug, Default)]
struct Example {
    /// Names of the catalog that the visible part imports.
    shown: BTreeSet<String>,
    /// Names of the catalog that only the hidden function signature needs.
    hidden: BTreeSet<String>,
    /// Names of the runtime.
    runtime: BTreeSet<String>,
    /// The parameters of the function, for arguments that have no obvious value.
    parameters: Vec<String>,
}

impl Example {
    /// Returns the call, without `.await`.
    fn call(&mut self, ctx: &Ctx<'_>, handle: &str, operation: &Operation) -> String {
        self.shown
            .extend(["Client".to_owned(), operation.request.name.to_string()]);
        self.runtime.insert("Error".to_owned());
        let values: Vec<String> = required(operation)
            .into_iter()
            .map(|field| self.value(ctx, field))
            .collect();
        format!(
            "client.{handle}{}({}::new({}))",
            operation.method,
            operation.request.name,
            values.join(", ")
        )
    }

    /// Returns the statement that creates the client.
    fn client(&mut self, ctx: &Ctx<'_>) -> String {
        let constructor = match &ctx.api.source {
            CatalogSource::Truto(_) => "Client::from_env()?",
            CatalogSource::Mcp(Some(_)) => "Client::connect().await?",
            CatalogSource::Mcp(None) => {
                let endpoint = self.name_runtime("mcp::Endpoint");
                self.parameters.push(format!("endpoint: {endpoint}"));
                "Client::connect_to(endpoint).await?"
            }
            CatalogSource::Functions => {
                let handler = self.name_runtime("functions::FunctionHandler");
                self.parameters.push(format!("handler: impl {handler}"));
                "Client::new(handler)"
            }
        };
        format!("let client = {constructor};")
    }

    /// Returns an argument: the first variant of an enum, or a parameter of the function.
    fn value(&mut self, ctx: &Ctx<'_>, field: &Field) -> String {
        if let TypeRef::Choice(name) = &field.ty
            && !field.presence.is_nullable()
            && let Some(choice) = ctx.choice(name)
            && let Some(variant) = choice.variants.first()
        {
            self.shown.insert(name.to_string());
            return format!("{name}::{}", variant.name);
        }
        let inner = self.name_type(&field.ty);
        let ty = if field.presence.is_nullable() {
            format!("Option<{inner}>")
        } else {
            inner
        };
        self.parameters.push(format!("{}: {ty}", field.ident));
        field.ident.to_string()
    }

    /// Returns the type of a parameter, and imports the names in it.
    fn name_type(&mut self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::String => "String".to_owned(),
            TypeRef::Bool => "bool".to_owned(),
            TypeRef::Null => "()".to_owned(),
            TypeRef::Integer => "i64".to_owned(),
            TypeRef::Unsigned => "u64".to_owned(),
            TypeRef::Number => "f64".to_owned(),
            TypeRef::DateTime => self.name_runtime("DateTime"),
            TypeRef::Date => self.name_runtime("Date"),
            TypeRef::Json => self.name_runtime("Json"),
            TypeRef::Id(name)
            | TypeRef::Choice(name)
            | TypeRef::Struct(name)
            | TypeRef::Union(name) => {
                self.hidden.insert(name.to_string());
                name.to_string()
            }
            TypeRef::Open(name) => {
                self.hidden.insert(name.to_string());
                format!("{}<{name}>", self.name_runtime("Open"))
            }
            TypeRef::List(element) => format!("Vec<{}>", self.name_type(element)),
            TypeRef::Map(value) => {
                format!(
                    "std::collections::BTreeMap<String, {}>",
                    self.name_type(value)
                )
            }
            TypeRef::OrNull(value) => format!("Option<{}>", self.name_type(value)),
            TypeRef::Tuple(elements) => {
                let elements: String = elements
                    .iter()
                    .map(|element| self.name_type(element) + ", ")
                    .collect();
                format!("({})", elements.trim_end())
            }
            TypeRef::Boxed(inner) => format!("Box<{}>", self.name_type(inner)),
        }
    }

    fn name_runtime(&mut self, path: &str) -> String {
        name_import(&mut self.runtime, path)
    }

    /// Returns the example as a doctest in Markdown.
    fn lines(
        &self,
        ctx: &Ctx<'_>,
        operation: &Operation,
        [client, call]: [&str; 2],
    ) -> Vec<String> {
        let module = &ctx.path;
        let mut lines = vec![ctx.fence.to_owned()];
        lines.push(format!("# {}", import(&ctx.runtime, &self.runtime)));
        if !self.hidden.is_empty() {
            lines.push(format!("# {}", import(module, &self.hidden)));
        }
        if operation.deprecated.is_some() {
            lines.push("# #[expect(deprecated)]".to_owned());
        }
        let parameters = self.parameters.join(", ");
        lines.push(format!(
            "# async fn example({parameters}) -> Result<(), Error> {{"
        ));
        lines.push(import(module, &self.shown));
        lines.push(String::new());
        lines.push(client.to_owned());
        lines.extend(match &operation.response {
            Response::Listing(_) => vec![
                format!("let page = {call};"),
                "for record in page {".to_owned(),
                "    println!(\"{:?}\", record?);".to_owned(),
                "}".to_owned(),
            ],
            Response::Record(record) => {
                let [variable, show] = show_result(ctx, record);
                vec![format!("let {variable} = {call};"), show.to_owned()]
            }
            Response::Deleted => vec![format!("{call};")],
        });
        lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
        lines
    }
}

/// Returns a name for the result of a call, and a statement that prints it.
fn show_result(ctx: &Ctx<'_>, record: &TypeRef) -> [&'static str; 2] {
    match (&ctx.api.source, record) {
        (CatalogSource::Mcp(_), TypeRef::Json) => ["result", "println!(\"{}\", result.text());"],
        (CatalogSource::Mcp(_), _) => ["result", "println!(\"{:?}\", result.structured()?);"],
        _ => ["record", "println!(\"{record:?}\");"],
    }
}

fn import(module: &str, names: &BTreeSet<String>) -> String {
    match names.first() {
        Some(only) if names.len() == 1 => format!("use {module}::{only};"),
        _ => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("use {module}::{{{}}};", names.join(", "))
        }
    }
}
