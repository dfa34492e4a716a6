//! The keywords about the elements of arrays and the properties of objects.

use super::Search;
use super::domain::{Domain, Types};
use super::part_keywords::{Contained, ObjectParts};
use crate::schema::read_count;
use crate::source::{Json, Members};

/// Maximum number of elements that are looked at one by one.
const MAX_ELEMENTS: u64 = 8;

const KEYWORDS: [&str; 12] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "items",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "uniqueItems",
];

/// Returns `true` for the keywords that [`read`] reads.
pub(super) fn has_keyword(keyword: &str) -> bool {
    KEYWORDS.contains(&keyword)
}

/// Returns the domain of a keyword about the parts of a value.
pub(super) fn read<'a>(keyword: &str, value: &'a Json, members: &'a Members) -> Option<Domain<'a>> {
    let mut domain = Domain::all();
    let named = |schemas: &'a Members| {
        let schemas = schemas.iter();
        schemas
            .map(|(name, schema)| (name.as_str(), schema))
            .collect()
    };
    let (array, object) = (&mut domain.array, &mut domain.object);
    match (keyword, value) {
        ("required", Json::Array(required)) => {
            object.required = required.iter().filter_map(Json::as_str).collect();
        }
        ("properties", Json::Object(properties)) => object.properties = named(properties),
        ("patternProperties", Json::Object(patterns)) => object.patterns = named(patterns),
        ("additionalProperties", Json::Object(_) | Json::Bool(_)) => {
            object.rests = vec![(members, value)];
        }
        ("propertyNames", Json::Object(_) | Json::Bool(_)) => object.names = vec![value],
        ("dependentRequired", Json::Object(lists)) => object.dependent = named(lists),
        ("dependentSchemas", Json::Object(schemas)) => object.conditional = named(schemas),
        ("prefixItems" | "items", Json::Array(first)) => {
            let rest = match keyword {
                "items" => members.get("additionalItems"),
                _ => members.get("items"),
            };
            array.elements = vec![(first, rest)];
        }
        ("items", Json::Object(_) | Json::Bool(_)) if members.get("prefixItems").is_none() => {
            array.elements = vec![(&[], Some(value))];
        }
        ("contains", Json::Object(_) | Json::Bool(_)) => {
            let count = |keyword: &str| members.get(keyword).and_then(read_count);
            array.contains = vec![Contained {
                schema: value,
                least: count("minContains").unwrap_or(1),
                most: count("maxContains").unwrap_or(u64::MAX),
            }];
        }
        ("uniqueItems", Json::Bool(true)) => array.is_unique = true,
        _ => return None,
    }
    Some(domain)
}

impl<'a> Search<'a> {
    /// Drops the arrays and objects that the keywords about their parts exclude.
    pub(super) fn settle_parts(&mut self, domain: &mut Domain<'a>, depth: usize) {
        if domain.types.has(Types::ARRAY) && !self.allows_array(domain, depth) {
            domain.exclude(Types::ARRAY);
        }
        if domain.types.has(Types::OBJECT) && !self.allows_object(domain, depth) {
            domain.exclude(Types::OBJECT);
        }
        if let Some(mut values) = domain.values.take() {
            values.retain(|value| self.admits_parts(domain, value, depth));
            let types = values.iter().map(|value| Types::of_value(value));
            domain.keep(types.fold(Types::NONE, Types::with));
            domain.values = Some(values);
        }
    }

    fn allows_array(&mut self, domain: &Domain<'a>, depth: usize) -> bool {
        let (least, most) = domain.items();
        let array = &domain.array;
        let first = array.count_first();
        let looked_at = least.min(MAX_ELEMENTS).min(first as u64 + 1);
        let mut indices = 0..usize::try_from(looked_at).unwrap_or(0);
        let has_elements = indices.all(|index| self.allows(&array.at(index), depth));
        let is_unique_enough = !array.is_unique
            || first > 0
            || least < 2
            || self
                .count(&array.at(0), depth)
                .is_none_or(|count| count >= least);
        let mut contains = array.contains.iter();
        has_elements
            && is_unique_enough
            && contains.all(|contained| {
                let mut schemas = array.at(first);
                schemas.push(contained.schema);
                contained.least == 0
                    || contained.least <= contained.most.min(most)
                        && (first > 0 || self.allows(&schemas, depth))
            })
    }

    /// Returns the number of values that all schemas allow, if it is small.
    fn count(&mut self, schemas: &[&'a Json], depth: usize) -> Option<u64> {
        let found = self.join(schemas, depth.checked_sub(1)?);
        found.iter().map(Domain::count).sum()
    }

    fn allows_object(&mut self, domain: &Domain<'a>, depth: usize) -> bool {
        let object = &domain.object;
        let required = object.required();
        let (least, most) = domain.properties();
        let is_absent = |names: &Vec<&str>| names.iter().all(|name| required.contains(name));
        if required.len() as u64 > most || object.absent.iter().any(is_absent) {
            return false;
        }
        let is_possible = required.iter().all(|name| {
            let conditional = object.conditional.iter();
            let mut conditional = conditional.filter(|(known, _)| known == name);
            self.allows_property(object, name, depth)
                && conditional.all(|(_, schema)| !self.join(&[schema], depth).is_empty())
        });
        is_possible && (least == 0 || self.count_properties(object, least, depth) >= least)
    }

    fn allows_property(&mut self, object: &ObjectParts<'a>, name: &str, depth: usize) -> bool {
        let text = Json::String(name.to_owned());
        let mut names = object.names.iter();
        names.all(|schema| self.admits(&text, &[schema], depth))
            && self.allows(&object.of(name), depth)
    }

    /// Returns the greatest number of properties, but not more than `enough`.
    fn count_properties(&mut self, object: &ObjectParts<'a>, enough: u64, depth: usize) -> u64 {
        let closed = object.rests.iter().find(|(members, schema)| {
            members.get("patternProperties").is_none() && !self.allows(&[schema], depth)
        });
        let Some((members, _)) = closed else {
            return enough;
        };
        // Only the properties next to `additionalProperties` are allowed.
        let properties = members.get("properties").and_then(Json::as_object);
        let names = properties.into_iter().flat_map(Members::keys);
        let possible = names.filter(|name| self.allows_property(object, name, depth));
        possible.count() as u64
    }

    /// Returns `true` unless the schemas refuse the value.
    fn admits(&mut self, value: &Json, schemas: &[&'a Json], depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return true;
        };
        let found = self.join(schemas, depth);
        found.iter().any(|domain| {
            domain.lists(value) && domain.fits(value) && self.admits_parts(domain, value, depth)
        })
    }

    /// Returns `true` unless the keywords about parts refuse the value.
    fn admits_parts(&mut self, domain: &Domain<'a>, value: &Json, depth: usize) -> bool {
        match value {
            Json::Array(elements) => {
                let mut elements = elements.iter().enumerate();
                elements
                    .all(|(index, element)| self.admits(element, &domain.array.at(index), depth))
            }
            Json::Object(members) => {
                let object = &domain.object;
                let mut required = object.required.iter();
                let mut members_of = members.iter();
                required.all(|name| members.get(name).is_some())
                    && members_of.all(|(name, value)| self.admits(value, &object.of(name), depth))
            }
            _ => true,
        }
    }
}
