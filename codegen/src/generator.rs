//! Runs the stages: catalogs are read once, and each kind of output is created from the result.

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::diag::Diagnostics;
use crate::digest::{Digest, emit_digest};
use crate::emit::Emitter;
use crate::format;
use crate::lower::{Lowered, lower_all};
use crate::model::Api;
use crate::options::{CatalogInput, Layout, Options};
use crate::overview::{Overview, describe};
use crate::report::Report;
use crate::threads;
use crate::write::FileTree;

/// Generates a crate for `catalogs`.
///
/// # Errors
///
/// Returns the errors of all catalogs at once: invalid text, invalid tools, and corrections that no
/// longer apply.
pub fn generate(
    catalogs: &[CatalogInput],
    options: &Options,
) -> Result<GeneratedCrate, Diagnostics> {
    Ok(Generator::new(catalogs, &options.layout)?.generate(options))
}

/// A generated crate. Nothing is written to disk yet.
#[derive(Debug, Clone)]
pub struct GeneratedCrate {
    /// The files by their paths from the root of the crate.
    pub files: FileTree,
    /// The locks to check in, one for each catalog, in the order of the input.
    pub locks: Vec<String>,
    /// The reports, one for each catalog, in the order of the input.
    pub reports: Vec<Report>,
    /// The Cargo features of each catalog, in the order of the input.
    pub features: Vec<Vec<CargoFeature>>,
    /// An example call of each catalog as lines of Markdown, in the order of the input. Empty for a
    /// catalog without tools.
    pub examples: Vec<Vec<String>>,
}

/// A Cargo feature that generated code names, for the manifest of its crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CargoFeature {
    /// The name: `the_auth_api`, or `the_auth_api-projects`.
    pub name: String,
    /// The features of the same crate that it enables.
    pub enables: Vec<String>,
}

/// Creates code, digests and overviews from one reading of the catalogs. [`generate`] is enough for
/// code alone.
///
/// Each result has one entry for each catalog, in the order of the input.
#[derive(Debug)]
pub struct Generator {
    catalogs: Vec<Lowered>,
}

impl Generator {
    /// Reads catalogs and decides the Rust API of each tool.
    ///
    /// # Errors
    ///
    /// The same as [`generate`].
    pub fn new(catalogs: &[CatalogInput], layout: &Layout) -> Result<Self, Diagnostics> {
        let catalogs = threads::run(|| lower_all(catalogs, layout))?;
        Ok(Self { catalogs })
    }

    /// Generates the crate. The options have the layout that [`Generator::new`] was called with.
    #[must_use]
    pub fn generate(self, options: &Options) -> GeneratedCrate {
        threads::run(|| generate_all(self.catalogs, options))
    }

    /// Describes the API of each catalog in Markdown, for the authors of programs that use it.
    #[must_use]
    pub fn digests(&self, options: &Options) -> Vec<Digest> {
        let apis = self.catalogs.iter();
        let apis = apis.map(|lowered| lowered.api.without_removed());
        threads::run(|| apis.map(|api| emit_digest(&api, options)).collect())
    }

    /// Describes each catalog as data, for programs that show it to people.
    #[must_use]
    pub fn overviews(self, options: &Options) -> Vec<Overview> {
        let catalogs = self.catalogs.into_iter();
        threads::run(|| catalogs.map(|lowered| describe(lowered, options)).collect())
    }

    /// Returns a program for each catalog: complete Rust source code that makes one call, to paste
    /// into `src/main.rs` of a new project that depends on `tokio`. It is empty for a catalog without
    /// tools. Arguments are placeholders.
    #[must_use]
    pub fn first_programs(&self, options: &Options) -> Vec<Vec<String>> {
        threads::run(|| Emitter::new(&apis(&self.catalogs), options).emit_programs())
    }
}

fn apis(catalogs: &[Lowered]) -> Vec<&Api> {
    catalogs.iter().map(|lowered| &lowered.api).collect()
}

fn generate_all(catalogs: Vec<Lowered>, options: &Options) -> GeneratedCrate {
    let apis = apis(&catalogs);
    let emitter = Emitter::new(&apis, options);
    // Tokens cannot be sent to another thread, so a file is emitted and rendered on the same one.
    let jobs = emitter.jobs();
    let files: Vec<(String, String)> = jobs
        .par_iter()
        .map(|job| format::render(job.emit(), options))
        .collect();
    let examples = emitter.emit_examples();
    let features = emitter.emit_features().into_iter().map(name_features);
    let features = features.collect();
    let (locks, reports) = catalogs
        .into_iter()
        .map(|lowered| (lowered.lock, lowered.report))
        .unzip();
    GeneratedCrate {
        files: FileTree(files.into_iter().collect()),
        locks,
        reports,
        features,
        examples,
    }
}

fn name_features(features: Vec<(String, Vec<String>)>) -> Vec<CargoFeature> {
    let features = features.into_iter();
    let features = features.map(|(name, enables)| CargoFeature { name, enables });
    features.collect()
}
