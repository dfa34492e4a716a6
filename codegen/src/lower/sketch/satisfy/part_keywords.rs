//! The keywords about the elements of arrays and the properties of objects, as data.

use std::collections::BTreeSet;

use toolsmith_dialect::pattern;

use crate::source::{Json, Members};

/// The keywords about arrays.
#[derive(Debug, Clone, Default)]
pub(super) struct ArrayParts<'a> {
    /// The schemas of the first elements, and that of the others.
    pub(super) elements: Vec<(&'a [Json], Option<&'a Json>)>,
    pub(super) contains: Vec<Contained<'a>>,
    pub(super) is_unique: bool,
}

/// `contains`, with the number of elements that it demands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contained<'a> {
    pub(super) schema: &'a Json,
    pub(super) least: u64,
    pub(super) most: u64,
}

/// The keywords about objects.
#[derive(Debug, Clone, Default)]
pub(super) struct ObjectParts<'a> {
    pub(super) required: Vec<&'a str>,
    /// The schemas of properties; several may apply to one.
    pub(super) properties: Vec<(&'a str, &'a Json)>,
    /// `patternProperties`.
    pub(super) patterns: Vec<(&'a str, &'a Json)>,
    /// `additionalProperties`, with the schema around it.
    pub(super) rests: Vec<(&'a Members, &'a Json)>,
    pub(super) names: Vec<&'a Json>,
    /// The properties that another one demands.
    pub(super) dependent: Vec<(&'a str, &'a Json)>,
    /// The schemas that objects with a property have to fit.
    pub(super) conditional: Vec<(&'a str, &'a Json)>,
    /// Lists of properties that must not all be there.
    pub(super) absent: Vec<Vec<&'a str>>,
}

impl<'a> ArrayParts<'a> {
    pub(super) fn extend(&mut self, other: &Self) {
        self.elements.extend(&other.elements);
        self.contains.extend(&other.contains);
        self.is_unique |= other.is_unique;
    }

    /// Returns the schemas of the element at `index`.
    pub(super) fn at(&self, index: usize) -> Vec<&'a Json> {
        let elements = self.elements.iter();
        elements
            .filter_map(|(first, rest)| first.get(index).or(*rest))
            .collect()
    }

    /// Returns the number of elements that are described one by one.
    pub(super) fn count_first(&self) -> usize {
        let counts = self.elements.iter().map(|(first, _)| first.len());
        counts.max().unwrap_or(0)
    }
}

impl<'a> ObjectParts<'a> {
    pub(super) fn extend(&mut self, other: &Self) {
        self.required.extend(&other.required);
        self.properties.extend(&other.properties);
        self.patterns.extend(&other.patterns);
        self.rests.extend(&other.rests);
        self.names.extend(&other.names);
        self.dependent.extend(&other.dependent);
        self.conditional.extend(&other.conditional);
        self.absent.extend(other.absent.iter().cloned());
    }

    /// Returns the required properties, with those that they demand.
    pub(super) fn required(&self) -> BTreeSet<&'a str> {
        let mut names: BTreeSet<&str> = self.required.iter().copied().collect();
        loop {
            let before = names.len();
            for (name, list) in &self.dependent {
                if names.contains(name) {
                    let list = list.as_array().into_iter().flatten();
                    names.extend(list.filter_map(Json::as_str));
                }
            }
            if names.len() == before {
                return names;
            }
        }
    }

    /// Returns the schemas of a property.
    pub(super) fn of(&self, name: &str) -> Vec<&'a Json> {
        let own = self.properties.iter().filter(|(known, _)| *known == name);
        let matched = self.patterns.iter();
        let matched = matched.filter(|(pattern, _)| pattern::matches(pattern, name) == Some(true));
        let rests = self
            .rests
            .iter()
            .filter(|(members, _)| is_rest(members, name));
        own.map(|(_, schema)| *schema)
            .chain(matched.map(|(_, schema)| *schema))
            .chain(rests.map(|(_, schema)| *schema))
            .collect()
    }
}

/// Returns `true` if a schema names a property neither in `properties` nor in `patternProperties`.
fn is_rest(members: &Members, name: &str) -> bool {
    let object = |keyword: &str| members.get(keyword).and_then(Json::as_object);
    let is_named = object("properties").is_some_and(|properties| properties.get(name).is_some());
    let mut patterns = object("patternProperties").into_iter().flatten();
    !is_named && patterns.all(|(pattern, _)| pattern::matches(pattern, name) == Some(false))
}
