//! Function definitions and MCP tools in the forms of every provider.

use super::*;
use crate::effect::Effect;
use crate::snapshot::canonicalize;

#[track_caller]
fn check(kind: CatalogKind, text: &str, expected: &str) {
    let snapshot = canonicalize(kind, &document("x.json", text));
    let snapshot = snapshot.unwrap_or_else(|problems| panic!("{problems}"));
    let compact: String = snapshot.text.lines().map(str::trim).collect();
    assert_eq!(compact, expected);
    // The canonical form of the canonical form is the same.
    let again = canonicalize(kind, &document("x.json", &snapshot.text)).unwrap();
    assert_eq!((again.text, again.remarks), (snapshot.text, Vec::new()));
}

#[test]
fn every_form_gives_the_same_snapshot() {
    let expected = r#"{"tools": [{"name": "a","inputSchema": {"type": "object"}}]}"#;
    for text in [
        r#"[{"type": "function", "function": {"name": "a", "parameters": {"type": "object"}, "strict": true}}]"#,
        r#"[{"type": "function", "name": "a", "parameters": {"type": "object"}}]"#,
        r#"{"functions": [{"name": "a", "input_schema": {"type": "object"}}]}"#,
        r#"{"tools": [{"name": "a", "inputSchema": {"type": "object"}, "_meta": {"b": 1}}]}"#,
        r#"{"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "a", "inputSchema": {"type": "object"}}]}}"#,
        r#"{"name": "a", "parameters": {"type": "object"}}"#,
        r#"{"tools": [{"functionDeclarations": [{"name": "a", "parameters": {"type": "object"}}]}]}"#,
        r#"{"function_declarations": [{"name": "a", "parameters_json_schema": {"type": "object"}}]}"#,
        r#"{"tools": [{"toolSpec": {"name": "a", "inputSchema": {"json": {"type": "object"}}}}]}"#,
    ] {
        check(CatalogKind::Functions, text, expected);
        check(CatalogKind::Mcp, text, expected);
    }
}

#[test]
fn remarks_on_skipped_and_renamed_functions() {
    let text = r#"{"nextCursor": "x", "tools": [
        {"title": "Send it!", "parameters": {}},
        {"parameters": {}},
        {"name": "a", "parameters": {}},
        {"name": "a", "parameters": {}},
        {"name": "a", "parameters": {"type": "object"}},
        {"type": "web_search", "name": "b"}
    ]}"#;
    let snapshot = canonicalize(CatalogKind::Functions, &document("x.json", text)).unwrap();
    let remarks: Vec<String> = snapshot
        .remarks
        .iter()
        .map(|remark| format!("{}: {}", remark.location.pointer, remark.what))
        .collect();
    assert_eq!(
        remarks,
        [
            ": this is one page of a longer list",
            "/tools/0: the function has no name",
            "/tools/1: the function has no name",
            "/tools/4: another function is named \"a\"",
            "/tools/5: this tool runs at the model's provider",
        ]
    );
    for name in ["\"send_it\"", "\"function_2\""] {
        assert!(snapshot.text.contains(name), "{}", snapshot.text);
    }
}

#[test]
fn rejects_documents_without_functions() {
    let found = |kind, text: &str| {
        let found = canonicalize(kind, &document("x.json", text)).unwrap_err();
        problems(&found)
    };
    assert_eq!(
        found(CatalogKind::Mcp, r#"[{"inputSchema": {}}, 5]"#),
        [
            "/0: the tool has no name",
            "/1: a tool must be an object, but this is a number"
        ]
    );
    assert_eq!(
        found(
            CatalogKind::Mcp,
            r#"{"error": {"code": -32601, "message": "no"}}"#
        ),
        [": this is an error response, not a catalog: \"no\""]
    );
    assert_eq!(
        found(
            CatalogKind::Functions,
            r#"[{"toolSpec": {"name": "a", "inputSchema": {"json": 5}}}, {"functionDeclarations": [5]}]"#
        ),
        ["/1/functionDeclarations/0: a tool must be an object, but this is a number"]
    );
    assert_eq!(
        found(CatalogKind::Functions, "7"),
        [": this is not a list of function definitions"]
    );
}

#[test]
fn recognizes_kinds_by_their_shape() {
    for (text, kind) in [
        (
            r#"{"result": [{"resource": "r", "method": "m", "name": "n"}]}"#,
            Some(CatalogKind::Truto),
        ),
        (
            r#"[{"resource": "r", "method": "m", "name": "n"}]"#,
            Some(CatalogKind::Truto),
        ),
        (
            r#"{"tools": [{"name": "n", "inputSchema": {}, "annotations": {}}]}"#,
            Some(CatalogKind::Mcp),
        ),
        (
            r#"{"tools": [], "nextCursor": "x"}"#,
            Some(CatalogKind::Mcp),
        ),
        (
            r#"{"tools": [{"name": "n", "inputSchema": {}}]}"#,
            Some(CatalogKind::Functions),
        ),
        (
            r#"[{"type": "function", "function": {"name": "n"}}]"#,
            Some(CatalogKind::Functions),
        ),
        (
            r#"{"name": "n", "input_schema": {}}"#,
            Some(CatalogKind::Functions),
        ),
        (
            r#"[{"functionDeclarations": [{"name": "n"}]}]"#,
            Some(CatalogKind::Functions),
        ),
        (r#"{"openapi": "3.1.0"}"#, None),
        ("[]", None),
    ] {
        let found = recognize(&document("x.json", text));
        assert_eq!(found.ok(), kind, "{text}");
    }
}

#[test]
fn derives_effects_from_annotations() {
    let tool = |annotations: &str| {
        let text =
            format!(r#"[{{"name": "n", "inputSchema": {{}}, "annotations": {annotations}}}]"#);
        let mut input = input(&text, None);
        input.source = CatalogSource::Functions;
        parse_catalog(&input).unwrap().tools[0].effect
    };
    assert_eq!(tool("{\"readOnlyHint\": true}"), Effect::Reads);
    assert_eq!(tool("{\"destructiveHint\": true}"), Effect::Destroys);
    assert_eq!(tool("{\"readOnlyHint\": false}"), Effect::Writes);
    assert_eq!(tool("null"), Effect::Writes);
}
