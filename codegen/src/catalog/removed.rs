//! The mark on a removed tool, in the file of tombstones.

use super::raw::RawTool;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::source::{Json, child};

/// The key of the mark.
pub(crate) const REMOVAL_KEY: &str = "gone";

/// The mark on a removed tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RemovalMark<'json> {
    /// The day since which the catalog does not have the tool: `2026-11-30`.
    pub(crate) since: &'json str,
    /// The version of the generated crate on that day, if it had one.
    pub(crate) version: Option<&'json str>,
}

/// Reads the mark on a tool.
///
/// # Errors
///
/// Returns an error if the tool has none.
pub(crate) fn read_removal<'json>(
    file: &str,
    raw: &RawTool<'json>,
) -> Result<RemovalMark<'json>, Diagnostics> {
    let mark = raw.members.get(REMOVAL_KEY).and_then(Json::as_object);
    let text = |key: &str| mark.and_then(|mark| mark.get(key)).and_then(Json::as_str);
    let Some(since) = text("since") else {
        let location = SourceLocation {
            file: file.to_owned(),
            pointer: child(&raw.pointer, REMOVAL_KEY),
            tool: Some(raw.name.clone().into_owned()),
        };
        let problem = Diagnostic::new(
            location,
            "the tombstone does not say since when the tool is missing",
        );
        let help = "write \"gone\": {\"since\": \"2026-11-30\"}, or remove the tool from the file";
        return Err(problem.help(help).into());
    };
    Ok(RemovalMark {
        since,
        version: text("version"),
    })
}
