//! Where our verdict and that of the validator differ, and why.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Instance;

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
    /// We refuse it, and should not.
    WronglyRefused,
    /// We take it, and should not.
    WronglyAccepted,
    /// It changed on the way.
    Changed,
    /// The program gave no answer.
    NoAnswer,
}

/// How many examples of each are kept.
const EXAMPLES: usize = 40;

/// How many instances turned out how, with some examples.
#[derive(Debug, Default)]
pub struct Tally {
    /// The counts.
    pub counts: BTreeMap<Cause, usize>,
    /// Examples of each.
    pub examples: BTreeMap<Cause, Vec<String>>,
}

impl Tally {
    /// Adds the answer to one instance.
    pub fn add(&mut self, tool: &str, instance: &Instance, answer: &Json) {
        let cause = judge(instance, answer);
        *self.counts.entry(cause).or_default() += 1;
        let examples = self.examples.entry(cause).or_default();
        if examples.len() < EXAMPLES {
            examples.push(format!(
                "{tool} ({}) {} {:?}\n      -> {answer}",
                instance.how, instance.value, instance.paths
            ));
        }
    }
}

fn judge(instance: &Instance, answer: &Json) -> Cause {
    if let Some(encoded) = answer.get("encoded") {
        return match (instance.is_valid, is_same(encoded, &instance.value)) {
            (false, _) => Cause::WronglyAccepted,
            (true, true) => Cause::BothAccept,
            (true, false) => Cause::Changed,
        };
    }
    let Some(problems) = answer.get("problems").and_then(Json::as_array) else {
        return Cause::NoAnswer;
    };
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let problems = problems
        .iter()
        .map(|problem| (text(&problem[0]), text(&problem[1])));
    let problems: Vec<(String, String)> = problems.collect();
    if instance.is_valid && !instance.value.is_object() {
        Cause::NoObject
    } else if instance.is_valid {
        judge_refusal(&problems)
    } else {
        judge_place(instance, &problems)
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
        texts.all(|text| is(text) || text.starts_with("fits none"))
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

fn is_unlisted(text: &str) -> bool {
    text.starts_with("no such argument")
}

fn is_format(text: &str) -> bool {
    let formats = [
        "a date and time such",
        "a date such",
        "an email",
        "an absolute URI",
        "an IPv",
        "a UUID",
    ];
    let expected = text.strip_prefix("expected ").unwrap_or_default();
    formats.iter().any(|format| expected.starts_with(format))
}

fn is_big(text: &str) -> bool {
    const LONGEST: f64 = 9.2e18;
    let found = text.rsplit("found ").next().unwrap_or_default();
    let number = found.parse::<f64>().unwrap_or_default();
    text.starts_with("expected an integer") && number.fract() == 0.0 && number.abs() >= LONGEST
}

/// Whether two values are the same, numbers by their value.
fn is_same(left: &Json, right: &Json) -> bool {
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
