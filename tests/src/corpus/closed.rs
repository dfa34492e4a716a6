//! Schemas in which objects have no names but those that they list, as in the generated types.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::differences::add_types;

/// Maximum nesting of references.
const DEPTH: usize = 8;

/// The names that apply to one object.
type Names = BTreeSet<String>;

/// Returns a schema with the types that it implies, in which objects have no names but those that they
/// list, unless they allow others explicitly. The branches of a union have those around it as well.
pub(super) fn closed(schema: &Json) -> Json {
    let mut typed = schema.clone();
    add_types(&mut typed);
    let closer = Closer {
        root: typed.clone(),
    };
    closer.close(&mut typed, Some(&Names::new()));
    typed
}

struct Closer {
    root: Json,
}

/// The keywords with schemas for the same value as the schema around them.
const IN_PLACE: [&str; 9] = [
    "allOf",
    "anyOf",
    "dependencies",
    "dependentSchemas",
    "else",
    "if",
    "not",
    "oneOf",
    "then",
];

impl Closer {
    /// Closes a schema. `around` are the names of the schemas around it for the same value; `None` if the
    /// schema itself stays open.
    fn close(&self, json: &mut Json, around: Option<&Names>) {
        let Json::Object(members) = json else {
            return;
        };
        let is_open = self.is_open(members, DEPTH);
        let mut names = self.names(members, None, DEPTH);
        let is_listed = self.lists(members, DEPTH);
        let unions =
            ["anyOf", "oneOf"].map(|union| (union, self.names(members, Some(union), DEPTH)));
        for (keyword, part) in members.iter_mut() {
            let outer = unions.iter().find(|(union, _)| union == keyword);
            match (keyword.as_str(), part) {
                ("anyOf" | "oneOf", Json::Array(branches)) => {
                    let mut context = outer.map(|(_, names)| names.clone()).unwrap_or_default();
                    context.extend(around.into_iter().flatten().cloned());
                    for branch in branches {
                        self.close(branch, Some(&context).filter(|_| !is_open));
                    }
                }
                ("allOf", Json::Array(parts)) => {
                    for part in parts {
                        self.close(part, None);
                    }
                }
                ("$defs" | "definitions" | "dependentSchemas", Json::Object(parts)) => {
                    parts.values_mut().for_each(|part| self.close(part, None));
                }
                ("properties", Json::Object(parts)) => {
                    let none = Names::new();
                    parts
                        .values_mut()
                        .for_each(|part| self.close(part, Some(&none)));
                }
                ("prefixItems" | "items", Json::Array(parts)) => {
                    let none = Names::new();
                    for part in parts {
                        self.close(part, Some(&none));
                    }
                }
                ("items" | "additionalProperties", part) => self.close(part, Some(&Names::new())),
                _ => {}
            }
        }
        if let Some(around) = around
            && is_listed
            && !is_open
        {
            names.extend(around.iter().cloned());
            let own = json!({"propertyNames": {"enum": names}});
            let all = members.entry("allOf").or_insert_with(|| json!([]));
            if let Json::Array(all) = all {
                all.push(own);
            }
        }
    }

    /// Returns the names that a schema mentions for one object, except those in the keyword `but`.
    fn names(&self, members: &Map<String, Json>, but: Option<&str>, depth: usize) -> Names {
        let mut names = Names::new();
        let mut add_list = |list: &Json| {
            let list = list.as_array().into_iter().flatten();
            names.extend(list.filter_map(Json::as_str).map(str::to_owned));
        };
        add_list(&members.get("required").cloned().unwrap_or_default());
        for keyword in ["dependencies", "dependentRequired"] {
            let lists = members.get(keyword).and_then(Json::as_object);
            lists
                .into_iter()
                .flatten()
                .for_each(|(_, list)| add_list(list));
        }
        for keyword in [
            "properties",
            "dependencies",
            "dependentRequired",
            "dependentSchemas",
        ] {
            let listed = members.get(keyword).and_then(Json::as_object);
            names.extend(listed.into_iter().flatten().map(|(name, _)| name.clone()));
        }
        for (keyword, part) in self.parts(members, depth) {
            if Some(keyword) != but && keyword != "not" {
                names.extend(self.names(part, None, depth - 1));
            }
        }
        names
    }

