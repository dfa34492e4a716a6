//! A copy of the project to run commands in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use toolsmith_testkit::fake_truto::FakeTruto;

/// The variables that a fetch reads.
const VARIABLES: [&str; 4] = [
    "TRUTO_API_TOKEN",
    "TRUTO_API_KEY",
    "THE_AUTH_API_ACCOUNT_ID",
    "TRUTO_API_BASE_URL",
];

/// The folders that a run may write to.
const FOLDERS: [&str; 2] = ["catalogs", "generated"];

/// A directory that contains `toolsmith.toml`, the catalogs and the generated crate.
pub(crate) struct Project {
    root: TempDir,
}

/// The result of a command.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The files of a directory, by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

impl Project {
    /// Copies this project as it is committed.
    pub(crate) fn copy() -> Self {
        let root = TempDir::new().unwrap();
        let project = Self { root };
        std::fs::copy(
            repository().join("toolsmith.toml"),
            project.path("toolsmith.toml"),
        )
        .unwrap();
        for folder in FOLDERS {
            for (path, bytes) in files(&repository().join(folder)) {
                project.put(&format!("{folder}/{path}"), &bytes);
            }
        }
        project
    }

    /// Makes a project with the catalog of this one and these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let root = TempDir::new().unwrap();
        let project = Self { root };
        for name in ["json", "lock.toml", "overlay.toml"] {
            let path = format!("catalogs/the_auth_api.{name}");
            let bytes = std::fs::read(repository().join(&path)).unwrap();
            project.put(&path, &bytes);
        }
        for (path, text) in files {
            project.put(path, text.as_bytes());
        }
        project
    }

    /// Runs a command under the name of another program.
    pub(crate) fn run_as(&self, program: &str, arguments: &[&str]) -> Ended {
        self.run_with(&[("TOOLSMITH_CALLED_AS", program)], arguments)
    }

    /// Copies this project and regenerates it from its snapshots.
    pub(crate) fn settled() -> Self {
        let project = Self::copy();
        project.run(&["regen", "--offline"]).with_status(0);
        project
    }

    /// Returns a path in the copy.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// Writes a file of the copy.
    #[expect(
        clippy::disallowed_methods,
        reason = "tests write to temporary directories"
    )]
    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Reads a file of the copy.
    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(std::fs::read(self.path(path)).unwrap()).unwrap()
    }

    /// Reads every file that a run may write, by path from the root.
    pub(crate) fn written(&self) -> Files {
        let folders = FOLDERS.into_iter().flat_map(|folder| {
            let files = files(&self.path(folder)).into_iter();
            files.map(move |(path, bytes)| (format!("{folder}/{path}"), bytes))
        });
        folders.collect()
    }

    /// Runs a command without credentials.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(&[], arguments)
    }

    /// Runs a command with the credentials of a server.
    pub(crate) fn run_against(&self, server: &FakeTruto, arguments: &[&str]) -> Ended {
        let variables = [
            ("TRUTO_API_TOKEN", server.token()),
            ("THE_AUTH_API_ACCOUNT_ID", server.account_id()),
            ("TRUTO_API_BASE_URL", server.base_url()),
        ];
        self.run_with(&variables, arguments)
    }

    /// Runs a command with environment variables.
    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ended {
        run_in(self.root.path(), variables, arguments)
    }
}

/// Runs a command in the repository itself.
pub(crate) fn run_here(arguments: &[&str]) -> Ended {
    run_in(repository(), &[], arguments)
}

fn run_in(root: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toolsmith"));
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    let output = command
        .env("TOOLSMITH_CALLED_AS", "cargo xtask")
        .envs(variables.iter().copied())
        .arg("--root")
        .arg(root)
        .args(arguments)
        .output();
    Ended::of(output.unwrap())
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Parses standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Checks the exit status.
    #[track_caller]
    pub(crate) fn with_status(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.out, self.err);
        self
    }
}

/// Reads the files of a directory, by path from it.
pub(crate) fn files(directory: &Path) -> Files {
    let mut files = Files::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(directory).unwrap().to_str().unwrap();
                files.insert(name.replace('\\', "/"), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Returns the paths of files that were changed, added or removed.
pub(crate) fn changed(before: &Files, after: &Files) -> Vec<String> {
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let differs = |path: &&&String| before.get(**path) != after.get(**path);
    paths
        .iter()
        .filter(differs)
        .map(|path| (*path).clone())
        .collect()
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Compares a text with a file next to the tests. `GOLDEN=overwrite` writes the file.
#[track_caller]
#[expect(
    clippy::disallowed_methods,
    reason = "the test writes expected output if asked"
)]
pub(crate) fn expected(file: &str, text: &str) {
    let path = repository().join("cli/tests/commands").join(file);
    if std::env::var("GOLDEN").is_ok_and(|mode| mode == "overwrite") {
        return std::fs::write(&path, text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, known.replace("\r\n", "\n"), "{}", path.display());
}
