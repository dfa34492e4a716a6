//! Pairs of catalogs, and the changes between them.

mod bounds;
mod names;
mod noise;
mod speed;

use super::*;
use crate::lower::{Lowered, lower_any_text};
use crate::options::{
    AccountSettings, CatalogSource, Enums, Identifiers, Selection, SourceText, UnreadableTools,
};

/// Returns the changes between two catalogs as `id grade place`, with `*` for reviewed text.
fn changes(source: &CatalogSource, before: &str, after: &str) -> Vec<String> {
    let [before, after] = [before, after].map(|text| input(source, text));
    describe(&before, &after, Enums::Open)
}

fn input(source: &CatalogSource, text: &str) -> CatalogInput {
    CatalogInput {
        name: "demo".to_owned(),
        snapshot: SourceText {
            file: "demo.json".to_owned(),
            text: text.to_owned(),
        },
        overlay: None,
        lock: None,
        tombstones: None,
        source: source.clone(),
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::default(),
        selection: Selection::default(),
    }
}

/// Returns the input with the names that a lowered catalog has.
fn with_lock_of(after: &CatalogInput, lowered: &Lowered) -> CatalogInput {
    CatalogInput {
        lock: Some(SourceText::new("demo.lock.toml", lowered.lock.clone())),
        ..after.clone()
    }
}

fn describe(before: &CatalogInput, after: &CatalogInput, enums: Enums) -> Vec<String> {
    let found = compare(before, after, enums).unwrap();
    let line = |change: &Change| {
        let mark = if change.reviewed_text { "*" } else { "" };
        format!("{} {}{mark} {}", change.kind, change.grade, change.place)
    };
    found.iter().map(line).collect()
}

/// Compares two tools of an account, there and back.
#[track_caller]
fn check_tools(before: &str, after: &str, there: &[&str], back: &[&str]) {
    let catalog = |tool: &str| format!("[{tool}]");
    let (before, after) = (catalog(before), catalog(after));
    let source = || CatalogSource::Truto(AccountSettings::default());
    assert_eq!(
        changes(&source(), &before, &after),
        there,
        "{before} -> {after}"
    );
    assert_eq!(
        changes(&source(), &after, &before),
        back,
        "{after} -> {before}"
    );
}

/// Compares two sets of arguments of a tool that lists keys, there and back. `!` before a name makes
/// the argument required.
#[track_caller]
fn check_arguments(before: &str, after: &str, there: &[&str], back: &[&str]) {
    let tool = |properties: &str| {
        format!(
            r#"{{"name": "list_keys", "resource": "keys", "method": "list", "description": "Lists.",
            "query_schema": {{"type": "object", {properties}}}}}"#
        )
    };
    check_tools(&tool(before), &tool(after), there, back);
}

/// Compares two records of a tool, there and back.
#[track_caller]
fn check_records(before: &str, after: &str, there: &[&str], back: &[&str]) {
    let tool = |schema: &str| {
        format!(
            r#"{{"name": "list_keys", "resource": "keys", "method": "list", "description": "Lists.",
            "response_schema": {{"type": "object", {schema}}}}}"#
        )
    };
    check_tools(&tool(before), &tool(after), there, back);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of all kinds")]
