//! Directories to make crates in, and the commands that are run there.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use toolsmith_tests::cargo::cargo;

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A directory that holds crates and programs.
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

    /// Makes `path` a program that depends on `dependencies`, lines of a manifest.
    pub(crate) fn put_program(&self, path: &str, dependencies: &str, main: &str) {
        let manifest = format!(
            "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n{dependencies}\n"
        );
        self.put(&format!("{path}/Cargo.toml"), &manifest);
        self.put(&format!("{path}/src/main.rs"), main);
    }

    /// Runs a command of cargo on the crate in `path`, without a warning, and gives what it prints.
    /// The versions are those of this project, so that nothing has to be fetched.
    #[track_caller]
    pub(crate) fn cargo(&self, path: &str, arguments: &[&str]) -> String {
        self.cargo_with(&[], path, arguments)
    }

    /// The same with these variables.
    #[track_caller]
    pub(crate) fn cargo_with(
        &self,
        variables: &[(&str, &str)],
        path: &str,
        arguments: &[&str],
    ) -> String {
        let lock = self.path(path).join("Cargo.lock");
        if !lock.exists() {
            std::fs::copy(root().join("Cargo.lock"), lock).unwrap();
        }
        let mut command = cargo();
        command
            .args(arguments)
            .current_dir(self.path(path))
            .env("CARGO_TARGET_DIR", root().join("target/made"))
            .env("RUSTFLAGS", "-Dwarnings")
            .envs(variables.iter().copied());
        run(&mut command)
    }
}

/// Runs a command of this project and gives what it prints.
#[track_caller]
pub(crate) fn xtask(variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "xtask", "--"]);
    command.args(arguments).current_dir(root());
    command.envs(variables.iter().copied());
    run(&mut command)
}

/// Runs a command of this project that fails, and gives what it says.
#[track_caller]
pub(crate) fn refused(arguments: &[&str]) -> String {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "xtask", "--"]);
    let output = command
        .args(arguments)
        .current_dir(root())
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
