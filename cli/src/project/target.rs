//! The place of the generated code of a project: a crate, or a module of a crate.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use toml_edit::{DocumentMut, Item};
use toolsmith_codegen::Options;
use toolsmith_codegen::options::{Features, NestedModule};
use toolsmith_codegen::write::FileTree;

use crate::config::{Config, ProjectConfig, TargetConfig, split_module};
use crate::context::Context;
use crate::system::disk;
use crate::workspace::CONFIG;

/// The manifest of a package.
const MANIFEST: &str = "Cargo.toml";

/// The folder of digests, from the root of the generated code.
const DIGEST: &str = "digest";

/// The place of the generated code.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The folder of the package, from the root of the project. Empty for the root itself.
    package: String,
    /// The module, if the code is not a separate crate.
    module: Option<NestedModule>,
    /// The text of the package's manifest.
    manifest: String,
    /// The options of the generator, without the command.
    options: Options,
}

impl Target {
    /// Finds the place that the configuration names. Files that are `pending` are read instead of those
    /// on disk.
    ///
    /// # Errors
    ///
    /// Returns an error if the package has no manifest, or a manifest without a name.
    pub(crate) fn find(config: &Config, pending: &FileTree, context: &Context) -> Result<Self> {
        let project = &config.project;
        let module = match &project.target {
            TargetConfig::Crate(_) => None,
            TargetConfig::Module(folder) => Some(split_module(folder).1),
        };
        let mut target = Self {
            package: package_folder(&project.target),
            module,
            manifest: String::new(),
            options: Options::default(),
        };
        target.manifest = match pending.0.get(&target.manifest()) {
            Some(manifest) => manifest.clone(),
            None => target.read_manifest(context)?,
        };
        target.options = Options {
            command: String::new(),
            crate_name: target.crate_name(project, &target.manifest)?,
            layout: project.target.layout(),
            features: project.features.unwrap_or(match &target.module {
                None => Features::Catalogs,
                // A crate has its own features, which a module does not add to unless it is asked to.
                Some(_) => Features::None,
            }),
            enums: project.enums,
            list_queries: BTreeMap::new(),
        };
        Ok(target)
    }

    /// Returns the options of the generator. The headers of files name `command`.
    pub(crate) fn options(&self, config: &Config, command: &str, context: &Context) -> Options {
        let command = context
            .program
            .header_command(config.project.command, command);
        let queries = config.catalogs.iter().filter_map(|catalog| {
            let query = catalog.source.list_query()?;
            Some((catalog.name.clone(), query))
        });
        Options {
            command,
            list_queries: queries.collect(),
            ..self.options.clone()
        }
    }

    /// Returns the features that enable parts of the code.
    pub(crate) fn features(&self) -> Features {
        self.options.features
    }

    /// Returns `true` if the code is a module of a crate of the user.
    pub(crate) fn is_module(&self) -> bool {
        self.module.is_some()
    }

    /// Returns a path in the package as a path from the root of the project.
    pub(crate) fn path(&self, path: &str) -> String {
        match self.package.as_str() {
            "" => path.to_owned(),
            package => format!("{package}/{path}"),
        }
    }

    /// Returns the path of the manifest from the root of the project.
    pub(crate) fn manifest(&self) -> String {
        self.path(MANIFEST)
    }

    /// Returns the text of the manifest.
    pub(crate) fn manifest_text(&self) -> &str {
        &self.manifest
    }

    /// Returns the folder of generated sources, from the root of the project.
    pub(crate) fn sources(&self) -> String {
        self.path(self.sources_in_package())
    }

    /// Returns the folder of generated sources, from the root of the package.
    pub(crate) fn sources_in_package(&self) -> &str {
        self.module.as_ref().map_or("src", |module| &module.folder)
    }

    /// Returns the folder of digests, from the root of the project.
    pub(crate) fn digests(&self) -> String {
        match &self.module {
            None => self.path(DIGEST),
            Some(module) => self.path(&format!("{}/{DIGEST}", module.folder)),
        }
    }

    /// Returns the number of folders between the root of the project and that of the package.
    pub(crate) fn depth(&self) -> usize {
        let names = self.package.split('/');
        names.filter(|name| !name.is_empty()).count()
    }

    /// Reads the manifest of the package.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none.
    fn read_manifest(&self, context: &Context) -> Result<String> {
        let path = self.manifest();
        if let Some(manifest) = disk::read_if_there(&context.workspace.path(&path))? {
            return Ok(manifest);
        }
        match &self.module {
            None => bail!(
                "there is no {path}, the manifest of the generated crate; create the crate with {}, or correct `crate` in {CONFIG}",
                context.program.command("init")
            ),
            Some(_) => bail!(
                "there is no {path}, the manifest of the crate with the module; correct `module` in {CONFIG}"
            ),
        }
    }

    /// Returns the name of the crate in Rust code.
    fn crate_name(&self, project: &ProjectConfig, manifest: &str) -> Result<String> {
        if let Some(name) = &project.crate_name {
            return Ok(name.clone());
        }
        let path = self.manifest();
        let document: DocumentMut = manifest
            .parse()
            .with_context(|| format!("cannot read {path}"))?;
        let name = |table: &str| {
            let name = document.get(table)?.get("name");
            name.and_then(Item::as_str)
        };
        match name("lib").or_else(|| name("package")) {
            Some(name) => Ok(name.replace('-', "_")),
            None => bail!("{path} has no `package.name`; write one, or `crate_name` in {CONFIG}"),
        }
    }
}

/// Returns the folder of the package with the generated code, from the root of the project. Empty for
/// the root itself.
pub(crate) fn package_folder(target: &TargetConfig) -> String {
    match target {
        TargetConfig::Crate(folder) if folder == "." => String::new(),
        TargetConfig::Crate(folder) => folder.clone(),
        TargetConfig::Module(folder) => split_module(folder).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_the_folder_of_a_module() {
        for (folder, package, path, inside) in [
            ("src/tools", "", "tools", "src/tools"),
            (
                "crates/app/src/agent/tools",
                "crates/app",
                "agent::tools",
                "src/agent/tools",
            ),
        ] {
            let (found, module) = split_module(folder);
            assert_eq!(found, package);
            assert_eq!(module.path, path);
            assert_eq!(module.folder, inside);
        }
    }
}
