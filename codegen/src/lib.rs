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
mod emit;
mod ident;
mod lower;
mod model;
mod options;
mod report;
mod source;
pub mod write;

pub use catalog::{CatalogChange, Snapshot, canonicalize, compare, recognize};
pub use diag::{Diagnostic, Diagnostics, Location};
pub use options::{
    Account, Document, Identifiers, Input, Kind, Layout, Options, Server, Transport,
};
pub use report::{
    HiddenTool, IdentifierReport, Outcome, PlaceReport, Report, TakenIdentifier, ToolReport,
};
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
    let mut problems = Diagnostics::default();
    let mut lowered = Vec::new();
    for catalog in catalogs {
        match lower::lower_input(catalog) {
            Ok(result) => lowered.push(result),
            Err(found) => problems.extend(found),
        }
    }
    problems.finish()?;
    let apis: Vec<&model::Api> = lowered.iter().map(|lowered| &lowered.api).collect();
    let emitted = emit::emit_crate(&apis, options);
    let files = write::render(emitted.units, options);
    let (locks, reports) = lowered
        .into_iter()
        .map(|lowered| (lowered.lock, lowered.report))
        .unzip();
    Ok(Output {
        files,
        locks,
        reports,
        examples: emitted.examples,
    })
}
