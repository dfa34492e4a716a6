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
            "/tools/5: `b` is not a function",
        ]
    );
    for name in ["\"send_it\"", "\"function_2\""] {
        assert!(snapshot.text.contains(name), "{}", snapshot.text);
    }
}

/// Checks that nothing but `book_room` is generated of a list, and that these entries are named as left
/// out.
#[track_caller]
fn check_not_functions(text: &str, expected: &[&str]) {
    let document = document("x.json", text);
    assert_eq!(recognize(&document), Ok(CatalogKind::Functions), "{text}");
    let snapshot = canonicalize(CatalogKind::Functions, &document).unwrap();
    let not_functions: Vec<&str> = snapshot
        .not_functions
        .iter()
        .map(|entry| entry.name.as_str())
        .collect();
    assert_eq!(not_functions, expected, "{text}");
    assert_eq!(snapshot.text.matches("\"name\"").count(), 1, "{text}");
    assert!(snapshot.text.contains("\"book_room\""), "{text}");
    let [remark] = snapshot.remarks.as_slice() else {
        panic!("one remark: {:?}", snapshot.remarks);
    };
    for name in expected {
        assert!(remark.what.contains(name), "{}", remark.what);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of entries")]
fn leaves_out_the_entries_of_providers() {
    let gemini = [
        ("googleSearch", "{}"),
        ("google_search", "{}"),
        ("googleSearchRetrieval", "{}"),
        (
            "google_search_retrieval",
            r#"{"dynamic_retrieval_config": {}}"#,
        ),
        ("codeExecution", "{}"),
        ("code_execution", "{}"),
        ("urlContext", "{}"),
        ("url_context", "{}"),
        ("googleMaps", r#"{"enableWidget": true}"#),
        ("google_maps", "{}"),
        ("fileSearch", r#"{"fileSearchStoreNames": ["x"]}"#),
        ("file_search", "{}"),
        ("computerUse", r#"{"environment": "ENVIRONMENT_BROWSER"}"#),
        ("computer_use", "{}"),
        ("enterpriseWebSearch", "{}"),
        ("mcpServers", r#"[{"name": "x"}]"#),
        ("retrieval", "{}"),
    ];
    let function = r#"{"functionDeclarations": [{"name": "book_room"}]}"#;
    for (key, value) in gemini {
        check_not_functions(&format!(r#"[{{"{key}": {value}}}, {function}]"#), &[key]);
        let together =
            format!(r#"{{"{key}": {value}, "functionDeclarations": [{{"name": "book_room"}}]}}"#);
        check_not_functions(&format!(r#"{{"tools": [{together}]}}"#), &[key]);
        check_not_functions(&together, &[key]);
    }
    // As `google-genai` dumps a request, with a null for each key.
    check_not_functions(
        r#"{"tools": [
            {"retrieval": null, "google_search": {}, "function_declarations": null},
            {"retrieval": null, "google_search": null, "function_declarations": [{"name": "book_room"}]}
        ]}"#,
        &["google_search"],
    );
    for (entry, name) in [
        (r#"{"cachePoint": {"type": "default"}}"#, "cachePoint"),
        (
            r#"{"systemTool": {"name": "nova_grounding"}}"#,
            "systemTool",
        ),
        (r#"{"modelTool": {}}"#, "modelTool"),
    ] {
        let function = r#"{"toolSpec": {"name": "book_room", "inputSchema": {"json": {}}}}"#;
        check_not_functions(
            &format!(r#"{{"tools": [{function}, {entry}], "toolChoice": {{"auto": {{}}}}}}"#),
            &[name],
        );
    }
    for (entry, name) in [
        (
            r#"{"type": "custom", "custom": {"name": "write_sql", "format": {"type": "text"}}}"#,
            "write_sql",
        ),
        (
            r#"{"type": "custom", "name": "write_sql", "format": {"type": "grammar"}}"#,
            "write_sql",
        ),
        (r#"{"type": "web_search_preview"}"#, "web_search_preview"),
        (
            r#"{"type": "file_search", "vector_store_ids": ["x"]}"#,
            "file_search",
        ),
        (
            r#"{"type": "code_interpreter", "container": {"type": "auto"}}"#,
            "code_interpreter",
        ),
        (
            r#"{"type": "mcp", "server_label": "x", "server_url": "https://example.com"}"#,
            "mcp",
        ),
        (r#"{"type": "image_generation"}"#, "image_generation"),
        (
            r#"{"type": "computer_use_preview", "display_width": 1}"#,
            "computer_use_preview",
        ),
        (r#"{"type": "local_shell"}"#, "local_shell"),
        (
            r#"{"type": "web_search_20250305", "name": "web_search", "max_uses": 5}"#,
            "web_search",
        ),
        (r#"{"type": "bash_20250124", "name": "bash"}"#, "bash"),
        (
            r#"{"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"}"#,
            "str_replace_based_edit_tool",
        ),
        (r#"{"type": "memory_20250818", "name": "memory"}"#, "memory"),
        (
            r#"{"type": "mcp_toolset", "mcp_server_name": "x"}"#,
            "mcp_toolset",
        ),
        (
            r#"{"type": "document_library", "library_ids": ["x"]}"#,
            "document_library",
        ),
        (r#"{"id": "web-search"}"#, "id"),
        (r#"{"somethingNew": {}}"#, "somethingNew"),
        ("{}", ""),
    ] {
        let function = r#"{"type": "function", "name": "book_room"}"#;
        check_not_functions(&format!("[{entry}, {function}]"), &[name]);
        let function = r#"{"name": "book_room", "input_schema": {"type": "object"}}"#;
        check_not_functions(&format!(r#"{{"tools": [{function}, {entry}]}}"#), &[name]);
    }
}

#[test]
fn keeps_functions_of_the_program_that_providers_type() {
    for text in [
        r#"[{"type": "custom", "name": "book_room", "input_schema": {"type": "object"}}]"#,
        r#"[{"type": "namespace", "name": "rooms", "tools": [{"type": "function", "name": "book_room", "parameters": {}}]}]"#,
        r#"[{"type": "function", "function": {"name": "book_room"}}]"#,
        r#"{"tools": [{"name": "book_room"}]}"#,
    ] {
        let snapshot = canonicalize(CatalogKind::Functions, &document("x.json", text)).unwrap();
        assert_eq!(
            (snapshot.not_functions, snapshot.remarks),
            (Vec::new(), Vec::new()),
            "{text}"
        );
        assert!(snapshot.text.contains("\"book_room\""), "{text}");
    }
}

#[test]
fn rejects_a_list_in_which_no_function_is_left() {
    for (text, expected) in [
        (
            r#"{"tools": [{"googleSearch": {}}, {"urlContext": {}}]}"#,
            "/tools/0: the list contains no function; 2 entries are not functions: `googleSearch`, `urlContext`",
        ),
        (
            r#"[{"type": "web_search"}]"#,
            "/0: the list contains no function; `web_search` is not a function",
        ),
        (
            r#"{"tools": [{"functionDeclarations": [], "googleSearch": {}}]}"#,
            "/tools/0/googleSearch: the list contains no function; `googleSearch` is not a function",
        ),
    ] {
        let found = canonicalize(CatalogKind::Functions, &document("x.json", text));
        assert_eq!(problems(&found.unwrap_err()), [expected]);
    }
    let nothing = canonicalize(
        CatalogKind::Functions,
        &document("x.json", r#"{"tools": []}"#),
    );
    assert!(nothing.is_ok(), "an empty list is valid: {nothing:?}");
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
            r#"{"results": [{"resource": "r", "method": "m", "name": "n"}]}"#,
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

#[test]
fn an_effect_is_assumed_only_if_nothing_declares_it() {
    let text = r#"[
        {"name": "get_room", "parameters": {}}, {"name": "book_room", "parameters": {}},
        {"name": "a", "parameters": {}, "annotations": {"readOnlyHint": true}},
        {"name": "b", "parameters": {}, "annotations": {"readOnlyHint": false}},
        {"name": "c", "parameters": {}, "annotations": {"destructiveHint": false}},
        {"name": "d", "parameters": {}, "annotations": {"title": "D"}}
    ]"#;
    let overlay = r#"
        [[change]]
        tool = "get_room"
        effect = "reads"
        reason = "it looks up"
        [[change]]
        tool = "book_room"
        effect = "writes"
        reason = "it is a write, and nothing needs to be said about it any more"
    "#;
    let assumed = |overlay: Option<&str>| {
        let mut input = input(text, overlay);
        input.source = CatalogSource::Functions;
        let output = crate::generate(&[input], &crate::Options::default()).unwrap();
        output.reports[0].assumed_writes.clone()
    };
    assert_eq!(assumed(None), ["book_room", "d", "get_room"]);
    assert_eq!(assumed(Some(overlay)), ["d"]);
}
