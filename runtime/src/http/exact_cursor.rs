//! Cursors that a tree of JSON does not hold exactly.

use crate::codec::{Json, Reader, without_byte_order_mark};
use crate::interrupt::Interrupt;

/// The fields in which a response may have a cursor.
const CURSORS: [&str; 3] = ["next_cursor", "nextCursor", "prev_cursor"];

/// Makes a cursor that is not exact in `json` a string with its `text`: a number of more than 64 bits, or an
/// object whose fields are in another order.
pub(super) fn keep_cursors(json: &mut Json, text: &[u8], interrupt: &Interrupt) {
    let Json::Object(fields) = json else { return };
    let is_in_doubt = |name: &&str| fields.get(*name).is_some_and(may_be_inexact);
    if !CURSORS.iter().any(is_in_doubt) {
        return;
    }
    let mut reader = Reader::new(without_byte_order_mark(text), interrupt);
    let Some(mut parts) = reader.begin(b'{') else {
        return;
    };
    let mut exact = [None; CURSORS.len()];
    while let Ok(Some(name)) = reader.next_member(&mut parts) {
        let Ok(text) = reader.skip_value() else {
            return;
        };
        // Of several fields with one name, the last one counts.
        let names = CURSORS.iter().zip(&mut exact);
        for (_, exact) in names.filter(|(cursor, _)| **cursor == name) {
            *exact = Some(text);
        }
    }
    for (name, exact) in CURSORS.iter().zip(exact) {
        if let (Some(cursor), Some(exact)) = (fields.get_mut(*name), exact)
            && may_be_inexact(cursor)
            && cursor.to_string().as_bytes() != exact
        {
            *cursor = Json::String(String::from_utf8_lossy(exact).into_owned());
        }
    }
}

/// Returns `true` for a value whose text may be another one than that of the response. The number 0 is the end
/// of a list, however it is written.
fn may_be_inexact(cursor: &Json) -> bool {
    match cursor {
        Json::Number(number) => number.is_f64() && number.as_f64() != Some(0.0),
        Json::Array(_) | Json::Object(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::parse_json;
    use crate::interrupt::NEVER;

    #[test]
    fn a_cursor_is_exact_or_a_string_with_its_text() {
        // Another crate may let `serde_json` keep the order of fields.
        let keeps_order = Json::from_iter([("b", 1), ("a", 2)])
            .to_string()
            .starts_with(r#"{"b""#);
        let reordered = if keeps_order {
            r#"{"b":1,"a":2}"#
        } else {
            r#""{\"b\":1,\"a\":2}""#
        };
        for (cursor, expected) in [
            ("7", "7"),
            ("18446744073709551615", "18446744073709551615"),
            ("18446744073709551616", r#""18446744073709551616""#),
            ("12345678901234567890123", r#""12345678901234567890123""#),
            ("-9223372036854775809", r#""-9223372036854775809""#),
            ("0.1234567890123456789", r#""0.1234567890123456789""#),
            ("7.5", "7.5"),
            ("1e2", r#""1e2""#),
            ("0.0", "0.0"),
            ("0e5", "0.0"),
            ("null", "null"),
            ("\"c\"", "\"c\""),
            (r#"{"a":1}"#, r#"{"a":1}"#),
            (r#"{"b":1,"a":2}"#, reordered),
            (r#"{"a": 1}"#, r#""{\"a\": 1}""#),
            (
                "[12345678901234567890123]",
                r#""[12345678901234567890123]""#,
            ),
        ] {
            for name in CURSORS {
                // The last of two counts.
                let text = format!(
                    "\u{feff}{{\"result\": [{{\"id\": 1e2}}], \"{name}\": {{\"x\":1}}, \"{name}\": {cursor} }}"
                );
                let mut json = parse_json(text.as_bytes(), &NEVER).unwrap();
                keep_cursors(&mut json, text.as_bytes(), &NEVER);
                assert_eq!(json[name].to_string(), expected, "{text}");
                assert_eq!(json["result"][0]["id"].to_string(), "100.0", "{text}");
            }
        }
    }
}
