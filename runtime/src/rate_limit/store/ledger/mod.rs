//! The decisions of a store about one lane. Pure: the time is a parameter.
//!
//! `toolsmith-redis` has the same decisions as a script of the server, line by line.

mod bounds;
mod grant;
mod process;
mod quota;
mod report;
mod resume;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::rate_limit::lease::{Lease, LeaseRequest};

use process::Process;
use quota::QuotaLog;

/// A number of calls that is not limited. Exact as a number of any language.
const NO_LIMIT: u64 = 1_000_000_000_000_000;

/// The time in milliseconds after which a process that does not ask has crashed.
const PROCESS_TTL: u64 = 10_000;

/// The longest time in milliseconds for which calls are leased.
const MAX_LEASE: u64 = 5000;

/// The time in milliseconds by which the window may end earlier than it seems, because ends are
/// rounded up, and the time for which calls are leased if it may be over.
const ROUNDING_TIME: u64 = 1000;
const MIN_LEASE: u64 = 100;

/// The length in milliseconds of the first window, in which no response has arrived yet.
const FIRST_WINDOW: u64 = 1000;

/// The length in milliseconds of a window of which nothing is known.
const UNKNOWN_WINDOW: u64 = 10_000;

/// The end of that time, in which the processes send nothing, so that the calls in flight are known.
const QUIET: u64 = 500;

/// The longest time in milliseconds for which the end of a window waits for calls in flight.
const MAX_SETTLE_TIME: u64 = 500;

/// The time in milliseconds in which the first processes of a lane arrive. The one that is first does
/// not get all calls.
const GATHER_TIME: u64 = 150;

/// The longest pause in milliseconds between two requests of a process whose calls wait.
const MAX_PAUSE: u64 = 5000;

/// The pause in milliseconds before a process asks again for calls that others were to get first, or
/// whose lease was lost.
const NEXT_ROUND: u64 = 50;

/// The call that goes first after a window or a pause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Probe {
    #[default]
    Done,
    Needed,
    UnderWay {
        process: u64,
        since: u64,
        until: u64,
    },
}

/// The state of one lane that several processes share, and the decisions about it.
///
/// The calls left are those that the server has reported, or allows in a window, less those that the
/// processes hold. When a window ends with no calls left, one call goes first, and its response shows
/// how many may follow. Calls that wait in several processes get shares in proportion to their numbers.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    epoch: u64,
    serial: u64,
    /// The start and the end of the window.
    began: u64,
    ends: u64,
    /// `true` if no response has reported the end of the window.
    is_guess: bool,
    /// The length of the last window, if it is known.
    length: u64,
    /// The calls left before those that are held or lost.
    base: u64,
    /// The serial number of the base.
    base_at: u64,
    /// The calls that the processes hold. One that has not asked in this epoch may still send those
    /// of the last one.
    out: u64,
    /// The calls that crashed processes held.
    lost: u64,
    /// The calls that ended without a report of the calls left.
    used: u64,
    limit: u64,
    window: u64,
    /// The limit that refusals have shown, where the server names none.
    observed: u64,
    observed_window: u64,
    step: u64,
    has_response: bool,
    has_remaining: bool,
    slow_start: u64,
    paused_until: u64,
    /// The number of refused probes in a row.
    refused_probes: u64,
    /// The time that is added to the reported end of a window, because probes were refused.
    slack: u64,
    probe: Probe,
    /// The time that the response to a probe takes.
    probe_time: u64,
    /// The end of the time in which all processes report.
    standby_until: u64,
    gathers_until: u64,
    /// The first epoch.
    born: u64,
    /// The time of the last request.
    asked_at: u64,
    processes: BTreeMap<u64, Process>,
    quota: QuotaLog,
}

impl Ledger {
    /// Carries out a request at `now`, a time of one clock for all processes.
    #[must_use]
    pub fn exchange(&mut self, now: Duration, request: &LeaseRequest) -> Lease {
        let now = milliseconds(now);
        let request = &bounds::bounded(request);
        if self.epoch == 0 {
            self.begin(now, request);
        }
        self.rewind(now);
        self.expire(now);
        let last_epoch = self.epoch;
        if self.is_over(now) {
            self.turn_over(now, request);
        }
        let mut me = self.processes.remove(&request.process).unwrap_or_default();
        if request.turn <= me.turn {
            // The reply was lost with its connection. The next request gives its calls back and asks again.
            let lease = self.reply(now, &me, 0, NEXT_ROUND);
            self.processes.insert(request.process, me);
            return lease;
        }
        self.settle_quota(now, &mut me, last_epoch, request);
        me.turn = request.turn;
        self.resume(now, last_epoch, request);
        self.report(now, &mut me, request);
        if self.is_over(now) {
            self.turn_over(now, request);
            self.enter(&mut me);
        }
        if request.leaves {
            return self.reply(now, &me, 0, MAX_PAUSE);
        }
        me.expires = now + PROCESS_TTL;
        let (calls, pause) = self.grant(now, &mut me, request);
        let lease = self.reply(now, &me, calls, pause);
        self.processes.insert(request.process, me);
        lease
    }

