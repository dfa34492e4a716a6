//! The lessons of a lane from a response.

use std::time::Duration;

use super::{COUNTING_PERIOD, Lane, Pass, Probe, Silent};
use crate::rate_limit::headers::RateLimitHeaders;
use crate::rate_limit::refusal::{LimitKind, RefusalKind, Refused};
use crate::rate_limit::response_limits::LimitUpdate;
use crate::rate_limit::window::{CallPosition, ROUNDING_ERROR, UNKNOWN_LENGTH, Window};

impl Lane {
    fn position(&self, pass: Pass) -> CallPosition {
        CallPosition {
            number: pass.number,
            last: self.last,
            at: pass.at,
        }
    }

    pub(super) fn accept(&mut self, pass: Pass, now: Duration, update: &LimitUpdate) {
        self.accepted += 1;
        if matches!(self.probe, Probe::UnderWay { number, .. } if number <= pass.number) {
            self.probe = Probe::Done;
        }
        if self.pause.is_contradicted_by(pass.number) {
            self.exceeded_after = None;
        }
        let names_limit = update.names_limit();
        match self.pause.accept(now, pass.number) {
            Some(LimitKind::Calls) => self.reopen(pass, now, names_limit),
            Some(LimitKind::Concurrency) => self.forget_unreported_window(),
            // A late refusal has lengthened the pause, after which one call goes first again.
            None if self.pause.ends(now).is_some() => self.need_probe(),
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

    /// Forgets a window that was learned from refusals, because they concerned concurrency.
    fn forget_unreported_window(&mut self) {
        let window = self.window.as_ref();
        if window.is_none_or(|window| !window.is_reported()) {
            self.forget_window();
        }
        self.exceeded_after = None;
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
            // A window without an accepted call was used up by another program, and a single refusal
            // may concern an endpoint.
            if accepted > 0 && (self.pause.count() > 1 || self.limit.calls().is_some()) {
                self.limit.refused_after(accepted);
            }
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

    pub(super) fn refuse(
        &mut self,
        pass: Pass,
        now: Duration,
        update: &LimitUpdate,
    ) -> RefusalKind {
        let named = update.named_wait();
        if self.is_past(pass, named) {
            self.wait_once_more(now, update);
            return RefusalKind::Late;
        }
        let was_probe = self.probe.is_call(pass.number);
        let kind = self.pause.kind(pass.number, was_probe);
        let limit = &update.limit;
        let names_reset = limit.awaited_reset().is_some_and(|reset| !reset.is_zero());
        let began = self.began(now);
        let is_early = was_probe || kind == RefusalKind::Repeated;
        if is_early && kind != RefusalKind::Late && !names_reset && update.teaches {
            self.length.refused(pass.at.saturating_sub(began));
        }
        if update.teaches {
            self.exceed(kind, limit);
        }
        let is_named = kind == RefusalKind::First && named.is_some();
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
                observed: self
                    .observed_end(began, limit, is_named)
                    .filter(|ends| *ends > now && !self.is_premature(kind)),
            },
        );
        let until = self.pause.ends(now).unwrap_or(now);
        match kind {
            RefusalKind::First if named.is_some() => {
                if update.teaches {
                    self.length.named(until.saturating_sub(began));
                }
                self.in_flight.refuse(now);
            }
            RefusalKind::First if pass.before > 0 => self.in_flight.reduce(now, pass.before),
            _ => self.in_flight.refuse(now),
        }
        self.close(kind, limit, until);
        kind
    }

    /// Closes the window after a refusal, and lets one call go first after it.
    fn close(&mut self, kind: RefusalKind, limit: &RateLimitHeaders, until: Duration) {
        if !self.pause.may_be_concurrency()
            && let Some(window) = &mut self.window
        {
            window.refuse(limit, until);
        }
        if kind != RefusalKind::Late {
            self.probe = if self.pause.needs_probe() {
                Probe::Needed
            } else {
                Probe::Done
            };
        }
    }

    /// Pauses for the wait that a refusal of a previous window asks for. It shows nothing about the
    /// current one.
    fn wait_once_more(&mut self, now: Duration, update: &LimitUpdate) {
        let wait = update.limit.retry_after.filter(|wait| !wait.is_zero());
        if let Some(wait) = wait {
            self.pause.repeat(now.saturating_add(wait), self.last);
            self.in_flight.refuse(now);
            self.need_probe();
        }
    }

    /// Lets one call go first after the pause, unless the server limits concurrency.
    fn need_probe(&mut self) {
        if self.probe == Probe::Done && self.pause.needs_probe() {
            self.probe = Probe::Needed;
        }
    }

    /// Returns `true` if a refusal says that no calls are left in the window that other responses
    /// reported, and not in that of a single endpoint.
    pub(in crate::rate_limit) fn is_spent(&self, update: &LimitUpdate) -> bool {
        let reported = self.window.as_ref().filter(|window| window.is_reported());
        update.is_refused
            && update.limit.is_spent()
            && reported.is_some_and(|window| window.limit() == update.limit.limit)
    }

    /// Returns `true` if a refusal concerns a previous window: the call was sent before the current
    /// one, and the refusal names no time beyond its begin. A window that the server does not report may
    /// have begun later than assumed.
    fn is_past(&self, pass: Pass, named: Option<Duration>) -> bool {
        let window = self.window.as_ref();
        let is_before = pass.number <= self.pause.last()
            || window.is_some_and(|window| window.is_reported() && pass.number < window.first());
        !self.pause.is_on() && is_before && named.is_none_or(|wait| wait <= ROUNDING_ERROR)
    }

    /// Returns `true` if a window refuses a call after fewer than it accepted earlier, so that its
    /// limit may be another one.
    fn is_premature(&self, kind: RefusalKind) -> bool {
        let accepted = self.window.as_ref().map_or(0, Window::accepted);
        let calls = self.limit.calls().unwrap_or_default();
        kind == RefusalKind::First && accepted.saturating_add(1) < calls
    }

    /// Notes how many calls a window accepted that should have accepted more.
    fn exceed(&mut self, kind: RefusalKind, limit: &RateLimitHeaders) {
        let (accepted, is_counted) = match &self.window {
            Some(window) => (
                window.accepted(),
                !window.is_reported() || self.limit.calls().is_some(),
            ),
            None => (self.silent.accepted, true),
        };
        let is_unexpected = is_counted || !limit.is_spent();
        let is_first = kind == RefusalKind::First && is_unexpected;
        if is_first || self.exceeded_after.is_some() {
            let before = self.exceeded_after.unwrap_or_default();
            self.exceeded_after = Some(accepted.max(before));
        }
    }

    /// Returns the length of the window as the wait, if a refusal names nothing else and nothing is
    /// known of the window.
    fn named_length(&self, limit: &RateLimitHeaders) -> Option<Duration> {
        let is_all = limit.retry_after.is_none() && limit.reset.is_none() && self.accepted == 0;
        limit.window.filter(|_| is_all)
    }

    /// Returns the end of the window as observed, or as its reported length says. If the first
    /// refusal names a wait (`is_named`), the reported length does not count, because the window may
    /// have begun before the first call of this program.
    fn observed_end(
        &self,
        began: Duration,
        limit: &RateLimitHeaders,
        is_named: bool,
    ) -> Option<Duration> {
        let is_exhausted = limit.remaining.is_none_or(|remaining| remaining == 0);
        let is_usable = is_exhausted && self.accepted > 0 && !is_named;
        let length = limit.window.filter(|_| is_usable);
        let observed = self.length.corrected().or_else(|| {
            let is_silent = self
                .window
                .as_ref()
                .is_some_and(|window| !window.is_reported());
            self.length.get().filter(|_| is_silent)
        });
        Some(began.saturating_add(observed.or(length)?))
    }
}

/// Returns the time until the end of a window that a response reports.
fn window_length(limit: &RateLimitHeaders) -> Duration {
    limit.reset.or(limit.window).unwrap_or(UNKNOWN_LENGTH)
}
