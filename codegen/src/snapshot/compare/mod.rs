//! Comparison of two snapshots of a catalog.

mod change;
mod schema;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{RawTool, SCHEMA_KEYS, is_property_map, load_tools, wrap_properties};
use crate::diag::{Diagnostics, SourceLocation};
use crate::options::{CatalogKind, SourceText};
use crate::source::{Json, Members, child, parse_embedded, parse_json};
pub use change::CatalogChange;
use change::{Changes, all_keys};
use words::{change_of, texts};

/// Compares two catalogs of the same kind. Returns the changes, sorted by tool and pointer. Entries
/// that cannot be used as tools are ignored.
///
/// # Errors
///
/// One of the texts is not a catalog of this kind.
pub fn compare(
    kind: CatalogKind,
    before: &SourceText,
    after: &SourceText,
) -> Result<Vec<CatalogChange>, Diagnostics> {
    let before_json = parse_json(&before.file, &before.text)?;
    let after_json = parse_json(&after.file, &after.text)?;
    let before = load_tools(kind, &before.file, &before_json);
    let after = load_tools(kind, &after.file, &after_json);
    let mut problems = before.problems;
    problems.extend(after.problems);
    problems.finish()?;
    let (before, after) = (by_name(&before.tools), by_name(&after.tools));
    let mut changes = Vec::new();
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let mut tool_changes = Changes {
            tool: name,
            found: &mut changes,
        };
        match (before.get(name), after.get(name)) {
            (Some(before), Some(after)) => compare_tools(before, after, &mut tool_changes),
            (Some(_), None) => tool_changes.push("", "tool removed"),
            (None, _) => tool_changes.push("", "tool added"),
        }
    }
    changes.sort();
    Ok(changes)
}

fn by_name<'json>(tools: &'json [RawTool<'json>]) -> BTreeMap<&'json str, &'json Members> {
    tools
        .iter()
        .map(|tool| (&*tool.name, tool.members))
        .collect()
}

fn compare_tools(before: &Members, after: &Members, changes: &mut Changes<'_>) {
    for key in all_keys(before, after) {
        let (old, new) = (before.get(key), after.get(key));
        let pointer = child("", key);
        if SCHEMA_KEYS.contains(&key.as_str()) {
            compare_schemas_of_tools(old, new, &pointer, changes);
        } else if key == "tags" {
            compare_names(&texts(old), &texts(new), "tag", &pointer, changes);
        } else if key == "required" {
            let noun = "required argument";
            compare_names(&texts(old), &texts(new), noun, &pointer, changes);
        } else if old != new {
            changes.push(&pointer, change_of(key, old, new));
        }
    }
}

/// Compares lists of names, ignoring their order.
fn compare_names(
    before: &[&str],
    after: &[&str],
    noun: &str,
    pointer: &str,
    changes: &mut Changes<'_>,
) {
    for name in before.iter().filter(|name| !after.contains(name)) {
        changes.push(pointer, format!("{noun} removed `{name}`"));
    }
    for name in after.iter().filter(|name| !before.contains(name)) {
        changes.push(pointer, format!("{noun} added `{name}`"));
    }
}

/// Compares a schema of a tool, which the two snapshots may have in different forms.
fn compare_schemas_of_tools(
    before: Option<&Json>,
    after: Option<&Json>,
    pointer: &str,
    changes: &mut Changes<'_>,
) {
    match (
        before.and_then(parse_schema_value),
        after.and_then(parse_schema_value),
    ) {
        (None, None) => {}
        (None, Some(_)) => changes.push(pointer, "schema added"),
        (Some(_), None) => changes.push(pointer, "schema removed"),
        (Some(before), Some(after)) => match (bare(&before), bare(&after)) {
            (Some(before), Some(after)) => {
                schema::compare_maps(before, after, "property", pointer, changes);
            }
            (None, None) => schema::compare_schemas(&before, &after, pointer, changes),
            (Some(members), None) => {
                schema::compare_schemas(&wrap_properties(members), &after, pointer, changes);
            }
            (None, Some(members)) => {
                schema::compare_schemas(&before, &wrap_properties(members), pointer, changes);
            }
        },
    }
}

