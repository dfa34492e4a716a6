//! Schemas that limit values as a whole, in one form for every way to write them: references are written
//! out, lists without an order are sorted, and what only describes is left out.

use std::collections::BTreeMap;

use super::expanded::Expanded;
use super::keywords::{find_bounds, is_bound, is_limit_of_schemas, limits_values, names_integer};
use crate::schema::{Holds, holds};
use crate::source::{Json, Layout, Members, compact};

/// The schemas of one limit inside which references are written out.
const MAX_SCHEMAS: usize = 4_096;

/// The depth of schemas up to which references are written out.
const MAX_DEPTH: usize = 64;

/// Writes the value of a keyword of a schema as JSON. The number that it limits is an integer if
/// `is_integer` is set.
pub(super) fn write_limit(keyword: &str, value: &Json, is_integer: bool, root: &Json) -> String {
    let mut writer = Writer {
        root,
        open: Vec::new(),
        depth: 0,
        left: MAX_SCHEMAS,
    };
    text(&writer.value(keyword, value, is_integer))
}

struct Writer<'j> {
    /// The schema in which references are found.
    root: &'j Json,
    /// The references around the schema that is written. A circle ends at the second visit.
    open: Vec<&'j str>,
    depth: usize,
    /// The number of schemas that may still follow references.
    left: usize,
}

impl<'j> Writer<'j> {
    fn value(&mut self, keyword: &str, value: &'j Json, is_integer: bool) -> Json {
        let is_integer = is_integer && describes_same_value(keyword);
        match (holds(keyword), value) {
            (Holds::Schema, Json::Array(parts)) => {
                let parts = parts.iter().map(|part| self.schema(part, is_integer));
                let parts = parts.collect();
                match keyword {
                    "items" | "prefixItems" => Json::Array(parts),
                    _ => sorted(parts),
                }
            }
            (Holds::Schema, part) => self.schema(part, is_integer),
            (Holds::SchemaMap, Json::Object(members)) => {
                object(members.iter().map(|(name, part)| {
                    let part = self.schema_of_other_value(part);
                    (name.clone(), part)
                }))
            }
            (_, Json::Object(members))
                if matches!(keyword, "dependencies" | "dependentRequired") =>
            {
                object(members.iter().map(|(name, needed)| {
                    let needed = match needed {
                        Json::Array(names) => sorted(names.clone()),
                        schema => self.schema_of_other_value(schema),
                    };
                    (name.clone(), needed)
                }))
            }
            (_, Json::Array(names)) if keyword == "type" && names.len() == 1 => {
                names.first().cloned().unwrap_or_default()
            }
            (_, Json::Array(elements)) if matches!(keyword, "enum" | "required" | "type") => {
                sorted(elements.clone())
            }
            (_, value) => value.clone(),
        }
    }

    /// Writes a schema whose value need not be an integer, unless the schema says so.
    fn schema_of_other_value(&mut self, schema: &'j Json) -> Json {
        self.schema(schema, false)
    }

    fn schema(&mut self, schema: &'j Json, is_integer: bool) -> Json {
        let Some(expanded) = Expanded::of(schema, self.root) else {
            return schema.clone();
        };
        let is_circle = expanded.references.iter().any(|it| self.open.contains(it));
        self.left = self.left.saturating_sub(1);
        let is_large = self.left == 0 || self.depth > MAX_DEPTH;
        if let (Some(reference), true) = (expanded.references.first(), is_circle || is_large) {
            let reference = Json::String((*reference).to_owned());
            return object([("$ref".to_owned(), reference)].into_iter());
        }
        let around = self.open.len();
        self.open.extend(&expanded.references);
        self.depth += 1;
        let written = self.keywords(&expanded.keywords, is_integer);
        self.depth -= 1;
        self.open.truncate(around);
        written
    }

    fn keywords(&mut self, keywords: &BTreeMap<&'j str, &'j Json>, is_integer: bool) -> Json {
        let is_integer = is_integer || keywords.get("type").is_some_and(|ty| names_integer(ty));
        let bounds = find_bounds(keywords, is_integer).into_values();
        let bounds = bounds.map(|(.., effective)| {
            let (keyword, limit) = effective.written();
            (keyword.to_owned(), number(&limit.to_string()))
        });
        let kept = keywords.iter();
        let kept = kept.filter(|(keyword, value)| is_kept(keyword, value, keywords));
        let others = kept.map(|(keyword, value)| {
            let written = self.value(keyword, value, is_integer);
            match (*keyword, written) {
                ("enum", Json::Array(values)) if values.len() == 1 => {
                    let only = values.into_iter().next();
                    ("const".to_owned(), only.unwrap_or_default())
                }
                (keyword, written) => (keyword.to_owned(), written),
            }
        });
        object(bounds.chain(others))
    }
}

/// Returns `true` for a keyword other than a bound that refuses values inside a limit.
fn is_kept(keyword: &str, value: &Json, keywords: &BTreeMap<&str, &Json>) -> bool {
    let is_everything = match value {
        Json::Bool(value) => *value,
        Json::Object(members) => members.is_empty(),
        _ => false,
    };
    match keyword {
        _ if is_bound(keyword) => false,
        "type" | "enum" | "const" | "$ref" | "$dynamicRef" | "$recursiveRef" => true,
        "required" => !matches!(value, Json::Array(names) if names.is_empty()),
        "nullable" => *value == Json::Bool(true),
        "format" => !matches!(value, Json::String(format) if format.is_empty()),
        "$defs" | "definitions" => false,
        // No type shows it here.
        "additionalProperties" => !is_everything,
        _ => {
            let is_schema = holds(keyword) != Holds::Value;
            let is_limit = limits_values(keyword, value, keywords);
            is_limit || (is_schema && !is_everything && !is_limit_of_schemas(keyword))
        }
    }
}

/// Returns `true` if the schemas of a keyword describe the value that the schema around them does.
fn describes_same_value(keyword: &str) -> bool {
    matches!(
        keyword,
        "allOf" | "anyOf" | "else" | "if" | "not" | "oneOf" | "then"
    )
}

fn sorted(mut elements: Vec<Json>) -> Json {
    elements.sort_by_cached_key(text);
    elements.dedup();
    Json::Array(elements)
}

fn text(json: &Json) -> String {
    compact(&Layout::from(json))
}

/// Returns a number without rounding it.
fn number(text: &str) -> Json {
    match text.parse::<serde_json::Number>() {
        Ok(number) if number.to_string() == text => Json::Number(number),
        _ => Json::String(text.to_owned()),
    }
}

fn object(members: impl Iterator<Item = (String, Json)>) -> Json {
    let mut object = Members::default();
    for (key, value) in members {
        object.insert(key, value);
    }
    Json::Object(object)
}
