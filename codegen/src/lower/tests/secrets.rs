//! Secrets that an overlay marks.

use super::{document, input};
use crate::lower::lower_input;
use crate::model::StructFields;
use crate::options::CatalogInput;

const OVERLAY: &str = r#"
    [[change]]
    tool = "get_keys"
    at = "/query_schema/properties/hint"
    secret = true
    reason = "it opens doors"

    [[change]]
    tool = "get_keys"
    at = "/response_schema/properties/fingerprint"
    secret = true
    reason = "it opens doors"

    [[change]]
    tool = "get_keys"
    at = "/response_schema/properties/owner/properties/pin"
    secret = true
    reason = "it opens doors"
"#;

/// Returns a catalog of two tools that share the type of their records.
fn keys(overlay: &str) -> CatalogInput {
    let record = r#"{"type": "object", "properties": {
        "id": {"type": "string"}, "fingerprint": {"type": "string"},
        "owner": {"type": "object", "properties": {"pin": {"type": "string"}}}}}"#;
    let tool = |method: &str| {
        format!(
            r#"{{"name": "{method}_keys", "resource": "keys", "method": "{method}",
                "query_schema": {{"properties": {{"id": {{"type": "string"}}, "hint": {{"type": "string"}}}}}},
                "response_schema": {record}}}"#
        )
    };
    let mut input = input(&format!("[{},{}]", tool("get"), tool("rotate")));
    input.overlay = Some(document("demo.overlay.toml", overlay));
    input
}

#[test]
fn a_marked_property_is_a_secret_of_every_place_that_shares_its_type() {
    let input = keys(OVERLAY);
    let lowered = lower_input(&input).unwrap_or_else(|problems| panic!("{problems}"));
    let secrets: Vec<&str> = lowered.api.secrets().into_iter().collect();
    assert_eq!(secrets, ["fingerprint", "hint", "pin"]);
    let records = lowered
        .api
        .structs
        .iter()
        .filter_map(|item| match &item.fields {
            StructFields::Response { fields, .. } => Some(fields),
            StructFields::Request { .. } => None,
        });
    let marked = records.flatten().filter(|field| field.is_secret).count();
    assert_eq!(marked, 2);
    let marked_arguments: Vec<bool> = lowered
        .api
        .operations()
        .map(|operation| operation.request.fields.iter().any(|field| field.is_secret))
        .collect();
    assert_eq!(marked_arguments, [true, false]);

    let generated = crate::generate(std::slice::from_ref(&input), &crate::Options::default());
    let files = generated
        .unwrap_or_else(|problems| panic!("{problems}"))
        .files;
    let code: String = files.0.into_values().collect();
    for line in [
        "secrets: &[\"hint\"],",
        "secrets: &[\"fingerprint\"],",
        "secrets: &[\"pin\"],",
        ".with_secrets(&[\"fingerprint\", \"hint\", \"pin\"])",
    ] {
        assert_eq!(code.matches(line).count(), 1, "{line}");
    }
}

#[test]
fn only_properties_are_marked() {
    for (at, problem) in [
        ("/response_schema", "it is not a property"),
        ("/query_schema/properties/id", ""),
    ] {
        let change = format!(
            "[[change]]\ntool = \"get_keys\"\nat = \"{at}\"\nsecret = true\nreason = \"r\"\n"
        );
        let found = lower_input(&keys(&change))
            .err()
            .map(|problems| problems.to_string());
        assert_eq!(found.is_some(), !problem.is_empty(), "{found:?}");
        assert!(found.unwrap_or_default().contains(problem));
    }
}
