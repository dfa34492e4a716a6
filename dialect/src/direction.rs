//! The direction in which a value travels.

/// The direction in which a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Sent, as arguments: unknown names are problems, and every check is run.
    Request,
    /// Received, as a record: unknown fields and values are kept, and checks are not run.
    Response,
}
