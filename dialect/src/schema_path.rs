//! Paths of JSON pointers into JSON Schema.

use std::borrow::Cow;

use crate::json_pointer::unescape;

/// A step of a JSON pointer into a JSON Schema: one keyword, with the name or index that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaStep<'p> {
    /// `properties`, and the name of a property.
    Property(Cow<'p, str>),
    /// `patternProperties`, and the pattern.
    Pattern(Cow<'p, str>),
    /// The schema of the elements of a list: `items`, `contains`.
    Items,
    /// The schema of the values of a map: `additionalProperties`.
    Values,
    /// `prefixItems` or a list in `items`, and the index of an element.
    Index(usize),
    /// `$defs` or `definitions`, and the name of a definition.
    Definition(Cow<'p, str>),
    /// A schema of the same value: one of `anyOf`, of `dependentSchemas`, `not`, `if`.
    Branch {
        /// The keyword.
        keyword: &'p str,
        /// The index or the name, if the keyword has several schemas.
        key: Option<Cow<'p, str>>,
    },
    /// Another name: a keyword whose value is not a schema, a part of its value, or a property of a
    /// map without the keyword `properties`.
    Other(Cow<'p, str>),
}

/// The steps of a JSON pointer into a JSON Schema.
#[derive(Debug, Clone)]
pub struct SchemaSteps<'p> {
    rest: &'p str,
    /// The steps lead into a value that is not a schema.
    is_in_value: bool,
}

impl<'p> SchemaSteps<'p> {
    /// Returns the steps of a pointer from the root of a schema.
    #[must_use]
    pub fn new(pointer: &'p str) -> Self {
        Self {
            rest: pointer,
            is_in_value: false,
        }
    }

    /// Returns the part of the pointer after the steps so far.
    #[must_use]
    pub fn rest(&self) -> &'p str {
        self.rest
    }

    /// Returns the first name of the rest as the pointer writes it, and what follows.
    fn split(&self) -> Option<(&'p str, &'p str)> {
        let rest = self.rest.strip_prefix('/')?;
        Some(rest.split_at(rest.find('/').unwrap_or(rest.len())))
    }

    /// Takes the next name.
    fn name(&mut self) -> Option<Cow<'p, str>> {
        let (name, rest) = self.split()?;
        self.rest = rest;
        Some(unescape(name))
    }

    /// Takes the next name, if it is an index.
    fn index(&mut self) -> Option<usize> {
        let (name, rest) = self.split()?;
        let index = name.parse().ok()?;
        self.rest = rest;
        Some(index)
    }
}

impl<'p> Iterator for SchemaSteps<'p> {
    type Item = SchemaStep<'p>;

    fn next(&mut self) -> Option<Self::Item> {
        let (keyword, rest) = self.split()?;
        self.rest = rest;
        if self.is_in_value {
            return Some(SchemaStep::Other(unescape(keyword)));
        }
        let step = match keyword {
            "properties" => self.name().map(SchemaStep::Property),
            "patternProperties" => self.name().map(SchemaStep::Pattern),
            "$defs" | "definitions" => self.name().map(SchemaStep::Definition),
            "items" => Some(self.index().map_or(SchemaStep::Items, SchemaStep::Index)),
            "prefixItems" => self.index().map(SchemaStep::Index),
            "additionalItems" | "contains" | "unevaluatedItems" => Some(SchemaStep::Items),
            "additionalProperties" | "unevaluatedProperties" => Some(SchemaStep::Values),
            "allOf" | "anyOf" | "oneOf" => self.index().map(|index| SchemaStep::Branch {
                keyword,
                key: Some(index.to_string().into()),
            }),
            "dependentSchemas" => self.name().map(|name| SchemaStep::Branch {
                keyword,
                key: Some(name),
            }),
            "else" | "if" | "not" | "then" => Some(SchemaStep::Branch { keyword, key: None }),
            _ => None,
        };
        Some(step.unwrap_or_else(|| {
            let values = ["const", "default", "enum", "example", "examples"];
            self.is_in_value = values.contains(&keyword);
            SchemaStep::Other(unescape(keyword))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_step_by_the_keyword_before_it() {
        for (pointer, expected) in [
            ("", ""),
            (
                "/properties/properties/properties/items",
                "Property(properties) Property(items)",
            ),
            ("/properties/$defs/items", "Property($defs) Items"),
            (
                "/properties/allOf/allOf/0",
                "Property(allOf) Branch(allOf 0)",
            ),
            ("/properties/~01~1b", "Property(~1/b)"),
            (
                "/patternProperties/items/items/2",
                "Pattern(items) Index(2)",
            ),
            (
                "/properties/m/dependentSchemas/items/properties/y",
                "Property(m) Branch(dependentSchemas items) Property(y)",
            ),
            (
                "/$defs/definitions/additionalProperties/not/prefixItems/1",
                "Definition(definitions) Values Branch(not ) Index(1)",
            ),
            (
                "/default/properties/x",
                "Other(default) Other(properties) Other(x)",
            ),
            // A map without the keyword `properties`, and keywords without what belongs to them.
            ("/limit/items", "Other(limit) Items"),
            ("/properties", "Other(properties)"),
            ("/anyOf/items", "Other(anyOf) Items"),
        ] {
            let steps = SchemaSteps::new(pointer).map(|step| match step {
                SchemaStep::Property(name) => format!("Property({name})"),
                SchemaStep::Pattern(pattern) => format!("Pattern({pattern})"),
                SchemaStep::Items => "Items".to_owned(),
                SchemaStep::Values => "Values".to_owned(),
                SchemaStep::Index(index) => format!("Index({index})"),
                SchemaStep::Definition(name) => format!("Definition({name})"),
                SchemaStep::Branch { keyword, key } => {
                    format!("Branch({keyword} {})", key.unwrap_or_default())
                }
                SchemaStep::Other(name) => format!("Other({name})"),
            });
            let steps: Vec<String> = steps.collect();
            assert_eq!(steps.join(" "), expected, "{pointer}");
        }
    }
}
