//! The tools of a server.

use serde_json::{Value, json};

use super::Session;
use crate::error::{RequestError, quote};
use crate::json;

/// A page of a server's list of tools.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolPage {
    /// The text of each tool, unchanged: it may be anything.
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
                quote(&result)
            );
            return Err(RequestError::Unreadable(self.redact(problem)));
        };
        let cursor = json::member(&result, "nextCursor").and_then(json::parse);
        Ok(ToolPage {
            tools: tools.into_iter().map(str::to_owned).collect(),
            next_cursor: cursor.filter(|cursor| !cursor.is_null() && cursor != ""),
        })
    }
}
