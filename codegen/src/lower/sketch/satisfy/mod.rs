//! Finds schemas that no value satisfies: `type` against `anyOf`, `minimum` above `maximum`.
//!
//! The search looks at the keywords by the letter, except for those that the sketch overrules. It
//! never calls a schema contradictory that allows a value: what it does not understand allows
//! everything.

mod domain;
#[cfg(test)]
mod tests;

use super::place::{SchemaPart, SchemaPlace};
use super::tree::StructSketch;
use crate::catalog::{EmbeddedSchema, Tool};
use crate::model::Bound;
use crate::schema::{overrules_null_type, type_named};
use crate::source::{Json, Members, find};
use domain::{Domain, Types};

/// Maximum nesting of schemas. Deeper ones are taken to allow everything.
const MAX_DEPTH: usize = 12;

/// Maximum number of schemas that one search reads.
const MAX_SCHEMAS: usize = 2_000;

/// Maximum number of alternatives. Schemas with more are taken to allow everything.
const MAX_ALTERNATIVES: usize = 64;

/// An argument that no value satisfies, or all arguments together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) struct Unsatisfiable {
    /// The place of the schema.
    pub(in crate::lower) place: SchemaPlace,
    /// The reason.
    pub(in crate::lower) reason: String,
    /// `true` if the argument is required, so that no call is valid.
    pub(in crate::lower) is_required: bool,
}

/// Returns the arguments of a tool that no value satisfies.
pub(super) fn find_unsatisfiable(tool: &Tool, request: &StructSketch) -> Vec<Unsatisfiable> {
    let mut found = Vec::new();
    for field in &request.fields {
        let place = &field.sketch.place;
        let root = &part_of(tool, place.part).json;
        let reason = find(root, &place.pointer).and_then(|json| find_contradiction(json, root));
        found.extend(reason.map(|reason| Unsatisfiable {
            place: place.clone(),
            reason,
            is_required: field.is_required,
        }));
    }
    if found.iter().any(|argument| argument.is_required) {
        return found;
    }
    let parts = if tool.is_direct() {
        [SchemaPart::Input].as_slice()
    } else {
        &[SchemaPart::Query, SchemaPart::Body]
    };
    for part in parts {
        let schema = part_of(tool, *part);
        let reason = find_contradiction(&schema.json, &schema.json);
        found.extend(reason.map(|reason| Unsatisfiable {
            place: SchemaPlace::root(&tool.name, *part),
            reason,
            is_required: true,
        }));
    }
    found
}

fn part_of(tool: &Tool, part: SchemaPart) -> &EmbeddedSchema {
    match part {
        SchemaPart::Query => &tool.query,
        SchemaPart::Body | SchemaPart::Input => &tool.body,
        SchemaPart::Output | SchemaPart::Response => &tool.response,
    }
}

/// Returns the reason for which no value satisfies `json`, a subschema of `root`, or `None` if some
/// value may.
fn find_contradiction(json: &Json, root: &Json) -> Option<String> {
    if is_possible(json, root) {
        return None;
    }
    Some(
        match json.as_object().and_then(|members| blame(members, root)) {
            Some(reason) => format!("no value is valid: {reason}"),
            None => "no value is valid".to_owned(),
        },
    )
}

fn is_possible(json: &Json, root: &Json) -> bool {
    let mut search = Search {
        root,
        left: MAX_SCHEMAS,
    };
    !search.alternatives(json, MAX_DEPTH).is_empty()
}

/// Returns the keyword that leaves no value, and the one that it contradicts.
fn blame(members: &Members, root: &Json) -> Option<String> {
    let is_empty = |names: &[&String]| {
        let chosen = names.iter().filter_map(|name| {
            let value = members.get(name)?;
            Some(((*name).clone(), value.clone()))
        });
        !is_possible(&Json::Object(chosen.collect()), root)
    };
    let names: Vec<&String> = members.iter().map(|(name, _)| name).collect();
    if let Some(name) = names.iter().find(|name| is_empty(&[name])) {
        return Some(format!("`{name}` excludes everything"));
    }
    let pairs = names.iter().enumerate().flat_map(|(index, one)| {
        let others = names.iter().skip(index + 1);
        others.map(move |other| (*one, *other))
    });
    let mut pairs = pairs.filter(|(one, other)| is_empty(&[one, other]));
    let (one, other) = pairs.next()?;
    Some(format!("`{one}` contradicts `{other}`"))
}

/// One search.
struct Search<'a> {
    root: &'a Json,
    left: usize,
}

