//! `login`: a person authorizes the program for a remote MCP server, in a browser.

use std::path::Path;

use anyhow::Result;
#[cfg(feature = "fetch")]
use anyhow::{Context as _, bail};
use serde::Serialize;
use toolsmith_codegen::options::McpSettings;

#[cfg(feature = "fetch")]
use crate::config::{CatalogConfig, Config, ConfiguredSource};
use crate::context::Context;
#[cfg(not(feature = "fetch"))]
use crate::fetch::FetchUnavailable;
#[cfg(feature = "fetch")]
use crate::fetch::login::{Login, LoginOutcome};
#[cfg(feature = "fetch")]
use crate::screen::Format;
#[cfg(feature = "fetch")]
use crate::screen::style::{NAME, SUCCESS, paint};
use crate::status::Status;

/// The arguments on the command line.
#[derive(Debug, clap::Args)]
#[cfg_attr(
    not(feature = "fetch"),
    allow(dead_code, reason = "only a build that fetches can log in")
)]
pub(crate) struct Arguments {
    /// The catalog of a remote MCP server
    #[arg(value_name = "CATALOG")]
    catalog: String,
    /// The identifier of a client that you registered
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The variable with the secret of that client
    #[arg(long, value_name = "VARIABLE", requires = "client_id")]
    client_secret_env: Option<String>,
    /// Scopes, separated by commas [default: the server's]
    #[arg(long, value_name = "SCOPES", value_delimiter = ',')]
    scopes: Vec<String>,
    /// The port to which the browser returns [default: any free one]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Remove the stored tokens instead
    #[arg(long, conflicts_with_all = ["client_id", "scopes", "port"])]
    forget: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The result: the document that `login --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
#[cfg_attr(
    not(feature = "fetch"),
    allow(dead_code, reason = "only a build that fetches can log in")
)]
struct LoginResult<'a> {
    exit_status: u8,
    catalog: &'a str,
    /// `authorized`, `not_required` or `forgotten`.
    outcome: &'static str,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if the catalog is not that of a remote MCP server, or if it cannot be authorized.
#[cfg(feature = "fetch")]
pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Status> {
    let config = Config::load(&context.workspace)?;
    let catalogs = config.named(std::slice::from_ref(&arguments.catalog))?;
    let catalog: &CatalogConfig = catalogs.first().context("there is no catalog")?;
    let ConfiguredSource::Mcp(endpoint) = &catalog.source else {
        bail!(
            "catalog `{}` is not an MCP server; its credentials are environment variables",
            catalog.name
        );
    };
    let secret = match &arguments.client_secret_env {
        None => None,
        Some(name) => {
            let value = context.environment.get(name);
            Some(value.with_context(|| format!("{name} is not set"))?)
        }
    };
    let login = Login {
        client_id: arguments.client_id.as_deref(),
        client_secret: secret.map(Into::into),
        scopes: &arguments.scopes,
        port: arguments.port,
        ..Login::new(&catalog.name, endpoint)
    };
    let (environment, root) = (&context.environment, context.root());
    let outcome = if arguments.forget {
        login.forget(environment, root)?;
        "forgotten"
    } else {
        match login.run(environment, root, |page| show(&catalog.name, page, context))? {
            LoginOutcome::Authorized => "authorized",
            LoginOutcome::NotRequired => "not_required",
        }
    };
    let result = LoginResult {
        exit_status: Status::Success.code(),
        catalog: &catalog.name,
        outcome,
    };
    match Format::of_flag(arguments.json) {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context.screen.print(&render(&result))?,
    }
    Ok(Status::Success)
}

/// Runs the command.
///
/// # Errors
/// Returns an error, because this build has no network.
#[cfg(not(feature = "fetch"))]
pub(crate) fn run(_arguments: &Arguments, _context: &Context) -> Result<Status> {
    Err(FetchUnavailable.into())
}

/// Asks a person for authorization if the server of a new catalog requires it and no valid token is
/// stored. Tokens are never stored in `project`.
///
/// # Errors
///
/// Returns an error if the person does not authorize the program, or if the server cannot be used safely.
#[cfg(feature = "fetch")]
pub(crate) fn run_if_required(
    catalog: &str,
    endpoint: &McpSettings,
    project: &Path,
    context: &Context,
) -> Result<()> {
    let show = |page: &url::Url| show(catalog, page, context);
    Login::new(catalog, endpoint).run_if_required(&context.environment, project, show)
}

/// Does nothing: this build has no network.
///
/// # Errors
///
/// Returns none.
#[cfg(not(feature = "fetch"))]
pub(crate) fn run_if_required(
    _catalog: &str,
    _endpoint: &McpSettings,
    _project: &Path,
    _context: &Context,
) -> Result<()> {
    Ok(())
}

#[cfg(feature = "fetch")]
fn render(result: &LoginResult<'_>) -> String {
    let name = paint(NAME, result.catalog);
    let ok = paint(SUCCESS, "ok:");
    match result.outcome {
        "not_required" => format!("{ok} the server of {name} requires no authorization\n"),
        "forgotten" => format!("{ok} the tokens of {name} are removed\n"),
        _ => format!("{ok} this program is authorized for {name}\n"),
    }
}

/// Prints the address of the page on which a person authorizes the program, and opens it in a browser if
/// a person sees standard error.
#[cfg(feature = "fetch")]
fn show(catalog: &str, page: &url::Url, context: &Context) {
    let text = format!("to authorize this program for {catalog}, open this page in a browser:");
    context
        .screen
        .note(&format!("{text}\n  {}", paint(NAME, page.as_str())));
    if context.screen.is_terminal() {
        // A person can open the address that is printed.
        let _opened = open::that_detached(page.as_str());
    }
}
