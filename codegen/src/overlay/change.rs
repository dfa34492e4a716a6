//! The corrections that an overlay lists.

use crate::catalog::{Effect, Placement};
use crate::diag::{Diagnostic, Location};
use crate::source::Json;

/// One correction: a tool or a place in it, what is done there, and why.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// The overlay and the line, with the tool.
    pub(super) location: Location,
    /// The name of the tool; empty if it is about a resource.
    pub(super) tool: String,
    /// The resource, if it is about one.
    pub(super) resource: Option<String>,
    /// A JSON pointer into the tool.
    pub(super) at: Option<String>,
    /// Why, with the link if there is one.
    pub(super) reason: String,
    /// What is done.
    pub(super) actions: Vec<Action>,
}

/// One thing that a change does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// `move`: the tool is called elsewhere.
    Move(Placement),
    /// `request`: the name of the request type.
    Request(String),
    /// `deprecated`: the note.
    Deprecated(String),
    /// `effect`: what the tool does to the account.
    Effect(Effect),
    /// `identifier`: the type of the identifier at the place.
    Identifier(String),
    /// `rename`: the Rust name of the property at the place, of the resource, or of the method of
    /// a tool without a resource.
    Rename(String),
    /// `type`: the name of the enum or struct at the place.
    Type(String),
    /// `hide`: nothing is generated for the tool.
    Hide,
    /// `set`: what stands at the place.
    Set(Json),
    /// `remove`: nothing stands at the place.
    Remove,
    /// `values`: the values that are allowed at the place.
    Values(Json),
    /// `record`: the schema of one record of the answer.
    Record(Json),
}

/// A problem with the sentence that names the nearest of `candidates`, if one is near.
pub(super) fn with_nearest<'name>(
    problem: Diagnostic,
    wanted: &str,
    candidates: impl Iterator<Item = &'name str>,
    otherwise: &str,
) -> Diagnostic {
    const NEAR: f64 = 0.8;
    let nearest = candidates
        .map(|candidate| (strsim::jaro_winkler(wanted, candidate), candidate))
        .filter(|(nearness, _)| *nearness >= NEAR)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    match nearest {
        Some((_, nearest)) => problem.help(format!("did you mean `{nearest}`?")),
        None => problem.help(otherwise),
    }
}
