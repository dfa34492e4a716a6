//! The parts of a tool list that only the Model Context Protocol defines: annotations, pages, and
//! arguments in headers.

use std::collections::BTreeSet;

use crate::effect::{Effect, Repetition};
use crate::source::{Json, Members, child};

/// Returns `true` if a list is a page and refers to the next one.
pub(super) fn has_next_page(json: &Json) -> bool {
    let members = json.as_object();
    let result = members.and_then(|members| members.get("result")?.as_object());
    [members, result].into_iter().flatten().any(|members| {
        let cursor = members.get("nextCursor").and_then(Json::as_str);
        cursor.is_some_and(|cursor| !cursor.is_empty())
    })
}

/// Returns the effect that the annotations declare. The default of the protocol is not applied,
/// because it would make every tool without hints destructive.
pub(super) fn effect_of(members: &Members) -> Effect {
    if has_hint(members, "readOnlyHint") {
        Effect::Reads
    } else if has_hint(members, "destructiveHint") {
        Effect::Destroys
    } else {
        Effect::Writes
    }
}

/// Returns `true` if annotations declare an effect.
pub(super) fn declares_effect(members: &Members) -> bool {
    let hints = ["readOnlyHint", "destructiveHint"];
    hints
        .into_iter()
        .any(|hint| hint_of(members, hint).is_some())
}

/// Returns the effect of a second call that the annotations declare.
pub(super) fn repetition_of(members: &Members) -> Repetition {
    if has_hint(members, "readOnlyHint") || has_hint(members, "idempotentHint") {
        Repetition::Harmless
    } else {
        Repetition::Unknown
    }
}

fn has_hint(members: &Members, key: &str) -> bool {
    hint_of(members, key) == Some(true)
}

fn hint_of(members: &Members, key: &str) -> Option<bool> {
    let annotations = members.get("annotations").and_then(Json::as_object)?;
    annotations.get(key)?.as_bool()
}

/// Returns the title at the place where older servers have it.
pub(super) fn annotated_title(members: &Members) -> Option<&str> {
    let annotations = members.get("annotations").and_then(Json::as_object)?;
    let title = annotations.get("title")?.as_str()?;
    Some(title).filter(|title| !title.trim().is_empty())
}

/// The keyword of a property whose value a header repeats.
const HEADER: &str = "x-mcp-header";

/// An argument of a tool that a header repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderArgument {
    /// The names of the properties from the arguments to the value.
    pub(crate) path: Vec<String>,
    /// The name of the header after `Mcp-Param-`.
    pub(crate) name: String,
}

/// A header that the protocol does not allow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvalidHeader {
    /// The pointer of the property, from the schema.
    pub(super) pointer: String,
    /// The reason.
    pub(super) reason: String,
}

/// Returns the arguments of a schema that headers repeat. Invalid ones are left out.
pub(crate) fn header_arguments(schema: &Json) -> Vec<HeaderArgument> {
    read_headers(schema).0
}

/// Returns the headers of a schema that the protocol does not allow.
pub(super) fn invalid_headers(schema: &Json) -> Vec<InvalidHeader> {
    read_headers(schema).1
}

fn read_headers(schema: &Json) -> (Vec<HeaderArgument>, Vec<InvalidHeader>) {
    let (mut valid, mut invalid) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    let mut open = vec![(Vec::new(), String::new(), schema)];
    while let Some((path, pointer, schema)) = open.pop() {
        let Some(members) = schema.as_object() else {
            continue;
        };
        if let Some(header) = members.get(HEADER) {
            match check_header(header, &path, members, &mut seen) {
                Ok(name) => valid.push(HeaderArgument {
                    path: path.clone(),
                    name,
                }),
                Err(reason) => invalid.push(InvalidHeader {
                    pointer: pointer.clone(),
                    reason,
                }),
            }
        }
        let properties = members.get("properties").and_then(Json::as_object);
        let properties = properties.into_iter().flat_map(Members::in_order);
        let mut inner: Vec<_> = properties
            .map(|(name, schema)| {
                let path: Vec<String> = path.iter().chain([name]).cloned().collect();
                let pointer = child(&child(&pointer, "properties"), name);
                (path, pointer, schema)
            })
            .collect();
        inner.reverse();
        open.extend(inner);
    }
    (valid, invalid)
}

/// Returns the name of a header.
///
/// # Errors
///
/// Returns the reason for which the protocol does not allow it.
fn check_header(
    header: &Json,
    path: &[String],
    schema: &Members,
    seen: &mut BTreeSet<String>,
) -> Result<String, String> {
    let is_token = |name: &str| {
        let is_allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !name.is_empty() && name.bytes().all(is_allowed)
    };
    let Some(name) = header.as_str().filter(|name| is_token(name)) else {
        return Err("its value is not the name of a header".to_owned());
    };
    if path.is_empty() {
        return Err("it is not at a property".to_owned());
    }
    let is_primitive =
        |json: &Json| matches!(json.as_str(), Some("string" | "integer" | "boolean"));
    let is_null = |json: &Json| json.as_str() == Some("null");
    let is_allowed = match schema.get("type") {
        None => true,
        Some(Json::Array(types)) => types.iter().all(|one| is_primitive(one) || is_null(one)),
        Some(one) => is_primitive(one),
    };
    if !is_allowed {
        return Err("the property is neither a string nor an integer nor a boolean".to_owned());
    }
    if !seen.insert(name.to_ascii_lowercase()) {
        return Err(format!("another property has the header `{name}`"));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse_json;

    #[test]
    fn headers_are_found_along_properties_and_checked() {
        let schema = r#"{
            "type": "object",
            "properties": {
                "region": {"type": "string", "x-mcp-header": "Region"},
                "where": {"type": "object", "properties": {
                    "n": {"type": ["integer", "null"], "x-mcp-header": "N"},
                    "twice": {"type": "string", "x-mcp-header": "REGION"}
                }},
                "kind": {"enum": ["a"], "x-mcp-header": "Kind"},
                "ratio": {"type": "number", "x-mcp-header": "Ratio"},
                "odd": {"type": "string", "x-mcp-header": "a b"},
                "empty": {"type": "string", "x-mcp-header": ""},
                "flag": {"type": "boolean", "x-mcp-header": true},
                "list": {"type": "array", "items": {"type": "string", "x-mcp-header": "Item"}}
            }
        }"#;
        let schema = parse_json("schema.json", schema).unwrap();
        let valid: Vec<String> = header_arguments(&schema)
            .iter()
            .map(|header| format!("{}: {}", header.path.join("."), header.name))
            .collect();
        assert_eq!(valid, ["region: Region", "where.n: N", "kind: Kind"]);
        let invalid = invalid_headers(&schema);
        let invalid: Vec<&str> = invalid.iter().map(|one| one.pointer.as_str()).collect();
        let right = [
            "/properties/where/properties/twice",
            "/properties/ratio",
            "/properties/odd",
            "/properties/empty",
            "/properties/flag",
        ];
        assert_eq!(invalid, right);
    }
}
