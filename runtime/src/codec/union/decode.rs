//! The choice of a union's variant.

use std::any::TypeId;

use super::explain::{Mismatch, explain};
use super::{UnionShape, UnionSlot, UnionVariant};
use crate::codec::walk::Reading;
use crate::codec::{Check, Container, Direction, Expected, Json, ProblemKind, Walk};
use crate::redactor::RedactedJson;

fn name_of(shape: &UnionShape, variant: usize) -> &'static str {
    shape
        .variants
        .get(variant)
        .map_or("", |variant| variant.name)
}

/// Returns a placeholder to decode into; see [`Value::blank`](crate::codec::Value::blank).
#[must_use]
pub fn blank_union<T: UnionSlot>() -> T {
    T::empty(name_of(T::SHAPE, T::SHAPE.blank))
}

/// Encodes the current variant of `value`.
pub fn encode_union<T: UnionSlot>(value: &mut T, walk: &mut Walk) -> Option<Json> {
    let before = walk.problem_count();
    let (name, slot) = value.slot();
    let json = slot.encode(walk)?;
    if walk.is_strict() && walk.problem_count() == before {
        let variant = T::SHAPE
            .variants
            .iter()
            .find(|variant| variant.name == name);
        Check::run_all(variant.map_or(&[], |variant| variant.checks), &json, walk);
        Check::run_all(T::SHAPE.checks, &json, walk);
    }
    Some(json)
}

/// Decodes into the variant that the tag or the type of `json` determines, or else into the first
/// variant that matches.
///
/// If none matches, a record keeps the JSON, and arguments get the problems of the variant that was
/// probably meant.
pub fn decode_union<T: UnionSlot>(value: &mut T, json: Json, walk: &mut Walk) {
    let shape = T::SHAPE;
    match walk.known_reading(TypeId::of::<T>()) {
        Reading::Variant(index) => {
            *value = decode_variant(shape, index, json, walk);
            return;
        }
        Reading::NoVariant => return keep_unknown(value, json, walk),
        Reading::NotYet => {}
    }
    if walk.is_strict() {
        Check::run_all(shape.checks, &json, walk);
    }
    let candidates = match find_candidates(shape, &json, walk) {
        Candidates::None if walk.is_strict() => return,
        Candidates::None => Vec::new(),
        Candidates::One(index) if walk.is_strict() => {
            *value = decode_variant(shape, index, json, walk);
            return;
        }
        _ if walk.is_out_of_trials() => {
            if walk.is_strict() {
                let expected = "a less ambiguous value, because too many combinations of nested unions were tried"
                        .to_owned();
                walk.report(ProblemKind::check(expected, &json));
                return;
            }
            Vec::new()
        }
        Candidates::One(index) => vec![index],
        Candidates::Several(indices) => indices,
    };
    let trials = try_candidates::<T>(shape, &candidates, &json, walk);
    if candidates.len() > 1 {
        let matched = trials.matched.as_ref().map(|(index, _)| *index);
        walk.remember_reading(TypeId::of::<T>(), matched);
    }
    match trials.matched {
        Some((_, matched)) => {
            *value = matched;
            if trials.matching.len() > 1 {
                let names = trials.matching.join(", ");
                let expected = format!("a value that matches only one of {names}");
                walk.report(ProblemKind::check(expected, &json));
            }
        }
        None if walk.is_strict() => {
            let problems = explain(&walk.pointer(), &json, trials.mismatches);
            walk.add(problems);
        }
        None => keep_unknown(value, json, walk),
    }
}

/// Decodes into the variant that takes any JSON.
fn keep_unknown<T: UnionSlot>(value: &mut T, json: Json, walk: &mut Walk) {
    *value = T::empty(T::SHAPE.unknown.unwrap_or_default());
    value.slot().1.decode(json, walk);
}

/// Returns the destination of an array or an object; see
/// [`Value::container`](crate::codec::Value::container).
pub fn union_container<T: UnionSlot>(union: &mut T) -> Container<'_> {
    match T::SHAPE.direction {
        Direction::Request => Container::Json,
        Direction::Response => Container::Variants(union),
    }
}

/// Returns the indices of the variants that a value in a record can be, by its tag and its type.
pub(super) fn candidates(shape: &UnionShape, json: &Json) -> Vec<usize> {
    match find_candidates(shape, json, &mut Walk::lenient()) {
        Candidates::None => Vec::new(),
        Candidates::One(index) => vec![index],
        Candidates::Several(indices) => indices,
    }
}

