//! `page`: one self-contained HTML file for each catalog, for people who would rather look than read.
//!
//! [`data`] is the content of a page as types. [`build`] creates it from the generator's overview, and
//! [`html`] puts it into the document. The script of the page shows it, and creates text nodes only.

mod build;
mod changes;
mod content;
mod corrections;
mod html;
mod label;
mod picture;
mod sizes;
#[cfg(test)]
mod tests;
mod wire;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use toolsmith_codegen::write::{Action, FileTree, Plan, plan_within};
use toolsmith_codegen::{CatalogInput, Generator};

use self::build::Origin;
use self::changes::Since;
use crate::catalogs::load_snapshots;
use crate::config::Config;
use crate::context::Context;
use crate::diff::SideCatalog;
use crate::program::Program;
use crate::project::lock::{LockMode, ProjectLock};
use crate::project::target::Target;
use crate::screen::Format;
use crate::screen::style::{SUCCESS, count, paint};
use crate::status::Status;
use crate::system::disk;

/// The default output directory, from the root.
const FOLDER: &str = "target/page";

/// The arguments of `page`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The catalogs; empty for all.
    pub(crate) catalogs: Vec<String>,
    /// The output directory.
    pub(crate) out: Option<PathBuf>,
    /// The git revision since which changes are listed.
    pub(crate) since: Option<String>,
    /// The format of the result.
    pub(crate) format: Format,
}

/// The result of a run: the document that `page --json` prints.
#[derive(Debug, Serialize)]
struct PageResult {
    exit_status: u8,
    /// The output directory.
    out: String,
    pages: Vec<WrittenPage>,
}

/// A page in JSON output.
#[derive(Debug, Serialize)]
struct WrittenPage {
    catalog: String,
    /// The path of the file.
    file: String,
    /// `false` if the file had the same contents before.
    written: bool,
    tools: usize,
    bytes: usize,
    /// The number of changes since the revision; `null` without one.
    changes: Option<usize>,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if a catalog cannot be read, if the revision does not exist, or if a file was not
/// written by this command. Nothing was written then.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let out = request.out.clone();
    let out = out.unwrap_or_else(|| context.root().join(FOLDER));
    disk::require_directory(&out)?;
    let (tree, mut pages) = make_pages(request, context)?;
    let plan = write(&tree, &out, context)?;
    for page in &mut pages {
        let planned = plan.files.iter().find(|planned| planned.path == page.file);
        page.written = planned.is_some_and(|planned| planned.action != Action::Keep);
        page.file = out.join(&page.file).display().to_string();
    }
    let result = PageResult {
        exit_status: Status::Success.code(),
        out: out.display().to_string(),
        pages,
    };
    match request.format {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context.screen.print(&render(&result))?,
    }
    Ok(Status::Success)
}

/// Creates the pages of the wanted catalogs, without writing them.
fn make_pages(request: &Request, context: &Context) -> Result<(FileTree, Vec<WrittenPage>)> {
    let config = Config::load(&context.workspace)?;
    let wanted = config.named(&request.catalogs)?;
    let _reading = ProjectLock::for_project(LockMode::Read, "page", context)?;
    let loaded = load_snapshots(&wanted, &config, context)?;
    let since = request.since.as_deref();
    let since = since
        .map(|revision| Since::load(revision, &config, context))
        .transpose()?;
    let inputs: Vec<CatalogInput> = loaded.into_iter().map(|loaded| loaded.input).collect();
    let target = Target::find(&config, &FileTree::default(), context)?;
    let options = target.options(&config, "page", context);
    let overviews = Generator::new(&inputs, &options.layout)?.overviews(&options);
    let mut tree = FileTree::default();
    let mut pages = Vec::new();
    for (input, overview) in inputs.iter().zip(&overviews) {
        let Some(catalog) = wanted.iter().find(|catalog| catalog.name == input.name) else {
            continue;
        };
        let side = SideCatalog {
            config: (*catalog).clone(),
            input: input.clone(),
        };
        let changes = since.as_ref();
        let changes = changes
            .map(|since| since.compare(&side, &config, context))
            .transpose()?;
        let origin = Origin {
            input,
            overlay: &catalog.overlay,
            command: options.command.clone(),
        };
        let page = build::build(&origin, overview, changes)?;
        let text = html::render(&page)?;
        pages.push(WrittenPage {
            catalog: input.name.clone(),
            file: file_name(&input.name),
            written: false,
            tools: page.tools.len(),
            bytes: text.len(),
            changes: page.changes.as_ref().map(|changes| changes.entries.len()),
        });
        tree.0.insert(file_name(&input.name), text);
    }
    Ok((tree, pages))
}

fn file_name(catalog: &str) -> String {
    format!("{catalog}.html")
}

/// Writes the pages, unless one of the files was not written by this command.
fn write(tree: &FileTree, out: &Path, context: &Context) -> Result<Plan> {
    let _writing = ProjectLock::for_directory(out, "page", context)?;
    // Other files in the folder were not generated, so no file is an orphan.
    let plan =
        plan_within(tree, out, &[]).with_context(|| format!("cannot read {}", out.display()))?;
    let not_generated = plan.files.iter().find(|file| {
        let before = file.before.as_ref();
        before.is_some_and(|before| !Program::generated("<!--", before))
    });
    if let Some(file) = not_generated {
        bail!(
            "{} was not written by {}; choose another directory, or remove the file",
            out.join(&file.path).display(),
            context.program.command("page")
        );
    }
    plan.apply(out)
        .with_context(|| format!("cannot write {}", out.display()))?;
    Ok(plan)
}

fn render(result: &PageResult) -> String {
    let lines = result.pages.iter().map(|page| {
        let done = if page.written { "wrote" } else { "unchanged" };
        let tools = count(page.tools, "tool");
        let changes = match page.changes {
            Some(changes) => format!(", {}", count(changes, "change")),
            None => String::new(),
        };
        let done = paint(SUCCESS, done);
        let kilobytes = page.bytes.div_ceil(1000);
        format!("{done} {}  {tools}{changes}, {kilobytes} kB\n", page.file)
    });
    lines.collect()
}
