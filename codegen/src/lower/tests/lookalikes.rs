//! Documentation of members that only their names on the wire tell apart.

use super::{lower, tool};
use crate::model::StructFields;

#[test]
fn members_of_the_same_words_are_documented_by_their_names_on_the_wire() {
    let shapes = r#"{"oneOf": [
        {"type": "object", "properties": {"kind": {"const": "open"}, "a": {"type": "string"}},
         "required": ["kind", "a"]},
        {"type": "object", "properties": {"kind": {"const": "OPEN"}, "b": {"type": "string"}},
         "required": ["kind", "b"]}]}"#;
    let inner = r#"{"type": "object", "properties": {"fooBar": {"type": "string"},
        "foo_bar": {"type": "string"}, "foo-bar": {"type": "string", "description": "Other."},
        "foo": {"type": "string"}}}"#;
    let body = format!(r#""shape": {shapes}, "inner": {inner}"#);
    let lowered = lower(&[tool("things", "create", "", &body)], None);
    let mut docs = Vec::new();
    for item in &lowered.api.structs {
        if let StructFields::Request { fields, .. } = &item.fields {
            let fields = fields.iter().filter(|field| field.wire.starts_with("foo"));
            docs.extend(fields.map(|field| (field.wire.as_str(), field.docs.join(" "))));
        }
    }
    docs.sort_unstable();
    let expected = [
        ("foo", "Foo."),
        ("foo-bar", "Other."),
        ("fooBar", ""),
        ("foo_bar", ""),
    ];
    assert_eq!(docs, expected.map(|(wire, docs)| (wire, docs.to_owned())));
    let unions = lowered.api.unions.iter();
    let variants = unions.flat_map(|union| &union.variants);
    let undocumented = variants.filter(|variant| variant.docs.is_empty());
    assert_eq!(undocumented.count(), 2);
}
