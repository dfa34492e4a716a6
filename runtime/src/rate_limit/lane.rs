//! Decides when the calls of one token or one account may be sent. Pure: a state, the time, and
//! events.

use std::time::Duration;

use super::quota::{QuotaWindow, Rate};
use super::window::{CallPosition, LimitUpdate, Window};

/// The number of calls in flight before the first response, so that a burst does not exceed a limit
/// that is not known yet.
const FIRST_CALLS: u64 = 10;

/// The time that other calls wait for the first response. Then as many calls follow, and so on: an
/// API that takes seconds to respond must not receive all waiting calls at once.
const FIRST_CALLS_INTERVAL: Duration = Duration::from_secs(1);

/// The time for which calls are counted while no limit is known.
const COUNTING_PERIOD: Duration = Duration::from_secs(10);

/// The right to send a call. Every pass ends: by a response, without one, or unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pass {
    number: u64,
    /// The number of calls in flight when the call was sent.
    before: u64,
    /// The time at which the call was sent.
    at: Duration,
    /// `true` if the call is not sent yet, because another lane is not open.
    is_held: bool,
}

/// The lane of one token or one account.
#[derive(Debug)]
pub(crate) struct Lane {
    quota: Option<QuotaWindow>,
    server: Server,
    in_flight: u64,
    /// The number of the last call that was sent, from 1.
    last: u64,
}

/// Returns the time at which more calls may be sent before the first response, if the allowed ones
/// are all in flight.
fn first_calls_out(since: Duration, now: Duration, in_flight: u64) -> Option<Duration> {
    let rounds = now.saturating_sub(since).as_millis() / FIRST_CALLS_INTERVAL.as_millis();
    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX).saturating_add(1);
    let is_out = in_flight >= FIRST_CALLS.saturating_mul(rounds.into());
    is_out.then(|| since.saturating_add(FIRST_CALLS_INTERVAL.saturating_mul(rounds)))
}

/// The knowledge of the limit of the server.
#[derive(Debug)]
enum Server {
    /// There is no response yet. `since` is the time of the first call.
    Unknown {
        since: Option<Duration>,
    },
    /// The responses contain no limit. `accepted_calls` calls have succeeded since.
    Silent {
        since: Duration,
        accepted_calls: u64,
    },
    Window(Window),
}

/// The state of a lane at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LaneState {
    pub(super) limit: Option<u64>,
    pub(super) window: Option<Duration>,
    pub(super) left: Option<u64>,
    /// The time at which a new call may probably be sent.
    pub(super) opens: Duration,
    /// The end of the current window of the server, if it is known.
    pub(super) ends: Option<Duration>,
    /// The time of the next change that needs no event.
    pub(super) ends_at: Option<Duration>,
    pub(super) in_flight: u64,
}

