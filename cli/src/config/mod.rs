//! The configuration in `toolsmith.toml`: the catalogs and their sources.

mod catalog;
mod parse;
mod project;
mod reader;
mod runtime;
mod source;
#[cfg(test)]
mod tests;
mod values;

use std::fmt::Write as _;

use anyhow::{Result, bail};
use toml::de::DeTable;
use toolsmith_codegen::options::{
    AccountSettings, CatalogKind, Identifiers, McpSettings, Selection, UnreadableTools,
};
use toolsmith_codegen::{CatalogSource, Diagnostics};

use crate::system::disk;
use crate::text::nearest::{all_listed, listed, nearest};
use crate::workspace::{CONFIG, TOMBSTONES, Workspace};

pub(crate) use self::parse::{checked_address, parse_url, parse_variable};
pub(crate) use self::project::{ProjectConfig, TargetConfig, split_module};
pub(crate) use self::reader::Reader;
#[cfg(test)]
pub(crate) use self::runtime::GitReference;
pub(crate) use self::runtime::{RuntimeSource, parse_git_url};
pub(crate) use self::values::{is_catalog_name, name_help, scheme_problem};

/// The variable that overrides the address of Truto.
pub(crate) const BASE_URL_VARIABLE: &str = "TRUTO_API_BASE_URL";

/// The default address of Truto.
pub(crate) const BASE_URL: &str = "https://api.truto.one";

/// The variable that holds the token by default.
pub(crate) const TOKEN_VARIABLE: &str = "TRUTO_API_TOKEN";

/// The variable that is read if [`TOKEN_VARIABLE`] is not set.
pub(crate) const TOKEN_FALLBACK: &str = "TRUTO_API_KEY";

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// The generated code.
    pub(crate) project: ProjectConfig,
    /// The catalogs, sorted by name.
    pub(crate) catalogs: Vec<CatalogConfig>,
}

/// One catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogConfig {
    /// Its name.
    pub(crate) name: String,
    /// Its source.
    pub(crate) source: ConfiguredSource,
    /// The types of identifiers.
    pub(crate) identifiers: Identifiers,
    /// The treatment of tools that cannot be read.
    pub(crate) unreadable: UnreadableTools,
    /// The tools to generate code for.
    pub(crate) selection: Selection,
    /// The path of the snapshot, from the root.
    pub(crate) snapshot: String,
    /// The path of the overlay, from the root.
    pub(crate) overlay: String,
    /// `true` if the configuration names the overlay.
    pub(crate) is_overlay_named: bool,
    /// The path of the lock, from the root.
    pub(crate) lock: String,
    /// The path of the tombstones, from the root, if the project keeps some.
    pub(crate) tombstones: Option<String>,
}

/// The source of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConfiguredSource {
    /// A connected account.
    Truto {
        /// Its address and the variables with its credentials.
        settings: AccountSettings,
        /// The identifier or slug of the integration whose tools are listed instead of those of the
        /// account.
        integration: Option<String>,
        /// The tools to request.
        filter: Filter,
    },
    /// An MCP server.
    Mcp(McpSettings),
    /// A file of function definitions.
    Functions {
        /// Its path from the root.
        file: String,
    },
}

impl ConfiguredSource {
    /// Returns the query of the request that lists the tools of an account, unless it lists all of them.
    pub(crate) fn list_query(&self) -> Option<String> {
        match self {
            Self::Truto { filter, .. } => filter.query(),
            Self::Mcp(_) | Self::Functions { .. } => None,
        }
    }

    /// Returns the kind of its catalog.
    pub(crate) fn kind(&self) -> CatalogKind {
        match self {
            Self::Truto { .. } => CatalogKind::Truto,
            Self::Mcp(_) => CatalogKind::Mcp,
            Self::Functions { .. } => CatalogKind::Functions,
        }
    }

    /// Returns the source for the generator.
    pub(crate) fn for_generator(&self) -> CatalogSource {
        match self {
            Self::Truto { settings, .. } => CatalogSource::Truto(settings.clone()),
            Self::Mcp(endpoint) => CatalogSource::Mcp(Some(endpoint.clone())),
            Self::Functions { .. } => CatalogSource::Functions,
        }
    }
}

