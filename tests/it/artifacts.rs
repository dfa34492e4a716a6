//! The programs and libraries of the workspace, as `cargo test --workspace` builds them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use toolsmith_testkit::cargo::cargo;

/// The report of cargo about the artifacts.
///
/// The selection of packages is that of `cargo test --workspace`: cargo enables the same features
/// and has nothing left to compile after it.
static ARTIFACTS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let output = cargo()
        .current_dir(root())
        .args(["build", "--workspace", "--bins", "--examples"])
        .args(["--message-format", "json-render-diagnostics"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the build failed:\n{errors}");
    let messages = output.stdout.split(|byte| *byte == b'\n');
    messages
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact")
        .collect()
});

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Returns the path of a program or an example.
#[track_caller]
pub(crate) fn program(name: &str) -> PathBuf {
    let path = named(name).find_map(|artifact| artifact["executable"].as_str());
    path.unwrap_or_else(|| panic!("no program is called `{name}`"))
        .into()
}

/// Returns the path of a library.
#[track_caller]
pub(crate) fn library(name: &str) -> PathBuf {
    let path = named(name)
        .filter_map(|artifact| artifact["filenames"].as_array())
        .flatten()
        .filter_map(|file| Some(PathBuf::from(file.as_str()?)))
        .find(|file| file.extension() == Some(OsStr::new("rlib")));
    path.unwrap_or_else(|| panic!("no library is called `{name}`"))
}

fn named(name: &str) -> impl Iterator<Item = &Value> {
    ARTIFACTS
        .iter()
        .filter(move |artifact| artifact["target"]["name"] == name)
}
