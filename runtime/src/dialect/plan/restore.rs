//! From the arguments of the dialect to the tool's.

use serde_json::Map;

use super::{Member, Others, Plan, PlanId, Plans};
use crate::codec::Json;
use crate::dialect::schema::Kind;

impl Plans {
    /// The tool's arguments. What does not have the form of the dialect stays as it is, for the
    /// tool's own check to speak of.
    pub(in super::super) fn restore(&self, plan: PlanId, value: &Json) -> Json {
        self.restore_within(&[], plan, value)
    }

    /// The same for a branch of the plans `around` it.
    fn restore_within(&self, around: &[&Plan], plan: PlanId, value: &Json) -> Json {
        let plan = self.plan(plan);
        if matches!(plan, Plan::Same) {
            return value.clone();
        }
        if let Some(inner) = self.escaped(value) {
            return inner.clone();
        }
        match plan {
            Plan::Same | Plan::Also(_) => value.clone(),
            Plan::Text(kinds) => match value.as_str().and_then(read) {
                Some(read) if kinds.has(Kind::of(&read)) => read,
                _ => value.clone(),
            },
            Plan::Object { members, rest } => match value.as_object() {
                Some(object) => self.restore_object(members, rest.as_ref(), object),
                None => value.clone(),
            },
            Plan::List { prefix, items } => match value.as_array() {
                Some(elements) => {
                    let plans = prefix.iter().chain(std::iter::repeat(items));
                    let elements = elements.iter().zip(plans);
                    elements
                        .map(|(element, plan)| self.restore(*plan, element))
                        .collect()
                }
                None => value.clone(),
            },
            Plan::Pairs(inner) => {
                let map = self.restore_pairs(*inner, value);
                map.map_or_else(|| value.clone(), Json::Object)
            }
            Plan::Choice(branches) => {
                let around = [around, &[plan]].concat();
                let chosen = branches.iter().find(|(schema, branch)| {
                    !self.is_around(&around, *branch) && self.follows(schema, *branch, value)
                });
                chosen.map_or_else(
                    || value.clone(),
                    |(_, branch)| self.restore_within(&around, *branch, value),
                )
            }
            Plan::Wrapped(property, inner) => {
                let only = value.as_object().filter(|members| members.len() == 1);
                match only.and_then(|members| members.get(*property)) {
                    Some(value) => self.restore(*inner, value),
                    None => value.clone(),
                }
            }
        }
    }

    fn follows(&self, schema: &Json, plan: PlanId, value: &Json) -> bool {
        let is_read = match self.plan(plan) {
            Plan::Text(kinds) => {
                let read = value.as_str().and_then(read);
                read.is_some_and(|read| kinds.has(Kind::of(&read)))
            }
            _ => true,
        };
        is_read && self.accepts(schema, value)
    }

    fn restore_object(
        &self,
        members: &[Member],
        rest: Option<&Others>,
        object: &Map<String, Json>,
    ) -> Json {
        let mut restored = Map::new();
        for (said, value) in object {
            let member = members.iter().find(|member| member.said == *said);
            if let Some(member) = member {
                let is_absent = member.is_null_absent && value.is_null();
                if !is_absent {
                    let value = match self.escaped(value) {
                        Some(inner) => inner.clone(),
                        None => self.restore(member.plan, value),
                    };
                    restored.insert(member.name.clone(), value);
                }
                continue;
            }
            let others = rest.filter(|rest| rest.said == *said);
            let Some(rest) = others else {
                restored
                    .entry(said.clone())
                    .or_insert_with(|| value.clone());
                continue;
            };
            match self.restore_pairs(self.values_of(rest.pairs), value) {
                Some(others) => restored.extend(others),
                None if value.is_null() => {}
                None => {
                    restored.insert(said.clone(), value.clone());
                }
            }
        }
        Json::Object(restored)
    }

    /// The map that a list of pairs stands for; none if it is no such list, or a key comes twice.
    fn restore_pairs(&self, plan: PlanId, value: &Json) -> Option<Map<String, Json>> {
        let mut map = Map::new();
        for pair in value.as_array()? {
            let pair = pair.as_object().filter(|pair| pair.len() == 2)?;
            let key = pair.get("key")?.as_str()?;
            let value = self.restore(plan, pair.get("value")?);
            if map.insert(key.to_owned(), value).is_some() {
                return None;
            }
        }
        Some(map)
    }
}

/// The JSON that a text holds.
fn read(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}
