//! The lessons of a lane from what a process reports.

use super::process::Process;
use super::{Ledger, NO_LIMIT, Probe, milliseconds};
use crate::rate_limit::lease::{LeaseRefusal, LeaseRequest, Remaining};

/// The error of an end in whole seconds.
const ROUNDING_ERROR: u64 = 1100;

/// The pause in milliseconds after a refusal that names no wait; it doubles while probes are refused.
const UNNAMED_WAIT: u64 = 100;
const MAX_DOUBLINGS: u64 = 9;

/// The bounds of the time that is added to the reported end of a window.
const MIN_SLACK: u64 = 50;
const MAX_SLACK: u64 = 1100;

impl Ledger {
    pub(super) fn report(&mut self, now: u64, me: &mut Process, request: &LeaseRequest) {
        let is_current = request.epoch == self.epoch;
        self.enter(me);
        if let Some(limit) = request.limit {
            self.limit = limit.max(1);
        }
        if let Some(window) = request.window {
            self.window = milliseconds(window);
        }
        if request.forgets {
            self.forget(now);
        }
        if is_current {
            let is_whole = self.begins_window(request);
            self.count(me, request);
            if self.is_collecting() {
                self.learn_exhausted(now, request);
            } else {
                self.learn_window(now, request, is_whole);
            }
        }
        if let Some(refusal) = request.refusal {
            self.refuse(now, request.process, refusal, is_current);
        } else if is_current && request.has_response {
            self.refused_probes = 0;
        }
    }

    /// Learns the calls left, and the end of the window.
    fn learn_window(&mut self, now: u64, request: &LeaseRequest, is_whole: bool) {
        match request.remaining {
            Some(remaining) => self.learn_remaining(now, remaining),
            None => self.learn_response(now, request),
        }
        if let Some(reset) = request.reset {
            self.learn_end(now, milliseconds(reset), is_whole);
        } else if request.remaining.is_some() && self.is_guess {
            self.ends = now + self.window_length();
            self.is_guess = false;
        }
    }

    /// Returns `true` in the epoch in which all processes report. Calls that they sent before are
    /// still unknown, so a report shows no number of calls that may be leased.
    fn is_collecting(&self) -> bool {
        self.began < self.standby_until
    }

    /// Learns that the server accepts no call until its window ends.
    fn learn_exhausted(&mut self, now: u64, request: &LeaseRequest) {
        let Some(remaining) = request.remaining else {
            return;
        };
        self.has_remaining = true;
        if let Some(reset) = request.reset
            && remaining.calls == 0
        {
            self.ends = self.ends.max(now + milliseconds(reset) + self.slack);
        }
    }

    /// Takes over the counts of a process.
    fn count(&mut self, me: &mut Process, request: &LeaseRequest) {
        self.out = (self.out + request.held).saturating_sub(me.out);
        me.out = request.held;
        let spent = request.spent.saturating_sub(me.spent);
        me.spent = me.spent.max(request.spent);
        self.used += spent;
        if request.has_response && !self.has_response {
            self.has_response = true;
            if request.remaining.is_none() {
                self.base = self.allowance();
                self.ends = self.began + self.window_length();
                self.rebase();
            }
        }
        if spent > 0 && self.base < NO_LIMIT {
            self.base = self.base.saturating_sub(spent);
            self.rebase();
        }
    }

    /// Learns the calls left. The lowest report counts, unless a higher one is the response to a call
    /// that was leased after the lowest was received.
    fn learn_remaining(&mut self, now: u64, remaining: Remaining) {
        self.has_remaining = true;
        if remaining.serial >= self.base_at {
            self.base = remaining.calls;
            self.lost = 0;
            self.rebase();
            self.end_probe(now);
        } else if remaining.calls < self.base {
            self.base = remaining.calls;
            self.rebase();
        }
    }

    /// Learns from a response that does not report the calls left, or from none.
    fn learn_response(&mut self, now: u64, request: &LeaseRequest) {
        let Probe::UnderWay { process, .. } = self.probe else {
            return;
        };
        if process != request.process {
            return;
        }
        if request.has_response {
            let allowance = self.allowance();
            self.base = if allowance < NO_LIMIT {
                allowance.saturating_sub(self.used)
            } else {
                NO_LIMIT
            };
            self.rebase();
            self.end_probe(now);
        } else if request.held == 0 {
            self.probe = Probe::Needed;
        }
    }

    fn end_probe(&mut self, now: u64) {
        if let Probe::UnderWay { since, .. } = self.probe {
            self.probe_time = (3 * self.probe_time + now.saturating_sub(since)) / 4;
        }
        self.probe = Probe::Done;
    }

    /// Returns `true` if a request has the response to the first call of a window. A window in which
    /// other calls came first may have begun earlier than the epoch.
    fn begins_window(&self, request: &LeaseRequest) -> bool {
        let is_probe =
            matches!(self.probe, Probe::UnderWay { process, .. } if process == request.process);
        let remaining = request.remaining;
        is_probe && remaining.is_none_or(|remaining| remaining.calls + 1 >= self.limit)
    }

    /// Learns the end of the window, and its length if it began with the epoch.
    fn learn_end(&mut self, now: u64, reset: u64, is_whole: bool) {
        let ends = now + reset + self.slack;
        let tolerance = ROUNDING_ERROR.min(self.window_length() / 2);
        if self.is_guess || ends > self.ends + tolerance {
            self.ends = ends;
            let length = ends.saturating_sub(self.began);
            if self.is_guess && (is_whole || length > self.window_length()) {
                self.length = length;
            }
            self.is_guess = false;
        } else {
            // Resets are mostly rounded up, so the earliest one is the best.
            self.ends = self.ends.min(ends);
        }
    }

    fn refuse(&mut self, now: u64, process: u64, refusal: LeaseRefusal, is_current: bool) {
        let named = refusal.wait.map(milliseconds).filter(|wait| *wait > 0);
        if named.is_none() && !is_current {
            // It concerns a window that is over.
            return;
        }
        let doublings = self.refused_probes.min(MAX_DOUBLINGS);
        let wait = named.unwrap_or(UNNAMED_WAIT << doublings);
        if matches!(self.probe, Probe::UnderWay { process: probing, .. } if probing == process) {
            self.refused_probes += 1;
            self.slack = (2 * self.slack).clamp(MIN_SLACK, MAX_SLACK);
        }
        let until = now + wait;
        if named.is_some() && !self.has_remaining && is_current && self.used > 0 {
            self.observed = self.used;
            self.observed_window = until.saturating_sub(self.began);
            self.step = 1;
        }
        self.base = 0;
        self.rebase();
        self.probe = Probe::Done;
        self.paused_until = self.paused_until.max(until);
        self.ends = self.paused_until;
        self.is_guess = true;
    }

    /// Forgets refusals and observations, so that one call looks again.
    fn forget(&mut self, now: u64) {
        self.paused_until = 0;
        self.refused_probes = 0;
        self.slack = 0;
        self.observed = 0;
        self.observed_window = 0;
        self.base = 0;
        self.ends = now;
    }
}