/// The variants that a value can be, by its tag and its type.
enum Candidates {
    /// No variant; a strict walk has reported the problem.
    None,
    /// Exactly this one.
    One(usize),
    /// Any of these.
    Several(Vec<usize>),
}

fn find_candidates(shape: &UnionShape, json: &Json, walk: &mut Walk) -> Candidates {
    let accepts = |variant: &UnionVariant| {
        variant
            .types
            .iter()
            .any(|json_type| json_type.accepts(json))
    };
    if let (Some(tag), Json::Object(entries)) = (shape.tag, json) {
        let tagged_as = |name: &Json| {
            let mut variants = shape.variants.iter();
            variants.position(|variant| variant.tag.is_some() && variant.tag == name.as_str())
        };
        match entries.get(tag) {
            Some(name) if let Some(index) = tagged_as(name) => return Candidates::One(index),
            name if shape
                .variants
                .iter()
                .all(|variant| variant.tag.is_some() || !accepts(variant)) =>
            {
                if walk.is_strict() {
                    report_tag(shape, tag, name, walk);
                }
                return Candidates::None;
            }
            _ => {}
        }
    }
    let accepting: Vec<usize> = shape
        .variants
        .iter()
        .enumerate()
        .filter(|(_, variant)| accepts(variant))
        .map(|(index, _)| index)
        .collect();
    match accepting.as_slice() {
        [] => {
            if walk.is_strict() {
                let types = shape.variants.iter().flat_map(|variant| variant.types);
                walk.report_type(Expected::any_of(types.copied()), json);
            }
            Candidates::None
        }
        [only] => Candidates::One(*only),
        _ => Candidates::Several(accepting),
    }
}

fn report_tag(shape: &UnionShape, tag: &'static str, found: Option<&Json>, walk: &mut Walk) {
    let tags = shape.variants.iter().filter_map(|variant| variant.tag);
    let allowed = tags.map(Json::from).collect();
    walk.field(tag, |walk| match found {
        Some(found) => walk.report(ProblemKind::not_allowed(allowed, found)),
        None => walk.report(ProblemKind::Missing),
    });
}

/// The outcome of reading a value as each of the variants that it can be.
struct Trials<T> {
    /// The first variant that matches, and the value.
    matched: Option<(usize, T)>,
    /// The names of the variants that match.
    matching: Vec<&'static str>,
    /// The others, with the problems of arguments.
    mismatches: Vec<Mismatch>,
}

/// Tries the candidates. After a match, the others are tried only if a second match is a problem.
fn try_candidates<T: UnionSlot>(
    shape: &UnionShape,
    candidates: &[usize],
    json: &Json,
    walk: &mut Walk,
) -> Trials<T> {
    let is_first_enough = !(shape.is_exact && walk.is_strict());
    let mut trials = Trials {
        matched: None,
        matching: Vec::new(),
        mismatches: Vec::new(),
    };
    for index in candidates.iter().copied() {
        if is_first_enough && trials.matched.is_some() {
            break;
        }
        let name = name_of(shape, index);
        let mut value = None;
        let json = json.clone();
        let problems = walk.trial(|walk| value = Some(decode_variant(shape, index, json, walk)));
        match value {
            Some(value) if problems.is_empty() => {
                trials.matching.push(name);
                trials.matched.get_or_insert((index, value));
            }
            _ if walk.is_strict() => trials.mismatches.push(Mismatch {
                name: name.to_owned(),
                problems,
            }),
            _ => {}
        }
    }
    trials
}

fn decode_variant<T: UnionSlot>(
    shape: &UnionShape,
    index: usize,
    json: Json,
    walk: &mut Walk,
) -> T {
    if let (true, Some(variant)) = (walk.is_strict(), shape.variants.get(index)) {
        Check::run_all(variant.checks, &json, walk);
    }
    let mut value = T::empty(name_of(shape, index));
    value.slot().1.decode(json, walk);
    value
}

/// Prints the name of the variant with its JSON.
///
/// # Errors
///
/// Returns the error of the formatter.
pub fn debug_union<T: UnionSlot>(
    value: &T,
    formatter: &mut std::fmt::Formatter<'_>,
) -> std::fmt::Result {
    let mut value = value.clone();
    let (name, slot) = value.slot();
    match slot.encode(&mut Walk::redacting()) {
        Some(json) => write!(formatter, "{name}({})", RedactedJson(&json)),
        None => formatter.write_str(name),
    }
}
