//! The calls under the client-side limit, whether they were leased or not.

use super::process::Process;
use super::{Ledger, NO_LIMIT, milliseconds};
use crate::rate_limit::lease::{LeaseRequest, QUOTA_SLACK};

/// The number of buckets in the time for which a call counts. A call counts until the end of its bucket
/// does not, so that at most one part in this number of the limit is lost.
const BUCKETS: u64 = 128;

/// The calls that count under the client-side limit: the ends of buckets in ascending order, and the
/// calls in them.
#[derive(Debug, Clone, Default)]
pub(super) struct QuotaLog(Vec<(u64, u64)>);

impl QuotaLog {
    /// Counts calls at a time, in the bucket that ends next. Returns the end of the bucket, or 0.
    fn charge(&mut self, time: u64, calls: u64, counted_for: u64) -> u64 {
        if calls == 0 {
            return 0;
        }
        let width = counted_for.div_ceil(BUCKETS).max(1);
        let place = self.0.partition_point(|(ends, _)| *ends < time + width);
        let last = place.checked_sub(1).and_then(|last| self.0.get_mut(last));
        if let Some((ends, counted)) = last.filter(|(ends, _)| *ends >= time) {
            *counted = (*counted + calls).min(NO_LIMIT);
            return *ends;
        }
        let ends = time + width - 1;
        self.0.insert(place, (ends, calls));
        ends
    }

    /// Takes calls back from the bucket with this end.
    fn discharge(&mut self, ends: u64, calls: u64) {
        if let Ok(index) = self.0.binary_search_by_key(&ends, |(ends, _)| *ends)
            && let Some((_, counted)) = self.0.get_mut(index)
        {
            *counted = counted.saturating_sub(calls);
            if *counted == 0 {
                self.0.remove(index);
            }
        }
    }

    fn expire(&mut self, now: u64, counted_for: u64) {
        self.0.retain(|(ends, _)| ends + counted_for > now);
    }

    /// Moves all times back.
    pub(super) fn rewind(&mut self, step: u64) {
        for (ends, _) in &mut self.0 {
            *ends = ends.saturating_sub(step);
        }
    }

    fn sent(&self) -> u64 {
        self.0.iter().map(|(_, calls)| calls).sum()
    }

    fn first(&self) -> Option<u64> {
        self.0.first().map(|(ends, _)| *ends)
    }
}

impl Ledger {
    /// Counts the calls that a process has sent, and takes back those that it was leased and has not
    /// sent. `last_epoch` is the epoch before this request.
    pub(super) fn settle_quota(
        &mut self,
        now: u64,
        me: &mut Process,
        last_epoch: u64,
        request: &LeaseRequest,
    ) {
        let sent = if me.turn > 0 {
            request.sent.total.saturating_sub(me.sent)
        } else if (self.born..=last_epoch).contains(&request.epoch) {
            // It was silent for so long that it was forgotten.
            request.sent.total.saturating_sub(request.sent.known)
        } else {
            NO_LIMIT
        };
        me.sent = me.sent.max(request.sent.total);
        let Some((_, window)) = request.quota else {
            return;
        };
        let window = milliseconds(window);
        self.quota.expire(now, counted_for(window));
        let leased = sent.min(me.reserved);
        self.quota.discharge(me.reserved_at, me.reserved - leased);
        me.reserved = 0;
        // The others were sent without a lease, as far as they still count.
        let mut rest = sent - leased;
        let quarter = window / request.sent.recent.len() as u64;
        for (age, calls) in (0..).zip(request.sent.recent) {
            let calls = rest.min(calls);
            rest -= calls;
            let time = now.saturating_sub(age * quarter);
            self.quota.charge(time, calls, counted_for(window));
        }
        if request.epoch == self.epoch {
            self.reserve(now, me, request.sent.unsent, request);
        }
    }

    /// Counts calls that are leased and not sent, from the latest time at which they may be sent.
    pub(super) fn reserve(
        &mut self,
        now: u64,
        me: &mut Process,
        calls: u64,
        request: &LeaseRequest,
    ) {
        let Some((_, window)) = request.quota.filter(|_| calls > 0) else {
            return;
        };
        me.reserved += calls;
        let window = milliseconds(window);
        let delay = milliseconds(request.sent_within).saturating_sub(slack(window));
        me.reserved_at = self.quota.charge(now + delay, calls, counted_for(window));
    }

    /// Returns the number of calls that the client-side limit allows.
    pub(super) fn quota_left(&self, request: &LeaseRequest) -> u64 {
        let quota = request.quota;
        quota.map_or(NO_LIMIT, |(calls, _)| {
            calls.saturating_sub(self.quota.sent())
        })
    }

    /// Returns the time until the client-side limit allows another call.
    pub(super) fn quota_opens(&self, now: u64, request: &LeaseRequest) -> u64 {
        let window = request.quota.map_or(0, |(_, window)| milliseconds(window));
        let first = self.quota.first().unwrap_or(now);
        (first + counted_for(window)).saturating_sub(now)
    }
}

/// The time by which a call counts longer than it must, because it may be sent a little after it was
/// leased.
fn slack(window: u64) -> u64 {
    window / u64::from(QUOTA_SLACK)
}

/// The time for which a call counts.
fn counted_for(window: u64) -> u64 {
    window + slack(window)
}
