//! The headers of a tool's arguments, as the server lists them now.

use serde_json::Value;

use super::Session;
use super::connect::Ended;
use super::era::Era;
use crate::error::{RequestError, RpcError};
use crate::headers::LiveHeader;
use crate::json;

/// The number of pages in which a tool is looked for.
const MAX_PAGES: usize = 50;

impl Session {
    /// Returns `true` if a server refuses a call because of its headers, so that it did not carry it
    /// out.
    pub(super) fn is_header_refused(ended: &Ended) -> bool {
        ended.era == Some(Era::Modern)
            && matches!(&ended.outcome, Err(RequestError::Rpc(error)) if error.code == Some(RpcError::HEADER_MISMATCH))
    }

    /// Looks up the headers of a tool. Returns `None` if the server does not list it.
    pub(super) async fn live_headers(&self, name: &str) -> Option<Vec<LiveHeader>> {
        let mut cursor = None;
        for _ in 0..MAX_PAGES {
            let page = self.list_tools(cursor.as_ref()).await.ok()?;
            let found = page.tools.iter().find(|tool| {
                json::member(tool, "name").and_then(json::string).as_deref() == Some(name)
            });
            if let Some(tool) = found {
                let schema = json::member(tool, "inputSchema").and_then(json::parse)?;
                let mut headers = Vec::new();
                add_headers(&schema, &mut Vec::new(), &mut headers);
                return Some(headers);
            }
            cursor = Some(page.next_cursor?);
        }
        None
    }
}

/// Adds the headers of the properties of a schema, and of those inside them.
fn add_headers(schema: &Value, path: &mut Vec<String>, headers: &mut Vec<LiveHeader>) {
    /// The number of levels of properties that are searched.
    const MAX_DEPTH: usize = 32;
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        path.push(name.clone());
        if let Some(Value::String(header)) = property.get("x-mcp-header") {
            headers.push(LiveHeader {
                path: path.clone(),
                header: header.clone(),
            });
        }
        if path.len() < MAX_DEPTH {
            add_headers(property, path, headers);
        }
        path.pop();
    }
}
