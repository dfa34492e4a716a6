//! Checks that a type does not already imply.

use super::pattern::read_pattern;
use crate::lower::sketch::tree::{Rest, SketchKind};
use crate::model::{Bound, Check, Format, JsonType, TypeRef};
use crate::schema::{Additional, Schema};

/// Returns the Rust type of a scalar.
pub(super) fn scalar_type(scalar: JsonType, schema: &Schema) -> TypeRef {
    match scalar {
        JsonType::Boolean => TypeRef::Bool,
        JsonType::Null => TypeRef::Null,
        JsonType::Number => TypeRef::Number,
        JsonType::Integer => integer_type(schema),
        JsonType::String => match schema.format.as_deref() {
            Some("date-time") => TypeRef::DateTime,
            Some("date") => TypeRef::Date,
            _ => TypeRef::String,
        },
        JsonType::Array | JsonType::Object => TypeRef::Json,
    }
}

/// Returns `true` if the bounds of an integer allow negative numbers and numbers above those of
/// `i64`, so that no integer type holds them all.
pub(super) fn is_long(schema: &Schema) -> bool {
    const I64_RANGE: f64 = 9_223_372_036_854_775_808.0; // 2^63
    let mut bounds = schema.bounds.iter();
    integer_type(schema) == TypeRef::Integer
        && bounds.any(|(keyword, bound)| {
            matches!(keyword, Bound::Maximum | Bound::ExclusiveMaximum) && *bound > I64_RANGE
        })
}

/// Returns the integer type for the bounds of a schema: `u64` for bounds that exclude negative
/// values, a float for bounds beyond 64 bits.
fn integer_type(schema: &Schema) -> TypeRef {
    const U64_RANGE: f64 = 18_446_744_073_709_551_616.0; // 2^64
    let mut is_unsigned = false;
    for (keyword, bound) in &schema.bounds {
        match keyword {
            Bound::Minimum if *bound >= 0.0 => is_unsigned = true,
            Bound::ExclusiveMinimum if *bound >= -1.0 => is_unsigned = true,
            Bound::Minimum | Bound::ExclusiveMinimum if *bound < -U64_RANGE / 2.0 => {
                return TypeRef::Number;
            }
            Bound::Maximum | Bound::ExclusiveMaximum if *bound > U64_RANGE => {
                return TypeRef::Number;
            }
            _ => {}
        }
    }
    if is_unsigned {
        TypeRef::Unsigned
    } else {
        TypeRef::Integer
    }
}

/// Returns the checks that the type does not imply, and the keywords that cannot be checked.
pub(super) fn lower_checks(schema: &Schema, kind: &SketchKind) -> (Vec<Check>, Vec<String>) {
    let mut unread = Vec::new();
    let bounds = schema.bounds.iter();
    let is_large = |keyword: Bound| {
        let sides = schema.large_bounds.iter().map(|(side, _)| *side);
        sides.clone().any(|side| side == inclusive(keyword))
    };
    let mut checks: Vec<Check> = bounds
        .filter(|(keyword, _)| !is_large(*keyword))
        .filter_map(|(keyword, bound)| lower_bound(*keyword, *bound, kind))
        .collect();
    let is_choice = matches!(kind, SketchKind::Choice(_));
    if is_number(kind) || is_choice {
        let large = schema.large_bounds.iter();
        checks.extend(large.map(|(bound, limit)| Check::Integer(*bound, *limit)));
    }
    if let (Some(pattern), true) = (&schema.pattern, is_text(kind) || is_choice) {
        match read_pattern(pattern) {
            Some(pattern) => checks.extend(pattern),
            None => unread.push("pattern".to_owned()),
        }
    }
    add_kind_checks(schema, kind, &mut checks);
    (checks, unread)
}

