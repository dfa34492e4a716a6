//! Describes a catalog as data: for each tool its code, its arguments and its schemas, next to the
//! report. Programs that show a catalog to people read it.

use std::collections::BTreeMap;

pub use toolsmith_dialect::argument_location::ArgumentLocation;

use crate::digest::{Lookup, emit_tool_code};
use crate::lower::Lowered;
use crate::model::{Operation, Repetition, Resource, Response};
use crate::options::Options;
use crate::report::Report;
pub use crate::route::Route;

/// A description of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The title: `The Auth API`.
    pub title: String,
    /// The path of the catalog's module in Rust: `generated::the_auth_api`.
    pub path: String,
    /// The report on the catalog, with the type of each place.
    pub report: Report,
    /// The tools that [`Report::tools`] lists, in the same order.
    pub tools: Vec<ToolOverview>,
}

/// A description of a tool, without the parts that its report has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolOverview {
    /// The name by which a model calls it.
    pub name: String,
    /// The title for people.
    pub title: String,
    /// The handle that has the method: `api_keys`. Empty for a method of the client itself.
    pub handle: String,
    /// The name of the resource in sentences: `API keys`.
    pub resource_title: String,
    /// The method: `list`.
    pub method: String,
    /// The tags in the catalog.
    pub tags: Vec<String>,
    /// The note of `#[deprecated]`.
    pub deprecated: Option<String>,
    /// `true` if a second call with the same arguments changes nothing more.
    pub is_idempotent: bool,
    /// `true` if the result is a list that is read page by page.
    pub is_listing: bool,
    /// The call in Rust, with a type in place of each value.
    pub code: String,
    /// The definitions of the types in the call, as in a digest.
    pub types: String,
    /// The arguments, the required ones first.
    pub arguments: Vec<ArgumentOverview>,
    /// The identifiers in the result: a JSON pointer into one record, and the Rust type.
    pub gives: Vec<(String, String)>,
    /// The schema of the query as compact JSON; empty without one.
    pub query_schema: String,
    /// The schema of the body as compact JSON; empty without one.
    pub body_schema: String,
    /// The schema of one record as compact JSON; empty without one.
    pub response_schema: String,
}

/// An argument of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentOverview {
    /// The name on the wire.
    pub name: String,
    /// `true` if the argument must be present.
    pub is_required: bool,
    /// The location in the request.
    pub location: ArgumentLocation,
    /// `true` if the overlay marks it as a secret.
    pub is_secret: bool,
}

/// Describes a lowered catalog.
pub(crate) fn describe(lowered: Lowered, options: &Options) -> Overview {
    let Lowered { api, report, .. } = lowered;
    let lookup = Lookup::new(&api, options);
    let in_resources = api.resources.iter().flat_map(|resource| {
        let operations = resource.operations.iter();
        operations.map(move |operation| (Some(resource), operation))
    });
    let in_client = api.operations.iter().map(|operation| (None, operation));
    let mut tools: BTreeMap<&str, ToolOverview> = in_resources
        .chain(in_client)
        .map(|(resource, operation)| {
            let described = describe_tool(&lookup, resource, operation);
            (operation.tool.name.as_str(), described)
        })
        .collect();
    let listed = report.tools.iter();
    let tools = listed.filter_map(|tool| tools.remove(tool.name.as_str()));
    Overview {
        title: api.title.clone(),
        path: lookup.ctx.path.clone(),
        tools: tools.collect(),
        report,
    }
}

