//! Parts of a tool's arguments, without what one part says about the arguments of the others.
//!
//! The query, the body and the path are separate on the wire, but one object in a list. A part that
//! forbids properties that it does not name must not forbid those of the other parts.

use std::collections::BTreeSet;

use super::pattern::matches;
use super::tree::{Members, Tree, put};

/// The depth of schemas in each other that are looked at.
const MAX_DEPTH: usize = 24;

/// The number of schemas of one part that are looked at.
const MAX_SCHEMAS: usize = 500;

/// The keywords that judge the properties a schema does not name.
const CLOSING: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];

/// One part of the arguments.
#[derive(Debug)]
pub(super) struct Separated {
    pub(super) schema: Tree,
    /// The schema of the properties that the part does not name, if it has been taken out.
    pub(super) additional: Option<Tree>,
    /// The properties that it names, in order.
    pub(super) names: Vec<String>,
    /// `true` if no other properties can be meant.
    pub(super) names_all: bool,
}

/// Separates a part that keeps what it says about properties it does not name. `others` are the
/// arguments that the other parts name.
pub(super) fn separate(part: &Tree, others: &[&str]) -> Tree {
    if others.is_empty() {
        return part.clone();
    }
    Separator::of(part, others, Rest::Kept).part().schema
}

/// Separates a part that is joined with another one, and takes out what it says about properties it
/// does not name.
pub(super) fn separate_open(part: &Tree, others: &[&str]) -> Separated {
    Separator::of(part, others, Rest::TakenOut).part()
}

/// Returns the properties that a part names.
pub(super) fn names_of(part: &Tree) -> Vec<String> {
    let mut separator = Separator::of(part, &[], Rest::TakenOut);
    separator.schema(part, Scope::Always, 0);
    let mut names = separator.names;
    names.extend(separator.in_branches);
    names
}

/// The treatment of what a part says about properties it does not name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Kept,
    TakenOut,
}

/// The values of the part to which a schema applies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Always,
    /// Only some: the schema is in a branch.
    InBranch,
}

struct Separator<'a> {
    part: &'a Tree,
    others: &'a [&'a str],
    rest: Rest,
    additional: Option<Tree>,
    names: Vec<String>,
    /// The properties that only some values of the part have.
    in_branches: BTreeSet<String>,
    is_clear: bool,
    seen: usize,
}

impl<'a> Separator<'a> {
    fn of(part: &'a Tree, others: &'a [&'a str], rest: Rest) -> Self {
        Self {
            part,
            others,
            rest,
            additional: None,
            names: Vec::new(),
            in_branches: BTreeSet::new(),
            is_clear: true,
            seen: 0,
        }
    }

    fn part(mut self) -> Separated {
        let schema = self.schema(self.part, Scope::Always, 0);
        let mut in_branches = self.in_branches.iter();
        let names_all = self.is_clear && in_branches.all(|name| self.names.contains(name));
        Separated {
            schema,
            additional: self.additional,
            names: self.names,
            names_all,
        }
    }

    /// Rewrites a schema that applies to the part.
    fn schema(&mut self, schema: &Tree, scope: Scope, depth: usize) -> Tree {
        let Some(members) = schema.as_object() else {
            return schema.clone();
        };
        self.seen += 1;
        if depth > MAX_DEPTH || self.seen > MAX_SCHEMAS {
            self.is_clear = false;
            return schema.clone();
        }
        let mut rewritten = members.clone();
        self.note_names(members, scope);
        if scope == Scope::InBranch {
            self.name_others(&mut rewritten);
        } else {
            self.limit(&mut rewritten, depth);
        }
        self.parts(&mut rewritten, scope, depth);
        Tree::Object(rewritten)
    }

    fn note_names(&mut self, members: &Members, scope: Scope) {
        let properties = members.get("properties").and_then(Tree::as_object);
        for name in properties.into_iter().flat_map(Members::keys) {
            if scope == Scope::InBranch {
                self.in_branches.insert(name.clone());
            } else if !self.names.contains(name) {
                self.names.push(name.clone());
            }
        }
        self.is_clear &= !members.contains_key("patternProperties");
    }

    /// Takes out what concerns all properties of the object.
    fn limit(&mut self, members: &mut Members, depth: usize) {
        for keyword in ["maxProperties", "propertyNames"] {
            members.shift_remove(keyword);
        }
        if let Some(Tree::Object(patterns)) = members.get_mut("patternProperties") {
            let may_match = |pattern: &str| {
                let mut others = self.others.iter();
                others.any(|name| matches(pattern, name) != Some(false))
            };
            patterns.retain(|pattern, _| !may_match(pattern));
        }
        if self.rest == Rest::TakenOut {
            for keyword in CLOSING {
                if let Some(additional) = members.shift_remove(keyword) {
                    self.additional.get_or_insert(additional);
                }
            }
        } else if depth > 0 {
            self.name_others(members);
        }
    }

    /// Names the arguments of the other parts in a schema that judges those it does not name.
    fn name_others(&self, members: &mut Members) {
        if self.others.is_empty() || !CLOSING.iter().any(|keyword| members.contains_key(*keyword)) {
            return;
        }
        let properties = members.entry("properties".to_owned());
        let properties = properties.or_insert_with(|| Tree::Object(Members::new()));
        if let Some(properties) = properties.as_object_mut() {
            for name in self.others {
                if !properties.contains_key(*name) {
                    put(properties, name, true);
                }
            }
        }
    }

    /// Rewrites the schemas that apply to the same object.
    fn parts(&mut self, members: &mut Members, scope: Scope, depth: usize) {
        for (keyword, value) in members.iter_mut() {
            match (keyword.as_str(), &*value) {
                ("allOf", Tree::Array(schemas)) => {
                    let all = schemas.iter();
                    *value = all
                        .map(|schema| self.schema(schema, scope, depth + 1))
                        .collect();
                }
                ("anyOf" | "oneOf", Tree::Array(schemas)) => {
                    let all = schemas.iter();
                    *value = all
                        .map(|schema| self.schema(schema, Scope::InBranch, depth + 1))
                        .collect();
                }
                ("if" | "then" | "else" | "not", schema) => {
                    *value = self.schema(schema, Scope::InBranch, depth + 1);
                }
                ("dependentSchemas" | "dependencies", Tree::Object(schemas)) => {
                    let all = schemas.iter();
                    *value = all
                        .map(|(name, schema)| {
                            (
                                name.clone(),
                                self.schema(schema, Scope::InBranch, depth + 1),
                            )
                        })
                        .collect();
                }
                _ => {}
            }
        }
        self.reference(members, scope, depth);
    }

    /// Writes the target of a reference in its place if it has to be rewritten.
    fn reference(&mut self, members: &mut Members, scope: Scope, depth: usize) {
        let Some(reference) = members.get("$ref").and_then(Tree::as_str) else {
            return;
        };
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| self.part.pointer(pointer))
            .filter(|target| target.get("$id").is_none() && *target != self.part);
        let Some(target) = target else {
            self.is_clear = false;
            return;
        };
        let rewritten = self.schema(target, scope, depth + 1);
        if rewritten == *target {
            return;
        }
        members.shift_remove("$ref");
        let parts = members.entry("allOf".to_owned());
        let parts = parts.or_insert_with(|| Tree::Array(Vec::new()));
        if let Some(parts) = parts.as_array_mut() {
            parts.push(rewritten);
        }
    }
}
