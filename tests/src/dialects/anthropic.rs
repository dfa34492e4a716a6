//! Anthropic: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use>
//! and <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>.

use serde_json::Value as Json;
use toolsmith_runtime::dialect::OrderedJson;

use super::Report;
use super::schema::{check_closed, check_json_schema, check_keywords, walk};

pub(super) fn check(definition: &Json, report: &mut Report) {
    // "Define tools", `name`: must match ^[a-zA-Z0-9_-]{1,128}$.
    report.expect_name(definition["name"].as_str().unwrap_or_default(), 128, "_-");
    let schema = &definition["input_schema"];
    // The endpoint: "It must match JSON Schema draft 2020-12".
    check_json_schema(schema, report);
    report.expect(schema["type"] == "object", "#", "type is object");
    // The endpoint: "input_schema does not support oneOf, allOf, or anyOf at the top level".
    for keyword in ["oneOf", "anyOf", "allOf"] {
        report.expect(
            schema.get(keyword).is_none(),
            keyword,
            "not at the top level",
        );
    }
    // The endpoint: "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'", at the top.
    for (name, _) in schema["properties"].as_object().into_iter().flatten() {
        report.expect_name(name, 64, "_.-");
    }
    if definition["strict"] == true {
        check_strict(schema, report);
    }
}

/// "Structured outputs", "JSON Schema limitations".
fn check_strict(schema: &Json, report: &mut Report) {
    // "Supported features": the basic types, enum, const, anyOf and allOf, $ref and $defs, default,
    // required, formats, minItems of 0 and 1.
    let known = [
        "type",
        "enum",
        "const",
        "anyOf",
        "allOf",
        "$ref",
        "$defs",
        "default",
        "required",
        "properties",
        "additionalProperties",
        "items",
        "description",
        "title",
        "format",
        "minItems",
    ];
    check_keywords(schema, &known, report);
    check_closed(schema, report);
    walk(schema, &mut |place, at, _| {
        if let Some(format) = at["format"].as_str() {
            let known = [
                "date-time",
                "time",
                "date",
                "duration",
                "email",
                "hostname",
                "uri",
                "ipv4",
                "ipv6",
                "uuid",
            ];
            report.expect(known.contains(&format), place, "a supported format");
        }
        let least = at["minItems"].as_u64();
        report.expect(
            least.is_none_or(|least| least <= 1),
            place,
            "minItems is 0 or 1",
        );
        // "Complex types within enums" are not supported.
        let mut values = at["enum"].as_array().into_iter().flatten();
        report.expect(
            !values.any(|value| value.is_object() || value.is_array()),
            place,
            "plain enum values",
        );
    });
    // "Recursive schemas" are not supported.
    let mut names: Vec<&String> = schema["$defs"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .collect();
    names.retain(|name| reaches(schema, name, name, &mut Vec::new()));
    report.expect(names.is_empty(), "$defs", "no recursion");
}

/// Returns `true` if the definition `from` refers to `to`, directly or indirectly.
fn reaches(schema: &Json, from: &str, to: &str, visited: &mut Vec<String>) -> bool {
    let mut targets = Vec::new();
    walk(&schema["$defs"][from], &mut |_, at, _| {
        let target = at["$ref"]
            .as_str()
            .and_then(|target| target.strip_prefix("#/$defs/"));
        targets.extend(target.map(str::to_owned));
    });
    targets.into_iter().any(|target| {
        if target == to {
            return true;
        }
        let is_new = !visited.contains(&target);
        visited.push(target.clone());
        is_new && reaches(schema, &target, to, visited)
    })
}

/// "Structured outputs", "Schema complexity limits": 20 strict tools in a request, 24 optional
/// parameters and 16 parameters with a union in all of them.
pub(super) fn check_request(definitions: &[OrderedJson], report: &mut Report) {
    let (mut tools, mut optional, mut unions) = (0, 0, 0);
    for definition in definitions
        .iter()
        .filter(|definition| definition["strict"] == true)
    {
        tools += 1;
        walk(&definition["input_schema"], &mut |_, at, _| {
            let members = at["properties"].as_object().map_or(0, serde_json::Map::len);
            optional += members - at["required"].as_array().map_or(0, Vec::len);
            unions += usize::from(at.get("anyOf").is_some() || at["type"].is_array());
        });
    }
    report.expect(tools <= 20, "", "20 strict tools");
    report.expect(optional <= 24, "", "24 optional parameters");
    report.expect(unions <= 16, "", "16 parameters with unions");
}
