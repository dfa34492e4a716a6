//! The last request of a lane, reports that are put back, and what a store learns from servers that name
//! no limit, or name absurd ones.

use std::time::Duration;

use http::StatusCode;

use crate::rate_limit::LimitUpdate;
use crate::rate_limit::headers::RateLimitHeaders;
use crate::rate_limit::lease::{Connection, Lease, LeaseRefusal, LeaseRequest, LeasedCalls};
use crate::rate_limit::lease::{Plan, Remaining, StoreState};
use crate::rate_limit::quota::Rate;
use crate::rate_limit::store::Ledger;

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns the calls of a process that holds five leased ones at the tenth second.
fn leased() -> LeasedCalls {
    let mut calls = LeasedCalls::new(7, Duration::from_millis(500), 1, 10);
    asked(&mut calls, at(10), 5);
    let lease = Lease {
        epoch: 1,
        serial: 1,
        calls: 5,
        valid_for: at(100),
        ..Lease::default()
    };
    assert_eq!(calls.granted(&lease, at(10), 0), Connection::Shared);
    calls
}

/// Returns the request that the driver makes now.
#[track_caller]
fn asked(calls: &mut LeasedCalls, now: Duration, waiting: u64) -> LeaseRequest {
    match calls.plan(now, waiting) {
        Plan::Ask(request) => *request,
        Plan::Sleep(until) => panic!("the driver sleeps until {until:?}"),
    }
}

fn response(status: StatusCode, retry_after: Option<Duration>) -> LimitUpdate {
    let limit = RateLimitHeaders {
        retry_after,
        ..RateLimitHeaders::default()
    };
    LimitUpdate::new(status, limit)
}

#[test]
fn a_dropped_lane_reports_its_last_calls_and_its_last_refusal() {
    // The second report is part of a request under way, whose fate is unknown.
    for is_asking in [false, true] {
        let mut calls = leased();
        let farewell = calls.claim_driver(at(10)).unwrap().farewell;
        for _ in 0..4 {
            calls.take(at(11));
        }
        calls.end(1, at(12), 4, Some(&response(StatusCode::OK, None)));
        let refused = response(StatusCode::TOO_MANY_REQUESTS, Some(at(30)));
        calls.end(2, at(12), 4, Some(&refused));
        if is_asking {
            let request = asked(&mut calls, at(12), 3);
            assert_eq!((request.spent, request.held), (2, 3));
        }
        calls.end(3, at(14), 4, None);
        assert_eq!(farewell.take(at(14)), None, "the lane is still used");
        drop(calls);
        let last = farewell.take(at(15)).unwrap();
        assert!(last.leaves && last.has_response);
        // The fourth call is still in flight.
        assert_eq!((last.spent, last.held, last.epoch), (4, 0, 1));
        assert_eq!(last.turn, if is_asking { 3 } else { 2 });
        assert_eq!(last.refusal, Some(LeaseRefusal::new(Some(at(27)))));
    }
    let mut unused = LeasedCalls::new(7, at(1), 1, 10);
    let farewell = unused.claim_driver(at(0)).unwrap().farewell;
    drop(unused);
    assert_eq!(farewell.take(at(1)), None, "the store does not know it");
}

#[test]
fn the_longest_of_two_refusals_reaches_the_store() {
    for (first, second) in [
        (Some(at(60)), None),
        (Some(at(60)), Some(at(5))),
        (None, Some(at(60))),
    ] {
        let mut calls = leased();
        calls.take(at(11));
        calls.take(at(11));
        let refused = |wait| response(StatusCode::TOO_MANY_REQUESTS, wait);
        calls.end(1, at(12), 2, Some(&refused(first)));
        asked(&mut calls, at(12), 0);
        calls.end(2, at(12), 2, Some(&refused(second)));
        calls.failed(at(13));
        let request = asked(&mut calls, at(14), 0);
        let wait = LeaseRefusal::new(Some(at(58)));
        assert_eq!(request.refusal, Some(wait), "{first:?} {second:?}");
    }
}

#[test]
fn a_share_of_a_quota_without_end_is_computed() {
    let mut calls = leased();
    calls.set_quota(Some(Rate {
        calls: u64::MAX,
        window: Duration::MAX,
    }));
    let limit = RateLimitHeaders {
        limit: Some(u64::MAX),
        ..RateLimitHeaders::default()
    };
    calls.take(at(11));
    calls.end(1, at(12), 1, Some(&LimitUpdate::new(StatusCode::OK, limit)));
    calls.failed(at(13));
    assert_eq!(calls.rate().unwrap().window, Duration::MAX);
    assert!(calls.check(at(13)).is_ok());
}

#[test]
fn a_share_counts_the_expected_processes_or_the_known_ones_if_they_are_more() {
    for (known, share) in [(2, 5), (10, 4)] {
        let mut calls = LeasedCalls::new(7, Duration::from_millis(500), 8, 10);
        asked(&mut calls, at(10), 5);
        let lease = Lease {
            epoch: 1,
            limit: Some(40),
            processes: known,
            ..Lease::default()
        };
        calls.granted(&lease, at(10), 0);
        let connected = StoreState::Connected { processes: known };
        assert_eq!(calls.store_state(at(11)), connected);
        asked(&mut calls, at(11), 5);
        let alone = Connection::Alone { share: Some(share) };
        assert_eq!(calls.failed(at(11)), alone);
    }
}

