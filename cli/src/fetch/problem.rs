//! Problems of a fetch, each with its remedy.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation};
use toolsmith_mcp::single_line;

use super::account::Subject;
use super::{Account, Limits};

/// The last sentence of every help text.
pub(super) const UNCHANGED: &str = "The snapshot and the generated code were not changed.";

/// A problem without its place.
#[derive(Debug)]
pub(super) struct Problem {
    what: String,
    help: String,
}

/// A response whose status is not a success.
#[derive(Debug)]
pub(super) struct Refusal<'a> {
    /// The status.
    pub(super) status: StatusCode,
    /// The message in the body.
    pub(super) message: Option<String>,
    /// The target of a redirect.
    pub(super) location: Option<&'a str>,
    /// The wait that the server requested.
    pub(super) wait: Option<Duration>,
}

impl Problem {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            help: help.into(),
        }
    }

    /// Returns the problem without its remedy.
    pub(super) fn what(&self) -> &str {
        &self.what
    }

    /// Returns the diagnostic, located at the URL of the tools.
    pub(super) fn of(self, account: &Account) -> Diagnostics {
        let location = SourceLocation {
            file: account.address(),
            ..SourceLocation::default()
        };
        let what = format!("cannot fetch `{}`: {}", account.catalog, self.what);
        Diagnostic::new(location, what)
            .help(format!("{}. {UNCHANGED}", self.help))
            .into()
    }
}

/// Returns `true` if the message of a 404 is about the account or the integration. For a wrong path, a server
/// names at most the path, which contains the same word.
fn names_subject(account: &Account, message: Option<&str>) -> bool {
    let word = match account.subject {
        Subject::Account { .. } => "account",
        Subject::Integration { .. } => "integration",
    };
    let mut words = message.into_iter().flat_map(str::split_whitespace);
    words.any(|it| !it.contains('/') && it.to_lowercase().contains(word))
}

/// The status is not a success.
pub(super) fn refused(account: &Account, refusal: &Refusal<'_>) -> Problem {
    let message = refusal.message.as_ref();
    let message = message.map_or_else(String::new, |message| format!(": \"{message}\""));
    let status = refusal.status.as_u16();
    let token = &account.token_variable;
    let who = account.subject.describe();
    let origin = account.subject.origin();
    let (what, help) = match status {
        300..=399 => return redirected(account, refusal),
        401 => (
            "the server rejected the token".to_owned(),
            format!("check {token}: the token is wrong, expired or of another environment"),
        ),
        403 => (
            format!("the token has no access to {who}"),
            format!(
                "check that {token} and {origin} belong together, and the permissions of the token"
            ),
        ),
        404 if !names_subject(account, refusal.message.as_deref()) => (
            "the server has no such address".to_owned(),
            format!("check the server in {}, and {origin}", account.base_url_origin),
        ),
        404 => (
            format!("{who} does not exist"),
            format!(
                "check {origin}, which must be {}, and the server in {}",
                match account.subject {
                    Subject::Account { .. } => "the id of an integrated account",
                    Subject::Integration { .. } => "the id or the slug of an integration",
                },
                account.base_url_origin
            ),
        ),
        405 => (
            format!("the server does not allow listing the tools of {who}"),
            format!("sandbox accounts are restricted: set {origin} to another one"),
        ),
        410 => (
            "the platform no longer lists tools at this address".to_owned(),
            "set `account` in toolsmith.toml: the tools of an account are also listed by its MCP server"
                .to_owned(),
        ),
        429 => return rate_limited(refusal.wait),
        503 => (
            format!("{who} is blocked, or the server is temporarily unavailable"),
            "check it on the platform; if it is active, try again later".to_owned(),
        ),
        500..=599 => (
            "the server failed".to_owned(),
            "try again later; the configuration is not at fault".to_owned(),
        ),
        _ => (
            "the server refused the request".to_owned(),
            format!(
                "check the filters of catalog `{}` in toolsmith.toml",
                account.catalog
            ),
        ),
    };
    Problem::new(format!("{what} (status {status}{message})"), help)
}

fn redirected(account: &Account, refusal: &Refusal<'_>) -> Problem {
    let target = refusal.location.unwrap_or("an unknown address");
    Problem::new(
        format!(
            "the server redirects to {target} (status {})",
            refusal.status.as_u16()
        ),
        format!(
            "redirects are not followed, to protect the token; if the platform has moved, change {}",
            account.base_url_origin
        ),
    )
}

/// Too many requests, and the wait is too long or not useful.
pub(super) fn rate_limited(named: Option<Duration>) -> Problem {
    let when = match named {
        Some(wait) => format!("try again in {} s", wait.as_secs_f64().ceil()),
        None => "try again in a minute".to_owned(),
    };
    Problem::new(
        "the rate limit of this token is exceeded (status 429)",
        when,
    )
}

/// The response is a web page.
pub(super) fn html(account: &Account) -> Problem {
    Problem::new(
        "the response is a web page (HTML), not a catalog (JSON)",
        format!(
            "check {}: it points to a web site, a login page or a proxy instead of the platform's API",
            account.base_url_origin
        ),
    )
}

