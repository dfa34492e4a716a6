//! `init`: the configuration and an empty crate or module for the generated code, in a workspace, a
//! package or an empty folder.

mod arguments;
mod attributes;
mod crate_manifest;
mod declaration;
mod place;
mod result;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toolsmith_codegen::write::{FileTree, Plan, plan_within};

use self::place::{Place, Target};
use self::result::InitResult;
use crate::catalogs::{Fetching, Mode};
use crate::config::Config;
use crate::context::Context;
use crate::edit::set_pin;
use crate::project::CargoProject;
use crate::project::lock::{LockMode, ProjectLock};
use crate::project::pin::{self, VERSION};
use crate::regen::{Noted, Regeneration, Sources};
use crate::screen::Format;
use crate::status::Status;
use crate::system::disk;
use crate::workflows;
use crate::workspace::{CONFIG, Workspace};

pub(crate) use self::arguments::{Arguments, Ci};

/// The arguments of `init`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The folder of a new crate.
    pub(crate) crate_folder: Option<PathBuf>,
    /// The folder of a module of a crate of the user.
    pub(crate) module: Option<PathBuf>,
    /// The name of the new crate.
    pub(crate) name: Option<String>,
    /// The treatment of the lines that use the code.
    pub(crate) edits: Edits,
    /// The host for workflows.
    pub(crate) ci: Option<Ci>,
    /// The source of the runtime.
    pub(crate) runtime: Runtime,
    /// The format of the result.
    pub(crate) format: Format,
}

/// The treatment of lines in files of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edits {
    /// They are printed.
    Printed,
    /// They are added.
    Written,
}

/// The source of the runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// The release of this version, or the workspace's dependency on the runtime.
    Release,
    /// A folder.
    Path(PathBuf),
    /// A git repository.
    Git(String),
}

/// Runs the command in a directory.
///
/// # Errors
///
/// Returns an error if a manifest cannot be read, a name or folder is taken, or the arguments
/// contradict an existing configuration. Nothing was written then.
pub(crate) fn run(request: &Request, start: &Path, context: Context) -> Result<Status> {
    let start = std::path::absolute(start).context("cannot determine the current directory")?;
    if !start.is_dir() {
        bail!("{} is not a directory", start.display());
    }
    let cargo = CargoProject::find(&start)?;
    let root = place::root(request, &start, cargo.as_ref())?;
    let context = Context {
        workspace: Workspace::at(root.clone()),
        ..context
    };
    let _lock = if context.workspace.is_configured() {
        pin::require(&context)?;
        Some(ProjectLock::for_project(LockMode::Write, "init", &context)?)
    } else {
        None
    };
    let place = Place::find(request, &start, root, cargo.as_ref())?;
    refuse_other_runtime(request, &place, cargo.as_ref(), &context)?;
    let plan = plan(request, &place, cargo.as_ref(), &context)?;
    plan.apply(&place.root)
        .context("cannot write the files; nothing was changed")?;
    let result = InitResult::collect(request, &place, cargo.as_ref(), &plan, &context)?;
    match request.format {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context
            .screen
            .print(&result::render(&result, context.program))?,
    }
    Ok(Status::Success)
}

/// Refuses a runtime other than that of an existing configuration, which `regen` applies.
fn refuse_other_runtime(
    request: &Request,
    place: &Place,
    cargo: Option<&CargoProject>,
    context: &Context,
) -> Result<()> {
    let Some(config) = &place.config else {
        return Ok(());
    };
    if request.runtime == Runtime::Release {
        return Ok(());
    }
    let Some(asked) = place.runtime(request, cargo)? else {
        return Ok(());
    };
    let configured = Config::parse(config)?.project.runtime;
    let is_same = configured
        == Config::parse(&format!("runtime = {asked}\n"))?
            .project
            .runtime;
    if !is_same {
        bail!(
            "{CONFIG} exists; set `runtime = {asked}` in it and run `{}`",
            context.program.command("regen --offline")
        );
    }
    Ok(())
}

