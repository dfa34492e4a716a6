//! The arguments of `generate`.

use std::path::PathBuf;

use clap::Args;
use toolsmith_codegen::options::{CatalogKind, McpSettings, McpUrl};

use super::{Pages, Request};
use crate::catalogs::Mode;
use crate::config::{parse_url, parse_variable};
use crate::findings::loosened::Loosened;
use crate::regen::Consent;
use crate::screen::Format;
use crate::text::nearest::all_listed;

/// The arguments of `generate`.
#[derive(Debug, Args)]
#[expect(clippy::doc_markdown, reason = "clap shows the text without markup")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a separate flag on the command line, and becomes an enum"
)]
pub(crate) struct Arguments {
    /// The kind of catalog: truto, mcp or functions [default: detected]
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: Option<CatalogKind>,
    /// The catalog file [default: fetched from the server or account]
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The URL of an MCP server; its tools are fetched without --input
    #[arg(long, value_name = "URL", value_parser = parse_url, conflicts_with_all = ["command", "url_env"])]
    url: Option<String>,
    /// The variable with the URL, if it is a secret
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable, conflicts_with = "command")]
    url_env: Option<String>,
    /// The variable with the token of --url, or of the account
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable, conflicts_with = "command")]
    token_env: Option<String>,
    /// The variable with the id of the account [default: NAME_ACCOUNT_ID]
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable, conflicts_with_all = ["url", "url_env", "command"])]
    account_env: Option<String>,
    /// The command of an MCP server, with its arguments; put it last
    #[arg(long, value_name = "PROGRAM", num_args = 1.., allow_hyphen_values = true)]
    command: Vec<String>,
    /// An environment variable to pass to --command
    #[arg(long, value_name = "VARIABLE", value_parser = parse_variable, requires = "command")]
    env: Vec<String>,
    /// The directory of the crate: new, empty, or written by this command
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The name of the crate
    #[arg(long, value_name = "CRATE")]
    name: String,
    /// The directory of toolsmith-runtime [default: a released version]
    #[arg(long = "runtime-path", alias = "runtime", value_name = "PATH")]
    runtime: Option<PathBuf>,
    /// The catalog's name in docs and logs [default: the crate's name]
    #[arg(long, value_name = "NAME")]
    catalog: Option<String>,
    /// Also write a digest: the crate as Markdown for coding agents
    #[arg(long)]
    digest: bool,
    /// Write nothing; exit with 1 if anything would change
    #[arg(long)]
    check: bool,
    /// Write nothing and exit with 1 if a schema is loosened to Json
    #[arg(long)]
    deny_loosened: bool,
    /// Accept silent changes: those of these tools or kinds, or all
    #[arg(long, value_name = "NAME", num_args = 0.., value_delimiter = ',', require_equals = true)]
    accept_wire: Option<Vec<String>>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl From<Arguments> for Request {
    fn from(arguments: Arguments) -> Self {
        let mut words = arguments.command.into_iter();
        let url = arguments.url.map(McpUrl::Literal);
        let url = url.or(arguments.url_env.map(McpUrl::Variable));
        let endpoint = match (url, words.next()) {
            (Some(url), _) => Some(McpSettings::Http {
                url,
                token_variable: arguments.token_env.clone(),
            }),
            (None, Some(program)) => Some(McpSettings::Command {
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
            account: arguments.account_env,
            token: arguments.token_env,
            mode: if arguments.check {
                Mode::Check
            } else {
                Mode::Write
            },
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
            consent: Consent::from(arguments.accept_wire),
            format: Format::of_flag(arguments.json),
        }
    }
}

fn parse_kind(text: &str) -> Result<CatalogKind, String> {
    let kind = CatalogKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == text);
    kind.ok_or_else(|| {
        format!(
            "the kinds are {}",
            all_listed(&CatalogKind::ALL.map(CatalogKind::as_str))
        )
    })
}
