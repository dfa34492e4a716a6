//! Fetching of catalogs from their sources, if that is requested and possible. Several are fetched at
//! once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Error, Result, anyhow};
use toolsmith_codegen::options::AccountSettings;
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation, SourceText};

use super::{Fetching, Mode, Origin, not_set, read};
use crate::config::{CatalogConfig, ConfiguredSource, Filter};
use crate::context::Context;
use crate::fetch::{
    self, Account, FetchUnavailable, Fetched, Limits, MissingVariables, Reauthorization, Server,
    Watcher,
};
use crate::screen::style::{WARNING, paint};
use crate::screen::{Progress, ProgressLines, Screen};
use crate::system::disk;
use crate::workspace::CONFIG;

/// The number of catalogs that are fetched at once.
const MAX_FETCHES: usize = 4;

/// The way to the text of a catalog.
enum Job<'a> {
    /// The snapshot is used.
    Snapshot(Origin),
    Account {
        account: Box<Account>,
        before: Option<SourceText>,
    },
    Server(Server<'a>),
    File(&'a str),
}

/// Fetches the catalogs in `wanted`, unless their snapshots are to be used. Returns the source of the text
/// of each catalog, in the order of `catalogs`.
///
/// # Errors
///
/// Returns the problems of all catalogs that cannot be fetched, each with the name of its catalog.
pub(super) fn fetch_all(
    catalogs: &[CatalogConfig],
    wanted: &[&CatalogConfig],
    fetching: Fetching,
    mode: Mode,
    context: &Context,
) -> Result<Vec<(Option<Fetched>, Origin)>> {
    let is_wanted = |catalog: &CatalogConfig| wanted.iter().any(|it| it.name == catalog.name);
    let plan = |catalog| {
        if is_wanted(catalog) {
            plan(catalog, fetching, mode, context)
        } else {
            Ok(Job::Snapshot(Origin::Snapshot))
        }
    };
    let jobs = all_or_problems(catalogs.iter().map(plan))?;
    let lines = context.screen.progress_lines();
    let fetched = at_once(&jobs, |job| run(job, &lines, context));
    all_or_problems(fetched)
}

/// Returns the variables that are required to fetch a catalog. Of alternatives, the first.
pub(crate) fn variables_of(source: &ConfiguredSource) -> Vec<&str> {
    match source {
        ConfiguredSource::Truto {
            settings,
            integration,
            ..
        } => {
            let token = settings.token_variables.first();
            let account = integration.is_none().then_some(&settings.account_variable);
            token
                .into_iter()
                .chain(account)
                .map(String::as_str)
                .collect()
        }
        ConfiguredSource::Mcp(endpoint) => fetch::required_variables(endpoint),
        ConfiguredSource::Functions { .. } => Vec::new(),
    }
}

/// Returns the problem of a catalog without a snapshot, with the remedy.
pub(super) fn no_snapshot(catalog: &CatalogConfig, context: &Context) -> String {
    let variables = variables_of(&catalog.source);
    let set = if variables.is_empty() {
        String::new()
    } else {
        format!("set {} and ", variables.join(" and "))
    };
    format!(
        "catalog `{}` has no snapshot yet ({}): {set}run {}",
        catalog.name,
        catalog.snapshot,
        context.program.command("regen --fetch")
    )
}

/// Decides what is done for a catalog. Nothing is sent.
fn plan<'a>(
    catalog: &'a CatalogConfig,
    fetching: Fetching,
    mode: Mode,
    context: &'a Context,
) -> Result<Job<'a>> {
    // A check of the code needs no account and should not wait for a connection.
    let uses_snapshot = mode == Mode::Check && fetching == Fetching::IfPossible;
    if uses_snapshot || fetching == Fetching::Never {
        return Ok(Job::Snapshot(Origin::Snapshot));
    }
    let name = &catalog.name;
    let environment = &context.environment;
    let found = match &catalog.source {
        ConfiguredSource::Truto {
            settings,
            integration,
            filter,
        } => {
            let integration = integration.as_deref();
            let before = read(&catalog.snapshot, context)?;
            Account::find(name, settings, integration, filter, environment)?.map(|account| {
                Job::Account {
                    account: Box::new(account),
                    before,
                }
            })
        }
        ConfiguredSource::Mcp(endpoint) => Server::find(name, endpoint, environment)
            .map(|server| Job::Server(server.with_login(Reauthorization::Login(context.program)))),
        ConfiguredSource::Functions { file } => Ok(Job::File(file)),
    };
    match found {
        Ok(job) => Ok(job),
        Err(missing) if fetching == Fetching::Always => {
            Err(cannot_fetch(catalog, &missing, context))
        }
        Err(missing) => Ok(Job::Snapshot(Origin::Unset(missing.variables))),
    }
}

