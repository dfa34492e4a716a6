//! Finds schemas that no value satisfies: `type` against `anyOf`, `minimum` above `maximum`.
//! The search reads the keywords as they are written, except for those that the sketch overrules. It
//! never calls a schema contradictory that allows a value: what it does not understand allows
//! everything.

mod blame;
mod domain;
mod part_keywords;
mod parts;
#[cfg(test)]
mod tests;

use super::tree::StructSketch;
use crate::catalog::{EmbeddedSchema, Tool};
use crate::catalog::{SchemaPart, SchemaPlace};
use crate::model::Bound;
use crate::schema::{is_unset, overrules_null_type, read_limit, type_named};
use crate::source::{Json, Members, find};
use blame::blame;
pub(super) use domain::is_same;
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
        // The place of a union with one kind of branch is that of a branch.
        let own = SchemaPlace::root(&tool.name, place.part).property(&field.wire);
        let own = Some(&own).filter(|own| *own != place);
        let mut reasons = std::iter::once(place).chain(own).filter_map(|place| {
            let reason = find_contradiction(find(root, &place.pointer)?, root)?;
            Some((place, reason))
        });
        let reason = reasons.next();
        found.extend(reason.map(|(place, reason)| Unsatisfiable {
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
        let contradiction = find_contradiction(&schema.json, &schema.json);
        let reason = contradiction.map(|reason| (reason, true)).or_else(|| {
            let reason = find_refusal_of_objects(*part, &schema.json)?;
            // A call may be without a query.
            Some((reason, *part != SchemaPart::Query))
        });
        found.extend(reason.map(|(reason, is_required)| Unsatisfiable {
            place: SchemaPlace::root(&tool.name, *part),
            reason,
            is_required,
        }));
    }
    found
}

/// Returns the reason for which arguments, which are an object, do not satisfy a schema. A body may be any
/// value.
fn find_refusal_of_objects(part: SchemaPart, json: &Json) -> Option<String> {
    let object = ("type".to_owned(), Json::String("object".to_owned()));
    let object = Json::Object(Members::from([object]));
    let mut search = Search {
        root: json,
        left: MAX_SCHEMAS,
        alone: Vec::new(),
    };
    if part == SchemaPart::Body || search.allows(&[json, &object], MAX_DEPTH) {
        return None;
    }
    let reason =
        "arguments are an object, and the schema allows none; correct it with `set` in the overlay";
    Some(reason.to_owned())
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

/// Returns `false` if no value satisfies `json`, a subschema of `root`.
pub(super) fn is_possible(json: &Json, root: &Json) -> bool {
    are_possible(&[json], root)
}

/// Returns `false` if no value satisfies all of these subschemas of `root`.
pub(super) fn are_possible(schemas: &[&Json], root: &Json) -> bool {
    let mut search = Search {
        root,
        left: MAX_SCHEMAS,
        alone: Vec::new(),
    };
    search.allows(schemas, MAX_DEPTH)
}

/// One search.
struct Search<'a> {
    root: &'a Json,
    left: usize,
    /// The schemas in each other whose values are searched for. A value that has to contain another
    /// one of the same schema does not end.
    alone: Vec<&'a Json>,
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
                found = both(&found, &others);
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
        if is_unset(keyword, value, members) {
            return None;
        }
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
                    found = both(&found, &others);
                }
                Some(found)
            }
            "anyOf" | "oneOf" => {
                let branches = list()?;
                let is_compared = keyword == "oneOf" && branches.len() <= MAX_ALTERNATIVES;
                let mut found = Vec::new();
                for branch in branches {
                    // A value that fits one of two equal branches fits the other as well.
                    let same = branches.iter().filter(|other| is_same(branch, other));
                    if !is_compared || same.count() == 1 {
                        found.extend(self.alternatives(branch, depth));
                    }
                }
                (found.len() <= MAX_ALTERNATIVES).then_some(found)
            }
            "$ref" => {
                let target = self.target_of(value)?;
                Some(self.alternatives(target, depth))
            }
            "not" => read_negation(value),
            "if" => {
                let is_met = self.decide(value, depth)?;
                let branch = members.get(if is_met { "then" } else { "else" })?;
                Some(self.alternatives(branch, depth))
            }
            "pattern" => {
                let mut domain = Domain::all();
                domain.patterns = vec![value.as_str()?];
                Some(vec![domain])
            }
            _ if parts::has_keyword(keyword) => {
                parts::read(keyword, value, members).map(|domain| vec![domain])
            }
            _ => of_bound(keyword, value, members).map(|domain| vec![domain]),
        }
    }

    /// Returns `true` for a condition that every value meets, `false` for one that none meets.
    fn decide(&mut self, condition: &'a Json, depth: usize) -> Option<bool> {
        let is_everything = match condition {
            Json::Bool(flag) => *flag,
            Json::Object(members) => members.is_empty(),
            _ => false,
        };
        if is_everything {
            return Some(true);
        }
        self.join(&[condition], depth).is_empty().then_some(false)
    }

    /// Returns `true` if some value may satisfy all schemas.
    fn allows(&mut self, schemas: &[&'a Json], depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return true;
        };
        let alone = match schemas {
            [schema] => Some(self.follow(schema)),
            _ => None,
        };
        let is_endless = |known: &&Json| alone.is_some_and(|alone| std::ptr::eq(*known, alone));
        if self.alone.iter().any(is_endless) {
            return false;
        }
        self.alone.extend(alone);
        let allows = !self.join(schemas, depth).is_empty();
        if alone.is_some() {
            self.alone.pop();
        }
        allows
    }

    /// Returns the alternatives that all schemas allow.
    fn join(&mut self, schemas: &[&'a Json], depth: usize) -> Vec<Domain<'a>> {
        let mut found = vec![Domain::all()];
        for schema in schemas {
            let others = self.alternatives(schema, depth);
            found = both(&found, &others);
        }
        // The keywords about parts depend on each other, so that all of them are needed.
        found.retain_mut(|domain| {
            self.settle_parts(domain, depth);
            domain.types != Types::NONE
        });
        found
    }

    /// Returns the target of a reference by a pointer. Other references are taken to allow everything.
    fn target_of(&self, reference: &Json) -> Option<&'a Json> {
        let pointer = reference.as_str()?.strip_prefix('#')?;
        let is_pointer = pointer.is_empty() || pointer.starts_with('/');
        is_pointer.then(|| find(self.root, pointer)).flatten()
    }

    /// Follows a schema that is only a reference.
    fn follow(&self, schema: &'a Json) -> &'a Json {
        let mut followed = schema;
        for _ in 0..MAX_DEPTH {
            let target = followed.as_object().filter(|members| members.len() == 1);
            let target = target.and_then(|members| self.target_of(members.get("$ref")?));
            match target {
                Some(target) => followed = target,
                None => break,
            }
        }
        followed
    }
}

/// Returns the alternatives that are in both.
fn both<'a>(left: &[Domain<'a>], right: &[Domain<'a>]) -> Vec<Domain<'a>> {
    if left.len() * right.len() > MAX_ALTERNATIVES {
        return left.to_vec();
    }
    let mut found = Vec::new();
    for one in left {
        for other in right {
            let mut both = one.and(other);
            both.settle();
            found.extend((both.types != Types::NONE).then_some(both));
        }
    }
    found
}

/// Returns the alternatives of a `not` that names only types, values or required properties.
fn read_negation(value: &Json) -> Option<Vec<Domain<'_>>> {
    let members = match value {
        Json::Bool(true) => return Some(Vec::new()),
        Json::Object(members) if members.is_empty() => return Some(Vec::new()),
        Json::Object(members) if members.len() == 1 => members,
        _ => return None,
    };
    let (keyword, value) = members.iter().next()?;
    let mut domain = Domain::all();
    match (keyword.as_str(), value) {
        ("type", value) => domain.exclude(read_types(value)?),
        ("enum", Json::Array(values)) => domain.excluded = values.iter().collect(),
        ("const", value) => domain.excluded = vec![value],
        ("required", Json::Array(names)) => {
            let names = names.iter().filter_map(Json::as_str);
            domain.object.absent = vec![names.collect()];
        }
        _ => return None,
    }
    Some(vec![domain])
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

/// Returns the domain of a keyword that limits a number or a length.
fn of_bound<'a>(keyword: &str, value: &Json, members: &Members) -> Option<Domain<'a>> {
    let limit = read_limit(Bound::parse(keyword)?, value, members).ok()?;
    Some(Domain::of_bound(limit.bound, limit.value))
}
