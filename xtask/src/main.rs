//! The commands of this repository: `cargo xtask` lists them.
//!
//! `tidy` is implemented here; all others are those of the package `toolsmith`. This binary is built
//! without the HTTP and MCP clients and the runtime, so that `cargo xtask regen` compiles quickly on a
//! fresh clone, and while the runtime does not compile. A command that needs one of them runs again in
//! the binary `toolsmith`, which has it.

mod tidy;

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use mimalloc::MiMalloc;
use toolsmith::{Cli, Program, Status};

/// Generating makes and drops many small values in several threads, which takes less than half the
/// time with this allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = Cli::new(Program::CargoXtask).with_command(tidy::command(), tidy::run);
    match cli.run(arguments.iter().cloned()) {
        Status::FetchUnavailable => run_with("fetch", &arguments),
        Status::PageUnavailable => run_with("page", &arguments),
        status => status.into(),
    }
}

/// Runs the same command in the binary that has this feature.
#[expect(clippy::print_stderr, reason = "a failure to start has no other place")]
fn run_with(feature: &str, arguments: &[OsString]) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--package",
            "toolsmith",
            "--bin",
            "toolsmith",
            "--no-default-features",
            "--features",
            feature,
            "--",
        ])
        .args(arguments.iter().skip(1))
        .env("TOOLSMITH_CALLED_AS", Program::CargoXtask.name())
        .status();
    match status {
        Ok(status) => {
            // A status above those of the commands is that of cargo, which could not build the binary.
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            let code = code.filter(|code| *code <= Status::Failed.code());
            ExitCode::from(code.unwrap_or(Status::Failed.code()))
        }
        Err(error) => {
            eprintln!("error: cannot run cargo: {error}");
            Status::Failed.into()
        }
    }
}
