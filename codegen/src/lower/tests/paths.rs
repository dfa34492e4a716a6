//! Names made from paths.

use super::*;

#[test]
fn uses_the_path_as_the_last_resort_for_a_name() {
    let query = r#"
        "type": {"enum": ["a"]},
        "order": {"type": "object", "properties": {"type": {"enum": ["b"]}}},
        "orderType": {"enum": ["c"]},
        "refund": {"type": "object", "properties": {"type": {"enum": ["d"]}}},
        "return": {"type": "object", "properties": {"type": {"enum": ["e"]}}}"#;
    let lowered = lower(&[tool("order_types", "list", query, "")], None);
    let names = lowered
        .api
        .choices
        .iter()
        .map(|choice| choice.name.as_str());
    let names: Vec<&str> = names.collect();
    let repeats = |name: &&&str| name.contains("TypeType") || name.contains("OrderOrder");
    assert_eq!(names.iter().filter(repeats).count(), 0, "{names:?}");
    assert_eq!(names.len(), 5, "{names:?}");
    assert!(names.contains(&"ListOrderTypesReturnType"), "{names:?}");
}
