//! The input of generation: catalogs and options.

mod catalog_name;
mod selection;

use std::collections::BTreeMap;
use std::fmt;

pub use catalog_name::is_reserved_catalog_name;
pub use selection::{PatternError, Selection, ToolPattern};

/// A catalog to generate from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogInput {
    /// The name of the module, of the feature, and of the files: `the_auth_api`.
    pub name: String,
    /// The snapshot: the catalog as last fetched.
    pub snapshot: SourceText,
    /// The overlay: hand-written corrections.
    pub overlay: Option<SourceText>,
    /// The lock: the names given so far.
    pub lock: Option<SourceText>,
    /// The tombstones: the removed tools that stay for one release.
    pub tombstones: Option<SourceText>,
    /// The source of the catalog.
    pub source: CatalogSource,
    /// The types of identifiers.
    pub identifiers: Identifiers,
    /// The treatment of tools that cannot be read.
    pub unreadable: UnreadableTools,
    /// The tools to generate code for.
    pub selection: Selection,
}

impl CatalogInput {
    /// Creates the input of a catalog with the default options, without an overlay and a lock.
    #[must_use]
    pub fn new(name: impl Into<String>, source: CatalogSource, snapshot: SourceText) -> Self {
        Self {
            name: name.into(),
            snapshot,
            overlay: None,
            lock: None,
            tombstones: None,
            source,
            identifiers: Identifiers::default(),
            unreadable: UnreadableTools::default(),
            selection: Selection::default(),
        }
    }
}

/// The treatment of tools that cannot be read: their schema is invalid, their name cannot be used, or
/// the entry of the list is not a tool at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnreadableTools {
    /// They are errors.
    #[default]
    Refused,
    /// They are left out and listed in the report. A catalog of which nothing remains is an error.
    Skipped,
}

/// The source of a catalog, which decides how the generated client calls its tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogSource {
    /// A connected account, called over the HTTP API of Truto.
    Truto(AccountSettings),
    /// An MCP server, called through a session. With `None`, the caller of the generated client
    /// provides the server.
    Mcp(Option<McpSettings>),
    /// Function definitions, called through a trait that the user implements.
    Functions,
}

impl CatalogSource {
    /// Returns the kind of the catalog.
    #[must_use]
    pub fn kind(&self) -> CatalogKind {
        match self {
            Self::Truto(_) => CatalogKind::Truto,
            Self::Mcp(_) => CatalogKind::Mcp,
            Self::Functions => CatalogKind::Functions,
        }
    }
}

/// The address of a connected account, and the environment variables with its credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountSettings {
    /// The base URL of the platform.
    pub base_url: String,
    /// The environment variable that overrides the base URL.
    pub base_url_variable: String,
    /// The environment variables with the token; the first that is set is used.
    pub token_variables: Vec<String>,
    /// The environment variable with the identifier of the account.
    pub account_variable: String,
}

/// The way to reach an MCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum McpSettings {
    /// A server that is reached over streamable HTTP.
    Http {
        /// The URL of the server.
        url: McpUrl,
        /// The environment variable with the bearer token.
        token_variable: Option<String>,
    },
    /// A server that runs as a child process and is reached over its standard input and output.
    Command {
        /// The program.
        program: String,
        /// The arguments of the program.
        arguments: Vec<String>,
        /// The environment variables that the program inherits, in addition to a few common ones.
        variables: Vec<String>,
    },
}

/// The URL of an MCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum McpUrl {
    /// The URL itself, which the generated client contains.
    Literal(String),
    /// The environment variable that holds the URL, because its path or query is a secret.
    Variable(String),
}

/// The types of identifiers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Identifiers {
    /// One type for each kind of identifier: `accountId` is an `AccountId`.
    #[default]
    Typed,
    /// Strings: `accountId` is a `String`.
    Plain,
}

/// The kind of a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogKind {
    /// The tools of a connected account, as listed by Truto.
    Truto,
    /// The tools of a Model Context Protocol server: the result of `tools/list`.
    Mcp,
    /// Function definitions for a model, in the form of OpenAI, of Anthropic, or with an
    /// `inputSchema`.
    Functions,
}

impl CatalogKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Truto, Self::Mcp, Self::Functions];

    /// Returns the name of the kind in configuration files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Truto => "truto",
            Self::Mcp => "mcp",
            Self::Functions => "functions",
        }
    }
}

impl fmt::Display for CatalogKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The text of a file, and its name for error messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The path of the file, with `/`.
    pub file: String,
    /// The text of the file.
    pub text: String,
}

impl SourceText {
    /// Creates the text of a file.
    #[must_use]
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            text: text.into(),
        }
    }
}

/// Options for the generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The command that regenerates the code, for the header of each file: `cargo toolsmith regen`.
    pub command: String,
    /// The name of the crate in Rust code: `generated`.
    pub crate_name: String,
    /// The layout of the modules.
    pub layout: Layout,
    /// The Cargo features that enable parts of the code.
    pub features: Features,
    /// The treatment of values that a later catalog may add.
    pub enums: Enums,
    /// The query of the request that lists the tools of an account, by catalog: `methods=list`. Clients list
    /// the tools with it to compare them. By default, the query is `has_description=false`.
    pub list_queries: BTreeMap<String, String>,
}

/// The layout of the modules of a catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Layout {
    /// The root of a crate, with one module for each catalog.
    #[default]
    Modules,
    /// The root of a crate with a single catalog.
    Root,
    /// A module of a crate that has other modules, with one module inside it for each catalog.
    Nested(NestedModule),
}

/// The module of a crate in which code is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NestedModule {
    /// Its path from the root of the crate, `::` between names: `tools`, or `agents::tools`.
    pub path: String,
    /// Its folder from the root of the package, with `/`: `src/tools`.
    pub folder: String,
}

/// The Cargo features that enable parts of the code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Features {
    /// None: all code is always compiled. A crate with a single catalog never has others.
    None,
    /// One for each catalog.
    #[default]
    Catalogs,
    /// One for each catalog, and one for each of its resources and of its tools without a resource.
    /// The features of a catalog are in [`GeneratedCrate::features`](crate::GeneratedCrate::features).
    Resources,
}

/// The treatment of values that a later catalog may add to an enum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Enums {
    /// Enums are `#[non_exhaustive]`: a new value breaks no `match`.
    #[default]
    Open,
    /// A `match` on an enum covers all values, and a new value is a compile error.
    Exhaustive,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            command: "cargo xtask regen".to_owned(),
            crate_name: "generated".to_owned(),
            layout: Layout::default(),
            features: Features::default(),
            enums: Enums::default(),
            list_queries: BTreeMap::new(),
        }
    }
}
