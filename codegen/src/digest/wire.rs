//! Names on the wire. Most of them follow from the Rust names, so that a page shows only the others.

use heck::ToLowerCamelCase as _;

use super::line::shorten;
use crate::ident::Ident;
use crate::model::{Api, StructFields};

/// The characters of a name on the wire that are shown.
const MAX_NAME: usize = 60;

/// The relation of the names of a catalog on the wire to the Rust names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WireStyle {
    /// `project_id` is `project_id`.
    Same,
    /// `project_id` is `projectId`.
    Camel,
}

impl WireStyle {
    /// Returns the style that more names of the catalog follow.
    pub(super) fn of(api: &Api) -> Self {
        let of_requests = api.operations().flat_map(|operation| {
            let fields = operation.request.fields.iter();
            fields.map(|field| (&field.ident, field.wire.as_str()))
        });
        let of_structs = api.structs.iter().flat_map(|item| {
            let (sent, received) = match &item.fields {
                StructFields::Request { fields, .. } => (fields.as_slice(), [].as_slice()),
                StructFields::Response { fields, .. } => ([].as_slice(), fields.as_slice()),
            };
            let sent = sent.iter().map(|field| (&field.ident, field.wire.as_str()));
            let received = received.iter();
            sent.chain(received.map(|field| (&field.ident, field.wire.as_str())))
        });
        let (mut same, mut camel) = (0_usize, 0_usize);
        for (ident, wire) in of_requests.chain(of_structs) {
            same += usize::from(Self::Same.follows(ident, wire));
            camel += usize::from(Self::Camel.follows(ident, wire));
        }
        if camel > same {
            Self::Camel
        } else {
            Self::Same
        }
    }

    /// Returns `true` if the name on the wire follows from the Rust name.
    fn follows(self, ident: &Ident, wire: &str) -> bool {
        match self {
            Self::Same => ident.plain() == wire,
            Self::Camel => ident.plain().to_lower_camel_case() == wire,
        }
    }

    /// Returns what a comment says about the name on the wire, or `None` if it follows from the Rust
    /// name.
    pub(super) fn remark(self, ident: &Ident, wire: &str) -> Option<String> {
        (!self.follows(ident, wire)).then(|| format!("{:?} on the wire", shorten(wire, MAX_NAME)))
    }
}

/// Adds a remark in parentheses to a comment.
pub(super) fn with_remarks(comment: String, remarks: &[String]) -> String {
    if remarks.is_empty() {
        return comment;
    }
    let remarks = remarks.join(", ");
    if comment.is_empty() {
        return remarks;
    }
    let dot = if comment.ends_with(['.', '…', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{comment}{dot} ({remarks})")
}
