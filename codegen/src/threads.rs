//! Where the work is done: threads whose stacks hold the deepest schemas.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// A schema is followed 40 deep, and a thread that waits for a part of its work takes up another
/// part meanwhile, on the same stack. Only what is used of it takes memory.
const STACK_SIZE: usize = 64 * 1024 * 1024;

/// As many threads as there are processors; none if the system gives none.
static THREADS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = ThreadPoolBuilder::new().stack_size(STACK_SIZE);
    threads.build().ok()
});

/// Does `work` in the threads of this module, unless the caller has chosen threads of their own.
pub(crate) fn run<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match &*THREADS {
        Some(threads) if rayon::current_thread_index().is_none() => threads.install(work),
        _ => work(),
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    /// Takes up at least as many kilobytes of the stack as it is told.
    fn take(kilobytes: usize) -> usize {
        let taken = black_box([0_u8; 1024]);
        match kilobytes {
            0 => taken.len(),
            _ => taken.len() + take(kilobytes - 1),
        }
    }

    #[test]
    fn work_and_the_work_it_takes_up_while_it_waits_fit_on_one_stack() {
        let kilobytes = 8 * 1024;
        let taken = super::run(|| rayon::join(|| take(kilobytes), || take(kilobytes)));
        assert_eq!(taken, (1024 * (kilobytes + 1), 1024 * (kilobytes + 1)));
    }
}
