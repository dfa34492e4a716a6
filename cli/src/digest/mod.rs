//! `digest`: the catalogs as Markdown for coding agents. An index and a short page per resource keep
//! the amount of text small that an agent has to read for a call.

mod sizes;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use toolsmith_codegen::digest::Digest;
use toolsmith_codegen::write::{Action, FileTree, Plan, plan_within};
use toolsmith_codegen::{CatalogInput, Diagnostics, GeneratedCrate, Generator};

use crate::catalogs::{LoadedCatalog, load_snapshots, locate_in_given, note_all_skipped};
use crate::config::Config;
use crate::context::Context;
use crate::program::Program;
use crate::project::lock::{LockMode, ProjectLock};
use crate::project::target::Target;
use crate::screen::Format;
use crate::screen::style::{SUCCESS, count, paint};
use crate::status::Status;
use crate::system::disk;

pub(crate) use self::sizes::{Sizes, render_sizes};

/// The folder of digests, from the root of the generated crate.
pub(crate) const FOLDER: &str = "digest";

/// The arguments of `digest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The catalogs; empty for all.
    pub(crate) catalogs: Vec<String>,
    /// The output directory, with one folder per catalog.
    pub(crate) out: Option<PathBuf>,
    /// The format of the result.
    pub(crate) format: Format,
}

/// The result of a run: the document that `digest --json` prints.
#[derive(Debug, Serialize)]
struct DigestResult {
    exit_status: u8,
    catalogs: Vec<Sizes>,
    /// The output directory.
    out: String,
    written: usize,
    unchanged: usize,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if a catalog cannot be read, or if a file was not written by this command. Nothing
/// was written then.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let _lock = ProjectLock::for_project(LockMode::Write, "digest", context)?;
    let config = Config::load(&context.workspace)?;
    let wanted = config.named(&request.catalogs)?;
    let loaded = load_snapshots(&wanted, &config, context)?;
    let inputs: Vec<CatalogInput> = loaded.iter().map(|loaded| loaded.input.clone()).collect();
    let target = Target::find(&config, &FileTree::default(), context)?;
    let options = target.options(&config, "digest", context);
    let generator = Generator::new(&inputs, &options.layout)?;
    let digests = generator.digests(&options);
    let output = generator.generate(&options);
    note_all_skipped(&loaded, &output.reports, context);
    let out = request.out.clone();
    let out = out.unwrap_or_else(|| context.workspace.path(&target.digests()));
    disk::require_directory(&out)?;
    let plan = plan_pages(&digests, &out, context)?;
    plan.apply(&out)
        .with_context(|| format!("cannot write {}", out.display()))?;
    let changed = plan.files.iter();
    let changed = changed.filter(|file| file.action != Action::Keep).count();
    let sizes = digests
        .iter()
        .map(|digest| Sizes::of(digest, source_characters(&output, &target, &digest.catalog)));
    let result = DigestResult {
        exit_status: Status::Success.code(),
        catalogs: sizes.collect(),
        out: out.display().to_string(),
        written: changed,
        unchanged: plan.files.len() - changed,
    };
    match request.format {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context.screen.print(&render(&result))?,
    }
    Ok(Status::Success)
}

/// Generates the code for `regen`, with new versions of the digests that exist in it, by path from the
/// root of the project, so that they are never out of date.
///
/// # Errors
///
/// Returns an error if a catalog is invalid.
pub(crate) fn generate_with_existing(
    loaded: &[LoadedCatalog],
    config: &Config,
    target: &Target,
    context: &Context,
) -> Result<(GeneratedCrate, FileTree)> {
    let inputs: Vec<CatalogInput> = loaded.iter().map(|loaded| loaded.input.clone()).collect();
    let located = |found: Diagnostics| locate_in_given(&found, loaded);
    let folder = context.workspace.path(&target.digests());
    let exists = |name: &str| folder.join(name).join("index.md").is_file();
    let mut tree = FileTree::default();
    let options = target.options(config, "regen", context);
    let generator = Generator::new(&inputs, &options.layout).map_err(located)?;
    if inputs.iter().any(|input| exists(&input.name)) {
        let digests = generator.digests(&target.options(config, "digest", context));
        for digest in digests.iter().filter(|digest| exists(&digest.catalog)) {
            let folder = format!("{}/{}", target.digests(), digest.catalog);
            add_pages(&mut tree, &folder, digest);
        }
    }
    Ok((generator.generate(&options), tree))
}

/// Adds the pages of a digest below a folder.
pub(crate) fn add_pages(tree: &mut FileTree, folder: &str, digest: &Digest) {
    let pages = digest.pages.iter();
    let pages = pages.map(|page| (format!("{folder}/{}", page.path), page.text.clone()));
    tree.0.extend(pages);
}

/// Counts the characters of the generated sources of a catalog.
fn source_characters(output: &GeneratedCrate, target: &Target, catalog: &str) -> usize {
    let folder = format!("{}/{catalog}/", target.sources_in_package());
    let files = output.files.0.iter();
    let files = files.filter(|(path, _)| path.starts_with(&folder));
    files.map(|(_, text)| text.chars().count()).sum()
}

fn plan_pages(digests: &[Digest], out: &Path, context: &Context) -> Result<Plan> {
    let mut tree = FileTree::default();
    for digest in digests {
        add_pages(&mut tree, &digest.catalog, digest);
    }
    let folders: Vec<&str> = digests
        .iter()
        .map(|digest| digest.catalog.as_str())
        .collect();
    let plan = plan_within(&tree, out, &folders)
        .with_context(|| format!("cannot read {}", out.display()))?;
    let not_generated = plan.files.iter().find(|file| {
        let before = file.before.as_ref();
        before.is_some_and(|before| !Program::generated("<!--", before))
    });
    if let Some(file) = not_generated {
        bail!(
            "{} was not written by {}; choose another directory, or remove the file",
            out.join(&file.path).display(),
            context.program.command("digest")
        );
    }
    Ok(plan)
}

fn render(result: &DigestResult) -> String {
    let tables: Vec<String> = result.catalogs.iter().map(render_sizes).collect();
    format!(
        "{}\n{} {} written to {}, {} unchanged\n",
        tables.join("\n"),
        paint(SUCCESS, "ok:"),
        count(result.written, "file"),
        result.out,
        result.unchanged
    )
}
