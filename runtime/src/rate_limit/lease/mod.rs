//! The calls of a lane that a store of rate limits has leased to this process. Pure: the time is a
//! parameter.
//!
//! While the store responds, it decides how many calls may be sent. While it does not, calls continue
//! with a share of the last known limit, in addition to everything that the lane itself learns.

mod connection;
mod driver;
mod exchange;
mod farewell;
mod plan;
mod report;
mod sent;
mod share;

use std::time::Duration;

pub use connection::StoreState;
pub(super) use driver::DriverClaim;
use driver::DriverState;
pub use exchange::{Lease, LeaseRefusal, LeaseRequest, Remaining, SentCalls};
pub(super) use farewell::Farewell;
pub(super) use plan::{Connection, Plan};
use report::{Report, ReportedCall};
pub(super) use sent::QUOTA_SLACK;
use sent::SentCount;
use share::Share;

use super::quota::Rate;
use super::response_limits::LimitUpdate;

/// The longest time between two requests of a process that holds calls. The store forgets a process
/// after a multiple of this time.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// The mode of a lane that has a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Connecting,
    Shared,
    /// The store is asked again at this time.
    Alone {
        ask_at: Duration,
    },
    /// The store is there and does not decide yet. Until this time, calls continue with the local share;
    /// then it may lease calls, so they wait for its reply.
    Standby {
        ask_at: Duration,
    },
}

impl Mode {
    fn is_shared(self) -> bool {
        matches!(self, Self::Shared | Self::Connecting)
    }
}

/// The leased calls of a lane.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "they are independent facts of one lane"
)]
pub(super) struct LeasedCalls {
    process: u64,
    turn: u64,
    mode: Mode,
    epoch: u64,
    /// The number of the first call of the epoch.
    first: u64,
    serial: u64,
    /// The number of the first call under the serial number.
    first_of_serial: u64,
    /// The calls that are leased and not sent.
    permits: u64,
    valid_until: Duration,
    /// The time from which the store counts the held calls as sent, under a client-side limit.
    counted_at: Duration,
    in_flight: u64,
    /// The calls that the process holds, as far as the store knows.
    known_held: u64,
    spent: u64,
    report: Report,
    /// The report in the request under way.
    reporting: Option<Report>,
    is_awaited: bool,
    /// The time before which waiting calls need not ask.
    ask_at: Duration,
    /// The time before which calls are not asked for ahead of their arrival.
    ahead_at: Duration,
    /// The start of the request under way.
    asking_since: Option<Duration>,
    asked_at: Duration,
    /// The time at which a call was last sent.
    sent_at: Duration,
    /// The time at which a call last ended.
    ended_at: Duration,
    /// The number of calls that are asked for ahead of their arrival.
    batch: u64,
    granted_at: Duration,
    share: Share,
    others: u64,
    /// The calls that no process has leased, as the store last reported them.
    unleased: Option<u64>,
    /// The end of the server's window, as the store reports it.
    ends: Duration,
    /// The number of failed requests in a row.
    failures: u32,
    /// The reason of the last failure, if it is known.
    failure: Option<String>,
    sent: SentCount,
    /// The time of the last call that was sent without the store, unless the store knows it.
    unleased_at: Option<Duration>,
    /// The time of the last reply.
    heard_at: Option<Duration>,
    forgets: bool,
    /// The longest time that the store takes to respond.
    timeout: Duration,
    slow_start: u64,
    driver: DriverState,
    farewell: Farewell,
}

/// The lane is dropped, so that the driver sends the last request and ends.
impl Drop for LeasedCalls {
    fn drop(&mut self) {
        self.say_farewell();
        self.driver.wake();
    }
}

impl LeasedCalls {
    /// Creates the calls of a process, of which `processes` are expected to use the lane.
    pub(super) fn new(process: u64, timeout: Duration, processes: u64, slow_start: u64) -> Self {
        Self {
            process,
            turn: 0,
            mode: Mode::Connecting,
            epoch: 0,
            first: 0,
            serial: 0,
            first_of_serial: 0,
            permits: 0,
            valid_until: Duration::ZERO,
            counted_at: Duration::ZERO,
            in_flight: 0,
            known_held: 0,
            spent: 0,
            report: Report::default(),
            reporting: None,
            is_awaited: false,
            ask_at: Duration::ZERO,
            ahead_at: Duration::ZERO,
            asking_since: None,
            asked_at: Duration::ZERO,
            sent_at: Duration::ZERO,
            ended_at: Duration::ZERO,
            batch: 1,
            granted_at: Duration::ZERO,
            share: Share::new(processes),
            others: 0,
            unleased: None,
            ends: Duration::ZERO,
            failures: 0,
            failure: None,
            sent: SentCount::default(),
            unleased_at: None,
            heard_at: None,
            forgets: false,
            timeout,
            slow_start,
            driver: DriverState::default(),
            farewell: Farewell::default(),
        }
    }

    /// Sets the calls that the client-side limit counts, by quarters of its period.
    pub(super) fn set_recent(&mut self, recent: [u64; 4]) {
        self.sent.set_recent(recent);
    }

    /// Changes the client-side limit.
    pub(super) fn set_quota(&mut self, quota: Option<Rate>) {
        self.share.set_quota(quota);
    }

