//! A store that was away, has lost its state, has an older one or another clock, and calls under the
//! client-side limit that were not sent, or were sent without the store.

use std::collections::VecDeque;

use toolsmith_runtime::rate_limit::store::LeaseRefusal;

use super::store::{Store, report, time};

/// The time in milliseconds in which all processes report.
const STANDBY: u64 = 4000;

#[test]
fn a_repeated_request_leases_nothing_and_may_be_followed_soon() {
    // The server's window, the time before the first response, and a client-side limit.
    let stores: [(fn() -> Store, u64); 3] = [
        (|| Store::in_use(2000), 44),
        (Store::new, 10),
        (|| Store::with_quota(20, 5000), 20),
    ];
    for (store, calls) in stores {
        let mut store = store();
        store.world.now += 200;
        let sent = u64::from(store.quota.is_some());
        let lost = store.ask_in_vain(1, |request| {
            (request.waiting, request.sent.total) = (50, sent);
        });
        assert_eq!(lost.calls, calls);
        store.known.get_mut(&1).unwrap().0 -= 1;
        let repeated = store.ask(1, |request| {
            (request.waiting, request.sent.total) = (50, sent);
        });
        assert_eq!(repeated.calls, 0);
        assert_eq!(repeated.ask_again_in, time(50), "{calls} calls");
        store.world.now += 200;
        let next = store.ask(1, |request| {
            (request.waiting, request.sent.total) = (50, sent);
        });
        assert_eq!(next.calls, calls);
    }
}

#[test]
fn a_store_that_was_away_leases_nothing_until_all_processes_have_reported() {
    let mut store = Store::in_use(2000);
    store.world.now += 5000;
    for process in [1, 2] {
        let lease = store.ask_resumed(process);
        assert_eq!((lease.calls, lease.is_standby), (0, true), "{process}");
        store.world.now += 1000;
    }
    store.world.now += STANDBY;
    let leases = [1, 2].map(|process| store.ask(process, |request| request.waiting = 50));
    let calls = leases.map(|lease| (lease.calls, lease.is_standby));
    assert_eq!(calls, [(1, false), (0, false)], "one call goes first");
}

#[test]
fn a_process_that_was_without_the_store_lets_one_call_go_first() {
    // The server has more calls left, none until its window ends, or an unknown number.
    for (left, calls) in [(Some(7), 1), (Some(0), 0), (None, 1)] {
        let mut store = Store::in_use(2000);
        store.world.now += 4500;
        store.ask(2, |_| {});
        store.world.now += 500;
        let lease = store.ask(1, |request| {
            (request.waiting, request.is_resumed) = (50, true);
            if let Some(left) = left {
                report(request, left, 0, 1500);
            }
        });
        assert_eq!((lease.calls, lease.is_standby), (calls, false), "{left:?}");
        let other = store.ask(2, |request| request.waiting = 50);
        assert_eq!(other.calls, 0, "{left:?}");
    }
}

#[test]
fn a_lost_state_is_noticed_after_a_newcomer_has_asked() {
    for is_resumed in [true, false] {
        let mut store = Store::in_use(10_000);
        store.world.lose();
        let newcomer = store.ask(3, |request| request.waiting = 50);
        assert_eq!((newcomer.calls, newcomer.is_standby), (10, false));
        store.world.now += 160;
        for process in [2, 1, 3] {
            let lease = store.ask(process, |request| {
                (request.waiting, request.is_resumed) = (50, is_resumed);
            });
            assert_eq!((lease.calls, lease.is_standby), (0, true), "{process}");
        }
        // It is noticed once.
        store.world.now += STANDBY;
        for process in [1, 2] {
            store.ask(process, |request| request.waiting = 50);
        }
        store.known.insert(2, (100, 1));
        let late = store.ask(2, |request| request.waiting = 50);
        assert!(!late.is_standby);
    }
    // A process that has never reached the store does not know an epoch.
    let mut store = Store::new();
    store.ask(3, |request| request.waiting = 50);
    assert!(store.ask_resumed(1).is_standby);
}

