//! Renamed tools and arguments, and changes of whole catalogs.

use super::*;

#[test]
fn recognizes_a_renamed_tool() {
    let tool = |name: &str| {
        format!(
            r#"{{"name": "{name}", "resource": "keys", "method": "list", "description": "Lists.",
            "query_schema": {{"a": {{"type": "string"}}}}}}"#
        )
    };
    check_tools(
        &tool("list_keys"),
        &tool("list_all_keys"),
        &["tool-renamed docs* tool"],
        &["tool-renamed docs* tool"],
    );
}

#[test]
fn recognizes_a_tool_by_its_route() {
    let tool = |name: &str, text: &str, property: &str| {
        format!(
            r#"{{"name": "{name}", "resource": "keys", "method": "list", "description": "{text}",
            "query_schema": {{"{property}": {{"type": "string"}}}}}}"#
        )
    };
    check_tools(
        &tool("list_keys", "Lists.", "a"),
        &tool("list_all_keys", "Lists all.", "b"),
        &[
            "tool-renamed docs* tool",
            "tool-text-changed docs* tool",
            "arg-optional-removed compile argument /a",
            "arg-optional-added additive argument /b",
        ],
        &[
            "tool-renamed docs* tool",
            "tool-text-changed docs* tool",
            "arg-optional-added additive argument /a",
            "arg-optional-removed compile argument /b",
        ],
    );
}

