//! The tools and their results.

use serde_json::{Value, json};

/// The cursor of the second page.
const SECOND: &str = "second";

/// Returns one page of the list.
pub(super) fn list(cursor: Option<&str>) -> Value {
    if cursor == Some(SECOND) {
        return json!({"tools": [
            {"name": "draw", "title": "Draw", "inputSchema": {"type": "object"}},
            {"name": "fail", "description": "Fails, and says why.", "inputSchema": {
                "type": "object", "properties": {"reason": {"type": "string"}}, "required": ["reason"],
            }},
        ]});
    }
    json!({"nextCursor": SECOND, "tools": [
        {
            "name": "read-note",
            "description": "Reads one note.",
            "annotations": {"readOnlyHint": true},
            "inputSchema": {
                "type": "object",
                "properties": {
                    "noteId": {"type": "string"},
                    "part": {"enum": ["title", "body"]},
                },
                "required": ["noteId"],
            },
            "outputSchema": {
                "type": "object",
                "properties": {"title": {"type": "string"}, "length": {"type": "integer"}},
                "required": ["title"],
            },
            "_meta": {"internal": true},
        },
        {
            "name": "delete-note",
            "description": "Removes a note permanently.",
            "annotations": {"destructiveHint": true},
            "inputSchema": {
                "type": "object", "properties": {"noteId": {"type": "string"}}, "required": ["noteId"],
            },
        },
    ]})
}

/// Returns the result of a call, or an error of the protocol.
pub(super) fn call(params: &Value) -> Result<Value, (i64, String)> {
    let argument = |key: &str| {
        let arguments = params.get("arguments");
        arguments.and_then(|arguments| arguments.get(key))
    };
    let name = params.get("name").and_then(Value::as_str);
    match name.unwrap_or_default() {
        "read-note" => {
            let note = json!({"title": argument("noteId"), "length": 3, "unforeseen": true});
            let text = note.to_string();
            Ok(json!({"content": [{"type": "text", "text": text}], "structuredContent": note}))
        }
        "delete-note" => Ok(json!({"content": [{"type": "text", "text": "gone"}]})),
        "draw" => Ok(json!({"content": [
            {"type": "text", "text": "a dot"},
            {"type": "image", "data": "AQID", "mimeType": "image/png"},
            {"type": "resource", "resource": {"uri": "note://1", "text": "a note"}},
            {"type": "resource_link", "uri": "note://2", "name": "two"},
        ]})),
        "fail" => Ok(json!({
            "isError": true,
            "content": [{"type": "text", "text": argument("reason")}],
        })),
        other => Err((-32602, format!("no tool {other}"))),
    }
}
