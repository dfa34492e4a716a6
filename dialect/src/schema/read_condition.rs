//! The reader of keywords that state a condition.

use super::node::{Condition, Node};
use super::read::SchemaReader;
use crate::json_pointer::join;
use crate::tree::{Members, Tree};

impl SchemaReader<'_> {
    /// Reads a keyword that states a condition. `dependencies` of draft 7 may state two of them.
    pub(super) fn rule(
        &mut self,
        node: &mut Node,
        keyword: &str,
        value: &Tree,
    ) -> Vec<(String, Condition)> {
        let below = join(&node.pointer, keyword);
        let rule = match (keyword, value) {
            (
                "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties",
                Tree::Object(_) | Tree::Bool(_),
            ) => Condition::Schema(self.schema(value, below)),
            ("dependentSchemas", Tree::Object(schemas)) => {
                Condition::Map(self.map(schemas, &below))
            }
            ("dependencies", Tree::Object(dependencies)) => {
                return self.dependencies(dependencies, &below);
            }
            ("dependentRequired" | "minContains" | "maxContains", value) => {
                Condition::Value(value.clone())
            }
            ("disallow" | "dependencies", value) => {
                node.lost.push((keyword.to_owned(), value.clone()));
                return Vec::new();
            }
            _ => return Vec::new(),
        };
        vec![(keyword.to_owned(), rule)]
    }

    /// Reads the dependencies of properties: names of properties, or schemas. Draft 3 has a single name
    /// as well.
    fn dependencies(&mut self, dependencies: &Members, below: &str) -> Vec<(String, Condition)> {
        let mut names = Members::new();
        let mut schemas = Vec::new();
        for (property, dependency) in dependencies {
            match dependency {
                Tree::Array(_) => {
                    names.insert(property.clone(), dependency.clone());
                }
                Tree::String(name) => {
                    names.insert(property.clone(), Tree::from([name.as_str()]));
                }
                Tree::Object(_) | Tree::Bool(_) => {
                    let id = self.schema(dependency, join(below, property));
                    schemas.push((property.clone(), id));
                }
                _ => {}
            }
        }
        let mut rules = Vec::new();
        if !names.is_empty() {
            let names = Condition::Value(Tree::Object(names));
            rules.push(("dependentRequired".to_owned(), names));
        }
        if !schemas.is_empty() {
            rules.push(("dependentSchemas".to_owned(), Condition::Map(schemas)));
        }
        rules
    }
}
