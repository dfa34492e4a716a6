//! Numbers in JSON text.

use super::{Odd, Scalar, Stop};

/// The numbers that some languages write, but JSON does not have.
const NOT_FINITE: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];

/// Reads a number; `None` for one that JSON does not have, or that is out of range.
pub(in crate::codec) fn read_number<'t>(word: &[u8]) -> Option<crate::codec::Scalar<'t>> {
    use crate::codec::Scalar as Found;
    match read(word).ok()? {
        Scalar::Unsigned(number) => Some(Found::Unsigned(number)),
        Scalar::Negative(number) => Some(Found::Negative(number)),
        Scalar::Float(number) => Some(Found::Float(number)),
        _ => None,
    }
}

/// Reads a number.
pub(super) fn read(word: &[u8]) -> Result<Scalar<'_>, Stop> {
    if let Some(number) = short_integer(word) {
        return Ok(Scalar::Unsigned(number));
    }
    let odd = Scalar::Odd(Odd {
        expected: "a number in the range of a double",
        text: word,
    });
    if NOT_FINITE.contains(&word) {
        return Ok(odd);
    }
    let text = std::str::from_utf8(word).map_err(|_| Stop::Syntax)?;
    if !is_number(text) {
        return Err(Stop::Syntax);
    }
    if let Ok(number) = text.parse() {
        return Ok(Scalar::Unsigned(number));
    }
    // A float has a negative zero, an integer has not.
    match text.parse() {
        Ok(number) if number != 0 => return Ok(Scalar::Negative(number)),
        _ => {}
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Scalar::Float(number)),
        _ => Ok(odd),
    }
}

/// Reads an integer of a few digits, as most numbers are.
fn short_integer(word: &[u8]) -> Option<u64> {
    const MAX_DIGITS: usize = 18;
    if word.len() > MAX_DIGITS || word.starts_with(b"0") && word.len() > 1 {
        return None;
    }
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
    word.iter()
        .try_fold(0, |number, byte| Some(10 * number + digit(byte)?))
}

/// Returns `true` for a number in the grammar of JSON (RFC 8259, section 6).
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (integer, fraction) = match mantissa.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (mantissa, None),
    };
    let is_sound = integer == "0" || !integer.starts_with('0');
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    is_sound
        && are_digits(integer)
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(are_digits)
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
