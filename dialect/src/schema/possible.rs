//! The types of which some value can be valid, by the keywords about lengths and parts.

use super::bounds::Bounds;
use super::graph::Graph;
use super::node::{AdditionalProperties, Condition, Node, NodeId};
use super::type_set::TypeSet;
use crate::format::Format;
use crate::json_type::JsonType;
use crate::pattern::matches;
use crate::tree::Tree;

/// The types of which some value can be valid.
pub(super) struct Possible {
    pub(super) types: TypeSet,
    /// The keyword that excludes the others.
    pub(super) contradiction: Option<&'static str>,
}

impl Possible {
    fn exclude(&mut self, json_type: JsonType, keyword: &'static str) {
        self.types = self.types.without(json_type);
        self.contradiction = Some(keyword);
    }
}

impl Node {
    /// Returns the value of a keyword that is a count.
    fn count(&self, keyword: &str) -> Option<u64> {
        self.facets.get(keyword).and_then(Tree::as_count)
    }

    /// Returns the rules with this keyword.
    fn conditions_of(&self, keyword: &str) -> impl Iterator<Item = &Condition> {
        let rules = self.conditions.iter().flatten();
        rules.filter_map(move |(known, rule)| (known == keyword).then_some(rule))
    }

    fn has_only(&self, keyword: fn(&Self) -> bool) -> bool {
        keyword(self)
            && self.alias.is_none()
            && self.facets.is_empty()
            && self.conditions.is_empty()
            && self.lost.is_empty()
            && !self.is_partial
            && self.unions.is_empty()
            && self.patterns.is_empty()
            && self.properties.is_empty()
            && self.items.is_none()
            && self.prefix.is_empty()
            && self.additional == AdditionalProperties::Unspecified
    }
}

impl Graph {
    /// Returns the types of which some value can be valid.
    pub(super) fn possible_types(&self, node: &Node) -> Possible {
        let mut possible = Possible {
            types: TypeSet::ALL,
            contradiction: None,
        };
        let bounds = Bounds::of(&node.facets);
        if !bounds.has_number() {
            possible.exclude(JsonType::Number, "minimum");
            possible.exclude(JsonType::Integer, "minimum");
        } else if !bounds.has_integer() {
            possible.exclude(JsonType::Integer, "minimum");
        }
        let is_reversed = |low: &str, high: &str| {
            let counts = node.count(low).zip(node.count(high));
            counts.is_some_and(|(low, high)| low > high)
        };
        if is_reversed("minLength", "maxLength") {
            possible.exclude(JsonType::String, "minLength");
        }
        if lacks_format(node) {
            possible.exclude(JsonType::String, "format");
        }
        if is_reversed("minItems", "maxItems") || self.lacks_elements(node) {
            possible.exclude(JsonType::Array, "minItems");
        }
        if self.lacks_contained(node) {
            possible.exclude(JsonType::Array, "contains");
        }
        if is_reversed("minProperties", "maxProperties") || self.lacks_properties(node) {
            possible.exclude(JsonType::Object, "minProperties");
        }
        let is_too_many = node
            .count("maxProperties")
            .is_some_and(|most| node.required.len() as u64 > most);
        if is_too_many || self.dead_property(node).is_some() {
            possible.exclude(JsonType::Object, "required");
        }
        self.exclude_refused(node, &mut possible);
        possible
    }

    /// Excludes the types of which `not` and `if` refuse every value.
    fn exclude_refused(&self, node: &Node, possible: &mut Possible) {
        for rule in node.conditions_of("not") {
            let Condition::Schema(inner) = rule else {
                continue;
            };
            let inner = self.resolved_node(*inner);
            let requires_less = inner.types.is_none_or(|types| types.has(JsonType::Object))
                && inner.required.iter().all(|name| node.requires(name));
            let refused =
                if inner.has_only(|node| node.required.is_empty() && node.values.is_none()) {
                    inner.types.unwrap_or(TypeSet::ALL)
                } else if requires_less && inner.has_only(|node| node.values.is_none()) {
                    TypeSet::of(JsonType::Object)
                } else {
                    TypeSet::EMPTY
                };
            for json_type in refused.members().filter(|_| !inner.is_never) {
                possible.exclude(json_type, "not");
            }
        }
        for set in &node.conditions {
            let part = |keyword: &str| {
                let rule = set.iter().find(|(known, _)| known == keyword)?;
                match &rule.1 {
                    Condition::Schema(id) => Some(self.resolved_node(*id)),
                    _ => None,
                }
            };
            let Some(condition) = part("if") else {
                continue;
            };
            let is_always = condition.has_only(|node| {
                !node.is_never
                    && node.types.is_none()
                    && node.values.is_none()
                    && node.required.is_empty()
            });
            let is_refused = |keyword| part(keyword).is_some_and(|part| part.is_never);
            let is_contradiction =
                is_always && is_refused("then") || condition.is_never && is_refused("else");
            if is_contradiction {
                possible.types = TypeSet::EMPTY;
                possible.contradiction = Some("if");
            }
        }
    }

