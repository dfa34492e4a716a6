//! The share of a process of the last known limit, for the time in which the store does not respond.
//! Pure: the time is a parameter.

use std::time::Duration;

use crate::rate_limit::headers::RateLimitHeaders;
use crate::rate_limit::quota::{QuotaWindow, Rate};

/// The length of a window of which only the number of calls is known.
const UNKNOWN_LENGTH: Duration = Duration::from_secs(10);

/// The share of one process.
#[derive(Debug)]
pub(super) struct Share {
    limit: Option<u64>,
    window: Option<Duration>,
    quota: Option<Rate>,
    /// The number of processes that the store knew.
    processes: u64,
    /// The number of processes that the program expects.
    expected: u64,
    /// The calls of this process, whether the store knows them or not.
    sent: Option<QuotaWindow>,
}

impl Share {
    pub(super) fn new(expected: u64) -> Self {
        Self {
            limit: None,
            window: None,
            quota: None,
            processes: 1,
            expected: expected.max(1),
            sent: None,
        }
    }

    pub(super) fn processes(&self) -> u64 {
        self.processes
    }

    pub(super) fn quota(&self) -> Option<Rate> {
        self.quota
    }

    pub(super) fn limit(&self) -> Option<u64> {
        self.limit
    }

    pub(super) fn window(&self) -> Option<Duration> {
        self.window
    }

    /// Returns the length of the window, or a usual one.
    pub(super) fn known_window(&self) -> Duration {
        self.window.unwrap_or(UNKNOWN_LENGTH)
    }

    pub(super) fn set_quota(&mut self, quota: Option<Rate>) {
        self.quota = quota;
        self.update();
    }

    pub(super) fn set_processes(&mut self, processes: u64) {
        self.processes = processes.max(1);
        self.update();
    }

    /// Learns the limit that a response reports.
    pub(super) fn learn(&mut self, headers: &RateLimitHeaders) {
        if headers.limit.is_some() {
            self.set_limit(headers.limit, headers.window.or(self.window));
        }
    }

    pub(super) fn set_limit(&mut self, limit: Option<u64>, window: Option<Duration>) {
        if (limit, window) != (self.limit, self.window) {
            self.limit = limit;
            self.window = window;
            self.update();
        }
    }

    /// Returns the limit of all processes together.
    pub(super) fn rate(&self) -> Option<Rate> {
        let server = self.limit.map(|calls| Rate {
            calls: calls.max(1),
            window: self.known_window(),
        });
        match (server, self.quota) {
            (Some(server), Some(quota)) if quota.is_lower_than(server) => Some(quota),
            (server, quota) => server.or(quota),
        }
    }

    /// Returns the limit of this process. If there are fewer calls than processes, each one may send
    /// one call in a longer window.
    pub(super) fn own_rate(&self) -> Option<Rate> {
        let rate = self.rate()?;
        // A little longer, because calls of one window may be late, and those of the next one not.
        let rate = Rate {
            window: rate.window.saturating_add(rate.window / 20),
            ..rate
        };
        let processes = self.processes.max(self.expected);
        let calls = rate.calls / processes;
        if calls > 0 {
            return Some(Rate { calls, ..rate });
        }
        let windows = processes.div_ceil(rate.calls.max(1));
        let windows = u32::try_from(windows).unwrap_or(u32::MAX);
        Some(Rate {
            calls: 1,
            window: rate.window.saturating_mul(windows),
        })
    }

    fn update(&mut self) {
        self.sent = match (self.sent.take(), self.own_rate()) {
            (Some(sent), Some(rate)) => Some(sent.at(rate)),
            (_, rate) => rate.map(QuotaWindow::new),
        };
    }

    pub(super) fn send(&mut self, now: Duration) {
        if let Some(sent) = &mut self.sent {
            sent.advance(now);
            sent.count_call(now);
        }
    }

    /// Returns the place of a call that was counted at `at` and not sent.
    pub(super) fn give_back(&mut self, at: Duration) {
        if let Some(sent) = &mut self.sent {
            sent.give_back(at);
        }
    }

    /// Returns the time to ask again if the share is used up.
    pub(super) fn check(&mut self, now: Duration) -> Result<(), Duration> {
        let Some(sent) = &mut self.sent else {
            return Ok(());
        };
        sent.advance(now);
        if sent.left() == 0 {
            return Err(sent.opens(now, 0));
        }
        Ok(())
    }

    pub(super) fn left(&self) -> Option<u64> {
        self.sent.as_ref().map(QuotaWindow::left)
    }

    pub(super) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let sent = self.sent.as_ref();
        sent.map_or(now, |sent| sent.opens(now, ahead))
    }
}