#[test]
fn reports_values_that_a_call_sends_under_other_names() {
    let text = r#"{"type": "string"}"#;
    let schema = |properties: &str, required: &str| {
        format!(r#""properties": {{{properties}}}, "required": [{required}]"#)
    };
    let both = schema(&format!(r#""a": {text}, "b": {text}"#), r#""a", "b""#);
    // A new argument comes last in the constructor, so each value moves by one.
    let moved = schema(&format!(r#""b": {text}, "c": {text}"#), r#""b", "c""#);
    check_arguments(
        &both,
        &moved,
        &[
            "arg-required-swapped wire argument /b",
            "arg-required-swapped wire argument /c",
        ],
        &["arg-required-swapped wire argument /a"],
    );
    let optional = |required: &str| schema(&format!(r#""a": {text}, "c": {text}"#), required);
    check_arguments(
        &optional(r#""a""#),
        &optional(r#""c""#),
        &[
            "arg-required-swapped wire argument /c",
            "arg-became-required compile argument /c",
        ],
        &[
            "arg-required-swapped wire argument /a",
            "arg-became-required compile argument /a",
        ],
    );
    // An integer literal has either sign.
    check_arguments(
        &schema(r#""a": {"type": "integer"}"#, r#""a""#),
        &schema(r#""b": {"type": "integer", "minimum": 0}"#, r#""b""#),
        &["arg-required-swapped wire argument /b"],
        &["arg-required-swapped wire argument /a"],
    );
    // A string literal is a text or an identifier.
    check_arguments(
        &schema(&format!(r#""a": {text}"#), r#""a""#),
        &schema(&format!(r#""project_id": {text}"#), r#""project_id""#),
        &["arg-required-swapped wire argument /project_id"],
        &["arg-required-swapped wire argument /a"],
    );
}

#[test]
fn new_texts_are_reviewed() {
    let catalog = |tools: &str| format!("[{tools}]");
    let tool = |name: &str, schema: &str| {
        format!(
            r#"{{"name": "{name}", "resource": "{name}", "method": "list", "description": "Lists.",
            "query_schema": {{{schema}}}}}"#
        )
    };
    let source = || CatalogSource::Truto(AccountSettings::default());
    let plain = tool("a", "");
    assert_eq!(
        changes(
            &source(),
            &catalog(&plain),
            &catalog(&format!("{plain}, {}", tool("b", "")))
        ),
        ["tool-added additive tool", "tool-text-changed docs* tool"]
    );
    let described = tool("a", r#""x": {"type": "string", "description": "X."}"#);
    assert_eq!(
        changes(&source(), &catalog(&plain), &catalog(&described)),
        [
            "tool-text-changed docs* argument /x",
            "arg-optional-added additive argument /x"
        ]
    );
}

#[test]
fn every_tool_of_a_catalog_on_one_side_is_added_or_removed() {
    let source = CatalogSource::Truto(AccountSettings::default());
    let text = r#"[{"name": "list_keys", "resource": "keys", "method": "list"}]"#;
    let input = input(&source, text);
    for (changes, kind) in [
        (compare_added(&input), ChangeKind::ToolAdded),
        (compare_removed(&input), ChangeKind::ToolRemoved),
    ] {
        let changes = changes.unwrap();
        let kinds: Vec<ChangeKind> = changes.iter().map(|change| change.kind).collect();
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
}

#[test]
fn a_placed_tool_keeps_its_names_when_it_is_renamed() {
    let source = CatalogSource::Truto(AccountSettings::default());
    let tool = |name: &str, resource: &str, method: &str| {
        format!(r#"[{{"name": "{name}", "resource": "{resource}", "method": "{method}"}}]"#)
    };
    let overlay = |name: &str| SourceText {
        file: "demo.overlay.toml".to_owned(),
        text: format!("[[change]]\ntool = \"{name}\"\nmove = \"tokens.create\"\nreason = \"x\"\n"),
    };
    let before = CatalogInput {
        overlay: Some(overlay("make_key")),
        ..input(&source, &tool("make_key", "keys", "make"))
    };
    let lowered = lower_any_text(&before).unwrap();
    assert!(lowered.lock.contains("keys/make"), "{}", lowered.lock);
    let lock_after = |text: &str| {
        let lowered = lower_any_text(&with_lock_of(&input(&source, text), &lowered)).unwrap();
        lowered.lock
    };
    // The route on the wire is followed, and not the place in the overlay.
    assert!(!lock_after(&tool("new_key", "keys", "make")).contains("make_key"));
    assert!(lock_after(&tool("new_token", "tokens", "create")).contains("make_key"));
}

#[test]
fn a_literal_is_a_text_or_an_identifier() {
    let source = CatalogSource::Truto(AccountSettings::default());
    let catalog = |name: &str| {
        format!(
            r#"[{{"name": "list_keys", "resource": "keys", "method": "list", "description": "Lists.",
            "query_schema": {{"type": "object", "properties": {{"{name}": {{"type": "string"}}}},
            "required": ["{name}"]}}}}]"#
        )
    };
    let [before, after] = ["note", "project_id"].map(|name| input(&source, &catalog(name)));
    let changes = compare(&before, &after, Enums::Open).unwrap();
    let [change] = &changes[..] else {
        panic!("{changes:?}");
    };
    assert_eq!(change.kind, ChangeKind::ArgRequiredSwapped);
    let code = change.rust.clone().unwrap();
    assert_eq!(code.before.as_deref(), Some("new(note: String)"));
    assert_eq!(code.after.as_deref(), Some("new(project_id: ProjectId)"));
}

#[test]
fn reports_definitions_that_grow_by_more_than_a_tenth() {
    let source = CatalogSource::Truto(AccountSettings::default());
    let grows = |before: usize, after: usize| {
        let catalog = |length: usize| {
            let text = "x".repeat(length);
            format!(
                r#"[{{"name": "a", "resource": "a", "method": "list", "description": "{text}"}}]"#
            )
        };
        let found = changes(&source, &catalog(before), &catalog(after));
        found.contains(&"list-size behaviour tool".to_owned())
    };
    assert!(grows(1_000, 2_100));
    assert!(!grows(2_100, 1_000));
    assert!(!grows(100_000, 105_000));
    assert!(!grows(10, 500));
}

#[test]
fn added_values_break_an_exhaustive_match() {
    let catalog = |values: &str| {
        format!(
            r#"[{{"name": "list_keys", "resource": "keys", "method": "list", "description": "Lists.",
            "query_schema": {{"a": {{"enum": [{values}]}}}}}}]"#
        )
    };
    let source = CatalogSource::Truto(AccountSettings::default());
    let before = input(&source, &catalog(r#""x""#));
    let after = input(&source, &catalog(r#""x", "y""#));
    for (enums, expected) in [
        (Enums::Open, "arg-enum-value-added additive argument /a"),
        (
            Enums::Exhaustive,
            "arg-enum-value-added compile argument /a",
        ),
    ] {
        assert_eq!(describe(&before, &after, enums), [expected]);
    }
}

#[test]
fn every_identifier_is_a_kind_of_its_own() {
    let mut ids: Vec<&str> = ChangeKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn a_new_member_does_not_take_the_name_of_the_others() {
    let object = |properties: &str| {
        format!(
            r#""properties": {{"o": {{"type": "object", "properties": {{{properties}}}, "additionalProperties": {{"type": "string"}}}}}}"#
        )
    };
    check_arguments(
        &object(r#""a": {"type": "string"}"#),
        &object(r#""a": {"type": "string"}, "extra": {"type": "string"}"#),
        &["arg-optional-added additive argument /o/extra"],
        &["arg-optional-removed compile argument /o/extra"],
    );
    check_records(
        r#""properties": {"a": {"type": "string"}}"#,
        r#""properties": {"a": {"type": "string"}, "extra": {"type": "string"}}"#,
        &["field-added behaviour field /extra"],
        &["field-removed compile field /extra"],
    );
}

#[test]
fn texts_of_definitions_are_compared_where_they_are_used() {
    let schema = |definitions: &str, property: &str| {
        format!(r#""$defs": {{{definitions}}}, "properties": {{"a": {property}}}"#)
    };
    let text = |words: &str| format!(r#"{{"type": "string", "description": "{words}"}}"#);
    let reference = r##"{"$ref": "#/$defs/Note"}"##;
    let [one, other] = ["One.", "Two."].map(|words| format!(r#""Note": {}"#, text(words)));
    let changed: &[&str] = &["tool-text-changed docs* argument /a"];
    check_arguments(
        &schema(&one, reference),
        &schema(&other, reference),
        changed,
        changed,
    );
    // A text cannot hide behind a reference that is new.
    check_arguments(
        &schema("", &text("One.")),
        &schema(&other, reference),
        changed,
        changed,
    );
}
