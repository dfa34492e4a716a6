//! The state of a lane, for the status of the rate limiter.

use std::time::Duration;

use super::{COUNTING_PERIOD, Lane, Probe};
use crate::rate_limit::lease::StoreState;
use crate::rate_limit::quota::QuotaWindow;
use crate::rate_limit::window::Window;

/// The state of a lane at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rate_limit) struct LaneState {
    pub(in crate::rate_limit) limit: Option<u64>,
    pub(in crate::rate_limit) window: Option<Duration>,
    pub(in crate::rate_limit) left: Option<u64>,
    /// The time at which a new call may probably be sent.
    pub(in crate::rate_limit) opens: Duration,
    /// The end of the current window of the server, if it is known.
    pub(in crate::rate_limit) ends: Option<Duration>,
    /// The end of the pause after a refusal.
    pub(in crate::rate_limit) refused_until: Option<Duration>,
    /// The time of the next change that needs no event.
    pub(in crate::rate_limit) ends_at: Option<Duration>,
    pub(in crate::rate_limit) in_flight: u64,
    /// The state of the store, if the lane is shared between processes.
    pub(in crate::rate_limit) store: Option<StoreState>,
}

/// The reason for which a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A limit, of the program or of the server.
    Limit,
    /// No limit is known, and there are no responses yet that allow more calls in flight.
    Responses,
    /// None: the time of the call ended first.
    Time,
}

impl Lane {
    /// Returns the reason for which a call waits at a time at which no known limit closes the lane.
    pub(in crate::rate_limit) fn reason(&self, now: Duration) -> Reason {
        let is_shared = self.leased.as_ref().is_some_and(|it| it.is_shared(now));
        if self.in_flight.awaits_first_response() {
            Reason::Responses
        } else if self.probe != Probe::Done || self.in_flight.is_reduced() || is_shared {
            Reason::Limit
        } else if self.in_flight.is_bounded() {
            Reason::Responses
        } else {
            Reason::Time
        }
    }

    /// Drops expired state. Returns `true` if the lane is idle: no calls in flight and no state that still applies.
    pub(in crate::rate_limit) fn settle(&mut self, now: Duration) -> bool {
        let is_unused = self.quota.as_mut().is_none_or(|quota| quota.settle(now));
        let is_open = self.pause.ends(now).is_none();
        let counts_until = self.silent.since.map(|since| since + COUNTING_PERIOD);
        let window_ends = self.window.as_ref().map(Window::ends);
        let is_over = |until: Option<Duration>| until.is_none_or(|until| until <= now);
        self.count == 0 && is_unused && is_open && is_over(counts_until) && is_over(window_ends)
    }

    pub(in crate::rate_limit) fn state(&mut self, now: Duration, waiting: u64) -> LaneState {
        if let Some(quota) = &mut self.quota {
            // Drops the calls that no longer count, even if no call has arrived since.
            quota.advance(now);
        }
        let quota = self.quota.as_ref();
        let window = self.window.as_ref();
        let refused_until = self.pause.ends(now);
        let leased = self.leased.as_ref();
        let is_shared = leased.is_some_and(|leased| leased.is_shared(now));
        let window_left = window
            .filter(|_| !is_shared)
            .and_then(|window| window.left(now));
        let left = [
            quota.map(QuotaWindow::left),
            window_left,
            leased.and_then(|leased| leased.left(now)),
            refused_until.map(|_| 0),
        ];
        let rate = quota.map(QuotaWindow::rate);
        let of_rate = rate.map(|rate| rate.window);
        let shared_rate = leased.and_then(|leased| leased.rate());
        let shared_ends = leased.and_then(|leased| leased.ends(now));
        let ends = shared_ends.or(window.map(Window::ends).filter(|ends| *ends > now));
        let ends_at = [ends, refused_until, quota.and_then(QuotaWindow::ends_at)];
        LaneState {
            limit: window
                .and_then(Window::limit)
                .or(shared_rate.map(|rate| rate.calls))
                .or(rate.map(|rate| rate.calls)),
            window: window
                .and_then(Window::named_length)
                .or(shared_rate.map(|rate| rate.window))
                .or(of_rate),
            left: left.into_iter().flatten().min(),
            opens: self.opens(now, waiting),
            ends,
            refused_until,
            ends_at: ends_at.into_iter().flatten().min(),
            in_flight: self.count,
            store: self.store_state(now),
        }
    }
}
