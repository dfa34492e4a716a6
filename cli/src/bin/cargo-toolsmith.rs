//! The command `cargo toolsmith`.

use std::process::ExitCode;

use mimalloc::MiMalloc;
use toolsmith::{Cli, Program};

/// Generating makes and drops many small values in several threads, which takes less than half the
/// time with this allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    Cli::new(Program::CargoToolsmith)
        .run(std::env::args_os())
        .into()
}
