//! Entries of tool lists that are not functions: tools that the provider of a model runs or defines, and
//! marks such as cache points.

use super::wrapped::{GROUPS, has_input, is_definition, wrapped};
use crate::source::{Json, Members};

/// The keys of entries that only a provider understands, in lower case and without underscores: of
/// Gemini, then of Amazon Bedrock.
const ENTRY_KEYS: [&str; 15] = [
    "codeexecution",
    "computeruse",
    "enterprisewebsearch",
    "externalapi",
    "filesearch",
    "googlemaps",
    "googlesearch",
    "googlesearchretrieval",
    "mcpservers",
    "parallelaisearch",
    "retrieval",
    "urlcontext",
    "cachepoint",
    "modeltool",
    "systemtool",
];

/// Returns `true` for a key of an entry that only a provider understands.
fn is_entry_key(key: &str) -> bool {
    let plain = key.replace('_', "").to_ascii_lowercase();
    ENTRY_KEYS.contains(&plain.as_str())
}

/// An entry that is not a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotAFunction {
    /// The name, the key or the type of the entry, if it has one.
    pub(super) label: String,
    /// The reason.
    pub(super) reason: String,
}

impl NotAFunction {
    fn keyed(key: &str) -> Self {
        Self {
            label: key.to_owned(),
            reason: "only the provider of the model understands this key".to_owned(),
        }
    }
}

/// Returns why an entry is a tool of the provider, or `None` if it is not. `members` are those of the
/// function inside the wrapper `outer`, or the same.
pub(super) fn provider_entry(outer: &Members, members: &Members) -> Option<NotAFunction> {
    if has_input(members) || wrapped(outer).is_some() {
        return None;
    }
    let text = |members: &Members, key: &str| -> Option<String> {
        let text = members.get(key).and_then(Json::as_str);
        text.filter(|text| !text.trim().is_empty())
            .map(str::to_owned)
    };
    let name = text(outer, "name");
    match text(outer, "type") {
        Some(kind) if kind == "function" => None,
        Some(kind) => {
            let reason = match kind.as_str() {
                "custom" => "a tool of type `custom` takes free text, not arguments".to_owned(),
                kind => format!("its type is `{kind}`, which the provider of the model defines"),
            };
            // `{"type": "custom", "custom": {"name": …}}`
            let inner = outer.get(&kind).and_then(Json::as_object);
            let label = name.or_else(|| text(inner?, "name")).unwrap_or(kind);
            Some(NotAFunction { label, reason })
        }
        None if name.is_some() => None,
        None => {
            let mut given = outer.iter().filter(|(_, value)| **value != Json::Null);
            let (key, _) = given.find(|(key, _)| is_entry_key(key))?;
            Some(NotAFunction::keyed(key))
        }
    }
}

/// Returns why an entry defines nothing that could be called, or `None` if it does.
pub(super) fn empty_entry(outer: &Members, members: &Members) -> Option<NotAFunction> {
    let says = |key: &str| members.get(key).is_some_and(|value| *value != Json::Null);
    let is_function = outer.get("type").and_then(Json::as_str) == Some("function");
    if ["name", "title", "description"].into_iter().any(says)
        || is_function
        || wrapped(outer).is_some()
        || has_input(members)
    {
        return None;
    }
    let mut given = outer.iter().filter(|(_, value)| **value != Json::Null);
    Some(NotAFunction {
        label: given.next().map(|(key, _)| key.clone()).unwrap_or_default(),
        reason: "it has neither a name nor a schema of arguments".to_owned(),
    })
}

/// Returns the entries next to the functions of a group, each with its key:
/// `{"functionDeclarations": […], "googleSearch": {}}`.
pub(super) fn entries_beside(members: &Members) -> impl Iterator<Item = (&str, NotAFunction)> {
    let others = members.iter().filter(|(key, value)| {
        !GROUPS.contains(&key.as_str()) && is_entry_key(key) && **value != Json::Null
    });
    others.map(|(key, _)| (key.as_str(), NotAFunction::keyed(key)))
}

/// Returns `true` for an entry of a list of functions, whether it is a function or not.
pub(super) fn is_entry(members: &Members) -> bool {
    let is_named = members.contains_key("name") || members.contains_key("custom");
    let kind = members.get("type").and_then(Json::as_str);
    is_definition(members)
        || is_named && matches!(kind, Some("function" | "custom"))
        || members.keys().any(|key| is_entry_key(key))
}