    fn begin(&mut self, now: u64, request: &LeaseRequest) {
        *self = Self {
            epoch: now.max(request.epoch + 1),
            serial: 1,
            base_at: 1,
            began: now,
            is_guess: true,
            slow_start: request.slow_start.max(1),
            base: request.slow_start.max(1),
            ends: now + FIRST_WINDOW,
            probe_time: 50,
            gathers_until: now + GATHER_TIME,
            asked_at: now,
            ..Self::default()
        };
        self.born = self.epoch;
    }

    /// Forgets processes that do not ask. The calls that they held count until the server reports
    /// the calls left.
    fn expire(&mut self, now: u64) {
        let mut lost = 0;
        let epoch = self.epoch;
        self.processes.retain(|_, process| {
            let is_alive = now < process.expires;
            if !is_alive && process.epoch == epoch {
                lost += process.out;
            }
            is_alive
        });
        self.out = self.processes.values().map(|process| process.out).sum();
        if lost > 0 {
            self.lost += lost;
            self.rebase();
        }
    }

    /// Returns `true` if the window is over. The calls in flight end first, because the next window may
    /// count them, and the response to its first call may not.
    fn is_over(&self, now: u64) -> bool {
        let ends = self.ends.max(self.standby_until);
        let settled = ends + (4 * self.probe_time).min(MAX_SETTLE_TIME);
        now >= ends && (now >= settled || self.out == 0 || self.left() > 0)
    }

    /// Begins the next window.
    fn turn_over(&mut self, now: u64, request: &LeaseRequest) {
        let left = self.left();
        if left == 0 && self.is_observed_limit_spent() {
            // The limit may be higher than observed.
            self.observed = (self.observed + self.step).min(NO_LIMIT);
            self.step = (2 * self.step).min(NO_LIMIT);
        }
        self.begin_epoch(now, request);
        self.ends = now + self.window_length();
        if !self.has_response {
            self.base = self.slow_start;
        } else if left == 0 {
            self.base = 0;
            self.probe = Probe::Needed;
        } else {
            self.base = if self.has_remaining {
                left
            } else {
                self.allowance()
            };
        }
    }

    /// Begins an epoch. Its number is higher than any that a process knows.
    fn begin_epoch(&mut self, now: u64, request: &LeaseRequest) {
        self.epoch = now.max(self.epoch + 1).max(request.epoch + 1);
        self.began = now;
        self.lost = 0;
        self.used = 0;
        self.is_guess = true;
        self.rebase();
    }

    /// Returns `true` if the window accepted as many calls as were observed. One that was closed by a
    /// refusal, or in which the first call is still to come, shows nothing.
    fn is_observed_limit_spent(&self) -> bool {
        let is_open = self.paused_until <= self.began && self.probe == Probe::Done;
        is_open && self.observed > 0 && self.used + self.out >= self.observed
    }

    /// Lets a process begin the epoch. It drops the calls of an earlier one.
    fn enter(&mut self, process: &mut Process) {
        if process.epoch != self.epoch {
            self.out = self.out.saturating_sub(process.out);
            process.enter(self.epoch);
        }
    }

    /// Marks the base as changed.
    fn rebase(&mut self) {
        self.serial += 1;
        self.base_at = self.serial;
    }

    fn left(&self) -> u64 {
        self.base.saturating_sub(self.out + self.lost)
    }

    fn window_length(&self) -> u64 {
        let known = [self.window, self.observed_window, self.length];
        let known = known.into_iter().find(|length| *length > 0);
        match known {
            _ if !self.has_response => FIRST_WINDOW,
            Some(length) => length,
            None => UNKNOWN_WINDOW,
        }
    }

    /// Returns the number of calls in a window.
    fn allowance(&self) -> u64 {
        let limits = [self.limit, self.observed].into_iter();
        limits.filter(|limit| *limit > 0).min().unwrap_or(NO_LIMIT)
    }

    fn reply(&self, now: u64, me: &Process, calls: u64, pause: u64) -> Lease {
        let others = self.others(now, me);
        let is_probe = matches!(self.probe, Probe::UnderWay { .. });
        let rest = self.ends.saturating_sub(now);
        let valid_for = rest.saturating_sub(ROUNDING_TIME).max(MIN_LEASE);
        let is_open = self.base >= NO_LIMIT;
        let limit = self.allowance();
        let window = Some(self.window_length()).filter(|_| self.has_response);
        Lease {
            epoch: self.epoch,
            serial: self.serial,
            calls,
            valid_for: Duration::from_millis(valid_for.min(MAX_LEASE)),
            ask_again_in: Duration::from_millis(pause),
            is_awaited: is_probe || !self.has_response || (self.is_guess && !is_open),
            is_standby: now >= self.paused_until && now + QUIET < self.standby_until,
            limit: Some(limit).filter(|limit| *limit < NO_LIMIT),
            window: window.map(Duration::from_millis),
            left: Some(self.left()).filter(|_| self.base < NO_LIMIT),
            reset: Duration::from_millis(rest),
            processes: self.processes.len() as u64 + 1,
            others: others.waiting,
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis())
        .unwrap_or(NO_LIMIT)
        .min(NO_LIMIT)
}
