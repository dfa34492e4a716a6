//! A thread pool with stacks that are large enough for the deepest schemas.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Schemas are followed 40 levels deep, and a thread that waits for a part of its work executes
/// other parts on the same stack. Only used pages of the stack take memory.
const STACK_SIZE: usize = 64 * 1024 * 1024;

/// One thread for each processor; `None` if the system refuses to create threads.
static THREADS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = ThreadPoolBuilder::new().stack_size(STACK_SIZE);
    threads.build().ok()
});

/// Runs `work` on this thread pool, or on the pool of the caller if there is one.
pub(crate) fn run<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match &*THREADS {
        Some(threads) if rayon::current_thread_index().is_none() => threads.install(work),
        _ => work(),
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    /// Uses at least this many kilobytes of the stack.
    fn take(kilobytes: usize) -> usize {
        let taken = black_box([0_u8; 1024]);
        match kilobytes {
            0 => taken.len(),
            _ => taken.len() + take(kilobytes - 1),
        }
    }

    #[test]
    fn a_stack_has_room_for_stolen_work() {
        let kilobytes = 8 * 1024;
        let taken = super::run(|| rayon::join(|| take(kilobytes), || take(kilobytes)));
        assert_eq!(taken, (1024 * (kilobytes + 1), 1024 * (kilobytes + 1)));
    }
}
