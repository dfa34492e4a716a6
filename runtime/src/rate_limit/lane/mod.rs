//! Decides when the calls of one token or one account may be sent. Pure: a state, the time, and
//! events.
//!
//! A call passes, in this order: the quota of the program, the pause after a refusal, the bound on
//! calls in flight, and the window of the server.

mod held;
#[cfg_attr(
    not(feature = "rate-limit-store"),
    allow(dead_code, reason = "a store makes the leases")
)]
mod leased;
mod response;
mod state;

use std::time::Duration;

use held::HeldCalls;

use super::in_flight::{InFlight, SLOW_START, Share};
use super::lease::LeasedCalls;
use super::observed::{ObservedLength, ObservedLimit};
use super::quota::{QuotaWindow, Rate};
use super::refusal::{Pause, RefusalKind};
use super::response_limits::LimitUpdate;
use super::window::{Observed, Start, Window};

pub(super) use held::POLL_TIME;
pub(super) use state::LaneState;
pub(crate) use state::Reason;

/// The time for which calls are counted while no limit is known.
const COUNTING_PERIOD: Duration = Duration::from_secs(10);

/// The time that other calls wait for the call that goes first.
const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

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
    /// `true` if a store has leased the call.
    is_leased: bool,
}

impl Pass {
    /// Returns the number of the call in its lane.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the time at which the call was sent.
    pub(super) fn at(&self) -> Duration {
        self.at
    }
}

/// The lane of one token or one account.
#[derive(Debug)]
pub(crate) struct Lane {
    quota: Option<QuotaWindow>,
    /// The number of calls in flight.
    count: u64,
    /// The calls that have a pass and wait for another lane.
    held: HeldCalls,
    /// The number of the last call that was sent, from 1.
    last: u64,
    /// The number of calls that were not refused.
    accepted: u64,
    in_flight: InFlight,
    pause: Pause,
    probe: Probe,
    /// The window of the server, if one is known.
    window: Option<Window>,
    /// The calls that were accepted while no window was known.
    silent: Silent,
    limit: ObservedLimit,
    length: ObservedLength,
    /// The number of calls after which a window was refused that had calls left.
    exceeded_after: Option<u64>,
    /// The calls that a store has leased, if the lane is shared between processes.
    leased: Option<Box<LeasedCalls>>,
}

/// The calls of a lane without a window.
#[derive(Debug, Default)]
struct Silent {
    since: Option<Duration>,
    accepted: u64,
}

/// The state of the call that goes first after a pause or a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Probe {
    Done,
    Needed,
    UnderWay { number: u64, until: Duration },
}

impl Probe {
    fn is_call(self, number: u64) -> bool {
        matches!(self, Self::UnderWay { number: probing, .. } if probing == number)
    }
}

