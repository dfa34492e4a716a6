//! Names of tools and fields.

use super::{check, check_change, parse};

#[test]
fn suggests_the_nearest_name() {
    check(
        "[[change]]\ntool = \"rotate_keys\"\nmove = \"a.b\"\nreason = \"why\"",
        &["line 1: the catalog has no tool \"rotate_keys\"; did you mean `rotate_key`?"],
    );
    check_change(
        "at = \"/query_schema/properties/Id\"\nidentifier = \"KeyId\"",
        &[
            "line 1: the tool has no schema at \"/query_schema/properties/Id\"; did you mean `/query_schema/properties/id`?",
        ],
    );
}

/// Two properties would become one field, so one of them gets another name.
#[test]
fn a_property_whose_name_another_one_has_may_be_renamed_to_it() {
    let tools = r#"[{"name": "get", "resource": "keys", "method": "get", "query_schema": {"properties":
        {"fooBar": {"type": "string"}, "foo_bar": {"type": "string"}}}}]"#;
    let rename = |at: &str, name: &str| {
        format!(
            "[[change]]\ntool = \"get\"\nreason = \"why\"\nat = \"/query_schema/properties/{at}\"\nrename = \"{name}\"\n"
        )
    };
    let overlay = rename("fooBar", "camel") + &rename("foo_bar", "foo_bar");
    assert!(parse(tools, Some(&overlay)).is_ok());
}
