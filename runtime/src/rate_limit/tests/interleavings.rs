//! Every order in which the threads of a few calls can run, checked by `loom`: no call waits for
//! ever, none is overtaken by one behind it, and no more go than may.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::rate_limit::{lane, quota, window};
use lane::{Lane, Pass};
use window::Heard;

/// The queue, compiled once more with the lock of the model checker.
#[path = "../queue.rs"]
#[expect(
    dead_code,
    clippy::duplicate_mod,
    reason = "the model needs the queue with another lock, and not all of it"
)]
mod queue;

/// The lock of the model checker, in the place of the real one.
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

const NOW: Duration = Duration::from_secs(1);

/// A lane whose only call of the window is under way.
fn spent_lane() -> (Arc<Queue>, Pass) {
    let queue = Queue::new(Lane::new(None));
    let (_, pass) = queue.arrive(NOW);
    queue.end(pass.unwrap(), NOW, Some(&told(1)));
    let under_way = queue.arrive(NOW).1.unwrap();
    assert!(queue.arrive(NOW).1.is_none(), "nothing is left");
    (Arc::new(queue), under_way)
}

/// An answer that so many calls are left of.
fn told(remaining: u64) -> Heard {
    let limit = crate::rate_limit::RateLimitHeaders {
        limit: Some(5),
        remaining: Some(remaining),
        reset: Some(Duration::from_secs(60)),
        ..crate::rate_limit::RateLimitHeaders::default()
    };
    Heard::new(http::StatusCode::OK, limit)
}

/// Waits by events alone: time stands still.
fn wait(queue: &Queue, ticket: u64) -> Pass {
    loom::future::block_on(std::future::poll_fn(|context| {
        match queue.poll(ticket, NOW, context.waker()) {
            Ok(pass) => Poll::Ready(pass),
            Err(_) => Poll::Pending,
        }
    }))
}

#[test]
fn a_waiting_call_hears_of_an_answer_that_comes_at_any_time() {
    loom::model(|| {
        let (queue, pass) = spent_lane();
        let (ticket, none) = queue.arrive(NOW);
        assert!(none.is_none());
        let answering = Arc::clone(&queue);
        let answered = loom::thread::spawn(move || {
            answering.end(pass, NOW, Some(&told(1)));
        });
        wait(&queue, ticket);
        answered.join().unwrap();
    });
}

#[test]
fn one_that_gives_up_does_not_keep_the_next_from_its_turn() {
    loom::model(|| {
        let (queue, pass) = spent_lane();
        let (first, _) = queue.arrive(NOW);
        let waker = std::task::Waker::noop();
        assert!(queue.poll(first, NOW, waker).is_err());
        let (second, _) = queue.arrive(NOW);
        let giving_up = Arc::clone(&queue);
        let gave_up = loom::thread::spawn(move || giving_up.leave(first, NOW));
        let answering = Arc::clone(&queue);
        let answered = loom::thread::spawn(move || {
            answering.end(pass, NOW, Some(&told(1)));
        });
        // One place is left, whether the first gets it and gives it back, or never had it.
        wait(&queue, second);
        gave_up.join().unwrap();
        answered.join().unwrap();
    });
}

#[test]
fn two_that_wait_share_what_is_left_and_the_first_comes_first() {
    loom::model(|| {
        let (queue, pass) = spent_lane();
        let (first, _) = queue.arrive(NOW);
        let (second, _) = queue.arrive(NOW);
        let waker = std::task::Waker::noop();
        assert!(queue.poll(first, NOW, waker).is_err());
        assert!(queue.poll(second, NOW, waker).is_err());
        let answering = Arc::clone(&queue);
        let answered = loom::thread::spawn(move || {
            answering.end(pass, NOW, Some(&told(1)));
        });
        // The second may ask as often as it likes.
        assert!(queue.poll(second, NOW, waker).is_err());
        wait(&queue, first);
        answered.join().unwrap();
        assert!(
            queue.poll(second, NOW, waker).is_err(),
            "one was left, not two"
        );
    });
}
