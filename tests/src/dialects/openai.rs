//! OpenAI: <https://platform.openai.com/docs/api-reference/chat/create> and
//! <https://platform.openai.com/docs/guides/structured-outputs> ("Supported schemas").

use serde_json::Value as Json;

use super::Report;
use super::schema::{check_closed, check_json_schema, check_keywords, has_type, walk};

pub(super) fn check(function: &Json, report: &mut Report) {
    // API reference, `name`: a-z, A-Z, 0-9, underscores and dashes, at most 64.
    report.expect_name(function["name"].as_str().unwrap_or_default(), 64, "_-");
    // The endpoint: "Expected a string with maximum length 1024".
    let description = function["description"].as_str().unwrap_or_default();
    report.expect(
        description.chars().count() <= 1024,
        "description",
        "at most 1024 characters",
    );
    let schema = &function["parameters"];
    check_json_schema(schema, report);
    // The endpoint: "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/
    // 'const'/'not' at the top level".
    report.expect(schema["type"] == "object", "#", "type is object");
    for keyword in ["oneOf", "anyOf", "allOf", "enum", "const", "not"] {
        report.expect(
            schema.get(keyword).is_none(),
            keyword,
            "not at the top level",
        );
    }
    walk(schema, &mut |place, at, _| {
        // The endpoint: "object schema missing properties", "array schema missing items".
        report.expect(
            !has_type(at, "object") || at["properties"].is_object(),
            place,
            "an object has properties",
        );
        report.expect(
            !has_type(at, "array") || at["items"].is_object(),
            place,
            "an array has items",
        );
    });
    if function["strict"] == true {
        check_strict(schema, report);
    }
}

/// "Supported properties", "Supported types", definitions and references to them.
const KEYWORDS: [&str; 21] = [
    "type",
    "enum",
    "anyOf",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "$ref",
    "$defs",
    "description",
    "title",
    "const",
    "pattern",
    "format",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "minItems",
    "maxItems",
];

/// Guide "Structured model outputs", "Supported schemas".
fn check_strict(schema: &Json, report: &mut Report) {
    // "Supported properties", "Supported types", "Definitions are supported", "Recursive schemas are
    // supported".
    check_keywords(schema, &KEYWORDS, report);
    // "additionalProperties: false must always be set in objects".
    check_closed(schema, report);
    walk(schema, &mut |place, at, _| check_part(place, at, report));
    let (mut properties, mut values, mut text) = (0, 0, 0);
    walk(schema, &mut |place, at, depth| {
        // "Objects have limitations on nesting depth and size": 10 levels.
        report.expect(depth <= 11, place, "at most 10 levels of nesting");
        // "All fields must be required".
        if let Some(members) = at["properties"].as_object() {
            properties += members.len();
            let required = at["required"].as_array().cloned().unwrap_or_default();
            let is_complete = members
                .keys()
                .all(|name| required.contains(&Json::from(name.as_str())));
            report.expect(
                is_complete && required.len() == members.len(),
                place,
                "every property required once",
            );
            text += members.keys().map(String::len).sum::<usize>();
        }
        text += at["$defs"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.len())
            .sum::<usize>();
        if let Some(list) = at["enum"].as_array() {
            values += list.len();
            let length: usize = list.iter().filter_map(Json::as_str).map(str::len).sum();
            text += length;
            // "Limitations on enum size": 15,000 characters where there are more than 250 values.
            report.expect(list.len() <= 250 || length <= 15_000, place, "a short enum");
        }
    });
    // "A schema may have up to 5000 object properties total", "1000 enum values", "120,000
    // characters" of all names and values.
    report.expect(properties <= 5000, "#", "at most 5000 properties");
    report.expect(values <= 1000, "#", "at most 1000 enum values");
    report.expect(
        text <= 120_000,
        "#",
        "at most 120,000 characters in names and values",
    );
}

/// Checks one schema without the schemas in it.
fn check_part(place: &str, at: &Json, report: &mut Report) {
    // Every schema has a type, a reference or a union.
    let has_kind = ["type", "$ref", "anyOf"]
        .iter()
        .any(|keyword| at.get(*keyword).is_some());
    report.expect(has_kind, place, "a type");
    report.expect(
        at.get("$ref").is_none() || at.as_object().map_or(0, serde_json::Map::len) == 1,
        place,
        "no keyword next to a reference",
    );
    if let Some(format) = at["format"].as_str() {
        // "Supported `string` properties": these formats.
        let known = [
            "date-time",
            "time",
            "date",
            "duration",
            "email",
            "hostname",
            "ipv4",
            "ipv6",
            "uuid",
        ];
        report.expect(known.contains(&format), place, "a supported format");
    }
}
