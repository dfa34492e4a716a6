//! The place of a project and of its generated code.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use toml_edit::{InlineTable, Value};

use super::{Files, Request, Runtime, declaration, last_part};
use crate::config::{Config, TargetConfig};
use crate::edit::{add_dependency, add_member};
use crate::project::pin::VERSION;
use crate::project::{
    CargoProject, Inherited, Manifest, RUNTIME, check_crate_name, normalized, relative,
};
use crate::system::disk;
use crate::usage::{declaring_file, is_declared};
use crate::workspace::CONFIG;

/// The folder of a new crate.
const CRATE: &str = "crates/tools";

/// The place of a project.
#[derive(Debug)]
pub(super) struct Place {
    /// The directory in which the command runs.
    pub(super) start: PathBuf,
    /// The directory of the configuration.
    pub(super) root: PathBuf,
    /// The place of the generated code.
    pub(super) target: Target,
    /// The existing configuration.
    pub(super) config: Option<String>,
}

/// The place of the generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A crate.
    Crate {
        /// Its folder from the root.
        folder: String,
        /// Its name.
        name: String,
    },
    /// A module of a crate of the user.
    Module {
        /// Its folder from the root.
        folder: String,
    },
}

impl Place {
    /// Finds the place of the code in the project at `root`, from the existing configuration or else
    /// from the arguments.
    ///
    /// # Errors
    ///
    /// Returns an error if the arguments contradict an existing configuration, or name a place that
    /// is taken or outside of the project.
    pub(super) fn find(
        request: &Request,
        start: &Path,
        root: PathBuf,
        cargo: Option<&CargoProject>,
    ) -> Result<Self> {
        let config = disk::read_if_there(&root.join(CONFIG))?;
        let mut place = Self {
            start: start.to_owned(),
            target: Target::Module {
                folder: String::new(),
            },
            root,
            config,
        };
        place.target = match &place.config {
            Some(config) => place.existing_target(request, config)?,
            None => place.new_target(request, cargo)?,
        };
        Ok(place)
    }

    /// Returns the target of an existing configuration.
    fn existing_target(&self, request: &Request, config: &str) -> Result<Target> {
        let target = match Config::parse(config)?.project.target {
            TargetConfig::Module(folder) => Target::Module { folder },
            TargetConfig::Crate(folder) => {
                let manifest = Manifest::read(&self.root.join(&folder))?;
                let name = manifest.as_ref().and_then(Manifest::name);
                let name = name.map_or_else(|| last_part(&folder).to_owned(), str::to_owned);
                Target::Crate { folder, name }
            }
        };
        let (key, folder, asked) = match &target {
            Target::Crate { folder, .. } => ("crate", folder, &request.crate_folder),
            Target::Module { folder } => ("module", folder, &request.module),
        };
        let other = [&request.crate_folder, &request.module];
        let is_other_kind = asked.is_none() && other.iter().any(|it| it.is_some());
        let is_other_folder = match asked {
            Some(asked) => self.path_from_root(asked)? != *folder,
            None => false,
        };
        if is_other_kind || is_other_folder {
            bail!(
                "{} already says {key} = \"{folder}\"; leave out the option, or change the file by hand",
                self.root.join(CONFIG).display()
            );
        }
        if let (Some(asked), Target::Crate { name, .. }) = (&request.name, &target)
            && asked != name
        {
            bail!("the generated crate already has the name `{name}`; leave out --name");
        }
        Ok(target)
    }

    /// Returns the target that the arguments name.
    fn new_target(&self, request: &Request, cargo: Option<&CargoProject>) -> Result<Target> {
        if let Some(module) = &request.module {
            return self.new_module(module, cargo);
        }
        let folder = match &request.crate_folder {
            Some(folder) => self.path_from_root(folder)?,
            None => CRATE.to_owned(),
        };
        let name = match &request.name {
            Some(name) => name.clone(),
            None => last_part(&folder).to_owned(),
        };
        check_crate_name(&name)?;
        self.refuse_taken_folder(&folder, "--crate-dir")?;
        let member = match cargo.and_then(|cargo| cargo.workspace.as_ref()) {
            Some(workspace) => workspace.member_named(&name)?,
            None => cargo
                .and_then(|cargo| cargo.package.clone())
                .filter(|package| package.name() == Some(&name)),
        };
        if let Some(member) = member {
            bail!(
                "the workspace has a package `{name}` in {}; choose another name with --name",
                member.directory.display()
            );
        }
        Ok(Target::Crate { folder, name })
    }

