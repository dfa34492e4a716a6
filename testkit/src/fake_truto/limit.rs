//! The rate limit: headers on every proxied response, and 429 once an enforced limit is exhausted.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::fault::ResetForm;
use super::responses::Answer;
use super::spoil::rate_limited;

/// The number of proxied requests that a window allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// The number of requests in a window.
    pub limit: u32,
    /// The length of the window.
    pub window_seconds: u32,
}

/// Counts requests in windows of real time.
pub(crate) struct Meter {
    limit: RateLimit,
    /// `true` if an exhausted limit rejects requests. If not, the headers never say 0, so that no client waits.
    enforced: bool,
    began: Instant,
    used: u32,
}

impl Meter {
    /// Creates the limit that a new server shows and does not enforce.
    pub(crate) fn shown() -> Meter {
        Meter {
            limit: RateLimit {
                limit: 110,
                window_seconds: 10,
            },
            enforced: false,
            began: Instant::now(),
            used: 0,
        }
    }

    /// Creates a limit that rejects requests when it is exhausted.
    pub(crate) fn enforced(limit: RateLimit) -> Meter {
        Meter {
            limit,
            enforced: true,
            ..Meter::shown()
        }
    }

    /// Counts a request, and returns the response to it if the limit is exhausted.
    pub(crate) fn count(&mut self) -> Option<Answer> {
        let window = Duration::from_secs(self.limit.window_seconds.into());
        if self.began.elapsed() >= window {
            self.began = Instant::now();
            self.used = 0;
        }
        if self.enforced && self.used >= self.limit.limit {
            let left = window.saturating_sub(self.began.elapsed()).as_secs_f64();
            let answer = rate_limited(ResetForm::None, left);
            return Some(self.annotate(answer));
        }
        self.used = self.used.saturating_add(1);
        None
    }

    /// Adds the headers of the limit.
    pub(crate) fn annotate(&self, answer: Answer) -> Answer {
        let RateLimit {
            limit,
            window_seconds,
        } = self.limit;
        let floor = u32::from(!self.enforced);
        let remaining = limit.saturating_sub(self.used).max(floor);
        let passed = self.began.elapsed().as_secs();
        let reset = u64::from(window_seconds).saturating_sub(passed);
        answer
            .header("ratelimit-limit", format!("{limit};w={window_seconds}"))
            .header("ratelimit-remaining", remaining.to_string())
            .header("ratelimit-reset", reset.to_string())
    }
}
