//! The steps after a command: what a person runs and pastes to use the generated code.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::config::{Config, TargetConfig};
use crate::project::target::package_folder;
use crate::project::{CargoProject, Manifest, relative};
use crate::screen::lines::push_line;
use crate::screen::style::{HEADING, NAME, paint};
use crate::system::disk;
use crate::text::shell::quoted;

/// A step of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    /// The purpose.
    pub(crate) what: String,
    /// The command to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<String>,
    /// The file to paste into, from the directory in which the commands run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    /// The lines to paste.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) lines: Vec<String>,
}

/// The file that declares a generated module, and the declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declaration {
    /// The path of the file from the root.
    pub(crate) path: String,
    /// `pub mod tools;`.
    pub(crate) line: String,
}

impl Step {
    /// Creates a step that runs a command.
    pub(crate) fn run(what: &str, command: String) -> Self {
        Self {
            what: what.to_owned(),
            run: Some(command),
            file: None,
            lines: Vec::new(),
        }
    }

    /// Creates a step that pastes lines into a file.
    pub(crate) fn paste(what: &str, file: String, lines: Vec<String>) -> Self {
        Self {
            what: what.to_owned(),
            run: None,
            file: Some(file),
            lines,
        }
    }
}

/// Returns the file that declares the module in a folder, such as `src/lib.rs`. Returns `None` if there
/// is none.
pub(crate) fn declaring_file(root: &Path, folder: &str) -> Option<Declaration> {
    let (parent, name) = folder.rsplit_once('/')?;
    let (files, is_root) = if parent == "src" || parent.ends_with("/src") {
        (
            [format!("{parent}/lib.rs"), format!("{parent}/main.rs")],
            true,
        )
    } else {
        ([format!("{parent}.rs"), format!("{parent}/mod.rs")], false)
    };
    let path = files.into_iter().find(|path| root.join(path).is_file())?;
    let line = if is_root && path.ends_with("/main.rs") {
        format!("mod {name};")
    } else {
        format!("pub mod {name};")
    };
    Some(Declaration { path, line })
}

/// Returns `true` if a source file declares a module.
pub(crate) fn is_declared(source: &str, module: &str) -> bool {
    let is_module = |item: &syn::Item| matches!(item, syn::Item::Mod(it) if it.ident == module);
    syn::parse_file(source).is_ok_and(|file| file.items.iter().any(is_module))
}

/// Returns the steps that are left until a program can use the generated code: the dependencies, and
/// the declaration of a module.
///
/// # Errors
///
/// Returns an error if a manifest cannot be read.
pub(crate) fn setup_steps(start: &Path, root: &Path, config: &Config) -> Result<Vec<Step>> {
    let root = &std::path::absolute(root).context("cannot determine the current directory")?;
    let cargo = CargoProject::find(start)?;
    match &config.project.target {
        TargetConfig::Crate(folder) => crate_steps(start, &root.join(folder), cargo.as_ref()),
        TargetConfig::Module(folder) => module_steps(start, root, folder, config),
    }
}

/// Returns the main source file of the program that uses the generated code, from the directory in
/// which the commands run.
///
/// # Errors
///
/// Returns an error if a manifest cannot be read.
pub(crate) fn program_file(start: &Path, root: &Path, config: &Config) -> Result<String> {
    const MAIN: &str = "src/main.rs";
    let root = std::path::absolute(root).context("cannot determine the current directory")?;
    let package = match &config.project.target {
        target @ TargetConfig::Module(_) => root.join(package_folder(target)),
        TargetConfig::Crate(folder) => {
            let generated = root.join(folder);
            match user_of(&generated, CargoProject::find(start)?.as_ref())? {
                User::Here(package) | User::Member(package) => package.directory,
                User::None => generated.with_file_name("app"),
                User::Unknown => return Ok(MAIN.to_owned()),
            }
        }
    };
    Ok(relative(start, &package.join(MAIN)))
}