/// Adds the checks for one kind of value and its parts.
fn add_kind_checks(schema: &Schema, kind: &SketchKind, checks: &mut Vec<Check>) {
    match kind {
        SketchKind::List(element) => {
            checks.extend(schema.unique_items.then_some(Check::UniqueItems));
            if schema.is_closed_tuple {
                checks.push(Check::Count(Bound::MaxItems, schema.prefix.len() as u64));
            }
            if !element.outer_checks().is_empty() {
                checks.push(Check::Items(element.outer_checks().to_vec()));
            }
        }
        SketchKind::Tuple(elements) => {
            checks.retain(|check| !matches!(check, Check::Count(..)));
            checks.extend(schema.unique_items.then_some(Check::UniqueItems));
            if elements
                .iter()
                .any(|element| !element.outer_checks().is_empty())
            {
                let first = elements
                    .iter()
                    .map(|element| element.outer_checks().to_vec());
                checks.push(Check::PrefixItems(first.collect()));
            }
        }
        SketchKind::Map(value) => {
            if schema.additional == Additional::Forbidden && !schema.has_rule("patternProperties") {
                checks.push(Check::Count(Bound::MaxProperties, 0));
            }
            if !value.outer_checks().is_empty() {
                checks.push(Check::Values(value.outer_checks().to_vec()));
            }
        }
        SketchKind::Struct(inner) => {
            // A name that a closed object demands and does not list: a pattern may allow it.
            let is_listed = |name: &String| inner.fields.iter().any(|field| field.wire == *name);
            let required = schema.required.iter().filter(|name| !is_listed(name));
            let required: Vec<String> = required.cloned().collect();
            if !required.is_empty() {
                checks.push(Check::Required(required));
            }
            if let Rest::Like(values) = &inner.rest
                && !values.outer_checks().is_empty()
            {
                let names = inner.fields.iter().map(|field| field.wire.clone());
                let mut names: Vec<String> = names.collect();
                names.sort_unstable();
                let checked = values.outer_checks().to_vec();
                checks.push(Check::AdditionalProperties(names, Vec::new(), checked));
            }
        }
        SketchKind::Plain(TypeRef::String) | SketchKind::Id(_) => {
            checks.extend(lower_format(schema).map(Check::Format));
        }
        SketchKind::Plain(TypeRef::Number) if schema.types == [JsonType::Integer] => {
            checks.push(Check::Type(vec![JsonType::Integer]));
        }
        _ => {}
    }
}

/// Returns the inclusive form of a bound of numbers.
fn inclusive(bound: Bound) -> Bound {
    match bound {
        Bound::ExclusiveMinimum => Bound::Minimum,
        Bound::ExclusiveMaximum => Bound::Maximum,
        bound => bound,
    }
}

fn is_number(kind: &SketchKind) -> bool {
    matches!(
        kind,
        SketchKind::Plain(TypeRef::Number | TypeRef::Integer | TypeRef::Unsigned)
    )
}

fn is_text(kind: &SketchKind) -> bool {
    matches!(
        kind,
        SketchKind::Id(_) | SketchKind::Plain(TypeRef::String | TypeRef::Date | TypeRef::DateTime)
    )
}

fn lower_format(schema: &Schema) -> Option<Format> {
    let name = schema.format.as_deref()?;
    Format::ALL
        .into_iter()
        .find(|format| format.as_str() == name)
}

fn lower_bound(bound: Bound, limit: f64, kind: &SketchKind) -> Option<Check> {
    let is_number = is_number(kind);
    let is_text = is_text(kind);
    let fits = match bound {
        // The values of an enum may be of any type.
        _ if matches!(kind, SketchKind::Choice(_)) => true,
        // The type already excludes negative values.
        Bound::Minimum if *kind == SketchKind::Plain(TypeRef::Unsigned) => limit > 0.0,
        Bound::ExclusiveMinimum if *kind == SketchKind::Plain(TypeRef::Unsigned) => limit >= 0.0,
        Bound::Minimum
        | Bound::Maximum
        | Bound::ExclusiveMinimum
        | Bound::ExclusiveMaximum
        | Bound::MultipleOf => is_number,
        Bound::MinLength | Bound::MaxLength => is_text,
        Bound::MinItems | Bound::MaxItems => {
            matches!(kind, SketchKind::List(_) | SketchKind::Tuple(_))
        }
        Bound::MinProperties | Bound::MaxProperties => {
            matches!(kind, SketchKind::Map(_) | SketchKind::Struct(_))
        }
    };
    if !fits {
        None
    } else if bound.is_length() {
        count(limit).map(|count| Check::Count(bound, count))
    } else {
        Some(Check::Number(bound, limit))
    }
}

/// Converts a length to an integer. Returns `None` if it is not a whole number that a float holds
/// exactly.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, not negative, and within the range that a float holds exactly"
)]
pub(super) fn count(bound: f64) -> Option<u64> {
    const MAX_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0; // 2^53
    (bound.fract() == 0.0 && (0.0..=MAX_EXACT_INTEGER).contains(&bound)).then_some(bound as u64)
}
