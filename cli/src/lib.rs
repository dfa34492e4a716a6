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
mod catalogs;
mod cli;
mod config;
mod context;
mod diff;
mod digest;
mod edit;
mod explain;
#[cfg_attr(
    not(feature = "fetch"),
    allow(dead_code, reason = "only a build that fetches uses all of it")
)]
mod fetch;
mod findings;
mod generate;
mod graph;
mod init;
mod list;
mod login;
mod manifest;
#[cfg(feature = "page")]
mod page;
mod program;
mod project;
mod regen;
mod remove;
mod reports;
mod screen;
mod status;
mod system;
mod text;
mod upgrade;
mod usage;
mod workflows;
mod workspace;

pub use cli::Cli;
pub use context::Context;
pub use program::Program;
pub use screen::Screen;
pub use status::Status;
