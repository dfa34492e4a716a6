//! `add`: a further catalog. The configuration, the snapshot and the generated code change in one plan,
//! so that a failure changes nothing.

mod arguments;
mod help;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use toml_edit::{DocumentMut, Table, value};
use toolsmith_codegen::Generator;
use toolsmith_codegen::options::{Features, UnreadableTools};
use toolsmith_codegen::write::FileTree;

use crate::catalogs::{Fetching, Mode};
use crate::config::{Config, ConfiguredSource, TargetConfig, is_catalog_name, name_help};
use crate::context::Context;
use crate::edit::append_catalog;
use crate::findings::loosened::{LoosenedPlace, render_loosened};
use crate::findings::skipped::{SkippedResult, render_skipped};
use crate::login;
use crate::program::Program;
use crate::project::lock::{LockMode, ProjectLock};
use crate::project::target::Target;
use crate::project::{CargoProject, Manifest, normalized, pin, relative};
use crate::regen::{self, Noted, Regeneration, Sources};
use crate::screen::Format;
use crate::screen::file_change::FileChange;
use crate::screen::lines::push_line;
use crate::screen::style::{NAME, SUCCESS, count, paint};
use crate::status::Status;
use crate::system::disk;
use crate::usage::{Step, declaring_file, program_file, render_steps, setup_steps};
use crate::workflows;
use crate::workspace::{CATALOGS, CONFIG};

pub(crate) use self::arguments::Arguments;
pub(crate) use self::help::HELP_OF_KINDS;

/// The arguments of `add`.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The name of the catalog.
    pub(crate) name: String,
    /// Its keys in the configuration.
    pub(crate) keys: Table,
    /// The file of function definitions, as given on the command line.
    pub(crate) file: Option<PathBuf>,
    /// The format of the result.
    pub(crate) format: Format,
}

