//! `regen`: generates the crate from its catalogs, or checks that it is up to date.

mod diff;
mod features;
mod result;
mod summary;
mod tree;

use std::time::Instant;

use anyhow::{Context as _, Result};
use toolsmith_codegen::write::{FileTree, Plan, plan_within};
use toolsmith_codegen::{GeneratedCrate, generate};

use crate::catalogs::{self, Fetching, LoadedCatalog, Mode};
use crate::config::Config;
use crate::context::Context;
use crate::digest;
use crate::loosened::Loosened;
use crate::screen::Format;
use crate::skipped::remark_writes;
use crate::status::Status;
use crate::turn::{Access, Turn};
use crate::workspace::CRATE;

use self::result::RegenResult;

/// The arguments of `regen`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The catalogs to fetch; empty for all.
    pub(crate) catalogs: Vec<String>,
    /// The source of the catalogs.
    pub(crate) fetching: Fetching,
    /// Writing or checking.
    pub(crate) mode: Mode,
    /// The treatment of loosened places.
    pub(crate) loosened: Loosened,
    /// The format of the result.
    pub(crate) format: Format,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if a catalog cannot be read, fetched or generated, in which case nothing was
/// written, or if a file cannot be written.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let begun = Instant::now();
    let access = match request.mode {
        Mode::Write => Access::Write,
        Mode::Check => Access::Read,
    };
    let _turn = Turn::for_project(access, "regen", context)?;
    let config = Config::load(&context.workspace)?;
    let sources = Sources {
        wanted: &request.catalogs,
        fetching: request.fetching,
        mode: request.mode,
    };
    let Regeneration {
        loaded,
        output,
        plan,
    } = Regeneration::prepare(&config, &sources, &FileTree::default(), context)?;
    let denied = request.loosened == Loosened::Denied && has_loosened(&output);
    if request.mode == Mode::Write && !denied {
        apply(&plan, context)?;
    }
    let result = RegenResult::collect(request, &loaded, &output.reports, &plan, begun.elapsed());
    match request.format {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context
            .screen
            .print(&summary::render(&result, context.program))?,
    }
    Ok(result.status)
}

fn has_loosened(output: &GeneratedCrate) -> bool {
    output
        .reports
        .iter()
        .any(|report| report.loosened().next().is_some())
}

/// The catalogs of a run that are fetched.
pub(crate) struct Sources<'a> {
    /// The catalogs to fetch; empty for all.
    pub(crate) wanted: &'a [String],
    /// The source of the catalogs.
    pub(crate) fetching: Fetching,
    /// Writing or checking.
    pub(crate) mode: Mode,
}

/// The generated crate and the files that change. Nothing is written yet.
pub(crate) struct Regeneration {
    /// The catalogs, in the order of the configuration.
    pub(crate) loaded: Vec<LoadedCatalog>,
    /// The generated files and reports.
    pub(crate) output: GeneratedCrate,
    /// The changes of all files at once.
    pub(crate) plan: Plan,
}

impl Regeneration {
    /// Loads the catalogs, generates the crate and plans the changes.
    ///
    /// `pending` holds files that the command writes in the same plan, such as a manifest that does
    /// not exist yet. They are read instead of those on disk.
    ///
    /// # Errors
    ///
    /// Returns an error if a catalog cannot be read, fetched or generated.
    pub(crate) fn prepare(
        config: &Config,
        sources: &Sources<'_>,
        pending: &FileTree,
        context: &Context,
    ) -> Result<Self> {
        let wanted = config.named(sources.wanted)?;
        let loaded = catalogs::load(config, &wanted, sources.fetching, sources.mode, context)?;
        for loaded in &loaded {
            context.screen.remark(&loaded.remarks);
        }
        let inputs: Vec<_> = loaded.iter().map(|loaded| loaded.input.clone()).collect();
        let output = generate(&inputs, &catalogs::options(context))?;
        for (loaded, report) in loaded.iter().zip(&output.reports) {
            let remark = remark_writes(report, &loaded.overlay);
            context.screen.remark(remark.as_slice());
        }
        let tree = tree::assemble(config, &loaded, &output, pending, context)?;
        let folders = ["src", digest::FOLDER].map(|folder| format!("{CRATE}/{folder}"));
        let folders = folders.each_ref().map(String::as_str);
        let plan = plan_within(&tree, context.root(), &folders)
            .context("cannot read the generated files")?;
        Ok(Self {
            loaded,
            output,
            plan,
        })
    }
}

/// Writes all files of a plan, or none.
///
/// # Errors
///
/// Returns an error if a file cannot be written.
pub(crate) fn apply(plan: &Plan, context: &Context) -> Result<()> {
    plan.apply(context.root())
        .context("cannot write the generated files; run the command again")
}
