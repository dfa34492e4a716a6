//! The exchange of a lane with the store: the time of a request, its contents, and its result. Pure:
//! the time is a parameter.

use std::time::Duration;

use super::exchange::{Lease, LeaseRequest};
use super::report::Report;
use super::{HEARTBEAT, LeasedCalls, Mode};

/// The time for which the one call of a lease that arrives after its end can be sent.
const LATE_LEASE: Duration = Duration::from_millis(100);

/// The time after which leased calls that are not used go back.
const IDLE_TIME: Duration = Duration::from_millis(250);

/// The same while calls are in flight, after which more may follow.
const BUSY_IDLE_TIME: Duration = Duration::from_secs(1);

/// The shortest time between two requests because all calls of the process have ended.
const SETTLE_TIME: Duration = Duration::from_millis(50);

/// The bounds of the time for which the store does not hear of responses. It is a quarter of a
/// window.
const MIN_REPORT_INTERVAL: Duration = Duration::from_secs(1);
const MAX_REPORT_INTERVAL: Duration = Duration::from_secs(5);

/// The time in which a lease that is used up was too small.
const SHORT_LEASE: Duration = Duration::from_secs(1);

/// The shortest and the longest pause between two attempts to reach the store.
const MIN_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(2);

/// The time after a reply in which a store without the lane has lost it. The store keeps it for longer.
const KNOWN_TIME: Duration = Duration::from_secs(60);

/// The time after which a call that was sent without a lease no longer counts, apart from the window
/// of the server.
const MIN_RESUMED_TIME: Duration = Duration::from_secs(5);

/// The largest number of calls that are asked for ahead of their arrival.
const MAX_BATCH: u64 = 256;

/// The next step of the driver.
#[derive(Debug)]
pub(in crate::rate_limit) enum Plan {
    Ask(Box<LeaseRequest>),
    /// Sleep until this time, or until an event.
    Sleep(Option<Duration>),
}

/// The state of the connection after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rate_limit) enum Connection {
    /// The store decides.
    Shared,
    /// Calls go on under this share of the limit; `None` if no limit is known.
    Alone { share: Option<u64> },
}

impl LeasedCalls {
    /// Returns the next step of the driver.
    pub(in crate::rate_limit) fn plan(&mut self, now: Duration, waiting: u64) -> Plan {
        if now >= self.valid_until {
            self.permits = 0;
        }
        let next = self.next_request(now, waiting);
        self.driver.plan(next);
        match next {
            Some(at) if at <= now => Plan::Ask(Box::new(self.request(now, waiting))),
            next => Plan::Sleep(next),
        }
    }

    /// Returns the time of the next request; `None` if nothing is to be asked or reported.
    pub(super) fn next_request(&self, now: Duration, waiting: u64) -> Option<Duration> {
        let has_news = self.report.has_news() || self.forgets;
        if let Mode::Alone { ask_at } | Mode::Standby { ask_at } = self.mode {
            let is_used = waiting > 0 || self.in_flight > 0 || has_news || self.permits > 0;
            return is_used.then_some(ask_at);
        }
        let is_urgent = self.forgets
            || self.report.has_refusal()
            || (self.is_awaited && (has_news || (self.in_flight == 0 && self.permits == 0)));
        let reports = has_news && waiting == 0 && self.unleased.is_some();
        let times = [
            self.lease_at().filter(|_| waiting > 0),
            self.is_held_uncounted()
                .then(|| self.asked_at.saturating_add(SETTLE_TIME)),
            self.wants_ahead(now)
                .then(|| self.ask_at.max(self.ahead_at)),
            is_urgent.then_some(now),
            self.must_settle(waiting)
                .then(|| self.asked_at.saturating_add(SETTLE_TIME)),
            (self.permits > 0).then(|| self.idle_at()),
            reports.then(|| self.asked_at.saturating_add(self.report_interval())),
            (self.in_flight > 0 || self.permits > 0)
                .then(|| self.asked_at.saturating_add(HEARTBEAT)),
        ];
        times.into_iter().flatten().min()
    }

    /// Returns the time at which a waiting call needs another lease, if it is known.
    fn lease_at(&self) -> Option<Duration> {
        if self.permits == 0 {
            return Some(self.ask_at);
        }
        // Leases under a client-side limit are short.
        let ends = self.valid_until.max(self.ask_at);
        let ends = ends.max(self.asked_at.saturating_add(SETTLE_TIME));
        self.share.quota().map(|_| ends)
    }

