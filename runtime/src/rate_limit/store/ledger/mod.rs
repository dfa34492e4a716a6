//! The decisions of a store about one lane. Pure: the time is a parameter.
//!
//! `toolsmith-redis` has the same decisions as a script of the server, line by line.

mod process;
mod report;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::rate_limit::lease::{Lease, LeaseRequest};

use process::Process;

/// A number of calls that is not limited. Exact as a number of any language.
const NO_LIMIT: u64 = 1_000_000_000_000_000;

/// The time in milliseconds after which a process that does not ask has crashed.
const PROCESS_TTL: u64 = 10_000;

/// The longest time in milliseconds for which calls are leased.
const MAX_LEASE: u64 = 2000;

/// The length in milliseconds of the first window, in which no response has arrived yet.
const FIRST_WINDOW: u64 = 1000;

/// The length in milliseconds of a window of which nothing is known.
const UNKNOWN_WINDOW: u64 = 10_000;

/// The time in milliseconds in which all processes report to a store that has lost its state.
const STANDBY: u64 = 2500;

/// The time in milliseconds that the other processes wait for the call that goes first.
const PROBE_TIMEOUT: u64 = 500;

/// The pause in milliseconds before a process asks again for calls that others were to get first.
const NEXT_ROUND: u64 = 50;

/// The same while others hold calls that they may give back.
const GIVE_BACK_TIME: u64 = 300;

/// The longest pause in milliseconds between two requests of a process whose calls wait.
const MAX_PAUSE: u64 = 3000;

/// The time in milliseconds after its next request in which a process counts as waiting.
const WAITER_TTL: u64 = 1000;

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
    /// The calls that the processes hold.
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
    standby_until: u64,
    processes: BTreeMap<u64, Process>,
    /// The calls that were leased under the client-side limit, with their times.
    quota: Vec<(u64, u64)>,
}

impl Ledger {
    /// Carries out a request at `now`, a time of one clock for all processes.
    #[must_use]
    pub fn exchange(&mut self, now: Duration, request: &LeaseRequest) -> Lease {
        let now = milliseconds(now);
        if self.epoch == 0 {
            self.begin(now, request);
        }
        self.expire(now);
        if now >= self.ends {
            self.turn_over(now);
        }
        let mut me = self.processes.remove(&request.process).unwrap_or_default();
        if request.turn <= me.turn {
            self.processes.insert(request.process, me);
            return self.reply(now, me, 0, MAX_PAUSE);
        }
        me.turn = request.turn;
        self.report(now, &mut me, request);
        if now >= self.ends {
            self.turn_over(now);
            me.enter(self.epoch);
        }
        if request.leaves {
            return self.reply(now, me, 0, MAX_PAUSE);
        }
        me.expires = now + PROCESS_TTL;
        let (calls, pause) = self.grant(now, &mut me, request);
        self.processes.insert(request.process, me);
        self.reply(now, me, calls, pause)
    }

    fn begin(&mut self, now: u64, request: &LeaseRequest) {
        *self = Self {
            epoch: now,
            serial: 1,
            base_at: 1,
            began: now,
            is_guess: true,
            slow_start: request.slow_start.max(1),
            base: request.slow_start.max(1),
            ends: now + FIRST_WINDOW,
            probe_time: 50,
            ..Self::default()
        };
        if request.is_resumed {
            // The state was lost. All processes report before calls are leased again.
            let reset = request.reset.map_or(0, milliseconds);
            self.base = 0;
            self.has_response = true;
            self.has_remaining = request.remaining.is_some();
            self.limit = request.limit.unwrap_or(0);
            self.window = request.window.map_or(0, milliseconds);
            self.ends = now + STANDBY.max(reset);
            self.standby_until = self.ends;
        }
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
        if lost > 0 {
            self.out = self.out.saturating_sub(lost);
            self.lost += lost;
            self.rebase();
        }
    }

