//! How arguments are mapped between the tool and the dialect.

mod accept;
mod encode;
mod restore;

use serde_json::Map;

use super::schema::Kinds;
use crate::codec::Json;

/// A plan of [`Plans`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlanId(usize);

impl PlanId {
    /// The value stays as it is.
    pub(super) const SAME: Self = Self(0);
}

/// What becomes of a value.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    Same,
    /// Another plan; so recursion closes.
    Also(PlanId),
    /// A value of these types is given as a text that holds JSON.
    Text(Kinds),
    Object {
        members: Vec<Member>,
        /// The property that holds those without a name of their own, as pairs.
        rest: Option<Others>,
    },
    List {
        prefix: Vec<PlanId>,
        items: PlanId,
    },
    /// A map is given as a list of `key` and `value`.
    Pairs(PlanId),
    /// The first branch whose schema the value follows.
    Choice(Vec<(Json, PlanId)>),
    /// The value stands in a property.
    Wrapped(&'static str, PlanId),
}

/// The property that holds the properties without a name of their own.
#[derive(Debug, Clone)]
pub(super) struct Others {
    pub(super) said: String,
    /// The plan of the list of pairs.
    pub(super) pairs: PlanId,
    /// Null says that there are none.
    pub(super) is_null_absent: bool,
}

/// A property.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) said: String,
    pub(super) plan: PlanId,
    /// Null says that it is not there.
    pub(super) is_null_absent: bool,
}

/// The plans of one tool.
///
/// A value that a dialect has no word for stands as it is in an object with one property, the
/// escape: `{"exactly": null}` where null alone would mean absent. Its name is that of no property
/// in the tool's schema.
#[derive(Debug, Clone)]
pub(super) struct Plans {
    all: Vec<Plan>,
    escape: String,
    definitions: Map<String, Json>,
}

impl Plans {
    pub(super) fn new(document: &Json) -> Self {
        let mut escape = "exactly".to_owned();
        let text = document.to_string();
        while text.contains(&format!("\"{escape}\"")) {
            escape.push('_');
        }
        Self {
            all: vec![Plan::Same],
            escape,
            definitions: Map::new(),
        }
    }

    pub(super) fn escape(&self) -> &str {
        &self.escape
    }

    pub(super) fn define(&mut self, definitions: Map<String, Json>) {
        self.definitions = definitions;
    }

    pub(super) fn plan(&self, id: PlanId) -> &Plan {
        match self.all.get(id.0) {
            // A chain of these ends: each was settled by one that was there before it.
            Some(Plan::Also(other)) if other.0 != id.0 => self.plan(*other),
            Some(plan) => plan,
            None => &Plan::Same,
        }
    }

    /// Whether a plan is one of those `around` it: a union that is its own branch says nothing by
    /// that.
    fn is_around(&self, around: &[&Plan], id: PlanId) -> bool {
        let plan = self.plan(id);
        around.iter().any(|other| std::ptr::eq(*other, plan))
    }

    /// A plan that is settled later.
    pub(super) fn reserve(&mut self) -> PlanId {
        self.add(Plan::Same)
    }

    pub(super) fn settle(&mut self, reserved: PlanId, plan: PlanId) {
        if let Some(place) = self.all.get_mut(reserved.0)
            && reserved != plan
        {
            *place = Plan::Also(plan);
        }
    }

    pub(super) fn text(&mut self, kinds: Kinds) -> PlanId {
        self.add(Plan::Text(kinds))
    }

    pub(super) fn object(&mut self, members: Vec<Member>, rest: Option<Others>) -> PlanId {
        let is_same = |member: &Member| {
            member.plan == PlanId::SAME && member.name == member.said && !member.is_null_absent
        };
        if rest.is_none() && members.iter().all(is_same) {
            return PlanId::SAME;
        }
        self.add(Plan::Object { members, rest })
    }

    pub(super) fn list(&mut self, prefix: Vec<PlanId>, items: PlanId) -> PlanId {
        if items == PlanId::SAME && prefix.iter().all(|plan| *plan == PlanId::SAME) {
            return PlanId::SAME;
        }
        self.add(Plan::List { prefix, items })
    }

    pub(super) fn pairs(&mut self, value: PlanId) -> PlanId {
        self.add(Plan::Pairs(value))
    }

    pub(super) fn choice(&mut self, branches: Vec<(Json, PlanId)>) -> PlanId {
        if branches.iter().all(|(_, plan)| *plan == PlanId::SAME) {
            return PlanId::SAME;
        }
        self.add(Plan::Choice(branches))
    }

    pub(super) fn wrapped(&mut self, property: &'static str, inner: PlanId) -> PlanId {
        self.add(Plan::Wrapped(property, inner))
    }

    fn add(&mut self, plan: Plan) -> PlanId {
        self.all.push(plan);
        PlanId(self.all.len() - 1)
    }

    /// What the escape holds, if `value` is one.
    fn escaped<'json>(&self, value: &'json Json) -> Option<&'json Json> {
        let members = value.as_object().filter(|members| members.len() == 1)?;
        members.get(&self.escape)
    }

    fn escape_value(&self, value: Json) -> Json {
        Json::Object(Map::from_iter([(self.escape.clone(), value)]))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::dialect::{Definition, Dialect};

    #[test]
    fn unions_that_are_their_own_branches_are_mapped_and_end() {
        let branch = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
        let schema = json!({
            "type": "object",
            "properties": {"one": branch("One"), "alone": branch("Alone"), "free": {}},
            "$defs": {
                "One": {"anyOf": [branch("Other"), {"type": "string"}, branch("One")]},
                "Other": {"oneOf": [branch("One"), {"type": "object", "properties": {"n": {}}}]},
                "Alone": {"anyOf": [branch("Alone")]}
            }
        });
        for dialect in Dialect::ALL {
            let list = dialect.list_of([Definition::new("tool", "A tool.", schema.clone())]);
            for value in [
                json!(null),
                json!("x"),
                json!(5),
                json!({"n": [1]}),
                json!([]),
            ] {
                let arguments = json!({"one": value, "alone": value});
                let said = list.encode("tool", &arguments).unwrap();
                let resolved = list.resolve("tool", &said).unwrap();
                assert_eq!(resolved.arguments, arguments, "{dialect:?} {said}");
            }
        }
    }
}
