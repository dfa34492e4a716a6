//! Conditions in words: "if `kind` is "a", then `b` is required".

use super::describe::words_of_facets;
use super::words::{further_constraint, quoted};
use super::writer::Writer;
use crate::json_type::JsonType;
use crate::schema::{AdditionalProperties, Condition, ConditionSet, Node, NodeId, TypeSet, Union};
use crate::tree::Tree;

/// The length of a described condition in bytes. A longer one is only named.
const MAX_LENGTH: usize = 600;

/// The depth of schemas in each other that are described.
const MAX_DEPTH: usize = 4;

/// The meaning of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// It may be true: "`a` is given".
    Condition,
    /// It has to be true: "`a` is required".
    Demand,
}

/// The place that a statement is about.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    /// The path of the property; empty for the value itself.
    path: &'a str,
    mood: Mood,
    depth: usize,
}

impl Place<'_> {
    fn state(self, verb: &str, text: &str) -> String {
        match (self.path, verb) {
            ("", _) => text.to_owned(),
            (path, "") => format!("`{path}` {text}"),
            (path, verb) => format!("`{path}` {verb} {text}"),
        }
    }

    fn property(self, name: &str) -> String {
        match self.path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }
}

impl Writer<'_> {
    /// Describes keywords that state a condition together; with no words if it is always met.
    pub(super) fn describe_conditions(&self, set: &ConditionSet) -> String {
        let described = self.condition(set, Mood::Demand, 0);
        let described = described.filter(|text| text.len() <= MAX_LENGTH);
        let keyword = || set.first().map_or("if", |(keyword, _)| keyword.as_str());
        described.unwrap_or_else(|| further_constraint(keyword()))
    }

    /// Describes a union: which properties belong together, or the values of each branch.
    pub(super) fn describe_union(&self, union: &Union) -> String {
        let place = Place {
            path: "",
            mood: Mood::Demand,
            depth: 0,
        };
        let described = self.describe_sets(&union.branches, union.keyword);
        let described = described.or_else(|| self.alternatives(union, place));
        let described = described.filter(|text| text.len() <= 3 * MAX_LENGTH);
        described.unwrap_or_else(|| further_constraint(union.keyword))
    }

    fn condition(&self, set: &ConditionSet, mood: Mood, depth: usize) -> Option<String> {
        let part = |keyword: &str| set.iter().find(|(known, _)| known == keyword);
        let schema = |keyword: &str| match part(keyword) {
            Some((_, Condition::Schema(id))) => Some(*id),
            _ => None,
        };
        if let Some(condition) = schema("if") {
            let condition = self.clause(condition, Mood::Condition, depth)?;
            let demand = |keyword| schema(keyword).map(|id| self.clause(id, Mood::Demand, depth));
            return match (demand("then"), demand("else")) {
                (Some(then), None) => Some(format!("if {condition}, then {}", then?)),
                (None, Some(other)) => Some(format!("unless {condition}, {}", other?)),
                (Some(then), Some(other)) => Some(format!(
                    "if {condition}, then {}, otherwise {}",
                    then?, other?
                )),
                (None, None) => None,
            };
        }
        if let Some(inner) = schema("contains") {
            return self.describe_contained(set, inner, depth);
        }
        match set.first()? {
            (keyword, Condition::Schema(id)) => self.describe_schema(keyword, *id, mood, depth),
            (_, Condition::Map(schemas)) => {
                let each = schemas.iter().map(|(name, id)| {
                    let demand = self.clause(*id, Mood::Demand, depth)?;
                    Some(format!("if `{name}` is given, then {demand}"))
                });
                Some(each.collect::<Option<Vec<_>>>()?.join("; "))
            }
            (_, Condition::Value(lists)) => {
                let each = lists.as_object()?.iter().map(|(name, list)| {
                    let names = list.as_array()?.iter().map(Tree::as_str);
                    let names = names.collect::<Option<Vec<_>>>()?;
                    let demand = demand_names(&names, Mood::Demand)?;
                    Some(format!("if `{name}` is given, then {demand}"))
                });
                Some(each.collect::<Option<Vec<_>>>()?.join("; "))
            }
        }
    }

    /// Describes a keyword whose value is one schema.
    fn describe_schema(
        &self,
        keyword: &str,
        id: NodeId,
        mood: Mood,
        depth: usize,
    ) -> Option<String> {
        let node = self.graph.resolved_node(id);
        match keyword {
            "not" if mood == Mood::Demand => match &node.values {
                Some(values) => {
                    let values = quoted(&Tree::Array(values.clone()))?;
                    Some(format!("not one of {values}"))
                }
                None => Some(format!(
                    "not allowed: {}",
                    self.clause(id, Mood::Condition, depth)?
                )),
            },
            "not" => Some(format!("not ({})", self.clause(id, mood, depth)?)),
            "propertyNames" => {
                // Each name is a string.
                let words = self.clause(id, Mood::Demand, depth)?;
                Some(
                    match words.strip_prefix("a string and ").unwrap_or(&words) {
                        "a string" => String::new(),
                        words => format!("each name of a property: {words}"),
                    },
                )
            }
            "unevaluatedProperties" if node.is_never => Some("no other properties".to_owned()),
            "unevaluatedItems" if node.is_never => Some("no other items".to_owned()),
            "unevaluatedProperties" => {
                let words = self.clause(id, Mood::Demand, depth)?;
                Some(format!("each other property: {words}"))
            }
            "unevaluatedItems" => {
                let words = self.clause(id, Mood::Demand, depth)?;
                Some(format!("each other item: {words}"))
            }
            "allOf" => self.clause(id, mood, depth),
            _ => None,
        }
    }

    fn describe_contained(
        &self,
        set: &ConditionSet,
        inner: NodeId,
        depth: usize,
    ) -> Option<String> {
        let count = |keyword: &str| {
            let value = set.iter().find(|(known, _)| known == keyword);
            match value {
                Some((_, Condition::Value(value))) => value.as_count(),
                _ => None,
            }
        };
        let words = self.clause(inner, Mood::Condition, depth)?;
        let number = match (count("minContains").unwrap_or(1), count("maxContains")) {
            (0, None) => return None,
            (least, None) => format!("at least {least}"),
            (0, Some(most)) => format!("at most {most}"),
            (least, Some(most)) => format!("between {least} and {most}"),
        };
        Some(format!("{number} of the items: {words}"))
    }

    /// Describes a schema by all its keywords, or else by its JSON if that is short.
    fn clause(&self, id: NodeId, mood: Mood, depth: usize) -> Option<String> {
        let place = Place {
            path: "",
            mood,
            depth: depth + 1,
        };
        let mut facts = Vec::new();
        let described = self
            .facts(id, place, &mut facts)
            .map(|()| facts.join(" and "));
        described
            .filter(|text| !text.is_empty())
            .or_else(|| self.json_of(id))
    }

    /// Quotes a schema from the tool's own schema.
    fn json_of(&self, id: NodeId) -> Option<String> {
        let pointer = self.graph.node(id).pointer.as_str();
        let schema = self
            .document
            .pointer(pointer)
            .filter(|_| !pointer.is_empty())?;
        let text = quoted(schema).filter(|text| !text.contains("\"$ref\""))?;
        Some(format!("it matches {text}"))
    }

    fn facts(&self, id: NodeId, place: Place<'_>, facts: &mut Vec<String>) -> Option<()> {
        let node = self.graph.resolved_node(id);
        let is_unclear = node.is_partial || !node.lost.is_empty() || !node.patterns.is_empty();
        if place.depth > MAX_DEPTH || is_unclear || !node.prefix.is_empty() {
            return None;
        }
        if node.is_never {
            facts.push(match place.path {
                "" => "no value is valid".to_owned(),
                path => format!("`{path}` is not given"),
            });
            return Some(());
        }
        facts_of_value(node, place, facts)?;
        self.facts_of_parts(node, place, facts)?;
        for union in &node.unions {
            facts.push(self.alternatives(union, place)?);
        }
        for set in &node.conditions {
            let words = self.condition(set, place.mood, place.depth);
            let words = words.filter(|_| place.path.is_empty())?;
            facts.extend(Some(words).filter(|words| !words.is_empty()));
        }
        Some(())
    }

    /// Describes properties and elements.
    fn facts_of_parts(&self, node: &Node, place: Place<'_>, facts: &mut Vec<String>) -> Option<()> {
        let mut described = Vec::new();
        for (name, id) in &node.properties {
            let path = place.property(name);
            let inner = Place {
                path: &path,
                mood: place.mood,
                depth: place.depth + 1,
            };
            let count = facts.len();
            self.facts(*id, inner, facts)?;
            if facts.len() > count {
                described.push(name);
            }
        }
        let is_stated = |name: &&String| place.mood == Mood::Demand || !described.contains(name);
        let required = node.required.iter().filter(is_stated);
        let required: Vec<String> = required.map(|name| place.property(name)).collect();
        let required: Vec<&str> = required.iter().map(String::as_str).collect();
        facts.extend(demand_names(&required, place.mood));
        match node.additional {
            AdditionalProperties::Each(_) => return None,
            AdditionalProperties::Forbidden => {
                facts.push(place.state("has", "no other properties"));
            }
            AdditionalProperties::Any | AdditionalProperties::Unspecified => {}
        }
        if let Some(items) = node.items {
            let path = format!("{}[]", place.path);
            let inner = Place {
                path: &path,
                mood: place.mood,
                depth: place.depth + 1,
            };
            self.facts(items, inner, facts)?;
        }
        Some(())
    }

    /// Describes the branches of a union.
    fn alternatives(&self, union: &Union, place: Place<'_>) -> Option<String> {
        let each = union.branches.iter().map(|branch| {
            let mut facts = Vec::new();
            let inner = Place {
                depth: place.depth + 1,
                ..place
            };
            self.facts(*branch, inner, &mut facts)?;
            (!facts.is_empty()).then(|| format!("({})", facts.join(" and ")))
        });
        let each = each.collect::<Option<Vec<_>>>()?;
        Some(each.join(" or "))
    }
}

