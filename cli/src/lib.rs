//! The commands of Toolsmith as a library: the binaries `toolsmith` and `cargo-toolsmith` call it,
//! and a project's own task runner can.
//!
//! This crate reads `toolsmith.toml`, fetches catalogs, calls the generator and reports the result.
//! It does not depend on the generated crate or its runtime, so it works while they do not compile.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use toolsmith::{Cli, Program};
//!
//! fn main() -> ExitCode {
//!     Cli::new(Program::Toolsmith).run(std::env::args_os()).into()
//! }
//! ```
//!
//! | exit status | meaning |
//! |---|---|
//! | 0 | success |
//! | 1 | the generated code is out of date (`check`), or a schema is loosened (`--deny-loosened`) |
//! | 2 | a snapshot is out of date with its source (`check --fetch`); takes precedence over 1 |
//! | 3 | failure: invalid arguments, configuration or catalog, or an error of the network or the disk; nothing was written |

mod add;
mod arguments;
mod catalogs;
mod cli;
mod completions;
mod config;
mod context;
mod diff;
mod digest;
mod disk;
mod edit;
mod environment;
mod escaped;
mod explain;
#[cfg_attr(
    not(feature = "fetch"),
    allow(dead_code, reason = "only a build that fetches uses all of it")
)]
mod fetch;
mod file_change;
mod generate;
mod git;
mod graph;
mod help;
mod init;
mod list;
mod login;
mod loosened;
mod manifest;
mod markup;
mod nearest;
#[cfg(feature = "page")]
mod page;
mod pin;
mod program;
mod project;
mod project_lock;
mod regen;
mod remove;
mod reports;
mod screen;
mod shell;
mod skipped;
mod splits;
mod status;
mod target;
mod texts;
mod upgrade;
mod usage;
mod workspace;

pub use cli::Cli;
pub use context::Context;
pub use program::Program;
pub use screen::Screen;
pub use status::Status;
