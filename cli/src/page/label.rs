//! Names of places for people, from JSON pointers.

use toolsmith_dialect::json_pointer;
use toolsmith_dialect::schema_path::{SchemaStep, SchemaSteps};

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
    let Some((_, pointer)) = json_pointer::split_first(pointer) else {
        return label;
    };
    for step in SchemaSteps::new(pointer) {
        match step {
            // A bare map of properties has no keyword.
            SchemaStep::Property(name) | SchemaStep::Pattern(name) | SchemaStep::Other(name) => {
                push_name(&mut label, &name);
            }
            SchemaStep::Definition(name) => {
                label = Label {
                    text: format!("{name}::"),
                    leaf: name.into_owned(),
                    depth: 0,
                };
            }
            SchemaStep::Items => push_suffix(&mut label, "[]", "each element".to_owned()),
            SchemaStep::Index(index) => {
                let leaf = format!("element {index}");
                push_suffix(&mut label, &format!("[{index}]"), leaf);
            }
            SchemaStep::Values => push_suffix(&mut label, "{}", "each value".to_owned()),
            SchemaStep::Branch { keyword, key } => push_branch(&mut label, keyword, key.as_deref()),
        }
    }
    label
}

/// Appends a branch: `|2` and `variant 2` for the second schema of a union.
fn push_branch(label: &mut Label, keyword: &str, key: Option<&str>) {
    let index: Option<usize> = key.and_then(|key| key.parse().ok());
    let (suffix, leaf) = match (keyword, key, index) {
        ("allOf" | "anyOf" | "oneOf", _, Some(index)) => {
            (format!("|{}", index + 1), format!("variant {}", index + 1))
        }
        (_, Some(name), _) => (format!("|{name}"), format!("with {name}")),
        (_, None, _) => (format!("|{keyword}"), keyword.to_owned()),
    };
    push_suffix(label, &suffix, leaf);
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
            (
                "/inputSchema/properties/m/dependentSchemas/items/properties/y",
                "m|items.y",
                2,
            ),
            ("/inputSchema/properties/$defs/items/3", "$defs[3]", 1),
            (
                "/inputSchema/properties/allOf/not/properties/~01",
                "allOf|not.~1",
                2,
            ),
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
