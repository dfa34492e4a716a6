//! Reading a long response: next to the runtime, and within the timeout of its call.

use std::sync::Arc;
use std::time::Duration;

use super::shared::Shared;
use crate::clock::within;
use crate::error::Error;
use crate::http::{ReadFn, Response};
use crate::interrupt::Interrupt;

/// The size up to which a response is read at once. It takes about a millisecond, for which other
/// calls of the runtime's thread can wait.
const MAX_SHORT_SIZE: usize = 128 * 1024;

/// Returns `true` if a response is read at once.
pub(super) fn is_short(response: &Response) -> bool {
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

/// Reads a long response, in a thread of the runtime for blocking work. Returns `None` if the time is
/// over first.
pub(super) async fn read_long<T: Send + 'static>(
    shared: &Arc<Shared>,
    response: Response,
    read: ReadFn<T>,
    time: Duration,
) -> Option<Result<T, Error>> {
    #[cfg(not(target_family = "wasm"))]
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        let interrupt = Arc::new(Interrupt::default());
        let _raise = RaiseOnDrop(Arc::clone(&interrupt));
        let clock = Arc::clone(&shared.clock);
        let shared = Arc::clone(shared);
        let work = move || shared.read(&response, read, &interrupt);
        return match within(&*clock, time, runtime.spawn_blocking(work)).await? {
            Ok(outcome) => Some(outcome),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime shuts down.
                Err(_) => None,
            },
        };
    }
    read_here(shared, &response, read, time)
}

/// Reads a long response where no thread for it can be had.
fn read_here<T>(
    shared: &Arc<Shared>,
    response: &Response,
    read: ReadFn<T>,
    time: Duration,
) -> Option<Result<T, Error>> {
    let clock = Arc::clone(&shared.clock);
    let end = clock.elapsed().saturating_add(time);
    let interrupt = Interrupt::when(move || clock.elapsed() >= end);
    let outcome = shared.read(response, read, &interrupt);
    (!interrupt.is_raised()).then_some(outcome)
}
