//! The generator as a library: the projects in the documentation of `toolsmith-codegen`, made step
//! by step and run.

use std::process::Output;

use toolsmith_testkit::cargo::cargo;

use crate::artifacts::root;
use crate::scratch::{Scratch, target};

/// The output of the program, which prints JSON.
const PRINTED: &str = "\"sunny in \\\"Oslo\\\"\"\n";

/// Returns the code blocks of the documentation that follow `text`.
#[track_caller]
fn block(text: &str) -> String {
    let source = std::fs::read_to_string(root().join("codegen/src/lib.rs")).unwrap();
    let lines = source.lines().filter_map(|line| line.strip_prefix("//!"));
    let docs: Vec<&str> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let docs = docs.join("\n");
    let (_, rest) = docs
        .split_once(text)
        .unwrap_or_else(|| panic!("the documentation does not say {text:?}"));
    let (_, rest) = rest.split_once("\n```").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    let (code, _) = rest.split_once("\n```").unwrap();
    format!("{code}\n")
}

/// Writes what `cargo new` and `cargo add` write, and the snapshot.
fn project() -> Scratch {
    let scratch = Scratch::new();
    let root = root().canonicalize().unwrap();
    let manifest = format!(
        "[package]\nname = \"weather\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\
         toolsmith-runtime = {{ path = '{}', default-features = false }}\n\n\
         [dev-dependencies]\ntoolsmith-codegen = {{ path = '{}' }}\n",
        root.join("runtime").display(),
        root.join("codegen").display(),
    );
    scratch.put("Cargo.toml", &manifest);
    scratch.put(
        "src/main.rs",
        "fn main() {\n    println!(\"Hello, world!\");\n}\n",
    );
    let example = block("# Example");
    let (_, snapshot) = example.split_once("r#\"").unwrap();
    let (snapshot, _) = snapshot.split_once("\"#").unwrap();
    scratch.put("weather.json", snapshot);
    std::fs::copy(root.join("Cargo.lock"), scratch.path("Cargo.lock")).unwrap();
    scratch
}

fn run(scratch: &Scratch, update: bool, arguments: &[&str]) -> Output {
    let mut command = cargo();
    command
        .args(arguments)
        .args(["--quiet", "--offline"])
        .current_dir(scratch.path(""))
        .env("CARGO_TARGET_DIR", target())
        .env("RUSTFLAGS", "-Dwarnings");
    if update {
        command.env("UPDATE", "1");
    }
    command.output().unwrap()
}

#[track_caller]
fn succeeds(scratch: &Scratch, update: bool, arguments: &[&str]) -> String {
    let output = run(scratch, update, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}\n{printed}\n{error}");
    printed
}

#[test]
fn a_test_writes_the_code_and_fails_when_it_is_out_of_date() {
    let scratch = project();
    scratch.put(
        "tests/tools.rs",
        &block("Add this test as `tests/tools.rs`"),
    );
    let test = ["test", "--test", "tools"];
    assert!(!run(&scratch, false, &test).status.success(), "no code yet");
    succeeds(&scratch, true, &test);
    scratch.put("src/main.rs", &block("Then use it in `src/main.rs`"));
    assert_eq!(succeeds(&scratch, false, &["run"]), PRINTED);
    succeeds(&scratch, false, &test);

    let snapshot = std::fs::read_to_string(scratch.path("weather.json")).unwrap();
    scratch.put("weather.json", &snapshot.replace("\"days\"", "\"hours\""));
    let output = run(&scratch, false, &test);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success());
    assert!(
        printed.contains("run `UPDATE=1 cargo test --test tools`"),
        "{printed}"
    );
    succeeds(&scratch, true, &test);
    succeeds(&scratch, false, &test);
    let lock = std::fs::read_to_string(scratch.path("weather.lock.toml")).unwrap();
    assert!(lock.contains("days") && lock.contains("hours"), "{lock}");
}

#[test]
fn a_build_script_generates_into_the_folder_of_cargo() {
    let scratch = project();
    let manifest = std::fs::read_to_string(scratch.path("Cargo.toml")).unwrap();
    scratch.put(
        "Cargo.toml",
        &manifest.replace("dev-dependencies", "build-dependencies"),
    );
    scratch.put("build.rs", &block("Add this `build.rs`"));
    let program = block("Then use it in `src/main.rs`");
    let include = block("In `src/main.rs`, write this in place of `mod tools;`");
    scratch.put("src/main.rs", &program.replace("mod tools;\n", &include));
    assert_eq!(succeeds(&scratch, false, &["run"]), PRINTED);
    assert!(!scratch.path("src/tools").exists());

    // The code follows the snapshot.
    let snapshot = std::fs::read_to_string(scratch.path("weather.json")).unwrap();
    scratch.put(
        "weather.json",
        &snapshot.replace("get_forecast", "get_outlook"),
    );
    let output = run(&scratch, false, &["check"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("GetForecast"), "{error}");
}