    /// Returns `true` if a call waits for another lane, and may be sent later than the store assumes.
    fn is_held_uncounted(&self) -> bool {
        self.sent.has_held()
            && self.share.quota().is_some()
            && self.counted_at < self.asked_at.saturating_add(HEARTBEAT)
    }

    /// Returns the time in which leased calls are sent, if there is a client-side limit.
    fn sent_within(&self) -> Option<Duration> {
        let quota = self.share.quota()?;
        Some(self.sent.within(quota.window))
    }

    /// Returns `true` if the calls of the process have ended, and the store counts them as held, so that
    /// calls wait that could be sent, here or in another process.
    fn must_settle(&self, waiting: u64) -> bool {
        let is_settled = self.known_held == 0 || self.in_flight > 0 || self.permits > 0;
        !is_settled && (waiting > 0 || self.others > 0)
    }

    /// Returns the time at which the leased calls go back.
    fn idle_at(&self) -> Duration {
        let is_busy = self.in_flight > 0 && self.others == 0;
        let time = if is_busy { BUSY_IDLE_TIME } else { IDLE_TIME };
        let last = self.sent_at.max(self.granted_at).max(self.ended_at);
        last.saturating_add(time)
    }

    fn report_interval(&self) -> Duration {
        let window = self.share.window().unwrap_or_default();
        (window / 4).clamp(MIN_REPORT_INTERVAL, MAX_REPORT_INTERVAL)
    }

    /// Returns `true` if calls should be leased before they arrive.
    fn wants_ahead(&self, now: Duration) -> bool {
        self.batch > 1
            && self.others == 0
            && self.permits < self.batch / 4
            && now < self.idle_at()
            && self.mode == Mode::Shared
    }

    fn request(&mut self, now: Duration, waiting: u64) -> LeaseRequest {
        let is_idle = now >= self.idle_at();
        if self.permits > 0 && is_idle {
            self.batch = (self.batch / 2).max(1);
            self.permits = 0;
        } else if self.permits <= self.batch / 4
            && now < self.granted_at.saturating_add(SHORT_LEASE)
        {
            self.batch = self.batch.saturating_mul(2).min(MAX_BATCH);
        }
        self.turn += 1;
        self.asking_since = Some(now);
        self.known_held = self.permits.saturating_add(self.in_flight);
        let within = self.sent_within();
        self.sent.declare(within);
        if let Some(within) = within {
            let counted_at = now.saturating_add(within);
            self.counted_at = self.counted_at.min(counted_at);
            self.valid_until = self.valid_until.min(counted_at);
        }
        let mut request = LeaseRequest {
            held: self.known_held,
            waiting,
            ahead: if is_idle && waiting == 0 {
                0
            } else {
                self.batch.saturating_sub(self.permits)
            },
            sent: self.sent.ask(self.permits),
            ..self.counts(now)
        };
        let report = self.take_report();
        report.write(now, &mut request);
        self.reporting = Some(report);
        request
    }

    /// Returns a request with the counts of the process, and what it knows.
    pub(super) fn counts(&self, now: Duration) -> LeaseRequest {
        let quota = self.share.quota();
        let resumed_for = self.share.known_window().saturating_add(MIN_RESUMED_TIME);
        let is_within = |since: Option<Duration>, time: Duration| {
            since.is_some_and(|since| now < since.saturating_add(time))
        };
        LeaseRequest {
            process: self.process,
            turn: self.turn,
            epoch: self.epoch,
            spent: self.spent,
            known_limit: self.share.limit(),
            known_window: self.share.window(),
            quota: quota.map(|rate| (rate.calls, rate.window)),
            slow_start: self.slow_start,
            sent: self.sent.last(),
            sent_within: self.sent_within().unwrap_or_default(),
            is_resumed: is_within(self.unleased_at, resumed_for),
            knows_lane: is_within(self.heard_at, KNOWN_TIME),
            forgets: self.forgets,
            ..LeaseRequest::default()
        }
    }

    /// Takes the report, with the one of a request that may not have reached the store.
    pub(super) fn take_report(&mut self) -> Report {
        let mut report = std::mem::take(&mut self.report);
        if let Some(earlier) = self.reporting.take() {
            report.put_back(&earlier);
        }
        report
    }

