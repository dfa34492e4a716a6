//! `generate`: a crate of its own from the file of one catalog, or from a server that has one.

mod arguments;
mod directory;
mod facts;
mod manifest;
mod readme;
mod regenerate_commands;
mod source;
mod summary;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use toolsmith_codegen::options::{AccountSettings, Identifiers, Layout, McpEndpoint};
use toolsmith_codegen::snapshot::canonicalize;
use toolsmith_codegen::write::{FileTree, plan};
use toolsmith_codegen::{
    CatalogInput, CatalogKind, CatalogSource, Diagnostics, Digest, GeneratedCrate, Options,
    SourceText, digest, generate,
};

use self::directory::Directory;
use self::facts::Facts;
use self::manifest::Package;
use crate::config::{BASE_URL, BASE_URL_VARIABLE, TOKEN_FALLBACK, TOKEN_VARIABLE};
use crate::context::Context;
use crate::digest::{FOLDER, Sizes, add_pages};
use crate::disk;
use crate::loosened::Loosened;
use crate::screen::Format;
use crate::status::Status;

pub(crate) use self::arguments::Arguments;

/// The catalog beside the sources, from the root of the crate.
const CATALOG: &str = "catalog.json";

/// Corrections of it, which are never written here.
const OVERLAY: &str = "catalog.overlay.toml";

/// The names given so far.
const LOCK: &str = "catalog.lock.toml";

/// What `generate` was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// What the catalog is, if it was said.
    pub(crate) kind: Option<CatalogKind>,
    /// The file of the catalog; without one the server is asked.
    pub(crate) input: Option<PathBuf>,
    /// The MCP server, if it was said.
    pub(crate) endpoint: Option<McpEndpoint>,
    /// The directory of the crate.
    pub(crate) out: PathBuf,
    /// The package.
    pub(crate) name: String,
    /// The directory of the runtime, if it was said.
    pub(crate) runtime: Option<PathBuf>,
    /// The name of the catalog, if it was said.
    pub(crate) catalog: Option<String>,
    /// Whether a digest is written.
    pub(crate) pages: Pages,
    /// What is thought of loosened places.
    pub(crate) loosened: Loosened,
    /// The format of the result.
    pub(crate) format: Format,
}

/// Whether the pages of a digest are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// They are.
    Written,
    /// They are not, and go if they are there.
    None,
}

/// Runs the command.
///
/// # Errors
///
/// The catalog is none, the name no name, or the directory not one that may be written to;
/// nothing was written then.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let begun = Instant::now();
    check_name(&request.name)?;
    let directory = Directory::claim(&request.out, context.program)?;
    let runtime = request.runtime.clone();
    let runtime =
        directory.path_to(&runtime.unwrap_or_else(|| context.workspace.path("runtime")))?;
    let (given, kind) = source::load(request, context)?;
    let snapshot = canonicalize(kind, &given)?;
    context.screen.remark(&snapshot.remarks);
    let input = input(request, kind, snapshot.text, &directory)?;
    let options = Options {
        command: context.program.header_command("generate"),
        crate_name: request.name.clone(),
        layout: Layout::Root,
    };
    let inputs = [input];
    let output =
        generate(&inputs, &options).map_err(|found| as_given(found, &inputs, &given, &options))?;
    let pages = match request.pages {
        Pages::Written => digest(&inputs, &options)?.pop(),
        Pages::None => None,
    };
    let package = Package {
        program: context.program,
        name: &request.name,
        kind,
        runtime,
        has_digest: pages.is_some(),
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
    let mut facts = Facts::collect(request, kind, &output, &plan, begun.elapsed());
    facts.digest = pages.map(|digest| Sizes::of(&digest, source_characters(&output)));
    if facts.status() == Status::Success {
        plan.apply(directory.path())
            .with_context(|| format!("cannot write {}", request.out.display()))?;
    }
    match request.format {
        Format::Json => context.screen.print_json(&facts)?,
        Format::Text => context.screen.print(&summary::render(request, &facts))?,
    }
    Ok(facts.status())
}

/// The same problems at their places in what the user gave, rather than in the canonical copy of
/// it, which nobody has seen yet.
fn as_given(
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

fn source_characters(output: &GeneratedCrate) -> usize {
    let files = output.files.0.values();
    files.map(|text| text.chars().count()).sum()
}

/// A package is named as cargo wants it, and a program has to be able to name it too.
fn check_name(name: &str) -> Result<()> {
    let is_word = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_' || char == '-');
    let module = name.replace('-', "_");
    let is_taken = ["alloc", "core", "gen", "std", "test", "toolsmith_runtime"]
        .contains(&module.as_str())
        || syn::parse_str::<syn::Ident>(&module).is_err();
    if is_word && !is_taken {
        return Ok(());
    }
    bail!("`{name}` cannot be the name of a crate; choose one of letters, digits, `-` and `_`");
}

fn input(
    request: &Request,
    kind: CatalogKind,
    text: String,
    directory: &Directory,
) -> Result<CatalogInput> {
    let name = match &request.catalog {
        Some(name) => name.clone(),
        None => request.name.replace('-', "_").to_lowercase(),
    };
    let document = |file: &str| -> Result<Option<SourceText>> {
        let text = disk::read_if_there(&directory.path().join(file))?;
        Ok(text.map(|text| SourceText {
            file: file.to_owned(),
            text,
        }))
    };
    Ok(CatalogInput {
        source: transport(kind, &name, request.endpoint.clone()),
        name,
        snapshot: SourceText {
            file: CATALOG.to_owned(),
            text,
        },
        overlay: document(OVERLAY)?,
        lock: document(LOCK)?,
        identifiers: Identifiers::default(),
    })
}

fn transport(kind: CatalogKind, name: &str, endpoint: Option<McpEndpoint>) -> CatalogSource {
    match kind {
        CatalogKind::Mcp => CatalogSource::Mcp(endpoint),
        CatalogKind::Functions => CatalogSource::Functions,
        _ => CatalogSource::Truto(AccountSettings {
            base_url: BASE_URL.to_owned(),
            base_url_variable: BASE_URL_VARIABLE.to_owned(),
            token_variables: [TOKEN_VARIABLE, TOKEN_FALLBACK].map(str::to_owned).to_vec(),
            account_variable: format!("{}_ACCOUNT_ID", name.to_uppercase()),
        }),
    }
}

/// All files of the crate.
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

/// A path as it stands in a file, with `/`.
fn written(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
