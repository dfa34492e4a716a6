//! Decides when the calls of one token or one account may be sent. Pure: a state, the time, and
//! events.
//!
//! A call passes, in this order: the quota of the program, the pause after a refusal, the bound on
//! calls in flight, and the window of the server.

use std::time::Duration;

use super::headers::RateLimitHeaders;
use super::in_flight::{InFlight, SLOW_START};
use super::observed::{ObservedLength, ObservedLimit};
use super::quota::{QuotaWindow, Rate};
use super::refusal::{LimitKind, Pause, RefusalKind, Refused};
use super::update::LimitUpdate;
use super::window::{CallPosition, Observed, ROUNDING_ERROR, Start, Window};

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
}

impl Pass {
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
    /// The end of the pause after a refusal.
    pub(super) refused_until: Option<Duration>,
    /// The time of the next change that needs no event.
    pub(super) ends_at: Option<Duration>,
    pub(super) in_flight: u64,
}

impl Lane {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self {
            quota: rate.map(QuotaWindow::new),
            count: 0,
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

    /// Returns the number of calls that the server has not refused.
    pub(super) fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Returns `true` if a call waits because there is no response yet.
    pub(super) fn awaits_first_response(&self) -> bool {
        self.in_flight.awaits_first_response()
    }

    /// Forgets everything that was learned from the server.
    pub(super) fn forget(&mut self) {
        self.in_flight = InFlight::new(self.in_flight.first());
        self.pause = Pause::default();
        self.probe = Probe::Done;
        self.window = None;
        self.silent = Silent::default();
        self.limit = ObservedLimit::default();
        self.length = ObservedLength::default();
        self.exceeded_after = None;
    }

