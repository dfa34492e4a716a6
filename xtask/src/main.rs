//! The commands of Toolsmith: `cargo xtask` lists them, `cargo xtask regen` is the one that matters.
//!
//! This crate reads the configuration, fetches catalogs, calls the generator and shows what came
//! of it. It knows nothing of the crate that is generated or of its runtime, so that it works while
//! they do not compile.
//!
//! | exit status | means |
//! |---|---|
//! | 0 | all is well |
//! | 1 | something was found: the generated code and the snapshot differ, `--deny-loosened`, `tidy` |
//! | 2 | a snapshot and what it was fetched from differ (`regen --check --fetch`), whatever else was found |
//! | 3 | the command could not do its work, and wrote nothing: its arguments, the configuration, a catalog, the network, the disk |

mod cli;
mod config;
mod digest;
mod disk;
mod environment;
mod explore;
mod fetch;
mod generate;
mod graph;
mod help;
mod nearest;
mod regen;
mod screen;
mod status;
mod tidy;
mod workspace;

use std::process::ExitCode;

use mimalloc::MiMalloc;

use crate::environment::Environment;
use crate::screen::Screen;

/// Generating makes and drops many small values in several threads: with this allocator it takes
/// less than half the time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let environment = Environment::of_process();
    cli::run(std::env::args_os(), &environment, Screen::of_process()).into()
}
