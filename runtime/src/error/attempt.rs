//! The failed attempts of a call.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::TransportErrorKind;

/// One failed attempt of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The status of the response, if there was one.
    pub status: Option<StatusCode>,
    /// The kind of the transport error, if there was no complete response.
    pub kind: Option<TransportErrorKind>,
    /// The time from the start of the call to the start of the attempt.
    pub began: Duration,
    /// The time that it waited for the rate limit.
    pub waited: Duration,
    /// Its duration.
    pub took: Duration,
}

impl Attempt {
    /// Returns `true` if the server carried the attempt out, or may have.
    pub(crate) fn may_have_taken_effect(&self) -> bool {
        match (self.status, self.kind) {
            // The server does not carry out what it refuses.
            (Some(status), _) => status != StatusCode::TOO_MANY_REQUESTS,
            (None, Some(kind)) => kind.may_have_been_sent(),
            (None, None) => true,
        }
    }
}

/// Writes the cause briefly: `502`, `no connection`.
impl fmt::Display for Attempt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status, self.kind) {
            (Some(status), _) => write!(formatter, "{}", status.as_u16()),
            (None, Some(kind)) => fmt::Display::fmt(&kind, formatter),
            (None, None) => formatter.write_str("nothing"),
        }
    }
}
