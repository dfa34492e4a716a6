//! Catalog in, files out: the generator of Toolsmith.
//!
//! Data flows one way, and the folders show it:
//!
//! ```text
//! source -> catalog -> lower -> model -> emit -> format -> write
//!                                     -> digest
//! ```
//!
//! `source` parses text, `catalog` finds the tools in it, and `lower` decides the Rust API of each
//! tool, which `model` holds. `emit` turns the model into tokens, `format` turns tokens into source
//! text, and `digest` describes the model in Markdown. `write` compares files with a directory and
//! writes them. All errors are found before `emit`; nothing is written before everything is
//! rendered. This crate does not use the network or the clock, and does not print.

mod catalog;
mod diag;
mod digest;
mod emit;
mod format;
mod header;
mod ident;
mod lower;
mod model;
mod options;
mod overlay;
mod report;
mod schema;
mod snapshot;
mod source;
mod threads;
pub mod write;

pub use catalog::recognize;
pub use diag::{Diagnostic, Diagnostics, Location};
pub use digest::{Digest, DigestPage};
pub use options::{
    Account, Document, Identifiers, Input, Kind, Layout, McpEndpoint, Options, Transport,
};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
pub use report::{
    HiddenTool, IdentifierReport, Outcome, PlaceReport, Report, TakenIdentifier, ToolReport,
};
pub use snapshot::{CatalogChange, Snapshot, canonicalize, compare};
pub use write::{FileTree, Plan, plan};

/// A generated crate as values: nothing is written yet.
#[derive(Debug, Clone)]
pub struct Output {
    /// The files, by path from the root of the generated crate.
    pub files: FileTree,
    /// The names given, one lock for each catalog in the order of the input; to be checked in.
    pub locks: Vec<String>,
    /// What became of each catalog, in the order of the input.
    pub reports: Vec<Report>,
    /// An example of a call of each catalog, in the order of the input: lines of Markdown, as
    /// they stand in the documentation; empty if it has no tool.
    pub examples: Vec<Vec<String>>,
}

/// Generates the crate for `catalogs`.
///
/// # Errors
///
/// Every problem of every catalog at once: text that cannot be read, a tool that is not one, an
/// overlay that no longer applies.
pub fn generate(catalogs: &[Input], options: &Options) -> Result<Output, Diagnostics> {
    threads::run(|| generate_all(catalogs, options))
}

fn generate_all(catalogs: &[Input], options: &Options) -> Result<Output, Diagnostics> {
    let lowered = lower_all(catalogs)?;
    let apis: Vec<&model::Api> = lowered.iter().map(|lowered| &lowered.api).collect();
    let emitter = emit::Emitter::new(&apis, options);
    // Tokens stay in the thread that makes them: a file is emitted and rendered in one go.
    let jobs = emitter.jobs();
    let files: Vec<(String, String)> = jobs
        .par_iter()
        .map(|job| format::render(job.emit(), options))
        .collect();
    let files = FileTree(files.into_iter().collect());
    let examples = emitter.emit_examples();
    let (locks, reports) = lowered
        .into_iter()
        .map(|lowered| (lowered.lock, lowered.report))
        .unzip();
    Ok(Output {
        files,
        locks,
        reports,
        examples,
    })
}

/// Describes the crate for `catalogs` in Markdown, for whoever writes a program against it: one
/// digest for each, in the order of the input.
///
/// # Errors
///
/// As [`generate`].
pub fn digest(catalogs: &[Input], options: &Options) -> Result<Vec<Digest>, Diagnostics> {
    threads::run(|| {
        let lowered = lower_all(catalogs)?;
        let apis = lowered.iter().map(|lowered| &lowered.api);
        Ok(apis.map(|api| digest::emit_digest(api, options)).collect())
    })
}

/// What each catalog becomes, or every problem of every catalog.
fn lower_all(catalogs: &[Input]) -> Result<Vec<lower::Lowered>, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut lowered = Vec::new();
    for catalog in catalogs {
        match lower::lower_input(catalog) {
            Ok(result) => lowered.push(result),
            Err(found) => problems.extend(found),
        }
    }
    problems.finish()?;
    Ok(lowered)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Generates with so many threads.
    fn generate_with(threads: usize, text: &str) -> Output {
        let input = Input {
            name: "demo".to_owned(),
            snapshot: Document {
                file: "demo.json".to_owned(),
                text: text.to_owned(),
            },
            overlay: None,
            lock: None,
            transport: Transport::Truto(Account::default()),
            identifiers: Identifiers::Typed,
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| generate(&[input], &Options::default()))
            .unwrap()
    }

    #[test]
    fn neither_threads_nor_the_order_of_tools_change_a_byte() {
        let text = include_str!("../../catalogs/the_auth_api.json");
        let one = generate_with(1, text);
        let many = generate_with(5, text);
        let mut json: serde_json::Value = serde_json::from_str(text).unwrap();
        let tools = json["result"].as_array_mut().unwrap();
        let length = tools.len();
        for index in 0..length {
            tools.swap(index, index * 17 % length);
        }
        let shuffled = generate_with(3, &json.to_string());
        for other in [many, shuffled] {
            assert_eq!(one.files, other.files);
            assert_eq!(one.locks, other.locks);
            assert_eq!(one.examples, other.examples);
        }
    }
}
