//! `generate`: a stand-alone crate from a catalog file, an MCP server or a connected account.

mod arguments;
mod directory;
mod manifest;
mod parent;
mod readme;
mod regenerate_commands;
mod result;
mod source;
mod summary;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use toolsmith_codegen::digest::Digest;
use toolsmith_codegen::options::{
    AccountSettings, CatalogKind, Identifiers, Layout, McpSettings, Selection, UnreadableTools,
};
use toolsmith_codegen::report::SkippedEntry;
use toolsmith_codegen::snapshot::{Snapshot, update};
use toolsmith_codegen::write::{FileTree, Plan, plan};
use toolsmith_codegen::{
    CatalogInput, CatalogSource, Diagnostics, GeneratedCrate, Generator, Options, SourceText,
    generate,
};

use self::directory::Directory;
use self::manifest::{Package, Runtime};
use self::parent::Parent;
use self::result::GenerateResult;
use crate::catalogs::Mode;
use crate::config::{BASE_URL, BASE_URL_VARIABLE, TOKEN_FALLBACK, TOKEN_VARIABLE};
use crate::context::Context;
use crate::diff::ChangeResult;
use crate::digest::{FOLDER, Sizes, add_pages};
use crate::findings::loosened::Loosened;
use crate::findings::skipped::{SkippedResult, remark_writes};
use crate::project::check_crate_name;
use crate::project::lock::ProjectLock;
use crate::regen::{Consent, find_silent_of_crate};
use crate::screen::Format;
use crate::status::Status;
use crate::system::disk;

pub(crate) use self::arguments::Arguments;

/// The catalog, from the root of the crate.
const CATALOG: &str = "catalog.json";

/// The overlay, which is never written.
const OVERLAY: &str = "catalog.overlay.toml";

/// The lock.
const LOCK: &str = "catalog.lock.toml";

/// The arguments of `generate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The kind of the catalog; `None` to detect it.
    pub(crate) kind: Option<CatalogKind>,
    /// The file of the catalog; `None` to fetch it from the server.
    pub(crate) input: Option<PathBuf>,
    /// The MCP server to connect to.
    pub(crate) endpoint: Option<McpSettings>,
    /// The variable with the identifier of the account; `None` for the usual one.
    pub(crate) account: Option<String>,
    /// The variable with the token of the account or the server; `None` for the usual ones.
    pub(crate) token: Option<String>,
    /// Writing or checking.
    pub(crate) mode: Mode,
    /// The directory of the crate.
    pub(crate) out: PathBuf,
    /// The name of the crate.
    pub(crate) name: String,
    /// The directory of the runtime; `None` for the dependency of the workspace, for that of the
    /// project, or for the registry.
    pub(crate) runtime: Option<PathBuf>,
    /// The name of the catalog; `None` for that of the crate.
    pub(crate) catalog: Option<String>,
    /// The treatment of the digest.
    pub(crate) pages: Pages,
    /// The treatment of loosened places.
    pub(crate) loosened: Loosened,
    /// The silent changes of the wire that may be made.
    pub(crate) consent: Consent,
    /// The format of the result.
    pub(crate) format: Format,
}

/// The treatment of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// It is written.
    Written,
    /// It is not written, and removed if it exists.
    None,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if the catalog is invalid, the name is not a valid crate name, or the directory
