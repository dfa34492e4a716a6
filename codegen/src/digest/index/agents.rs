//! Calls by name, and tools for a model.

use super::code::Code;
use crate::digest::lookup::Lookup;

/// Emits the section.
pub(super) fn emit_agents(lookup: &Lookup<'_>) -> String {
    let mut code = Code::new(lookup).client().runtime([
        "Error",
        "Json",
        "adapters::DialectTools",
        "dialect::Dialect",
        "dialect::ListError",
    ]);
    let result = code.in_result("Json".to_owned());
    code.line(format!(
        "async fn by_name(client: &Client, tool: &str, arguments: Json) -> Result<{result}, Error> {{
    client.call_tool(tool, arguments).await
}}

/// For a model. It never fails: a reply is the result, or says what the model has to correct.
async fn reply(client: &Client, tool: &str, arguments: Json) -> String {{
    let reply = client.read_only().toolbox().call(tool, arguments).await;
    println!(\"error: {{}}\", reply.is_error());
    reply.text().to_owned()
}}

/// The tools, added to a request to a model. `tools.call` replies as above.
fn request(client: &Client, provider: &str, body: Json) -> Result<Json, ListError> {{
    let dialect = match provider {{
        \"openai\" => Dialect::OpenAiChat,
        \"anthropic\" => Dialect::Anthropic,
        _ => Dialect::Gemini,
    }};
    let tools = DialectTools::new(client.toolbox(), dialect)?;
    Ok(tools.list().add_to(body).into_json())
}}"
    ));
    format!(
        "The name of a tool precedes its description on the pages. Arguments have the names on the wire. A reply to a model hides secrets; `call_tool` returns them.\n\n{}",
        code.render()
    )
}
