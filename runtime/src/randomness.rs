//! Random numbers, behind a trait so that tests can fix them.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random numbers. Implemented by functions that return one.
///
/// The jitter of retries and the idempotency keys of writes are made of them, so two processes must
/// not draw the same numbers.
pub trait Randomness: Send + Sync + 'static {
    /// Returns a random number, evenly distributed.
    fn random(&self) -> u64;
}

impl<F: Fn() -> u64 + Send + Sync + 'static> Randomness for F {
    fn random(&self) -> u64 {
        self()
    }
}

/// Random numbers from keys that the system draws for this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn random(&self) -> u64 {
        // A counter hashed with the keys of this process. Generators that are seeded with the time
        // of day give two machines that start together the same numbers.
        static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        KEYS.hash_one(COUNTER.fetch_add(1, Ordering::Relaxed))
    }
}