/// cannot be written to. Nothing was written then.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let begun = Instant::now();
    check_crate_name(&request.name)?;
    let _lock = ProjectLock::for_directory(&request.out, "generate", context)?;
    let directory = Directory::claim(&request.out, context.program)?;
    let parent = Parent::find(&directory.absolute()?)?;
    let runtime = runtime(request, parent.as_ref(), &directory, context)?;
    let (given, kind) = source::load(request, &directory.absolute()?, context)?;
    let snapshot = canonical(request, kind, &given, &directory, context)?;
    let mut input = input(request, kind, snapshot.text, &directory)?;
    input.unreadable = context.unreadable;
    let options = options(request, context);
    let inputs = [input];
    let generator = Generator::new(&inputs, &options.layout)
        .map_err(|found| locate_in_input(found, &inputs, &given, &options))?;
    let pages = match request.pages {
        Pages::Written => generator.digests(&options).pop(),
        Pages::None => None,
    };
    let output = generator.generate(&options);
    for report in &output.reports {
        let remark = remark_writes(report, OVERLAY);
        context.screen.remark(remark.as_slice());
    }
    let skipped = skipped_in_input(&output, &inputs, &given, &options);
    let package = Package {
        program: context.program,
        name: &request.name,
        kind,
        runtime,
        is_in_workspace: parent.is_some(),
        has_digest: pages.is_some(),
        unreadable: context.unreadable,
    };
    let [input] = inputs;
    let tree = assemble(
        &package,
        request,
        input.snapshot.text,
        &output,
        pages.as_ref(),
    );
    let plan = plan(&tree, directory.path())
        .with_context(|| format!("cannot read {}", request.out.display()))?;
    let silent = find_silent(request, &plan)?;
    let mut result = GenerateResult::collect(request, kind, &output, &plan, silent);
    result.not_functions = SkippedResult::collect(&snapshot.not_functions);
    result.skipped = SkippedResult::collect(snapshot.unreadable.iter().chain(&skipped));
    result.digest = pages.map(|digest| Sizes::of(&digest, source_characters(&output)));
    result.milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    if request.mode == Mode::Write && !result.loosened_denied && !result.wire_refused {
        plan.apply(directory.path())
            .with_context(|| format!("cannot write {}", request.out.display()))?;
        note_membership(parent.as_ref(), context);
    }
    match request.format {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context.screen.print(&summary::render(request, &result))?,
    }
    Ok(result.status())
}

/// Returns the changes of what programs send that no compiler and no server reports, with those marked that
/// the request accepts.
fn find_silent(request: &Request, plan: &Plan) -> Result<Vec<ChangeResult>> {
    let mut silent = find_silent_of_crate(plan, &request.name);
    let mut changes: Vec<&mut ChangeResult> = silent.iter_mut().collect();
    request.consent.accept(&mut changes)?;
    Ok(silent)
}

/// Returns the options of the generator.
fn options(request: &Request, context: &Context) -> Options {
    Options {
        command: context.program.header_command(None, "generate"),
        crate_name: request.name.clone(),
        layout: Layout::Root,
        ..Options::default()
    }
}

/// Returns the source of the runtime: the directory that the user named, the dependency of the
/// workspace, the directory in the project of Toolsmith itself, or else the registry.
fn runtime(
    request: &Request,
    parent: Option<&Parent>,
    directory: &Directory,
    context: &Context,
) -> Result<Runtime> {
    if let Some(runtime) = &request.runtime {
        return Ok(Runtime::Path(directory.path_to(runtime)?));
    }
    if parent.is_some_and(|parent| parent.defines_runtime) {
        return Ok(Runtime::Workspace);
    }
    let own = context.workspace.path("runtime");
    let manifest = disk::read_if_there(&own.join(manifest::FILE))?;
    let is_runtime = |manifest: &String| {
        let mut lines = manifest.lines();
        lines.any(|line| line.trim() == "name = \"toolsmith-runtime\"")
    };
    if manifest.as_ref().is_some_and(is_runtime) {
        return Ok(Runtime::Path(directory.path_to(&own)?));
    }
    Ok(Runtime::Registry)
}

/// Notes that a workspace has to list the crate, without which Cargo does not build it.
fn note_membership(parent: Option<&Parent>, context: &Context) {
    if let Some(parent) = parent.filter(|parent| !parent.is_member) {
        context.screen.note(&format!(
            "add \"{}\" to `members` in {}, or depend on the crate by path from a member",
            parent.path,
            parent.root.join(manifest::FILE).display()
        ));
    }
}

/// Returns the catalog in canonical form, and prints the notes on it.
fn canonical(
    request: &Request,
    kind: CatalogKind,
    given: &SourceText,
    directory: &Directory,
    context: &Context,
) -> Result<Snapshot> {
    // A file is taken as it is written; a server may list properties in another order each time.
    let before = match &request.input {
        Some(_) => None,
        None => read_document(directory, CATALOG)?,
    };
    let mut snapshot = update(kind, context.unreadable, before.as_ref(), given)?;
    if let Some(overlay) = read_document(directory, OVERLAY)? {
        snapshot.correct_instructions(kind, &given.file, &overlay)?;
    }
    context.screen.remark(&snapshot.remarks);
    Ok(snapshot)
}

