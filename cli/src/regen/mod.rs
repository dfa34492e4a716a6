//! `regen`: generates the crate from its catalogs, or checks that it is up to date.

mod diff;
mod drift;
mod result;
mod silent;
mod summary;
mod tombstones;
mod tree;
mod unused;
mod wire;

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use toolsmith_codegen::GeneratedCrate;
use toolsmith_codegen::write::{Action, FileTree, Plan, plan_within};

use crate::catalogs::{self, Fetching, LoadedCatalog, Mode, note_absence};
use crate::config::Config;
use crate::context::Context;
use crate::diff::CatalogDiff;
use crate::digest::generate_with_existing;
use crate::findings::loosened::Loosened;
use crate::findings::skipped::remark_writes;
use crate::program::Program;
use crate::project::lock::{LockMode, ProjectLock};
use crate::project::target::Target;
use crate::screen::Format;
use crate::status::Status;
use crate::workspace::CONFIG;

use self::result::RegenResult;
pub(crate) use self::wire::{
    Consent, accept_option, find_silent_of_crate, render_refusal, render_silent,
};

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
    /// The silent changes of the wire that may be made.
    pub(crate) consent: Consent,
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
        Mode::Write => LockMode::Write,
        Mode::Check => LockMode::Read,
    };
    let _lock = ProjectLock::for_project(access, "regen", context)?;
    let config = Config::load(&context.workspace)?;
    note_absence(&config, context);
    let sources = Sources {
        wanted: &request.catalogs,
        fetching: request.fetching,
        mode: request.mode,
        noted: Noted::All,
    };
    let mut regeneration = Regeneration::prepare(&config, &sources, &FileTree::default(), context)?;
    wire::accept(&mut regeneration.silent, &request.consent, context)?;
    let is_silent = wire::unaccepted(&regeneration.silent).next().is_some();
    let is_loosened = request.loosened == Loosened::Denied && has_loosened(&regeneration.output);
    if request.mode == Mode::Write && !is_loosened && !is_silent {
        apply(&regeneration.plan, context)?;
    }
    let mut result = RegenResult::collect(request, &regeneration, begun.elapsed());
    result.unused = unused::find_unused(&config, context)?;
    match request.format {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => {
            let text = summary::render(&result, request, context.program);
            context.screen.print(&text)?;
        }
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
    /// The catalogs whose notes are shown.
    pub(crate) noted: Noted<'a>,
}

/// The catalogs whose notes are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Noted<'a> {
    /// All catalogs.
    All,
    /// Those with these names.
    Only(&'a [String]),
}

impl Noted<'_> {
    fn has(self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.iter().any(|noted| noted == name),
        }
    }
}

/// The generated crate and the files that change. Nothing is written yet.
pub(crate) struct Regeneration {
    /// The catalogs, in the order of the configuration.
    pub(crate) loaded: Vec<LoadedCatalog>,
    /// The generated files and reports.
    pub(crate) output: GeneratedCrate,
    /// The changes of all files at once.
    pub(crate) plan: Plan,
    /// The changes of fetched catalogs.
    drifted: Vec<CatalogDiff>,
    /// The changes that no compiler and no server reports, by catalog.
    silent: Vec<CatalogDiff>,
}

impl Regeneration {
    /// Loads the catalogs, generates the code and plans the changes.
    ///
    /// `pending` holds files that the command writes in the same plan, such as a manifest that does
    /// not exist yet. They are read instead of those on disk.
    ///
    /// # Errors
    ///
    /// Returns an error if a catalog cannot be read, fetched or generated, or if a file that was not
    /// generated would be replaced.
    pub(crate) fn prepare(
        config: &Config,
        sources: &Sources<'_>,
        pending: &FileTree,
        context: &Context,
    ) -> Result<Self> {
        let target = Target::find(config, pending, context)?;
        let wanted = config.named(sources.wanted)?;
        let mut loaded = catalogs::load(config, &wanted, sources.fetching, sources.mode, context)?;
        tombstones::update(config, &target, &mut loaded, context)?;
        let noted = sources.noted;
        for loaded in loaded.iter().filter(|it| noted.has(&it.input.name)) {
            context.screen.remark(&loaded.remarks);
        }
        let (output, digests) = generate_with_existing(&loaded, config, &target, context)?;
        let reports = loaded.iter().zip(&output.reports);
        for (loaded, report) in reports.filter(|(it, _)| noted.has(&it.input.name)) {
            let remark = remark_writes(report, &loaded.overlay);
            context.screen.remark(remark.as_slice());
        }
        let mut tree = tree::assemble(config, &target, &loaded, &output, pending, context)?;
        tree.0.extend(digests.0);
        let (sources, digests) = (target.sources(), target.digests());
        let plan = plan_within(&tree, context.root(), &[&sources, &digests])
            .context("cannot read the generated files")?;
        refuse_foreign(&plan, &[&sources, &digests])?;
        let drifted = drift::compare_drifted(&loaded, config.project.enums, context)?;
        let silent = wire::find_silent(&plan, &sources, &drifted);
        Ok(Self {
            loaded,
            output,
            plan,
            drifted,
            silent,
        })
    }

    /// Refuses changes that no compiler and no server reports, unless the file of accepted changes lists
    /// them. Only `regen` has an option to make them.
    ///
    /// # Errors
    ///
    /// Returns an error if there is such a change.
    pub(crate) fn refuse_silent(&self, context: &Context) -> Result<()> {
        wire::refuse(&self.silent, context)
    }
}

/// Writes all files of a plan, or none.
///
/// # Errors
///
/// Returns an error if a file cannot be written.
pub(crate) fn apply(plan: &Plan, context: &Context) -> Result<()> {
    plan.apply(context.root())
        .context("cannot write the generated files; nothing was changed")
}

/// Rejects a plan that replaces a file of the user in the folders of generated code.
fn refuse_foreign(plan: &Plan, folders: &[&str]) -> Result<()> {
    for file in plan
        .files
        .iter()
        .filter(|file| file.action == Action::Update)
    {
        let before = file.before.as_deref().unwrap_or_default();
        // The header may be below the marks of a merge conflict, or below that of a licence.
        let is_generated =
            |line: &str| Program::generated("//", line) || Program::generated("<!--", line);
        let path = std::path::Path::new(&file.path);
        if folders.iter().any(|folder| path.starts_with(folder))
            && !before.trim().is_empty()
            && !before.lines().any(is_generated)
        {
            bail!(
                "{} was not generated; delete it, or choose another folder with `crate` or `module` in {CONFIG}",
                file.path
            );
        }
    }
    Ok(())
}