    /// Returns the schemas in a schema that apply to the same value, with their keyword.
    fn parts<'a>(
        &'a self,
        members: &'a Map<String, Json>,
        depth: usize,
    ) -> Vec<(&'a str, &'a Map<String, Json>)> {
        let mut parts = Vec::new();
        if depth == 0 {
            return parts;
        }
        for (keyword, value) in members {
            let found: Vec<&Json> = match (keyword.as_str(), value) {
                ("$ref", Json::String(text)) => {
                    let pointer = text.strip_prefix('#').unwrap_or("/?");
                    self.root.pointer(pointer).into_iter().collect()
                }
                ("dependencies" | "dependentSchemas", Json::Object(schemas)) => {
                    schemas.values().collect()
                }
                (keyword, Json::Array(schemas)) if IN_PLACE.contains(&keyword) => {
                    schemas.iter().collect()
                }
                (keyword, schema) if IN_PLACE.contains(&keyword) => vec![schema],
                _ => Vec::new(),
            };
            let found = found.into_iter().filter_map(Json::as_object);
            parts.extend(found.map(|part| (keyword.as_str(), part)));
        }
        parts
    }

    /// Returns `true` if the properties of an object are listed, apart from unions and conditions.
    fn lists(&self, members: &Map<String, Json>, depth: usize) -> bool {
        members.contains_key("properties")
            || self.parts(members, depth).iter().any(|(keyword, part)| {
                matches!(*keyword, "$ref" | "allOf") && self.lists(part, depth - 1)
            })
    }

    /// Returns `true` if an object decides explicitly about other names.
    fn is_open(&self, members: &Map<String, Json>, depth: usize) -> bool {
        let has = |keyword: &str| members.contains_key(keyword);
        has("additionalProperties")
            || has("patternProperties")
            || self.parts(members, depth).iter().any(|(keyword, part)| {
                matches!(*keyword, "$ref" | "allOf") && self.is_open(part, depth - 1)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::validator;
    use super::*;

    #[test]
    fn an_object_has_the_names_of_all_schemas_that_apply_to_it() {
        let part = |name: &str| json!({"properties": {name: {}}, "required": [name]});
        let cases = [
            (
                json!({"properties": {"n": {}}, "oneOf": [part("a"), part("b")]}),
                "na",
                "nax",
            ),
            (
                json!({"properties": {"n": {}}, "oneOf": [part("a"), part("b")]}),
                "b",
                "ab",
            ),
            (
                json!({"properties": {"n": {}}, "if": {"required": ["n"]}, "then": part("a")}),
                "na",
                "nx",
            ),
            (
                json!({"properties": {"n": {}}, "dependentSchemas": {"n": part("a")}}),
                "na",
                "nax",
            ),
            (
                json!({"$ref": "#/$defs/a", "properties": {"n": {}}, "$defs": {"a": part("a")}}),
                "na",
                "nax",
            ),
            (
                json!({"anyOf": [part("a"), part("b")], "oneOf": [part("c"), part("d")]}),
                "ac",
                "acx",
            ),
            (
                json!({"properties": {"n": {}}, "additionalProperties": true}),
                "nx",
                "",
            ),
        ];
        for (mut schema, good, bad) in cases {
            schema["type"] = json!("object");
            let validator = validator(&closed(&schema)).unwrap();
            let value = |names: &str| {
                let names = names.chars().map(|name| (name.to_string(), json!(1)));
                Json::Object(names.collect())
            };
            assert!(validator.is_valid(&value(good)), "{schema} {good}");
            let is_refused = bad.is_empty() || !validator.is_valid(&value(bad));
            assert!(is_refused, "{schema} {bad}");
        }
    }
}