/// Returns the name of the last folder of a path.
fn last_part(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// Plans all files. Files that exist are kept, or get further lines.
fn plan(
    request: &Request,
    place: &Place,
    cargo: Option<&CargoProject>,
    context: &Context,
) -> Result<Plan> {
    let mut files = Files::new(&place.root);
    let text = place.config_text(request, cargo)?;
    let text = match request.ci {
        // The workflows install the pinned version.
        Some(_) if pin::read(&text)?.is_none() => set_pin(&text, VERSION)?,
        _ => text,
    };
    files.put(CONFIG, text.clone());
    files.append_missing(".gitattributes", &attributes::lines(place))?;
    if let Target::Crate { folder, name } = &place.target {
        let manifest = crate_manifest::render(request, place, name, cargo);
        files.create(&format!("{folder}/Cargo.toml"), &manifest)?;
        place.add_to_workspace(&mut files, cargo)?;
    }
    if request.edits == Edits::Written {
        place.add_uses(&mut files, cargo)?;
    }
    let config = Config::parse(&text)?;
    if request.ci == Some(Ci::Github) {
        for (path, text) in workflows::render(&config, &place.root) {
            files.create(&path, &text)?;
        }
    }
    let mut tree = files.tree;
    let is_generated = place.root.join(place.generated_root()).is_file();
    if !is_generated {
        tree = with_generated(config, &tree, context)?;
    }
    // Only `regen` looks for orphans.
    plan_within(&tree, &place.root, &[]).context("cannot read the files of the project")
}

/// Adds the generated files. Catalogs that have no snapshot yet are left for `regen`.
fn with_generated(mut config: Config, pending: &FileTree, context: &Context) -> Result<FileTree> {
    config
        .catalogs
        .retain(|catalog| context.workspace.path(&catalog.snapshot).is_file());
    let sources = Sources {
        wanted: &[],
        fetching: Fetching::Never,
        mode: Mode::Write,
        noted: Noted::All,
    };
    let plan = Regeneration::prepare(&config, &sources, pending, context)?.plan;
    let mut tree = FileTree::default();
    for file in plan.files {
        if let Some(after) = file.after {
            tree.0.insert(file.path, after);
        }
    }
    Ok(tree)
}

/// The files of a project that `init` creates or appends lines to.
pub(crate) struct Files {
    root: PathBuf,
    pub(crate) tree: FileTree,
}

impl Files {
    fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            tree: FileTree::default(),
        }
    }

    /// Returns the text of a file as it will be.
    pub(crate) fn read(&self, path: &str) -> Result<Option<String>> {
        match self.tree.0.get(path) {
            Some(text) => Ok(Some(text.clone())),
            None => disk::read_if_there(&self.root.join(path)),
        }
    }

    /// Adds a file, unless it exists.
    fn create(&mut self, path: &str, text: &str) -> Result<()> {
        let text = self.read(path)?.unwrap_or_else(|| text.to_owned());
        self.put(path, text);
        Ok(())
    }

    /// Replaces the text of a file.
    pub(crate) fn put(&mut self, path: &str, text: String) {
        self.tree.0.insert(path.to_owned(), text);
    }

    /// Appends those lines that a file does not have.
    fn append_missing(&mut self, path: &str, lines: &[String]) -> Result<()> {
        let before = self.read(path)?.unwrap_or_default();
        let is_missing =
            |line: &&String| !before.lines().any(|found| found.trim() == line.as_str());
        let missing: Vec<&str> = lines
            .iter()
            .filter(is_missing)
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            let end = crate::edit::line_end(&before);
            let separator = match before.as_str() {
                "" => "",
                text if text.ends_with('\n') => "",
                _ => end,
            };
            let after = format!("{before}{separator}{}{end}", missing.join(end));
            self.put(path, after);
        }
        Ok(())
    }
}
