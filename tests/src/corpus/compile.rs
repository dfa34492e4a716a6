//! Crates on the disk, to be compiled.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use toolsmith_codegen::Output;

/// A crate on the disk.
#[derive(Debug)]
pub struct Sdk {
    /// Its folder.
    pub folder: PathBuf,
}

/// Writes a crate to `folder`, with a program that answers for each line of instances whether the
/// tool takes it.
///
/// # Errors
///
/// What cannot be written.
pub fn write_crate(folder: &Path, name: &str, output: &Output) -> io::Result<Sdk> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    for (path, text) in &output.files.0 {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        put(&path, text)?;
    }
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../runtime")
        .canonicalize()?;
    let manifest = MANIFEST
        .replace("NAME", name)
        .replace("RUNTIME", &runtime.display().to_string());
    put(&folder.join("Cargo.toml"), &manifest)?;
    put(&folder.join("src/main.rs"), &write_program(output))?;
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    std::fs::copy(lock, folder.join("Cargo.lock"))?;
    Ok(Sdk {
        folder: folder.to_owned(),
    })
}

/// What the crate is made of; every warning is an error.
const MANIFEST: &str = r#"
[package]
name = "sdk-NAME"
version = "0.0.0"
edition = "2024"

[lib]
name = "sdk"
doctest = false

[dependencies]
toolsmith-runtime = { path = "RUNTIME", default-features = false }
serde_json = "1"

[lints.rust]
warnings = "deny"
missing_docs = "warn"

[profile.dev]
debug = "line-tables-only"

[workspace]
"#;

#[expect(
    clippy::disallowed_methods,
    reason = "it writes crates to be compiled, outside of the workspace"
)]
fn put(path: &Path, text: &str) -> io::Result<()> {
    std::fs::write(path, text)
}

/// The program: a line of JSON in, a line of JSON out. `RECORDS` stands for one entry for each
/// tool, because the type that it answers with is known by the type of its request alone.
const ANSWERER: &str = r#"//! Answers for each line of instances.

use std::io::BufRead as _;

use serde_json::{Value as Json, json};
use toolsmith_runtime::ArgumentError;
use toolsmith_runtime::codegen::{Mode, Tool, Value, Walk, decode_lenient};

type Record = fn(Json) -> Result<Json, ArgumentError>;

fn records() -> Vec<(&'static str, Record)> {
    vec![RECORDS]
}

fn entry<T: Tool>() -> (&'static str, Record) {
    (T::SPEC.name, record::<T::Answer>)
}

fn record<T: Value>(json: Json) -> Result<Json, ArgumentError> {
    let mut value: T = decode_lenient(json)?;
    Ok(value.encode(&mut Walk::new(Mode::Lenient)).unwrap_or(Json::Null))
}

fn answer(result: Result<Json, ArgumentError>) -> Json {
    match result {
        Ok(encoded) => json!({"encoded": encoded}),
        Err(error) => {
            let problems = error.problems().iter();
            let problems: Vec<_> = problems
                .map(|problem| json!([problem.path, problem.kind.to_string()]))
                .collect();
            json!({"problems": problems})
        }
    }
}

fn main() {
    let records = records();
    for line in std::io::stdin().lock().lines() {
        let line: Json = serde_json::from_str(&line.unwrap()).unwrap();
        let name = line["tool"].as_str().unwrap();
        let tool = sdk::TOOLS.iter().find(|tool| tool.name == name).unwrap();
        let (_, record) = records.iter().find(|(tool, _)| *tool == name).unwrap();
        let request = answer(tool.check(&line["instance"]));
        let record = answer(record(line["record"].clone()));
        println!("{}", json!({"request": request, "record": record}));
    }
}
"#;

/// The program for the tools of `output`, whose request types stand in its registry.
fn write_program(output: &Output) -> String {
    let registry = output.files.0.iter();
    let registry = registry.filter(|(path, _)| path.ends_with("registry.rs"));
    let lines = registry.flat_map(|(_, text)| text.lines());
    let entries = lines.filter_map(|line| {
        let check = line.trim().strip_prefix("check: check_")?;
        let (_, request) = check.strip_suffix(">,")?.split_once('<')?;
        Some(format!("entry::<sdk::{request}>()"))
    });
    let entries: Vec<String> = entries.collect();
    ANSWERER.replace("RECORDS", &entries.join(", "))
}

/// Makes a stand-alone crate from a file of the corpus as its user would: by `cargo xtask generate`,
/// with nothing said of its kind and nothing changed in it.
///
/// # Errors
///
/// What the command says.
pub fn make_crate(folder: &Path, name: &str, input: &Path) -> Result<Sdk, String> {
    let text = |error: io::Error| error.to_string();
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(text)?;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["run", "--quiet", "--package", "xtask", "--", "generate"])
        .arg("--input")
        .arg(input)
        .arg("--out")
        .arg(folder)
        .args(["--name", name])
        .current_dir(&root);
    let output = command.output().map_err(text)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    // The versions of this project, so that nothing has to be fetched.
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).map_err(text)?;
    Ok(Sdk {
        folder: folder.to_owned(),
    })
}

/// Compiles a crate with every warning an error; the error is what the compiler says.
///
/// # Errors
///
/// What the compiler says.
pub fn check_crate(sdk: &Sdk, target: &Path, command: &str) -> Result<(), String> {
    let output = Command::new(env!("CARGO"))
        .args([command, "--quiet", "--offline"])
        .current_dir(&sdk.folder)
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTFLAGS", "-Dwarnings")
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
