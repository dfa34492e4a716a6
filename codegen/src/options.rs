//! What a caller hands in: the catalogs and how the crate is to be written.

/// One catalog to generate from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogInput {
    /// The name: a module, a feature and the stem of its files, as in `the_auth_api`.
    pub name: String,
    /// The catalog as last fetched.
    pub snapshot: SourceText,
    /// Hand-written corrections, if there are any.
    pub overlay: Option<SourceText>,
    /// The names given so far, if there are any.
    pub lock: Option<SourceText>,
    /// The source of the catalog.
    pub source: CatalogSource,
    /// Whether identifiers become types of their own.
    pub identifiers: Identifiers,
}

/// How the client of a catalog makes its calls, which follows from the kind of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogSource {
    /// Over HTTP, as Truto wants it.
    Truto(AccountSettings),
    /// Through a session with an MCP server; `None` if whoever makes the client is to name it.
    Mcp(Option<McpEndpoint>),
    /// Through a trait that the user implements.
    Functions,
}

impl CatalogSource {
    /// The kind of catalog that is called so.
    #[must_use]
    pub fn kind(&self) -> CatalogKind {
        match self {
            Self::Truto(_) => CatalogKind::Truto,
            Self::Mcp(_) => CatalogKind::Mcp,
            Self::Functions => CatalogKind::Functions,
        }
    }
}

/// Where a connected account is found while the program runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountSettings {
    /// The address of the platform.
    pub base_url: String,
    /// The variable that overrides the address.
    pub base_url_variable: String,
    /// The variables that may hold the token; the first one set wins.
    pub token_variables: Vec<String>,
    /// The variable that holds the identifier of the connected account.
    pub account_variable: String,
}

/// An MCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum McpEndpoint {
    /// One that answers over streamable HTTP.
    Http {
        /// Its address.
        url: String,
        /// The variable that holds a bearer token, if it takes one.
        token_variable: Option<String>,
    },
    /// One that runs as a child process and is spoken to over its standard input and output.
    Command {
        /// The program.
        program: String,
        /// Its arguments.
        arguments: Vec<String>,
        /// The variables that it gets besides those that every program needs.
        variables: Vec<String>,
    },
}

/// Whether identifiers become types of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Identifiers {
    /// `accountId` is an `AccountId`.
    #[default]
    Typed,
    /// `accountId` is a `String`.
    Plain,
}

/// What kind of document a catalog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatalogKind {
    /// The tools of a connected account, as Truto lists them.
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

    /// The name, as configurations have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Truto => "truto",
            Self::Mcp => "mcp",
            Self::Functions => "functions",
        }
    }
}

/// A text and what to call it in errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The path as a person would type it, with `/`.
    pub file: String,
    /// What it says.
    pub text: String,
}

/// How the crate is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The command that the header of each file names: `cargo xtask regen`.
    pub command: String,
    /// The package as a program names it: `generated`.
    pub crate_name: String,
    /// Where the modules of a catalog stand.
    pub layout: Layout,
}

/// Where the modules of a catalog stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// In a module of the crate, behind a feature, one for each catalog.
    #[default]
    Modules,
    /// At the root of a crate that holds this catalog alone.
    Root,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            command: "cargo xtask regen".to_owned(),
            crate_name: "generated".to_owned(),
            layout: Layout::default(),
        }
    }
}