    /// Returns `true` if the store decides, and the lane does not.
    pub(super) fn is_shared(&self, now: Duration) -> bool {
        !self.is_alone(now)
    }

    /// Returns `true` if the store does not respond, or if no runtime polls the drivers.
    fn is_alone(&self, now: Duration) -> bool {
        let is_unreachable = match self.mode {
            Mode::Alone { .. } => true,
            Mode::Standby { ask_at } => now < ask_at,
            Mode::Connecting | Mode::Shared => false,
        };
        is_unreachable || self.driver.is_given_up()
    }

    /// Returns the longest time that calls wait for a driver that does not act, or for a request.
    fn longest_wait(&self) -> Duration {
        self.timeout.saturating_mul(2)
    }

    /// Returns the time to ask again if no call may be sent.
    pub(super) fn check(&mut self, now: Duration) -> Result<(), Duration> {
        if self.permits > 0 && now < self.valid_until {
            return Ok(());
        }
        if self.is_alone(now) {
            return self.share.check(now);
        }
        // A reply wakes the calls, and a driver that is not polled is noticed at this time.
        let acts_at = self.acts_at().unwrap_or(now);
        let noticed = acts_at.saturating_add(self.longest_wait());
        Err(noticed.max(self.ask_at).max(now + Duration::from_millis(1)))
    }

    /// Records a call that is sent. Returns `true` if it was leased.
    pub(super) fn take(&mut self, now: Duration) -> bool {
        let is_leased = self.permits > 0 && now < self.valid_until;
        if is_leased {
            self.permits -= 1;
        } else {
            self.unleased_at = Some(now);
        }
        self.share.send(now);
        self.sent.take();
        self.in_flight += 1;
        self.sent_at = now;
        is_leased
    }

    /// Returns `true` if a call that has not been sent yet may be sent: its epoch is not over, and the
    /// store counts it from now on or later.
    pub(super) fn has_place(&self, number: u64, now: Duration) -> bool {
        number >= self.first && (now < self.counted_at || self.share.quota().is_none())
    }

    /// Records that a call is not sent yet.
    pub(super) fn hold(&mut self) {
        self.sent.hold();
    }

    /// Records that a held call is sent, or given back.
    pub(super) fn release(&mut self) {
        self.sent.release();
    }

    /// Records a call that is sent later than at `at`, when it was allowed to.
    pub(super) fn move_call(&mut self, at: Duration, now: Duration) {
        self.share.give_back(at);
        self.share.send(now);
    }

    /// Takes back a call that was allowed at `at` and not sent, and its permit if it was leased.
    pub(super) fn give_back(&mut self, number: u64, at: Duration, is_leased: bool) {
        self.share.give_back(at);
        self.sent.give_back();
        if number >= self.first {
            self.in_flight = self.in_flight.saturating_sub(1);
            self.permits += u64::from(is_leased);
        }
    }

    /// Ends a call, with or without a response. `last` is the number of the last call.
    pub(super) fn end(
        &mut self,
        number: u64,
        now: Duration,
        last: u64,
        update: Option<&LimitUpdate>,
    ) {
        let is_current = number >= self.first;
        self.ended_at = now;
        if is_current {
            self.in_flight = self.in_flight.saturating_sub(1);
        }
        let serial = if number >= self.first_of_serial {
            self.serial
        } else {
            0
        };
        let call = ReportedCall {
            number,
            serial,
            last,
        };
        let is_reported = match update {
            Some(update) if is_current || update.is_refused => {
                self.share.learn(&update.limit);
                self.report.add(now, call, update)
            }
            _ => false,
        };
        if is_current && !is_reported {
            self.spent += 1;
        }
    }

    /// Forgets what was learned from the server, here and in the store.
    pub(super) fn forget(&mut self) {
        self.report = Report::default();
        self.ask_at = Duration::ZERO;
        self.forgets = true;
    }

    /// Estimates the time at which a call with `ahead` others before it may be sent. The estimate is
    /// early, because other processes may not use their calls.
    pub(super) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let Some(over) = ahead.checked_sub(self.permits) else {
            return now;
        };
        if self.is_alone(now) {
            return self.share.opens(now, ahead);
        }
        let begins = self.ask_at.max(now);
        let Some(rate) = self.share.rate() else {
            return begins;
        };
        let windows = u32::try_from(over / rate.calls.max(1)).unwrap_or(u32::MAX);
        begins.saturating_add(rate.window.saturating_mul(windows))
    }

    /// Returns the number of calls that may be sent now, those included that can be leased.
    pub(super) fn left(&self, now: Duration) -> Option<u64> {
        if self.is_alone(now) {
            return self.share.left();
        }
        let is_valid = now < self.valid_until;
        let permits = if is_valid { self.permits } else { 0 };
        Some(permits.saturating_add(self.unleased?))
    }

    /// Returns the limit of all processes.
    pub(super) fn rate(&self) -> Option<Rate> {
        self.share.rate()
    }

    /// Returns the end of the server's window, if the store has reported one.
    pub(super) fn ends(&self, now: Duration) -> Option<Duration> {
        Some(self.ends).filter(|ends| *ends > now && !self.is_alone(now))
    }
}
