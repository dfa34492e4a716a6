//! What `toolsmith.toml` says: which catalogs there are, and where each comes from.

mod catalog;
mod reader;
mod source;
#[cfg(test)]
mod tests;
mod values;

use anyhow::{Result, bail};
use toml::de::DeTable;
use toolsmith_codegen::{CatalogKind, CatalogSource, Diagnostics};
use toolsmith_codegen::options::{AccountSettings, Identifiers, McpEndpoint};

use crate::disk;
use crate::nearest::{listed, nearest};
use crate::workspace::{CONFIG, Workspace};

use self::reader::Reader;
pub(crate) use self::values::{address_problem, is_variable};

/// The variable that overrides the address of every catalog.
pub(crate) const BASE_URL_VARIABLE: &str = "TRUTO_API_BASE_URL";

/// Where Truto is, unless something else is said.
pub(crate) const BASE_URL: &str = "https://api.truto.one";

/// The variable that holds the token, unless a catalog names another.
pub(crate) const TOKEN_VARIABLE: &str = "TRUTO_API_TOKEN";

/// What is looked at where that one is not set.
pub(crate) const TOKEN_FALLBACK: &str = "TRUTO_API_KEY";

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// The catalogs, by name.
    pub(crate) catalogs: Vec<CatalogConfig>,
}

/// One catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogConfig {
    /// Its name.
    pub(crate) name: String,
    /// Where it comes from.
    pub(crate) source: Source,
    /// Whether identifiers become types of their own.
    pub(crate) identifiers: Identifiers,
    /// The catalog as last fetched, from the root.
    pub(crate) snapshot: String,
    /// The corrections, from the root.
    pub(crate) overlay: String,
    /// The names given so far, from the root.
    pub(crate) lock: String,
}

/// Where a catalog comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A connected account.
    Truto(TrutoSource),
    /// An MCP server.
    Mcp(McpEndpoint),
    /// A file of function definitions.
    Functions {
        /// Its path from the root.
        file: String,
    },
}

/// A connected account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrutoSource {
    /// The variable that holds the connected account.
    pub(crate) account_variable: String,
    /// The variables that may hold the token; the first one set wins.
    pub(crate) token_variables: Vec<String>,
    /// The address of the platform.
    pub(crate) base_url: String,
    /// Which tools are asked for.
    pub(crate) filter: Filter,
}

impl Source {
    /// What kind of document it gives.
    pub(crate) fn kind(&self) -> CatalogKind {
        match self {
            Self::Truto(_) => CatalogKind::Truto,
            Self::Mcp(_) => CatalogKind::Mcp,
            Self::Functions { .. } => CatalogKind::Functions,
        }
    }

    /// How the client that is generated from it makes its calls.
    pub(crate) fn transport(&self) -> CatalogSource {
        match self {
            Self::Truto(source) => CatalogSource::Truto(AccountSettings {
                base_url: source.base_url.clone(),
                base_url_variable: BASE_URL_VARIABLE.to_owned(),
                token_variables: source.token_variables.clone(),
                account_variable: source.account_variable.clone(),
            }),
            Self::Mcp(server) => CatalogSource::Mcp(Some(server.clone())),
            Self::Functions { .. } => CatalogSource::Functions,
        }
    }
}

/// Which tools of an account are asked for. What is empty asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// `list`, `read`, `custom` and so on.
    pub(crate) methods: Vec<String>,
    /// The tags.
    pub(crate) tags: Vec<String>,
    /// Only tools with a description, or only those without.
    pub(crate) has_description: Option<bool>,
}

impl Config {
    /// Reads `toolsmith.toml`.
    ///
    /// # Errors
    ///
    /// It cannot be read, or says something that cannot be meant: every such place at once.
    pub(crate) fn load(workspace: &Workspace) -> Result<Self> {
        let text = disk::read(&workspace.path(CONFIG))?;
        Ok(Self::parse(&text)?)
    }

    /// Reads the text of `toolsmith.toml`.
    ///
    /// # Errors
    ///
    /// Every place that says something that cannot be meant.
    pub(crate) fn parse(text: &str) -> Result<Self, Diagnostics> {
        let mut reader = Reader::new(CONFIG, text);
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            // Only the message: the line itself may hold a secret.
            let span = error.span().unwrap_or_default();
            reader.report(span, error.message().trim_end_matches('.'));
        }
        // What follows from a slip in the syntax is noise.
        reader.finish()?;
        let mut reader = Reader::new(CONFIG, text);
        let catalogs = catalog::parse_catalogs(&mut reader, root.get_ref());
        reader.finish()?;
        Ok(Self { catalogs })
    }

    /// The catalogs of these names, or all if no name is given.
    ///
    /// # Errors
    ///
    /// A name that no catalog has.
    pub(crate) fn named(&self, names: &[String]) -> Result<Vec<&CatalogConfig>> {
        let known = || self.catalogs.iter().map(|catalog| catalog.name.as_str());
        for name in names {
            if !known().any(|known| known == name) {
                let near = nearest(name, known());
                let names: Vec<&str> = known().collect();
                match near.as_slice() {
                    [] => bail!(
                        "there is no catalog `{name}` in {CONFIG}; the catalogs are {}",
                        listed(&names)
                    ),
                    near => bail!(
                        "there is no catalog `{name}` in {CONFIG}; is {} meant?",
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
