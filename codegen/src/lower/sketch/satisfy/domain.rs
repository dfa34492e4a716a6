//! The values that a conjunction of keywords may allow.

#![expect(
    clippy::float_cmp,
    reason = "bounds are equal only if the schema writes the same number"
)]

use toolsmith_dialect::pattern;

use super::part_keywords::{ArrayParts, ObjectParts};
use crate::model::{Bound, JsonType};
use crate::source::Json;
use serde_json::Number;

/// The number of kinds of lengths: characters, items and properties.
const LENGTHS: usize = 3;

/// The greatest rounding error of a number of steps.
const NEGLIGIBLE: f64 = 1e-6;

/// From this number on, different integers are equal as doubles: 2^53.
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

/// Types of values as a set. Integers and fractions are separate, so that `number` has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NULL: Self = Self(1);
    const BOOLEAN: Self = Self(2);
    const INTEGER: Self = Self(4);
    const FRACTION: Self = Self(8);
    const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    const ALL: Self = Self(127);
    pub(super) const NONE: Self = Self(0);

    /// Returns the set of a type of JSON Schema.
    pub(super) fn of(json_type: JsonType) -> Self {
        match json_type {
            JsonType::Null => Self::NULL,
            JsonType::Boolean => Self::BOOLEAN,
            JsonType::Number => Self(Self::INTEGER.0 | Self::FRACTION.0),
            JsonType::Integer => Self::INTEGER,
            JsonType::String => Self::STRING,
            JsonType::Array => Self::ARRAY,
            JsonType::Object => Self::OBJECT,
        }
    }

    pub(super) fn of_value(json: &Json) -> Self {
        match json {
            Json::Null => Self::NULL,
            Json::Bool(_) => Self::BOOLEAN,
            Json::Number(number) if number.as_f64().is_some_and(|float| float.fract() == 0.0) => {
                Self::INTEGER
            }
            Json::Number(_) => Self::FRACTION,
            Json::String(_) => Self::STRING,
            Json::Array(_) => Self::ARRAY,
            Json::Object(_) => Self::OBJECT,
        }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// The values that a conjunction of keywords may allow: at least all that it allows.
#[derive(Debug, Clone)]
pub(super) struct Domain<'a> {
    pub(super) types: Types,
    /// The values of `enum` and `const`.
    pub(super) values: Option<Vec<&'a Json>>,
    /// The values that `not` excludes.
    pub(super) excluded: Vec<&'a Json>,
    /// The least number, and whether it is excluded.
    low: (f64, bool),
    /// The greatest number, and whether it is excluded.
    high: (f64, bool),
    /// The least and the greatest lengths.
    lengths: [(u64, u64); LENGTHS],
    /// The factors of numbers.
    steps: Vec<f64>,
    /// The patterns of strings.
    pub(super) patterns: Vec<&'a str>,
    pub(super) array: ArrayParts<'a>,
    pub(super) object: ObjectParts<'a>,
}

impl<'a> Domain<'a> {
    /// Returns the domain of all values.
    pub(super) fn all() -> Self {
        Self {
            types: Types::ALL,
            values: None,
            excluded: Vec::new(),
            low: (f64::NEG_INFINITY, false),
            high: (f64::INFINITY, false),
            lengths: [(0, u64::MAX); LENGTHS],
            steps: Vec::new(),
            patterns: Vec::new(),
            array: ArrayParts::default(),
            object: ObjectParts::default(),
        }
    }

    pub(super) fn of_types(types: Types) -> Self {
        Self {
            types,
            ..Self::all()
        }
    }

    pub(super) fn of_values(values: impl Iterator<Item = &'a Json>) -> Self {
        Self {
            values: Some(values.collect()),
            ..Self::all()
        }
    }