    /// Returns `true` if an array needs more elements than can be valid.
    fn lacks_elements(&self, node: &Node) -> bool {
        let is_never = |id: &NodeId| self.resolved_node(*id).is_never;
        let of_values = |id: NodeId| Self::count_values(self.resolved_node(id));
        let is_unique = node.facets.contains_key("uniqueItems");
        let possible = match node.prefix.iter().position(is_never) {
            Some(first) => Some(first as u64),
            None if node.items.is_some_and(|id| is_never(&id)) => Some(node.prefix.len() as u64),
            None if is_unique && node.prefix.is_empty() => node.items.and_then(of_values),
            None => None,
        };
        let least = node.count("minItems").unwrap_or(0);
        possible.is_some_and(|possible| possible < least)
    }

    /// Returns the number of different values that can be valid, if it is small.
    fn count_values(node: &Node) -> Option<u64> {
        if let Some(values) = &node.values {
            return Some(values.len() as u64);
        }
        let types = node.types?;
        types
            .members()
            .map(|json_type| match json_type {
                JsonType::Null => Some(1),
                JsonType::Boolean => Some(2),
                _ => None,
            })
            .sum()
    }

    /// Returns `true` if an array cannot have as many elements of a kind as `contains` demands.
    fn lacks_contained(&self, node: &Node) -> bool {
        node.conditions.iter().any(|set| {
            let rule = |keyword: &str| {
                let mut rules = set.iter();
                rules.find_map(|(known, rule)| (known == keyword).then_some(rule))
            };
            let count = |keyword| match rule(keyword) {
                Some(Condition::Value(value)) => value.as_count(),
                _ => None,
            };
            let Some(Condition::Schema(inner)) = rule("contains") else {
                return false;
            };
            let least = count("minContains").unwrap_or(1);
            let most = count("maxContains")
                .into_iter()
                .chain(node.count("maxItems"));
            let is_other = |items: NodeId| self.is_disjoint(*inner, items);
            let is_never = self.resolved_node(*inner).is_never
                || node.prefix.is_empty() && node.items.is_some_and(is_other);
            least > 0 && (is_never || most.min().is_some_and(|most| least > most))
        })
    }

    /// Returns `true` if no value is valid for both.
    pub(super) fn is_disjoint(&self, one: NodeId, other: NodeId) -> bool {
        let types = |id| self.resolved_node(id).types.unwrap_or(TypeSet::ALL);
        let is_common = |types: TypeSet, others: TypeSet| !types.intersection(others).is_empty();
        let admits_any = |id: NodeId, other: NodeId| {
            let values = self.resolved_node(id).values.as_ref();
            values.is_none_or(|values| values.iter().any(|value| self.admits(other, value)))
        };
        let is_never = |id| self.resolved_node(id).is_never;
        is_never(one)
            || is_never(other)
            || !is_common(types(one), types(other))
            || !admits_any(one, other)
            || !admits_any(other, one)
    }

    /// Returns `true` if an object needs more properties than can be valid.
    fn lacks_properties(&self, node: &Node) -> bool {
        let is_never = |id: NodeId| self.resolved_node(id).is_never;
        let is_closed = match node.additional {
            AdditionalProperties::Forbidden => true,
            AdditionalProperties::Each(id) => is_never(id),
            _ => false,
        };
        let least = node.count("minProperties").unwrap_or(0);
        let live = node.properties.iter().filter(|(_, id)| !is_never(*id));
        is_closed && node.patterns.is_empty() && (live.count() as u64) < least
    }

    /// Returns a required property that cannot be there, with its schema if that is the reason.
    pub(super) fn dead_property(&self, node: &Node) -> Option<(String, Option<NodeId>)> {
        let mut names: Vec<&str> = node.required.iter().map(String::as_str).collect();
        let mut index = 0;
        while let Some(name) = names.get(index).copied() {
            index += 1;
            if let Some(id) = self.dead_schema(node, name) {
                return Some((name.to_owned(), id));
            }
            // A property that another one demands is required as well.
            for rule in node.conditions_of("dependentRequired") {
                let Condition::Value(lists) = rule else {
                    continue;
                };
                let list = lists.get(name).and_then(Tree::as_array);
                for other in list.into_iter().flatten().filter_map(Tree::as_str) {
                    if !names.contains(&other) {
                        names.push(other);
                    }
                }
            }
        }
        None
    }

