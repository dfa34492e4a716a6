//! The mark on a tool that is gone, in the file of tombstones.

use super::raw::RawTool;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::source::{Json, child};

/// The key of the mark.
pub(crate) const GONE: &str = "gone";

/// The mark on a tool that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GoneMark<'json> {
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
pub(crate) fn read_gone<'json>(
    file: &str,
    raw: &RawTool<'json>,
) -> Result<GoneMark<'json>, Diagnostics> {
    let mark = raw.members.get(GONE).and_then(Json::as_object);
    let text = |key: &str| mark.and_then(|mark| mark.get(key)).and_then(Json::as_str);
    let Some(since) = text("since") else {
        let location = SourceLocation {
            file: file.to_owned(),
            pointer: child(&raw.pointer, GONE),
            tool: Some(raw.name.clone().into_owned()),
        };
        let problem = Diagnostic::new(
            location,
            "the tombstone does not say since when the tool is gone",
        );
        let help = "write \"gone\": {\"since\": \"2026-11-30\"}, or remove the tool from the file";
        return Err(problem.help(help).into());
    };
    Ok(GoneMark {
        since,
        version: text("version"),
    })
}