/// The result of a run: the document that `add --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
struct AddResult {
    exit_status: u8,
    /// The name of the catalog.
    catalog: String,
    /// The number of its tools.
    tools: usize,
    /// The tools that cannot be read and were skipped.
    skipped: Vec<SkippedResult>,
    /// The places that are typed as `Json`.
    loosened: Vec<LoosenedPlace>,
    /// The files that were written.
    files: Vec<FileChange>,
    /// The steps until a program calls a tool.
    steps: Vec<Step>,
    milliseconds: u64,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if the name is taken, or the catalog cannot be fetched or generated. Nothing was
/// written then.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let begun = Instant::now();
    pin::require(context)?;
    let _lock = ProjectLock::for_project(LockMode::Write, "add", context)?;
    let text = disk::read(&context.workspace.path(CONFIG))?;
    refuse_taken(&request.name, &Config::parse(&text)?, context)?;
    let mut keys = request.keys.clone();
    if let Some(file) = &request.file {
        keys.insert("file", value(from_root(file, context)?));
    }
    if context.unreadable == UnreadableTools::Skipped {
        // The next run has no option.
        keys.insert("skip_unreadable", value(true));
    }
    let text = append_catalog(&text, &request.name, &keys)?;
    let config = Config::parse(&text)?;
    let pending = FileTree([(CONFIG.to_owned(), text)].into());
    refuse_feature(&request.name, &Target::find(&config, &pending, context)?)?;
    let sources = Sources {
        wanted: std::slice::from_ref(&request.name),
        fetching: Fetching::Always,
        mode: Mode::Write,
        noted: Noted::Only(std::slice::from_ref(&request.name)),
    };
    authorize(&request.name, &config, context)?;
    let regeneration = Regeneration::prepare(&config, &sources, &pending, context)?;
    regeneration.refuse_silent(context)?;
    let program = program(&request.name, &regeneration, &config, &pending, context)?;
    regen::apply(&regeneration.plan, context)?;
    let mut steps = setup_steps(&here(context)?, context.root(), &config)?;
    steps.extend(workflows::step(&config, &here(context)?, context.root())?);
    if let Some(program) = program {
        // The program declares the module if it is in the same file.
        steps.retain(|step| step.file != program.file);
        steps.push(program);
    }
    let reports = &regeneration.output.reports;
    let report = reports.iter().find(|it| it.catalog == request.name);
    let mut loaded = regeneration.loaded.iter();
    let loaded = loaded.find(|it| it.input.name == request.name);
    let skipped = loaded.iter().flat_map(|it| &it.skipped);
    let skipped = skipped.chain(report.iter().flat_map(|it| &it.skipped));
    let files = regeneration.plan.files.iter();
    let result = AddResult {
        exit_status: Status::Success.code(),
        catalog: request.name.clone(),
        tools: report.map_or(0, |report| report.tools.len()),
        skipped: SkippedResult::collect(skipped),
        loosened: report.map(LoosenedPlace::loosened).unwrap_or_default(),
        files: files.filter_map(FileChange::of).collect(),
        steps,
        milliseconds: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    match request.format {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context.screen.print(&render(&result, context.program))?,
    }
    Ok(Status::Success)
}

/// Asks a person for authorization if the server of the catalog requires it.
fn authorize(name: &str, config: &Config, context: &Context) -> Result<()> {
    let mut catalogs = config.catalogs.iter();
    let catalog = catalogs.find(|catalog| catalog.name == name);
    match catalog.map(|catalog| &catalog.source) {
        Some(ConfiguredSource::Mcp(endpoint)) => {
            login::run_if_required(name, endpoint, context.root(), context)
        }
        None | Some(ConfiguredSource::Truto { .. } | ConfiguredSource::Functions { .. }) => Ok(()),
    }
}

/// Checks that a catalog can have this name, and that its files do not exist.
fn refuse_taken(name: &str, config: &Config, context: &Context) -> Result<()> {
    let layout = config.project.target.layout();
    if !is_catalog_name(name, &layout) {
        bail!(
            "`{name}` cannot be the name of a catalog, which becomes a module and a feature; {}",
            name_help(name, &layout)
        );
    }
    if config.catalogs.iter().any(|catalog| catalog.name == name) {
        bail!(
            "{CONFIG} already has a catalog `{name}`; choose another name, or remove it first with: {}",
            context.program.command(&format!("remove {name}"))
        );
    }
    for file in [
        format!("{CATALOGS}/{name}.json"),
        format!("{CATALOGS}/{name}.lock.toml"),
    ] {
        if context.workspace.path(&file).exists() {
            bail!(
                "{file} exists, although {CONFIG} has no catalog `{name}`; delete the file, or choose another name"
            );
        }
    }
    Ok(())
}

/// Checks that the package has no feature with the name of a new catalog, not even an empty one.
fn refuse_feature(name: &str, target: &Target) -> Result<()> {
    let manifest: DocumentMut = target.manifest_text().parse()?;
    let features = manifest.get("features");
    let is_taken = features.is_some_and(|features| features.get(name).is_some());
    if is_taken && target.features() != Features::None {
        bail!(
            "the catalog `{name}` has the name of an existing feature in {}; choose another name, or rename the feature",
            target.manifest()
        );
    }
    Ok(())
}

/// Returns a path of the command line as a path from the root.
fn from_root(file: &Path, context: &Context) -> Result<String> {
    let absolute = |path: &Path| {
        std::path::absolute(path)
            .map(|path| normalized(&path))
            .context("cannot determine the current directory")
    };
    let (file, root) = (absolute(file)?, absolute(context.root())?);
    if file.is_dir() {
        bail!(
            "{} is a directory; pass the file of function definitions",
            file.display()
        );
    }
    if !file.is_file() {
        bail!("there is no file {}", file.display());
    }
    if !file.starts_with(&root) {
        bail!(
            "{} is outside of the project in {}; copy it into the project, so that others can regenerate the code",
            file.display(),
            root.display()
        );
    }
    Ok(relative(&root, &file))
}

fn here(context: &Context) -> Result<PathBuf> {
    let here = std::env::current_dir().context("cannot determine the current directory")?;
    let root = std::path::absolute(context.root()).unwrap_or_else(|_| here.clone());
    // With --root, the current directory may be elsewhere.
    Ok(if here.starts_with(&root) { here } else { root })
}

/// Returns the step that pastes a program which calls a tool of the catalog.
fn program(
    name: &str,
    regeneration: &Regeneration,
    config: &Config,
    pending: &FileTree,
    context: &Context,
) -> Result<Option<Step>> {
    let loaded = regeneration.loaded.iter();
    let inputs: Vec<_> = loaded
        .map(|loaded| &loaded.input)
        .filter(|input| input.name == name)
        .cloned()
        .collect();
    let options = Target::find(config, pending, context)?.options(config, "regen", context);
    let mut programs = Generator::new(&inputs, &options.layout)?.first_programs(&options);
    let lines = programs.pop().unwrap_or_default();
    if lines.is_empty() {
        return Ok(None);
    }
    let lines = match &config.project.target {
        TargetConfig::Crate(_) => lines,
        TargetConfig::Module(folder) => in_main_of_package(lines, folder, context)?,
    };
    let file = program_file(&here(context)?, context.root(), config)?;
    Ok(Some(Step::paste("call a tool", file, lines)))
}

/// Adapts a program for a package that contains the generated module: in its library, which the program
/// names, or in the program itself.
fn in_main_of_package(lines: Vec<String>, folder: &str, context: &Context) -> Result<Vec<String>> {
    let declaration = declaring_file(context.root(), folder);
    let is_in_main = declaration
        .as_ref()
        .is_some_and(|it| it.path.ends_with("src/main.rs"));
    if is_in_main {
        let line = declaration.map(|it| it.line);
        return Ok(line
            .into_iter()
            .chain([String::new()])
            .chain(lines)
            .collect());
    }
    let cargo = CargoProject::find(context.root())?;
    let package = cargo.and_then(|cargo| cargo.package);
    let Some(library) = package.as_ref().and_then(Manifest::library_name) else {
        return Ok(lines);
    };
    let of_library = |line: String| line.replace("use crate::", &format!("use {library}::"));
    Ok(lines.into_iter().map(of_library).collect())
}

fn render(result: &AddResult, program: Program) -> String {
    let mut text = String::new();
    for file in &result.files {
        push_line(
            &mut text,
            &format!("  {}  {}", paint(SUCCESS, file.past_verb()), file.path),
        );
    }
    let tools = count(result.tools, "tool");
    push_line(&mut text, "");
    push_line(
        &mut text,
        &format!(
            "{} added {}, {tools} ({} ms)",
            paint(SUCCESS, "ok:"),
            paint(NAME, &result.catalog),
            result.milliseconds
        ),
    );
    render_skipped(&mut text, &result.catalog, &result.skipped);
    render_loosened(&mut text, &result.catalog, &result.loosened, false);
    text.push_str(&render_steps(&result.steps));
    push_line(&mut text, "");
    let list = program.command(&format!("list {}", result.catalog));
    push_line(
        &mut text,
        &format!("{} shows all calls.", paint(NAME, &list)),
    );
    text
}
