//! The options of a call, and calls at the same time.

use super::code::Code;
use super::sample::{Sample, SampleTool};
use crate::digest::lookup::Lookup;
use crate::model::Response;
use crate::options::CatalogSource;

/// Emits the section, or `None` if the catalog has only lists.
pub(super) fn emit_calls(lookup: &Lookup<'_>, sample: &Sample<'_>) -> Option<String> {
    let tool = sample.call?;
    let mut code = Code::new(lookup).client().runtime(["Error"]);
    let request = code.name(&tool.operation.request.name);
    let method = tool.method();
    let response = response(&mut code, tool);
    let options = match lookup.ctx.api.source {
        CatalogSource::Truto(_) => {
            code = code
                .other(["std::time::Duration", "tokio::task::JoinSet"])
                .runtime(["RetryPolicy"]);
            "
        .timeout(Duration::from_secs(30)) // over all attempts; lists have these options too
        .attempt_timeout(Duration::from_secs(10))
        .retry(RetryPolicy::never()) // one attempt
        .idempotency_key(\"order-4711\") // not for lists; calls with the same key are carried out once"
        }
        CatalogSource::Mcp(_) => {
            code = code.other(["std::time::Duration", "tokio::task::JoinSet"]);
            "
        .timeout(Duration::from_secs(30))"
        }
        CatalogSource::Functions => {
            code = code.other(["tokio::task::JoinSet"]);
            ""
        }
    };
    code.line(format!(
        "async fn call(client: &Client, request: {request}) -> Result<{response}, Error> {{
    client
        .{method}(request){options}
        .await
}}"
    ));
    emit_results(&mut code, lookup, tool);
    code.line(format!(
        "
async fn call_all(client: &Client, requests: Vec<{request}>) -> Result<(), Error> {{
    let mut calls = JoinSet::new();
    for request in requests {{
        calls.spawn(client.{method}(request));
    }}
    for response in calls.join_all().await {{
        println!(\"{{:?}}\", response?);
    }}
    Ok(())
}}"
    ));
    emit_deleted(&mut code, lookup);
    Some(format!("{}\n\n{}", introduction(lookup), code.render()))
}

/// Emits what the response to a deletion consists of.
fn emit_deleted(code: &mut Code<'_, '_>, lookup: &Lookup<'_>) {
    let mut operations = lookup.ctx.operations();
    if !operations.any(|operation| matches!(operation.response, Response::Deleted)) {
        return;
    }
    let deleted = code.name_runtime("client::Deleted");
    code.line(format!(
        "
/// Prints the response to a deletion. The fields may be empty: without an error, the record is deleted.
fn read_deleted(deleted: &{deleted}) {{
    println!(\"{{:?}} {{:?}} {{:?}}\", deleted.id, deleted.body, deleted.extra);
}}"
    ));
}

/// Emits what a result of an MCP server consists of.
fn emit_results(code: &mut Code<'_, '_>, lookup: &Lookup<'_>, tool: SampleTool<'_>) {
    if !matches!(lookup.ctx.api.source, CatalogSource::Mcp(_)) {
        return;
    }
    let response = response(code, tool);
    code.line(format!(
        "
fn read(result: &{response}) -> Result<(), Error> {{
    println!(\"{{}}\", result.text()); // the text for a model
    println!(\"{{:?}}\", result.structured()?); // the `T` of `ToolResult<T>`; an error if there is none
    for part in &result.content {{
        println!(\"{{part:?}}\"); // text, images, resources
    }}
    Ok(())
}}"
    ));
}

fn introduction(lookup: &Lookup<'_>) -> String {
    let mut text = "A call is validated and sent when it is awaited. If arguments are invalid, nothing is sent. A call is a `Future` that can be spawned and joined.".to_owned();
    if let CatalogSource::Truto(_) = lookup.ctx.api.source {
        text.push_str(" The client waits for the rate limit, repeats failed attempts where that is safe, and adds an idempotency key to writes.");
    }
    text
}

/// Returns the type of what a call returns, and imports it.
fn response(code: &mut Code<'_, '_>, tool: SampleTool<'_>) -> String {
    let ty = match &tool.operation.response {
        Response::Listing(record) | Response::Record(record) => code.name_type(record),
        Response::Deleted => code.name_runtime("client::Deleted"),
    };
    code.in_result(ty)
}
