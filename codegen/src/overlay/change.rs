//! The corrections that an overlay lists.

use crate::catalog::Placement;
use crate::diag::SourceLocation;
use crate::effect::Effect;
use crate::source::Json;

/// One correction: a tool or a place in it, what is done there, and why.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// The overlay and the line, with the tool.
    pub(super) location: SourceLocation,
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
