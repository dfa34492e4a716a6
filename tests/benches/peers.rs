//! Other generators: a client of the same 300 operations from each, and the time to compile it.
//!
//! `cargo bench -p toolsmith-benches --bench peers` measures the installed generators and prints how to
//! install the others. It downloads the dependencies of the generated clients.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints, and writes what it measures"
)]

use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use measure::check::{Usage, check_alone};
use measure::ours::write_crate;
use serde_json::{Map, Value, json};

mod measure;

const OPERATIONS: u32 = 300;

/// A generator that reads `OpenAPI`.
struct Peer {
    name: &'static str,
    /// The version of `OpenAPI` that it reads.
    openapi: &'static str,
    install: &'static str,
    /// The command that generates a client from `openapi.json` in its working directory.
    command: &'static [&'static str],
    writes: Writes,
}

/// The output of a generator.
enum Writes {
    /// The crate `client`.
    Crate,
    /// The module `client/src`, which becomes a crate with these dependencies.
    Module(&'static str),
}

const PEERS: [Peer; 4] = [
    Peer {
        name: "openapi-to-rust",
        openapi: "3.1.0",
        install: "cargo install openapi-to-rust",
        command: &[
            "openapi-to-rust",
            "generate",
            "openapi.json",
            "--output-dir=client/src",
        ],
        // From its REQUIRED_DEPS.toml.
        writes: Writes::Module(
            r#"
            chrono = { version = "0.4", features = ["serde"] }
            futures-util = "0.3"
            reqwest = { version = "0.13", default-features = false, features = ["query", "rustls", "stream"] }
            reqwest-middleware = { version = "0.5", features = ["query"] }
            serde = { version = "1", features = ["derive"] }
            serde_json = "1"
            thiserror = "2"
            "#,
        ),
    },
    Peer {
        name: "progenitor",
        openapi: "3.0.3",
        install: "cargo install cargo-progenitor",
        command: &[
            "cargo-progenitor",
            "progenitor",
            "--input=openapi.json",
            "--output=client",
            "--name=client",
            "--version=0.1.0",
        ],
        writes: Writes::Crate,
    },
    Peer {
        name: "oas3-gen",
        openapi: "3.1.0",
        install: "cargo install oas3-gen",
        command: &[
            "oas3-gen",
            "generate",
            "client-mod",
            "--input=openapi.json",
            "--output=client/src",
        ],
        // The crates that its output uses.
        writes: Writes::Module(
            r#"
            anyhow = "1"
            chrono = { version = "0.4", features = ["serde"] }
            http = "1"
            oas3-gen-support = "*"
            reqwest = { version = "0.13", features = ["json"] }
            serde = { version = "1", features = ["derive"] }
            serde_html_form = "*"
            serde_json = "1"
            serde_with = "3"
            validator = { version = "*", features = ["derive"] }
            "#,
        ),
    },
    Peer {
        name: "ploidy",
        openapi: "3.0.3",
        install: "cargo install ploidy",
        command: &[
            "ploidy",
            "generate",
            "rust",
            "openapi.json",
            "--output=client",
        ],
        writes: Writes::Crate,
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("| generator | generating | `cargo check` | memory |");
    println!("|:----------|-----------:|--------------:|-------:|");
    let directory = tempfile::tempdir()?;
    let start = Instant::now();
    write_crate(directory.path(), &catalog())?;
    let generated = start.elapsed();
    let usage = check_alone(directory.path())?;
    row("Toolsmith", generated, usage);
    for peer in &PEERS {
        match measure(peer) {
            Ok(Some((generated, usage))) => row(peer.name, generated, usage),
            Ok(None) => println!("| {} | `{}` | | |", peer.name, peer.install),
            Err(error) => {
                let error = error.to_string();
                let line = error.lines().find(|line| line.contains("error"));
                println!("| {} | failed: {} | | |", peer.name, line.unwrap_or(&error));
            }
        }
    }
    Ok(())
}

fn row(name: &str, generated: Duration, usage: Usage) {
    println!(
        "| {name} | {:.2} s | {:.1} s | {:.0} MB |",
        generated.as_secs_f64(),
        usage.seconds,
        usage.megabytes
    );
}

/// Generates and checks; returns `None` if the command is not installed.
fn measure(peer: &Peer) -> Result<Option<(Duration, Usage)>, Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let document = document(peer.openapi);
    fs::write(directory.path().join("openapi.json"), document.to_string())?;
    let Some((program, arguments)) = peer.command.split_first() else {
        return Ok(None);
    };
    let start = Instant::now();
    let mut command = Command::new(program);
    let output = match command
        .args(arguments)
        .current_dir(directory.path())
        .output()
    {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let generated = start.elapsed();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let client = directory.path().join("client");
    if let Writes::Module(dependencies) = peer.writes {
        make_crate(&client, dependencies)?;
    }
    Ok(Some((generated, check_alone(&client)?)))
}

/// Turns the module in the folder `src` of `directory` into a crate.
fn make_crate(directory: &Path, dependencies: &str) -> Result<(), Box<dyn Error>> {
    let package = "[package]\nname = \"client\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let manifest = format!("{package}\n[dependencies]\n{dependencies}\n[workspace]\n");
    fs::write(directory.join("Cargo.toml"), manifest)?;
    let source = directory.join("src");
    fs::rename(source.join("mod.rs"), source.join("lib.rs"))?;
    Ok(())
}

/// Returns the operations as tools.
fn catalog() -> String {
    let tools: Vec<Value> = (0..OPERATIONS).map(tool).collect();
    json!({ "result": tools }).to_string()
}

fn tool(number: u32) -> Value {
    json!({
        "resource": format!("thing{number}s"),
        "method": "list",
        "name": format!("list_all_thing{number}s"),
        "description": "Lists things, a few at a time, filtered as you like.",
        "required": REQUIRED,
        "query_schema": {"type": "object", "properties": arguments(number)},
        "response_schema": record(number),
    })
}

/// Returns the operations as `OpenAPI`.
fn document(openapi: &str) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for number in 0..OPERATIONS {
        paths.insert(
            format!("/thing{number}s"),
            json!({ "get": operation(number) }),
        );
        schemas.insert(format!("Thing{number}"), record(number));
    }
    json!({
        "openapi": openapi,
        "info": {"title": "Things", "version": "1.0.0"},
        "servers": [{"url": "https://things.example"}],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn operation(number: u32) -> Value {
    let parameters: Vec<Value> = arguments(number)
        .into_iter()
        .map(|(name, schema)| {
            let is_required = REQUIRED.contains(&name.as_str());
            json!({"name": name, "in": "query", "required": is_required, "schema": schema})
        })
        .collect();
    let schema = json!({"$ref": format!("#/components/schemas/Thing{number}")});
    json!({
        "operationId": format!("list_all_thing{number}s"),
        "summary": "Lists things, a few at a time, filtered as you like.",
        "parameters": parameters,
        "responses": {"200": {
            "description": "One thing.",
            "content": {"application/json": {"schema": schema}},
        }},
    })
}

/// Returns the required arguments.
const REQUIRED: [&str; 2] = ["accountId", "color"];

/// Returns five arguments, one of them an enum.
fn arguments(number: u32) -> Map<String, Value> {
    let mut arguments = Map::new();
    let mut add = |name: &str, schema| arguments.insert(name.to_owned(), schema);
    add("accountId", text("Account that the things belong to."));
    add("color", color(number));
    add(
        "limit",
        json!({"type": "integer", "minimum": 1, "maximum": 100}),
    );
    add("name", text("Only things with this name."));
    add(
        "isActive",
        json!({"type": "boolean", "description": "Only things in this state."}),
    );
    arguments
}

/// Returns a record of eight fields.
fn record(number: u32) -> Value {
    json!({"type": "object", "required": ["accountId", "name", "color"], "properties": {
        "accountId": text("Account that the thing belongs to."),
        "name": text("Name of the thing."),
        "color": color(number),
        "isActive": {"type": "boolean"},
        "total": {"type": "integer"},
        "createdAt": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}},
        (format!("note{number}")): text("What people say of it."),
    }})
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn color(number: u32) -> Value {
    json!({"type": "string", "enum": ["red", "green", format!("blue{number}")]})
}