    fn new_module(&self, module: &Path, cargo: Option<&CargoProject>) -> Result<Target> {
        let package = cargo.and_then(|cargo| cargo.package.as_ref());
        if package.is_some_and(Manifest::is_of_2015) {
            bail!(
                "the package has the edition 2015, which Cargo assumes without the key `edition`, and the \
                 generated code needs 2018 or later; write edition = \"2024\" in Cargo.toml"
            );
        }
        let folder = self.path_from_root(module)?;
        let name = last_part(&folder);
        let is_word =
            |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
        let is_module = name.chars().all(is_word) && syn::parse_str::<syn::Ident>(name).is_ok();
        if !folder.starts_with("src/") || !is_module || name == "gen" {
            bail!(
                "`{folder}` is not the folder of a module; --module takes a folder below `src` with the name of a module: src/tools"
            );
        }
        self.refuse_taken_folder(&folder, "--module")?;
        let file = format!("{folder}.rs");
        if self.root.join(&file).exists() {
            bail!("{file} exists, and is the same module; choose another folder with --module");
        }
        Ok(Target::Module { folder })
    }

    fn refuse_taken_folder(&self, folder: &str, option: &str) -> Result<()> {
        let path = self.root.join(folder);
        let problem = match std::fs::read_dir(&path) {
            Ok(mut entries) => entries.next().map(|_| "is not empty; empty it, or"),
            Err(_) => path.exists().then_some("is not a directory;"),
        };
        if let Some(problem) = problem {
            let path = path.display();
            bail!("{path} {problem} choose another directory with {option}");
        }
        Ok(())
    }

    /// Returns a path of the command line as a path from the root, with `/`.
    fn path_from_root(&self, path: &Path) -> Result<String> {
        let path = normalized(&self.start.join(path));
        let is_inside = path.starts_with(&self.root) && path != self.root;
        let text = relative(&self.root, &path);
        if !is_inside || text.contains(['\\', ':']) {
            bail!(
                "{} is not a folder inside of the project in {}",
                path.display(),
                self.root.display()
            );
        }
        Ok(text)
    }

    /// Returns the folder of the generated crate or module.
    pub(super) fn folder(&self) -> PathBuf {
        let (Target::Crate { folder, .. } | Target::Module { folder }) = &self.target;
        self.root.join(folder)
    }

    /// Returns the path of the first generated file, from the root.
    pub(super) fn generated_root(&self) -> String {
        match &self.target {
            Target::Crate { folder, .. } => format!("{folder}/src/lib.rs"),
            Target::Module { folder } => format!("{folder}/mod.rs"),
        }
    }

    /// Returns the text of the configuration.
    pub(super) fn config_text(
        &self,
        request: &Request,
        cargo: Option<&CargoProject>,
    ) -> Result<String> {
        if let Some(config) = &self.config {
            return Ok(config.clone());
        }
        let target = match &self.target {
            Target::Crate { folder, .. } => {
                format!("# The folder of the generated crate.\ncrate = \"{folder}\"\n")
            }
            Target::Module { folder } => {
                format!("# The folder of the generated module.\nmodule = \"{folder}\"\n")
            }
        };
        let runtime = match self.runtime(request, cargo)? {
            Some(runtime) => {
                format!("# The runtime that the generated code depends on.\nruntime = {runtime}\n")
            }
            None => String::new(),
        };
        Ok(format!(
            "\
# The catalogs that `toolsmith regen` turns into typed Rust. `toolsmith add --help` shows how to add one.
# This file never holds secrets, only the names of the environment variables that do.

# The version of Toolsmith that writes the code; `toolsmith upgrade` moves it.
version = \"{VERSION}\"
{target}{runtime}"
        ))
    }

    /// Returns the source of the runtime for the configuration. A crate has it in its own manifest.
    pub(super) fn runtime(
        &self,
        request: &Request,
        cargo: Option<&CargoProject>,
    ) -> Result<Option<Value>> {
        let mut table = InlineTable::new();
        match (&request.runtime, &self.target) {
            (Runtime::Path(path), _) => {
                let path = normalized(&self.start.join(path));
                if !path.join("Cargo.toml").is_file() {
                    bail!("{} is not a crate: it has no Cargo.toml", path.display());
                }
                table.insert("path", relative(&self.root, &path).into());
            }
            (Runtime::Git(url), _) => {
                table.insert("git", url.as_str().into());
            }
            (Runtime::Release, Target::Crate { .. }) => return Ok(None),
            (Runtime::Release, Target::Module { .. }) => {
                let package = cargo.and_then(|cargo| cargo.package.as_ref());
                if package.is_some_and(|package| package.depends_on(RUNTIME)) {
                    return Ok(None);
                }
                let inherited = self.inherited(cargo).dependencies;
                if !inherited.iter().any(|name| name == RUNTIME) {
                    return Ok(Some(Value::from(VERSION)));
                }
                table.insert("workspace", true.into());
            }
        }
        Ok(Some(Value::from(table)))
    }

