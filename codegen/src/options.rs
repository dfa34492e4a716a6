//! What a caller hands in: the catalogs and how the crate is to be written.

/// One catalog to generate from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The name: a module, a feature and the stem of its files, as in `the_auth_api`.
    pub name: String,
    /// What the document is.
    pub kind: Kind,
    /// The catalog as last fetched.
    pub snapshot: Document,
    /// Hand-written corrections, if there are any.
    pub overlay: Option<Document>,
    /// The names given so far, if there are any.
    pub lock: Option<Document>,
    /// The address of the platform.
    pub base_url: String,
    /// The variable that overrides the address while the program runs.
    pub base_url_variable: String,
    /// The variables that may hold the token while the program runs; the first one set wins.
    pub token_variables: Vec<String>,
    /// The variable that holds the identifier of the connected account while the program runs.
    pub account_variable: String,
    /// Whether identifiers become types of their own.
    pub identifiers: Identifiers,
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
pub enum Kind {
    /// The tools of a connected account, as Truto lists them.
    Truto,
}

/// A text and what to call it in errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            command: "cargo xtask regen".to_owned(),
        }
    }
}
