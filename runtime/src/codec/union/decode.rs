//! The choice of a union's variant.

use std::any::TypeId;

use super::{UnionShape, UnionSlot, UnionVariant};
use crate::codec::walk::Reading;
use crate::codec::{Check, Container, Direction, Expected, Json, Problem, ProblemKind, Walk};
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
/// If none matches, a record keeps the JSON, and arguments get the problems of the closest
/// variant.
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
    let (closest, matching) = try_candidates::<T>(shape, &candidates, &json, walk);
    if candidates.len() > 1 {
        let matched = closest
            .as_ref()
            .filter(|closest| closest.problems.is_empty());
        let matched = matched.map(|closest| closest.index);
        walk.remember_reading(TypeId::of::<T>(), matched);
    }
    match closest {
        Some(closest) if closest.problems.is_empty() => {
            *value = closest.value;
            if matching.len() > 1 {
                let expected = format!("a value that matches only one of {}", matching.join(", "));
                walk.report(ProblemKind::check(expected, &json));
            }
        }
        Some(closest) if walk.is_strict() => {
            let names = shape.variants.iter().map(|variant| variant.name.to_owned());
            walk.report(ProblemKind::NoVariant {
                nearest: name_of(shape, closest.index).to_owned(),
                among: names.collect(),
            });
            walk.add(closest.problems);
        }
        _ => keep_unknown(value, json, walk),
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

/// A value decoded into one variant.
struct Trial<T> {
    index: usize,
    value: T,
    problems: Vec<Problem>,
}

impl<T> Trial<T> {
    /// Measures how far the value is from this variant. A value of the wrong type at the place
    /// itself is further than any number of problems inside it, and a missing or unknown name is
    /// further than a failed check.
    fn distance(&self) -> (usize, usize, usize) {
        let shortest = self.problems.iter().map(|problem| problem.path.len()).min();
        let is_wrong_type = |problem: &&Problem| {
            Some(problem.path.len()) == shortest
                && matches!(problem.kind, ProblemKind::WrongType { .. })
        };
        let is_wrong_name = |problem: &&Problem| {
            matches!(
                problem.kind,
                ProblemKind::Missing | ProblemKind::Unknown { .. }
            )
        };
        (
            self.problems.iter().filter(is_wrong_type).count(),
            self.problems.iter().filter(is_wrong_name).count(),
            self.problems.len(),
        )
    }
}

/// Tries the candidates; returns the closest one and the names of those that match. After a match,
/// the others are tried only if a second match is a problem.
fn try_candidates<T: UnionSlot>(
    shape: &UnionShape,
    candidates: &[usize],
    json: &Json,
    walk: &mut Walk,
) -> (Option<Trial<T>>, Vec<&'static str>) {
    let is_first_enough = !(shape.is_exact && walk.is_strict());
    let mut closest: Option<Trial<T>> = None;
    let mut matching = Vec::new();
    for index in candidates.iter().copied() {
        if is_first_enough && !matching.is_empty() {
            break;
        }
        let trial = try_variant(shape, index, json.clone(), walk);
        if trial.problems.is_empty() {
            matching.push(name_of(shape, index));
        }
        let is_closer = |known: &Trial<T>| trial.distance() < known.distance();
        if closest.as_ref().is_none_or(is_closer) {
            closest = Some(trial);
        }
    }
    (closest, matching)
}

fn try_variant<T: UnionSlot>(
    shape: &UnionShape,
    index: usize,
    json: Json,
    walk: &mut Walk,
) -> Trial<T> {
    let mut value = None;
    let problems = walk.trial(|walk| value = Some(decode_variant(shape, index, json, walk)));
    Trial {
        index,
        value: value.unwrap_or_else(blank_union),
        problems,
    }
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
