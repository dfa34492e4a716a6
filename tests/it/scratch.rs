//! Folders in which tests write crates, and the commands that they run there.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use toolsmith_testkit::cargo::cargo;

use crate::artifacts;

/// Returns the target folder of all crates that tests write, so that their dependencies are
/// compiled once.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("made")
}

/// A temporary folder for crates and programs.
pub(crate) struct Scratch {
    directory: TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        Self { directory }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// Writes a file.
    pub(crate) fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes a program to `path`; `dependencies` are lines of its manifest.
    pub(crate) fn put_program(&self, path: &str, dependencies: &str, main: &str) {
        let manifest = format!(
            "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n{dependencies}\n"
        );
        self.put(&format!("{path}/Cargo.toml"), &manifest);
        self.put(&format!("{path}/src/main.rs"), main);
    }

    /// Runs a cargo command on the crate in `path` and returns its output; warnings are errors.
    /// The lock file is that of this workspace, so that nothing has to be downloaded.
    #[track_caller]
    pub(crate) fn cargo(&self, path: &str, arguments: &[&str]) -> String {
        self.cargo_with(&[], path, arguments)
    }

    /// Runs a cargo command with these environment variables.
    #[track_caller]
    pub(crate) fn cargo_with(
        &self,
        variables: &[(&str, &str)],
        path: &str,
        arguments: &[&str],
    ) -> String {
        let lock = self.path(path).join("Cargo.lock");
        if !lock.exists() {
            std::fs::copy(artifacts::root().join("Cargo.lock"), lock).unwrap();
        }
        let mut command = cargo();
        command
            .args(arguments)
            .current_dir(self.path(path))
            .env("CARGO_TARGET_DIR", target())
            .env("RUSTFLAGS", "-Dwarnings")
            .envs(variables.iter().copied());
        run(&mut command)
    }
}

/// Runs `xtask` in this workspace and returns its output.
#[track_caller]
pub(crate) fn xtask(variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut command = Command::new(artifacts::program("xtask"));
    command.args(arguments).current_dir(artifacts::root());
    command.envs(variables.iter().copied());
    run(&mut command)
}

/// Runs `xtask` with arguments that it refuses, and returns its error message.
#[track_caller]
pub(crate) fn xtask_error(arguments: &[&str]) -> String {
    let output = Command::new(artifacts::program("xtask"))
        .args(arguments)
        .current_dir(artifacts::root())
        .output()
        .unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    let status = output.status;
    assert!(status.success(), "{command:?}: {status}\n{out}\n{err}");
    out
}