/// Describes the values, the type and the bounds.
fn facts_of_value(node: &Node, place: Place<'_>, facts: &mut Vec<String>) -> Option<()> {
    match node.values.as_deref() {
        Some([only]) => facts.push(place.state("is", &quoted(only)?)),
        Some(values) => {
            let values = values.iter().map(quoted).collect::<Option<Vec<_>>>()?;
            facts.push(place.state("is", &format!("one of {}", values.join(", "))));
        }
        None => {
            let is_clear = node.types == Some(TypeSet::of(JsonType::Object))
                && !(node.required.is_empty() && node.properties.is_empty());
            if let Some(types) = node.types.filter(|_| !is_clear) {
                let names: Vec<&str> = types.iter().map(with_article).collect();
                facts.push(place.state("is", &names.join(" or ")));
            }
        }
    }
    for words in words_of_facets(node) {
        let verb = match words.split(' ').next() {
            Some("matches") => "",
            Some("format" | "unique" | "content") => "has",
            _ => "is",
        };
        facts.push(place.state(verb, &words));
    }
    Some(())
}

/// States that properties are given or required.
fn demand_names(names: &[&str], mood: Mood) -> Option<String> {
    let verb = match mood {
        Mood::Condition => "given",
        Mood::Demand => "required",
    };
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match listed.as_slice() {
        [] => None,
        [only] => Some(format!("{only} is {verb}")),
        listed => Some(format!("{} are {verb}", listed.join(" and "))),
    }
}

fn with_article(json_type: JsonType) -> &'static str {
    match json_type {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    }
}
