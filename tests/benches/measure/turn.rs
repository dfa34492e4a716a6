//! Turns of calls that many tasks make at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

/// One side of a comparison: makes a call at a time.
pub(crate) trait Side: Clone + Send + 'static {
    fn call(&self) -> impl Future<Output = ()> + Send;
}

/// Makes this many calls, `in_flight` of them at a time.
pub(crate) fn turn(runtime: &Runtime, side: &impl Side, in_flight: u32, count: u32) -> Duration {
    let begun = Instant::now();
    let made = Arc::new(AtomicU32::new(0));
    let spawn = |_| {
        let (side, made) = (side.clone(), Arc::clone(&made));
        runtime.spawn(async move {
            while made.fetch_add(1, Ordering::Relaxed) < count {
                side.call().await;
            }
        })
    };
    let tasks: Vec<_> = (0..in_flight).map(spawn).collect();
    runtime.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    begun.elapsed()
}

/// Returns the median.
pub(crate) fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap()
}
