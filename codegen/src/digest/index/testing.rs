//! Tests without a network.

use super::code::Code;
use super::sample::{Sample, literal_arguments};
use crate::digest::lookup::Lookup;
use crate::model::{Operation, Response};
use crate::options::CatalogSource;

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
    let path = wire_path(operation);
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
    assert!(sent.path.starts_with({path:?}));
    println!(\"{{}} {{:?}} {{:?}} {{}}\", sent.method, sent.query_pairs(), sent.header(\"accept\"), sent.json());
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
        "`start_paused` lets `#[tokio::test]` skip waits; it needs the feature `test-util` of `tokio`.\n\n{}",
        code.render()
    ))
}

/// Returns the beginning of the path of a call, up to characters that are encoded.
fn wire_path(operation: &Operation) -> String {
    let resource = &operation.tool.resource;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.~/".contains(letter);
    let end = resource
        .find(|letter| !is_plain(letter))
        .unwrap_or(resource.len());
    format!("/proxy/{}", resource.get(..end).unwrap_or_default())
}
