//! Faults between a client and Truto, the requests that they apply to, and their number.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The kind of the fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum FaultKind {
    /// 429, with one form of the headers that say when to retry.
    RateLimited {
        /// The form of the headers.
        form: ResetForm,
        /// The seconds until the limit resets.
        #[serde(default = "one_second")]
        seconds: f64,
    },
    /// Any status with Truto's error envelope: 500, 502, 503 for a blocked account.
    Status(u16),
    /// An error of the Auth API that Truto forwards: `truto_is_remote_error`, `raw_response`, `truto_error_insight`.
    RemoteError(u16),
    /// 405 for every write, as of a sandbox account. Reads pass and do not use up the fault.
    Sandbox,
    /// The true response, after a number of milliseconds.
    SlowHeaders(u64),
    /// The true response, with its body a number of milliseconds after its headers.
    SlowBody(u64),
    /// The true response, but the connection breaks in the middle of the body. A write has happened.
    Cut,
    /// 200 with a page of HTML.
    NotJson,
    /// 200 with JSON of this many bytes, streamed.
    Huge(u64),
    /// 200 with JSON that never ends, streamed.
    Endless,
    /// 200 without a body.
    Empty,
    /// 204 instead of the true response.
    NoContent,
    /// The true response without its last third, with a matching content length.
    Truncated,
    /// 200 with JSON that is neither a record nor a list.
    WrongType,
    /// 307 to the same address.
    RedirectLoop,
    /// The true response, but every page of a list has the same next cursor.
    RepeatedCursor,
}

/// The headers that say when to retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResetForm {
    /// `ratelimit-limit`, `ratelimit-remaining: 0`, `ratelimit-reset: 2`.
    RatelimitReset,
    /// The same headers, with `ratelimit-reset` in seconds since 1970.
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
    /// No header.
    None,
}

/// A fault and the requests that it applies to, which are never control requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The kind of the fault.
    pub kind: FaultKind,
    /// The number of requests that it applies to; 0 means all until the next reset.
    #[serde(default = "once")]
    pub times: u32,
    /// The prefix of the path, such as `/proxy/api_keys`; empty means any.
    #[serde(default)]
    pub path: String,
    /// The HTTP method; empty means any.
    #[serde(default)]
    pub method: String,
    /// The value of `x-should-retry` in the response.
    #[serde(default)]
    pub should_retry: Option<bool>,
}

impl Fault {
    /// Creates a fault for the next request.
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

    /// Applies the fault to this many requests; 0 means all until the next reset.
    #[must_use]
    pub fn times(mut self, times: u32) -> Fault {
        self.times = times;
        self
    }

    /// Applies the fault only to paths with this prefix.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Fault {
        self.path = path.into();
        self
    }

    /// Applies the fault only to this HTTP method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Fault {
        self.method = method.into();
        self
    }

    /// Adds `x-should-retry` to the response.
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

/// The pending faults, in order.
#[derive(Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    /// Adds a fault after the pending ones.
    pub(crate) fn set(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    /// Removes all faults.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Returns the pending faults.
    pub(crate) fn waiting(&self) -> &[Fault] {
        &self.waiting
    }

    /// Returns the fault that applies to a request, and uses it up once.
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

/// Converts milliseconds to a duration.
pub(crate) fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn once() -> u32 {
    1
}

fn one_second() -> f64 {
    1.0
}
