//! Every interleaving of the threads of a few calls, checked by `loom`: no call waits forever, none
//! overtakes an earlier one, and the limit holds.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::rate_limit::{attribution, lane, quota, refusal, response_limits};
use lane::{Lane, Pass};
use response_limits::LimitUpdate;

/// The queue, compiled with the lock of the model checker.
#[path = "../queue.rs"]
#[expect(
    dead_code,
    clippy::duplicate_mod,
    reason = "the model needs the queue with another lock, and not all of it"
)]
mod queue;

/// The lock of the model checker.
mod sync {
    pub(super) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(super) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(super) fn lock(&self) -> loom::sync::MutexGuard<'_, T> {
            self.0.lock().unwrap()
        }
    }
}

use queue::Queue;

/// The driver's view of the queue.
#[cfg(feature = "rate-limit-store")]
#[path = "../store/queue.rs"]
#[expect(dead_code, clippy::duplicate_mod, reason = "as above")]
mod store_queue;

const NOW: Duration = Duration::from_secs(1);

/// Creates a lane whose only remaining call is in flight.
fn spent_lane() -> (Arc<Queue>, Pass) {
    let queue = Queue::new(Lane::new(None));
    let (_, pass) = queue.arrive(NOW);
    queue.end(pass.unwrap(), NOW, Some(&response_with(1)));
    let under_way = queue.arrive(NOW).1.unwrap();
    assert!(queue.arrive(NOW).1.is_none(), "nothing is left");
    (Arc::new(queue), under_way)
}

/// Creates a response with this number of calls left.
fn response_with(remaining: u64) -> LimitUpdate {
    let limit = crate::rate_limit::RateLimitHeaders {
        limit: Some(5),
        remaining: Some(remaining),
        reset: Some(Duration::from_secs(60)),
        ..crate::rate_limit::RateLimitHeaders::default()
    };
    LimitUpdate::new(http::StatusCode::OK, limit)
}

/// Waits by events only; the time does not advance.
fn wait(queue: &Queue, ticket: u64) -> Pass {
    loom::future::block_on(std::future::poll_fn(|context| {
        match queue.poll(ticket, NOW, context.waker()) {
            Ok(pass) => Poll::Ready(pass),
            Err(_) => Poll::Pending,
        }
    }))
}

#[test]
fn a_response_at_any_time_wakes_a_waiting_call() {
    loom::model(|| {
        let (queue, pass) = spent_lane();
        let (ticket, none) = queue.arrive(NOW);
        assert!(none.is_none());
        let responding = Arc::clone(&queue);
        let responded = loom::thread::spawn(move || {
            responding.end(pass, NOW, Some(&response_with(1)));
        });
        wait(&queue, ticket);
        responded.join().unwrap();
    });
}

#[test]
fn a_cancelled_call_does_not_block_the_next() {
    loom::model(|| {
        let (queue, pass) = spent_lane();
        let (first, _) = queue.arrive(NOW);
        let waker = std::task::Waker::noop();
        assert!(queue.poll(first, NOW, waker).is_err());
        let (second, _) = queue.arrive(NOW);
        let cancelling = Arc::clone(&queue);
        let cancelled = loom::thread::spawn(move || cancelling.leave(first, NOW));
        let responding = Arc::clone(&queue);
        let responded = loom::thread::spawn(move || {
            responding.end(pass, NOW, Some(&response_with(1)));
        });
        // One place is left, whether the first call got and returned it, or never had it.
        wait(&queue, second);
        cancelled.join().unwrap();
        responded.join().unwrap();
    });
}

#[test]
fn two_waiting_calls_get_the_remaining_pass_in_order() {
    loom::model(|| {
        let (queue, pass) = spent_lane();
        let (first, _) = queue.arrive(NOW);
        let (second, _) = queue.arrive(NOW);
        let waker = std::task::Waker::noop();
        assert!(queue.poll(first, NOW, waker).is_err());
        assert!(queue.poll(second, NOW, waker).is_err());
        let responding = Arc::clone(&queue);
        let responded = loom::thread::spawn(move || {
            responding.end(pass, NOW, Some(&response_with(1)));
        });
        // The second call may poll as often as it likes.
        assert!(queue.poll(second, NOW, waker).is_err());
        wait(&queue, first);
        responded.join().unwrap();
        assert!(
            queue.poll(second, NOW, waker).is_err(),
            "one was left, not two"
        );
    });
}

#[cfg(feature = "rate-limit-store")]
mod driver {
    use super::*;
    use crate::rate_limit::lease::{Lease, Plan};

    /// The number of the first driver.
    const DRIVER: u64 = 1;

    fn shared_queue() -> Arc<Queue> {
        let queue = Queue::new(Lane::new(None));
        queue.share_lane(1, Duration::from_millis(500), 1);
        assert_eq!(queue.claim_driver(NOW).unwrap().number, DRIVER);
        Arc::new(queue)
    }

    /// Asks the store, which leases one call each time, until it has leased this many.
    fn drive(queue: &Queue, calls: u64) {
        let mut leased = 0;
        while leased < calls {
            match queue.plan(NOW, DRIVER) {
                Some(Plan::Ask(request)) => {
                    assert!(request.waiting > 0, "nothing else is to be asked");
                    leased += 1;
                    let lease = Lease {
                        epoch: 1,
                        serial: leased,
                        calls: 1,
                        valid_for: Duration::from_secs(5),
                        ..Lease::default()
                    };
                    queue.lease(NOW, DRIVER, Ok(&lease));
                }
                _ => sleep(queue),
            }
        }
    }

    /// Sleeps until the queue wakes the driver; the time does not advance.
    fn sleep(queue: &Queue) {
        let mut is_parked = false;
        loom::future::block_on(std::future::poll_fn(|context| {
            if is_parked || !queue.park(NOW, DRIVER, context.waker()) {
                return Poll::Ready(());
            }
            is_parked = true;
            Poll::Pending
        }));
    }

    #[test]
    fn a_call_that_arrives_at_any_time_is_asked_for() {
        loom::model(|| {
            let queue = shared_queue();
            let asking = Arc::clone(&queue);
            let driver = loom::thread::spawn(move || drive(&asking, 1));
            let (ticket, pass) = queue.arrive(NOW);
            if pass.is_none() {
                wait(&queue, ticket);
            }
            driver.join().unwrap();
        });
    }

    #[test]
    fn a_lease_reaches_the_next_call_if_the_first_is_cancelled() {
        loom::model(|| {
            let queue = shared_queue();
            let (first, none) = queue.arrive(NOW);
            assert!(none.is_none());
            assert!(queue.poll(first, NOW, std::task::Waker::noop()).is_err());
            let (second, _) = queue.arrive(NOW);
            let asking = Arc::clone(&queue);
            let driver = loom::thread::spawn(move || drive(&asking, 1));
            let cancelling = Arc::clone(&queue);
            let cancelled = loom::thread::spawn(move || cancelling.leave(first, NOW));
            wait(&queue, second);
            cancelled.join().unwrap();
            driver.join().unwrap();
        });
    }
}
