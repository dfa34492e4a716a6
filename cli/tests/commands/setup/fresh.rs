//! A directory of a person who has not used Toolsmith yet.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::project::{Ended, Files, files};

/// The name has a space and a character that is not ASCII.
const FOLDER: &str = "my projéct";

/// A directory to run commands in.
pub(super) struct Fresh {
    root: TempDir,
}

/// Three functions, one of which needs an argument.
pub(super) const FUNCTIONS: &str = r#"[
    {"name": "book_room", "description": "Books a room.", "parameters": {"type": "object",
        "properties": {"room": {"type": "string"}, "days": {"type": "integer"}}, "required": ["room", "days"]}},
    {"name": "list_rooms", "annotations": {"readOnlyHint": true}}
]"#;

impl Fresh {
    /// Creates a directory with these files.
    pub(super) fn with(files: &[(&str, &str)]) -> Self {
        let root = TempDir::new().unwrap();
        let fresh = Self { root };
        std::fs::create_dir_all(fresh.path("")).unwrap();
        for (path, text) in files {
            fresh.put(path, text);
        }
        fresh
    }

    /// Creates a package, as `cargo new` does.
    pub(super) fn package() -> Self {
        Self::with(&[
            ("Cargo.toml", PACKAGE),
            ("src/main.rs", "fn main() {}\n"),
            ("functions.json", FUNCTIONS),
        ])
    }

    /// Creates a package in which `init` ran.
    pub(super) fn project() -> Self {
        let fresh = Self::package();
        fresh.run(&["init"]).with_status(0);
        fresh
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(FOLDER).join(path)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests write to temporary directories"
    )]
    pub(super) fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn text(&self, path: &str) -> String {
        let path = self.path(path);
        let bytes = std::fs::read(&path).unwrap_or_else(|_| panic!("{}", path.display()));
        String::from_utf8(bytes).unwrap()
    }

    /// Reads every file except those of the build folder.
    pub(super) fn files(&self) -> Files {
        let mut files = files(&self.path(""));
        files.retain(|path, _| !path.starts_with("target/"));
        files
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_in("", &[], arguments)
    }

    pub(super) fn run_in(
        &self,
        folder: &str,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Ended {
        run(&self.path(folder), variables, arguments)
    }
}

/// The manifest of a package.
pub(super) const PACKAGE: &str =
    "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n";

/// Runs the binary in a directory, without the variables of this process that it reads.
fn run(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toolsmith"));
    for variable in [
        "CARGO_MANIFEST_DIR",
        "TOOLSMITH_CALLED_AS",
        "TRUTO_API_TOKEN",
        "TRUTO_API_KEY",
    ] {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    Ended::of(
        command
            .current_dir(directory)
            .args(arguments)
            .output()
            .unwrap(),
    )
}