    /// Returns `None` if a property can have a value, and else the schema that refuses every value.
    #[expect(clippy::option_option, reason = "a name alone may be refused")]
    pub(super) fn dead_schema(&self, node: &Node, name: &str) -> Option<Option<NodeId>> {
        let is_never = |id: &NodeId| self.resolved_node(*id).is_never;
        let own = node.property(name);
        let mut patterns = node.patterns.iter();
        let is_matched = |pattern: &str| matches(pattern, name) == Some(true);
        let is_unclear = |pattern: &str| matches(pattern, name).is_none();
        let dead = patterns.find(|(pattern, id)| {
            let is_other = own.is_some_and(|own| self.is_disjoint(own, *id));
            (is_never(id) || is_other) && is_matched(pattern)
        });
        if let Some((_, id)) = dead {
            return Some(Some(*id));
        }
        let mut patterns = node.patterns.iter();
        let is_rest = own.is_none()
            && !patterns.any(|(pattern, _)| is_matched(pattern) || is_unclear(pattern));
        let schema = match node.additional {
            AdditionalProperties::Each(id) if is_rest => Some(id),
            AdditionalProperties::Forbidden if is_rest => return Some(None),
            _ => own,
        };
        if let Some(id) = schema.filter(is_never) {
            return Some(Some(id));
        }
        let text = Tree::String(name.to_owned());
        let is_refused_name = node.conditions_of("propertyNames").any(|rule| match rule {
            Condition::Schema(id) => !self.admits(*id, &text),
            _ => false,
        });
        let is_refused_object = node
            .conditions_of("dependentSchemas")
            .any(|rule| match rule {
                Condition::Map(schemas) => schemas
                    .iter()
                    .any(|(known, id)| known == name && is_never(id)),
                _ => false,
            });
        (is_refused_name || is_refused_object).then_some(own)
    }

    /// Refuses the schemas whose values would have to contain another value of the same schema
    /// without end. Returns `true` if there are any.
    pub(super) fn refuse_endless(&mut self) -> bool {
        // Schemas come before their parts, so that few rounds are needed.
        let ids: Vec<NodeId> = self.ids().collect();
        let mut ended: Vec<bool> = vec![false; ids.len()];
        let mut has_changed = true;
        while std::mem::take(&mut has_changed) {
            for id in ids.iter().rev() {
                if !has_ended(&ended, *id)
                    && self.ends(*id, &ended)
                    && let Some(flag) = ended.get_mut(id.0)
                {
                    *flag = true;
                    has_changed = true;
                }
            }
        }
        let endless = ids.iter().filter(|id| !has_ended(&ended, **id));
        let endless: Vec<NodeId> = endless
            .copied()
            .filter(|id| !self.node(*id).is_never)
            .collect();
        for id in &endless {
            let mut node = self.node(*id).clone();
            node.refuse_all("required");
            self.set(*id, node);
        }
        !endless.is_empty()
    }

    /// Returns `true` if some value of a schema needs only values that end.
    fn ends(&self, id: NodeId, ended: &[bool]) -> bool {
        let node = self.node(id);
        if node.is_never {
            return false;
        }
        if let Some(alias) = node.alias {
            // A circle of references says nothing.
            return has_ended(ended, alias) || self.resolved_node(alias).alias.is_some();
        }
        let types = node.types.unwrap_or(TypeSet::ALL);
        let is_flat =
            |json_type: JsonType| !matches!(json_type, JsonType::Array | JsonType::Object);
        let mut required = node.required.iter().filter_map(|name| node.property(name));
        let has_ended = |id: NodeId| has_ended(ended, id);
        let has_value = node.values.is_some()
            || types.members().any(is_flat)
            || types.has(JsonType::Array)
                && (node.count("minItems").unwrap_or(0) == 0
                    || node
                        .prefix
                        .first()
                        .copied()
                        .or(node.items)
                        .is_none_or(has_ended))
            || types.has(JsonType::Object) && required.all(has_ended);
        let mut unions = node.unions.iter();
        let is_open = |branch: &NodeId| has_ended(*branch) || self.resolve(*branch).0 == id;
        has_value && unions.all(|union| union.branches.iter().any(is_open))
    }
}

/// Returns `true` if no string of the format has an allowed length.
fn lacks_format(node: &Node) -> bool {
    // The check of a tool takes a listed value that does not follow the format.
    let is_listed = node.values.is_some() || !node.unions.is_empty();
    let name = node.facets.get("format").and_then(Tree::as_str);
    let Some(format) = name.and_then(Format::named).filter(|_| !is_listed) else {
        return false;
    };
    let (least, most) = format.lengths();
    node.count("maxLength").is_some_and(|count| count < least)
        || node.count("minLength").is_some_and(|count| count > most)
}

fn has_ended(ended: &[bool], id: NodeId) -> bool {
    ended.get(id.0).copied().unwrap_or(true)
}