    /// Returns a pass for the next call, or the time to ask again.
    pub(crate) fn take(&mut self, now: Duration) -> Result<Pass, Duration> {
        if let Some(quota) = &mut self.quota {
            quota.advance(now);
            if quota.left() == 0 {
                return Err(quota.opens(now, 0));
            }
        }
        if let Some(until) = self.pause.ends(now) {
            return Err(until);
        }
        let number = self.last + 1;
        self.advance(now, number);
        if let Probe::UnderWay { until, .. } = self.probe {
            if now < until {
                return Err(until);
            }
            self.probe = Probe::Done;
        }
        if let Some(opens) = self.in_flight.opens(now, self.count) {
            return Err(opens);
        }
        match &mut self.window {
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
        self.in_flight.send(now);
        let before = self.count;
        self.last = number;
        self.count += 1;
        Ok(Pass {
            number,
            before,
            at: now,
            is_held: false,
        })
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
        // Its place was in a previous window, or before a refusal.
        let window = self.window.as_mut();
        let is_late = window.is_some_and(|window| window.moves_call(pass.number));
        if is_late || pass.number <= self.pause.last() {
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
        self.count = self.count.saturating_sub(1);
        self.discount(pass);
        if let Some(window) = &mut self.window {
            window.give_back(pass.number);
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

    fn position(&self, pass: Pass) -> CallPosition {
        CallPosition {
            number: pass.number,
            last: self.last,
            at: pass.at,
        }
    }

    fn accept(&mut self, pass: Pass, now: Duration, update: &LimitUpdate) {
        self.accepted += 1;
        if matches!(self.probe, Probe::UnderWay { number, .. } if number <= pass.number) {
            self.probe = Probe::Done;
        }
        let names_limit = update.names_limit();
        match self.pause.accept(pass.number) {
            Some(LimitKind::Calls) => self.reopen(pass, now, names_limit),
            Some(LimitKind::Concurrency) => self.exceeded_after = None,
            None => {}
        }
        let has_window = self.window.is_some() || names_limit;
        self.in_flight.accept(now, pass.before, has_window);
        if self.window.is_none() && !self.create_window(now, update) {
            return;
        }
        let (place, observed) = (self.position(pass), self.observed());
        if let Some(window) = &mut self.window {
            window.accept(now, place, &update.limit, &observed);
        }
    }

    /// Creates the window that a response reports. Returns `false` if it reports none.
    fn create_window(&mut self, now: Duration, update: &LimitUpdate) -> bool {
        let since = *self.silent.since.get_or_insert(now);
        if update.names_limit() {
            let ends = now + window_length(&update.limit);
            let accepted = self.silent.accepted;
            self.window = Some(Window::new(since, ends, self.count, accepted));
            return true;
        }
        if now > since + COUNTING_PERIOD && !self.pause.is_on() {
            self.silent = Silent {
                since: Some(now),
                accepted: 0,
            };
        }
        self.silent.accepted += 1;
        false
    }

    /// Opens the lane after a pause, because this call was accepted.
    fn reopen(&mut self, pass: Pass, now: Duration, names_limit: bool) {
        self.in_flight.lift(names_limit);
        let began = self.began(now);
        self.length.accepted(pass.at.saturating_sub(began));
        if let Some(accepted) = self.exceeded_after.take() {
            let accepted = match &self.window {
                Some(_) => accepted,
                None => self.silent.accepted,
            };
            self.limit.refused_after(accepted);
        }
        let (place, observed) = (self.position(pass), self.observed());
        let ends = now + observed.length.unwrap_or(COUNTING_PERIOD);
        let window = self
            .window
            .get_or_insert_with(|| Window::new(began, ends, 0, 0));
        window.reopen(now, place, &observed);
    }

    /// Returns the time of the first accepted call of the current window.
    fn began(&self, now: Duration) -> Duration {
        let window = self.window.as_ref().map(Window::began);
        window.or(self.silent.since).unwrap_or(now)
    }

    fn refuse(&mut self, pass: Pass, now: Duration, update: &LimitUpdate) -> RefusalKind {
        let named = update.named_wait();
        if self.is_past(pass, now + named.unwrap_or_default()) {
            return RefusalKind::Late;
        }
        let was_probe = self.probe.is_call(pass.number);
        let kind = self.pause.kind(pass.number);
        let limit = &update.limit;
        let names_reset = limit.reset.is_some_and(|reset| !reset.is_zero());
        let began = self.began(now);
        let is_early = was_probe || kind == RefusalKind::Repeated;
        if is_early && kind != RefusalKind::Late && !names_reset {
            self.length.refused(pass.at.saturating_sub(began));
        }
        self.exceed(kind);
        self.pause.record(
            now,
            &Refused {
                number: pass.number,
                last: self.last,
                was_accompanied: pass.before > 0,
                was_probe,
                is_exhausted: limit.is_spent(),
                named: named.or_else(|| self.named_length(limit)),
                names_reset,
                observed: self.observed_end(began, limit).filter(|ends| *ends > now),
            },
        );
        let until = self.pause.ends(now).unwrap_or(now);
        match kind {
            RefusalKind::First if named.is_some() => {
                self.length.named(until.saturating_sub(began));
                self.in_flight.refuse(now);
            }
            RefusalKind::First if pass.before > 0 => self.in_flight.reduce(now, pass.before),
            _ => self.in_flight.refuse(now),
        }
        if !self.pause.may_be_concurrency() {
            if let Some(window) = &mut self.window {
                window.refuse(limit, until);
            }
        }
        if kind != RefusalKind::Late {
            self.probe = if self.pause.needs_probe() {
                Probe::Needed
            } else {
                Probe::Done
            };
        }
        kind
    }

    /// Returns `true` if a refusal concerns a previous window: the call was sent before the current
    /// one, and `ends` is not far after its end.
    fn is_past(&self, pass: Pass, ends: Duration) -> bool {
        if self.pause.is_on() {
            return false;
        }
        let window = self.window.as_ref();
        let is_before = pass.number <= self.pause.last()
            || window.is_some_and(|window| pass.number < window.first());
        is_before && window.is_none_or(|window| ends <= window.ends() + ROUNDING_ERROR)
    }

    /// Notes how many calls a window accepted that should have accepted more.
    fn exceed(&mut self, kind: RefusalKind) {
        let (accepted, is_unexpected) = match &self.window {
            Some(window) => (
                window.accepted(),
                window.has_left() || !window.is_reported() || self.limit.calls().is_some(),
            ),
            None => (self.silent.accepted, true),
        };
        let is_first = kind == RefusalKind::First && is_unexpected;
        if accepted > 0 && (is_first || self.exceeded_after.is_some()) {
            self.exceeded_after = Some(accepted);
        }
    }

    /// Returns the length of the window as the wait, if a refusal names nothing else and nothing is
    /// known of the window.
    fn named_length(&self, limit: &RateLimitHeaders) -> Option<Duration> {
        let is_all = limit.retry_after.is_none() && limit.reset.is_none() && self.accepted == 0;
        limit.window.filter(|_| is_all)
    }

    /// Returns the end of the window as observed, or as its length says.
    fn observed_end(&self, began: Duration, limit: &RateLimitHeaders) -> Option<Duration> {
        let is_exhausted = limit.remaining.is_none_or(|remaining| remaining == 0);
        let length = limit.window.filter(|_| is_exhausted && self.accepted > 0);
        let observed = self.length.corrected().or_else(|| {
            let is_silent = self
                .window
                .as_ref()
                .is_some_and(|window| !window.is_reported());
            self.length.get().filter(|_| is_silent)
        });
        Some(began.saturating_add(observed.or(length)?))
    }

    /// Estimates the time at which a call with `ahead` others before it may be sent.
    pub(crate) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let quota = self
            .quota
            .as_ref()
            .map_or(now, |quota| quota.opens(now, ahead));
        let pause = self.pause.ends(now).unwrap_or(now);
        let window = match &self.window {
            Some(window) => window.opens(now, ahead, &self.observed()),
            None => now,
        };
        quota.max(pause).max(window)
    }

    pub(super) fn state(&mut self, now: Duration, waiting: u64) -> LaneState {
        if let Some(quota) = &mut self.quota {
            // Drops the calls that no longer count, even if no call has arrived since.
            quota.advance(now);
        }
        let quota = self.quota.as_ref();
        let window = self.window.as_ref();
        let refused_until = self.pause.ends(now);
        let left = [
            quota.map(QuotaWindow::left),
            window.and_then(|window| window.left(now)),
            refused_until.map(|_| 0),
        ];
        let rate = quota.map(QuotaWindow::rate);
        let of_rate = rate.map(|rate| rate.window);
        let ends = window.map(Window::ends).filter(|ends| *ends > now);
        let ends_at = [ends, refused_until, quota.and_then(QuotaWindow::ends_at)];
        LaneState {
            limit: window
                .and_then(Window::limit)
                .or(rate.map(|rate| rate.calls)),
            window: window.and_then(Window::named_length).or(of_rate),
            left: left.into_iter().flatten().min(),
            opens: self.opens(now, waiting),
            ends,
            refused_until,
            ends_at: ends_at.into_iter().flatten().min(),
            in_flight: self.count,
        }
    }
}

/// Returns the time until the end of a window that a response reports.
fn window_length(limit: &RateLimitHeaders) -> Duration {
    limit
        .reset
        .or(limit.window)
        .unwrap_or(super::window::UNKNOWN_LENGTH)
}
