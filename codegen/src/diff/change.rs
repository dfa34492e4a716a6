//! One change between two snapshots.

use std::fmt::{Display, Formatter, Result};

use super::kind::{ChangeKind, Grade};

/// One change between two snapshots of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Change {
    /// The name of the tool in the newer snapshot, or in the older one if the tool was removed. Empty for a
    /// change of the whole catalog.
    pub tool: String,
    /// The place inside the tool.
    pub place: ChangePlace,
    /// The kind.
    pub kind: ChangeKind,
    /// The old value, if there was one.
    pub before: Option<String>,
    /// The new value, if there is one.
    pub after: Option<String>,
    /// The effect on programs.
    pub grade: Grade,
    /// `true` if text that a model reads has changed, or something that a policy relies on, so that a
    /// person should look.
    pub reviewed_text: bool,
    /// The change of the generated code, if there is one.
    pub rust: Option<RustChange>,
}

impl Change {
    /// Creates a change with the usual grade of its kind.
    pub(super) fn new(kind: ChangeKind, tool: &str, place: ChangePlace) -> Self {
        Self {
            tool: tool.to_owned(),
            place,
            kind,
            before: None,
            after: None,
            grade: kind.usual_grade(),
            reviewed_text: kind.is_reviewed(),
            rust: None,
        }
    }

    /// Sets the old and the new value.
    pub(super) fn values(mut self, before: Option<String>, after: Option<String>) -> Self {
        self.before = before;
        self.after = after;
        self
    }

    pub(super) fn graded(mut self, grade: Grade) -> Self {
        self.grade = grade;
        self
    }

    pub(super) fn reviewed(mut self) -> Self {
        self.reviewed_text = true;
        self
    }

    /// Sets the item of the generated code, and its text before and after.
    pub(super) fn rust(
        mut self,
        item: impl Into<RustItem>,
        before: Option<String>,
        after: Option<String>,
    ) -> Self {
        self.rust = Some(RustChange {
            item: item.into(),
            before,
            after,
        });
        self
    }
}

/// A place inside a tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangePlace {
    /// The part of the tool.
    pub part: ChangedPart,
    /// A JSON pointer into the arguments or the record, `*` for each element: `/projectIds/*`. Empty for
    /// the whole part.
    pub pointer: String,
}

impl ChangePlace {
    /// The tool as a whole.
    pub(super) const TOOL: Self = Self {
        part: ChangedPart::Tool,
        pointer: String::new(),
    };
}

/// Writes `argument /projectId`, `field /id`, or the part alone.
impl Display for ChangePlace {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match (self.part, self.pointer.as_str()) {
            (ChangedPart::Tool, _) => formatter.write_str("tool"),
            (ChangedPart::Arguments, "") => formatter.write_str("arguments"),
            (ChangedPart::Response, "") => formatter.write_str("response"),
            (ChangedPart::Arguments, pointer) => write!(formatter, "argument {pointer}"),
            (ChangedPart::Response, pointer) => write!(formatter, "field {pointer}"),
        }
    }
}

/// A part of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ChangedPart {
    /// The tool as a whole.
    Tool,
    /// The arguments.
    Arguments,
    /// The response.
    Response,
}

/// An item of the generated code. It is written as a path: `ListApiKeys::limit`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustItem {
    /// The type: `ListApiKeys`. For the response of a tool, the method.
    pub owner: String,
    /// The field, the variant or the method, unless the change is about the whole type.
    pub member: Option<String>,
}

impl RustItem {
    /// Creates the item of a member.
    pub(super) fn member(owner: impl Display, member: impl Display) -> Self {
        Self {
            owner: owner.to_string(),
            member: Some(member.to_string()),
        }
    }
}

impl From<&str> for RustItem {
    fn from(owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            member: None,
        }
    }
}

impl From<&Self> for RustItem {
    fn from(item: &Self) -> Self {
        item.clone()
    }
}

impl Display for RustItem {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter.write_str(&self.owner)?;
        match &self.member {
            Some(member) => write!(formatter, "::{member}"),
            None => Ok(()),
        }
    }
}

/// The change of an item of the generated code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustChange {
    /// The item.
    pub item: RustItem,
    /// The code before, if the item existed: `Option<u64>`.
    pub before: Option<String>,
    /// The code after, if the item exists: `Option<i64>`.
    pub after: Option<String>,
}