impl Lane {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self {
            quota: rate.map(QuotaWindow::new),
            count: 0,
            held: HeldCalls::default(),
            last: 0,
            accepted: 0,
            in_flight: InFlight::new(SLOW_START),
            pause: Pause::default(),
            probe: Probe::Done,
            window: None,
            silent: Silent::default(),
            limit: ObservedLimit::default(),
            length: ObservedLength::default(),
            exceeded_after: None,
            leased: None,
        }
    }

    /// Creates a lane with this number of calls in flight before the first response.
    pub(super) fn with_slow_start(rate: Option<Rate>, slow_start: Option<u64>) -> Self {
        let mut lane = Self::new(rate);
        lane.in_flight = InFlight::new(slow_start.unwrap_or(SLOW_START));
        lane
    }

    /// Changes the quota. The calls so far still count.
    pub(super) fn set_quota(&mut self, rate: Option<Rate>) {
        self.quota = match (self.quota.take(), rate) {
            (Some(quota), Some(rate)) => Some(quota.at(rate)),
            (_, rate) => rate.map(QuotaWindow::new),
        };
        if let Some(leased) = &mut self.leased {
            leased.set_quota(rate);
        }
    }

    /// Changes the number of calls in flight before the first response.
    pub(super) fn set_slow_start(&mut self, calls: u64) {
        self.in_flight.set_first(calls);
    }

    pub(super) fn quota(&self) -> Option<Rate> {
        self.quota.as_ref().map(QuotaWindow::rate)
    }

    /// Returns the number of calls that the current window of the server may have counted.
    pub(super) fn sent_in_window(&self) -> u64 {
        let accepted = match &self.window {
            Some(window) => window.accepted(),
            None => self.silent.accepted,
        };
        accepted.saturating_add(self.count)
    }

    /// Returns the number of calls in flight.
    pub(super) fn in_flight(&self) -> u64 {
        self.count
    }

    /// Returns the number of calls that the server has not refused.
    pub(super) fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Forgets the window, because the limit is not one of its calls or not that of this lane.
    pub(super) fn forget_window(&mut self) {
        self.window = None;
        self.silent = Silent::default();
        self.limit = ObservedLimit::default();
        self.length = ObservedLength::default();
        self.exceeded_after = None;
    }

    /// Forgets everything that was learned from the server.
    pub(super) fn forget(&mut self) {
        self.in_flight = InFlight::new(self.in_flight.first());
        self.pause = Pause::default();
        self.probe = Probe::Done;
        self.forget_window();
        if let Some(leased) = &mut self.leased {
            leased.forget();
        }
    }

    /// Returns a pass for the next call, or the time to ask again.
    pub(crate) fn take(&mut self, now: Duration) -> Result<Pass, Duration> {
        self.revoke_held(now);
        if let Some(quota) = &mut self.quota {
            quota.advance(now);
            if quota.left() == 0 {
                let opens = quota.opens(now, 0);
                return Err(self.held.next_end().map_or(opens, |end| opens.min(end)));
            }
        }
        if let Some(until) = self.pause.ends(now) {
            return Err(until);
        }
        let number = self.last + 1;
        self.advance(now, number);
        let is_shared = self.check_lease(now)?;
        if let Probe::UnderWay { until, .. } = self.probe {
            if now < until {
                return Err(until);
            }
            self.probe = Probe::Done;
        }
        if let Some(opens) = self.in_flight.opens(now, self.count, self.usable()) {
            return Err(opens);
        }
        match &mut self.window {
            Some(window) if is_shared => window.take_leased(),
            Some(window) => window.take()?,
            None => {
                self.silent.since.get_or_insert(now);
            }
        }
        if self.probe == Probe::Needed {
            let until = now + PROBE_TIMEOUT;
            self.probe = Probe::UnderWay { number, until };
        }
        if let Some(quota) = &mut self.quota {
            quota.count_call(now);
        }
        let leased = self.leased.as_mut();
        let is_leased = leased.is_some_and(|leased| leased.take(now));
        self.in_flight.send(now);
        let before = self.count;
        self.last = number;
        self.count += 1;
        Ok(Pass {
            number,
            before,
            at: now,
            is_held: false,
            is_leased,
        })
    }

    /// Returns the part of the bound on calls in flight that the next call may use. A call that
    /// shows whether the server limits concurrency uses half, so that its refusal means something
    /// else.
    fn usable(&self) -> Share {
        if self.probe == Probe::Needed && self.pause.may_be_concurrency() {
            Share::Half
        } else {
            Share::Whole
        }
    }

    /// Begins the next window if the current one is over.
    fn advance(&mut self, now: Duration, number: u64) {
        let Some(window) = self.window.as_ref().filter(|window| now >= window.ends()) else {
            return;
        };
        if !window.has_left() && !self.pause.is_on() {
            self.limit.exhausted(window.limit());
        }
        if self.exceeded_after.is_some() && window.accepted() > 0 {
            // With the calls that were in flight at the refusal.
            self.exceeded_after = Some(window.accepted());
        }
        let observed = self.observed();
        let window = self.window.as_mut();
        if window.and_then(|window| window.advance(now, number, &observed)) == Some(Start::Probe) {
            self.probe = Probe::Needed;
        }
    }

    fn observed(&self) -> Observed {
        Observed {
            limit: self.limit.calls(),
            length: self.length.get(),
            corrected_length: self.length.corrected(),
        }
    }

    /// Stops counting a call against the quota.
    fn discount(&mut self, pass: Pass) {
        self.release_leased(pass);
        match &mut self.quota {
            Some(quota) if pass.is_held => quota.release(),
            Some(quota) => quota.give_back(pass.at),
            None => {}
        }
    }

    /// Returns a pass whose call was not sent.
    pub(crate) fn give_back(&mut self, pass: Pass) {
        if pass.is_held && self.held.remove(pass.number).is_none() {
            // Its place was taken back.
            return;
        }
        self.return_place(pass);
    }

    fn return_place(&mut self, pass: Pass) {
        self.count = self.count.saturating_sub(1);
        self.discount(pass);
        if let Some(window) = &mut self.window {
            window.give_back(pass.number);
        }
        if let Some(leased) = &mut self.leased {
            leased.give_back(pass.number, pass.at, pass.is_leased);
        }
        self.lose(pass.number);
    }

    /// Lets another call go first if this one was to.
    fn lose(&mut self, number: u64) {
        if self.probe.is_call(number) {
            self.probe = Probe::Needed;
        }
    }

    /// Ends a call, with or without a response. Returns the meaning of a refusal.
    pub(crate) fn end(
        &mut self,
        pass: Pass,
        now: Duration,
        update: Option<&LimitUpdate>,
    ) -> Option<RefusalKind> {
        self.count = self.count.saturating_sub(1);
        if let Some(window) = &mut self.window {
            window.end(pass.number);
        }
        if let Some(leased) = &mut self.leased {
            leased.end(pass.number, now, self.last, update);
        }
        if update.is_some_and(|update| update.is_of_token) {
            self.forget_window();
        }
        match update {
            None => {
                self.lose(pass.number);
                None
            }
            Some(update) if update.is_elsewhere => {
                self.lose(pass.number);
                self.in_flight.refuse(now);
                None
            }
            Some(update) if update.is_refused => Some(self.refuse(pass, now, update)),
            Some(update) => {
                self.accept(pass, now, update);
                None
            }
        }
    }

    /// Estimates the time at which a call with `ahead` others before it may be sent.
    pub(crate) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let quota = self
            .quota
            .as_ref()
            .map_or(now, |quota| quota.opens(now, ahead));
        let pause = self.pause.ends(now).unwrap_or(now);
        let leased = self.leased.as_ref();
        if let Some(leased) = leased.filter(|leased| leased.is_shared(now)) {
            return quota.max(pause).max(leased.opens(now, ahead));
        }
        let window = match &self.window {
            Some(window) => window.opens(now, ahead, &self.observed()),
            None => now,
        };
        quota.max(pause).max(window)
    }
}
