//! The cost of compiling a crate, without its dependencies.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The cost of `cargo check`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// The processor time in user and kernel mode.
    pub(crate) seconds: f64,
    /// The peak memory of a process, in megabytes.
    pub(crate) megabytes: f64,
}

/// Checks the crate in `directory` with its dependencies, then the crate alone, and returns the best of
/// a few runs.
pub(crate) fn check_alone(directory: &Path) -> Result<Usage, Box<dyn Error>> {
    check_alone_with(directory, &[])
}

/// Does the same with further arguments of `cargo check`.
pub(crate) fn check_alone_with(
    directory: &Path,
    arguments: &[&str],
) -> Result<Usage, Box<dyn Error>> {
    check(directory, arguments)?;
    let library = directory.join("src/lib.rs");
    let text = fs::read_to_string(&library)?;
    let mut best = Usage {
        seconds: f64::MAX,
        megabytes: f64::MAX,
    };
    for run in 0..3 {
        fs::write(&library, format!("{text}\n// Run {run}.\n"))?;
        let usage = check(directory, arguments)?;
        best.seconds = best.seconds.min(usage.seconds);
        best.megabytes = best.megabytes.min(usage.megabytes);
    }
    Ok(best)
}

/// Runs `cargo check` under `time`, which measures its child processes.
fn check(directory: &Path, arguments: &[&str]) -> Result<Usage, Box<dyn Error>> {
    let mut command = Command::new("/usr/bin/time");
    command
        .args(["-f", "usage %U %S %M", env!("CARGO"), "check", "--quiet"])
        .args(arguments)
        .current_dir(directory)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", directory.join("target"));
    // Locked dependencies were downloaded before.
    if directory.join("Cargo.lock").exists() {
        command.arg("--offline");
    }
    let output = command
        .output()
        .map_err(|error| format!("this needs the `time` command: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("usage "));
    let numbers: Vec<f64> = line
        .ok_or_else(|| format!("cargo check failed:\n{text}"))?
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    match (numbers.as_slice(), output.status.success()) {
        ([user, system, kilobytes], true) => Ok(Usage {
            seconds: user + system,
            megabytes: kilobytes / 1000.0,
        }),
        _ => Err(format!("cargo check failed:\n{text}").into()),
    }
}