fn cannot_fetch(catalog: &CatalogConfig, missing: &MissingVariables, context: &Context) -> Error {
    let has_snapshot = context.workspace.path(&catalog.snapshot).is_file();
    let otherwise = if has_snapshot {
        ", or use the snapshot"
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

/// Fetches the catalog of an account that no project has. The inner error lists the variables that are
/// not set.
///
/// # Errors
///
/// Returns an error if a variable is invalid, or if the catalog cannot be fetched.
pub(crate) fn fetch_account(
    name: &str,
    settings: &AccountSettings,
    context: &Context,
) -> Result<Result<Fetched, MissingVariables>> {
    let filter = Filter::default();
    let found = Account::find(name, settings, None, &filter, &context.environment)?;
    let account = match found {
        Ok(account) => account,
        Err(missing) => return Ok(Err(missing)),
    };
    let lines = context.screen.progress_lines();
    list_account(&account, None, &lines, context).map(Ok)
}

fn list_account(
    account: &Account,
    before: Option<&SourceText>,
    lines: &ProgressLines,
    context: &Context,
) -> Result<Fetched> {
    let what = format!("fetching {} from {}", account.catalog, account.server());
    let watcher = OnScreen {
        progress: lines.add(&what),
        screen: context.screen,
    };
    fetch::fetch_account(account, before, Limits::default(), &watcher)
}

/// Runs jobs in a few threads. Returns the results in the order of the jobs.
fn at_once<J: Sync, R: Send>(jobs: &[J], run: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some((index, job)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            jobs.get(index).map(|job| (index, job))
        } {
            let result = run(job);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs.len().min(MAX_FETCHES) {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Returns all values, or the problems of all that failed.
fn all_or_problems<T>(results: impl IntoIterator<Item = Result<T>>) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() {
        return Ok(values);
    }
    let unavailable = failures.iter().position(Error::is::<FetchUnavailable>);
    if failures.len() == 1 || unavailable.is_some() {
        return Err(failures.swap_remove(unavailable.unwrap_or_default()));
    }
    let mut problems = Diagnostics::default();
    for failure in failures {
        match failure.downcast::<Diagnostics>() {
            Ok(found) => problems.extend(found),
            Err(failure) => problems.push(of_configuration(&failure)),
        }
    }
    Err(problems.into())
}

fn of_configuration(failure: &Error) -> Diagnostic {
    let location = SourceLocation {
        file: CONFIG.to_owned(),
        ..SourceLocation::default()
    };
    Diagnostic::new(location, format!("{failure:#}"))
}

fn run(
    job: &Job<'_>,
    lines: &ProgressLines,
    context: &Context,
) -> Result<(Option<Fetched>, Origin)> {
    let limits = Limits::default();
    let (fetched, origin) = match job {
        Job::Snapshot(origin) => return Ok((None, origin.clone())),
        Job::Account { account, before } => {
            let before = before.as_ref();
            (list_account(account, before, lines, context)?, "account")
        }
        Job::Server(server) => {
            let what = format!(
                "listing the tools of {} at {}",
                server.catalog(),
                server.address()
            );
            let _progress = lines.add(&what);
            (
                without_notes(fetch::fetch_server(*server, limits)?),
                "server",
            )
        }
        Job::File(file) => (without_notes(read_file(file, context)?), "file"),
    };
    Ok((Some(fetched), Origin::Fetched(origin)))
}

fn without_notes(document: SourceText) -> Fetched {
    Fetched {
        document,
        notes: Vec::new(),
    }
}

fn read_file(file: &str, context: &Context) -> Result<SourceText> {
    let document = disk::read_catalog(&context.workspace.path(file))
        .with_context(|| format!("cannot use `file = \"{file}\"` in {CONFIG}"))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_jobs_at_once_and_keeps_their_order() {
        let running = AtomicUsize::new(0);
        let most = AtomicUsize::new(0);
        let jobs: Vec<usize> = (0..10).collect();
        let done = at_once(&jobs, |job| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(20));
            running.fetch_sub(1, Ordering::SeqCst);
            job * 2
        });
        assert_eq!(done, jobs.iter().map(|job| job * 2).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), MAX_FETCHES);
    }

    #[test]
    fn reports_all_failures() {
        let two = [Err(anyhow!("one")), Ok(1), Err(anyhow!("two"))];
        let text = all_or_problems(two).unwrap_err().to_string();
        assert!(text.contains("one") && text.contains("two"), "{text}");
        let unavailable = [Err(anyhow!("one")), Err::<(), _>(FetchUnavailable.into())];
        assert!(
            all_or_problems(unavailable)
                .unwrap_err()
                .is::<FetchUnavailable>()
        );
    }
}
