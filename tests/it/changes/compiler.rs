//! Compiles generated crates, and programs that call them, with the compiler alone: the libraries are
//! those that this test was built with.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;
use toolsmith_codegen::options::{Features, Layout};
use toolsmith_codegen::{CatalogInput, GeneratedCrate, Options, generate};

use crate::artifacts;

/// Generates one crate with a module for each catalog.
#[track_caller]
pub(crate) fn generate_crate(catalogs: &[CatalogInput]) -> GeneratedCrate {
    let options = Options {
        crate_name: "sdk".to_owned(),
        layout: Layout::Modules,
        features: Features::None,
        ..Options::default()
    };
    generate(catalogs, &options).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The form in which a crate is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Emit {
    /// Only checked.
    Metadata,
    /// A library or a program that runs.
    Linked,
}

/// Writes a generated crate to `folder` and compiles it. Returns the path of the library.
#[track_caller]
pub(crate) fn compile_crate(folder: &Path, output: &GeneratedCrate, emit: Emit) -> PathBuf {
    for (path, text) in &output.files.0 {
        put(&folder.join(path), text);
    }
    let library = match emit {
        Emit::Metadata => folder.join("libsdk.rmeta"),
        Emit::Linked => folder.join("libsdk.rlib"),
    };
    let mut command = rustc(emit);
    command.args(["--crate-name", "sdk", "--crate-type", "lib", "-o"]);
    command.arg(&library).arg(folder.join("src/lib.rs"));
    let errors = errors_of(&run(&mut command));
    assert!(
        errors.is_empty(),
        "a generated crate does not compile: {errors:#?}"
    );
    library
}

/// The outcome of compiling programs against a crate.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The errors of each program that does not compile.
    pub(crate) errors: BTreeMap<String, Vec<String>>,
    /// The warnings about deprecated items of each program that compiles.
    pub(crate) deprecations: BTreeMap<String, BTreeSet<String>>,
}

/// Compiles programs, each a module with this name, against the crate `sdk`. An error of one program may
/// hide those of another, so the others are compiled until they compile.
#[track_caller]
pub(crate) fn check_programs(
    folder: &Path,
    sdk: &Path,
    programs: &BTreeMap<String, String>,
) -> Verdict {
    let mut verdict = Verdict::default();
    let mut left: BTreeSet<&String> = programs.keys().collect();
    for (name, text) in programs {
        put(&folder.join(format!("{name}.rs")), text);
    }
    loop {
        let modules: Vec<String> = left
            .iter()
            .map(|name| format!("pub mod {name};\n"))
            .collect();
        put(
            &folder.join("lib.rs"),
            &format!("#![allow(unused)]\n{}", modules.concat()),
        );
        let mut command = rustc(Emit::Metadata);
        command.args(["--crate-name", "programs", "--crate-type", "lib"]);
        command.arg("-o").arg(folder.join("libprograms.rmeta"));
        command.arg("--extern").arg(extern_path("sdk", sdk));
        command.arg(folder.join("lib.rs"));
        let messages = run(&mut command);
        let errors = errors_of(&messages);
        if errors.is_empty() {
            verdict.deprecations = deprecations_of(&messages);
            return verdict;
        }
        for (name, message) in errors {
            left.remove(&name);
            verdict.errors.entry(name).or_default().push(message);
        }
    }
}

/// Links a program of several modules with the crate `sdk`, runs it, and returns its output.
#[track_caller]
pub(crate) fn run_program(folder: &Path, sdk: &Path, files: &BTreeMap<String, String>) -> String {
    for (path, text) in files {
        put(&folder.join(path), text);
    }
    let program = folder.join("program");
    let mut command = rustc(Emit::Linked);
    command.args(["--crate-name", "program", "--crate-type", "bin", "-o"]);
    command.arg(&program);
    command.arg("--extern").arg(extern_path("sdk", sdk));
    command.arg(folder.join("main.rs"));
    let errors = errors_of(&run(&mut command));
    assert!(errors.is_empty(), "{errors:#?}");
    let output = Command::new(program).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn rustc(emit: Emit) -> Command {
    let runtime = artifacts::library("toolsmith_runtime");
    // Libraries of the workspace are linked into the folder above the one with all dependencies.
    let folder = runtime.parent().unwrap();
    let dependencies = if folder.ends_with("deps") {
        folder.to_owned()
    } else {
        folder.join("deps")
    };
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(program);
    command.args(["--edition", "2024", "--error-format=json"]);
    command.args(match emit {
        Emit::Metadata => ["--emit", "metadata"],
        Emit::Linked => ["--emit", "link"],
    });
    command
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()));
    for library in ["toolsmith_runtime", "serde_json", "tokio"] {
        let path = artifacts::library(library);
        command.arg("--extern").arg(extern_path(library, &path));
    }
    command
}

fn extern_path(name: &str, library: &Path) -> String {
    format!("{name}={}", library.display())
}

/// Runs the compiler and returns its messages.
fn run(command: &mut Command) -> Vec<Json> {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let messages: Vec<Json> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let has_errors = messages.iter().any(|message| message["level"] == "error");
    assert_eq!(output.status.success(), !has_errors, "{text}");
    messages
}

/// Returns the errors, each with the stem of the file that causes it.
fn errors_of(messages: &[Json]) -> Vec<(String, String)> {
    let errors = messages
        .iter()
        .filter(|message| message["level"] == "error");
    // The last message counts the errors.
    let errors =
        errors.filter(|message| message["spans"].as_array().is_some_and(|s| !s.is_empty()));
    errors
        .map(|message| {
            let text = message["rendered"].as_str().unwrap_or_default();
            (file_of(message), text.to_owned())
        })
        .collect()
}

fn deprecations_of(messages: &[Json]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for message in messages {
        if message["code"]["code"] == "deprecated" {
            let text = message["message"].as_str().unwrap_or_default();
            found
                .entry(file_of(message))
                .or_default()
                .insert(text.to_owned());
        }
    }
    found
}

/// Returns the stem of the file that a message is about.
fn file_of(message: &Json) -> String {
    let spans = message["spans"].as_array().unwrap();
    let span = spans.iter().find(|span| span["is_primary"] == true);
    let file = span.unwrap_or(&spans[0])["file_name"].as_str().unwrap();
    let stem = Path::new(file).file_stem().unwrap();
    stem.to_string_lossy().into_owned()
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
