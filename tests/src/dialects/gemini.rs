//! Gemini: <https://ai.google.dev/api/caching#FunctionDeclaration>, `#Schema`,
//! <https://ai.google.dev/gemini-api/docs/structured-output> and, for names,
//! <https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/FunctionDeclaration>.

use serde_json::Value as Json;

use super::Report;
use super::schema::{check_json_schema, check_keywords, walk};

pub(super) fn check(declaration: &Json, report: &mut Report) {
    // `name`: starts with a letter or an underscore; letters, digits, underscores, dots, dashes; at
    // most 128.
    let name = declaration["name"].as_str().unwrap_or_default();
    report.expect_name(name, 128, "_.-");
    let starts_well =
        |name: &str| name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    report.expect(starts_well(name), name, "starts with a letter");
    report.expect(declaration["description"].is_string(), "", "a description");
    // `parametersJsonSchema`: "mutually exclusive with `parameters`". Both may be left out.
    let schemas = [
        &declaration["parameters"],
        &declaration["parametersJsonSchema"],
    ];
    let [parameters, json_schema] = schemas;
    report.expect(
        parameters.is_null() || json_schema.is_null(),
        "",
        "one schema",
    );
    for schema in schemas.into_iter().filter(|schema| !schema.is_null()) {
        report.expect(schema["type"] == "object", "#", "type is object");
        // Names of parameters: letters, digits, underscores, at most 64 (Vertex AI).
        for (name, _) in schema["properties"].as_object().into_iter().flatten() {
            report.expect_name(name, 64, "_");
            report.expect(starts_well(name), name, "starts with a letter");
        }
    }
    if !parameters.is_null() {
        check_parameters(parameters, report);
    }
    if !json_schema.is_null() {
        check_json_schema_parameters(json_schema, report);
    }
}

fn check_json_schema_parameters(json_schema: &Json, report: &mut Report) {
    check_json_schema(json_schema, report);
    // "JSON Schema support": the keywords of `responseJsonSchema`.
    let known = [
        "$id",
        "$defs",
        "$ref",
        "$anchor",
        "type",
        "format",
        "title",
        "description",
        "enum",
        "items",
        "prefixItems",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "anyOf",
        "oneOf",
        "properties",
        "additionalProperties",
        "required",
        "propertyOrdering",
    ];
    check_keywords(json_schema, &known, report);
    walk(json_schema, &mut |place, at, _| {
        // "If $ref is set on a sub-schema, no other properties, except for than those starting
        // as a $, may be set."
        let others = at
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(keyword, _)| !keyword.starts_with('$'));
        report.expect(
            at.get("$ref").is_none() || others.count() == 0,
            place,
            "no keyword next to a reference",
        );
        // `enum` is of strings and numbers.
        let mut values = at["enum"].as_array().into_iter().flatten();
        report.expect(
            values.all(|value| value.is_string() || value.is_number()),
            place,
            "plain values",
        );
    });
}

/// The `Schema` object.
fn check_parameters(schema: &Json, report: &mut Report) {
    let known = [
        "type",
        "format",
        "title",
        "description",
        "nullable",
        "enum",
        "maxItems",
        "minItems",
        "properties",
        "required",
        "minProperties",
        "maxProperties",
        "minLength",
        "maxLength",
        "pattern",
        "example",
        "anyOf",
        "propertyOrdering",
        "default",
        "items",
        "minimum",
        "maximum",
    ];
    check_keywords(schema, &known, report);
    walk(schema, &mut |place, at, _| {
        if at.get("anyOf").is_some() {
            // The endpoint: "when using any_of, it must be the only fields set".
            report.expect(
                at.as_object().map_or(0, serde_json::Map::len) == 1,
                place,
                "no keyword next to anyOf",
            );
            return;
        }
        // `Type`: one of these, and one only.
        let kind = at["type"].as_str().unwrap_or_default();
        let known = ["string", "number", "integer", "boolean", "array", "object"];
        report.expect(known.contains(&kind), place, "one type");
        if kind == "object" {
            // The endpoint: "properties: should be non-empty for OBJECT type".
            let members = at["properties"].as_object();
            report.expect(
                members.is_some_and(|members| !members.is_empty()),
                place,
                "properties",
            );
            let mut required = at["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str);
            report.expect(
                required.all(|name| at["properties"].get(name).is_some()),
                place,
                "required properties exist",
            );
        }
        check_values(place, at, kind, report);
    });
}

fn check_values(place: &str, at: &Json, kind: &str, report: &mut Report) {
    // The endpoint: "items: missing field".
    report.expect(kind != "array" || at["items"].is_object(), place, "items");
    if let Some(values) = at["enum"].as_array() {
        // The endpoint: "enum: only allowed for STRING type", "enum[0]: cannot be empty".
        let is_string = |value: &Json| value.as_str().is_some_and(|text| !text.is_empty());
        report.expect(
            kind == "string" && !values.is_empty() && values.iter().all(is_string),
            place,
            "an enum of strings",
        );
    }
    if let Some(format) = at["format"].as_str() {
        // The endpoint: "only 'enum' and 'date-time' are supported for STRING type"; `Schema`:
        // float, double, int32, int64 for numbers.
        let known: &[&str] = match kind {
            "string" => &["enum", "date-time"],
            _ => &["float", "double", "int32", "int64"],
        };
        report.expect(known.contains(&format), place, "a supported format");
        report.expect(
            format != "enum" || at["enum"].is_array(),
            place,
            "values with the format enum",
        );
    }
}
