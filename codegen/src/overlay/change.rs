//! The changes that an overlay lists.

use crate::catalog::{Placement, SchemaPlace};
use crate::diag::{Diagnostic, SourceLocation};
use crate::effect::Effect;
use crate::report::TextFindingKind;
use crate::source::Json;

/// One change: where it applies, its actions, and the reason.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// The line in the overlay, and the tool.
    pub(super) location: SourceLocation,
    /// The name of the tool, empty for a change of a resource.
    pub(super) tool: String,
    /// The resource, for a change of a resource.
    pub(super) resource: Option<String>,
    /// `at`: a JSON pointer into the tool.
    pub(super) at: Option<String>,
    /// The reason, with the link in parentheses.
    pub(super) reason: String,
    /// The actions.
    pub(super) actions: Vec<Action>,
}

impl Change {
    /// Returns `true` for a change about the instructions of an MCP server.
    pub(super) fn is_of_server(&self) -> bool {
        self.tool.is_empty() && self.at.as_deref() == Some(SERVER_PLACE)
    }

    /// Returns the error for a part of the change, `what`, that has no effect.
    pub(super) fn useless(&self, what: &str, why: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.location.clone(), format!("{what} changes nothing"))
            .because(why)
            .help("remove it")
    }
}

/// The place of the instructions of an MCP server.
pub(super) const SERVER_PLACE: &str = "/instructions";

/// One action of a change.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// `move`: the place of the tool in the API.
    Move(Placement),
    /// `request`: the name of the request type.
    Request(String),
    /// `deprecated`: the deprecation note.
    Deprecated(String),
    /// `effect`: the effect of the tool on the account.
    Effect(Effect),
    /// `identifier`: the type of the identifier at the place.
    Identifier(String),
    /// `rename`: the Rust name of the property at the place, of the resource, or of the method of
    /// a tool without a resource.
    Rename(String),
    /// `type`: the name of the enum or struct at the place.
    Type(String),
    /// `share`: the places whose types become one with the type at the place.
    Share(Vec<SchemaPlace>),
    /// `audit`: the fields of the record that a model rarely needs.
    Audit(Vec<String>),
    /// `hide`: generates no code for the tool.
    Hide,
    /// `secret`: the property at the place is a secret.
    Secret,
    /// `set`: the new value of the place.
    Set(Json),
    /// `remove`: removes the value of the place.
    Remove,
    /// `values`: the allowed values of the place.
    Values(Json),
    /// `record`: the schema of one record of the response.
    Record(Json),
    /// `allow`: the findings in texts that are allowed.
    Allow(Vec<TextFindingKind>),
}
