//! The client-side limit of one process: it is kept in any period, nearly all of it is used, and its
//! memory is bounded.

use std::collections::VecDeque;
use std::time::Duration;

use crate::rate_limit::quota::{QuotaWindow, Rate};

const HOUR: Duration = Duration::from_secs(3600);

/// The arrival of calls: the number in each thousandth of a window.
type Arrivals = fn(u64, &Rate) -> u64;

/// Returns the share of the limit that is used, and the largest number of entries.
fn run(rate: Rate, arrivals: Arrivals) -> (f64, usize) {
    const STEPS: u32 = 1000;
    const WINDOWS: u32 = 4;
    let mut quota = QuotaWindow::new(rate);
    let (mut sent, mut in_window, mut waiting) = (VecDeque::new(), 0, 0);
    let (mut all, mut entries) = (0, 0);
    for step in 0.. {
        let now = rate.window / STEPS * step;
        waiting += arrivals(step.into(), &rate);
        quota.advance(now);
        let calls = waiting.min(quota.left());
        for _ in 0..calls {
            quota.count_call(now);
        }
        waiting -= calls;
        sent.push_back((now, calls));
        while sent.front().is_some_and(|(at, _)| *at + rate.window <= now) {
            in_window -= sent.pop_front().unwrap().1;
        }
        (in_window, all) = (in_window + calls, all + calls);
        assert!(in_window <= rate.calls, "{in_window} calls in one window");
        entries = entries.max(quota.entries());
        if all > rate.calls * u64::from(WINDOWS) {
            return ((rate.window * WINDOWS).div_duration_f64(now), entries);
        }
    }
    unreachable!("the loop has no end");
}

#[test]
fn nearly_all_of_a_quota_is_used_with_bounded_memory() {
    let second = Duration::from_secs(1);
    let rates = [
        (3, 4 * second),
        (50, 10 * second),
        (500, 10 * second),
        (5000, second),
        (100_000, HOUR),
        (1_000_000, 24 * HOUR),
    ];
    let all_at_once: Arrivals = |_, rate| rate.calls;
    let evenly: Arrivals = |_, rate| rate.calls / 900 + 1;
    let in_bursts: Arrivals = |step, rate| {
        if step.is_multiple_of(50) {
            rate.calls / 10 + 1
        } else {
            0
        }
    };
    for (calls, window) in rates {
        let rate = Rate { calls, window };
        for (index, arrivals) in [all_at_once, evenly, in_bursts].into_iter().enumerate() {
            let (used, entries) = run(rate, arrivals);
            let context = format!("{rate:?}, arrivals {index}: {used:.4}, {entries} entries");
            println!("{context}");
            assert!(used >= 0.95, "{context}");
            assert!(entries <= 400, "{context}");
        }
    }
}

#[test]
fn calls_that_are_given_back_count_once() {
    let rate = Rate {
        calls: 10_000,
        window: HOUR,
    };
    let at = |index: u64| Duration::from_millis(index * 100);
    let mut quota = QuotaWindow::new(rate);
    for index in 0..10_000 {
        quota.count_call(at(index));
    }
    assert_eq!(quota.left(), 0);
    // One of each group, and a call that arrived a little late.
    for index in (0..10_000).step_by(97) {
        quota.give_back(at(index));
    }
    assert_eq!(quota.left(), 104);
    quota.count_call(at(9000));
    quota.give_back(at(9000));
    assert_eq!(quota.left(), 104);
    for index in (0..10_000).filter(|index| index % 97 != 0) {
        quota.give_back(at(index));
    }
    assert_eq!((quota.left(), quota.entries()), (10_000, 0));
    // Those that no longer count are not given back.
    quota.count_call(at(0));
    quota.count_call(HOUR);
    quota.advance(HOUR + HOUR / 20);
    quota.give_back(at(0));
    assert_eq!(quota.left(), 9999);
}

#[test]
fn enforces_a_quota_for_any_period() {
    let rate = Rate {
        calls: 3,
        window: Duration::from_secs(4),
    };
    let mut quota = QuotaWindow::new(rate);
    let second = Duration::from_secs;
    for at in [0, 1, 2] {
        assert_eq!(quota.opens(second(at), 0), second(at));
        quota.count_call(second(at));
    }
    let after = |at: u64| second(at) + Duration::from_millis(4100);
    assert_eq!(quota.left(), 0);
    assert_eq!(quota.opens(second(3), 0), after(0));
    assert_eq!(quota.opens(second(3), 2), after(2));
    assert_eq!(
        quota.opens(second(3), 3),
        after(0) + Duration::from_millis(4100)
    );
    quota.advance(after(1));
    assert_eq!(quota.left(), 2);
}