fn crate_steps(start: &Path, directory: &Path, cargo: Option<&CargoProject>) -> Result<Vec<Step>> {
    let generated = Manifest::read(directory)?;
    let name = generated.as_ref().and_then(Manifest::name);
    let mut steps = Vec::new();
    let user = user_of(directory, cargo)?;
    let package = match &user {
        User::Here(_) => String::new(),
        User::Member(member) => format!(" --package {}", member.name().unwrap_or_default()),
        User::Unknown => " --package PACKAGE".to_owned(),
        User::None => {
            let app = relative(start, &directory.with_file_name("app"));
            let command = format!("cargo new {}", quoted(&app));
            steps.push(Step::run("create a program", command));
            " --package app".to_owned()
        }
    };
    let depends_on = |name: &str| match &user {
        User::Here(package) | User::Member(package) => package.depends_on(name),
        User::Unknown | User::None => false,
    };
    if !name.is_some_and(depends_on) {
        let path = quoted(&relative(start, directory));
        let command = format!("cargo add{package} --path {path}");
        steps.push(Step::run("depend on the generated crate", command));
    }
    if !depends_on("tokio") {
        steps.push(tokio(&package));
    }
    Ok(steps)
}

fn tokio(package: &str) -> Step {
    let command = format!("cargo add{package} tokio --features macros,rt-multi-thread");
    Step::run("depend on tokio, which runs calls", command)
}

/// The package that uses a generated crate.
enum User {
    /// That of the current directory.
    Here(Manifest),
    /// The only other member of the workspace.
    Member(Manifest),
    /// One of several members.
    Unknown,
    /// The workspace has no other member.
    None,
}

fn user_of(generated: &Path, cargo: Option<&CargoProject>) -> Result<User> {
    let Some(cargo) = cargo else {
        return Ok(User::None);
    };
    if let Some(package) = &cargo.package
        && package.directory != generated
    {
        return Ok(User::Here(package.clone()));
    }
    let Some(workspace) = &cargo.workspace else {
        return Ok(User::None);
    };
    let mut others = workspace.members()?;
    others.retain(|member| member.directory != generated);
    Ok(match (others.pop(), others.is_empty()) {
        (None, _) => User::None,
        (Some(only), true) => User::Member(only),
        (Some(_), false) => User::Unknown,
    })
}

fn module_steps(start: &Path, root: &Path, folder: &str, config: &Config) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let manifest = Manifest::read(&root.join(package_folder(&config.project.target)))?;
    let depends_on = |name: &str| {
        let manifest = manifest.as_ref();
        manifest.is_some_and(|manifest| manifest.depends_on(name))
    };
    if !config.catalogs.is_empty() && !depends_on("tokio") {
        let outside = manifest
            .as_ref()
            .filter(|manifest| !start.starts_with(&manifest.directory));
        let package = outside.and_then(Manifest::name);
        let package = package.map_or_else(String::new, |name| format!(" --package {name}"));
        steps.push(tokio(&package));
    }
    let module = folder.rsplit('/').next().unwrap_or(folder);
    match declaring_file(root, folder) {
        None => {
            // The parent does not exist yet.
            let parent = folder.rsplit_once('/').map_or("src", |(parent, _)| parent);
            let is_root = parent == "src" || parent.ends_with("/src");
            let file = if is_root { "lib.rs" } else { "mod.rs" };
            let file = relative(start, &root.join(parent).join(file));
            let lines = vec![format!("pub mod {module};")];
            steps.push(Step::paste("declare the module", file, lines));
        }
        Some(declaration) => {
            let source = disk::read(&root.join(&declaration.path))?;
            if !is_declared(&source, module) {
                let lines = vec![declaration.line];
                let file = relative(start, &root.join(declaration.path));
                steps.push(Step::paste("declare the module", file, lines));
            }
        }
    }
    Ok(steps)
}

/// Renders steps under a heading.
pub(crate) fn render_steps(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let place = match &step.file {
            Some(file) => format!("{}, in {file}:", step.what),
            None => format!("{}:", step.what),
        };
        push_line(&mut text, "");
        push_line(&mut text, &paint(HEADING, &capitalized(&place)));
        push_line(&mut text, "");
        let lines = step.run.iter().chain(&step.lines);
        for line in lines {
            push_line(&mut text, &format!("    {}", paint_line(line)));
        }
    }
    text
}

fn paint_line(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        paint(NAME, line)
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