/// Returns the same errors with places in the user's file, because the user has not seen the canonical
/// copy.
fn locate_in_input(
    found: Diagnostics,
    inputs: &[CatalogInput; 1],
    given: &SourceText,
    options: &Options,
) -> Diagnostics {
    let [input] = inputs;
    let mut input = input.clone();
    input.snapshot = given.clone();
    generate(&[input], options).err().unwrap_or(found)
}

/// Returns the tools that were skipped, with places in the user's file.
fn skipped_in_input(
    output: &GeneratedCrate,
    inputs: &[CatalogInput; 1],
    given: &SourceText,
    options: &Options,
) -> Vec<SkippedEntry> {
    let skipped = |output: &GeneratedCrate| -> Vec<SkippedEntry> {
        let reports = output.reports.iter();
        reports.flat_map(|report| report.skipped.clone()).collect()
    };
    if skipped(output).is_empty() {
        return Vec::new();
    }
    let [input] = inputs;
    let mut input = input.clone();
    input.snapshot = given.clone();
    generate(&[input], options).map_or_else(|_| skipped(output), |given| skipped(&given))
}

fn source_characters(output: &GeneratedCrate) -> usize {
    let files = output.files.0.values();
    files.map(|text| text.chars().count()).sum()
}

fn input(
    request: &Request,
    kind: CatalogKind,
    text: String,
    directory: &Directory,
) -> Result<CatalogInput> {
    let name = catalog_name(request);
    Ok(CatalogInput {
        source: transport(kind, request),
        name,
        snapshot: SourceText {
            file: CATALOG.to_owned(),
            text,
        },
        overlay: read_document(directory, OVERLAY)?,
        lock: read_document(directory, LOCK)?,
        tombstones: None,
        identifiers: Identifiers::default(),
        unreadable: UnreadableTools::default(),
        selection: Selection::default(),
    })
}

/// Reads a file of the crate, if it exists.
fn read_document(directory: &Directory, file: &str) -> Result<Option<SourceText>> {
    let text = disk::read_if_there(&directory.path().join(file))?;
    Ok(text.map(|text| SourceText {
        file: file.to_owned(),
        text,
    }))
}

/// Returns the name of the catalog in docs and logs.
fn catalog_name(request: &Request) -> String {
    match &request.catalog {
        Some(name) => name.clone(),
        None => request.name.replace('-', "_").to_lowercase(),
    }
}

fn transport(kind: CatalogKind, request: &Request) -> CatalogSource {
    match kind {
        CatalogKind::Mcp => CatalogSource::Mcp(request.endpoint.clone()),
        CatalogKind::Functions => CatalogSource::Functions,
        CatalogKind::Truto => CatalogSource::Truto(account_settings(request)),
    }
}

/// Returns the address of the account and the variables with its credentials.
fn account_settings(request: &Request) -> AccountSettings {
    let account = request.account.clone();
    AccountSettings {
        base_url: BASE_URL.to_owned(),
        base_url_variable: BASE_URL_VARIABLE.to_owned(),
        token_variables: match &request.token {
            Some(token) => vec![token.clone()],
            None => [TOKEN_VARIABLE, TOKEN_FALLBACK].map(str::to_owned).to_vec(),
        },
        account_variable: account
            .unwrap_or_else(|| format!("{}_ACCOUNT_ID", catalog_name(request).to_uppercase())),
    }
}

/// Returns all files of the crate.
fn assemble(
    package: &Package<'_>,
    request: &Request,
    snapshot: String,
    output: &GeneratedCrate,
    pages: Option<&Digest>,
) -> FileTree {
    let mut tree = output.files.clone();
    let lock = output.locks.first().cloned().unwrap_or_default();
    let example = output.examples.first().map(Vec::as_slice);
    let tools = output
        .reports
        .first()
        .map_or(0, |report| report.tools.len());
    let files = [
        (manifest::FILE, manifest::render(package)),
        (
            "README.md",
            readme::render(package, request, tools, example.unwrap_or_default()),
        ),
        (".gitignore", "/target\n".to_owned()),
        (CATALOG, snapshot),
        (LOCK, lock),
    ];
    tree.0
        .extend(files.map(|(path, text)| (path.to_owned(), text)));
    if let Some(digest) = pages {
        add_pages(&mut tree, FOLDER, digest);
    }
    tree
}

/// Returns a path with `/` as the separator.
fn slashes(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