impl<'a> Search<'a> {
    /// Returns the alternatives that `json` may allow; none if it allows nothing.
    fn alternatives(&mut self, json: &'a Json, depth: usize) -> Vec<Domain<'a>> {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else {
            return vec![Domain::all()];
        };
        self.left = left;
        let members = match json {
            Json::Bool(false) => return Vec::new(),
            Json::Object(members) => members,
            _ => return vec![Domain::all()],
        };
        let mut found = vec![Domain::all()];
        for (keyword, value) in members {
            if let Some(others) = self.of_keyword(keyword, value, members, depth) {
                found = self.both(&found, &others, depth);
            }
        }
        let is_nullable = ["nullable", "x-nullable"]
            .iter()
            .any(|keyword| members.get(keyword) == Some(&Json::Bool(true)));
        if is_nullable {
            found.push(Domain::of_types(Types::NULL));
        }
        found
    }

    /// Returns the alternatives of one keyword, or `None` if it allows everything.
    fn of_keyword(
        &mut self,
        keyword: &str,
        value: &'a Json,
        members: &'a Members,
        depth: usize,
    ) -> Option<Vec<Domain<'a>>> {
        let list = || value.as_array().filter(|list| !list.is_empty());
        match keyword {
            "type" if !overrules_null_type(members) => {
                Some(vec![Domain::of_types(read_types(value)?)])
            }
            "enum" => Some(vec![Domain::of_values(list()?.iter())]),
            "const" => Some(vec![Domain::of_values(std::iter::once(value))]),
            "allOf" => {
                let mut found = vec![Domain::all()];
                for member in list()? {
                    let others = self.alternatives(member, depth);
                    found = self.both(&found, &others, depth);
                }
                Some(found)
            }
            "anyOf" | "oneOf" => {
                let mut found = Vec::new();
                for branch in list()? {
                    found.extend(self.alternatives(branch, depth));
                }
                (found.len() <= MAX_ALTERNATIVES).then_some(found)
            }
            "$ref" => {
                let target = find(self.root, value.as_str()?.strip_prefix('#')?)?;
                Some(self.alternatives(target, depth))
            }
            "not" => {
                let is_everything = match value {
                    Json::Bool(flag) => *flag,
                    Json::Object(members) => members.is_empty(),
                    _ => false,
                };
                is_everything.then(Vec::new)
            }
            "required" | "properties" | "additionalProperties" | "items" => {
                of_parts(keyword, value, members).map(|domain| vec![domain])
            }
            _ => of_bound(keyword, value, members).map(|domain| vec![domain]),
        }
    }

    /// Returns the alternatives that are in both.
    fn both(&mut self, left: &[Domain<'a>], right: &[Domain<'a>], depth: usize) -> Vec<Domain<'a>> {
        if left.len() * right.len() > MAX_ALTERNATIVES {
            return left.to_vec();
        }
        let mut found = Vec::new();
        for one in left {
            for other in right {
                let mut both = one.and(other);
                both.settle();
                self.settle_parts(&mut both, depth);
                found.extend((both.types != Types::NONE).then_some(both));
            }
        }
        found
    }

    /// Drops arrays whose elements, and objects whose required properties, no value satisfies.
    fn settle_parts(&mut self, domain: &mut Domain<'a>, depth: usize) {
        if domain.types.has(Types::ARRAY)
            && domain.min_items() > 0
            && !self.allows(&domain.items.clone(), depth)
        {
            domain.exclude(Types::ARRAY);
        }
        if !domain.types.has(Types::OBJECT) {
            return;
        }
        let mut names = domain.required.clone();
        names.sort_unstable();
        names.dedup();
        let is_impossible = names.len() as u64 > domain.max_properties()
            || names.iter().any(|name| {
                let is_closed = |closed: &Option<&Members>| {
                    closed.is_none_or(|properties| properties.get(name).is_none())
                };
                let schemas = domain.properties.iter().filter(|(known, _)| known == name);
                let schemas: Vec<&Json> = schemas.map(|(_, schema)| *schema).collect();
                domain.closed.iter().any(is_closed) || !self.allows(&schemas, depth)
            });
        if is_impossible {
            domain.exclude(Types::OBJECT);
        }
    }

    /// Returns `true` if some value may satisfy all schemas.
    fn allows(&mut self, schemas: &[&'a Json], depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return true;
        };
        let mut found = vec![Domain::all()];
        for schema in schemas {
            let others = self.alternatives(schema, depth);
            found = self.both(&found, &others, depth);
        }
        !found.is_empty()
    }
}

/// Returns the types that `type` names, or `None` if it names one that is not known.
fn read_types(value: &Json) -> Option<Types> {
    let names = match value {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let mut types = Types::NONE;
    for name in names {
        types = types.with(Types::of(type_named(name.as_str()?)?));
    }
    (types != Types::NONE).then_some(types)
}

/// Returns the domain of a keyword about the parts of a value.
fn of_parts<'a>(keyword: &str, value: &'a Json, members: &'a Members) -> Option<Domain<'a>> {
    let mut domain = Domain::all();
    match (keyword, value) {
        ("required", Json::Array(names)) => {
            domain.required = names.iter().filter_map(Json::as_str).collect();
        }
        ("properties", Json::Object(properties)) => {
            domain.properties = properties
                .iter()
                .map(|(name, schema)| (name.as_str(), schema))
                .collect();
        }
        ("additionalProperties", Json::Bool(false))
            if members.get("patternProperties").is_none() =>
        {
            domain.closed = vec![members.get("properties").and_then(Json::as_object)];
        }
        ("items", Json::Object(_) | Json::Bool(_)) if members.get("prefixItems").is_none() => {
            domain.items = vec![value];
        }
        _ => return None,
    }
    Some(domain)
}

/// Returns the domain of a keyword that limits a number or a length.
fn of_bound<'a>(keyword: &str, value: &Json, members: &Members) -> Option<Domain<'a>> {
    let is_true = |keyword: &str| members.get(keyword) == Some(&Json::Bool(true));
    let bound = match Bound::parse(keyword)? {
        Bound::Minimum if is_true("exclusiveMinimum") => Bound::ExclusiveMinimum,
        Bound::Maximum if is_true("exclusiveMaximum") => Bound::ExclusiveMaximum,
        bound => bound,
    };
    let limit = match value {
        Json::Number(number) => number.as_f64()?,
        _ => return None,
    };
    let is_valid = !bound.is_length() || limit >= 0.0 && limit.fract() == 0.0;
    is_valid.then(|| Domain::of_bound(bound, limit))
}
