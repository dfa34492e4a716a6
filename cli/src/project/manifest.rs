//! A manifest of Cargo.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use toml_edit::{DocumentMut, Item, TableLike};

use crate::system::disk;

/// The name of the file.
pub(crate) const FILE: &str = "Cargo.toml";

/// A `Cargo.toml`.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    /// The directory that contains it.
    pub(crate) directory: PathBuf,
    /// Its text.
    pub(crate) text: String,
    document: DocumentMut,
}

/// The keys that a workspace defines for its members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Inherited {
    /// `true` if it defines the edition.
    pub(crate) edition: bool,
    /// The minimum version of Rust.
    pub(crate) rust_version: Option<String>,
    /// The key of the license.
    pub(crate) license: Option<LicenseKey>,
    /// The lints that it defines.
    pub(crate) lints: InheritedLints,
    /// The dependencies, by name.
    pub(crate) dependencies: Vec<String>,
}

/// The lints of a workspace, as the generated code can inherit them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum InheritedLints {
    /// The workspace defines none.
    #[default]
    None,
    /// All of them can be inherited.
    All,
    /// Some of them are forbidden, so that generated code, which allows lints, may not compile.
    Forbidding,
}

/// The key of a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LicenseKey {
    /// `license`: an SPDX expression.
    Expression,
    /// `license-file`: a path.
    File,
}

impl Manifest {
    /// Reads the manifest in a directory, if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if it exists and is not valid TOML.
    pub(crate) fn read(directory: &Path) -> Result<Option<Self>> {
        let path = directory.join(FILE);
        let Some(text) = disk::read_if_there(&path)? else {
            return Ok(None);
        };
        let document: DocumentMut = text
            .parse()
            .with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Some(Self {
            directory: directory.to_owned(),
            text,
            document,
        }))
    }

    /// Returns `true` if it is the root of a workspace.
    pub(crate) fn is_workspace(&self) -> bool {
        self.document.contains_key("workspace")
    }

    /// Returns `true` if it describes a package.
    pub(crate) fn is_package(&self) -> bool {
        self.document.contains_key("package")
    }

    /// Returns the name of the package.
    pub(crate) fn name(&self) -> Option<&str> {
        self.table("package")?.get("name")?.as_str()
    }

    /// Returns `true` if the package has the edition 2015, which Cargo assumes without the key.
    pub(crate) fn is_of_2015(&self) -> bool {
        let Some(package) = self.table("package") else {
            return false;
        };
        match package.get("edition") {
            None => true,
            // Otherwise it is inherited.
            Some(edition) => edition.as_str() == Some("2015"),
        }
    }

    /// Returns the name of the package's library in Rust code, if it has one.
    pub(crate) fn library_name(&self) -> Option<String> {
        let library = self.table("lib");
        let named = library.and_then(|library| library.get("name")?.as_str());
        let has_library = library.is_some() || self.directory.join("src/lib.rs").is_file();
        let name = named.or(self.name()).filter(|_| has_library);
        name.map(|name| name.replace('-', "_"))
    }

    /// Returns the path of the workspace that the package names.
    pub(super) fn workspace_path(&self) -> Option<&str> {
        self.table("package")?.get("workspace")?.as_str()
    }

    /// Returns `true` if the package has a dependency of this name, or a renamed one.
    pub(crate) fn depends_on(&self, name: &str) -> bool {
        let Some(dependencies) = self.table("dependencies") else {
            return false;
        };
        dependencies.iter().any(|(key, dependency)| {
            let renamed = dependency.get("package").and_then(Item::as_str);
            renamed.unwrap_or(key) == name
        })
    }

    /// Returns the paths in a list of the workspace: `members` or `exclude`.
    pub(super) fn workspace_list(&self, key: &str) -> Vec<&str> {
        let list = self.table("workspace").and_then(|table| table.get(key));
        let list = list.and_then(Item::as_array);
        list.into_iter()
            .flat_map(|list| list.iter().filter_map(toml_edit::Value::as_str))
            .collect()
    }

    /// Returns the version of the package that its members inherit, if this is a workspace with one.
    pub(crate) fn workspace_version(&self) -> Option<&str> {
        let package = self.table("workspace")?.get("package")?;
        package.as_table_like()?.get("version")?.as_str()
    }

    /// Returns the keys that this workspace defines for its members.
    pub(crate) fn inherited(&self) -> Inherited {
        let Some(workspace) = self.table("workspace") else {
            return Inherited::default();
        };
        let package = workspace.get("package").and_then(Item::as_table_like);
        let key = |key: &str| package.and_then(|package| package.get(key));
        let names = |table: &dyn TableLike| -> Vec<String> {
            table.iter().map(|(name, _)| name.to_owned()).collect()
        };
        let dependencies = workspace.get("dependencies").and_then(Item::as_table_like);
        Inherited {
            edition: key("edition").is_some(),
            rust_version: key("rust-version").and_then(|it| Some(it.as_str()?.to_owned())),
            license: match (key("license"), key("license-file")) {
                (Some(_), _) => Some(LicenseKey::Expression),
                (None, Some(_)) => Some(LicenseKey::File),
                (None, None) => None,
            },
            lints: inherited_lints(workspace.get("lints")),
            dependencies: dependencies.map(names).unwrap_or_default(),
        }
    }

    fn table(&self, key: &str) -> Option<&dyn TableLike> {
        self.document.get(key)?.as_table_like()
    }
}

/// Returns how a crate can inherit the lints of a workspace. Generated code never allows `unsafe_code`.
fn inherited_lints(lints: Option<&Item>) -> InheritedLints {
    let Some(lints) = lints else {
        return InheritedLints::None;
    };
    let tools = lints.as_table_like();
    let tools = tools.iter().flat_map(|tools| tools.iter());
    let mut levels = tools.flat_map(|(_, lints)| {
        let lints = lints.as_table_like();
        lints.into_iter().flat_map(|lints| lints.iter())
    });
    let is_forbidden = |(name, level): (&str, &Item)| {
        let level = level.as_str().or_else(|| level.get("level")?.as_str());
        name != "unsafe_code" && level == Some("forbid")
    };
    if levels.any(is_forbidden) {
        InheritedLints::Forbidding
    } else {
        InheritedLints::All
    }
}