    /// Returns the domain of one keyword that limits a number or a length.
    pub(super) fn of_bound(bound: Bound, limit: f64) -> Self {
        let mut domain = Self::all();
        // A bound that a float may have rounded is taken to allow itself.
        let is_exact = limit.abs() < EXACT_INTEGERS;
        match bound {
            Bound::Minimum => domain.low = (limit, false),
            Bound::ExclusiveMinimum => domain.low = (limit, is_exact),
            Bound::Maximum => domain.high = (limit, false),
            Bound::ExclusiveMaximum => domain.high = (limit, is_exact),
            Bound::MultipleOf => domain.steps.extend((limit > 0.0).then_some(limit)),
            Bound::MinLength | Bound::MinItems | Bound::MinProperties => {
                domain.limit_length(bound, |length| length.0 = whole(limit));
            }
            Bound::MaxLength | Bound::MaxItems | Bound::MaxProperties => {
                domain.limit_length(bound, |length| length.1 = whole(limit));
            }
        }
        domain
    }

    fn limit_length(&mut self, bound: Bound, limit: impl FnOnce(&mut (u64, u64))) {
        if let Some(length) = self.lengths.get_mut(length_index(bound)) {
            limit(length);
        }
    }

    /// Returns the domain of values that are in both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let values = match (&self.values, &other.values) {
            (Some(values), Some(others)) => {
                let is_common = |value: &&&Json| others.iter().any(|other| is_same(value, other));
                Some(values.iter().filter(is_common).copied().collect())
            }
            (values, others) => values.clone().or_else(|| others.clone()),
        };
        let mut lengths = self.lengths;
        for (length, other) in lengths.iter_mut().zip(other.lengths) {
            *length = (length.0.max(other.0), length.1.min(other.1));
        }
        let mut domain = Self {
            types: self.types.and(other.types),
            values,
            low: greater(self.low, other.low),
            high: less(self.high, other.high),
            lengths,
            ..self.clone()
        };
        domain.excluded.extend(&other.excluded);
        domain.steps.extend(&other.steps);
        domain.patterns.extend(&other.patterns);
        domain.array.extend(&other.array);
        domain.object.extend(&other.object);
        domain
    }

    /// Drops the types that the bounds exclude and the values that do not fit.
    pub(super) fn settle(&mut self) {
        let (low, high) = (self.low, self.high);
        let is_empty = low.0 > high.0 || low.0 == high.0 && (low.1 || high.1);
        let first = low.0.ceil() + f64::from(low.1 && low.0.fract() == 0.0);
        let is_past = first > high.0 || first == high.0 && high.1;
        if is_empty || is_past || self.lacks_multiple(first) {
            self.types = self.types.without(Types::INTEGER);
        }
        if is_empty || low.0 == high.0 && low.0.fract() == 0.0 {
            self.types = self.types.without(Types::FRACTION);
        }
        let kinds = [Types::STRING, Types::ARRAY, Types::OBJECT];
        for (kind, (least, most)) in kinds.into_iter().zip(self.lengths) {
            if least > most {
                self.types = self.types.without(kind);
            }
        }
        if let Some(mut values) = self.values.take() {
            values.retain(|value| self.fits(value));
            let types = values.iter().map(|value| Types::of_value(value));
            self.types = self.types.and(types.fold(Types::NONE, Types::with));
            self.values = Some(values);
        }
    }

    /// Returns `true` if no multiple of a factor is within the bounds; `first` is the first integer.
    fn lacks_multiple(&self, first: f64) -> bool {
        let high = self.high.0;
        let is_exact = first.abs() < EXACT_INTEGERS && high.abs() < EXACT_INTEGERS;
        let mut steps = self.steps.iter().filter(|step| step.fract() == 0.0);
        is_exact
            && steps.any(|step| {
                let multiple = (first / step).ceil() * step;
                multiple > high || multiple == high && self.high.1
            })
    }

    /// Returns `true` unless the keywords about scalars and lengths refuse the value.
    pub(super) fn fits(&self, value: &Json) -> bool {
        let is_within = |index: usize, length: usize| {
            let (least, most) = self.lengths.get(index).copied().unwrap_or((0, u64::MAX));
            (least..=most).contains(&(length as u64))
        };
        let fits = match value {
            Json::Number(number) => number.as_f64().is_none_or(|number| {
                let (low, high) = (self.low, self.high);
                let is_rounded = number.abs() >= EXACT_INTEGERS;
                (number > low.0 || number == low.0 && (!low.1 || is_rounded))
                    && (number < high.0 || number == high.0 && (!high.1 || is_rounded))
                    && self.steps.iter().all(|step| {
                        let steps = number / step;
                        is_rounded || (steps - steps.round()).abs() < NEGLIGIBLE
                    })
            }),
            Json::String(text) => {
                let mut patterns = self.patterns.iter();
                is_within(0, text.chars().count())
                    && patterns.all(|pattern| pattern::matches(pattern, text) != Some(false))
            }
            Json::Array(elements) => is_within(1, elements.len()),
            Json::Object(members) => is_within(2, members.len()),
            Json::Null | Json::Bool(_) => true,
        };
        fits && self.types.has(Types::of_value(value))
            && !self
                .excluded
                .iter()
                .any(|excluded| is_same(excluded, value))
    }

    /// Returns `true` if `enum` and `const` list the value, or do not restrict it.
    pub(super) fn lists(&self, value: &Json) -> bool {
        let is_listed = |values: &Vec<&Json>| values.iter().any(|known| is_same(known, value));
        self.values.as_ref().is_none_or(is_listed)
    }

    /// Returns the number of different values, if it is small.
    pub(super) fn count(&self) -> Option<u64> {
        if let Some(values) = &self.values {
            return Some(values.len() as u64);
        }
        let few = Types::NULL.with(Types::BOOLEAN);
        let count =
            u64::from(self.types.has(Types::NULL)) + 2 * u64::from(self.types.has(Types::BOOLEAN));
        (self.types.without(few) == Types::NONE).then_some(count)
    }

    /// Drops all other types.
    pub(super) fn keep(&mut self, types: Types) {
        self.types = self.types.and(types);
    }

    /// Drops a type.
    pub(super) fn exclude(&mut self, types: Types) {
        self.types = self.types.without(types);
    }

    /// Returns the least and the greatest number of items.
    pub(super) fn items(&self) -> (u64, u64) {
        self.lengths.get(1).copied().unwrap_or((0, u64::MAX))
    }

    /// Returns the least and the greatest number of properties.
    pub(super) fn properties(&self) -> (u64, u64) {
        self.lengths.get(2).copied().unwrap_or((0, u64::MAX))
    }
}

