//! The example in the documentation of a resource: one call, compiled as a test but not run.

use super::ctx::Ctx;
use super::paths::{CRATE, RUNTIME_MODULE};
use crate::model::{Answer, Field, Need, Operation, Resource, TypeRef};

/// The lines of the example, or `None` if no tool makes one that is easy to read.
pub(crate) fn emit_example(ctx: &Ctx<'_>, resource: &Resource) -> Option<Vec<String>> {
    let operation = resource
        .operations
        .iter()
        .min_by_key(|operation| rank(operation))?;
    let module = format!("{CRATE}::{}", ctx.api.module.as_str());
    let request = &operation.request;
    let mut example = Example::new(ctx, &module);
    let values: Vec<String> = required(operation)
        .map(|field| example.value(field))
        .collect();
    let call = format!(
        "client.{}().{}({}::new({}))",
        resource.accessor,
        operation.method,
        request.name,
        values.join(", ")
    );
    let mut names = vec!["Client", request.name.as_str()];
    names.extend(&example.names);
    names.sort_unstable();
    let parameters = example.parameters.join(", ");
    let mut lines = vec![
        "```no_run".to_owned(),
        format!("# async fn example({parameters}) -> Result<(), {RUNTIME_MODULE}::Error> {{"),
        format!("use {module}::{{{}}};", names.join(", ")),
        String::new(),
        "let client = Client::from_env()?;".to_owned(),
    ];
    if operation.deprecated.is_some() {
        lines.insert(1, "# #[expect(deprecated)]".to_owned());
    }
    lines.push(match operation.answer {
        Answer::Listing(_) => format!("let page = {call}.await?;"),
        Answer::Record(_) => format!("let answer = {call}.await?;"),
        Answer::Deleted => format!("{call}.await?;"),
    });
    lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
    Some(lines)
}

/// The best example comes first: one that reads, works, and needs little.
fn rank(operation: &Operation) -> (bool, u8, usize) {
    let kind = match operation.tool.method.as_str() {
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
        required(operation).count(),
    )
}

fn required(operation: &Operation) -> impl Iterator<Item = &Field> {
    let fields = operation.request.fields.iter();
    fields.filter(|field| field.need == Need::Required)
}

/// What an example needs besides the call.
struct Example<'a> {
    ctx: &'a Ctx<'a>,
    module: &'a str,
    /// Further names that it imports.
    names: Vec<&'a str>,
    /// The parameters of the hidden function around it.
    parameters: Vec<String>,
}

impl<'a> Example<'a> {
    fn new(ctx: &'a Ctx<'a>, module: &'a str) -> Self {
        Self {
            ctx,
            module,
            names: Vec::new(),
            parameters: Vec::new(),
        }
    }

    /// What stands for an argument: the first value of an enum, else a variable.
    fn value(&mut self, field: &Field) -> String {
        let mut ty = field.ty.clone();
        if let TypeRef::Choice(name) = &ty
            && !field.nullable
            && let Some(choice) = self.ctx.choice(name)
            && let Some(variant) = choice.variants.first()
        {
            if !self.names.contains(&choice.name.as_str()) {
                self.names.push(choice.name.as_str());
            }
            return format!("{}::{}", choice.name, variant.name);
        }
        if field.nullable {
            ty = TypeRef::OrNull(Box::new(ty));
        }
        self.parameters
            .push(format!("{}: {}", field.ident, self.path(&ty)));
        field.ident.as_str().to_owned()
    }

    /// The full path of a type, for a hidden line.
    fn path(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::String => "String".to_owned(),
            TypeRef::Bool => "bool".to_owned(),
            TypeRef::Integer => "i64".to_owned(),
            TypeRef::Unsigned => "u64".to_owned(),
            TypeRef::Number => "f64".to_owned(),
            TypeRef::DateTime => format!("{RUNTIME_MODULE}::DateTime"),
            TypeRef::Date => format!("{RUNTIME_MODULE}::Date"),
            TypeRef::Json => format!("{RUNTIME_MODULE}::Json"),
            TypeRef::Id(name) | TypeRef::Choice(name) | TypeRef::Struct(name) => {
                format!("{}::{name}", self.module)
            }
            TypeRef::Open(name) => format!("{RUNTIME_MODULE}::Open<{}::{name}>", self.module),
            TypeRef::List(element) => format!("Vec<{}>", self.path(element)),
            TypeRef::Map(value) => {
                format!("std::collections::BTreeMap<String, {}>", self.path(value))
            }
            TypeRef::OrNull(value) => format!("Option<{}>", self.path(value)),
        }
    }
}
