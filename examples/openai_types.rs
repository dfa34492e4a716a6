//! The tools of The Auth API in the types of `async-openai`: the tools of a request, and the reply
//! messages to the calls of a model.
//!
//! ```text
//! cargo run -p examples --example openai_types --features async-openai
//! ```

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use serde_json::{Value, json};
use toolsmith_runtime::ToolFilter;
use toolsmith_runtime::adapters::openai::ChatTools;
use toolsmith_runtime::adapters::openai::async_openai::types::chat::ChatCompletionMessageToolCalls;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = examples::connect()?;
    let toolbox = session.client.toolbox().filter(ToolFilter::reads());
    let tools = ChatTools::strict(toolbox)?;
    println!("{} tools", tools.tools().len());

    // A call of a model in strict mode: every argument is present, and absent ones are null.
    let arguments = json!({
        "customAccountId": null, "customUserId": "ios_app", "isActive": null, "limit": null,
        "name": null, "next_cursor": null, "projectId": "prj_112",
    });
    let calls = [
        call("call_1", "list_all_the_auth_api_api_keys", &arguments)?,
        call(
            "call_2",
            "delete_a_the_auth_api_project_by_id",
            &json!({"id": "prj_112"}),
        )?,
    ];
    for message in tools.reply(&calls).await {
        println!("{}", serde_json::to_string(&message)?);
    }
    Ok(())
}

fn call(
    id: &str,
    name: &str,
    arguments: &Value,
) -> Result<ChatCompletionMessageToolCalls, serde_json::Error> {
    let function = json!({"name": name, "arguments": arguments.to_string()});
    serde_json::from_value(json!({"id": id, "type": "function", "function": function}))
}