fn describe_tool(
    lookup: &Lookup<'_>,
    resource: Option<&Resource>,
    operation: &Operation,
) -> ToolOverview {
    let tool = &operation.tool;
    let handle = resource.map(|resource| resource.accessor.to_string());
    let receiver = match &handle {
        Some(handle) => format!("client.{handle}()"),
        None => "client".to_owned(),
    };
    let code = emit_tool_code(lookup, &receiver, operation);
    let gives = tool.gives.iter();
    ToolOverview {
        name: tool.name.clone(),
        title: tool.title.clone(),
        handle: handle.unwrap_or_default(),
        resource_title: resource.map_or_else(String::new, |resource| resource.title.clone()),
        method: operation.method.to_string(),
        tags: tool.tags.clone(),
        deprecated: operation.deprecated.clone(),
        is_idempotent: tool.repetition == Repetition::Harmless,
        is_listing: matches!(operation.response, Response::Listing(_)),
        code: code.call,
        types: code.types,
        arguments: describe_arguments(operation),
        gives: gives
            .map(|id| (id.pointer.clone(), id.kind.to_string()))
            .collect(),
        query_schema: tool.query_schema.clone(),
        body_schema: tool.body_schema.clone(),
        response_schema: tool.response_schema.clone(),
    }
}

fn describe_arguments(operation: &Operation) -> Vec<ArgumentOverview> {
    let fields = operation.request.fields.iter();
    let arguments = fields.map(|field| ArgumentOverview {
        name: field.wire.clone(),
        is_required: field.presence.is_required(),
        // A field of an object inside the arguments is sent where they are.
        location: field.location.unwrap_or(ArgumentLocation::Body),
        is_secret: field.is_secret,
    });
    arguments.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{AccountSettings, CatalogSource, Identifiers, Selection, UnreadableTools};
    use crate::{CatalogInput, Generator, SourceText};

    fn overview_of(text: &str, source: CatalogSource) -> Overview {
        let input = CatalogInput {
            name: "demo".to_owned(),
            snapshot: SourceText {
                file: "demo.json".to_owned(),
                text: text.to_owned(),
            },
            overlay: None,
            lock: None,
            tombstones: None,
            source,
            identifiers: Identifiers::Typed,
            unreadable: UnreadableTools::Refused,
            selection: Selection::default(),
        };
        let options = Options::default();
        let generator = Generator::new(&[input], &options.layout).unwrap();
        generator.overviews(&options).remove(0)
    }

    #[test]
    fn describes_each_tool_in_the_order_of_the_report() {
        let text = include_str!("../../catalogs/the_auth_api.json");
        let found = overview_of(text, CatalogSource::Truto(AccountSettings::default()));
        let names = |tools: &[String]| tools.join(" ");
        let described: Vec<String> = found.tools.iter().map(|tool| tool.name.clone()).collect();
        let reported: Vec<String> = found
            .report
            .tools
            .iter()
            .map(|tool| tool.name.clone())
            .collect();
        assert_eq!(described.len(), 46);
        assert_eq!(names(&described), names(&reported));
        let update = "update_a_the_auth_api_api_key_by_id";
        let update = found.tools.iter().find(|tool| tool.name == update).unwrap();
        assert_eq!(update.handle, "api_keys");
        assert_eq!(update.resource_title, "API keys");
        assert!(
            update.code.contains("client.api_keys().update(request)"),
            "{}",
            update.code
        );
        assert!(update.types.contains("struct ApiKey {"), "{}", update.types);
        let id = &update.arguments[0];
        assert_eq!(
            (id.location, id.is_required),
            (ArgumentLocation::Path, true)
        );
        assert!(
            update
                .arguments
                .iter()
                .any(|argument| argument.location == ArgumentLocation::Body)
        );
    }

    #[test]
    fn the_arguments_of_a_function_are_in_its_body() {
        let text = r#"{"tools": [{"name": "add", "inputSchema": {"type": "object",
            "properties": {"a": {"type": "integer"}}, "required": ["a"]}}]}"#;
        let found = overview_of(text, CatalogSource::Functions);
        let [tool] = found.tools.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!((tool.handle.as_str(), tool.method.as_str()), ("", "add"));
        let [a] = tool.arguments.as_slice() else {
            panic!("{tool:?}");
        };
        assert_eq!((a.location, a.is_required), (ArgumentLocation::Body, true));
    }
}