#[test]
fn calls_that_are_given_back_take_nothing_from_the_share_or_from_the_lease() {
    let mut calls = leased();
    let limit = RateLimitHeaders {
        limit: Some(5),
        ..RateLimitHeaders::default()
    };
    assert!(calls.take(at(11)), "it was leased");
    calls.end(1, at(12), 1, Some(&LimitUpdate::new(StatusCode::OK, limit)));
    assert!(calls.take(at(12)));
    calls.give_back(2, at(12), true);
    assert_eq!(calls.left(at(12)), None);
    assert_eq!(asked(&mut calls, at(13), 9).held, 0, "idle ones go back");
    calls.failed(at(13));
    // Alone: each call is cancelled.
    for second in 0..20 {
        assert_eq!(calls.check(at(20)), Ok(()), "{second}");
        assert!(!calls.take(at(20)));
        calls.give_back(2 + second, at(20), false);
    }
    let request = asked(&mut calls, at(21), 9);
    assert_eq!((request.held, request.sent.total), (0, 1));
    assert!(request.is_resumed);
    // A call that waits for the lane of the token is not sent.
    let mut calls = leased();
    (0..5).for_each(|_| assert!(calls.take(at(11))));
    calls.hold();
    let sent = asked(&mut calls, at(11), 9).sent;
    assert_eq!((sent.total, sent.unsent), (4, 1));
    calls.release();
    let sent = asked(&mut calls, at(11), 9).sent;
    assert_eq!((sent.total, sent.unsent), (5, 0));
}

/// A process that asks a ledger.
struct Process {
    ledger: Ledger,
    now: u64,
    turn: u64,
    lease: Lease,
}

impl Process {
    fn new() -> Self {
        Self {
            ledger: Ledger::default(),
            now: 1_000_000,
            turn: 0,
            lease: Lease::default(),
        }
    }

    /// Asks after a time in milliseconds.
    fn ask(&mut self, after: u64, request: &LeaseRequest) -> &Lease {
        self.now += after;
        self.turn += 1;
        let request = LeaseRequest {
            process: 1,
            turn: self.turn,
            epoch: self.lease.epoch,
            slow_start: 10,
            ..request.clone()
        };
        let now = Duration::from_millis(self.now);
        self.lease = self.ledger.exchange(now, &request);
        &self.lease
    }

    /// Creates a process of a server without headers, which refused a call after 20 in a window.
    fn of_observed_limit() -> Self {
        let mut process = Self::new();
        process.ask(0, &waiting(10));
        process.ask(100, &spent(10, 10));
        let refusal = Some(LeaseRefusal::new(Some(at(10))));
        let refused = LeaseRequest {
            refusal,
            ..spent(20, 0)
        };
        assert_eq!(process.ask(100, &refused).limit, Some(20));
        process
    }
}

fn waiting(waiting: u64) -> LeaseRequest {
    LeaseRequest {
        waiting,
        ..LeaseRequest::default()
    }
}

/// Returns a request after this number of calls of the epoch were accepted.
fn spent(spent: u64, waiting: u64) -> LeaseRequest {
    LeaseRequest {
        spent,
        waiting,
        has_response: true,
        ..LeaseRequest::default()
    }
}

#[test]
fn an_observed_limit_does_not_grow_in_windows_without_calls() {
    let exhausted = LeaseRequest {
        quota: Some((0, at(1))),
        ..waiting(9)
    };
    for idle in [waiting(0), exhausted] {
        let mut process = Process::of_observed_limit();
        for _ in 0..100 {
            assert_eq!(process.ask(11_000, &idle).limit, Some(20), "{idle:?}");
        }
    }
}

#[test]
fn an_observed_limit_grows_with_the_calls_of_each_window_and_has_a_bound() {
    let mut process = Process::of_observed_limit();
    let mut limits = Vec::new();
    for _ in 0..200 {
        let first = process.ask(11_000, &waiting(u64::MAX));
        let (first, limit) = (first.calls, first.limit);
        let others = process.ask(20, &spent(first, u64::MAX)).calls;
        process.ask(20, &spent(first + others, 0));
        if limit.is_some() {
            assert_eq!(first, 1, "one call goes first, and all others follow");
        }
        limits.extend(limit);
    }
    assert_eq!(limits[..5], [20, 21, 23, 27, 35]);
    assert!(limits.is_sorted());
    assert!(limits.len() < 60, "from a bound on, there is no limit");
}

#[test]
fn a_ledger_survives_absurd_numbers() {
    const MAX: u64 = u64::MAX;
    let absurd = LeaseRequest {
        held: MAX,
        spent: MAX,
        waiting: MAX,
        ahead: MAX,
        has_response: true,
        remaining: Some(Remaining::new(MAX, MAX)),
        reset: Some(Duration::MAX),
        limit: Some(MAX),
        window: Some(Duration::MAX),
        known_limit: Some(MAX),
        known_window: Some(Duration::MAX),
        quota: Some((MAX, Duration::MAX)),
        ..LeaseRequest::default()
    };
    let refused = LeaseRequest {
        refusal: Some(LeaseRefusal::new(Some(Duration::MAX))),
        remaining: None,
        ..absurd.clone()
    };
    let resumed = LeaseRequest {
        is_resumed: true,
        ..absurd.clone()
    };
    for first in [&absurd, &refused, &resumed] {
        for second in [&absurd, &refused, &resumed] {
            let mut process = Process::new();
            for request in [first, second, first, second] {
                process.ask(1500, request);
            }
        }
    }
}
