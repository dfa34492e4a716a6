//! `login`: a person authorizes the program for a remote MCP server, in a browser.

use anyhow::Result;
#[cfg(feature = "fetch")]
use anyhow::{Context as _, bail};
use serde::Serialize;

#[cfg(feature = "fetch")]
use crate::config::{CatalogConfig, Config, Source};
use crate::context::Context;
#[cfg(not(feature = "fetch"))]
use crate::fetch::FetchUnavailable;
#[cfg(feature = "fetch")]
use crate::fetch::login::{Login, LoginOutcome};
use crate::screen::Format;
#[cfg(feature = "fetch")]
use crate::screen::style::{NAME, SUCCESS, paint};
use crate::status::Status;

/// The arguments of `login`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "fetch"),
    allow(dead_code, reason = "only a build that fetches can log in")
)]
pub(crate) struct Request {
    /// The catalog.
    pub(crate) catalog: String,
    /// A client that a person registered.
    pub(crate) client_id: Option<String>,
    /// The variable that holds its secret.
    pub(crate) client_secret_variable: Option<String>,
    /// The scopes to request.
    pub(crate) scopes: Vec<String>,
    /// The port to which the browser returns.
    pub(crate) port: Option<u16>,
    /// Removes the stored tokens instead.
    pub(crate) forgets: bool,
    /// The format of the result.
    pub(crate) format: Format,
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
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let config = Config::load(&context.workspace)?;
    let catalogs = config.named(std::slice::from_ref(&request.catalog))?;
    let catalog: &CatalogConfig = catalogs.first().context("there is no catalog")?;
    let Source::Mcp(endpoint) = &catalog.source else {
        bail!(
            "catalog `{}` is not that of an MCP server; its credentials are environment variables",
            catalog.name
        );
    };
    let secret = match &request.client_secret_variable {
        None => None,
        Some(name) => {
            let value = context.environment.get(name);
            Some(value.with_context(|| format!("{name} is not set"))?)
        }
    };
    let login = Login {
        client_id: request.client_id.as_deref(),
        client_secret: secret.map(Into::into),
        scopes: &request.scopes,
        port: request.port,
        ..Login::new(&catalog.name, endpoint)
    };
    let (environment, root) = (&context.environment, context.root());
    let outcome = if request.forgets {
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
    match request.format {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context.screen.print(&render(&result))?,
    }
    Ok(Status::Success)
}

/// Runs the command.
///
/// # Errors
///
/// This build has no network.
#[cfg(not(feature = "fetch"))]
pub(crate) fn run(_request: &Request, _context: &Context) -> Result<Status> {
    Err(FetchUnavailable.into())
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
/// somebody is there.
#[cfg(feature = "fetch")]
pub(crate) fn show(catalog: &str, page: &url::Url, context: &Context) {
    let text = format!("to authorize this program for {catalog}, open this page in a browser:");
    context.screen.note(&format!("{text}\n  {}", paint(NAME, page.as_str())));
    if context.screen.is_terminal() {
        // A person can open the address that is printed.
        let _opened = open::that_detached(page.as_str());
    }
}