impl Lane {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self {
            quota: rate.map(QuotaWindow::new),
            server: Server::Unknown { since: None },
            in_flight: 0,
            last: 0,
        }
    }

    /// Changes the quota. The calls so far still count.
    pub(super) fn set_quota(&mut self, rate: Option<Rate>) {
        self.quota = match (self.quota.take(), rate) {
            (Some(quota), Some(rate)) => Some(quota.at(rate)),
            (_, rate) => rate.map(QuotaWindow::new),
        };
    }

    pub(super) fn quota(&self) -> Option<Rate> {
        self.quota.as_ref().map(QuotaWindow::rate)
    }

    /// Returns a pass for the next call, or the time to ask again.
    pub(crate) fn take(&mut self, now: Duration) -> Result<Pass, Duration> {
        if let Some(quota) = &mut self.quota {
            quota.advance(now);
            if quota.left() == 0 {
                return Err(quota.opens(now, 0));
            }
        }
        let number = self.last + 1;
        match &mut self.server {
            Server::Unknown { since: Some(since) } => {
                if let Some(opens) = first_calls_out(*since, now, self.in_flight) {
                    return Err(opens);
                }
            }
            Server::Unknown { since } => *since = Some(now),
            Server::Silent { .. } => {}
            Server::Window(window) => window.take(now, number)?,
        }
        if let Some(quota) = &mut self.quota {
            quota.count_call(now);
        }
        let before = self.in_flight;
        self.last = number;
        self.in_flight += 1;
        Ok(Pass {
            number,
            before,
            at: now,
            is_held: false,
        })
    }

    /// Marks a call as not sent yet.
    pub(super) fn hold(&mut self, pass: Pass) -> Pass {
        if let Some(quota) = &mut self.quota {
            quota.hold(pass.at);
        }
        Pass {
            is_held: true,
            ..pass
        }
    }

    /// Marks a held call as sent.
    pub(super) fn go(&mut self, mut pass: Pass, now: Duration) -> Pass {
        if !pass.is_held && pass.at == now {
            return pass;
        }
        self.discount(pass);
        if let Some(quota) = &mut self.quota {
            quota.count_call(now);
        }
        // Its place was in a previous window.
        if let Server::Window(window) = &mut self.server
            && window.moves(pass.number)
        {
            self.last += 1;
            pass.number = self.last;
        }
        Pass {
            at: now,
            is_held: false,
            ..pass
        }
    }

    /// Stops counting a call against the quota.
    fn discount(&mut self, pass: Pass) {
        match &mut self.quota {
            Some(quota) if pass.is_held => quota.release(),
            Some(quota) => quota.give_back(pass.at),
            None => {}
        }
    }

    /// Returns a pass whose call was not sent.
    pub(crate) fn give_back(&mut self, pass: Pass) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.discount(pass);
        if let Server::Window(window) = &mut self.server {
            window.give_back(pass.number);
        }
    }

    /// Ends a call, with or without a response.
    pub(crate) fn end(&mut self, pass: Pass, now: Duration, update: Option<&LimitUpdate>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let place = CallPosition {
            number: pass.number,
            last: self.last,
            before: pass.before,
            in_flight: self.in_flight,
        };
        let Some(update) = update else {
            if let Server::Window(window) = &mut self.server {
                window.lose(pass.number);
            }
            return;
        };
        let (since, accepted_calls) = match &mut self.server {
            Server::Window(window) => return window.update(now, place, update),
            Server::Unknown { since } => (since.unwrap_or(now), 0),
            Server::Silent { since, .. } if now > *since + COUNTING_PERIOD => (now, 0),
            Server::Silent {
                since,
                accepted_calls,
            } => (*since, *accepted_calls),
        };
        self.server = match Window::from_update(now, (since, accepted_calls), place, update) {
            Some(window) => Server::Window(window),
            None => Server::Silent {
                since,
                accepted_calls: accepted_calls + 1,
            },
        };
    }

    /// Estimates the time at which a call with `ahead` others before it may be sent.
    pub(crate) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let quota = self
            .quota
            .as_ref()
            .map_or(now, |quota| quota.opens(now, ahead));
        let server = match &self.server {
            Server::Unknown { since: Some(since) } => {
                first_calls_out(*since, now, self.in_flight).unwrap_or(now)
            }
            Server::Window(window) => window.opens(now, ahead),
            _ => now,
        };
        quota.max(server)
    }

    pub(super) fn state(&mut self, now: Duration, waiting: u64) -> LaneState {
        if let Some(quota) = &mut self.quota {
            // Drops the calls that no longer count, even if no call has arrived since.
            quota.advance(now);
        }
        let quota = self.quota.as_ref();
        let window = match &self.server {
            Server::Window(window) => Some(window),
            _ => None,
        };
        let left = [
            quota.map(QuotaWindow::left),
            window.and_then(|window| window.left(now)),
        ];
        let rate = quota.map(QuotaWindow::rate);
        let of_rate = rate.map(|rate| rate.window);
        let ends = window.map(Window::ends).filter(|ends| *ends > now);
        let ends_at = [ends, quota.and_then(QuotaWindow::ends_at)];
        LaneState {
            limit: window
                .and_then(Window::limit)
                .or(rate.map(|rate| rate.calls)),
            window: window.and_then(Window::named_length).or(of_rate),
            left: left.into_iter().flatten().min(),
            opens: self.opens(now, waiting),
            ends,
            ends_at: ends_at.into_iter().flatten().min(),
            in_flight: self.in_flight,
        }
    }
}
