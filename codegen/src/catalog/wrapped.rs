//! The objects in which providers wrap functions and their schemas.

use crate::source::{Json, Members, child};

/// The keys of the schema of the arguments: the canonical key, then those of OpenAI, Anthropic and
/// Gemini.
const INPUT_KEYS: [&str; 5] = [
    "inputSchema",
    "parameters",
    "input_schema",
    "parametersJsonSchema",
    "parameters_json_schema",
];

/// The keys of the schema of the result, the canonical key first.
const OUTPUT_KEYS: [&str; 4] = [
    "outputSchema",
    "output_schema",
    "responseJsonSchema",
    "response_json_schema",
];

/// The keys of objects that wrap one function: OpenAI chat completions, Amazon Bedrock.
const WRAPPERS: [&str; 2] = ["function", "toolSpec"];

/// The keys of objects that contain several functions: Gemini.
pub(super) const GROUPS: [&str; 2] = ["functionDeclarations", "function_declarations"];

/// A schema found in a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundSchema<'json> {
    /// The pointer from the function, without the leading slash.
    pub(crate) pointer: &'static str,
    /// The canonical key.
    pub(crate) key: &'static str,
    /// The schema.
    pub(crate) json: &'json Json,
}

/// Returns `true` if an object defines one or several functions.
pub(super) fn is_definition(members: &Members) -> bool {
    let is_named = members.contains_key("name") || members.contains_key("title");
    wrapped(members).is_some() || group(members).is_some() || has_input(members) && is_named
}

/// Returns `true` if a function has a schema of its arguments.
pub(super) fn has_input(members: &Members) -> bool {
    INPUT_KEYS.iter().any(|key| members.contains_key(key))
}

/// Returns the function in a wrapper, and its key.
pub(super) fn wrapped(members: &Members) -> Option<(&'static str, &Members)> {
    let mut wrappers = WRAPPERS.into_iter();
    wrappers.find_map(|key| Some((key, members.get(key)?.as_object()?)))
}

/// The entries of a list, with those of groups in their place.
#[derive(Debug, Default)]
pub(super) struct Entries<'json> {
    /// The entries with their pointers.
    pub(super) list: Vec<(String, &'json Json)>,
    /// The groups with their pointers.
    pub(super) groups: Vec<(String, &'json Members)>,
}

impl<'json> Entries<'json> {
    /// Adds the entries of the list at `pointer`.
    pub(super) fn add(&mut self, pointer: &str, list: &'json [Json]) {
        for (index, entry) in list.iter().enumerate() {
            let pointer = child(pointer, &index.to_string());
            let members = entry.as_object();
            match members.and_then(|members| Some((members, group(members)?))) {
                Some((members, (key, inner))) => {
                    self.add(&child(&pointer, key), inner);
                    self.groups.push((pointer, members));
                }
                None => self.list.push((pointer, entry)),
            }
        }
    }
}

/// Returns the functions of a group, and their key. An OpenAI namespace is a group too.
pub(super) fn group(members: &Members) -> Option<(&'static str, &[Json])> {
    let is_namespace = members.get("type").and_then(Json::as_str) == Some("namespace");
    let namespace = is_namespace.then_some("tools");
    let mut groups = GROUPS.into_iter().chain(namespace);
    groups.find_map(|key| Some((key, members.get(key)?.as_array()?)))
}

/// Returns the schema of the arguments of the function at `pointer`.
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

/// Returns the canonical form of a pointer into a tool that begins with the key of a provider:
/// `/inputSchema/properties/a` for `/parameters/properties/a`. Returns `None` for any other pointer.
pub(crate) fn canonical_pointer(pointer: &str) -> Option<String> {
    let rest = pointer.strip_prefix('/')?;
    let mut wrappers = WRAPPERS.iter();
    let unwrapped = wrappers.find_map(|key| rest.strip_prefix(key)?.strip_prefix('/'));
    let (key, inner) = {
        let rest = unwrapped.unwrap_or(rest);
        rest.split_once('/').unwrap_or((rest, ""))
    };
    let inner = match inner.strip_prefix("json") {
        Some(below) if unwrapped.is_some() && (below.is_empty() || below.starts_with('/')) => {
            below.trim_start_matches('/')
        }
        _ => inner,
    };
    let mut lists = [INPUT_KEYS.as_slice(), &OUTPUT_KEYS].into_iter();
    let canonical = lists.find(|keys| keys.contains(&key))?.first()?;
    let separator = if inner.is_empty() { "" } else { "/" };
    let canonical = format!("/{canonical}{separator}{inner}");
    (canonical != pointer).then_some(canonical)
}

/// Returns the schema of the result of a function.
pub(crate) fn output_schema(members: &Members) -> Option<FoundSchema<'_>> {
    find_schema(members, &OUTPUT_KEYS)
}

/// Returns the first schema that is not null.
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