    /// Returns the keys that the generated crate inherits from its workspace.
    pub(super) fn inherited(&self, cargo: Option<&CargoProject>) -> Inherited {
        let workspace = cargo.and_then(|cargo| cargo.workspace.as_ref());
        let folder = self.folder();
        workspace
            .filter(|workspace| !workspace.excludes(&folder))
            .map(Manifest::inherited)
            .unwrap_or_default()
    }

    /// Makes the generated crate a member of the workspace. A package without a workspace becomes one.
    pub(super) fn add_to_workspace(
        &self,
        files: &mut Files,
        cargo: Option<&CargoProject>,
    ) -> Result<()> {
        let Target::Crate { folder, .. } = &self.target else {
            return Ok(());
        };
        let Some(cargo) = cargo else {
            let members = match folder.strip_prefix("crates/") {
                Some(name) if !name.contains('/') => "crates/*",
                _ => folder,
            };
            let members = toml_edit::Value::from(members);
            let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n");
            files.create("Cargo.toml", &manifest)?;
            return files.create(".gitignore", "/target\n");
        };
        let manifest = cargo.workspace.as_ref().or(cargo.package.as_ref());
        let Some(manifest) = manifest.filter(|manifest| manifest.directory == self.root) else {
            return Ok(());
        };
        let path = self.folder();
        let is_settled =
            manifest.is_workspace() && (manifest.has_member(&path) || manifest.excludes(&path));
        if !is_settled {
            files.put("Cargo.toml", add_member(&manifest.text, folder)?);
        }
        Ok(())
    }

    /// Adds the lines that use the generated code to the files of the user's package.
    pub(super) fn add_uses(&self, files: &mut Files, cargo: Option<&CargoProject>) -> Result<()> {
        let Some(package) = cargo.and_then(|cargo| cargo.package.as_ref()) else {
            return Ok(());
        };
        let Target::Module { folder } = &self.target else {
            return self.add_dependency(files, package);
        };
        if let Some(file) = declaring_file(&self.root, folder) {
            let module = last_part(folder);
            let source = files.read(&file.path)?.unwrap_or_default();
            if !is_declared(&source, module)
                && let Some(edited) = declaration::declare(&source, module, &file.line)
            {
                files.put(&file.path, edited);
            }
        }
        Ok(())
    }

    /// Makes the user's package depend on the generated crate.
    fn add_dependency(&self, files: &mut Files, package: &Manifest) -> Result<()> {
        let Target::Crate { name, .. } = &self.target else {
            return Ok(());
        };
        if package.depends_on(name) || package.directory == self.folder() {
            return Ok(());
        }
        let path = relative(&self.root, &package.directory.join("Cargo.toml"));
        let manifest = files.read(&path)?.unwrap_or_default();
        let mut dependency = InlineTable::new();
        let folder = relative(&package.directory, &self.folder());
        dependency.insert("path", folder.into());
        if let Some(edited) = add_dependency(&manifest, name, &dependency)? {
            files.put(&path, edited);
        }
        Ok(())
    }
}

/// Returns the directory of the configuration: that of the workspace for a crate, and that of the
/// package for a module.
///
/// # Errors
///
/// Returns an error if a module is requested outside a package.
pub(super) fn root(
    request: &Request,
    start: &Path,
    cargo: Option<&CargoProject>,
) -> Result<PathBuf> {
    let package = cargo.and_then(|cargo| cargo.package.as_ref());
    let package = package.map(|package| package.directory.as_path());
    let workspace = cargo.and_then(CargoProject::root);
    if request.module.is_some() {
        return match package {
            Some(package) => Ok(package.to_owned()),
            None if workspace.is_some() => bail!(
                "{} is the root of a workspace without a package, and a module needs a package; run the command in the folder of a package, or use --crate-dir",
                start.display()
            ),
            None => bail!(
                "there is no package in {}, and a module needs a package; run `cargo init` first, or use --crate-dir",
                start.display()
            ),
        };
    }
    let mut candidates = package.into_iter().chain(workspace);
    let configured = candidates.find(|directory| directory.join(CONFIG).is_file());
    let configured = configured.filter(|_| request.crate_folder.is_none());
    Ok(configured.or(workspace).unwrap_or(start).to_owned())
}
