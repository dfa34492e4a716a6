//! MCP: <https://modelcontextprotocol.io/specification/2025-11-25/server/tools> ("Tool",
//! "Tool Names") and its schema, `Tool` and `ToolAnnotations`.

use serde_json::Value as Json;

use super::Report;
use super::schema::check_json_schema;

pub(super) fn check(tool: &Json, report: &mut Report) {
    // "Tool Names": 1 to 128 characters; letters, digits, underscore, hyphen, dot.
    report.expect_name(tool["name"].as_str().unwrap_or_default(), 128, "_-.");
    let known = [
        "name",
        "title",
        "description",
        "inputSchema",
        "outputSchema",
        "annotations",
    ];
    for (key, _) in tool.as_object().into_iter().flatten() {
        report.expect(known.contains(&key.as_str()), key, "a member of Tool");
    }
    // `inputSchema`: a valid JSON Schema object, "not null", type object.
    for key in ["inputSchema", "outputSchema"] {
        if let Some(schema) = tool.get(key) {
            check_json_schema(schema, report);
            report.expect(schema["type"] == "object", key, "type is object");
        }
    }
    report.expect(tool["inputSchema"].is_object(), "inputSchema", "is present");
    for (key, value) in tool["annotations"].as_object().into_iter().flatten() {
        let hints = [
            "readOnlyHint",
            "destructiveHint",
            "idempotentHint",
            "openWorldHint",
        ];
        let is_known = hints.contains(&key.as_str()) && value.is_boolean() || key == "title";
        report.expect(is_known, key, "a member of ToolAnnotations");
    }
    report.expect(
        !tool["title"].is_null() || tool.get("title").is_none(),
        "title",
        "a string",
    );
}
