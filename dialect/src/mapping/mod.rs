//! The mapping of arguments between a tool and a dialect.

mod accept;
mod encode;
mod restore;

use serde_json::Map;

use super::schema::TypeSet;
use super::tree::Tree;
use crate::json_type::Json;
pub(super) use restore::RepeatedName;

/// The index of a [`Mapping`] in [`Mappings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MappingId(usize);

impl MappingId {
    /// The mapping that leaves values unchanged.
    pub(super) const SAME: Self = Self(0);
}

/// The mapping of one value.
#[derive(Debug, Clone)]
pub(super) enum Mapping {
    /// The value is unchanged.
    Same,
    /// The value has another mapping. This closes recursion.
    Alias(MappingId),
    /// A value of these types is given as a string that contains JSON.
    JsonString(TypeSet),
    Object {
        members: Vec<Member>,
        /// The property that contains the properties that the schema does not name.
        additional: Option<AdditionalMember>,
    },
    Array {
        prefix: Vec<MappingId>,
        items: MappingId,
    },
    /// A map is given as an array of objects with `key` and `value`.
    Pairs(MappingId),
    /// The value follows the first branch whose schema accepts it.
    Union(Vec<(Json, MappingId)>),
    /// The value is given as the only property of an object.
    Wrapped(&'static str, MappingId),
}

/// The property that contains the properties that the schema does not name, as pairs.
#[derive(Debug, Clone)]
pub(super) struct AdditionalMember {
    pub(super) provider_name: String,
    /// The mapping of the array of pairs.
    pub(super) pairs: MappingId,
    /// Null means that there are none.
    pub(super) is_null_absent: bool,
}

/// A property that the schema names.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) provider_name: String,
    pub(super) mapping: MappingId,
    /// Null means that the property is absent.
    pub(super) is_null_absent: bool,
}

/// The mappings of one tool.
///
/// A value that a dialect cannot express is wrapped unchanged in an object with one property, the
/// escape: `{"exactly": null}` where null alone would mean absent. No property of the tool's
/// schema has the name of the escape.
#[derive(Debug, Clone)]
pub(super) struct Mappings {
    all: Vec<Mapping>,
    escape: String,
    definitions: Map<String, Json>,
}

impl Mappings {
    pub(super) fn new(document: &Tree) -> Self {
        let text = document.to_string();
        let mut escape = "exactly".to_owned();
        while text.contains(&format!("\"{escape}\"")) {
            escape.push('_');
        }
        Self {
            all: vec![Mapping::Same],
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

    pub(super) fn mapping(&self, id: MappingId) -> &Mapping {
        match self.all.get(id.0) {
            // Chains of aliases end, because each alias refers to an earlier mapping.
            Some(Mapping::Alias(other)) if other.0 != id.0 => self.mapping(*other),
            Some(mapping) => mapping,
            None => &Mapping::Same,
        }
    }

    /// Returns `true` if a mapping is one of `others`.
    fn is_among(&self, others: &[&Mapping], id: MappingId) -> bool {
        let mapping = self.mapping(id);
        others.iter().any(|other| std::ptr::eq(*other, mapping))
    }

    /// Reserves a mapping that is settled later.
    pub(super) fn reserve(&mut self) -> MappingId {
        self.add(Mapping::Same)
    }

    pub(super) fn settle(&mut self, reserved: MappingId, mapping: MappingId) {
        if let Some(place) = self.all.get_mut(reserved.0)
            && reserved != mapping
        {
            *place = Mapping::Alias(mapping);
        }
    }

    pub(super) fn json_string(&mut self, types: TypeSet) -> MappingId {
        self.add(Mapping::JsonString(types))
    }

    pub(super) fn object(
        &mut self,
        members: Vec<Member>,
        additional: Option<AdditionalMember>,
    ) -> MappingId {
        let is_same = |member: &Member| {
            member.mapping == MappingId::SAME
                && member.name == member.provider_name
                && !member.is_null_absent
        };
        if additional.is_none() && members.iter().all(is_same) {
            return MappingId::SAME;
        }
        self.add(Mapping::Object {
            members,
            additional,
        })
    }

    pub(super) fn array(&mut self, prefix: Vec<MappingId>, items: MappingId) -> MappingId {
        if items == MappingId::SAME && prefix.iter().all(|mapping| *mapping == MappingId::SAME) {
            return MappingId::SAME;
        }
        self.add(Mapping::Array { prefix, items })
    }

    pub(super) fn pairs(&mut self, value: MappingId) -> MappingId {
        self.add(Mapping::Pairs(value))
    }

    pub(super) fn union(&mut self, branches: Vec<(Json, MappingId)>) -> MappingId {
        if branches
            .iter()
            .all(|(_, mapping)| *mapping == MappingId::SAME)
        {
            return MappingId::SAME;
        }
        self.add(Mapping::Union(branches))
    }

    pub(super) fn wrapped(&mut self, property: &'static str, inner: MappingId) -> MappingId {
        self.add(Mapping::Wrapped(property, inner))
    }

    fn add(&mut self, mapping: Mapping) -> MappingId {
        self.all.push(mapping);
        MappingId(self.all.len() - 1)
    }

    /// Returns the value inside the escape, if `value` is one.
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

    use super::Mappings;
    use crate::tree::Tree;
    use crate::{Definition, Dialect};

    #[test]
    fn maps_unions_that_are_their_own_branches() {
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
            let list = list.unwrap();
            for value in [
                json!(null),
                json!("x"),
                json!(5),
                json!({"n": [1]}),
                json!([]),
            ] {
                let arguments = json!({"one": value, "alone": value});
                let encoded = list.encode("tool", &arguments).unwrap();
                let resolved = list.resolve("tool", &encoded).unwrap();
                assert_eq!(resolved.arguments, arguments, "{dialect:?} {encoded}");
            }
        }
    }

    #[test]
    fn a_definition_accepts_by_one_that_refers_to_it() {
        let mut mappings = Mappings::new(&Tree::Null);
        let definitions = json!({
            "One": {"anyOf": [{"$ref": "#/$defs/Other"}, {"type": "string"}]},
            "Other": {"anyOf": [{"$ref": "#/$defs/One"}, {"type": "integer"}]},
        });
        mappings.define(definitions.as_object().unwrap().clone());
        let branch = |name: &str, other: &str| {
            json!({"type": "object", "properties": {
                "a": {"$ref": format!("#/$defs/{name}")}, "b": {"type": other},
            }})
        };
        let schema = json!({"anyOf": [branch("One", "integer"), branch("Other", "string")]});
        for (value, is_accepted) in [
            (json!({"a": "x", "b": 1}), true),
            (json!({"a": "x", "b": "y"}), true),
            (json!({"a": 1, "b": "y"}), true),
            (json!({"a": "x", "b": true}), false),
            (json!({"a": true, "b": "y"}), false),
        ] {
            assert_eq!(mappings.accepts(&schema, &value), is_accepted, "{value}");
        }
    }
}
