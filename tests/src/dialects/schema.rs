//! A walk through a schema, and the rules that providers share.

use serde_json::Value as Json;

use super::Report;

/// Calls `visit` with each schema in `schema`, its place, and the number of objects around it.
pub(super) fn walk(schema: &Json, visit: &mut dyn FnMut(&str, &Json, usize)) {
    step(schema, "#", 0, visit);
}

fn step(schema: &Json, place: &str, depth: usize, visit: &mut dyn FnMut(&str, &Json, usize)) {
    if !schema.is_object() {
        return;
    }
    let depth = depth + usize::from(has_type(schema, "object"));
    visit(place, schema, depth);
    for keyword in [
        "properties",
        "$defs",
        "patternProperties",
        "dependentSchemas",
    ] {
        for (name, below) in schema[keyword].as_object().into_iter().flatten() {
            let depth = if keyword == "$defs" { 0 } else { depth };
            step(below, &format!("{place}/{keyword}/{name}"), depth, visit);
        }
    }
    for keyword in ["anyOf", "oneOf", "allOf", "prefixItems"] {
        for (index, below) in schema[keyword].as_array().into_iter().flatten().enumerate() {
            step(below, &format!("{place}/{keyword}/{index}"), depth, visit);
        }
    }
    for keyword in [
        "items",
        "additionalProperties",
        "not",
        "if",
        "then",
        "else",
        "contains",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    ] {
        step(
            &schema[keyword],
            &format!("{place}/{keyword}"),
            depth,
            visit,
        );
    }
}

pub(super) fn has_type(schema: &Json, name: &str) -> bool {
    match &schema["type"] {
        Json::Array(names) => names.iter().any(|known| known == name),
        known => known == name,
    }
}

/// Expects JSON Schema of draft 2020-12 whose references all have a target in it.
pub(super) fn check_json_schema(schema: &Json, report: &mut Report) {
    report.expect(
        jsonschema::meta::is_valid(schema),
        "#",
        "JSON Schema of draft 2020-12",
    );
    walk(schema, &mut |place, at, _| {
        if let Some(reference) = at["$ref"].as_str() {
            let target = reference
                .strip_prefix('#')
                .and_then(|at| schema.pointer(at));
            report.expect(target.is_some(), place, "a reference with a target");
        }
    });
}

/// Expects only these keywords.
pub(super) fn check_keywords(schema: &Json, known: &[&str], report: &mut Report) {
    walk(schema, &mut |place, at, _| {
        for keyword in at
            .as_object()
            .into_iter()
            .flatten()
            .map(|(keyword, _)| keyword)
        {
            let rule = format!("`{keyword}` is a keyword of the provider");
            report.expect(known.contains(&keyword.as_str()), place, &rule);
        }
    });
}

/// Expects every object to be closed.
pub(super) fn check_closed(schema: &Json, report: &mut Report) {
    walk(schema, &mut |place, at, _| {
        if has_type(at, "object") {
            report.expect(
                at["additionalProperties"] == false,
                place,
                "additionalProperties is false",
            );
        }
    });
}
