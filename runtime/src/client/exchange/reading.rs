//! Reading a long response: next to the runtime, and within the timeout of its call.

use std::sync::Arc;
use std::time::Duration;

use crate::client::shared::Shared;
use crate::clock::Clock;
#[cfg(not(target_family = "wasm"))]
use crate::clock::within;
use crate::error::Error;
use crate::http::{ReadFn, Response};
use crate::interrupt::Interrupt;

/// The size up to which a response is read at once. It takes about a millisecond, for which other
/// calls of the runtime's thread can wait.
const MAX_SHORT_SIZE: usize = 128 * 1024;

/// The number of bytes of such a response that may be read again, because they are those of unions.
pub(in crate::client) const MAX_READ_AGAIN: usize = 8 * MAX_SHORT_SIZE;

/// Returns `true` if a response is read at once.
pub(in crate::client) fn is_short(response: &Response) -> bool {
    response.body().len() <= MAX_SHORT_SIZE
}

/// Ends the work when the future that waits for it is dropped.
#[cfg(not(target_family = "wasm"))]
struct RaiseOnDrop(Arc<Interrupt>);

#[cfg(not(target_family = "wasm"))]
impl Drop for RaiseOnDrop {
    fn drop(&mut self) {
        self.0.raise();
    }
}

/// Reads a long response. Returns `None` if the time is over first.
pub(in crate::client) async fn read_long<T: Send + 'static>(
    shared: &Arc<Shared>,
    response: Response,
    read: ReadFn<T>,
    time: Duration,
) -> Option<Result<T, Error>> {
    let clock = Arc::clone(&shared.clock);
    let shared = Arc::clone(shared);
    let work = move |interrupt: &_| shared.read(&response, read, interrupt);
    beside(&clock, time, work).await
}

/// Does long work in a thread of the runtime for blocking work. Returns `None` if the time is over first, and
/// interrupts the work.
pub(in crate::client) async fn beside<T: Send + 'static>(
    clock: &Arc<dyn Clock>,
    time: Duration,
    work: impl FnOnce(&Interrupt) -> T + Send + 'static,
) -> Option<T> {
    #[cfg(not(target_family = "wasm"))]
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        let interrupt = Arc::new(Interrupt::default());
        let _raise = RaiseOnDrop(Arc::clone(&interrupt));
        let work = move || work(&interrupt);
        return match within(&**clock, time, runtime.spawn_blocking(work)).await? {
            Ok(outcome) => Some(outcome),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime shuts down.
                Err(_) => None,
            },
        };
    }
    here(clock, time, work)
}

/// Does long work where no thread for it can be had.
fn here<T>(
    clock: &Arc<dyn Clock>,
    time: Duration,
    work: impl FnOnce(&Interrupt) -> T,
) -> Option<T> {
    let clock = Arc::clone(clock);
    let end = clock.elapsed().saturating_add(time);
    let interrupt = Interrupt::when(move || clock.elapsed() >= end);
    let outcome = work(&interrupt);
    (!interrupt.is_raised()).then_some(outcome)
}
