//! Faults: what can go wrong between a client and Truto, which requests it hits, and how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum FaultKind {
    /// 429, with one form of the headers that say when to try again.
    RateLimited {
        /// The form of the headers.
        form: ResetForm,
        /// Seconds until the limit is lifted.
        #[serde(default = "one_second")]
        seconds: f64,
    },
    /// Any status with Truto's error envelope: 500, 502, 503 for a blocked account.
    Status(u16),
    /// An error of the Auth API that Truto passes on: `truto_is_remote_error`, `raw_response`, `truto_error_insight`.
    RemoteError(u16),
    /// 405 on everything that writes, as a sandbox account answers. Reads pass, and do not use the fault up.
    Sandbox,
    /// The true answer, begun after so many milliseconds.
    SlowHeaders(u64),
    /// The true answer, its body begun so many milliseconds after its headers.
    SlowBody(u64),
    /// The true answer, but the connection breaks in the middle of the body. A write has happened.
    Cut,
    /// 200 with a page of HTML.
    NotJson,
    /// 200 with JSON of so many bytes, streamed.
    Huge(u64),
    /// 200 with JSON that never ends, streamed.
    Endless,
    /// 200 without a body.
    Empty,
    /// 204, whatever the true answer is.
    NoContent,
    /// The true answer without its last third, under the length that it has then.
    Truncated,
    /// 200 with JSON that is neither a record nor a list.
    WrongType,
    /// 307 to the same address.
    RedirectLoop,
    /// The true answer, but the next page of a list always begins at the same cursor.
    RepeatedCursor,
}

/// The headers that tell a client when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResetForm {
    /// `ratelimit-limit`, `ratelimit-remaining: 0`, `ratelimit-reset: 2`.
    RatelimitReset,
    /// The same, `ratelimit-reset` in seconds since 1970.
    RatelimitResetEpoch,
    /// `retry-after: 2`.
    RetryAfter,
    /// `retry-after: 1.5`.
    RetryAfterFraction,
    /// `retry-after: Mon, 15 Jun 2026 09:00:02 GMT`.
    RetryAfterDate,
    /// `retry-after-ms: 1500`.
    RetryAfterMs,
    /// `RateLimit: "default";r=0;t=2` and `RateLimit-Policy: "default";q=110;w=10`.
    Structured,
    /// No header at all.
    None,
}

/// A fault and the requests it hits. Control routes are never hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// How many requests it hits; 0 means all until the next reset.
    #[serde(default = "once")]
    pub times: u32,
    /// What the path must begin with, such as `/proxy/api_keys`; empty means any.
    #[serde(default)]
    pub path: String,
    /// The HTTP method; empty means any.
    #[serde(default)]
    pub method: String,
    /// Adds `x-should-retry` to the answer.
    #[serde(default)]
    pub should_retry: Option<bool>,
}

impl Fault {
    /// A fault that hits the next request, whichever it is.
    #[must_use]
    pub fn new(kind: FaultKind) -> Fault {
        Fault {
            kind,
            times: once(),
            path: String::new(),
            method: String::new(),
            should_retry: None,
        }
    }

    /// Hits so many requests; 0 means all until the next reset.
    #[must_use]
    pub fn times(mut self, times: u32) -> Fault {
        self.times = times;
        self
    }

    /// Hits only paths that begin so.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Fault {
        self.path = path.into();
        self
    }

    /// Hits only this HTTP method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Fault {
        self.method = method.into();
        self
    }

    /// Adds `x-should-retry` to the answer.
    #[must_use]
    pub fn should_retry(mut self, should_retry: bool) -> Fault {
        self.should_retry = Some(should_retry);
        self
    }

    fn hits(&self, method: &str, path: &str) -> bool {
        let writes = ["POST", "PATCH", "DELETE", "PUT"].contains(&method);
        path.starts_with(&self.path)
            && (self.method.is_empty() || self.method.eq_ignore_ascii_case(method))
            && (self.kind != FaultKind::Sandbox || writes)
    }
}

/// The faults that are set, in the order in which they were.
#[derive(Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    /// Adds a fault behind those that wait.
    pub(crate) fn set(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    /// Forgets all faults.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The faults that still wait for requests.
    pub(crate) fn waiting(&self) -> &[Fault] {
        &self.waiting
    }

    /// The fault that hits a request, if any; it is used up once.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let at = self
            .waiting
            .iter()
            .position(|fault| fault.hits(method, path))?;
        let fault = self.waiting.get_mut(at)?;
        let hit = fault.clone();
        match fault.times {
            0 => {}
            1 => drop(self.waiting.remove(at)),
            _ => fault.times -= 1,
        }
        Some(hit)
    }
}

/// A wait from milliseconds.
pub(crate) fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn once() -> u32 {
    1
}

fn one_second() -> f64 {
    1.0
}