#[test]
fn an_older_state_is_noticed() {
    let mut store = Store::in_use(2000);
    let older = store.world.copy();
    for _ in 0..5 {
        store.world.now += 2000;
        store.ask(1, |request| request.waiting = 1);
    }
    store.world.restore(&older);
    let known = store.known[&1].1;
    let lease = store.ask(1, |request| request.waiting = 50);
    assert_eq!((lease.calls, lease.is_standby), (0, true));
    assert!(lease.epoch > known);
}

#[test]
fn a_lane_that_was_forgotten_after_a_long_time_is_not_lost() {
    let mut store = Store::in_use(2000);
    store.world.lose();
    store.world.now += 100_000;
    let lease = store.ask(1, |request| {
        (request.waiting, request.knows_lane) = (50, false);
    });
    assert_eq!((lease.calls, lease.is_standby), (10, false));
}

#[test]
fn calls_that_are_given_back_or_lost_with_a_reply_return_to_the_quota() {
    let mut store = Store::with_quota(20, 5000);
    let lease = store.ask(1, |request| (request.waiting, request.sent.total) = (20, 1));
    assert_eq!(lease.calls, 20);
    // Two are sent, three are still leased, and the others are given back.
    store.world.now += 250;
    store.ask(1, |request| {
        (request.held, request.sent.total, request.sent.unsent) = (5, 3, 3);
    });
    assert_eq!(store.ask(2, |request| request.waiting = 20).calls, 15);
    store.ask(2, |_| {});
    let lost = store.ask_in_vain(2, |request| request.waiting = 9);
    assert_eq!(lost.calls, 9);
    assert_eq!(store.ask(2, |request| request.waiting = 20).calls, 15);
    // Those that were leased and not sent count from now on, and the two sent ones no longer.
    store.world.now += 5200;
    store.ask(2, |_| {});
    store.ask(1, |request| {
        (request.held, request.sent.total, request.sent.unsent) = (5, 3, 3);
    });
    assert_eq!(store.ask(2, |request| request.waiting = 20).calls, 17);
}

#[test]
fn calls_that_were_sent_without_the_store_count_in_the_quota() {
    let mut store = Store::with_quota(20, 5000);
    store.ask(1, |request| (request.waiting, request.sent.total) = (4, 1));
    store.world.now += 100;
    // Four were leased, and nine more were sent, of which five still count.
    store.ask(1, |request| {
        (request.sent.total, request.sent.recent) = (14, [2, 3, 0, 0]);
    });
    assert_eq!(store.ask(2, |request| request.waiting = 20).calls, 11);
    // The three that are older no longer count after three quarters of the time.
    store.ask(2, |_| {});
    store.world.now += 4100;
    assert_eq!(store.ask(2, |request| request.waiting = 20).calls, 14);

    // The state is lost: only the calls that still count are reported.
    store.world.lose();
    for process in [1, 2] {
        let lease = store.ask(process, |request| {
            (request.sent.total, request.sent.recent) = (30, [0, 4, 1, 0]);
        });
        assert!(lease.is_standby);
    }
    store.world.now += STANDBY;
    store.quota = Some((20, time(20_000)));
    for process in [1, 2] {
        store.ask(process, |request| {
            (request.waiting, request.sent.total) = (u64::from(process == 1), 30);
        });
    }
    let opened = store.ask(1, |request| {
        (request.waiting, request.spent, request.sent.total) = (20, 1, 31);
        request.has_response = true;
    });
    assert_eq!(opened.calls, 9);
}

#[test]
fn calls_of_a_process_that_was_forgotten_count_once() {
    let mut store = Store::with_quota(20, 60_000);
    store.ask(1, |request| (request.waiting, request.sent.total) = (8, 1));
    store.ask(1, |request| (request.spent, request.sent.total) = (8, 9));
    store.world.now += 12_000;
    // Two of the calls were sent since.
    store.ask(1, |request| {
        (request.sent.total, request.sent.known) = (11, 9);
        request.sent.recent = [2, 8, 0, 0];
    });
    assert_eq!(store.ask(2, |request| request.waiting = 20).calls, 10);
}

