//! Fetching of catalogs from their sources, if that is requested and possible.

use std::time::Duration;

use anyhow::{Result, anyhow};
use toolsmith_codegen::SourceText;
use toolsmith_codegen::options::{AccountSettings, McpEndpoint};

use super::{Fetching, Mode, Origin, not_set};
use crate::config::{CatalogConfig, Filter, Source};
use crate::context::Context;
use crate::disk;
use crate::fetch::{self, Account, Limits, MissingVariables, Watcher};
use crate::screen::style::{WARNING, paint};
use crate::screen::{Progress, Screen};

/// Fetches a catalog unless its snapshot is to be used, and returns the source of the text.
pub(super) fn fetch_if_asked(
    catalog: &CatalogConfig,
    fetching: Fetching,
    mode: Mode,
    context: &Context,
) -> Result<(Option<SourceText>, Origin)> {
    // A check of the code needs no account and should not wait for a connection.
    let uses_snapshot = mode == Mode::Check && fetching == Fetching::IfPossible;
    if uses_snapshot || fetching == Fetching::Never {
        return Ok((None, Origin::Snapshot));
    }
    let fetched = match &catalog.source {
        Source::Truto { settings, filter } => {
            fetch_account(&catalog.name, settings, filter, context)?
        }
        Source::Mcp(endpoint) => fetch_server(&catalog.name, endpoint, context)?,
        Source::Functions { file } => Ok((read_file(file, context)?, "file")),
    };
    match fetched {
        Ok((document, origin)) => Ok((Some(document), Origin::Fetched(origin))),
        Err(missing) if fetching == Fetching::Always => {
            Err(cannot_fetch(catalog, &missing, context))
        }
        Err(missing) => Ok((None, Origin::Unset(missing.variables))),
    }
}

/// Returns the variables that are required to fetch a catalog. Of alternatives, the first.
pub(crate) fn variables_of(source: &Source) -> Vec<&str> {
    match source {
        Source::Truto { settings, .. } => {
            let token = settings.token_variables.first();
            let names = token.into_iter().chain([&settings.account_variable]);
            names.map(String::as_str).collect()
        }
        Source::Mcp(endpoint) => fetch::required_variables(endpoint),
        Source::Functions { .. } => Vec::new(),
    }
}

fn cannot_fetch(
    catalog: &CatalogConfig,
    missing: &MissingVariables,
    context: &Context,
) -> anyhow::Error {
    let has_snapshot = context.workspace.path(&catalog.snapshot).is_file();
    let otherwise = if has_snapshot {
        ", or remove --fetch to use the snapshot"
    } else {
        ""
    };
    let pronoun = match missing.variables.len() {
        1 => "it",
        _ => "them",
    };
    anyhow!(
        "cannot fetch `{}`: {}; set {pronoun}{otherwise}",
        catalog.name,
        not_set(&missing.variables)
    )
}

/// A catalog and its kind of source, or the variables that are not set.
pub(crate) type Fetched = Result<(SourceText, &'static str), MissingVariables>;

/// Fetches the catalog of an account.
///
/// # Errors
///
/// Returns an error if a variable is invalid, or if the account cannot be reached.
pub(crate) fn fetch_account(
    name: &str,
    settings: &AccountSettings,
    filter: &Filter,
    context: &Context,
) -> Result<Fetched> {
    let account = match Account::find(name, settings, filter, &context.environment)? {
        Ok(account) => account,
        Err(missing) => return Ok(Err(missing)),
    };
    let what = format!("fetching {name} from {}", account.server());
    let watcher = OnScreen {
        progress: context.screen.progress(&what),
        screen: context.screen,
    };
    let document = fetch::fetch_account(&account, Limits::default(), &watcher)?;
    Ok(Ok((document, "account")))
}

fn fetch_server(name: &str, endpoint: &McpEndpoint, context: &Context) -> Result<Fetched> {
    let server = match fetch::Server::find(name, endpoint, &context.environment) {
        Ok(server) => server,
        Err(missing) => return Ok(Err(missing)),
    };
    let what = format!("listing the tools of {name} at {}", server.address());
    let _progress = context.screen.progress(&what);
    let document = fetch::fetch_server(server, Limits::default())?;
    Ok(Ok((document, "server")))
}

fn read_file(file: &str, context: &Context) -> Result<SourceText> {
    let document = disk::read_catalog(&context.workspace.path(file))?;
    Ok(SourceText {
        file: file.to_owned(),
        ..document
    })
}

/// Shows the progress of a fetch.
struct OnScreen {
    progress: Progress,
    screen: Screen,
}

impl Watcher for OnScreen {
    fn received(&self, bytes: u64) {
        self.progress.received(bytes);
    }

    fn waits(&self, wait: Duration) {
        let seconds = wait.as_secs_f64();
        let text = format!("rate limited by the server; retrying once in {seconds:.1} s");
        self.progress
            .aside(|| self.screen.note(&paint(WARNING, &text)));
    }
}
