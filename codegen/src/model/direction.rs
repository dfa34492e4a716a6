//! The direction of values.

/// The direction in which a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// In a request: strict, with unknown properties rejected.
    Request,
    /// In a response: lenient, with unknown properties kept.
    Response,
}
