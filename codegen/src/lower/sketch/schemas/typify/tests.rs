//! Unusual compositions, and panics inside the barrier.

use super::*;
use crate::source::parse_json;

#[track_caller]
fn check(schema: &str, expected: Option<&str>) {
    let read = |text: &str| parse_json("", text).unwrap();
    let json = read(schema);
    assert_eq!(
        merge_by_typify(&json, &json),
        expected.map(read),
        "{schema}"
    );
}

#[test]
fn contains_a_panic() {
    assert_eq!(barrier::contain(|| panic!("inside")), None::<()>);
    assert_eq!(barrier::contain(|| 5), Some(5));
}

#[test]
fn merges_members_with_a_common_property() {
    check(
        r#"{"allOf": [
            {"type": "object", "properties": {"user id": {"type": "string", "minLength": 1}, "kind": {"enum": ["a", "b"]}}},
            {"type": "object", "properties": {"user id": {"type": "string", "minLength": 2}, "kind": {"enum": ["b", "c"]}}, "required": ["kind"]}
        ]}"#,
        Some(
            r#"{"type": "object", "properties": {
                "user id": {"anyOf": [{"type": "string"}, {"type": "null"}]}, "kind": {"type": "string", "enum": ["b"]}
            }, "required": ["kind"]}"#,
        ),
    );
}

#[test]
fn discards_unusable_results() {
    for schema in [
        r#"{"allOf": [{"type": "string"}, {"type": "integer"}]}"#,
        r#"{"allOf": [{"enum": [1, 2]}, {"enum": [2]}]}"#,
        r##"{"allOf": [{"$ref": "#"}, {"type": "object"}]}"##,
        r#"{"allOf": [false, {"type": "object"}]}"#,
        r#"{"allOf": [{"oneOf": []}, {"anyOf": []}]}"#,
        r#"{"allOf": 5}"#,
        r#"{"anyOf": [{"prefixItems": [true, {"const": "a"}]}, {"minItems": 1}]}"#,
    ] {
        check(schema, None);
    }
}
