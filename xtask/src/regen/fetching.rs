//! Fetching the catalogs that are to be fetched and can be, each from where it comes from.

use std::time::Duration;

use anyhow::{Result, anyhow};
use toolsmith_codegen::SourceText;
use toolsmith_codegen::options::McpEndpoint;

use super::catalogs::{Origin, Sources, not_set};
use super::{Fetching, Mode, Request};
use crate::config::{CatalogConfig, Source, TrutoSource};
use crate::disk;
use crate::fetch::{self, Access, Limits, Missing, Watcher};
use crate::screen::style::{CARE, STRONG, paint};
use crate::screen::{Progress, Screen};

/// What a fetch gave, if there was one, and where the text of the catalog comes from.
pub(super) fn fetch_if_asked(
    catalog: &CatalogConfig,
    request: &Request,
    sources: &Sources<'_>,
) -> Result<(Option<SourceText>, Origin)> {
    // A check of the code needs no account, and no connection slows it down unasked.
    let stays = request.mode == Mode::Check && request.fetching == Fetching::IfPossible;
    if stays || request.fetching == Fetching::Never {
        return Ok((None, Origin::Snapshot));
    }
    let fetched = match &catalog.source {
        Source::Truto(source) => fetch_account(&catalog.name, source, sources)?,
        Source::Mcp(server) => fetch_server(&catalog.name, server, sources)?,
        Source::Functions { file } => Ok((read_file(file, sources)?, "file")),
    };
    match fetched {
        Ok((document, origin)) => Ok((Some(document), Origin::Fetched(origin))),
        Err(missing) if request.fetching == Fetching::Always => {
            Err(cannot_fetch(catalog, &missing))
        }
        Err(missing) => {
            sources.screen.note(&format!(
                "{}: uses the snapshot, because {}",
                paint(STRONG, &catalog.name),
                not_set(&missing.variables)
            ));
            Ok((None, Origin::Unset(missing.variables)))
        }
    }
}

/// The variables without which a catalog cannot be fetched; of several that would do, the first.
pub(super) fn variables_of(source: &Source) -> Vec<&str> {
    match source {
        Source::Truto(source) => {
            let token = source.token_variables.first();
            let names = token.into_iter().chain([&source.account_variable]);
            names.map(String::as_str).collect()
        }
        Source::Mcp(McpEndpoint::Http { token_variable, .. }) => {
            token_variable.iter().map(String::as_str).collect()
        }
        Source::Mcp(McpEndpoint::Command { variables, .. }) => {
            variables.iter().map(String::as_str).collect()
        }
        Source::Functions { .. } => Vec::new(),
    }
}

fn cannot_fetch(catalog: &CatalogConfig, missing: &Missing) -> anyhow::Error {
    anyhow!(
        "cannot fetch `{}`: {}; set what is missing, or leave --fetch out to use the snapshot",
        catalog.name,
        not_set(&missing.variables)
    )
}

/// A catalog and the word for where it comes from, or the variables that a fetch would need.
type Fetched = Result<(SourceText, &'static str), Missing>;

fn fetch_account(name: &str, source: &TrutoSource, sources: &Sources<'_>) -> Result<Fetched> {
    let access = match Access::find(name, source, sources.environment)? {
        Ok(access) => access,
        Err(missing) => return Ok(Err(missing)),
    };
    let what = format!("fetching {name} from {}", access.server());
    let watcher = OnScreen {
        progress: sources.screen.progress(&what),
        screen: sources.screen,
    };
    let document = fetch::fetch(&access, Limits::default(), &watcher)?;
    Ok(Ok((document, "account")))
}

fn fetch_server(name: &str, server: &McpEndpoint, sources: &Sources<'_>) -> Result<Fetched> {
    let session = match fetch::Session::find(name, server, sources.environment) {
        Ok(session) => session,
        Err(missing) => return Ok(Err(missing)),
    };
    let what = format!("asking {} for the tools of {name}", session.address());
    let _progress = sources.screen.progress(&what);
    let document = session.list_tools(Limits::default())?;
    Ok(Ok((document, "server")))
}

fn read_file(file: &str, sources: &Sources<'_>) -> Result<SourceText> {
    let document = disk::read_catalog(&sources.workspace.path(file))?;
    Ok(SourceText {
        file: file.to_owned(),
        ..document
    })
}

/// Shows how a fetch goes.
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
        let text = format!(
            "too many requests: the server asks to wait {seconds:.1} s; trying once more then"
        );
        self.progress
            .aside(|| self.screen.note(&paint(CARE, &text)));
    }
}
