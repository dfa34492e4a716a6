//! The order of properties across fetches: a fetched catalog takes the order of the snapshot.
//!
//! Some servers keep their schemas in unordered maps and list properties in another order each time.
//! A fetch that differs from the snapshot only in order changes nothing. `properties` and `required`
//! keep their order; the canonical form sorts everything else.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{SCHEMA_KEYS, is_property_map, wrap_properties};
use crate::diag::SourceLocation;
use crate::schema::{Holds, holds, properties_layout, schema_layout};
use crate::source::{Json, Layout, Members, compact, parse_embedded};

/// Gives the tool `after` the order of `before`, the same tool in the snapshot.
pub(super) fn keep_order(after: &mut Members, before: &Members) {
    for (key, after) in after.iter_mut() {
        let Some(before) = before.get(key) else {
            continue;
        };
        if SCHEMA_KEYS.contains(&key.as_str()) {
            keep_schema_order(after, before);
        } else if key == "required" {
            arrange_names(after, before);
        }
    }
}

/// Gives a schema of a tool the order of the snapshot's. Either may be a string, or a bare map of
/// properties.
fn keep_schema_order(after: &mut Json, before: &Json) {
    let (Some(parsed_before), Some(parsed_after)) = (parsed(before), parsed(after)) else {
        return;
    };
    let is_text = after.as_str().is_some();
    if is_text && before.as_str().is_some() && is_same(&parsed_after, &parsed_before) {
        // A string cannot be put in order, but it can stay.
        *after = before.clone();
        return;
    }
    let mut arranged = parsed_after.into_owned();
    let own_order = is_text.then(|| compact(&layout(&arranged)));
    match (bare(&parsed_before), bare(&arranged).is_some()) {
        (Some(before), true) => arrange_bare(&mut arranged, before, before),
        (Some(before), false) => arrange_schema(&mut arranged, &wrap_properties(before)),
        (None, false) => arrange_schema(&mut arranged, &parsed_before),
        (None, true) => {
            let before = parsed_before.as_object();
            let properties = before.and_then(|before| before.get("properties")?.as_object());
            if let (Some(before), Some(properties)) = (before, properties) {
                arrange_bare(&mut arranged, before, properties);
            }
        }
    }
    // A string whose order is right stays a string.
    if own_order != Some(compact(&layout(&arranged))) {
        *after = arranged;
    }
}

/// Returns a schema, parsed if it is a string of JSON or YAML; `None` if there is none.
fn parsed(value: &Json) -> Option<Cow<'_, Json>> {
    match value {
        Json::String(text) => {
            let parsed = parse_embedded(&SourceLocation::default(), text).ok()?;
            parsed.as_object().is_some().then_some(Cow::Owned(parsed))
        }
        value => value.as_object().is_some().then_some(Cow::Borrowed(value)),
    }
}

fn bare(json: &Json) -> Option<&Members> {
    json.as_object().filter(|members| is_property_map(members))
}

fn layout(json: &Json) -> Layout<'_> {
    match bare(json) {
        Some(members) => properties_layout(members),
        None => schema_layout(json),
    }
}

/// Arranges a bare map of properties like `properties`, which belong to `before`.
fn arrange_bare(after: &mut Json, before: &Members, properties: &Members) {
    let Json::Object(after) = after else {
        return;
    };
    if let (Some(required), Some(known)) = (after.get_mut("required"), before.get("required")) {
        arrange_names(required, known);
    }
    arrange_properties(after, properties);
}

/// Arranges a schema and everything below it.
fn arrange_schema(after: &mut Json, before: &Json) {
    let (Json::Object(after), Some(before)) = (after, before.as_object()) else {
        return;
    };
    for (keyword, after) in after.iter_mut() {
        let Some(before) = before.get(keyword) else {
            continue;
        };
        match (holds(keyword), after, before) {
            (Holds::SchemaMap, Json::Object(after), Json::Object(before)) => {
                if keyword == "properties" {
                    arrange_properties(after, before);
                } else {
                    arrange_each(after, before);
                }
            }
            (Holds::Schema, Json::Array(after), Json::Array(before)) => {
                arrange_list(after, before);
            }
            (Holds::Schema, after, before) => arrange_schema(after, before),
            (Holds::Value, after, before) if keyword == "required" => {
                arrange_names(after, before);
            }
            (Holds::Value | Holds::SchemaMap, ..) => {}
        }
    }
}

fn arrange_properties(after: &mut Members, before: &Members) {
    let keys = |members: &Members| -> Vec<String> {
        let members = members.in_order().into_iter();
        members.map(|(key, _)| key.clone()).collect()
    };
    if let Some(order) = merge_orders(&keys(after), &keys(before)) {
        after.arrange(&order);
    }
    arrange_each(after, before);
}

fn arrange_each(after: &mut Members, before: &Members) {
    for (name, after) in after.iter_mut() {
        if let Some(before) = before.get(name) {
            arrange_schema(after, before);
        }
    }
}