#[test]
fn the_quota_takes_a_bounded_space() {
    let mut store = Store::with_quota(1_000_000, 3_600_000);
    for sent in 1..3000 {
        store.world.now += 1300;
        store.ask(1, |request| {
            (request.waiting, request.spent, request.sent.total) = (1, sent, sent);
        });
    }
    let length = store.world.script.hash.borrow()["q"].len();
    assert!(length < 134 * "1800000000000:20,".len(), "{length} bytes");
}

/// Returns the share of the limit that two processes use, which ask in a number of steps for each window.
/// The calls that arrive in a step are this part of the limit.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers are small"
)]
fn used_share(calls: u64, window: u64, demand: f64) -> f64 {
    const STEPS: u64 = 400;
    const WINDOWS: u64 = 3;
    let mut store = Store::with_quota(calls, window);
    // Those of the process that `with_quota` asks for.
    let mut totals = [1, 0];
    let (mut waiting, mut counted) = ([0.0; 2], VecDeque::new());
    let (mut in_window, mut all, mut began) = (0, 0, None);
    loop {
        store.world.now += window / STEPS;
        let now = store.world.now;
        for process in [0, 1] {
            waiting[process] += demand * calls as f64 / 2.0;
            let total = totals[process];
            let lease = store.ask(process as u64 + 1, |request| {
                request.waiting = waiting[process] as u64;
                (request.spent, request.sent.total, request.has_response) = (total, total, true);
            });
            totals[process] += lease.calls;
            waiting[process] -= lease.calls as f64;
            (in_window, all) = (in_window + lease.calls, all + lease.calls);
            counted.push_back((now, lease.calls));
        }
        while counted.front().is_some_and(|(at, _)| at + window <= now) {
            in_window -= counted.pop_front().unwrap().1;
        }
        assert!(in_window <= calls, "{in_window} calls of {calls}");
        if all > 0 {
            began.get_or_insert(now);
        }
        if all > WINDOWS * calls {
            return (WINDOWS * window) as f64 / (now - began.unwrap()) as f64;
        }
    }
}

#[test]
fn the_quota_is_kept_and_nearly_all_of_it_is_used() {
    for (calls, window) in [(50, 10_000), (100, 1200), (100_000, 3_600_000)] {
        // All calls wait from the beginning, or they arrive a little faster than the limit.
        for demand in [10.0, 1.2 / 400.0] {
            let used = used_share(calls, window, demand);
            println!("{calls} calls in {window} ms: {used:.4}");
            assert!(used >= 0.95, "{calls} calls in {window} ms: {used:.4}");
        }
    }
}

#[test]
fn a_clock_that_is_set_back_stops_no_process() {
    let step = 300_000;
    // The window, and a pause after a refusal.
    for is_refused in [false, true] {
        let mut store = Store::in_use(2000);
        let serial = store.ask(1, |_| {}).serial;
        store.ask(1, |request| {
            if is_refused {
                request.refusal = Some(LeaseRefusal::new(Some(time(1500))));
            } else {
                report(request, 0, serial, 1800);
            }
        });
        store.world.clock_back += step;
        store.world.now += 100;
        let lease = store.ask(1, |request| request.waiting = 20);
        assert_eq!(lease.calls, 0);
        assert!(lease.reset <= time(2000), "{:?}", lease.reset);
        store.world.now += 2200;
        assert_eq!(store.ask(1, |request| request.waiting = 20).calls, 1);
    }
    // The time in which all processes report.
    let mut store = Store::in_use(2000);
    store.world.lose();
    assert!(store.ask_resumed(1).is_standby);
    store.world.clock_back += step;
    store.world.now += 100;
    assert!(store.ask_resumed(2).is_standby);
    store.world.now += STANDBY + 100;
    assert_eq!(store.ask(1, |request| request.waiting = 20).calls, 1);
    // The calls under the client-side limit.
    let mut store = Store::with_quota(20, 5000);
    store.ask(1, |request| (request.waiting, request.sent.total) = (20, 1));
    store.world.clock_back += step;
    store.ask(1, |request| request.sent.total = 21);
    store.world.now += 5400;
    assert_eq!(store.ask(2, |request| request.waiting = 20).calls, 20);
}
