//! Catalog in, files out: the generator of Toolsmith.
//!
//! Data flows one way, and the folders show it:
//!
//! ```text
//! source -> catalog -> lower -> model -> emit -> write
//! ```
//!
//! `source` reads text, `catalog` says which tools it lists, `lower` decides what each becomes in
//! Rust, `model` holds the decision, `emit` turns it into tokens and `write` into files. All
//! errors are found before `emit`; nothing is written before all is rendered. This crate knows no
//! network, prints nothing and asks no clock.

mod catalog;
mod diag;
mod effect;
mod emit;
mod ident;
mod lower;
mod model;
pub mod options;
mod overlay;
pub mod report;
mod schema;
pub mod snapshot;
mod source;
mod threads;
pub mod write;

pub use catalog::recognize;
pub use diag::{Diagnostic, Diagnostics, SourceLocation};
pub use emit::{Digest, DigestPage};
pub use options::{CatalogInput, CatalogKind, CatalogSource, Options, SourceText};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use report::Report;
use write::FileTree;

/// A generated crate as values: nothing is written yet.
#[derive(Debug, Clone)]
pub struct GeneratedCrate {
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
pub fn generate(
    catalogs: &[CatalogInput],
    options: &Options,
) -> Result<GeneratedCrate, Diagnostics> {
    threads::run(|| generate_all(catalogs, options))
}

fn generate_all(
    catalogs: &[CatalogInput],
    options: &Options,
) -> Result<GeneratedCrate, Diagnostics> {
    let lowered = lower_all(catalogs)?;
    let apis: Vec<&model::Api> = lowered.iter().map(|lowered| &lowered.api).collect();
    let emitter = emit::Emitter::new(&apis, options);
    // Tokens stay in the thread that makes them: a file is emitted and rendered in one go.
    let jobs = emitter.jobs();
    let files: Vec<(String, String)> = jobs
        .par_iter()
        .map(|job| write::render(job.emit(), options))
        .collect();
    let files = FileTree(files.into_iter().collect());
    let examples = emitter.emit_examples();
    let (locks, reports) = lowered
        .into_iter()
        .map(|lowered| (lowered.lock, lowered.report))
        .unzip();
    Ok(GeneratedCrate {
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
pub fn digest(catalogs: &[CatalogInput], options: &Options) -> Result<Vec<Digest>, Diagnostics> {
    threads::run(|| {
        let lowered = lower_all(catalogs)?;
        let apis = lowered.iter().map(|lowered| &lowered.api);
        Ok(apis.map(|api| emit::emit_digest(api, options)).collect())
    })
}

/// What each catalog becomes, or every problem of every catalog.
fn lower_all(catalogs: &[CatalogInput]) -> Result<Vec<lower::Lowered>, Diagnostics> {
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
    use crate::options::{AccountSettings, Identifiers};

    /// Generates with so many threads.
    fn generate_with(threads: usize, text: &str) -> GeneratedCrate {
        let input = CatalogInput {
            name: "demo".to_owned(),
            snapshot: SourceText {
                file: "demo.json".to_owned(),
                text: text.to_owned(),
            },
            overlay: None,
            lock: None,
            source: CatalogSource::Truto(AccountSettings::default()),
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
