//! The calls that have a pass of this lane, and wait for another lane.
//!
//! Such a call keeps its place as long as it is polled. Before it is sent, it has to have a place at
//! that time: the server may have refused the lane meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Lane, Pass};

/// The time for which a held call keeps its place after it was last polled.
const HOLD_TIME: Duration = Duration::from_secs(10);

/// The time after which a held call has to be polled again.
pub(in crate::rate_limit) const POLL_TIME: Duration = Duration::from_secs(5);

/// The held calls, by their numbers.
#[derive(Debug, Default)]
pub(super) struct HeldCalls {
    by_number: BTreeMap<u64, Held>,
    /// No call loses its place before this time.
    no_end_before: Duration,
}

#[derive(Debug)]
struct Held {
    pass: Pass,
    until: Duration,
}

impl HeldCalls {
    fn add(&mut self, pass: Pass, now: Duration) {
        let until = now.saturating_add(HOLD_TIME);
        self.no_end_before = match self.next_end() {
            Some(end) => end.min(until),
            None => until,
        };
        self.by_number.insert(pass.number, Held { pass, until });
    }

    fn keep(&mut self, number: u64, now: Duration) {
        if let Some(held) = self.by_number.get_mut(&number) {
            held.until = now.saturating_add(HOLD_TIME);
        }
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Pass> {
        self.by_number.remove(&number).map(|held| held.pass)
    }

    fn contains(&self, number: u64) -> bool {
        self.by_number.contains_key(&number)
    }

    /// Returns the time before which no call loses its place; `None` if there are no held calls.
    pub(super) fn next_end(&self) -> Option<Duration> {
        (!self.by_number.is_empty()).then_some(self.no_end_before)
    }

    /// Removes a call that is not polled any more.
    fn pop_unpolled(&mut self, now: Duration) -> Option<Pass> {
        let is_over = |held: &Held| held.until <= now;
        let mut calls = self.by_number.iter();
        let (&number, _) = calls.find(|(_, held)| is_over(held))?;
        self.remove(number)
    }

    fn find_next_end(&mut self) {
        let ends = self.by_number.values().map(|held| held.until);
        self.no_end_before = ends.min().unwrap_or_default();
    }
}

impl Lane {
    /// Marks a call as not sent yet.
    pub(in crate::rate_limit) fn hold(&mut self, pass: Pass, now: Duration) -> Pass {
        if let Some(quota) = &mut self.quota {
            quota.hold(pass.at);
        }
        self.hold_leased();
        let pass = Pass {
            is_held: true,
            ..pass
        };
        self.held.add(pass, now);
        pass
    }

    /// Lets a held call keep its place, because it is polled.
    pub(in crate::rate_limit) fn keep(&mut self, number: u64, now: Duration) {
        self.held.keep(number, now);
    }

    /// Takes back the places of held calls that are not polled any more.
    pub(super) fn revoke_held(&mut self, now: Duration) {
        if self.held.next_end().is_none_or(|end| now < end) {
            return;
        }
        while let Some(pass) = self.held.pop_unpolled(now) {
            self.return_place(pass);
        }
        self.held.find_next_end();
    }

    /// Returns the pass with which a call that took one earlier is sent now. If its place is gone, it
    /// takes another one. Fails with the time to ask again if there is none; the pass is given back.
    pub(in crate::rate_limit) fn go(
        &mut self,
        pass: Pass,
        now: Duration,
    ) -> Result<Pass, Duration> {
        if !pass.is_held && pass.at == now {
            return Ok(pass);
        }
        if !self.has_place(pass, now) {
            self.give_back(pass);
            return self.take(now);
        }
        self.held.remove(pass.number);
        self.discount(pass);
        if let Some(quota) = &mut self.quota {
            quota.count_call(now);
        }
        if let Some(leased) = &mut self.leased {
            leased.move_call(pass.at, now);
        }
        Ok(Pass {
            at: now,
            is_held: false,
            ..pass
        })
    }

    /// Returns `true` if a call that is not sent yet still has its place. It has none if the place was
    /// taken back, or was in a previous window, or before a refusal.
    fn has_place(&self, pass: Pass, now: Duration) -> bool {
        let number = pass.number;
        let window = self.window.as_ref();
        let leased = self.leased.as_ref();
        (!pass.is_held || self.held.contains(number))
            && (number > self.pause.last() && self.pause.ends(now).is_none())
            && window.is_none_or(|window| window.has_place(number, now))
            && leased.is_none_or(|leased| leased.has_place(number, now))
    }
}
