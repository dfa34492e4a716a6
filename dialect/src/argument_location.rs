//! The locations of arguments in requests.

/// The location of an argument in a request. A request without a body sends the arguments of the body
/// in its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentLocation {
    /// The last segment of the path.
    Path,
    /// The last segment of the path, and a property of the body.
    PathAndBody,
    /// The query.
    Query,
    /// A property of the body, or of the arguments of a function.
    Body,
    /// The query, and a property of the body.
    QueryAndBody,
    /// The body itself.
    WholeBody,
}

impl ArgumentLocation {
    /// Returns `true` for an argument in the path.
    #[must_use]
    pub fn is_in_path(self) -> bool {
        matches!(self, Self::Path | Self::PathAndBody)
    }

    /// Returns `true` for an argument in the query.
    #[must_use]
    pub fn is_in_query(self) -> bool {
        matches!(self, Self::Query | Self::QueryAndBody)
    }

    /// Returns `true` for an argument in the body, and for one that is the body.
    #[must_use]
    pub fn is_in_body(self) -> bool {
        !matches!(self, Self::Path | Self::Query)
    }
}
