//! Tools as they stand in a document, before they are parsed.

use std::borrow::Cow;

use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::source::{Json, Members, child, quoted, shortened};

/// A tool as it stands in the document: an object with a name of its own.
#[derive(Debug, Clone)]
pub(crate) struct RawTool<'json> {
    /// Its pointer.
    pub(crate) pointer: String,
    /// Its name.
    pub(crate) name: Cow<'json, str>,
    /// All of it.
    pub(crate) members: &'json Members,
}

/// What a document holds.
#[derive(Debug, Default)]
pub(crate) struct LoadedTools<'json> {
    /// The tools, in the order of the document.
    pub(crate) tools: Vec<RawTool<'json>>,
    /// What is wrong with the list.
    pub(crate) problems: Diagnostics,
    /// What was read otherwise than it stands there.
    pub(crate) remarks: Vec<Diagnostic>,
}

/// The problem of a document that is the error of a server.
pub(super) fn name_of_error(place: &SourceLocation, members: &Members) -> Option<Diagnostic> {
    let text =
        |members: &Members, key: &str| members.get(key).and_then(Json::as_str).map(str::to_owned);
    let inner = members.get("error").and_then(Json::as_object);
    let message = text(members, "message")
        .or(text(members, "error"))
        .or(inner.and_then(|inner| text(inner, "message")))?;
    let what = format!(
        "this is an error, not a catalog: {}",
        quoted(&shortened(&message))
    );
    let problem = Diagnostic::new(place.clone(), what);
    Some(problem.help("correct what it says, and fetch the catalog again"))
}

/// What stands in a list of tools and is none.
pub(super) fn no_object(place: SourceLocation, json: &Json) -> Diagnostic {
    let what = format!("a tool must be an object, but this is {}", json.kind());
    Diagnostic::new(place, what).help("remove it from the list")
}

/// The name of a tool.
pub(super) fn load_name<'json>(
    place: &SourceLocation,
    members: &'json Members,
) -> Result<&'json str, Diagnostics> {
    load_text(place.clone(), members, "name")
}

/// The text of a key that every tool has.
pub(super) fn load_text<'json>(
    place: SourceLocation,
    members: &'json Members,
    key: &str,
) -> Result<&'json str, Diagnostics> {
    let what = match members.get(key) {
        Some(Json::String(text)) if !text.trim().is_empty() => return Ok(text),
        Some(Json::String(_)) => format!("the {key} of the tool is empty"),
        None | Some(Json::Null) => format!("the tool has no {key}"),
        Some(other) => format!(
            "the {key} of the tool must be text, but it is {}",
            other.kind()
        ),
    };
    let location = match members.get(key) {
        Some(_) => SourceLocation {
            pointer: child(&place.pointer, key),
            ..place
        },
        None => place,
    };
    Err(Diagnostic::new(location, what)
        .help(format!("give the tool a {key}"))
        .into())
}
