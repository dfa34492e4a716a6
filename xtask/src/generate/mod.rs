//! `generate`: a crate of its own from the file of one catalog.

mod directory;
mod manifest;
mod readme;
mod summary;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use toolsmith_codegen::{
    Account, Document, FileTree, Identifiers, Input, Kind, Layout, Options, Output, Transport,
    canonicalize, generate, plan, recognize,
};

use self::directory::Directory;
use self::manifest::Package;
use crate::config::{BASE_URL, BASE_URL_VARIABLE, TOKEN_FALLBACK, TOKEN_VARIABLE};
use crate::disk;
use crate::screen::Screen;
use crate::status::Status;
use crate::workspace::Workspace;

/// The command, as the files that it writes name it.
const COMMAND: &str = "cargo xtask generate";

/// The catalog beside the sources, from the root of the crate.
const CATALOG: &str = "catalog.json";

/// Corrections of it, which are never written here.
const OVERLAY: &str = "catalog.overlay.toml";

/// The names given so far.
const LOCK: &str = "catalog.lock.toml";

/// What `generate` was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// What the file is, if it was said.
    pub(crate) kind: Option<Kind>,
    /// The file.
    pub(crate) input: PathBuf,
    /// The directory of the crate.
    pub(crate) out: PathBuf,
    /// The package.
    pub(crate) name: String,
    /// The directory of the runtime, if it was said.
    pub(crate) runtime: Option<PathBuf>,
    /// The name of the catalog, if it was said.
    pub(crate) catalog: Option<String>,
}

/// Runs the command.
///
/// # Errors
///
/// The file is no catalog, the name no name, or the directory not one that may be written to;
/// nothing was written then.
pub(crate) fn run(request: &Request, workspace: &Workspace, screen: Screen) -> Result<Status> {
    let begun = Instant::now();
    check_name(&request.name)?;
    let directory = Directory::claim(&request.out)?;
    let fetched = Document {
        file: request.input.display().to_string(),
        text: disk::read(&request.input)?,
    };
    let kind = kind_of(request, &fetched, screen)?;
    let snapshot = canonicalize(kind, &fetched)?;
    screen.remark(&snapshot.remarks);
    let input = input(request, kind, snapshot.text.clone(), &directory)?;
    let options = Options {
        command: COMMAND.to_owned(),
        crate_name: request.name.clone(),
        layout: Layout::Root,
    };
    let output = generate(&[input], &options)?;
    let runtime = request.runtime.clone();
    let package = Package {
        name: &request.name,
        kind,
        runtime: directory.path_to(&runtime.unwrap_or_else(|| workspace.path("runtime")))?,
    };
    let tree = assemble(&package, snapshot.text, &output);
    let plan = plan(&tree, directory.path())
        .with_context(|| format!("cannot read {}", request.out.display()))?;
    plan.apply(directory.path())
        .with_context(|| format!("cannot write {}", request.out.display()))?;
    screen.print(&summary::render(request, &output, &plan, begun.elapsed()))?;
    Ok(Status::Fine)
}

/// The kind that was named, else the one that the shape of the file tells.
fn kind_of(request: &Request, fetched: &Document, screen: Screen) -> Result<Kind> {
    if let Some(kind) = request.kind {
        return Ok(kind);
    }
    let kind = recognize(fetched)?;
    screen.note(&format!(
        "{} is taken for a catalog of kind `{}`; --kind says otherwise",
        fetched.file,
        kind.name()
    ));
    Ok(kind)
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

fn input(request: &Request, kind: Kind, text: String, directory: &Directory) -> Result<Input> {
    let name = match &request.catalog {
        Some(name) => name.clone(),
        None => request.name.replace('-', "_").to_lowercase(),
    };
    let document = |file: &str| -> Result<Option<Document>> {
        let text = disk::read_if_there(&directory.path().join(file))?;
        Ok(text.map(|text| Document {
            file: file.to_owned(),
            text,
        }))
    };
    Ok(Input {
        transport: transport(kind, &name),
        name,
        snapshot: Document {
            file: CATALOG.to_owned(),
            text,
        },
        overlay: document(OVERLAY)?,
        lock: document(LOCK)?,
        identifiers: Identifiers::default(),
    })
}

fn transport(kind: Kind, name: &str) -> Transport {
    match kind {
        Kind::Mcp => Transport::Mcp(None),
        Kind::Functions => Transport::Functions,
        _ => Transport::Truto(Account {
            base_url: BASE_URL.to_owned(),
            base_url_variable: BASE_URL_VARIABLE.to_owned(),
            token_variables: [TOKEN_VARIABLE, TOKEN_FALLBACK].map(str::to_owned).to_vec(),
            account_variable: format!("{}_ACCOUNT_ID", name.to_uppercase()),
        }),
    }
}

/// All files of the crate.
fn assemble(package: &Package<'_>, snapshot: String, output: &Output) -> FileTree {
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
            readme::render(package, tools, example.unwrap_or_default()),
        ),
        (".gitignore", "/target\n".to_owned()),
        (CATALOG, snapshot),
        (LOCK, lock),
    ];
    tree.0
        .extend(files.map(|(path, text)| (path.to_owned(), text)));
    tree
}

/// A path as it stands in a file, with `/`.
fn written(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