fn length_index(bound: Bound) -> usize {
    match bound {
        Bound::MinItems | Bound::MaxItems => 1,
        Bound::MinProperties | Bound::MaxProperties => 2,
        _ => 0,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths saturate"
)]
fn whole(limit: f64) -> u64 {
    limit as u64
}

fn greater(one: (f64, bool), other: (f64, bool)) -> (f64, bool) {
    if other.0 > one.0 || other.0 == one.0 && other.1 {
        other
    } else {
        one
    }
}

fn less(one: (f64, bool), other: (f64, bool)) -> (f64, bool) {
    if other.0 < one.0 || other.0 == one.0 && other.1 {
        other
    } else {
        one
    }
}

/// Returns `true` if two values are equal; numbers are compared by value.
pub(in crate::lower::sketch) fn is_same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => is_same_number(left, right),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| is_same(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            let same = |(name, value): (&String, &Json)| {
                right.get(name).is_some_and(|other| is_same(value, other))
            };
            left.len() == right.len() && left.iter().all(same)
        }
        _ => left == right,
    }
}

/// Returns `true` if two numbers are equal; integers are compared exactly, however large.
fn is_same_number(left: &Number, right: &Number) -> bool {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => left == right,
        (None, None) => left.as_f64() == right.as_f64(),
        (Some(integer), None) => is_same_integer(integer, right),
        (None, Some(integer)) => is_same_integer(integer, left),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a double without a fraction below 2^127 is an integer"
)]
fn is_same_integer(integer: i128, number: &Number) -> bool {
    let float = number.as_f64();
    float.is_some_and(|float| float.fract() == 0.0 && float as i128 == integer)
}
