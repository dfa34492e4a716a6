//! `generate` on the command line.

use std::path::PathBuf;

use clap::Args;
use toolsmith_codegen::CatalogKind;
use toolsmith_codegen::options::McpEndpoint;

use super::{Pages, Request};
use crate::config::{address_problem, is_variable};
use crate::loosened::Loosened;
use crate::nearest::listed;
use crate::screen::Format;

/// The options of `generate`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// truto, mcp or functions [default: what the catalog's shape tells]
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: Option<CatalogKind>,
    /// The file of the catalog
    #[arg(long, value_name = "FILE", required_unless_present_any = ["url", "command"])]
    input: Option<PathBuf>,
    /// The MCP server to connect to; asked for its tools, without --input
    #[arg(long, value_name = "URL", value_parser = parse_url, conflicts_with = "command")]
    url: Option<String>,
    /// The variable that holds the bearer token of --url
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable, requires = "url")]
    token_env: Option<String>,
    /// The same for a server to start; takes the rest of the line
    #[arg(long, value_name = "PROGRAM", num_args = 1.., allow_hyphen_values = true)]
    command: Vec<String>,
    /// A variable that --command is given besides PATH and its like
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable, requires = "command")]
    env: Vec<String>,
    /// The crate's directory: new, empty, or written by this command
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The name of the crate
    #[arg(long, value_name = "CRATE")]
    name: String,
    /// The directory of toolsmith-runtime [default: this project's]
    #[arg(long, value_name = "PATH")]
    runtime: Option<PathBuf>,
    /// The catalog's name, in docs and logs [default: the crate's]
    #[arg(long, value_name = "NAME")]
    catalog: Option<String>,
    /// Write a digest too: the crate in Markdown, for coding agents
    #[arg(long)]
    digest: bool,
    /// Write nothing and exit with 1 if a place had to become Json
    #[arg(long)]
    deny_loosened: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl From<Arguments> for Request {
    fn from(arguments: Arguments) -> Self {
        let mut words = arguments.command.into_iter();
        let endpoint = match (arguments.url, words.next()) {
            (Some(url), _) => Some(McpEndpoint::Http {
                url,
                token_variable: arguments.token_env,
            }),
            (None, Some(program)) => Some(McpEndpoint::Command {
                program,
                arguments: words.collect(),
                variables: arguments.env,
            }),
            (None, None) => None,
        };
        Self {
            kind: arguments.kind,
            input: arguments.input,
            endpoint,
            out: arguments.out,
            name: arguments.name,
            runtime: arguments.runtime,
            catalog: arguments.catalog,
            pages: if arguments.digest {
                Pages::Written
            } else {
                Pages::None
            },
            loosened: if arguments.deny_loosened {
                Loosened::Denied
            } else {
                Loosened::Allowed
            },
            format: Format::of_flag(arguments.json),
        }
    }
}

fn parse_kind(text: &str) -> Result<CatalogKind, String> {
    let kind = CatalogKind::ALL
        .into_iter()
        .find(|kind| kind.name() == text);
    kind.ok_or_else(|| {
        format!(
            "the kinds are {}",
            listed(&CatalogKind::ALL.map(CatalogKind::name))
        )
    })
}

fn parse_url(text: &str) -> Result<String, String> {
    match address_problem("--url", text) {
        None => Ok(text.to_owned()),
        Some(what) => Err(what),
    }
}

fn parse_variable(text: &str) -> Result<String, String> {
    if is_variable(text) {
        return Ok(text.to_owned());
    }
    // What stands here instead of a name may be a secret.
    Err("this is to name an environment variable, not to hold its value".to_owned())
}
