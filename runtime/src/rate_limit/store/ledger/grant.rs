//! The calls that a lane leases to a process.

use super::process::{Others, Process};
use super::{FIRST_WINDOW, Ledger, MAX_PAUSE, NEXT_ROUND, NO_LIMIT, Probe, QUIET};
use crate::rate_limit::lease::LeaseRequest;

/// The time in milliseconds that the other processes wait for the call that goes first.
const PROBE_TIMEOUT: u64 = 500;

/// The bounds of the pause in milliseconds while others hold calls. Their responses may show that more
/// calls are left, or they may give them back. It grows with the age of the window.
const MIN_SETTLE_PAUSE: u64 = 50;
const MAX_SETTLE_PAUSE: u64 = 1000;

/// The time in milliseconds after its next request in which a process counts as waiting.
const WAITER_TTL: u64 = 1000;

impl Ledger {
    /// Returns the number of calls to lease, and the pause before the next request.
    pub(super) fn grant(
        &mut self,
        now: u64,
        me: &mut Process,
        request: &LeaseRequest,
    ) -> (u64, u64) {
        me.waiting = 0;
        let (calls, pause) = if now < self.paused_until {
            (0, self.paused_until - now)
        } else if now + QUIET < self.standby_until {
            (0, (self.standby_until - QUIET - now).min(FIRST_WINDOW))
        } else if now < self.standby_until {
            (0, self.standby_until - now)
        } else if now >= self.ends {
            // The calls that were sent without a lease end first.
            (0, NEXT_ROUND)
        } else {
            self.grant_open(now, me, request)
        };
        let pause = pause.min(MAX_PAUSE);
        me.waiting = request.waiting.saturating_sub(calls);
        me.waits_until = now + pause + WAITER_TTL;
        me.out += calls;
        me.got += calls;
        self.out += calls;
        self.reserve(now, me, calls, request);
        (calls, pause)
    }

    /// The same if the lane is not closed.
    fn grant_open(&mut self, now: u64, me: &Process, request: &LeaseRequest) -> (u64, u64) {
        let quota = self.quota_left(request);
        if let Probe::UnderWay { until, .. } = self.probe
            && now >= until
        {
            self.probe = Probe::Needed;
        }
        match self.probe {
            Probe::UnderWay { since, .. } => {
                let passed = now.saturating_sub(since);
                let rest = self.probe_time.saturating_sub(passed).max(passed / 2);
                (0, rest.clamp(10, 250))
            }
            Probe::Needed if request.waiting > 0 && quota > 0 => {
                self.probe = Probe::UnderWay {
                    process: request.process,
                    since: now,
                    until: now + PROBE_TIMEOUT.max(4 * self.probe_time),
                };
                let others_wait = request.waiting > 1;
                (
                    1,
                    if others_wait {
                        self.probe_time.min(250)
                    } else {
                        0
                    },
                )
            }
            Probe::Needed => (0, NEXT_ROUND),
            Probe::Done => self.grant_left(now, me, request, quota),
        }
    }

    /// The same if the calls left are known.
    fn grant_left(
        &mut self,
        now: u64,
        me: &Process,
        request: &LeaseRequest,
        quota: u64,
    ) -> (u64, u64) {
        let others = self.others(now, me);
        let left = self.left();
        let gathers = now < self.gathers_until && left < NO_LIMIT;
        let left = if gathers {
            let got = me.got + others.all_got;
            left.min(self.slow_start.saturating_sub(got))
        } else {
            left
        };
        let calls = self.share(now, left.min(quota), (me, others), request);
        let pause = if calls >= request.waiting {
            0
        } else if gathers {
            self.gathers_until - now
        } else if left.min(quota) > calls {
            NEXT_ROUND
        } else if quota < left {
            self.quota_opens(now, request)
        } else if !self.has_response {
            self.probe_time.clamp(10, 250)
        } else if self.out > me.out {
            let age = now.saturating_sub(self.began);
            let pause = (age / 2).clamp(MIN_SETTLE_PAUSE, MAX_SETTLE_PAUSE);
            pause.min(self.pause_until_end(now, request.process))
        } else {
            self.pause_until_end(now, request.process)
        };
        (calls, pause)
    }

    /// Returns the share of a process of the calls left. Together with the calls that it was given
    /// in this epoch it is in proportion to its calls.
    fn share(
        &self,
        now: u64,
        left: u64,
        (me, others): (&Process, Others),
        request: &LeaseRequest,
    ) -> u64 {
        if others.waiting == 0 {
            let processes = self.processes.len() as u64 + 1;
            let spare = left.saturating_sub(request.waiting) / (2 * processes);
            let ahead = if request.quota.is_some() {
                0
            } else {
                request.ahead.min(spare)
            };
            return left.min(request.waiting + ahead);
        }
        if left >= request.waiting + others.waiting {
            return request.waiting;
        }
        let all = me.got + request.waiting + others.got + others.waiting;
        let total = left + others.stale + me.got + others.got;
        // The whole part of a share, and the rest of the division.
        let part = |calls: u64| {
            let product = total.saturating_mul(calls);
            (product / all.max(1), product % all.max(1))
        };
        let (mine, rest) = part(me.got + request.waiting);
        // The calls beyond the whole parts go to the largest rests.
        let mut beyond = total.saturating_sub(mine);
        let mut before = 0;
        for (other, process) in self.waiting(now) {
            let (whole, others_rest) = part(process.got_in(me.epoch) + process.waiting);
            beyond = beyond.saturating_sub(whole);
            let is_before = others_rest > rest || (others_rest == rest && *other < request.process);
            before += u64::from(is_before);
        }
        let share = mine + u64::from(before < beyond);
        share.saturating_sub(me.got).min(request.waiting).min(left)
    }

    /// Returns the other processes whose calls wait.
    fn waiting(&self, now: u64) -> impl Iterator<Item = (&u64, &Process)> {
        let processes = self.processes.iter();
        processes.filter(move |(_, process)| now < process.waits_until && process.waiting > 0)
    }

    pub(super) fn others(&self, now: u64, me: &Process) -> Others {
        let mut others = Others::default();
        for process in self.processes.values() {
            let got = process.got_in(me.epoch);
            others.all_got += got;
            if now < process.waits_until && process.waiting > 0 {
                others.waiting += process.waiting;
                others.got += got;
            }
            if process.epoch != me.epoch {
                others.stale += process.out;
            }
        }
        others
    }

    /// Returns the time until the window ends. One process asks at its end, the others after the
    /// response to its call.
    fn pause_until_end(&self, now: u64, process: u64) -> u64 {
        let rest = self.ends.saturating_sub(now);
        let is_first = self.processes.iter().all(|(other, state)| {
            state.waiting == 0 || now >= state.waits_until || *other > process
        });
        let after = if is_first {
            0
        } else {
            self.probe_time.min(250)
        };
        (rest + after).max(1)
    }
}