/// Returns the schema, parsed if it is a string of JSON or YAML.
fn parse_schema_value(value: &Json) -> Option<Cow<'_, Json>> {
    match value {
        Json::Null => None,
        Json::String(text) if text.trim().is_empty() => None,
        Json::String(text) => match parse_embedded(&SourceLocation::default(), text) {
            Ok(Json::Null) => None,
            Ok(json) => Some(Cow::Owned(json)),
            Err(_) => Some(Cow::Borrowed(value)),
        },
        value => Some(Cow::Borrowed(value)),
    }
}

/// Returns the members of a bare map of properties.
fn bare(json: &Json) -> Option<&Members> {
    json.as_object().filter(|members| is_property_map(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares catalogs of one tool, `t`, with these members.
    #[track_caller]
    fn check(before: &str, after: &str, expected: &[&str]) {
        let document = |members: &str| SourceText {
            file: "x.json".to_owned(),
            text: format!(r#"[{{"name": "t", {members}}}]"#),
        };
        let changes = compare(CatalogKind::Truto, &document(before), &document(after)).unwrap();
        let found: Vec<String> = changes
            .iter()
            .map(|change| format!("{} {}", change.pointer, change.what))
            .collect();
        assert_eq!(found, expected);
    }

    /// Compares tools whose query has these properties, of which `b` is required.
    #[track_caller]
    fn check_query(before: &str, after: &str, expected: &[&str]) {
        let tool = |properties: &str| {
            format!(r#""query_schema": {{"properties": {{{properties}}}, "required": ["b"]}}"#)
        };
        check(&tool(before), &tool(after), expected);
    }

    #[test]
    fn describes_changes_of_properties() {
        let at = "/query_schema/properties/";
        check_query(
            r#""a": {"enum": ["day"]}"#,
            r#""a": {"enum": ["hour", "day"]}"#,
            &[&format!(r#"{at}a enum value added "hour""#)],
        );
        check_query(
            r#""a": {"type": "string"}, "c": {"items": {"format": "date"}}"#,
            r#""a": {"type": ["integer", "null"]}, "c": {"items": {"format": "email"}}"#,
            &[
                &format!("{at}a type changed `string` -> `integer or null`"),
                &format!(r#"{at}c/items format changed "date" -> "email""#),
            ],
        );
        check_query(
            r#""a": {"type": "string"}"#,
            r#""b": {"type": "string"}, "d": {"$ref": "x"}"#,
            &[
                &format!("{at}a property removed"),
                &format!("{at}b required property added (string)"),
                &format!("{at}d property added"),
            ],
        );
        check_query(
            r#""a": {"description": "Largest number of records in one page of the answer."}"#,
            r#""a": {"description": "Largest number of records in one page of an answer.", "minimum": 1}"#,
            &[
                &format!(
                    r#"{at}a description changed "… in one page of the answer." -> "… in one page of an answer.""#
                ),
                &format!("{at}a minimum added 1"),
            ],
        );
    }

    #[test]
    fn reports_required_at_the_property() {
        check(
            r#""query_schema": {"properties": {"a": {}, "b": {}}, "required": ["a"]}, "required": ["a"]"#,
            r#""query_schema": {"properties": {"a": {}, "b": {}}, "required": ["b"]}, "required": ["b"]"#,
            &[
                "/query_schema/properties/a became optional",
                "/query_schema/properties/b became required",
                "/required required argument added `b`",
                "/required required argument removed `a`",
            ],
        );
    }

    #[test]
    fn ignores_the_form_of_a_schema() {
        check(
            r#""query_schema": "type: object\nproperties:\n  a: {type: string}", "tags": ["x", "y"]"#,
            r#""query_schema": {"a": {"type": "string"}}, "body_schema": null, "tags": ["y", "x"]"#,
            &[],
        );
    }

    #[test]
    fn reports_added_and_removed_tools() {
        let document = |names: &str| SourceText {
            file: "x.json".to_owned(),
            text: names.to_owned(),
        };
        let before = document(r#"[{"name": "a"}, {"name": "b", "method": "get"}]"#);
        let after = document(r#"{"result": [{"name": "c"}, {"name": "b", "method": "list"}]}"#);
        let changes = compare(CatalogKind::Truto, &before, &after).unwrap();
        let found: Vec<_> = changes
            .iter()
            .map(|change| format!("{}{} {}", change.tool, change.pointer, change.what))
            .collect();
        let method = r#"b/method method changed "get" -> "list""#;
        assert_eq!(found, ["a tool removed", method, "c tool added"]);
    }
}
