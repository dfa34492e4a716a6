//! The schema of a generated tool's arguments, in one object.

use super::separate::{Separated, names_of, separate, separate_open};
use super::tree::{Members, Tree, members, put};
use crate::json_pointer;

/// The arguments of a tool, in the parts that a catalog has: the command `page` has no `ToolSpec`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct ArgumentParts<'a> {
    /// The schema of the query as JSON; empty without one.
    pub query_schema: &'a str,
    /// The schema of the body as JSON; empty without one.
    pub body_schema: &'a str,
    /// `true` if the tool belongs to a resource.
    pub has_resource: bool,
    /// The arguments.
    pub arguments: &'a [ArgumentPart<'a>],
}

/// An argument of a tool.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct ArgumentPart<'a> {
    /// The name on the wire.
    pub name: &'a str,
    /// `true` if it is in the path.
    pub is_in_path: bool,
    /// `true` if it is the whole body.
    pub is_whole_body: bool,
    /// `true` if it must be present.
    pub is_required: bool,
}

/// Parses a schema of a tool; `None` if there is none.
fn parse_schema(text: &str) -> Option<Tree> {
    let schema: Tree = serde_json::from_str(text).ok()?;
    schema.is_object().then_some(schema)
}

/// Joins the schemas of the query and the body, and adds what only the request type knows: the
/// argument in the path, an argument that is the whole body, and the required arguments.
///
/// An argument in the path that no schema has comes first, then those of the query, of the body, and
/// the whole body.
pub(super) fn join_parts(parts: ArgumentParts<'_>) -> Tree {
    let query = parse_schema(parts.query_schema);
    let body = parse_schema(parts.body_schema);
    let fields = parts.arguments;
    let whole_body = fields.iter().find(|field| field.is_whole_body);
    let (body, whole_body) = match (body, whole_body) {
        // A tool without a resource takes arguments that are not an object unchanged, not under
        // the name of the Rust field.
        (Some(body), Some(_)) if !parts.has_resource => return body,
        (body, Some(field)) => {
            let body = body.unwrap_or_else(|| Tree::Object(Members::new()));
            (None, Some((field.name, body)))
        }
        (body, None) => (body, None),
    };
    let others: Vec<&str> = fields
        .iter()
        .filter(|field| field.is_in_path || field.is_whole_body)
        .map(|field| field.name)
        .collect();
    let mut schema = match (query, body) {
        (Some(query), Some(body)) => join(query, &body, &others),
        (query, body) => query.or(body).map_or_else(
            || Tree::Object(members! {"type": "object"}),
            |part| separate(&part, &others),
        ),
    };
    let Some(members) = schema.as_object_mut() else {
        return schema;
    };
    let properties = entry(members, "properties", Tree::Object(Members::new()));
    if let Some(properties) = properties.as_object_mut() {
        if let Some((name, schema)) = whole_body {
            let pointer = json_pointer::join("#/properties", name);
            put(properties, name, rebase(&schema, &pointer));
        }
        for field in fields.iter().rev().filter(|field| field.is_in_path) {
            if !properties.contains_key(field.name) {
                let text = Tree::Object(members! {"type": "string"});
                properties.shift_insert(0, field.name.to_owned(), text);
            }
        }
    }
    let required = entry(members, "required", Tree::Array(Vec::new()));
    if let Some(required) = required.as_array_mut() {
        for field in fields.iter().filter(|field| field.is_required) {
            let is_known = required.iter().any(|name| name == field.name);
            if !is_known {
                required.push(Tree::from(field.name));
            }
        }
    }
    schema
}

/// Returns a member, which is added if it is not there.
fn entry<'a>(members: &'a mut Members, name: &str, default: Tree) -> &'a mut Tree {
    members.entry(name.to_owned()).or_insert(default)
}

