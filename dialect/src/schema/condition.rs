//! Keywords that state a condition.

use super::node::{Condition, ConditionSet, Node};
use super::read::SchemaReader;
use crate::json_pointer::join;
use crate::tree::{Members, Tree};

/// The keywords that have a meaning only together.
const FAMILIES: [&[&str]; 2] = [
    &["if", "then", "else"],
    &["contains", "minContains", "maxContains"],
];

/// Adds the rules of one schema to sets of those that belong together.
pub(super) fn group(rules: Vec<(String, Condition)>) -> Vec<ConditionSet> {
    let mut sets: Vec<ConditionSet> = Vec::new();
    for (keyword, rule) in rules {
        let family = FAMILIES
            .iter()
            .find(|family| family.contains(&keyword.as_str()));
        let set = sets.iter_mut().find(|set| {
            family.is_some_and(|family| {
                set.iter()
                    .any(|(known, _)| family.contains(&known.as_str()))
            })
        });
        match set {
            Some(set) => set.push((keyword, rule)),
            None => sets.push(vec![(keyword, rule)]),
        }
    }
    // Without the first keyword of its family, or an `if` alone, a set has no meaning.
    sets.retain(|set| {
        FAMILIES.iter().all(|family| {
            let has = |keyword: &&str| set.iter().any(|(known, _)| known == keyword);
            let is_whole = family.first() != Some(&"if") || has(&"then") || has(&"else");
            !family.iter().any(has) || family.first().is_some_and(has) && is_whole
        })
    });
    sets
}

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
