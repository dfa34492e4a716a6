//! Tools in a document, before they are parsed.

use std::borrow::Cow;

use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::report::SkippedEntry;
use crate::source::{Json, Members, child, quoted, shortened};

/// An unparsed tool: an object with a unique name.
#[derive(Debug, Clone)]
pub(crate) struct RawTool<'json> {
    /// The JSON pointer of the tool in the file.
    pub(crate) pointer: String,
    /// The name of the tool.
    pub(crate) name: Cow<'json, str>,
    /// The members of the object.
    pub(crate) members: &'json Members,
}

/// The tools of a document, unparsed.
#[derive(Debug, Default)]
pub(crate) struct LoadedTools<'json> {
    /// The tools, in the order of the document.
    pub(crate) tools: Vec<RawTool<'json>>,
    /// The errors of the document, which is not a list of tools.
    pub(crate) problems: Diagnostics,
    /// The entries that are meant as tools and cannot be used.
    pub(crate) unusable: Vec<UnusableEntry<'json>>,
    /// The entries that are not functions, with their reasons.
    pub(crate) not_functions: Vec<SkippedEntry>,
    /// Remarks on tools that were left out, renamed or found twice.
    pub(crate) remarks: Vec<Diagnostic>,
}

impl LoadedTools<'_> {
    /// Returns the errors of the document and of its entries.
    pub(crate) fn all_problems(&self) -> Diagnostics {
        let mut problems = self.problems.clone();
        for entry in &self.unusable {
            problems.extend(entry.problems.clone());
        }
        problems
    }
}

/// An entry of a list that is meant as a tool and cannot be used: it has no name, or that of another
/// tool, or is not an object.
#[derive(Debug, Clone)]
pub(crate) struct UnusableEntry<'json> {
    /// The JSON pointer of the entry in the file.
    pub(crate) pointer: String,
    /// The name, if it has one.
    pub(crate) name: Option<&'json str>,
    /// The entry.
    pub(crate) json: &'json Json,
    /// The errors.
    pub(crate) problems: Diagnostics,
}

/// Returns the error for a document that is the error response of a server.
pub(super) fn name_of_error(place: &SourceLocation, members: &Members) -> Option<Diagnostic> {
    let text =
        |members: &Members, key: &str| members.get(key).and_then(Json::as_str).map(str::to_owned);
    let inner = members.get("error").and_then(Json::as_object);
    let message = text(members, "message")
        .or(text(members, "error"))
        .or(inner.and_then(|inner| text(inner, "message")))?;
    let what = format!(
        "this is an error response, not a catalog: {}",
        quoted(&shortened(&message))
    );
    let problem = Diagnostic::new(place.clone(), what);
    Some(problem.help("resolve the error, and fetch the catalog again"))
}

/// Returns the error for an entry of a tool list that is not an object.
pub(super) fn not_an_object(place: SourceLocation, json: &Json) -> Diagnostic {
    let what = format!("a tool must be an object, but this is {}", json.kind());
    Diagnostic::new(place, what).help("remove it from the list")
}

/// Returns the name of a tool.
pub(super) fn load_name<'json>(
    place: &SourceLocation,
    members: &'json Members,
) -> Result<&'json str, Diagnostics> {
    load_text(place.clone(), members, "name")
}

/// Returns the entry of the report for a tool that cannot be read.
pub(crate) fn describe_unreadable(
    pointer: &str,
    name: &str,
    problems: &Diagnostics,
) -> SkippedEntry {
    let reasons =
        problems.iter().map(
            |problem| match problem.location.pointer.strip_prefix(pointer) {
                Some("") | None => problem.what.clone(),
                Some(inner) => format!("{} (at `{inner}`)", problem.what),
            },
        );
    SkippedEntry {
        pointer: pointer.to_owned(),
        name: name.trim().to_owned(),
        reason: reasons.collect::<Vec<_>>().join("; "),
    }
}

/// Returns the name of an entry that is an object and has one.
pub(super) fn name_of(json: &Json) -> Option<&str> {
    json.as_object()?.get("name")?.as_str()
}

/// Returns the string of a key that every tool must have.
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
            "the {key} of the tool must be a string, but it is {}",
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
        .help(format!("add a {key} to the tool"))
        .into())
}
