//! JSON as text that depends on its value only.

use serde_json::Value as Json;

/// Returns the canonical text of JSON, as in RFC 8785: members are sorted by name, and there is no space.
///
/// Numbers are written as RFC 8785 writes them, but keep all their digits: `1`, `1.0` and `10e-1` are equal,
/// and two integers that a `f64` cannot tell apart are not.
pub(crate) fn canonical(json: &Json) -> String {
    let mut text = String::new();
    write(json, &mut text);
    text
}

fn write(json: &Json, text: &mut String) {
    match json {
        Json::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                separate(index, text);
                write(element, text);
            }
            text.push(']');
        }
        Json::Object(fields) => {
            let mut fields: Vec<(&String, &Json)> = fields.iter().collect();
            fields.sort_unstable_by(|(one, _), (other, _)| {
                one.encode_utf16().cmp(other.encode_utf16())
            });
            text.push('{');
            for (index, (name, value)) in fields.into_iter().enumerate() {
                separate(index, text);
                text.push_str(&Json::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Json::Number(number) => {
            let number = number.to_string();
            text.push_str(&canonical_number(&number).unwrap_or(number));
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn separate(index: usize, text: &mut String) {
    if index > 0 {
        text.push(',');
    }
}

/// Returns a number as ECMAScript writes it, with all its digits. `None` if its exponent is too large.
fn canonical_number(number: &str) -> Option<String> {
    let (sign, number) = match number.strip_prefix('-') {
        Some(number) => ("-", number),
        None => ("", number),
    };
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (number, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let significant = digits.trim_matches('0');
    if significant.is_empty() {
        return Some("0".to_owned());
    }
    // The value is 0.significant times ten to the power of `point`.
    let point = i64::try_from(whole.len()).ok()?;
    let point = point.checked_sub(i64::try_from(leading).ok()?)?;
    let point = point.checked_add(exponent)?;
    Some(format!("{sign}{}", layout(significant, point)?))
}

/// Returns `0.digits` times ten to the power of `point`.
fn layout(digits: &str, point: i64) -> Option<String> {
    let count = i64::try_from(digits.len()).ok()?;
    Some(match point {
        1..=21 if count <= point => {
            let zeros = usize::try_from(point - count).ok()?;
            format!("{digits}{}", "0".repeat(zeros))
        }
        1..=21 => {
            let (whole, fraction) = digits.split_at_checked(usize::try_from(point).ok()?)?;
            format!("{whole}.{fraction}")
        }
        -5..=0 => {
            let zeros = usize::try_from(-point).ok()?;
            format!("0.{}{digits}", "0".repeat(zeros))
        }
        _ => {
            let (first, rest) = digits.split_at_checked(1)?;
            let dot = if rest.is_empty() { "" } else { "." };
            let exponent = point.checked_sub(1)?;
            format!("{first}{dot}{rest}e{exponent:+}")
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_members_and_the_spelling_of_numbers_do_not_matter() {
        let same = [
            r#"{"b":[1,{"d":2e3,"c":0.5}],"a":"x"}"#,
            r#"{ "a" : "x", "b": [1.0, {"c": 5E-1, "d": 2000}] }"#,
            r#"{"a":"\u0078","b":[10e-1,{"c":0.50,"d":2000.0}]}"#,
        ];
        for text in same {
            let json: Json = serde_json::from_str(text).unwrap();
            assert_eq!(canonical(&json), r#"{"a":"x","b":[1,{"c":0.5,"d":2000}]}"#);
        }
        for other in [
            json!({"a": "x", "b": [{"c": 0.5, "d": 2000}, 1]}),
            json!({"a": "x", "b": [1, {"c": 0.5, "d": "2000"}]}),
            json!({"a": "x"}),
            json!({"a": "x", "b": [1, {"c": 0.5, "d": 2000}], "c": null}),
        ] {
            assert_ne!(canonical(&other), r#"{"a":"x","b":[1,{"c":0.5,"d":2000}]}"#);
        }
    }

    /// The spelling of a number and its canonical form.
    const NUMBERS: &[(&str, &str)] = &[
        ("0", "0"),
        ("-0.0", "0"),
        ("0e5", "0"),
        ("100", "100"),
        ("1e2", "100"),
        ("-1.50", "-1.5"),
        ("0.000001", "0.000001"),
        ("1e-7", "1e-7"),
        ("0.00000012", "1.2e-7"),
        ("1e20", "100000000000000000000"),
        ("1e21", "1e+21"),
        (
            "123456789012345678901234567890",
            "1.2345678901234567890123456789e+29",
        ),
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551615", "18446744073709551615"),
        ("1E400", "1e+400"),
    ];

    #[test]
    fn numbers_keep_all_their_digits() {
        for (spelled, expected) in NUMBERS {
            assert_eq!(
                canonical_number(spelled).as_deref(),
                Some(*expected),
                "{spelled}"
            );
        }
        assert_eq!(canonical_number("1e99999999999999999999"), None);
    }

    #[test]
    fn members_are_sorted_as_in_rfc_8785() {
        let json = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let expected = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
        assert_eq!(canonical(&json), expected);
    }
}