/// A filter of the tools of an account. An empty field matches all tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Methods or groups of methods, such as `list`, `read` and `custom`.
    pub(crate) methods: Vec<String>,
    /// Tags.
    pub(crate) tags: Vec<String>,
    /// `true` for tools with a description only.
    pub(crate) has_description: bool,
}

impl Filter {
    /// Returns the query of the request that lists the tools, as a generated client sends it; `None` for
    /// all tools.
    fn query(&self) -> Option<String> {
        if self.methods.is_empty() && self.tags.is_empty() && !self.has_description {
            return None;
        }
        let encode = |names: &[String]| -> String {
            let mut encoded = String::new();
            for byte in names.join(",").bytes() {
                match byte {
                    b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
                    byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
                    byte => {
                        let _ = write!(encoded, "%{byte:02X}");
                    }
                }
            }
            encoded
        };
        let lists = [("methods", &self.methods), ("tags", &self.tags)];
        let lists = lists.iter().filter(|(_, names)| !names.is_empty());
        let lists = lists.map(|(key, names)| format!("{key}={}&", encode(names)));
        let lists: String = lists.collect();
        Some(format!("{lists}has_description={}", self.has_description))
    }
}

impl Config {
    /// Reads `toolsmith.toml`.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, or every error in it.
    pub(crate) fn load(workspace: &Workspace) -> Result<Self> {
        let text = disk::read(&workspace.path(CONFIG))?;
        Ok(Self::parse(&text)?)
    }

    /// Parses the contents of `toolsmith.toml`.
    ///
    /// # Errors
    ///
    /// Returns every error in it.
    pub(crate) fn parse(text: &str) -> Result<Self, Diagnostics> {
        let mut reader = Reader::new(CONFIG, text);
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            // The message only, because the line may contain a secret.
            let span = error.span().unwrap_or_default();
            let message = error.message().trim_end_matches('.');
            let key = text
                .get(span.clone())
                .filter(|_| message == "duplicate key");
            let key = key.map_or_else(String::new, |key| format!(" `{key}`"));
            reader.report(span, &format!("{message}{key}"));
        }
        // Errors that follow from a syntax error are noise.
        reader.finish()?;
        let mut reader = Reader::new(CONFIG, text);
        let project = project::parse_project(&mut reader, root.get_ref());
        let mut catalogs = catalog::parse_catalogs(&mut reader, root.get_ref(), &project.target);
        for catalog in catalogs.iter_mut().filter(|_| project.tombstones) {
            let snapshot = &catalog.snapshot;
            let stem = snapshot.strip_suffix(".json").unwrap_or(snapshot);
            catalog.tombstones = Some(format!("{stem}{TOMBSTONES}"));
        }
        reader.finish()?;
        Ok(Self { project, catalogs })
    }

    /// Returns the catalogs with these names, or all if `names` is empty.
    ///
    /// # Errors
    ///
    /// Returns an error if a catalog does not exist.
    pub(crate) fn named(&self, names: &[String]) -> Result<Vec<&CatalogConfig>> {
        let known = || self.catalogs.iter().map(|catalog| catalog.name.as_str());
        for name in names {
            if !known().any(|known| known == name) {
                let near = nearest(name, known());
                let names: Vec<&str> = known().collect();
                match near.as_slice() {
                    _ if names.is_empty() => bail!("there are no catalogs in {CONFIG} yet"),
                    [] if names.len() == 1 => bail!(
                        "there is no catalog `{name}` in {CONFIG}; the only catalog is {}",
                        listed(&names)
                    ),
                    [] => bail!(
                        "there is no catalog `{name}` in {CONFIG}; the catalogs are {}",
                        all_listed(&names)
                    ),
                    near => bail!(
                        "there is no catalog `{name}` in {CONFIG}; did you mean {}?",
                        listed(near)
                    ),
                }
            }
        }
        let is_wanted =
            |catalog: &&CatalogConfig| names.is_empty() || names.contains(&catalog.name);
        Ok(self.catalogs.iter().filter(is_wanted).collect())
    }
}