/// Arranges the schemas of a list. Each takes the order of the schema that differs from it only in
/// order, or else of the schema at the same index.
fn arrange_list(after: &mut [Json], before: &[Json]) {
    let mut left: Vec<&Json> = before.iter().collect();
    let mut others: Vec<&mut Json> = Vec::new();
    for after in after {
        match left.iter().position(|before| is_same(after, before)) {
            Some(index) => arrange_schema(after, left.remove(index)),
            None => others.push(after),
        }
    }
    if others.len() == left.len() {
        for (after, before) in others.into_iter().zip(left) {
            arrange_schema(after, before);
        }
    }
}

/// Arranges a list of names.
fn arrange_names(after: &mut Json, before: &Json) {
    let names = |json: &Json| -> Option<Vec<String>> {
        let names = json.as_array()?.iter();
        let names: Vec<String> = names
            .map(|name| Some(name.as_str()?.to_owned()))
            .collect::<Option<_>>()?;
        let distinct: BTreeSet<&String> = names.iter().collect();
        (distinct.len() == names.len()).then_some(names)
    };
    if let (Some(own), Some(known)) = (names(after), names(before))
        && let Some(order) = merge_orders(&own, &known)
    {
        *after = Json::Array(order.into_iter().map(Json::String).collect());
    }
}

/// Returns the keys of `after` in the order of `before`. A new key stays after the key that it
/// follows in `after`. Returns `None` if that is the order of `after`.
fn merge_orders(after: &[String], before: &[String]) -> Option<Vec<String>> {
    let current: BTreeSet<&String> = after.iter().collect();
    let known: BTreeSet<&String> = before.iter().collect();
    let mut followers: BTreeMap<Option<&String>, Vec<&String>> = BTreeMap::new();
    let mut last = None;
    for key in after {
        if known.contains(key) {
            last = Some(key);
        } else {
            followers.entry(last).or_default().push(key);
        }
    }
    let kept = before.iter().filter(|key| current.contains(key));
    let mut order: Vec<&String> = followers.remove(&None).unwrap_or_default();
    for key in kept {
        order.push(key);
        order.extend(followers.remove(&Some(key)).unwrap_or_default());
    }
    let is_same = order.iter().copied().eq(after);
    (!is_same).then(|| order.into_iter().cloned().collect())
}

/// Returns `true` if two schemas differ only in the order of properties and required names.
fn is_same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|((key, one), (name, other))| {
                    key == name && (is_same(one, other) || key == "required" && is_set(one, other))
                })
        }
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        (one, other) => one == other,
    }
}

/// Returns `true` if two lists have the same elements.
fn is_set(one: &Json, other: &Json) -> bool {
    let (Some(one), Some(other)) = (one.as_array(), other.as_array()) else {
        return false;
    };
    one.len() == other.len() && one.iter().all(|element| other.contains(element))
}

#[cfg(test)]
mod tests {
    use crate::catalog::tests::document;
    use crate::options::{CatalogKind, SourceText, UnreadableTools};
    use crate::snapshot::{canonicalize, update};

    /// Updates a snapshot of one tool, whose body schema is `before`, with the schema `fetched`, and
    /// checks the schema in the result.
    #[track_caller]
    fn check(before: &str, fetched: &str, expected: &str) {
        let catalog = |schema: &str| {
            let text = format!(
                r#"[{{"resource": "r", "method": "m", "name": "t", "body_schema": {schema}}}]"#
            );
            document("x.json", &text)
        };
        let canonical = |schema: &str| {
            let snapshot = canonicalize(CatalogKind::Truto, &catalog(schema)).unwrap();
            document("x.json", &snapshot.text)
        };
        let before = canonical(before);
        let fetched = catalog(fetched);
        let update_of = |before: &SourceText| {
            let unreadable = UnreadableTools::Refused;
            update(CatalogKind::Truto, unreadable, Some(before), &fetched).unwrap()
        };
        let updated = update_of(&before);
        assert_eq!(updated.text, canonical(expected).text);
        let is_kept = canonical(expected).text != canonical_text(&fetched.text);
        assert_eq!(updated.reordered, if is_kept { vec!["t"] } else { vec![] });
        let again = update_of(&document("x.json", &updated.text));
        assert_eq!(again.text, updated.text, "the result is stable");
    }

    fn canonical_text(text: &str) -> String {
        let snapshot = canonicalize(CatalogKind::Truto, &document("x.json", text));
        snapshot.unwrap().text
    }

    #[test]
    fn keeps_the_order_of_the_snapshot() {
        let before = r#"{"properties": {"reasoning": {}, "answer": {"properties": {"z": {}, "a": {}}}}, "required": ["reasoning", "answer"]}"#;
        let shuffled = r#"{"required": ["answer", "reasoning"], "properties": {"answer": {"properties": {"a": {}, "z": {}}}, "reasoning": {}}}"#;
        check(before, shuffled, before);
        for nested in [
            r#"{"items": SCHEMA}"#,
            r#"{"anyOf": [{"type": "null"}, SCHEMA]}"#,
            r#"{"$defs": {"A": SCHEMA}, "$ref": "\#/$defs/A"}"#,
            r#"{"additionalProperties": {"allOf": [SCHEMA, {"prefixItems": [SCHEMA]}]}}"#,
            r#"{"properties": {"only": SCHEMA}}"#,
            r#"{"only": SCHEMA, "other": {}}"#,
        ] {
            let nested = |schema: &str| nested.replace("SCHEMA", schema).replace("\\#", "#");
            check(&nested(before), &nested(shuffled), &nested(before));
        }
    }

