//! Generated crates on the disk, to be compiled.

use std::io;
use std::path::{Path, PathBuf};

use toolsmith_codegen::GeneratedCrate;

use toolsmith_testkit::cargo::cargo;

/// A crate on the disk.
#[derive(Debug)]
pub struct Sdk {
    /// The folder of the crate.
    pub folder: PathBuf,
}

/// Writes a crate to `folder`, with a program that reads instances and prints the result for each.
///
/// # Errors
///
/// A file cannot be written.
pub fn write_crate(folder: &Path, name: &str, output: &GeneratedCrate) -> io::Result<Sdk> {
    let sdk = write_library(folder, name, output, "")?;
    put(&folder.join("src/main.rs"), &write_program(output))?;
    Ok(sdk)
}

/// Writes a crate of several catalogs to `folder`, with `features` enabled.
///
/// # Errors
///
/// A file cannot be written.
pub fn write_modules(
    folder: &Path,
    name: &str,
    output: &GeneratedCrate,
    features: &[&str],
) -> io::Result<Sdk> {
    let mut lines = vec![format!("[features]\ndefault = {features:?}")];
    lines.extend(features.iter().map(|feature| format!("{feature} = []")));
    write_library(folder, name, output, &lines.join("\n"))
}

fn write_library(
    folder: &Path,
    name: &str,
    output: &GeneratedCrate,
    features: &str,
) -> io::Result<Sdk> {
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
        .replace("RUNTIME", &runtime.display().to_string())
        .replace("FEATURES", features);
    put(&folder.join("Cargo.toml"), &manifest)?;
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    std::fs::copy(lock, folder.join("Cargo.lock"))?;
    Ok(Sdk {
        folder: folder.to_owned(),
    })
}

/// The manifest of the crate; every warning is an error.
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

FEATURES

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

/// The program: a line of JSON in, a line of JSON out. `RECORDS` is replaced with an entry for each
/// tool, because only the type of its method has the type of its record.
const ANSWERER: &str = r#"//! Answers for each line of instances.

use std::io::BufRead as _;

use serde_json::{Value as Json, json};
use toolsmith_runtime::codegen::{Full, Value, Walk, decode_lenient};
use toolsmith_runtime::error::Problem;

type Record = fn(Json) -> Result<Json, Vec<Problem>>;

fn records() -> Vec<(&'static str, Record)> {
    vec![RECORDS]
}

fn entry<C, T, A: Answer>(request: &'static str, _: fn(&C, T) -> A) -> (&'static str, Record) {
    (request, record::<A::Record>)
}

/// The result of a method: a call or a listing.
trait Answer {
    type Record: Value;
}

ANSWERS

fn record<T: Value>(json: Json) -> Result<Json, Vec<Problem>> {
    let mut value: T = decode_lenient(json).map_err(|error| error.problems().to_vec())?;
    Ok(value.encode(&mut Walk::lenient()).unwrap_or(Json::Null))
}

fn answer(result: Result<Json, Vec<Problem>>) -> Json {
    match result {
        Ok(encoded) => json!({"encoded": encoded}),
        Err(problems) => {
            let problems: Vec<_> = problems
                .iter()
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
        let of_tool = |(request, _): &&(&str, Record)| tool.request.ends_with(request);
        let (_, record) = records.iter().find(of_tool).unwrap();
        let request = tool.check(&line["instance"]);
        let request = answer(request.map_err(|error| error.problems().to_vec()));
        let record = answer(record(line["record"].clone()));
        println!("{}", json!({"request": request, "record": record}));
    }
}
"#;

/// Writes the program for the tools of `output`, which are methods of the handles or of the client.
fn write_program(output: &GeneratedCrate) -> String {
    let mut entries = Vec::new();
    for text in output.files.0.values() {
        let words: Vec<&str> = text.split_whitespace().collect();
        let code = words.join(" ");
        for methods in code.split("impl<Access> ").skip(1) {
            let handle = methods.split('<').next().unwrap_or_default();
            for method in methods.split("pub fn ").skip(1) {
                let Some((name, rest)) = method.split_once('(') else {
                    continue;
                };
                let rest = rest.trim_start().strip_prefix("&self, request: ");
                let request = rest.and_then(|rest| rest.split([',', ')', ' ']).next());
                entries.extend(request.map(|request| {
                    format!("entry(\"::{request}\", sdk::{handle}::<Full>::{name})")
                }));
            }
        }
    }
    let calls = ["Call", "Listing", "FunctionCall", "McpCall"];
    let is_used = |call: &&str| {
        let mut texts = output.files.0.values();
        texts.any(|text| text.contains(&format!("-> {call}<")))
    };
    let answers = calls.into_iter().filter(is_used).map(|call| {
        format!(
            "impl<T: Value> Answer for toolsmith_runtime::codegen::{call}<T> {{\n    \
             type Record = T;\n}}\n"
        )
    });
    let answers: String = answers.collect();
    let program = ANSWERER.replace("RECORDS", &entries.join(", "));
    program.replace("ANSWERS", &answers)
}

/// Generates a stand-alone crate from a file of the corpus as a user would, with `cargo xtask generate`.
///
/// # Errors
///
/// The command fails; the error is its message.
pub fn make_crate(folder: &Path, name: &str, input: &Path) -> Result<Sdk, String> {
    let text = |error: io::Error| error.to_string();
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(text)?;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = cargo();
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
    // The versions of this workspace, so that nothing has to be downloaded.
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).map_err(text)?;
    Ok(Sdk {
        folder: folder.to_owned(),
    })
}

/// Compiles a crate; every warning is an error.
///
/// # Errors
///
/// The compiler fails; the error is its message.
pub fn check_crate(sdk: &Sdk, target: &Path, command: &str) -> Result<(), String> {
    let output = cargo()
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
