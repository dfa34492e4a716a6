//! Differences between our verdict and that of a validator, with their causes.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Instance;
use super::made::validator;

/// The outcome of an instance as arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Both accept it, and it is encoded unchanged.
    BothAccept,
    /// Both refuse it at the same place.
    BothRefuse,
    /// Both refuse it at different places.
    OtherPlace,
    /// It has a name that the schema neither lists nor explicitly allows, which is refused by design.
    UnlistedName,
    /// It violates a `format`, which the validator does not check.
    Format,
    /// It has an integer of more than 64 bits.
    BigInteger,
    /// It is not an object. The schema allows that, but arguments of a tool are an object.
    NoObject,
    /// Its type differs from the one that a schema without a type implies, which is refused by design.
    MeantType,
    /// Another validator refuses it too: `\d` is Unicode in Python and ASCII in JavaScript.
    ValidatorsDiffer,
    /// It has a null that `nullable` allows. The validator does not know `nullable`.
    Nullable,
    /// We wrongly refuse it.
    WronglyRefused,
    /// We wrongly accept it.
    WronglyAccepted,
    /// Changed by the round trip.
    Changed,
    /// The program gave no result.
    NoAnswer,
}

/// The outcome of an instance as a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordCause {
    /// Valid, and encoded unchanged.
    ValidKept,
    /// Invalid, accepted, and encoded unchanged.
    InvalidKept,
    /// Invalid and refused with the path of the problem.
    InvalidRefused,
    /// Valid and refused for an integer of more than 64 bits.
    BigInteger,
    /// Valid and refused because a schema without a type implies one.
    MeantType,
    /// Valid and wrongly refused.
    WronglyRefused,
    /// Changed by the round trip.
    Changed,
    /// The program gave no result.
    NoAnswer,
}

/// The maximum number of examples of each cause.
const EXAMPLES: usize = 40;

/// The number of instances with each outcome, and some examples.
#[derive(Debug)]
pub struct Tally<C> {
    /// The counts.
    pub counts: BTreeMap<C, usize>,
    /// The examples.
    pub examples: BTreeMap<C, Vec<String>>,
}

impl<C> Default for Tally<C> {
    fn default() -> Self {
        Self {
            counts: BTreeMap::new(),
            examples: BTreeMap::new(),
        }
    }
}

impl<C: Ord + Copy> Tally<C> {
    /// Counts an outcome.
    pub fn add(&mut self, cause: C, example: impl FnOnce() -> String) {
        *self.counts.entry(cause).or_default() += 1;
        let examples = self.examples.entry(cause).or_default();
        if examples.len() < EXAMPLES {
            examples.push(example());
        }
    }
}

/// The outcomes of instances as arguments and as records.
#[derive(Debug, Default)]
pub struct Tallies {
    /// As arguments.
    pub requests: Tally<Cause>,
    /// As records.
    pub records: Tally<RecordCause>,
}

impl Tallies {
    /// Counts the result for an instance of `tool`.
    pub fn add(&mut self, name: &str, tool: &Json, instance: &Instance, answer: &Json) {
        let example = |value: &Json, answer: &Json| {
            let (how, paths) = (&instance.how, &instance.paths);
            format!("{name} ({how}) {value} {paths:?}\n      -> {answer}")
        };
        let request = &answer["request"];
        let cause = judge(&tool["inputSchema"], instance, request);
        self.requests
            .add(cause, || example(&instance.value, request));
        let record = &answer["record"];
        let cause = judge_record(&tool["outputSchema"], instance, record);
        self.records
            .add(cause, || example(&instance.record, record));
    }
}

/// Compares the result for an instance, `{"encoded": ..}` or `{"problems": [[path, text], ..]}`, with
/// the verdict of the validator.
#[must_use]
pub fn judge(schema: &Json, instance: &Instance, answer: &Json) -> Cause {
    if let Some(encoded) = answer.get("encoded") {
        return match (instance.is_valid, is_same(encoded, &instance.value)) {
            (false, true) if has_nullable(schema, instance) => Cause::Nullable,
            (false, _) => Cause::WronglyAccepted,
            (true, true) => Cause::BothAccept,
            (true, false) => Cause::Changed,
        };
    }
    let Some(problems) = read_problems(answer) else {
        return Cause::NoAnswer;
    };
    if !instance.is_valid {
        return match judge_place(instance, &problems) {
            Cause::OtherPlace if has_nullable(schema, instance) => Cause::Nullable,
            cause => cause,
        };
    }
    match judge_refusal(&problems) {
        _ if !instance.value.is_object() => Cause::NoObject,
        Cause::WronglyRefused if !is_taken(schema, &instance.value) => Cause::ValidatorsDiffer,
        Cause::WronglyRefused if !is_meant(schema, &instance.value) => Cause::MeantType,
        cause => cause,
    }
}

pub(super) fn judge_record(schema: &Json, instance: &Instance, answer: &Json) -> RecordCause {
    if let Some(encoded) = answer.get("encoded") {
        return match (is_same(encoded, &instance.record), instance.is_valid) {
            (false, _) => RecordCause::Changed,
            (true, true) => RecordCause::ValidKept,
            (true, false) => RecordCause::InvalidKept,
        };
    }
    let Some(problems) = read_problems(answer) else {
        return RecordCause::NoAnswer;
    };
    if !instance.is_valid {
        RecordCause::InvalidRefused
    } else if problems.iter().all(|(_, text)| is_big(text)) {
        RecordCause::BigInteger
    } else if !is_meant(schema, &instance.record) {
        RecordCause::MeantType
    } else {
        RecordCause::WronglyRefused
    }
}