fn grades_changes_of_arguments() {
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        (
            r#""properties": {}"#,
            r#""properties": {"a": {"type": "string"}}, "required": ["a"]"#,
            &["arg-required-added compile argument /a"],
            &["arg-required-removed compile argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}, "required": ["a"]"#,
            r#""properties": {"b": {"type": "string"}}, "required": ["b"]"#,
            &["arg-required-swapped wire argument /b"],
            &["arg-required-swapped wire argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}, "required": ["a"]"#,
            r#""properties": {"b": {"type": "integer"}}, "required": ["b"]"#,
            &[
                "arg-required-removed compile argument /a",
                "arg-required-added compile argument /b",
            ],
            &[
                "arg-required-added compile argument /a",
                "arg-required-removed compile argument /b",
            ],
        ),
        (
            r#""properties": {"a": {"type": "string"}}"#,
            r#""properties": {"a": {"type": "string"}}, "required": ["a"]"#,
            &["arg-became-required compile argument /a"],
            &["arg-became-optional compile argument /a"],
        ),
        (
            r#""properties": {}"#,
            r#""properties": {"a": {"type": "string"}}"#,
            &["arg-optional-added additive argument /a"],
            &["arg-optional-removed compile argument /a"],
        ),
        (
            r#""properties": {"pageSize": {"type": "integer"}}"#,
            r#""properties": {"page_size": {"type": "integer"}}"#,
            &["arg-wire-renamed wire argument /page_size"],
            &["arg-wire-renamed wire argument /pageSize"],
        ),
        (
            r#""properties": {"a": {"type": "integer"}}"#,
            r#""properties": {"a": {"type": "number"}}"#,
            &["arg-type-widened compile argument /a"],
            &["arg-type-narrowed compile argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}"#,
            r#""properties": {"a": {"type": "string", "format": "date-time"}}"#,
            &["arg-format-added compile argument /a"],
            &["arg-format-removed compile argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}"#,
            r#""properties": {"a": {"type": "string", "format": "email"}}"#,
            &["arg-format-added behaviour argument /a"],
            &["arg-format-removed additive argument /a"],
        ),
        (
            r#""properties": {"a": {"enum": ["x"]}}"#,
            r#""properties": {"a": {"type": "string"}}"#,
            &["arg-enum-opened compile argument /a"],
            &["arg-enum-closed compile argument /a"],
        ),
        (
            r#""properties": {"a": {"enum": ["x", "y"]}}"#,
            r#""properties": {"a": {"enum": ["y", "z", "x"]}}"#,
            &["arg-enum-value-added additive argument /a"],
            &["arg-enum-value-removed compile argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string", "maxLength": 9}}"#,
            r#""properties": {"a": {"type": "string", "maxLength": 5}}"#,
            &["arg-bound-tightened behaviour argument /a"],
            &["arg-bound-loosened additive argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}"#,
            r#""properties": {"a": {"type": "string", "pattern": "^x"}}"#,
            &["arg-bound-tightened behaviour argument /a"],
            &["arg-bound-loosened additive argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string", "default": "x"}}"#,
            r#""properties": {"a": {"type": "string", "default": "y"}}"#,
            &["arg-default-changed behaviour argument /a"],
            &["arg-default-changed behaviour argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}"#,
            r#""properties": {"a": {"type": ["string", "null"]}}"#,
            &["arg-null-allowed compile argument /a"],
            &["arg-null-refused compile argument /a"],
        ),
        (
            r#""properties": {"o": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}}"#,
            r#""properties": {"o": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}}"#,
            &["arg-extra-allowed additive argument /o"],
            &["arg-extra-refused compile argument /o"],
        ),
        (
            r#""properties": {"a": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}"#,
            r#""properties": {"a": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}}"#,
            &["arg-variant-added additive argument /a"],
            &["arg-variant-removed compile argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}"#,
            r#""properties": {"a": {}}"#,
            &["arg-loosened compile argument /a"],
            &["arg-typed compile argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string", "examples": ["x"]}}"#,
            r#""properties": {"a": {"type": "string", "examples": ["y"]}}"#,
            &["arg-example-changed docs* argument /a"],
            &["arg-example-changed docs* argument /a"],
        ),
        (
            r#""properties": {"a": {"type": "string", "description": "One."}}"#,
            r#""properties": {"a": {"type": "string", "description": "Two."}}"#,
            &["tool-text-changed docs* argument /a"],
            &["tool-text-changed docs* argument /a"],
        ),
        // The same schemas in other words.
        (
            r#""properties": {"a": {"type": ["string"]}, "b": {"const": "x"}}"#,
            r#""properties": {"b": {"enum": ["x"]}, "a": {"type": "string"}}, "required": []"#,
            &[],
            &[],
        ),
    ];
    for (before, after, there, back) in cases {
        check_arguments(before, after, there, back);
    }
}

#[test]
fn grades_changes_of_records() {
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        (
            r#""properties": {"a": {"type": "string"}}"#,
            r#""properties": {"a": {"type": "string"}, "b": {"type": "string"}}"#,
            &["field-added behaviour field /b"],
            &["field-removed compile field /b"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}, "required": ["a"]"#,
            r#""properties": {"a": {"type": "string"}}"#,
            &["field-became-optional compile field /a"],
            &["field-became-required compile field /a"],
        ),
        (
            r#""properties": {"fileName": {"type": "string"}}"#,
            r#""properties": {"file_name": {"type": "string"}}"#,
            &["field-wire-renamed wire field /file_name"],
            &["field-wire-renamed wire field /fileName"],
        ),
        (
            r#""properties": {"a": {"type": "string"}}"#,
            r#""properties": {"a": {"type": "integer"}}"#,
            &["field-type-changed compile field /a"],
            &["field-type-changed compile field /a"],
        ),
        (
            r#""properties": {"a": {"enum": ["x"]}}"#,
            r#""properties": {"a": {"enum": ["x", "y"]}}"#,
            &["field-enum-value-added behaviour field /a"],
            &["field-enum-value-removed compile field /a"],
        ),
        (
            r#""properties": {"a": {"type": "integer", "maximum": 5}}"#,
            r#""properties": {"a": {"type": "integer", "maximum": 6}}"#,
            &["field-bound-changed docs field /a"],
            &["field-bound-changed docs field /a"],
        ),
    ];
    for (before, after, there, back) in cases {
        check_records(before, after, there, back);
    }
}

#[test]
fn grades_changes_of_tools() {
    let tool = |rest: &str| format!(r#"{{"name": "archive_keys", "resource": "keys", {rest}}}"#);
    let base = tool(r#""method": "archive", "description": "Archives.""#);
    let cases: &[(String, &[&str], &[&str])] = &[
        (
            tool(r#""method": "archive", "description": "Archives keys.""#),
            &["tool-text-changed docs* tool"],
            &["tool-text-changed docs* tool"],
        ),
        (
            tool(r#""method": "archive", "description": "Archives.", "tags": ["x"]"#),
            &["tool-tags-changed behaviour* tool"],
            &["tool-tags-changed behaviour* tool"],
        ),
        (
            tool(
                r#""method": "archive", "description": "Archives.", "response_schema": {"type": "object", "properties": {"id": {"type": "integer"}}}"#,
            ),
            &["response-schema-added compile response"],
            &["response-schema-removed compile response"],
        ),
    ];
    for (after, there, back) in cases {
        check_tools(&base, after, there, back);
    }
}
