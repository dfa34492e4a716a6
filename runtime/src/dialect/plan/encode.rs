//! From the tool's arguments to those of the dialect.

use serde_json::{Map, json};

use super::{Member, Others, Plan, PlanId, Plans};
use crate::codec::Json;
use crate::dialect::schema::Kind;

impl Plans {
    /// Arguments as the dialect has them; [`Plans::restore`] gives back these.
    pub(in super::super) fn encode(&self, plan: PlanId, value: &Json) -> Json {
        self.encode_within(&[], plan, value)
    }

    /// The same for a branch of the plans `around` it.
    fn encode_within(&self, around: &[&Plan], plan: PlanId, value: &Json) -> Json {
        match self.plan(plan) {
            Plan::Same | Plan::Also(_) => value.clone(),
            Plan::Text(kinds) if kinds.has(Kind::of(value)) => Json::String(value.to_string()),
            Plan::Object { members, rest } => match value.as_object() {
                Some(object) => self.encode_object(members, rest.as_ref(), object, value),
                None => value.clone(),
            },
            Plan::List { prefix, items } => match value.as_array() {
                Some(elements) => {
                    let plans = prefix.iter().chain(std::iter::repeat(items));
                    let elements = elements.iter().zip(plans);
                    elements
                        .map(|(element, plan)| self.encode(*plan, element))
                        .collect()
                }
                None => value.clone(),
            },
            Plan::Pairs(inner) => match value.as_object() {
                Some(object) => self.encode_pairs(*inner, object.iter()),
                None => self.as_is(plan, value),
            },
            Plan::Choice(branches) => {
                let around = [around, &[self.plan(plan)]].concat();
                let encoded = branches
                    .iter()
                    .filter(|(_, inner)| !self.is_around(&around, *inner))
                    .map(|(schema, inner)| (schema, self.encode_within(&around, *inner, value)));
                let mut right = encoded.filter(|(schema, encoded)| {
                    self.accepts(schema, encoded) && self.restore(plan, encoded) == *value
                });
                right
                    .next()
                    .map_or_else(|| self.as_is(plan, value), |(_, encoded)| encoded)
            }
            Plan::Text(_) => self.as_is(plan, value),
            Plan::Wrapped(property, inner) => {
                let mut members = Map::new();
                members.insert((*property).to_owned(), self.encode(*inner, value));
                Json::Object(members)
            }
        }
    }

    /// A value that the schema has no place for: itself, or the escape if it would be misread.
    fn as_is(&self, plan: PlanId, value: &Json) -> Json {
        if self.restore(plan, value) == *value {
            value.clone()
        } else {
            self.escape_value(value.clone())
        }
    }

    fn encode_pairs<'json>(
        &self,
        plan: PlanId,
        members: impl Iterator<Item = (&'json String, &'json Json)>,
    ) -> Json {
        let pair =
            |(key, value): (&String, &Json)| json!({"key": key, "value": self.encode(plan, value)});
        members.map(pair).collect()
    }

    fn encode_object(
        &self,
        members: &[Member],
        rest: Option<&Others>,
        object: &Map<String, Json>,
        value: &Json,
    ) -> Json {
        let mut encoded = Map::new();
        for member in members {
            match object.get(&member.name) {
                Some(Json::Null) if member.is_null_absent && !self.takes_null_text(member.plan) => {
                    encoded.insert(member.said.clone(), self.escape_value(Json::Null));
                }
                Some(value) => {
                    let said = self.encode(member.plan, value);
                    let said = match self.escaped(&said) {
                        // It is one by chance, or one already.
                        Some(inner) if inner != value => self.escape_value(value.clone()),
                        _ => said,
                    };
                    encoded.insert(member.said.clone(), said);
                }
                None if member.is_null_absent => {
                    encoded.insert(member.said.clone(), Json::Null);
                }
                None => {}
            }
        }
        let is_named = |name: &String| members.iter().any(|member| member.name == *name);
        let others = object.iter().filter(|(name, _)| !is_named(name));
        if let Some(rest) = rest {
            let mut others = others.peekable();
            if others.peek().is_some() {
                encoded.insert(
                    rest.said.clone(),
                    self.encode_pairs(self.values_of(rest.pairs), others),
                );
            } else if rest.is_null_absent {
                encoded.insert(rest.said.clone(), Json::Null);
            }
        } else {
            for (name, value) in others {
                if members.iter().any(|member| member.said == *name) {
                    return self.escape_value(value_of(object));
                }
                encoded.insert(name.clone(), value.clone());
            }
        }
        let encoded = Json::Object(encoded);
        if self.escaped(&encoded).is_some() {
            return self.escape_value(value.clone());
        }
        encoded
    }

    /// Whether null is a text here, as any other value is.
    fn takes_null_text(&self, plan: PlanId) -> bool {
        matches!(self.plan(plan), Plan::Text(kinds) if kinds.has(Kind::Null))
    }

    /// The plan of the values of pairs.
    pub(super) fn values_of(&self, pairs: PlanId) -> PlanId {
        match self.plan(pairs) {
            Plan::Pairs(inner) => *inner,
            _ => pairs,
        }
    }
}

fn value_of(object: &Map<String, Json>) -> Json {
    Json::Object(object.clone())
}
