//! The trait of everything that stands in a field, and its scalars.

use super::{Inlet, Json, Scalar, Taken, Walk};

/// A value that can stand in a field of a request or a record.
///
/// Implemented for scalars, lists, maps and options here, and for generated types by one line
/// each ([`objects!`](crate::codegen::objects), [`choices!`](crate::codegen::choices),
/// [`ids!`](crate::codegen::ids)). Usable as a trait object, so that a generated type hands out
/// its fields as one list.
pub trait Value {
    /// A placeholder to decode into. It never reaches a user: decoding fails if it is not filled.
    fn blank() -> Self
    where
        Self: Sized;

    /// The JSON of this value, or `None` if it is absent.
    ///
    /// It takes `&mut self` so that one list of slots serves both directions; it changes nothing.
    fn encode(&mut self, walk: &mut Walk) -> Option<Json>;

    /// Takes the value of `json`; problems go to `walk`.
    fn decode(&mut self, json: Json, walk: &mut Walk);

    /// Takes a scalar that stands in the text of a record. By this way and by
    /// [`inlet`](Self::inlet) no tree of JSON is made; what cannot be taken so is decoded.
    fn take(&mut self, _scalar: Scalar<'_>) -> Taken {
        Taken::AsTree
    }

    /// How the value takes a list or an object that stands in the text of a record.
    fn inlet(&mut self) -> Inlet<'_> {
        Inlet::Tree
    }

    /// Whether null is a value of this type rather than the lack of one.
    #[must_use]
    fn takes_null() -> bool
    where
        Self: Sized,
    {
        false
    }
}

impl Value for String {
    fn blank() -> Self {
        Self::new()
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        Some(Json::String(self.clone()))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        match json {
            Json::String(text) => *self = text,
            other => walk.report_type("a string", &other),
        }
    }

    fn take(&mut self, scalar: Scalar<'_>) -> Taken {
        if let Scalar::Text(text) = scalar {
            *self = Self::from(text);
        }
        Taken::when(matches!(scalar, Scalar::Text(_)))
    }
}

impl Value for bool {
    fn blank() -> Self {
        false
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        Some(Json::Bool(*self))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        match json {
            Json::Bool(flag) => *self = flag,
            other => walk.report_type("true or false", &other),
        }
    }

    fn take(&mut self, scalar: Scalar<'_>) -> Taken {
        if let Scalar::Flag(flag) = scalar {
            *self = flag;
        }
        Taken::when(matches!(scalar, Scalar::Flag(_)))
    }
}

/// Null, where a schema allows nothing else.
impl Value for () {
    fn blank() -> Self {}

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        Some(Json::Null)
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        if !json.is_null() {
            walk.report_type("null", &json);
        }
    }

    fn take(&mut self, scalar: Scalar<'_>) -> Taken {
        Taken::when(matches!(scalar, Scalar::Null))
    }
}

impl Value for f64 {
    fn blank() -> Self {
        0.0
    }

    fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
        let number = whole(*self).or_else(|| serde_json::Number::from_f64(*self));
        if number.is_none() {
            walk.report_type("a finite number", &Json::String(self.to_string()));
        }
        Some(number.map_or(Json::Null, Json::Number))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        match json.as_f64() {
            Some(number) => *self = number,
            None => walk.report_type("a number", &json),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a number is read as JSON's numbers mostly are"
    )]
    fn take(&mut self, scalar: Scalar<'_>) -> Taken {
        *self = match scalar {
            Scalar::Float(number) => number,
            Scalar::Natural(number) => number as f64,
            Scalar::Negative(number) => number as f64,
            Scalar::Null | Scalar::Flag(_) | Scalar::Text(_) => return Taken::No,
        };
        Taken::Yes
    }
}

/// The integer that a float stands for, so that `5.0` is sent as `5`, as JavaScript sends it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "only whole numbers within the range that a float holds exactly"
)]
fn whole(number: f64) -> Option<serde_json::Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    (number.fract() == 0.0 && number.abs() <= EXACT).then(|| (number as i64).into())
}

macro_rules! integer {
    ($($integer:ty: $read:ident, $expected:literal;)*) => {$(
        impl Value for $integer {
            fn blank() -> Self {
                0
            }

            fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
                Some(Json::from(*self))
            }

            fn decode(&mut self, json: Json, walk: &mut Walk) {
                match json.$read().or_else(|| exact_integer(&json)?.try_into().ok()) {
                    Some(number) => *self = number,
                    None => walk.report_type($expected, &json),
                }
            }

            fn take(&mut self, scalar: Scalar<'_>) -> Taken {
                let number = match scalar {
                    Scalar::Natural(number) => number.try_into().ok(),
                    Scalar::Negative(number) => number.try_into().ok(),
                    _ => None,
                };
                Taken::when(number.map(|number| *self = number).is_some())
            }
        }
    )*};
}

integer! {
    i64: as_i64, "an integer";
    u64: as_u64, "an integer of 0 or more";
}

/// `5.0` is an integer to JSON Schema (2020-12 core, section 4.2.3).
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and within the range of the target"
)]
fn exact_integer(json: &Json) -> Option<i128> {
    let number = json.as_f64()?;
    (number.fract() == 0.0 && number.abs() < 1e20).then_some(number as i128)
}

impl Value for Json {
    fn blank() -> Self {
        Self::Null
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        Some(self.clone())
    }

    fn decode(&mut self, json: Json, _walk: &mut Walk) {
        *self = json;
    }

    fn takes_null() -> bool {
        true
    }
}
