//! Names of places for people, from JSON pointers.

use toolsmith_dialect::json_pointer;

/// Keywords whose members are schemas with a name.
const MAPS: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];

/// A place within a schema.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// `rateLimit.window`, `tags[]`.
    pub(super) text: String,
    /// The last part for people: `window`, `each element`.
    pub(super) leaf: String,
    /// The number of places around it.
    pub(super) depth: usize,
}

/// Names the place of a schema: `/query_schema/properties/tags/items` is `tags[]`.
pub(super) fn of_schema(pointer: &str) -> Label {
    let mut label = Label::default();
    let mut tokens = json_pointer::steps(pointer).skip(1);
    while let Some(token) = tokens.next() {
        let mut named = || tokens.next().unwrap_or_default().into_owned();
        match &*token {
            map if MAPS.contains(&map) => push_name(&mut label, &named()),
            "$defs" | "definitions" => {
                let name = named();
                label = Label {
                    text: format!("{name}::"),
                    leaf: name,
                    depth: 0,
                };
            }
            "items" => push_suffix(&mut label, "[]", "each element".to_owned()),
            "prefixItems" => {
                let index = named();
                push_suffix(
                    &mut label,
                    &format!("[{index}]"),
                    format!("element {index}"),
                );
            }
            "additionalProperties" => {
                push_suffix(&mut label, "{}", "each value".to_owned());
            }
            "anyOf" | "oneOf" | "allOf" => {
                let index: Option<usize> = named().parse().ok();
                let number = index.map_or_else(String::new, |index| (index + 1).to_string());
                push_suffix(
                    &mut label,
                    &format!("|{number}"),
                    format!("variant {number}"),
                );
            }
            // A bare map of properties has no keyword.
            name => push_name(&mut label, name),
        }
    }
    label
}

/// Names the place of a value: `/projectIds/*` is `projectIds[]`.
pub(super) fn of_value(pointer: &str) -> String {
    let mut label = Label::default();
    for token in json_pointer::steps(pointer) {
        match &*token {
            "*" => push_suffix(&mut label, "[]", String::new()),
            name => push_name(&mut label, name),
        }
    }
    label.text
}

fn push_name(label: &mut Label, name: &str) {
    if !label.text.is_empty() && !label.text.ends_with("::") {
        label.text.push('.');
        label.depth += 1;
    }
    label.text.push_str(name);
    name.clone_into(&mut label.leaf);
}

fn push_suffix(label: &mut Label, suffix: &str, leaf: String) {
    label.text.push_str(suffix);
    label.leaf = leaf;
    label.depth += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_places_of_schemas() {
        for (pointer, text, depth) in [
            ("/query_schema", "", 0),
            ("/query_schema/properties/limit", "limit", 0),
            ("/query_schema/limit", "limit", 0),
            ("/body_schema/properties/a/properties/b", "a.b", 1),
            ("/body_schema/properties/a~1b/items", "a/b[]", 1),
            ("/body_schema/properties/properties", "properties", 0),
            ("/inputSchema/properties/a/anyOf/0/properties/c", "a|1.c", 2),
            ("/inputSchema/properties/a/additionalProperties", "a{}", 1),
            ("/response_schema/$defs/user/properties/id", "user::id", 0),
        ] {
            let found = of_schema(pointer);
            assert_eq!(
                (found.text.as_str(), found.depth),
                (text, depth),
                "{pointer}"
            );
        }
        assert_eq!(
            of_schema("/body_schema/properties/a/properties/b").leaf,
            "b"
        );
        assert_eq!(
            of_schema("/body_schema/properties/a/items").leaf,
            "each element"
        );
        assert_eq!(of_value("/projectIds/*"), "projectIds[]");
        assert_eq!(of_value("/rule/id"), "rule.id");
    }
}