    #[test]
    fn places_new_properties_behind_the_ones_that_they_follow() {
        check(
            r#"{"properties": {"c": {}, "a": {}}}"#,
            r#"{"properties": {"first": {}, "a": {"type": "string"}, "new": {}, "newer": {}, "c": {}, "last": {}}}"#,
            r#"{"properties": {"first": {}, "c": {}, "last": {}, "a": {"type": "string"}, "new": {}, "newer": {}}}"#,
        );
        check(
            r#"{"properties": {"b": {}, "gone": {}, "a": {}}, "required": ["b", "gone", "a"]}"#,
            r#"{"properties": {"a": {}, "b": {}, "n": {}}, "required": ["n", "a", "b"]}"#,
            r#"{"properties": {"b": {}, "n": {}, "a": {}}, "required": ["n", "b", "a"]}"#,
        );
    }

    #[test]
    fn keeps_the_order_across_the_forms_of_a_schema() {
        let yaml = r#""properties:\n  b: {}\n  a: {}\nrequired: [b, a]""#;
        let json = r#""{\"required\": [\"a\", \"b\"], \"properties\": {\"a\": {}, \"b\": {}}}""#;
        let object = r#"{"properties": {"b": {}, "a": {}}, "required": ["b", "a"]}"#;
        // A string with another order stays as it was, or becomes an object.
        check(yaml, json, yaml);
        check(object, json, object);
        check(object, yaml, yaml);
        check(
            yaml,
            r#"{"properties": {"a": {}, "b": {}}, "required": ["a", "b"]}"#,
            object,
        );
        check(
            yaml,
            r#""{\"properties\": {\"a\": {}, \"b\": {}, \"c\": {}}}""#,
            r#"{"properties": {"b": {}, "c": {}, "a": {}}}"#,
        );
        let bare = r#"{"b": {"type": "string"}, "a": {"type": "string"}, "required": ["b", "a"]}"#;
        check(
            bare,
            r#"{"required": ["a", "b"], "a": {"type": "string"}, "b": {"type": "string"}}"#,
            bare,
        );
        check(
            bare,
            r#"{"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"]}"#,
            r#"{"type": "object", "properties": {"b": {}, "a": {}}, "required": ["b", "a"]}"#,
        );
        check(
            r#"{"type": "object", "properties": {"b": {}, "a": {}}}"#,
            r#"{"a": {}, "b": {}}"#,
            r#"{"b": {}, "a": {}}"#,
        );
    }

    #[test]
    fn recognizes_the_branches_of_a_union_in_other_places() {
        let one = r#"{"properties": {"z": {}, "a": {}}}"#;
        let other = r#"{"properties": {"y": {}, "a": {}}}"#;
        check(
            &format!(r#"{{"anyOf": [{one}, {other}]}}"#),
            r#"{"anyOf": [{"properties": {"a": {}, "y": {}}}, {"properties": {"a": {}, "z": {}}}]}"#,
            &format!(r#"{{"anyOf": [{other}, {one}]}}"#),
        );
    }

    #[test]
    fn values_are_not_in_order() {
        let before =
            r#"{"default": {"b": 1, "a": 2}, "examples": [{"properties": {"b": 1, "a": 2}}]}"#;
        let after =
            r#"{"default": {"a": 2, "b": 1}, "examples": [{"properties": {"a": 2, "b": 1}}]}"#;
        check(before, after, after);
    }

    #[test]
    fn keeps_the_order_of_functions_in_every_form() {
        let before = r#"[{"name": "f", "inputSchema": {"properties": {"b": {}, "a": {}}}, "outputSchema": {"properties": {"d": {}, "c": {}}}}]"#;
        let before = document(
            "x.json",
            &canonicalize(CatalogKind::Functions, &document("x.json", before))
                .unwrap()
                .text,
        );
        for fetched in [
            r#"{"tools": [{"type": "function", "function": {"name": "f", "parameters": {"properties": {"a": {}, "b": {}}}, "outputSchema": {"properties": {"c": {}, "d": {}}}}}]}"#,
            r#"[{"functionDeclarations": [{"name": "f", "parameters": {"properties": {"a": {}, "b": {}}}, "responseJsonSchema": {"properties": {"c": {}, "d": {}}}}]}]"#,
        ] {
            let fetched = document("x.json", fetched);
            let updated = update(
                CatalogKind::Functions,
                UnreadableTools::Refused,
                Some(&before),
                &fetched,
            )
            .unwrap();
            assert_eq!(updated.text, before.text);
            assert_eq!(updated.reordered, ["f"]);
        }
    }
}
