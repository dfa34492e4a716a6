//! Where our verdict and that of the validator differ, and why.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Instance;
use super::made::validator;

/// How one instance turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Both take it, and it was encoded again equal.
    BothAccept,
    /// Both refuse it, at the same place.
    BothRefuse,
    /// Both refuse it, at another place.
    OtherPlace,
    /// It has a name that the schema neither lists nor allows in so many words: by design.
    UnlistedName,
    /// It breaks a `format`, which the validator takes for a remark.
    Format,
    /// It has an integer of more than 64 bits.
    BigInteger,
    /// It is no object, and the schema does not ask for one; but the arguments of a tool are.
    NoObject,
    /// It is of another type than a schema without one was read as: by design.
    MeantType,
    /// Another validator refuses it as well: `\d` is Unicode to Python and ASCII to JavaScript.
    ValidatorsDiffer,
    /// It has a null that `nullable` allows, which the validator does not know: by design.
    Nullable,
    /// We refuse it, and should not.
    WronglyRefused,
    /// We take it, and should not.
    WronglyAccepted,
    /// It changed on the way.
    Changed,
    /// The program gave no answer.
    NoAnswer,
}

/// How one instance turned out as a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordCause {
    /// It is valid, and was encoded again equal.
    ValidKept,
    /// It is invalid, was taken all the same, and was encoded again equal.
    InvalidKept,
    /// It is invalid and was refused, with the path of the break.
    InvalidRefused,
    /// It is valid, and was refused for an integer of more than 64 bits.
    BigInteger,
    /// It is valid, and was refused where a schema without a type was read as meant.
    MeantType,
    /// It is valid and was refused.
    WronglyRefused,
    /// It changed on the way.
    Changed,
    /// The program gave no answer.
    NoAnswer,
}

/// How many examples of each are kept.
const EXAMPLES: usize = 40;

/// How many instances turned out how, with some examples.
#[derive(Debug)]
pub struct Tally<C> {
    /// The counts.
    pub counts: BTreeMap<C, usize>,
    /// Examples of each.
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
    /// Counts one more.
    pub fn add(&mut self, cause: C, example: impl FnOnce() -> String) {
        *self.counts.entry(cause).or_default() += 1;
        let examples = self.examples.entry(cause).or_default();
        if examples.len() < EXAMPLES {
            examples.push(example());
        }
    }
}

/// What the requests and the records of a crate said of instances.
#[derive(Debug, Default)]
pub struct Tallies {
    /// As arguments.
    pub requests: Tally<Cause>,
    /// As records.
    pub records: Tally<RecordCause>,
}

impl Tallies {
    /// Adds the answer to one instance of `tool`.
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

/// What the answer to one instance, `{"encoded": ..}` or `{"problems": [[path, text], ..]}`, has
/// in common with its verdict.
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

fn judge_record(schema: &Json, instance: &Instance, answer: &Json) -> RecordCause {
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

/// Whether all that a validator refuses is null, below a schema that somewhere says `nullable`.
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

/// Problems as path and text; none is no answer.
pub(super) fn read_problems(answer: &Json) -> Option<Vec<(String, String)>> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let problems = answer.get("problems").and_then(Json::as_array)?.iter();
    let problems: Vec<_> = problems
        .map(|problem| (text(&problem[0]), text(&problem[1])))
        .collect();
    (!problems.is_empty()).then_some(problems)
}

/// Whether a value is valid if every schema that names no type but says what only one type can
/// have, is one of that type.
pub(super) fn is_meant(schema: &Json, value: &Json) -> bool {
    let mut meant = schema.clone();
    add_types(&mut meant);
    is_taken(&meant, value)
}

/// Whether the `jsonschema` crate takes a value.
fn is_taken(schema: &Json, value: &Json) -> bool {
    validator(schema).is_none_or(|validator| validator.is_valid(value))
}

fn add_types(json: &mut Json) {
    match json {
        Json::Object(members) => {
            for (keyword, inner) in members.iter_mut() {
                if !matches!(
                    keyword.as_str(),
                    "enum" | "const" | "default" | "not" | "if"
                ) {
                    add_types(inner);
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

/// Whether one of the problems stands where the validator sees one, around it or in it.
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

/// Why a valid value was refused.
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
    const LONGEST: f64 = 9.2e18;
    let found = text.rsplit("found ").next().unwrap_or_default();
    let number = found.parse::<f64>().unwrap_or_default();
    text.starts_with("expected an integer") && number.fract() == 0.0 && number.abs() >= LONGEST
}

/// Whether two values are the same, numbers by their value.
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
