//! Generates a typed Rust crate from a catalog of AI-agent tools.
//!
//! The input is text: the snapshot of a catalog and, optionally, an overlay with corrections and a
//! lock with the names given so far. The output is values: the files of the crate, the next lock,
//! and a report. The same input always gives the same bytes. This crate does not access the network,
//! the clock or the environment, does not print, and writes to disk only in [`write`](mod@write).
//!
//! # Example
//!
//! ```
//! use toolsmith_codegen::{CatalogInput, CatalogSource, Options, SourceText, generate};
//!
//! let snapshot = r#"{"tools": [{
//!     "name": "get_forecast",
//!     "description": "Returns the forecast for a city.",
//!     "inputSchema": {
//!         "type": "object",
//!         "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
//!         "required": ["city"]
//!     }
//! }]}"#;
//! let snapshot = SourceText::new("weather.json", snapshot);
//! let catalog = CatalogInput::new("weather", CatalogSource::Functions, snapshot);
//!
//! let generated = generate(&[catalog], &Options::default())?;
//! let tool = &generated.reports[0].tools[0];
//! assert_eq!(tool.call(), "get_forecast(GetForecast)");
//! for (path, text) in &generated.files.0 {
//!     println!("{path}: {} lines", text.lines().count());
//! }
//! # Ok::<(), toolsmith_codegen::Diagnostics>(())
//! ```
//!
//! # Code that is committed
//!
//! The command `toolsmith` generates code and checks it in CI. Without the command, a test does both. It
//! fails if the committed code is out of date, and writes it if you ask for that. Start with a new
//! package, with the snapshot above as `weather.json` in its folder:
//!
//! ```sh
//! cargo new weather
//! cd weather
//! cargo add tokio --features macros,rt
//! cargo add toolsmith-runtime --no-default-features
//! cargo add toolsmith-codegen --dev
//! ```
//!
//! Add this test as `tests/tools.rs`:
//!
//! ```no_run
//! use std::path::Path;
//! use std::{env, fs};
//!
//! use toolsmith_codegen::options::{Features, Layout, NestedModule};
//! use toolsmith_codegen::{CatalogInput, CatalogSource, Options, SourceText, generate, write};
//!
//! #[test]
//! fn generated_code_is_up_to_date() -> Result<(), Box<dyn std::error::Error>> {
//!     let root = Path::new(env!("CARGO_MANIFEST_DIR"));
//!     let read = |file: &str| Ok(SourceText::new(file, fs::read_to_string(root.join(file))?));
//!     let snapshot: std::io::Result<SourceText> = read("weather.json");
//!     let lock: std::io::Result<SourceText> = read("weather.lock.toml");
//!     let mut catalog = CatalogInput::new("weather", CatalogSource::Functions, snapshot?);
//!     catalog.lock = lock.ok();
//!
//!     let options = Options {
//!         command: "cargo test --test tools".to_owned(),
//!         layout: Layout::Nested(NestedModule {
//!             path: "tools".to_owned(),
//!             folder: "src/tools".to_owned(),
//!         }),
//!         features: Features::None,
//!         ..Options::default()
//!     };
//!     let mut generated = generate(&[catalog], &options)?;
//!
//!     // The lock keeps the names. It is committed with the code.
//!     let lock = generated.locks.remove(0);
//!     generated.files.0.insert("weather.lock.toml".to_owned(), lock);
//!
//!     let plan = write::plan_within(&generated.files, root, &["src/tools"])?;
//!     if env::var_os("UPDATE").is_some() {
//!         plan.apply(root)?;
//!     } else {
//!         assert!(plan.is_empty(), "out of date: run `UPDATE=1 cargo test --test tools`");
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Write the code for the first time, and commit it:
//!
//! ```sh
//! UPDATE=1 cargo test --test tools
//! ```
//!
//! Then use it in `src/main.rs`:
//!
//! ```ignore
//! mod tools;
//!
//! use tools::runtime::functions::{FunctionHandler, HandlerError};
//! use tools::runtime::{Error, Json};
//! use tools::weather::{Client, GetForecast};
//!
//! struct Forecasts;
//!
//! impl FunctionHandler for Forecasts {
//!     async fn call(&self, _name: &str, arguments: Json) -> Result<Json, HandlerError> {
//!         Ok(format!("sunny in {}", arguments["city"]).into())
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Error> {
//!     let client = Client::new(Forecasts);
//!     println!("{}", client.get_forecast(GetForecast::new("Oslo")).await?);
//!     Ok(())
//! }
//! ```
//!
//! `cargo test` now fails if a commit changes `weather.json` and not the code. A test is part of the
//! package, so it runs only while the package compiles; the command also works if it does not.
//!
//! # Code in `OUT_DIR`
//!
//! A build script generates at each build, and nothing is committed. This makes each build slower, and
//! a review does not show what a new snapshot changes. In the same package, add the generator as a build
//! dependency:
//!
//! ```sh
//! cargo add toolsmith-codegen --build
//! ```
//!
//! Add this `build.rs`:
//!
//! ```no_run
//! use std::error::Error;
//! use std::path::PathBuf;
//! use std::{env, fs};
//!
//! use toolsmith_codegen::options::{Features, Layout, NestedModule};
//! use toolsmith_codegen::{CatalogInput, CatalogSource, Options, SourceText, generate, write};
//!
//! fn main() -> Result<(), Box<dyn Error>> {
//!     println!("cargo::rerun-if-changed=weather.json");
//!     println!("cargo::rerun-if-changed=weather.lock.toml");
//!     let snapshot = SourceText::new("weather.json", fs::read_to_string("weather.json")?);
//!     let mut catalog = CatalogInput::new("weather", CatalogSource::Functions, snapshot);
//!     let lock = fs::read_to_string("weather.lock.toml").ok();
//!     catalog.lock = lock.map(|text| SourceText::new("weather.lock.toml", text));
//!
//!     let options = Options {
//!         command: "cargo build".to_owned(),
//!         layout: Layout::Nested(NestedModule {
//!             path: "tools".to_owned(),
//!             folder: "tools".to_owned(),
//!         }),
//!         features: Features::None,
//!         ..Options::default()
//!     };
//!     let generated = generate(&[catalog], &options)?;
//!
//!     let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
//!     write::plan_within(&generated.files, &out, &["tools"])?.apply(&out)?;
//!     fs::write(out.join("include.rs"), "mod tools;\n")?;
//!     Ok(())
//! }
//! ```
//!
//! In `src/main.rs`, write this in place of `mod tools;`:
//!
//! ```ignore
//! include!(concat!(env!("OUT_DIR"), "/include.rs"));
//! ```
//!
//! A build script must not write to the package, so it does not update the lock. Without a lock, a tool
//! that is added can change the names of others.
//!
//! # Stages
//!
//! ```text
//! source -> schema -> catalog -> overlay -> lower -> model -> emit -> format -> write
//!                                                          -> digest
//! ```
//!
//! `source` parses text and `schema` JSON Schema. `catalog` finds the tools, and `overlay` corrects
//! them. `lower` decides the Rust API of each tool, which `model` holds. `emit` turns the model into
//! tokens, `format` turns tokens into source text, and `digest` describes the model in Markdown.
//! `write` compares files with a directory and writes them. All errors are found before `emit`, and
//! nothing is written before everything is rendered. [`Generator`] runs the stages.

mod bound;
mod catalog;
mod diag;
pub mod diff;
pub mod digest;
mod effect;
mod emit;
mod format;
mod generator;
mod header;
mod ident;
mod lower;
mod model;
pub mod options;
mod overlay;
pub mod overview;
pub mod report;
mod route;
mod schema;
pub mod snapshot;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod threads;
pub mod write;

pub use diag::{Diagnostic, Diagnostics, SourceLocation};
pub use generator::{CargoFeature, GeneratedCrate, Generator, generate};
#[doc(inline)]
pub use options::{CatalogInput, CatalogSource, Options, SourceText};