/// Returns `true` if the validator refuses nothing but null, and the schema has `nullable`.
fn has_nullable(schema: &Json, instance: &Instance) -> bool {
    let is_null = |path: &String| instance.value.pointer(path) == Some(&Json::Null);
    says_nullable(schema) && instance.paths.iter().all(is_null)
}

fn says_nullable(json: &Json) -> bool {
    match json {
        Json::Object(members) => {
            members.get("nullable") == Some(&Json::Bool(true))
                || members.values().any(says_nullable)
        }
        Json::Array(elements) => elements.iter().any(says_nullable),
        _ => false,
    }
}

/// Reads the problems as paths and texts; `None` if there is no result.
pub(super) fn read_problems(answer: &Json) -> Option<Vec<(String, String)>> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let problems = answer.get("problems").and_then(Json::as_array)?.iter();
    let problems: Vec<_> = problems
        .map(|problem| (text(&problem[0]), text(&problem[1])))
        .collect();
    (!problems.is_empty()).then_some(problems)
}

/// Returns `true` if a value is valid when every schema without a type has the type that its keywords
/// imply.
pub(super) fn is_meant(schema: &Json, value: &Json) -> bool {
    let mut meant = schema.clone();
    add_types(&mut meant);
    is_taken(&meant, value)
}

/// Returns `true` if the `jsonschema` crate accepts a value.
fn is_taken(schema: &Json, value: &Json) -> bool {
    validator(schema).is_none_or(|validator| validator.is_valid(value))
}

pub(super) fn add_types(json: &mut Json) {
    match json {
        Json::Object(members) => {
            for (keyword, inner) in members.iter_mut() {
                match (keyword.as_str(), inner) {
                    ("enum" | "const" | "default" | "not" | "if", _) => {}
                    ("properties" | "patternProperties" | "$defs" | "definitions", map) => {
                        let schemas = map.as_object_mut().into_iter().flatten();
                        schemas.for_each(|(_, schema)| add_types(schema));
                    }
                    (_, inner) => add_types(inner),
                }
            }
            let says = |keyword: &&str| members.contains_key(*keyword);
            let is_object = ["properties", "required", "additionalProperties"].iter();
            let is_list = ["items", "prefixItems"].iter();
            let known = ["type", "enum", "const", "$ref", "anyOf", "oneOf"];
            if known.iter().any(&says) {
            } else if is_object.clone().any(&says) {
                members.insert("type".to_owned(), Json::from("object"));
            } else if is_list.clone().any(says) {
                members.insert("type".to_owned(), Json::from("array"));
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(add_types),
        _ => {}
    }
}

/// Returns `true` if a problem is at, above or below a place that the validator reports.
fn judge_place(instance: &Instance, problems: &[(String, String)]) -> Cause {
    let begins = |long: &str, short: &str| {
        let rest = long.strip_prefix(short);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_near = |path: &String| {
        let mut ours = problems.iter().map(|(ours, _)| ours);
        ours.any(|ours| begins(ours, path) || begins(path, ours))
    };
    if instance.paths.iter().any(is_near) {
        Cause::BothRefuse
    } else {
        Cause::OtherPlace
    }
}

/// Returns the cause for the refusal of a valid value.
fn judge_refusal(problems: &[(String, String)]) -> Cause {
    let all = |is: &dyn Fn(&str) -> bool| {
        let mut texts = problems.iter().map(|(_, text)| text.as_str());
        texts.all(|text| is(text) || text.starts_with("matches none"))
    };
    if all(&is_unlisted) {
        Cause::UnlistedName
    } else if all(&is_format) {
        Cause::Format
    } else if all(&is_big) {
        Cause::BigInteger
    } else if all(&|text| is_unlisted(text) || is_format(text) || is_big(text)) {
        Cause::UnlistedName
    } else {
        Cause::WronglyRefused
    }
}

pub(super) fn is_unlisted(text: &str) -> bool {
    text.starts_with("no such argument")
}

fn is_format(text: &str) -> bool {
    let formats = [
        "a date and time such",
        "a date such",
        "a duration such",
        "a host name",
        "a time such",
        "an email",
        "an absolute URI",
        "an IPv",
        "a UUID",
    ];
    let expected = text.strip_prefix("expected ").unwrap_or_default();
    formats.iter().any(|format| expected.starts_with(format))
}

pub(super) fn is_big(text: &str) -> bool {
    let limits = [
        ("expected an integer", 9.2e18),
        ("expected a non-negative integer", 1.8e19),
    ];
    let found = text.rsplit("found ").next().unwrap_or_default();
    let number = found.parse::<f64>().unwrap_or_default();
    let exceeds = |(start, limit): (&str, f64)| text.starts_with(start) && number.abs() >= limit;
    number.fract() == 0.0 && limits.into_iter().any(exceeds)
}

/// Returns `true` if two values are equal; numbers are compared by value.
pub(super) fn is_same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => left.as_f64() == right.as_f64(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| is_same(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, value)| right.get(name).is_some_and(|other| is_same(value, other)))
        }
        _ => left == right,
    }
}
