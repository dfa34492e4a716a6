//! Decimal numbers as they are written, without rounding.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

/// The greatest exponent that is read, above that of every float.
const MAX_EXPONENT: i64 = 400;

/// A decimal number: `0.digits` times 10 to the power of `point`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::diff) struct Decimal {
    is_negative: bool,
    /// The digits, without zeros at either end. Empty for zero.
    digits: String,
    point: i64,
}

impl Decimal {
    /// Reads a number such as `-12.50e3`. Returns `None` for text that is not a number.
    pub(in crate::diff) fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let exponent: i64 = exponent.parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let is_number = !all.is_empty() && all.bytes().all(|digit| digit.is_ascii_digit());
        if !is_number || exponent.abs() > MAX_EXPONENT {
            return None;
        }
        let digits = all.trim_start_matches('0');
        let zeros = all.len() - digits.len();
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self::of(0));
        }
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Self {
            is_negative: text.starts_with('-'),
            digits: digits.to_owned(),
            point: point + exponent,
        })
    }

    /// Returns the number that an integer is.
    pub(in crate::diff) fn of(integer: i128) -> Self {
        let all = integer.unsigned_abs().to_string();
        let digits = all.trim_end_matches('0').to_owned();
        let length = i64::try_from(all.len()).unwrap_or_default();
        Self {
            is_negative: integer < 0,
            point: if digits.is_empty() { 0 } else { length },
            digits,
        }
    }

    /// Returns the greatest integer that is not above, and the smallest that is not below. Returns `None`
    /// for integers that are too large.
    pub(in crate::diff) fn between(&self) -> Option<(i128, i128)> {
        let length = usize::try_from(self.point.max(0)).ok()?;
        let whole: String = self.digits.chars().take(length).collect();
        let is_integer = length >= self.digits.len();
        let zeros = length.saturating_sub(whole.len());
        let magnitude: i128 = format!("0{whole}{}", "0".repeat(zeros)).parse().ok()?;
        let beyond = magnitude.checked_add(i128::from(!is_integer))?;
        Some(if self.is_negative {
            (-beyond, -magnitude)
        } else {
            (magnitude, beyond)
        })
    }

    /// Returns `true` if the number is certainly a multiple of `step`.
    pub(in crate::diff) fn is_multiple_of(&self, step: &Self) -> bool {
        self.find_remainder(step) == Some(0)
    }

    fn find_remainder(&self, step: &Self) -> Option<u128> {
        if self.digits.is_empty() {
            return Some(0);
        }
        let number: u128 = self.digits.parse().ok()?;
        let divisor: u128 = step.digits.parse().ok()?;
        let shift = self.exponent()? - step.exponent()?;
        if shift < 0 {
            let power = 10_u128.checked_pow(u32::try_from(-shift).ok()?)?;
            return number.checked_rem(divisor.checked_mul(power)?);
        }
        let first = number.checked_rem(divisor);
        (0..shift).try_fold(first?, |rest, _| rest.checked_mul(10)?.checked_rem(divisor))
    }

    /// Returns the exponent of the last digit.
    fn exponent(&self) -> Option<i64> {
        Some(self.point - i64::try_from(self.digits.len()).ok()?)
    }

    fn magnitude(&self) -> (bool, i64, &str) {
        (!self.digits.is_empty(), self.point, &self.digits)
    }
}

/// Writes `-12.5`, or `0.125e40` if there are more than 20 zeros.
impl Display for Decimal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        const MAX_ZEROS: usize = 20;
        let sign = if self.is_negative { "-" } else { "" };
        let (digits, point) = (self.digits.as_str(), self.point);
        let zeros = usize::try_from(point.unsigned_abs()).unwrap_or(usize::MAX);
        if digits.is_empty() {
            formatter.write_str("0")
        } else if zeros > MAX_ZEROS + digits.len() {
            write!(formatter, "{sign}0.{digits}e{point}")
        } else if point <= 0 {
            write!(formatter, "{sign}0.{}{digits}", "0".repeat(zeros))
        } else if let Some((whole, fraction)) = digits.split_at_checked(zeros) {
            let dot = if fraction.is_empty() { "" } else { "." };
            write!(formatter, "{sign}{whole}{dot}{fraction}")
        } else {
            let zeros = "0".repeat(zeros - digits.len());
            write!(formatter, "{sign}{digits}{zeros}")
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.magnitude().cmp(&other.magnitude()),
            (true, true) => other.magnitude().cmp(&self.magnitude()),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_compared_as_they_are_written() {
        let sorted = [
            "-1e3",
            "-9.5",
            "-9",
            "-0.01",
            "0",
            "1e-9",
            "0.009",
            "0.01",
            "0.1",
            "0.30",
            "1",
            "9007199254740992",
            "9007199254740992.5",
            "9007199254740993",
            "1e300",
        ];
        for pair in sorted.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        for (one, other) in [("1.0", "1"), ("-0.0", "0"), ("1e2", "100"), ("0.5e1", "5")] {
            assert_eq!(decimal(one), decimal(other));
        }
        assert_eq!(decimal("100"), Decimal::of(100));
        for text in ["", "-", ".", "x", "1x", "1e", "1e999999999999", "inf"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn multiples_are_exact() {
        for (number, step, is_multiple) in [
            ("0.3", "0.1", true),
            ("0.1", "0.3", false),
            ("9007199254740993", "3", true),
            ("9007199254740992", "9007199254740993", false),
            ("1", "0.25", true),
            ("1e300", "7", false),
            ("1e300", "1e-300", true),
            ("5", "10", false),
        ] {
            let found = decimal(number).is_multiple_of(&decimal(step));
            assert_eq!(found, is_multiple, "{number} {step}");
        }
    }

    #[test]
    fn a_number_is_written_as_it_was() {
        for text in ["0", "-12.5", "120", "0.001", "9007199254740993", "0.1e300"] {
            assert_eq!(decimal(text).to_string(), text);
        }
    }

    #[test]
    fn integers_around_a_number() {
        for (text, between) in [
            ("1.5", (1, 2)),
            ("-1.5", (-2, -1)),
            ("0.001", (0, 1)),
            ("-0.5", (-1, 0)),
            ("120", (120, 120)),
        ] {
            assert_eq!(decimal(text).between(), Some(between), "{text}");
        }
        assert_eq!(decimal("1e300").between(), None);
    }
}
