//! Which variant of a union a value is.

use super::{UnionShape, UnionSlot, UnionVariant, describe_kinds};
use crate::codec::{Check, Json, Mode, Problem, ProblemKind, Walk};

fn name_of(shape: &UnionShape, variant: usize) -> &'static str {
    shape
        .variants
        .get(variant)
        .map_or("", |variant| variant.name)
}

/// A placeholder to decode into; see [`Value::blank`](crate::codec::Value::blank).
#[must_use]
pub fn blank_union<T: UnionSlot>() -> T {
    T::empty(name_of(T::SHAPE, T::SHAPE.blank))
}

/// Encodes the variant that `value` holds.
pub fn encode_union<T: UnionSlot>(value: &mut T, walk: &mut Walk) -> Option<Json> {
    let before = walk.problem_count();
    let (variant, slot) = value.slot();
    let json = slot.encode(walk)?;
    if walk.is_strict() && walk.problem_count() == before {
        let mut variants = T::SHAPE.variants.iter();
        let found = variants.find(|known| known.name == variant);
        let checks = found.map_or(&[][..], |variant| variant.checks);
        Check::run_all(checks, &json, walk);
        Check::run_all(T::SHAPE.checks, &json, walk);
    }
    Some(json)
}

/// Decodes into the variant that `json` names by its tag or its kind, else into the first that
/// fits.
///
/// If none fits, a record keeps the JSON; arguments get the problems of the nearest variant.
pub fn decode_union<T: UnionSlot>(value: &mut T, json: Json, walk: &mut Walk) {
    let shape = T::SHAPE;
    if walk.is_strict() {
        Check::run_all(shape.checks, &json, walk);
    }
    let attempts = match choose(shape, &json, walk) {
        Choice::Refused if walk.is_strict() => return,
        Choice::Refused => Vec::new(),
        Choice::One(index) if walk.is_strict() => {
            *value = decode_variant(shape, index, json, walk);
            return;
        }
        _ if walk.has_tried_enough() => {
            if walk.is_strict() {
                let expected = "a value that can be read in fewer ways".to_owned();
                walk.report(ProblemKind::check(expected, &json));
                return;
            }
            Vec::new()
        }
        Choice::One(index) => vec![index],
        Choice::Several(indices) => indices,
    };
    let mut nearest: Option<Attempt<T>> = None;
    let mut fitting: Vec<&str> = Vec::new();
    for index in attempts {
        let is_settled = !(shape.is_exact && walk.is_strict());
        if is_settled && !fitting.is_empty() {
            break;
        }
        let attempt = try_variant(shape, index, json.clone(), walk);
        if attempt.problems.is_empty() {
            fitting.push(name_of(shape, index));
        }
        let is_nearer = |known: &Attempt<T>| attempt.distance() < known.distance();
        if nearest.as_ref().is_none_or(is_nearer) {
            nearest = Some(attempt);
        }
    }
    match nearest {
        Some(nearest) if nearest.problems.is_empty() => {
            *value = nearest.value;
            if fitting.len() > 1 {
                let expected = format!("what fits one of {}, not several", fitting.join(", "));
                walk.report(ProblemKind::check(expected, &json));
            }
        }
        Some(nearest) if walk.is_strict() => {
            let variants = shape.variants.iter();
            walk.report(ProblemKind::NoVariant {
                nearest: name_of(shape, nearest.index).to_owned(),
                among: variants.map(|variant| variant.name.to_owned()).collect(),
            });
            walk.add(nearest.problems);
        }
        _ => {
            *value = T::empty(shape.unknown.unwrap_or_default());
            value.slot().1.decode(json, walk);
        }
    }
}

/// What tag and kind say of a value.
enum Choice {
    /// It can be no variant; the problem has been reported to a strict walk.
    Refused,
    /// It can be this variant alone.
    One(usize),
    /// It can be any of these.
    Several(Vec<usize>),
}

fn choose(shape: &UnionShape, json: &Json, walk: &mut Walk) -> Choice {
    if let (Some(tag), Json::Object(entries)) = (shape.tag, json) {
        let named = |name: &Json| {
            let mut variants = shape.variants.iter();
            variants.position(|variant| variant.tag.is_some() && variant.tag == name.as_str())
        };
        let is_tagged = |variant: &UnionVariant| {
            variant.tag.is_some() || !variant.kinds.iter().any(|kind| kind.accepts(json))
        };
        match entries.get(tag) {
            Some(name) if let Some(index) = named(name) => return Choice::One(index),
            name if shape.variants.iter().all(is_tagged) => {
                if walk.is_strict() {
                    report_tag(shape, tag, name, walk);
                }
                return Choice::Refused;
            }
            _ => {}
        }
    }
    let accepts = |variant: &UnionVariant| variant.kinds.iter().any(|kind| kind.accepts(json));
    let variants = shape.variants.iter().enumerate();
    let fitting: Vec<usize> = variants
        .filter(|(_, variant)| accepts(variant))
        .map(|(index, _)| index)
        .collect();
    match fitting.as_slice() {
        [] => {
            if walk.is_strict() {
                let kinds = shape.variants.iter().flat_map(|variant| variant.kinds);
                walk.report_type(describe_kinds(kinds.copied()), json);
            }
            Choice::Refused
        }
        [only] => Choice::One(*only),
        _ => Choice::Several(fitting),
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

/// A variant that was tried.
struct Attempt<T> {
    index: usize,
    value: T,
    problems: Vec<Problem>,
}

impl<T> Attempt<T> {
    /// How far the value is from this variant: a value of another type at the place itself is
    /// further away than any number of problems inside, and a name that is missing or not known
    /// further than a value that breaks a check.
    fn distance(&self) -> (usize, usize, usize) {
        let shortest = self.problems.iter().map(|problem| problem.path.len()).min();
        let is_apart = |problem: &&Problem| {
            Some(problem.path.len()) == shortest
                && matches!(problem.kind, ProblemKind::WrongType { .. })
        };
        let is_named = |problem: &&Problem| {
            matches!(
                problem.kind,
                ProblemKind::Missing | ProblemKind::Unknown { .. }
            )
        };
        (
            self.problems.iter().filter(is_apart).count(),
            self.problems.iter().filter(is_named).count(),
            self.problems.len(),
        )
    }
}

fn try_variant<T: UnionSlot>(
    shape: &UnionShape,
    index: usize,
    json: Json,
    walk: &mut Walk,
) -> Attempt<T> {
    let mut value = None;
    let problems = walk.attempt(|walk| value = Some(decode_variant(shape, index, json, walk)));
    Attempt {
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

/// Prints the variant with its JSON.
///
/// # Errors
///
/// As the formatter.
pub fn debug_union<T: UnionSlot>(
    value: &T,
    formatter: &mut std::fmt::Formatter<'_>,
) -> std::fmt::Result {
    let mut value = value.clone();
    let (name, slot) = value.slot();
    match slot.encode(&mut Walk::new(Mode::Lenient)) {
        Some(json) => write!(formatter, "{name}({json})"),
        None => formatter.write_str(name),
    }
}
