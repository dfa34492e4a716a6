//! The tools of a server.

use serde_json::{Value, json};

use super::Session;
use crate::error::RequestError;
use crate::json;
use crate::quote::quote;

/// A page of a server's list of tools.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolPage {
    /// The JSON of each tool, in the order of the server. It may be of any type.
    pub tools: Vec<String>,
    /// The cursor of the next page; `None` on the last one.
    pub next_cursor: Option<Value>,
}

impl Session {
    /// Returns a page of the server's tools.
    ///
    /// # Errors
    ///
    /// Returns the server's error, or the reason for which there is no list.
    pub async fn list_tools(&self, cursor: Option<&Value>) -> Result<ToolPage, RequestError> {
        let params = match cursor {
            Some(cursor) => json!({"cursor": cursor}),
            None => json!({}),
        };
        let result = self.request("tools/list", &params).await?;
        let tools = json::member(&result, "tools").and_then(json::elements);
        let Some(tools) = tools else {
            let problem = format!(
                "the response of the MCP server to `tools/list` has no list of tools: {}",
                self.0.secrets.quote(&result)
            );
            return Err(RequestError::Unreadable(problem));
        };
        let cursor = json::member(&result, "nextCursor").and_then(json::parse);
        Ok(ToolPage {
            tools: tools.into_iter().map(tool).collect(),
            next_cursor: cursor.filter(|cursor| !cursor.is_null() && cursor != ""),
        })
    }
}

/// Returns the JSON of a tool. What is not JSON is replaced, so that it costs no other tool; its name is
/// kept for the message.
fn tool(text: &str) -> String {
    if let Some(valid) = json::valid(text) {
        return valid.into_owned();
    }
    let unreadable = format!("unreadable: {}", quote(text));
    match json::member(text, "name").and_then(json::string) {
        // Not as an object of serde_json, whose order depends on a feature that other crates choose.
        Some(name) => format!(
            r#"{{"name":{},"inputSchema":[{}]}}"#,
            Value::from(name),
            Value::from(unreadable)
        ),
        None => json!(unreadable).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unreadable_tool_keeps_its_name_and_costs_no_other() {
        let tools = [
            (r#"{"b":1,"a":2,"name":"x"}"#, r#"{"b":1,"a":2,"name":"x"}"#),
            (
                r#"{"z":"cut \ud83d","name":"x","a":NaN}"#,
                "{\"z\":\"cut \u{fffd}\",\"name\":\"x\",\"a\":null}",
            ),
            (
                r#"{"name":"x","inputSchema":{a:1}}"#,
                r#"{"name":"x","inputSchema":["unreadable: {\"name\":\"x\",\"inputSchema\":{a:1}}"]}"#,
            ),
            ("tru", r#""unreadable: tru""#),
            ("null", "null"),
        ];
        for (text, right) in tools {
            assert_eq!(tool(text), right);
        }
    }
}
