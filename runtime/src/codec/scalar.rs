//! The codec of scalars: strings, booleans, numbers, null, and any JSON.

use super::check::EXACT_INTEGERS;
use super::equality::whole_of_float;
use super::{Container, Expected, Json, JsonType, Scalar, Taken, Value, Walk};

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
            other => walk.report_type(JsonType::String, &other),
        }
    }

    fn take_scalar(&mut self, scalar: Scalar<'_>) -> Taken {
        if let Scalar::String(text) = scalar {
            *self = Self::from(text);
        }
        Taken::when(matches!(scalar, Scalar::String(_)))
    }

    fn container(&mut self) -> Container<'_> {
        Container::None
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
            other => walk.report_type(JsonType::Boolean, &other),
        }
    }

    fn take_scalar(&mut self, scalar: Scalar<'_>) -> Taken {
        if let Scalar::Boolean(flag) = scalar {
            *self = flag;
        }
        Taken::when(matches!(scalar, Scalar::Boolean(_)))
    }

    fn container(&mut self) -> Container<'_> {
        Container::None
    }
}

/// Null, for a schema that allows nothing else.
impl Value for () {
    fn blank() -> Self {}

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        Some(Json::Null)
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        if !json.is_null() {
            walk.report_type(JsonType::Null, &json);
        }
    }

    fn take_scalar(&mut self, scalar: Scalar<'_>) -> Taken {
        Taken::when(matches!(scalar, Scalar::Null))
    }

    fn container(&mut self) -> Container<'_> {
        Container::None
    }
}

impl Value for f64 {
    fn blank() -> Self {
        0.0
    }

    fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
        let number = whole_number(*self).or_else(|| serde_json::Number::from_f64(*self));
        if number.is_none() {
            walk.report_type("a finite number", &Json::String(self.to_string()));
        }
        Some(number.map_or(Json::Null, Json::Number))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        match json.as_f64() {
            Some(number) => *self = number,
            None => walk.report_type(JsonType::Number, &json),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "most JSON parsers read a number as a double"
    )]
    fn take_scalar(&mut self, scalar: Scalar<'_>) -> Taken {
        *self = match scalar {
            Scalar::Float(number) => number,
            Scalar::Unsigned(number) => number as f64,
            Scalar::Negative(number) => number as f64,
            Scalar::Null | Scalar::Boolean(_) | Scalar::String(_) => return Taken::No,
        };
        Taken::Yes
    }

    fn container(&mut self) -> Container<'_> {
        Container::None
    }
}

/// Returns the integer that a float equals, so that `5.0` is sent as `5`, as JavaScript does.
#[expect(
    clippy::cast_possible_truncation,
    reason = "only whole numbers within the range that a float holds exactly"
)]
fn whole_number(number: f64) -> Option<serde_json::Number> {
    (number.fract() == 0.0 && number.abs() < EXACT_INTEGERS).then(|| (number as i64).into())
}

macro_rules! integer {
    ($($integer:ty: $read:ident, $expected:expr;)*) => {$(
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

            fn take_scalar(&mut self, scalar: Scalar<'_>) -> Taken {
                let number = match scalar {
                    Scalar::Unsigned(number) => number.try_into().ok(),
                    Scalar::Negative(number) => number.try_into().ok(),
                    _ => None,
                };
                Taken::when(number.map(|number| *self = number).is_some())
            }

            fn container(&mut self) -> Container<'_> {
                Container::None
            }
        }
    )*};
}

integer! {
    i64: as_i64, JsonType::Integer;
    u64: as_u64, Expected::UNSIGNED;
}

/// Returns the integer that `json` equals: `5.0` is an integer in JSON Schema (2020-12 core,
/// section 4.2.3).
fn exact_integer(json: &Json) -> Option<i128> {
    whole_of_float(json.as_f64()?)
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

    fn allows_null() -> bool {
        true
    }
}
