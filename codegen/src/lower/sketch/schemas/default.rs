//! Validates the default of a schema.

use super::Sketcher;
use crate::lower::sketch::tree::{ChoiceSketch, Sketch, SketchKind};
use crate::model::{Bound, Check, ChoiceValues, TypeRef};
use crate::schema::Schema;
use crate::source::{Json, compact_json, shortened_to};

/// Maximum depth to which a default is compared with its schema.
const MAX_DEFAULT_DEPTH: usize = 8;

/// The number of characters to which a default is shortened in a message.
const MAX_DEFAULT_LENGTH: usize = 120;

impl Sketcher<'_> {
    /// Returns the reason why the default of `schema` is ignored, or `None` if it is valid.
    pub(super) fn judge_default(&self, schema: &Schema, sketch: &Sketch) -> Option<String> {
        let default = schema.default.as_ref()?;
        let is_right = self.fits_sketch(default, sketch, MAX_DEFAULT_DEPTH);
        let shown = || shortened_to(&compact_json(default), MAX_DEFAULT_LENGTH);
        (!is_right).then(|| {
            format!(
                "the default {} contradicts the schema and is ignored",
                shown()
            )
        })
    }

    /// Returns `true` if `value` fits the type and the bounds of `sketch`.
    fn fits_sketch(&self, value: &Json, sketch: &Sketch, depth: usize) -> bool {
        let Some(left) = depth.checked_sub(1) else {
            return true;
        };
        let fits = |value: &Json, sketch: &Sketch| self.fits_sketch(value, sketch, left);
        if *value == Json::Null {
            // Many schemas write null for "no default".
            return true;
        }
        let is_kind = match (&sketch.kind, value) {
            (SketchKind::Plain(ty), _) => fits_plain(value, ty),
            (SketchKind::Id(_), value) => matches!(value, Json::String(_)),
            (SketchKind::Choice(choice), _) => fits_choice(value, choice),
            (SketchKind::Constant(constant), _) => compact_json(value) == *constant,
            (SketchKind::Struct(_), Json::Object(_)) => true,
            (SketchKind::List(element), Json::Array(elements)) => {
                elements.iter().all(|value| fits(value, element))
            }
            (SketchKind::Map(inner), Json::Object(members)) => {
                members.values().all(|value| fits(value, inner))
            }
            (SketchKind::Tuple(sketches), Json::Array(elements)) => {
                sketches.len() == elements.len()
                    && sketches
                        .iter()
                        .zip(elements)
                        .all(|(sketch, value)| fits(value, sketch))
            }
            (SketchKind::Union(union), _) => union
                .variants
                .iter()
                .any(|variant| fits(value, &variant.sketch)),
            (SketchKind::Shared(key), _) => self
                .definitions
                .get(key)
                .is_none_or(|definition| fits(value, &definition.sketch)),
            (
                SketchKind::Struct(_)
                | SketchKind::List(_)
                | SketchKind::Map(_)
                | SketchKind::Tuple(_),
                _,
            ) => false,
        };
        is_kind && sketch.checks.iter().all(|check| passes(value, check))
    }
}

fn fits_plain(value: &Json, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::String | TypeRef::Date | TypeRef::DateTime => matches!(value, Json::String(_)),
        TypeRef::Bool => matches!(value, Json::Bool(_)),
        TypeRef::Null => *value == Json::Null,
        TypeRef::Number => matches!(value, Json::Number(_)),
        TypeRef::Integer => as_number(value).is_some_and(|number| number.fract() == 0.0),
        TypeRef::Unsigned => {
            as_number(value).is_some_and(|number| number.fract() == 0.0 && number >= 0.0)
        }
        _ => true,
    }
}

fn fits_choice(value: &Json, choice: &ChoiceSketch) -> bool {
    match (&choice.values, value) {
        (ChoiceValues::Texts(_), Json::String(_)) if choice.is_open => true,
        (ChoiceValues::Texts(texts), Json::String(text)) => texts.contains(text),
        (ChoiceValues::Integers(integers), Json::Number(number)) => number
            .as_i64()
            .is_some_and(|number| integers.contains(&number)),
        (ChoiceValues::Verbatim(values), value) => values.contains(&compact_json(value)),
        _ => false,
    }
}

/// Returns `true` if a value passes a bound. Other checks are ignored.
fn passes(value: &Json, check: &Check) -> bool {
    match check {
        Check::Number(bound, limit) => as_number(value).is_none_or(|number| match bound {
            Bound::Minimum => number >= *limit,
            Bound::Maximum => number <= *limit,
            Bound::ExclusiveMinimum => number > *limit,
            Bound::ExclusiveMaximum => number < *limit,
            _ => true,
        }),
        Check::Count(bound, limit) => {
            let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
            match (bound, value) {
                (Bound::MinLength, Json::String(text)) => text.chars().count() >= limit,
                (Bound::MaxLength, Json::String(text)) => text.chars().count() <= limit,
                (Bound::MinItems, Json::Array(elements)) => elements.len() >= limit,
                (Bound::MaxItems, Json::Array(elements)) => elements.len() <= limit,
                _ => true,
            }
        }
        _ => true,
    }
}

fn as_number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        _ => None,
    }
}
