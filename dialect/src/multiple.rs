//! Multiples of decimal numbers, for `multipleOf`.

use serde_json::Number;

/// Returns the integer that a number is written as.
#[must_use]
pub fn integer(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

/// Returns `true` if a number is a multiple of `step`, both as decimal numbers: 0.3 is a multiple of
/// 0.1, although their binary fractions are not.
#[must_use]
pub fn is_multiple(number: &Number, step: f64) -> bool {
    let number = match (integer(number), number.as_f64()) {
        (Some(integer), _) => Some(Decimal {
            digits: integer.unsigned_abs(),
            exponent: 0,
        }),
        (None, Some(float)) => Decimal::of(float),
        (None, None) => None,
    };
    match (number, Decimal::of(step)) {
        (Some(number), Some(step)) => number.is_multiple_of(step),
        _ => true,
    }
}

/// The magnitude of a decimal number: `digits` times 10 to the power of `exponent`.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: u128,
    exponent: i32,
}

impl Decimal {
    /// Reads the shortest decimal number that gives this float.
    fn of(float: f64) -> Option<Self> {
        let text = format!("{:e}", float.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let shift = i32::try_from(fraction.len()).ok()?;
        Some(Self {
            digits: format!("{whole}{fraction}").parse().ok()?,
            exponent: exponent.parse::<i32>().ok()? - shift,
        })
    }

    fn is_multiple_of(self, step: Self) -> bool {
        if self.digits == 0 || step.digits == 0 {
            return true;
        }
        let shift = self.exponent - step.exponent;
        if shift >= 0 {
            let power = power_of_ten(shift.unsigned_abs(), step.digits);
            return (self.digits % step.digits * power).is_multiple_of(step.digits);
        }
        // A step that does not fit is greater than the number.
        let power = 10_u128.checked_pow(shift.unsigned_abs());
        let step = power.and_then(|power| step.digits.checked_mul(power));
        step.is_some_and(|step| self.digits.is_multiple_of(step))
    }
}

/// Returns the remainder of 10 to the power of `exponent`. The modulus has at most 17 digits, so
/// that no product overflows.
fn power_of_ten(exponent: u32, modulus: u128) -> u128 {
    (0..exponent).fold(1 % modulus, |power, _| power * 10 % modulus)
}
