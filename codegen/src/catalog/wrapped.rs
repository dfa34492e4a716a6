//! What providers write around a function: groups, wrappers, and a wrapper around its schema.

use crate::source::{Json, Members, child};

/// The schema of the arguments, in the canonical form first, then as OpenAI, Anthropic and Gemini
/// call it.
const INPUT_KEYS: [&str; 5] = [
    "inputSchema",
    "parameters",
    "input_schema",
    "parametersJsonSchema",
    "parameters_json_schema",
];

/// The schema of the answer, in the canonical form first.
const OUTPUT_KEYS: [&str; 4] = [
    "outputSchema",
    "output_schema",
    "responseJsonSchema",
    "response_json_schema",
];

/// Where one object holds one function: OpenAI's chat, Amazon Bedrock.
const WRAPPERS: [&str; 2] = ["function", "toolSpec"];

/// Where one object holds several functions: Gemini.
const GROUPS: [&str; 2] = ["functionDeclarations", "function_declarations"];

/// A schema of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundSchema<'json> {
    /// Its pointer, from the function.
    pub(crate) pointer: &'static str,
    /// What the canonical form calls it.
    pub(crate) key: &'static str,
    /// The schema.
    pub(crate) json: &'json Json,
}

/// Whether an object defines a function, or several.
pub(super) fn is_definition(members: &Members) -> bool {
    let is_named = members.contains_key("name") || members.contains_key("title");
    wrapped(members).is_some() || group(members).is_some() || has_input(members) && is_named
}

/// Whether a function says what it takes.
pub(super) fn has_input(members: &Members) -> bool {
    INPUT_KEYS.iter().any(|key| members.contains_key(key))
}

/// The function inside a wrapper, and the key that it stands under.
pub(super) fn wrapped(members: &Members) -> Option<(&'static str, &Members)> {
    let mut wrappers = WRAPPERS.into_iter();
    wrappers.find_map(|key| Some((key, members.get(key)?.as_object()?)))
}

/// The entries of a list, each with its pointer; those of a group stand for it.
pub(super) fn ungrouped<'json>(pointer: &str, list: &'json [Json]) -> Vec<(String, &'json Json)> {
    let mut entries = Vec::with_capacity(list.len());
    for (index, entry) in list.iter().enumerate() {
        let pointer = child(pointer, &index.to_string());
        match entry.as_object().and_then(group) {
            Some((key, inner)) => entries.extend(ungrouped(&child(&pointer, key), inner)),
            None => entries.push((pointer, entry)),
        }
    }
    entries
}

/// The functions of a group, and the key that they stand under.
pub(super) fn group(members: &Members) -> Option<(&'static str, &[Json])> {
    let mut groups = GROUPS.into_iter();
    groups.find_map(|key| Some((key, members.get(key)?.as_array()?)))
}

/// The schema of the arguments of the function at `pointer`.
pub(crate) fn input_schema<'json>(
    pointer: &str,
    members: &'json Members,
) -> Option<FoundSchema<'json>> {
    let found = find_schema(members, &INPUT_KEYS)?;
    let inner = found.json.as_object().and_then(|outer| outer.get("json"));
    match inner {
        // `{"toolSpec": {"inputSchema": {"json": …}}}`
        Some(json) if pointer.ends_with("/toolSpec") => Some(FoundSchema {
            pointer: "inputSchema/json",
            json,
            ..found
        }),
        _ => Some(found),
    }
}

/// The schema of the answer of a function.
pub(crate) fn output_schema(members: &Members) -> Option<FoundSchema<'_>> {
    find_schema(members, &OUTPUT_KEYS)
}

/// The first of the keys that says something.
fn find_schema<'json>(
    members: &'json Members,
    keys: &[&'static str],
) -> Option<FoundSchema<'json>> {
    let key = *keys.first()?;
    let mut found = keys
        .iter()
        .filter_map(|pointer| Some((*pointer, members.get(pointer)?)));
    let (pointer, json) = found.find(|(_, json)| **json != Json::Null)?;
    Some(FoundSchema { pointer, key, json })
}
