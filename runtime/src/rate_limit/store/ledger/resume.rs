//! The return of processes that have sent calls without the store, and of a store whose state or clock is
//! an earlier one.

use super::{Ledger, NO_LIMIT, PROCESS_TTL, Probe, milliseconds};
use crate::rate_limit::lease::LeaseRequest;

/// The time in milliseconds in which all processes report to a store that has lost its state. It is
/// longer than a process is silent that holds calls, with the time that its request takes.
const STANDBY: u64 = 4000;

/// The time in milliseconds after a request in which the store was there for other processes.
const HEARD: u64 = 1000;

impl Ledger {
    /// Moves all times back if the clock of the store was set back, so that as much time is
    /// left as at the last request.
    pub(super) fn rewind(&mut self, now: u64) {
        let step = self.asked_at.max(self.began).saturating_sub(now);
        self.asked_at = now;
        if step == 0 {
            return;
        }
        let move_back = |time: &mut u64| *time = time.saturating_sub(step);
        [
            &mut self.began,
            &mut self.ends,
            &mut self.paused_until,
            &mut self.standby_until,
            &mut self.gathers_until,
        ]
        .into_iter()
        .for_each(move_back);
        if let Probe::UnderWay { since, until, .. } = &mut self.probe {
            [since, until].into_iter().for_each(move_back);
        }
        for process in self.processes.values_mut() {
            process.times().into_iter().for_each(move_back);
        }
        self.quota.rewind(step);
    }

    /// Notices calls that are unknown here, because the state was lost or is an earlier one, or because
    /// the process was without the store. `last_epoch` is the epoch before this request.
    pub(super) fn resume(&mut self, now: u64, last_epoch: u64, request: &LeaseRequest) {
        if now < self.standby_until {
            return;
        }
        // The lane began after the last epoch that the process knows, and no process has noticed.
        let is_newer = (1..self.born).contains(&request.epoch) && self.standby_until == 0;
        let is_other = is_newer || request.epoch > last_epoch;
        if is_other && (request.knows_lane || request.is_resumed) {
            self.stand_by(now, request);
        } else if request.is_resumed && request.epoch != self.epoch {
            if !self.has_response || self.is_silent(now) {
                self.stand_by(now, request);
            } else {
                self.look_again(now, request);
            }
        }
    }

    /// Lets all processes report before calls are leased again, because they have sent calls that are
    /// unknown here.
    fn stand_by(&mut self, now: u64, request: &LeaseRequest) {
        self.begin_epoch(now, request);
        self.base = 0;
        self.probe = Probe::Done;
        self.has_response = true;
        self.has_remaining |= request.remaining.is_some();
        if self.limit == 0 {
            self.limit = request.known_limit.unwrap_or(0);
        }
        if self.length == 0 {
            self.length = request.known_window.map_or(0, milliseconds);
        }
        let reset = request.reset.map_or(0, milliseconds);
        self.ends = self.paused_until.max(now + STANDBY.max(reset));
        self.standby_until = self.ends;
        self.gathers_until = 0;
    }

    /// Lets one call of all processes go first, because one process has sent calls that are unknown
    /// here.
    fn look_again(&mut self, now: u64, request: &LeaseRequest) {
        if self.probe != Probe::Done || self.base >= NO_LIMIT || self.left() == 0 {
            return;
        }
        self.base = 0;
        self.rebase();
        let reset = request.reset.map_or(0, milliseconds);
        let is_exhausted = request.remaining.is_some_and(|left| left.calls == 0);
        if is_exhausted && reset > 0 {
            self.has_remaining = true;
            self.ends = self.ends.max(now + reset + self.slack);
        } else {
            self.probe = Probe::Needed;
        }
    }

    /// Returns `true` if no other process has asked lately, so that the store may have been away.
    fn is_silent(&self, now: u64) -> bool {
        let mut others = self.processes.values();
        others.all(|process| process.expires + HEARD <= now + PROCESS_TTL)
    }
}