    /// Begins the next window.
    fn turn_over(&mut self, now: u64) {
        let left = self.left();
        if left == 0 && self.observed > 0 && self.paused_until <= self.began {
            // The limit may be higher than observed.
            self.observed += self.step;
            self.step *= 2;
        }
        self.epoch = now.max(self.epoch + 1);
        self.began = now;
        self.out = 0;
        self.lost = 0;
        self.used = 0;
        self.is_guess = true;
        self.ends = now + self.window_length();
        self.rebase();
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

    /// Returns the number of calls to lease, and the pause before the next request.
    fn grant(&mut self, now: u64, me: &mut Process, request: &LeaseRequest) -> (u64, u64) {
        me.waiting = 0;
        me.ahead = 0;
        let (calls, pause) = if now < self.standby_until {
            (0, (self.standby_until - now).min(FIRST_WINDOW))
        } else if now < self.paused_until {
            (0, (self.paused_until - now).min(MAX_PAUSE))
        } else {
            self.grant_open(now, me, request)
        };
        me.waiting = request.waiting.saturating_sub(calls);
        me.ahead = calls.saturating_sub(request.waiting);
        me.waits_until = now + pause + WAITER_TTL;
        me.out += calls;
        self.out += calls;
        (calls, pause)
    }

    fn grant_open(&mut self, now: u64, me: &Process, request: &LeaseRequest) -> (u64, u64) {
        if let Probe::UnderWay { until, .. } = self.probe
            && now >= until
        {
            self.probe = Probe::Needed;
        }
        let quota = self.quota_left(now, request);
        match self.probe {
            Probe::UnderWay { since, .. } => {
                let rest = self.probe_time.saturating_sub(now - since);
                return (0, rest.clamp(10, 250));
            }
            Probe::Needed if request.waiting > 0 && quota > 0 => {
                let wait = PROBE_TIMEOUT.max(4 * self.probe_time);
                self.probe = Probe::UnderWay {
                    process: request.process,
                    since: now,
                    until: now + wait,
                };
                self.count_quota(now, 1, request);
                let pause = if request.waiting > 1 {
                    self.probe_time
                } else {
                    0
                };
                return (1, pause.clamp(0, 250));
            }
            Probe::Needed => return (0, 0),
            Probe::Done => {}
        }
        let left = self.left().min(quota);
        let (others, held_ahead) = self.others(now, me);
        let calls = if others == 0 {
            let processes = self.processes.len() as u64 + 1;
            let spare = left.saturating_sub(request.waiting) / (2 * processes);
            let ahead = if request.quota.is_some() {
                0
            } else {
                request.ahead.min(spare)
            };
            left.min(request.waiting + ahead)
        } else {
            let share = (left * request.waiting).div_ceil((request.waiting + others).max(1));
            share.min(request.waiting)
        };
        self.count_quota(now, calls, request);
        let pause = if calls >= request.waiting {
            0
        } else if left > calls {
            NEXT_ROUND
        } else if !self.has_response {
            self.probe_time.clamp(10, 250)
        } else if held_ahead > 0 {
            GIVE_BACK_TIME
        } else if quota == 0 || quota < self.left() {
            self.quota_opens(now, request).clamp(10, MAX_PAUSE)
        } else {
            self.pause_until_end(now, request.process)
        };
        (calls, pause)
    }

    /// Returns the waiting calls of other processes, and the calls that they hold ahead of need.
    fn others(&self, now: u64, me: &Process) -> (u64, u64) {
        let mut waiting = 0;
        let mut ahead = 0;
        for process in self.processes.values() {
            if now < process.waits_until {
                waiting += process.waiting;
            }
            if process.epoch == me.epoch {
                ahead += process.ahead;
            }
        }
        (waiting, ahead)
    }

    /// Returns the time until the window ends. One process asks at its end, the others after the
    /// response to its call.
    fn pause_until_end(&self, now: u64, process: u64) -> u64 {
        let rest = self.ends.saturating_sub(now);
        let is_first = self.processes.iter().all(|(other, state)| {
            state.waiting == 0 || now >= state.waits_until || *other > process
        });
        let pause = if is_first {
            rest
        } else {
            rest + self.probe_time.min(250)
        };
        pause.clamp(1, MAX_PAUSE)
    }

    /// Returns the number of calls that the client-side limit allows.
    fn quota_left(&mut self, now: u64, request: &LeaseRequest) -> u64 {
        let Some((calls, window)) = request.quota else {
            return NO_LIMIT;
        };
        let window = counted_for(milliseconds(window));
        self.quota.retain(|(at, _)| at + window > now);
        let sent: u64 = self.quota.iter().map(|(_, calls)| calls).sum();
        calls.saturating_sub(sent)
    }

    fn count_quota(&mut self, now: u64, calls: u64, request: &LeaseRequest) {
        if request.quota.is_none() || calls == 0 {
            return;
        }
        match self.quota.last_mut() {
            Some((at, sent)) if *at == now => *sent += calls,
            _ => self.quota.push((now, calls)),
        }
    }

    fn quota_opens(&self, now: u64, request: &LeaseRequest) -> u64 {
        let window = request.quota.map_or(0, |(_, window)| milliseconds(window));
        let first = self.quota.first().map_or(now, |(at, _)| *at);
        (first + counted_for(window)).saturating_sub(now)
    }

    fn reply(&self, now: u64, me: Process, calls: u64, pause: u64) -> Lease {
        let (others, _) = self.others(now, &me);
        let is_probe = matches!(self.probe, Probe::UnderWay { .. });
        let mut lease = Lease::default();
        lease.epoch = self.epoch;
        lease.serial = self.serial;
        lease.calls = calls;
        lease.valid_for = Duration::from_millis(self.ends.saturating_sub(now).min(MAX_LEASE));
        lease.ask_again_in = Duration::from_millis(pause);
        lease.is_awaited = is_probe || self.is_guess || !self.has_response;
        lease.is_standby = now < self.standby_until;
        let limit = self.allowance();
        lease.limit = Some(limit).filter(|limit| *limit < NO_LIMIT);
        let window = Some(self.window_length()).filter(|_| self.has_response);
        lease.window = window.map(Duration::from_millis);
        lease.left = Some(self.left()).filter(|_| self.base < NO_LIMIT);
        lease.reset = Duration::from_millis(self.ends.saturating_sub(now));
        lease.processes = (self.processes.len() as u64).max(1);
        lease.others = others;
        lease
    }
}

/// The time for which a call counts: a little longer than the window, because it may be sent a
/// little after it was leased.
fn counted_for(window: u64) -> u64 {
    window + window / 20
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis())
        .unwrap_or(NO_LIMIT)
        .min(NO_LIMIT)
}
