//! JSON as bytes that do not depend on the order of members.

use crate::codec::Json;

/// Returns JSON text in which the members of objects are sorted by name, regardless of the order of the
/// maps of `serde_json` in this build.
pub(super) fn canonical(json: &Json) -> String {
    let mut text = String::new();
    write(json, &mut text);
    text
}

fn write(json: &Json, text: &mut String) {
    match json {
        Json::Array(elements) => {
            text.push('[');
            for element in elements {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        Json::Object(fields) => {
            let mut fields: Vec<(&String, &Json)> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in fields {
                text.push_str(&Json::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::canonical;

    #[test]
    fn only_the_order_of_members_is_ignored() {
        let same = [
            r#"{"b":[1,{"d":2,"c":3}],"a":"x"}"#,
            r#"{"a":"x","b":[1,{"c":3,"d":2}]}"#,
        ];
        let texts = same.map(|text| canonical(&serde_json::from_str(text).unwrap()));
        assert_eq!(texts[0], texts[1]);
        for other in [
            json!({"a": "x", "b": [{"c": 3, "d": 2}, 1]}),
            json!({"a": "x", "b": [1, {"c": 3, "d": "2"}]}),
            json!({"a": "x"}),
            json!({"a": "x", "b": [1, {"c": 3, "d": 2}], "c": null}),
        ] {
            assert_ne!(canonical(&other), texts[0], "{other}");
        }
        assert_ne!(canonical(&json!(["1"])), canonical(&json!([1])));
    }
}
