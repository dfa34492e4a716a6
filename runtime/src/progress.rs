//! The progress of a call while it is awaited.
//!
//! ```
//! use toolsmith_runtime::progress::{Step, watch};
//! use toolsmith_runtime::{Client, Error, Json};
//!
//! async fn call(client: &Client, arguments: Json) -> Result<Json, Error> {
//!     let call = client.call_tool("list_all_the_auth_api_projects", arguments);
//!     watch(call, |step| {
//!         if let Step::WaitingForRateLimit { wait } = step {
//!             eprintln!("waiting {wait:?} for the rate limit");
//!         }
//!     })
//!     .await
//! }
//! ```

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// A step of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The call waits for the rate limit.
    WaitingForRateLimit {
        /// The expected wait.
        wait: Duration,
    },
    /// An attempt failed and will be retried.
    Retrying {
        /// The wait before the retry.
        wait: Duration,
    },
    /// An attempt is sent.
    Sending {
        /// The number of the attempt, from 1.
        attempt: u32,
    },
}

/// Reports the steps of a call to `on_step` while the call is awaited.
///
/// Only calls that are polled inside the future are reported, not those in other tasks.
pub fn watch<C: Future>(call: C, on_step: impl Fn(Step) + Send + Sync + 'static) -> Watched<C> {
    Watched {
        call: Box::pin(call),
        watcher: Arc::new(on_step),
    }
}

/// A call whose steps are reported; see [`watch`].
pub struct Watched<C> {
    call: Pin<Box<C>>,
    watcher: Watcher,
}

type Watcher = Arc<dyn Fn(Step) + Send + Sync>;

thread_local! {
    /// The watchers of the future that this thread polls now.
    static WATCHERS: RefCell<Vec<Watcher>> = const { RefCell::new(Vec::new()) };
}

impl<C: Future> Future for Watched<C> {
    type Output = C::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let _entered = Entered::new(&self.watcher);
        self.call.as_mut().poll(context)
    }
}

impl<C> fmt::Debug for Watched<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watched").finish_non_exhaustive()
    }
}

/// Registers a watcher until it is dropped.
struct Entered;

impl Entered {
    fn new(watcher: &Watcher) -> Self {
        WATCHERS.with_borrow_mut(|watchers| watchers.push(Arc::clone(watcher)));
        Self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        WATCHERS.with_borrow_mut(Vec::pop);
    }
}

/// Returns `true` if there is a watcher.
pub(crate) fn is_watched() -> bool {
    WATCHERS.with_borrow(|watchers| !watchers.is_empty())
}

/// Reports a step to the watchers.
pub(crate) fn report(step: Step) {
    if is_watched() {
        report_all(step);
    }
}

#[cold]
fn report_all(step: Step) {
    // A watcher may make calls itself.
    let watchers = WATCHERS.with_borrow(Clone::clone);
    for watcher in watchers {
        watcher(step);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn reports_steps_to_the_watcher_of_the_call_only() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let watched = |name: &'static str, attempt: u32| {
            let heard = Arc::clone(&heard);
            let call = async move {
                report(Step::Sending { attempt });
                tokio::task::yield_now().await;
                report(Step::Sending {
                    attempt: attempt + 1,
                });
            };
            watch(call, move |step| heard.lock().unwrap().push((name, step)))
        };
        tokio::join!(watched("one", 1), watched("two", 11));
        report(Step::Sending { attempt: 99 });
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 4);
        for (name, first) in [("one", 1), ("two", 11)] {
            let reported: Vec<Step> = heard
                .iter()
                .filter(|(of, _)| *of == name)
                .map(|(_, step)| *step)
                .collect();
            let expected = [first, first + 1].map(|attempt| Step::Sending { attempt });
            assert_eq!(reported, expected, "{name}");
        }
    }
}
