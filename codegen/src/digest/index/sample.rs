//! The tools and the enum that the examples of the index use.

use crate::digest::lookup::{Lookup, is_list};
use crate::emit::example::rank;
use crate::ident::Ident;
use crate::model::{
    Choice, ChoiceValues, Effect, Operation, Response, TypeRef, constructor_arguments,
};

/// A tool, and how to reach it.
#[derive(Clone, Copy)]
pub(super) struct SampleTool<'a> {
    /// The method of the client that returns the resource; `None` for a tool without resource.
    resource: Option<&'a Ident>,
    pub(super) operation: &'a Operation,
}

impl SampleTool<'_> {
    /// Returns the method as a path: `api_keys().list`.
    pub(super) fn method(&self) -> String {
        let method = &self.operation.method;
        match self.resource {
            Some(resource) => format!("{resource}().{method}"),
            None => method.to_string(),
        }
    }
}

/// The parts of the catalog that the examples of the index use.
pub(super) struct Sample<'a> {
    /// A tool that returns a list.
    pub(super) list: Option<SampleTool<'a>>,
    /// A tool that returns something else.
    pub(super) call: Option<SampleTool<'a>>,
    /// The struct that a response of the first of these consists of.
    pub(super) record: Option<&'a Ident>,
    /// An enum in a record.
    pub(super) choice: Option<&'a Choice>,
}

impl<'a> Sample<'a> {
    /// Chooses the simplest tools.
    pub(super) fn of(lookup: &Lookup<'a>) -> Self {
        let tools = || {
            let usable = tools(lookup).filter(|tool| tool.operation.deprecated.is_none());
            usable.map(|tool| (rank(tool.operation), tool))
        };
        let list = tools()
            .filter(|(_, tool)| is_list(tool.operation) && tool.operation.effect == Effect::Reads);
        let list = list.min_by_key(|(rank, _)| *rank).map(|(_, tool)| tool);
        // A write has more options than a read.
        let call = tools().filter(|(_, tool)| !is_list(tool.operation));
        let call =
            call.min_by_key(|(rank, tool)| (tool.operation.method.plain() != "update", *rank));
        let call = call.map(|(_, tool)| tool);
        let record = list.or(call).and_then(|tool| record(tool.operation));
        Self {
            list,
            call,
            record,
            choice: choice(lookup),
        }
    }
}

/// Returns every tool; those of resources come first.
pub(super) fn tools<'a>(lookup: &Lookup<'a>) -> impl Iterator<Item = SampleTool<'a>> {
    let api = lookup.ctx.api;
    let resources = api.resources.iter().flat_map(|resource| {
        let operations = resource.operations.iter();
        operations.map(|operation| SampleTool {
            resource: Some(&resource.accessor),
            operation,
        })
    });
    let client_methods = api.operations.iter().map(|operation| SampleTool {
        resource: None,
        operation,
    });
    resources.chain(client_methods)
}

/// Returns the struct that a response consists of, or that a list has many of.
pub(super) fn record(operation: &Operation) -> Option<&Ident> {
    match &operation.response {
        Response::Listing(TypeRef::Struct(name)) | Response::Record(TypeRef::Struct(name)) => {
            Some(name)
        }
        _ => None,
    }
}

/// Returns the enum of strings with the fewest values. It has at least two, because the example is a
/// `match`.
fn choice<'a>(lookup: &Lookup<'a>) -> Option<&'a Choice> {
    let choices = lookup.ctx.api.choices.iter();
    let texts = choices.filter(|choice| {
        matches!(choice.values, ChoiceValues::Texts(_)) && choice.variants.len() > 1
    });
    texts.min_by_key(|choice| (choice.variants.len(), &choice.name))
}

/// Returns the arguments of a constructor as literals, or `None` if one has no obvious literal.
pub(super) fn literal_arguments(lookup: &Lookup<'_>, operation: &Operation) -> Option<String> {
    let fields = constructor_arguments(&operation.request.fields);
    let literals = fields.into_iter().map(|field| {
        if field.presence.is_nullable() {
            return Some("None".to_owned());
        }
        Some(match &field.ty {
            TypeRef::String | TypeRef::Id(_) => format!("{:?}", field.wire),
            TypeRef::Bool => "true".to_owned(),
            TypeRef::Integer | TypeRef::Unsigned => "1".to_owned(),
            TypeRef::Number => "1.0".to_owned(),
            TypeRef::DateTime => "\"2026-01-31T12:00:00Z\"".to_owned(),
            TypeRef::Date => "\"2026-01-31\"".to_owned(),
            TypeRef::Choice(name) => {
                let choice = lookup.ctx.choice(name)?;
                let path = &lookup.ctx.path;
                format!("{path}::{name}::{}", choice.variants.first()?.name)
            }
            _ => return None,
        })
    });
    let literals: Option<Vec<String>> = literals.collect();
    literals.map(|literals| literals.join(", "))
}