/// The connection failed, or no response began.
pub(super) fn not_sent(account: &Account, limits: Limits, error: &reqwest::Error) -> Problem {
    let server = account.server();
    let origin = &account.base_url_origin;
    let cause = root_cause(error);
    if error.is_timeout() {
        let limit = if error.is_connect() {
            limits.connect
        } else {
            limits.total
        };
        let help = format!("try again; if the problem persists, check {origin} and the network");
        return Problem::new(format!("{server} did not respond within {limit:?}"), help);
    }
    if is_about_tls(error) {
        let help = format!(
            "check {origin}, the clock of this machine, and proxies that inspect connections"
        );
        return Problem::new(
            format!("cannot open a secure connection to {server}: {cause}"),
            help,
        );
    }
    if error.is_connect() {
        let help = format!("check that the server is running and that {origin} is correct");
        return Problem::new(format!("cannot connect to {server}: {cause}"), help);
    }
    let help = format!("try again; if the problem persists, check {origin}");
    Problem::new(format!("the connection to {server} broke: {cause}"), help)
}

/// The response is incomplete.
pub(super) fn cut(limits: Limits, so_far: usize, error: &reqwest::Error) -> Problem {
    if error.is_timeout() {
        let what = format!("the response did not end within {:?}", limits.total);
        return Problem::new(
            what,
            "try again later, or request fewer tools with the filters in toolsmith.toml",
        );
    }
    Problem::new(
        format!("the response was cut off after {}", size(so_far as u64)),
        "try again; a proxy or the network interrupted it",
    )
}

/// The response ends in the middle of its JSON.
pub(super) fn ends_early(length: usize) -> Problem {
    Problem::new(
        format!(
            "the response ends in the middle of its JSON, after {}",
            size(length as u64)
        ),
        "try again; a proxy or the network interrupted it",
    )
}

/// The response is larger than the limit.
pub(super) fn too_large(limits: Limits) -> Problem {
    Problem::new(
        format!(
            "the response is larger than {}, the limit for a catalog",
            size(limits.bytes)
        ),
        "check the address; if the catalog is that large, request fewer tools with the filters in toolsmith.toml",
    )
}

/// The catalog has more pages than the limit.
pub(super) fn too_many_pages(limits: Limits) -> Problem {
    Problem::new(
        format!("the catalog has more than {} pages", limits.pages),
        "request fewer tools with the filters in toolsmith.toml",
    )
}

/// The pages repeat.
pub(super) fn repeated_cursor(page: usize) -> Problem {
    Problem::new(
        format!("page {page} links to a page that was already fetched"),
        "this is an error of the server: try again later, and report it to the platform",
    )
}

/// The server lists no tools, and it cannot create the MCP server of the account.
pub(super) fn no_account_server(gone: StatusCode, refusal: Problem) -> Problem {
    let gone = gone.as_u16();
    Problem {
        what: format!(
            "the platform no longer lists tools at this address (status {gone}), and the MCP server of the \
             account cannot be used instead: {}",
            refusal.what
        ),
        ..refusal
    }
}

/// The response to the creation of an MCP server has no usable URL.
pub(super) fn no_server_url() -> Problem {
    Problem::new(
        "the response has no `url`",
        "try again later, and report it to the platform",
    )
}

/// Nothing says which requests these tools of the MCP server make.
pub(super) fn unplaced(names: &[String]) -> Problem {
    const MAX_NAMES: usize = 3;
    let shown = names.iter().take(MAX_NAMES);
    let shown: Vec<String> = shown
        .map(|name| format!("`{}`", single_line(name)))
        .collect();
    let others = match names.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        number => format!(" and {number} more"),
    };
    Problem::new(
        format!(
            "the platform no longer lists tools at this address, and the MCP server of the account does not \
             say the resource and the method of {}{others}",
            shown.join(", ")
        ),
        "a new tool needs /capabilities of the account, which must list its resource and method; to leave it \
         out, restrict `methods` or `tags` in toolsmith.toml",
    )
}

/// The response is not UTF-8.
pub(super) fn not_utf8() -> Problem {
    Problem::new("the response is not UTF-8", "check the address")
}

/// The response is not JSON.
pub(super) fn not_json(error: &serde_json::Error) -> Problem {
    Problem::new(
        format!("the response is not JSON: {error}"),
        "check that the address is that of the platform's API",
    )
}

/// The response is not a list of tools.
pub(super) fn no_list() -> Problem {
    Problem::new(
        "the response is JSON, but not a list of tools",
        "check that the address is that of the platform's API: expected `{\"result\": [...]}` or a list",
    )
}

/// The HTTP client cannot be created.
pub(super) fn no_client(error: &dyn Error) -> Problem {
    Problem::new(
        format!("cannot set up the HTTP client: {error}"),
        "check the certificates and the network of this machine, or use --offline",
    )
}

fn is_about_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<rustls::Error>() || wraps_tls(error) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Returns `true` if an I/O error wraps a TLS error. The chain of sources leaves out wrapped errors.
fn wraps_tls(error: &(dyn Error + 'static)) -> bool {
    let mut wrapped = error.downcast_ref::<io::Error>();
    while let Some(inner) = wrapped.and_then(io::Error::get_ref) {
        if inner.is::<rustls::Error>() {
            return true;
        }
        wrapped = inner.downcast_ref::<io::Error>();
    }
    false
}

/// Returns the innermost cause, such as `Connection refused (os error 111)`.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=9_999_999 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
