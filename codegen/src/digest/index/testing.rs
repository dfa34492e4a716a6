//! Tests without a network.

use super::code::Code;
use super::sample::{Sample, literal_arguments};
use crate::digest::line::shorten;
use crate::digest::lookup::Lookup;
use crate::model::{ArgumentLocation, Operation, Response};
use crate::options::CatalogSource;
use crate::route::Route;

/// The characters of a path.
const MAX_PATH: usize = 160;

/// Emits the section, or `None` if there is nothing to say for this kind of catalog.
pub(super) fn emit_tests(lookup: &Lookup<'_>, sample: &Sample<'_>) -> Option<String> {
    match lookup.ctx.api.source {
        CatalogSource::Truto(_) => emit_memory_transport(lookup, sample),
        CatalogSource::Mcp(_) => {
            Some("A test passes the endpoint of its server to `Client::connect_to`.\n".to_owned())
        }
        CatalogSource::Functions => {
            Some("A test passes another `FunctionHandler` to `Client::new`.\n".to_owned())
        }
    }
}

fn emit_memory_transport(lookup: &Lookup<'_>, sample: &Sample<'_>) -> Option<String> {
    let tool = sample.list.or(sample.call)?;
    let record = sample.record?;
    let operation = tool.operation;
    let mut code = Code::new(lookup)
        .client()
        .other(["serde_json::json"])
        .runtime([
            "Error",
            "values::Example",
            "transport::MemoryTransport",
            "transport::MockResponse",
        ]);
    let record = code.name(record);
    let request = code.name(&operation.request.name);
    let (attribute, parameter, request) = match literal_arguments(lookup, operation) {
        Some(arguments) => (
            "#[tokio::test]\n",
            String::new(),
            format!("{request}::new({arguments})"),
        ),
        None => ("", format!("request: {request}"), "request".to_owned()),
    };
    let (body, end, count) = match operation.response {
        Response::Listing(_) => (
            "{\"result\": [record]}",
            ".collect(10)",
            "assert_eq!(response.items.len(), 1);",
        ),
        _ => ("record", "", "println!(\"{response:?}\");"),
    };
    let route = check_route(operation);
    let method = tool.method();
    code.line(format!(
        "{attribute}async fn runs_without_a_network({parameter}) -> Result<(), Error> {{
    let record = {record}::example(); // required fields are filled; assign the others
    let transport = MemoryTransport::script([
        MockResponse::new(429).header(\"retry-after\", \"1\"), // one response for each attempt
        MockResponse::json(200, &json!({body})),
    ]);
    let client = Client::builder().token(\"t\").account(\"a\").transport(transport.clone()).build()?;
    let response = client.{method}({request}){end}.await?;
    {count}
    let sent = &transport.requests()[1];
    {route}
    let query: Vec<(String, String)> = sent.query_pairs(); // the first names the account
    println!(\"{{query:?}} {{:?}} {{}}\", sent.header(\"accept\"), sent.json()); // the body, as `Json`
    Ok(())
}}

fn other_responses(record: &{record}) -> [MockResponse; 2] {{
    [
        MockResponse::json(200, record), // to a call that is not a list
        MockResponse::remote_error(404, \"not found\"), // of the API: `is_record_not_found()`
    ]
}}"
    ));
    Some(format!(
        "`start_paused` lets `#[tokio::test]` skip waits; it needs the feature `test-util` of `tokio`. After the name of a tool, its page shows the request: `POST /path/{{id}}?name`. Arguments that it does not show are in the query of `GET` and `DELETE`, and in the body of `POST` and `PATCH`.\n\n{}",
        code.render()
    ))
}

/// Returns a check of the route of a call.
fn check_route(operation: &Operation) -> String {
    let route = Route::new(&operation.tool.resource, &operation.tool.method);
    let (method, path) = (route.method, shorten(&route.path, MAX_PATH));
    let mut fields = operation.request.fields.iter();
    let has_more = path != route.path
        || fields.any(|field| field.location.is_some_and(ArgumentLocation::is_in_path));
    let path = if has_more {
        format!(
            "assert!(sent.path.starts_with({:?}));",
            path.trim_end_matches('…')
        )
    } else {
        format!("assert_eq!(sent.path, {path:?});")
    };
    format!("assert_eq!(sent.method, \"{method}\");\n    {path}")
}
