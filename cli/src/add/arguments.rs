//! The arguments of `add`.

use clap::{ArgGroup, Args, Subcommand};
use toml_edit::{Array, InlineTable, Table, Value, value};
use toolsmith_codegen::options::CatalogKind;

use super::Request;
use crate::config::{checked_address, parse_url, parse_variable};
use crate::screen::Format;

/// The arguments of `add`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Add the tools of a connected account of Truto
    Truto(Truto),
    /// Add the tools of an MCP server
    Mcp(Mcp),
    /// Add a file of function definitions
    Functions(Functions),
}

#[derive(Debug, Args)]
#[expect(clippy::doc_markdown, reason = "clap shows the text without markup")]
struct Truto {
    #[command(flatten)]
    common: Common,
    /// The variable with the id of the account [default: NAME_ACCOUNT_ID]
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable)]
    account_env: Option<String>,
    /// List the tools of an integration, without an account
    #[arg(long, value_name = "SLUG")]
    integration: Option<String>,
    /// The variable with the token [default: TRUTO_API_TOKEN]
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable)]
    token_env: Option<String>,
    /// The address of the API [default: https://api.truto.one]
    #[arg(long, value_name = "URL", value_parser = parse_base_url)]
    base_url: Option<String>,
    /// Fetch only these methods, or groups of methods: read,write,custom
    #[arg(long, value_name = "METHOD", value_delimiter = ',')]
    methods: Vec<String>,
    /// Fetch only tools with one of these tags
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("server").args(["url", "url_env", "command"]).required(true))]
struct Mcp {
    #[command(flatten)]
    common: Common,
    /// The URL of a server over HTTP
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    url: Option<String>,
    /// The variable with the URL, if it is a secret
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable)]
    url_env: Option<String>,
    /// The variable with the token of --url
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable, conflicts_with = "command")]
    token_env: Option<String>,
    /// The command of a server, with its arguments; put it last
    #[arg(long, value_name = "PROGRAM", num_args = 1.., allow_hyphen_values = true)]
    command: Vec<String>,
    /// An environment variable to pass to --command
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable, requires = "command")]
    env: Vec<String>,
}

#[derive(Debug, Args)]
struct Functions {
    #[command(flatten)]
    common: Common,
    /// The file of function definitions
    #[arg(long, value_name = "FILE")]
    file: std::path::PathBuf,
}

#[derive(Debug, Args)]
#[expect(clippy::doc_markdown, reason = "clap shows the text without markup")]
struct Common {
    /// The name of the catalog, which becomes a module: the_auth_api
    #[arg(value_name = "NAME")]
    name: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl From<Arguments> for Request {
    fn from(arguments: Arguments) -> Self {
        match arguments.kind {
            Kind::Truto(truto) => truto.into_request(),
            Kind::Mcp(mcp) => mcp.into_request(),
            Kind::Functions(functions) => functions.into_request(),
        }
    }
}

impl Truto {
    fn into_request(self) -> Request {
        let mut keys = keys(CatalogKind::Truto);
        let default = || format!("{}_ACCOUNT_ID", self.common.name.to_uppercase());
        // With an integration, the configuration has the same default.
        let account = match &self.integration {
            None => Some(self.account_env.unwrap_or_else(default)),
            Some(_) => self.account_env,
        };
        if let Some(account) = account {
            keys.insert("account", variable(&account));
        }
        if let Some(integration) = self.integration {
            keys.insert("integration", value(integration));
        }
        if let Some(token) = &self.token_env {
            keys.insert("token", variable(token));
        }
        if let Some(base_url) = self.base_url {
            keys.insert("base_url", value(base_url));
        }
        for (key, names) in [("methods", self.methods), ("tags", self.tags)] {
            if !names.is_empty() {
                keys.insert(key, value(Array::from_iter(names)));
            }
        }
        self.common.request(keys)
    }
}

impl Mcp {
    fn into_request(self) -> Request {
        let mut keys = keys(CatalogKind::Mcp);
        if let Some(url) = self.url {
            keys.insert("url", value(url));
        }
        if let Some(url) = &self.url_env {
            keys.insert("url", variable(url));
        }
        if let Some(token) = &self.token_env {
            keys.insert("token", variable(token));
        }
        let mut words = self.command.into_iter();
        if let Some(program) = words.next() {
            keys.insert("command", value(program));
            let arguments: Array = words.collect();
            if !arguments.is_empty() {
                keys.insert("args", value(arguments));
            }
            if !self.env.is_empty() {
                keys.insert("env", value(self.env.into_iter().collect::<Array>()));
            }
        }
        self.common.request(keys)
    }
}

impl Functions {
    fn into_request(self) -> Request {
        let keys = keys(CatalogKind::Functions);
        Request {
            file: Some(self.file),
            ..self.common.request(keys)
        }
    }
}

impl Common {
    fn request(self, keys: Table) -> Request {
        Request {
            name: self.name,
            keys,
            file: None,
            format: Format::of_flag(self.json),
        }
    }
}

fn keys(kind: CatalogKind) -> Table {
    let mut keys = Table::new();
    keys.insert("kind", value(kind.as_str()));
    keys
}

/// Returns `{ env = "NAME" }`.
fn variable(name: &str) -> toml_edit::Item {
    let mut table = InlineTable::new();
    table.insert("env", Value::from(name));
    value(table)
}

fn parse_base_url(text: &str) -> Result<String, String> {
    checked_address("--base-url", text)
}