/// Joins two schemas of objects. A property of both has the schema of the body, which the request
/// type checks, and is required if either schema requires it.
fn join(mut query: Tree, body: &Tree, others: &[&str]) -> Tree {
    let of_body = body.get("properties").and_then(Tree::as_object);
    let of_query = query
        .as_object_mut()
        .and_then(|query| query.get_mut("properties"));
    if let (Some(Tree::Object(of_query)), Some(of_body)) = (of_query, of_body) {
        for (name, schema) in of_query.iter_mut() {
            if of_body.contains_key(name) {
                *schema = Tree::Bool(true);
            }
        }
    }
    if is_plain(&query) && is_plain(body) {
        return join_plain(&query, body);
    }
    let of_query = separate_beside(&query, body, others);
    let of_body = separate_beside(body, &query, others);
    let names = of_query.names.iter().chain(&of_body.names);
    let names = names.map(|name| (name.clone(), Tree::Bool(true)));
    let parts =
        ["query", "body"].map(|part| Tree::Object(members! {"$ref": format!("#/$defs/{part}")}));
    let mut joined = members! {
        "type": "object",
        "properties": names.collect::<Tree>(),
        "allOf": parts,
    };
    let names_all = of_query.names_all && of_body.names_all;
    let additional = [
        (body, &of_body, "#/$defs/body"),
        (&query, &of_query, "#/$defs/query"),
    ]
    .into_iter()
    .find_map(|(part, separated, pointer)| {
        let is_movable = part.get("$id").is_none();
        Some(rebase(separated.additional.as_ref()?, pointer)).filter(|_| is_movable)
    });
    if let Some(additional) = additional.filter(|_| names_all) {
        put(&mut joined, "additionalProperties", additional);
    }
    let definitions = members! {
        "query": rebase(&of_query.schema, "#/$defs/query"),
        "body": rebase(&of_body.schema, "#/$defs/body"),
    };
    put(&mut joined, "$defs", definitions);
    Tree::Object(joined)
}

/// Separates a part from the other one and the `others`.
fn separate_beside(part: &Tree, beside: &Tree, others: &[&str]) -> Separated {
    let names = names_of(beside);
    let others: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .chain(others.iter().copied())
        .collect();
    separate_open(part, &others)
}

/// Returns `true` for a schema with properties and nothing that concerns several of them.
fn is_plain(schema: &Tree) -> bool {
    const PLAIN_KEYWORDS: [&str; 7] = [
        "$schema",
        "type",
        "title",
        "description",
        "properties",
        "required",
        "additionalProperties",
    ];
    schema.as_object().is_some_and(|members| {
        members
            .keys()
            .all(|keyword| PLAIN_KEYWORDS.contains(&keyword.as_str()))
    })
}

fn join_plain(query: &Tree, body: &Tree) -> Tree {
    let mut properties = Members::new();
    let mut required: Vec<Tree> = Vec::new();
    for schema in [query, body] {
        let own = schema.get("properties").and_then(Tree::as_object);
        for (name, schema) in own.into_iter().flatten() {
            properties.insert(name.clone(), schema.clone());
        }
        let names = schema.get("required").and_then(Tree::as_array);
        for name in names.into_iter().flatten() {
            if !required.contains(name) {
                required.push(name.clone());
            }
        }
    }
    let mut joined = members! {"type": "object", "properties": properties, "required": required};
    let additional = body
        .get("additionalProperties")
        .or(query.get("additionalProperties"));
    if let Some(additional) = additional {
        put(&mut joined, "additionalProperties", additional.clone());
    }
    Tree::Object(joined)
}

/// Moves a schema below `pointer`, and its references with it. References inside a schema with an
/// `$id` are relative to that schema, and anchors have one name in the whole document.
fn rebase(schema: &Tree, pointer: &str) -> Tree {
    match schema {
        Tree::Object(members) => {
            let id = members.get("$id").and_then(Tree::as_str);
            if id.is_some_and(|id| !id.starts_with('#')) {
                return schema.clone();
            }
            let members = members.iter().map(|(key, value)| {
                let fragment = value.as_str().and_then(|text| text.strip_prefix('#'));
                let moved = match (key.as_str(), fragment) {
                    ("$ref", Some(fragment))
                        if fragment.is_empty() || fragment.starts_with('/') =>
                    {
                        Tree::String(format!("{pointer}{fragment}"))
                    }
                    _ => rebase(value, pointer),
                };
                (key.clone(), moved)
            });
            members.collect()
        }
        Tree::Array(elements) => elements
            .iter()
            .map(|element| rebase(element, pointer))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_property_of_both_schemas_has_the_schema_of_the_body() {
        let body = r#"{"type": "object", "properties": {"a": {"type": "integer"}}}"#;
        for rule in ["", r#", "minProperties": 1"#] {
            let query = format!(
                r#"{{"type": "object", "required": ["a"], "properties": {{"a": {{"type": "string"}}, "b": {{}}}}{rule}}}"#
            );
            let joined = join(
                serde_json::from_str(&query).unwrap(),
                &serde_json::from_str(body).unwrap(),
                &[],
            );
            let validator = jsonschema::validator_for(&joined.to_json()).unwrap();
            assert!(validator.is_valid(&json!({"a": 1, "b": 2})), "{joined}");
            assert!(!validator.is_valid(&json!({"a": "1"})), "{joined}");
            assert!(!validator.is_valid(&json!({"b": 2})), "{joined}");
        }
    }
}
