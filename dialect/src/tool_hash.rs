//! Hashes of tools as a server lists them.
//!
//! The generator computes those of a snapshot, and the runtime those of a live list. The keys of objects
//! are sorted, lists of names are too, and numbers are written in one way, so that the same tool has the
//! same hash in every form.

use std::fmt::Write as _;

use serde_json::Number;
use sha2::{Digest as _, Sha256};

use crate::json_type::Json;
use crate::json_view::{View, Viewed};

/// The number of parts of a tool that have a hash.
pub const PARTS: usize = 4;

/// The keys of each part of a tool: description, arguments, annotations, result.
pub type PartKeys = [&'static [&'static str]; PARTS];

/// The keys in the list of an MCP server. A snapshot keeps no others.
pub const SERVER_KEYS: PartKeys = [
    &["title", "description"],
    &["inputSchema"],
    &["annotations"],
    &["outputSchema"],
];

/// The keys in the list of an account.
pub const ACCOUNT_KEYS: PartKeys = [
    &["title", "description"],
    &["inputSchema", "query_schema", "body_schema", "required"],
    &["annotations", "tags", "resource", "method"],
    &["outputSchema", "response_schema"],
];

/// Returns the hashes of the parts of a tool: of each, the first 64 bits of SHA-256. `member` returns
/// the member of the tool with a key.
#[must_use]
pub fn hash_tool<'v, V: Viewed + 'v>(
    keys: &PartKeys,
    member: impl Fn(&str) -> Option<&'v V>,
) -> [u64; PARTS] {
    keys.map(|keys| {
        let mut text = String::new();
        for key in keys {
            if let Some(value) = member(key) {
                write_part(key, value, &mut text);
            }
            text.push('\n');
        }
        let hash = Sha256::digest(text.as_bytes());
        let first = hash.iter().take(8);
        first.fold(0, |number, byte| (number << 8) | u64::from(*byte))
    })
}

/// Writes the hashes as a generated crate has them: 64 hexadecimal digits.
#[must_use]
pub fn to_digits(parts: [u64; PARTS]) -> String {
    let mut digits = String::new();
    for part in parts {
        // Writing to a string cannot fail.
        let _infallible = write!(digits, "{part:016x}");
    }
    digits
}

/// Reads the hashes that a generated crate has.
#[must_use]
pub fn from_digits(digits: &str) -> Option<[u64; PARTS]> {
    let mut parts = [0; PARTS];
    for (index, part) in parts.iter_mut().enumerate() {
        let digits = digits.get(index * 16..(index + 1) * 16)?;
        *part = u64::from_str_radix(digits, 16).ok()?;
    }
    Some(parts)
}

/// Writes the value of a key. Null is the same as no value, and a schema may be a string of JSON.
fn write_part<V: Viewed>(key: &str, value: &V, out: &mut String) {
    let is_schema = key.ends_with("chema");
    match value.view() {
        View::Null => {}
        View::String(text) if is_schema && text.trim().is_empty() => {}
        View::String(text) if is_schema => match serde_json::from_str::<Json>(text) {
            Ok(schema) => write_value(key, &schema, out),
            Err(_) => write_text(text, out),
        },
        _ => write_value(key, value, out),
    }
}

fn write_value<V: Viewed>(key: &str, value: &V, out: &mut String) {
    match value.view() {
        View::Null => out.push_str("null"),
        View::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        View::Number(number) => write_number(number, out),
        View::String(text) => write_text(text, out),
        View::Array(elements) => {
            let written = elements.iter().map(|element| {
                let mut text = String::new();
                write_value("", element, &mut text);
                text
            });
            let mut written: Vec<String> = written.collect();
            if matches!(key, "required" | "tags" | "type") {
                written.sort();
            }
            out.push('[');
            out.push_str(&written.join(","));
            out.push(']');
        }
        View::Object(mut members) => {
            members.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_value(key, value, out);
            }
            out.push('}');
        }
    }
}

/// Writes an integer in decimal digits and any other number as the nearest 64-bit number.
fn write_number(number: &Number, out: &mut String) {
    // Writing to a string cannot fail.
    let _infallible = if let Some(integer) = number.as_u64() {
        write!(out, "{integer}")
    } else if let Some(integer) = number.as_i64() {
        write!(out, "{integer}")
    } else if let Some(number) = number.as_f64() {
        write!(out, "{number:?}")
    } else {
        Ok(())
    };
}

/// Writes a string after its length, so that no escape is needed to tell where it ends.
fn write_text(text: &str, out: &mut String) {
    let _infallible = write!(out, "{}:", text.len());
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn digits(tool: &Json) -> String {
        to_digits(hash_tool(&ACCOUNT_KEYS, |key| tool.get(key)))
    }

    /// Generated crates have these digits, so they must not change.
    #[test]
    fn hashes_of_a_tool_never_change() {
        let tool = json!({
            "name": "list_users",
            "description": "Lists \"users\"",
            "query_schema": {
                "type": ["object", "null"],
                "required": ["b", "a"],
                "properties": {"a": {"maximum": 1.5}, "b": {"minimum": -3, "default": null}},
            },
            "body_schema": "{\"type\": \"object\", \"type\": \"string\"}",
            "response_schema": "not JSON",
            "tags": ["y", "x"],
        });
        let expected = "c820089a1cd386d5d46753fe1125dc9e497793e5bb50474f81f3f41e393dd6f0";
        assert_eq!(digits(&tool), expected);
        assert_eq!(from_digits(expected).map(to_digits).unwrap(), expected);
        assert_eq!(from_digits(&expected[1..]), None);
    }

    #[test]
    fn null_is_the_same_as_no_value() {
        assert_eq!(
            digits(&json!({"title": null, "query_schema": " "})),
            digits(&json!({}))
        );
    }
}
