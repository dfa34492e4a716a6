//! What was tried before a call failed.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::TransportErrorKind;

/// One try of a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The status of the answer, if there was one.
    pub status: Option<StatusCode>,
    /// Why there was no answer, or not all of it.
    pub kind: Option<TransportErrorKind>,
    /// When it was sent, counted from the beginning of the call.
    pub began: Duration,
    /// How long it had waited for its turn.
    pub waited: Duration,
    /// How long it took.
    pub took: Duration,
}

/// The cause in a word or two: `502`, `no connection`.
impl fmt::Display for Attempt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status, self.kind) {
            (Some(status), _) => write!(formatter, "{}", status.as_u16()),
            (None, Some(kind)) => fmt::Display::fmt(&kind, formatter),
            (None, None) => formatter.write_str("nothing"),
        }
    }
}
