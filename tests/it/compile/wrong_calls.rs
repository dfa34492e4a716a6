//! Compiles the programs in `compile-fail/` and compares the messages of the compiler.
//!
//! The compiler is called directly, with the libraries that this test was built with: nothing else
//! has to be compiled.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use toolsmith_testkit::golden::assert_golden;

use crate::artifacts;

#[test]
fn messages_say_what_to_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("compile-fail");
    let entries = fs::read_dir(&folder).unwrap();
    let mut programs: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension() == Some(OsStr::new("rs")))
        .collect();
    programs.sort();
    assert!(!programs.is_empty());
    for program in programs {
        assert_golden(&program.with_extension("stderr"), &compile(&program));
    }
}

/// Compiles a program that uses `generated`, and returns the message of the compiler.
#[track_caller]
fn compile(program: &Path) -> String {
    let library = artifacts::library("generated");
    // Libraries of the workspace are linked into the folder above the one with all dependencies.
    let folder = library.parent().unwrap();
    let dependencies = if folder.ends_with("deps") {
        folder.to_owned()
    } else {
        folder.join("deps")
    };
    let output = TempDir::new().unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let compiled = Command::new(rustc)
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "bin",
            "--emit",
            "metadata",
        ])
        .arg("--out-dir")
        .arg(output.path())
        .arg("--extern")
        .arg(format!("generated={}", library.display()))
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg(program.strip_prefix(artifacts::root()).unwrap())
        .current_dir(artifacts::root())
        .output()
        .unwrap();
    assert!(!compiled.status.success(), "{} compiles", program.display());
    normalize(&String::from_utf8(compiled.stderr).unwrap())
}

/// Removes from a message what changes with the rest of the code: the line numbers of other files,
/// and the width of the margin.
fn normalize(message: &str) -> String {
    let mut is_other_file = false;
    let mut lines = Vec::new();
    for line in message.lines() {
        if line.starts_with("error: aborting") || line.starts_with("For more information") {
            break;
        }
        let margin = line.trim_start();
        let number = margin.split(' ').next().unwrap_or_default();
        let is_numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        lines.push(
            if margin.starts_with("--> ") || margin.starts_with("::: ") {
                is_other_file = !margin.contains("compile-fail/");
                let end = margin.find(".rs:").filter(|_| is_other_file);
                format!("  {}", end.map_or(margin, |end| &margin[..end + 3]))
            } else if is_numbered {
                let shown = if is_other_file { "" } else { number };
                format!("{shown:>2}{}", &margin[number.len()..])
            } else if let Some(rest) = margin.strip_prefix("...") {
                format!("...{}", rest.trim_start())
            } else if margin.starts_with(['|', '=']) {
                format!("   {margin}")
            } else {
                line.to_owned()
            },
        );
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}
