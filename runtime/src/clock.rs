//! The clock of a client, behind a trait so that tests can control it.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, SystemTime};

/// The clock of a client. Replace it in tests, or where the timer of tokio does not run.
pub trait Clock: Send + Sync + 'static {
    /// Returns the time of day, for dates in headers.
    fn now(&self) -> SystemTime;

    /// Returns the monotonic time since a fixed point.
    fn elapsed(&self) -> Duration;

    /// Waits for this time.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// A wait in progress.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The clock of the system, with tokio's timer.
#[derive(Clone)]
pub struct SystemClock {
    start: tokio::time::Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            start: tokio::time::Instant::now(),
        }
    }
}

impl fmt::Debug for SystemClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SystemClock")
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Runs `work` for at most `limit`; `None` if the time is over first.
pub(crate) async fn within<F: Future>(
    clock: &dyn Clock,
    limit: Duration,
    work: F,
) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut alarm = clock.sleep(limit);
    poll_fn(|context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        alarm.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// Creates a future inside its box, because moving a future copies all of it.
pub(crate) fn boxed<F: Future>(make: impl FnOnce() -> F) -> Pin<Box<F>> {
    let place = Box::new_uninit();
    Box::into_pin(Box::write(place, make()))
}