    /// Takes the reply to the request under way. `last` is the number of the last call.
    pub(in crate::rate_limit) fn granted(
        &mut self,
        lease: &Lease,
        now: Duration,
        last: u64,
    ) -> Connection {
        let asked = self.asking_since.take().unwrap_or(now);
        self.driver.goes_on(now);
        self.asked_at = now;
        self.heard_at = Some(now);
        self.reporting = None;
        self.forgets = false;
        self.failures = 0;
        if lease.epoch != self.epoch {
            self.known_held = 0;
            self.epoch = lease.epoch;
            self.first = last + 1;
            self.in_flight = 0;
            self.spent = 0;
            self.permits = 0;
            self.report.forget_window();
        }
        if lease.serial != self.serial || self.first_of_serial < self.first {
            self.serial = lease.serial;
            self.first_of_serial = last + 1;
        }
        if lease.limit.is_some() {
            self.share.set_limit(lease.limit, lease.window);
        }
        let processes = if lease.is_standby {
            // Not all have reported yet.
            lease.processes.max(self.share.processes())
        } else {
            lease.processes
        };
        self.share.set_processes(processes);
        self.others = lease.others;
        self.unleased = lease.left;
        self.is_awaited = lease.is_awaited && lease.calls > 0;
        self.ask_at = now.saturating_add(lease.ask_again_in);
        self.ends = now.saturating_add(lease.reset);
        self.known_held = self.known_held.saturating_add(lease.calls);
        if lease.calls > 0 {
            self.permits = self.permits.saturating_add(lease.calls);
            self.granted_at = now;
        }
        if self.permits < self.batch / 4 {
            // Few calls are left, so asking again at once would bring none.
            self.ahead_at = now.saturating_add(IDLE_TIME);
        }
        self.valid_until = asked.saturating_add(lease.valid_for);
        if self.valid_until <= now && self.permits > 0 {
            // The reply took longer than the lease lasts. One call goes on, or none ever would with a
            // distant store and a short window; the others go back with the next request.
            self.permits = 1;
            self.valid_until = now.saturating_add(LATE_LEASE);
        }
        self.keep_quota(asked, now);
        if lease.is_standby {
            // Counted from the request, so that it is not later than the store means it.
            self.mode = Mode::Standby {
                ask_at: asked.saturating_add(lease.ask_again_in),
            };
            return self.alone();
        }
        self.mode = Mode::Shared;
        // The store does not know of calls that were sent since the request.
        self.unleased_at = self.unleased_at.filter(|at| *at > asked);
        Connection::Shared
    }

    /// Ends the lease at the time from which the store counts its calls as sent, under a client-side
    /// limit. A reply that arrives later leases nothing: the next request tells the store how long a reply
    /// takes, so that its calls count for longer.
    fn keep_quota(&mut self, asked: Duration, now: Duration) {
        self.sent.hear(now.saturating_sub(asked));
        let Some(within) = self.sent.declared() else {
            return;
        };
        self.counted_at = asked.saturating_add(within);
        self.valid_until = self.valid_until.min(self.counted_at);
        if self.valid_until <= now && self.permits > 0 {
            self.permits = 0;
            self.ask_at = now;
        }
    }

    /// Notes that the request under way has failed for a reason.
    pub(in crate::rate_limit) fn failed_because(
        &mut self,
        now: Duration,
        reason: &str,
    ) -> Connection {
        let connection = self.failed(now);
        self.failure = Some(reason.to_owned());
        connection
    }

    /// Notes that the request under way has failed.
    pub(in crate::rate_limit) fn failed(&mut self, now: Duration) -> Connection {
        self.abandon_request();
        self.failure = None;
        self.driver.goes_on(now);
        self.asked_at = now;
        self.others = 0;
        let doubled = MIN_BACKOFF.saturating_mul(1 << self.failures.min(8));
        self.failures = self.failures.saturating_add(1);
        self.mode = Mode::Alone {
            ask_at: now.saturating_add(doubled.min(MAX_BACKOFF)),
        };
        self.alone()
    }

    /// Forgets the request under way, and keeps its report for the next one.
    pub(super) fn abandon_request(&mut self) {
        self.asking_since = None;
        if let Some(earlier) = self.reporting.take() {
            self.report.put_back(&earlier);
        }
    }

    fn alone(&self) -> Connection {
        Connection::Alone {
            share: self.share.own_rate().map(|rate| rate.calls),
        }
    }
}
