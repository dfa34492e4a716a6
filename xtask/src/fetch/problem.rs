//! What can go wrong with a fetch, each with what to do about it.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation};

use super::{Access, Limits};

/// What every failed fetch leaves behind.
const UNTOUCHED: &str = "Snapshot and code are as they were.";

/// One thing that went wrong, before it is known where.
#[derive(Debug)]
pub(super) struct Problem {
    what: String,
    help: String,
}

/// A status that is not a success, with what the server said.
#[derive(Debug)]
pub(super) struct Refusal<'a> {
    /// The status.
    pub(super) status: StatusCode,
    /// The message of the envelope.
    pub(super) message: Option<String>,
    /// Where a redirect points.
    pub(super) location: Option<&'a str>,
    /// The wait that the server asked for.
    pub(super) wait: Option<Duration>,
}

impl Problem {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            help: help.into(),
        }
    }

    /// The diagnostic, at the address that was asked.
    pub(super) fn of(self, access: &Access) -> Diagnostics {
        let location = SourceLocation {
            file: access.address(),
            ..SourceLocation::default()
        };
        let what = format!("cannot fetch `{}`: {}", access.catalog, self.what);
        Diagnostic::new(location, what)
            .help(format!("{}. {UNTOUCHED}", self.help))
            .into()
    }
}

/// A status that is not a success.
pub(super) fn refused(access: &Access, refusal: &Refusal<'_>) -> Problem {
    let said = refusal.message.as_ref();
    let said = said.map_or_else(String::new, |message| format!(": \"{message}\""));
    let status = refusal.status.as_u16();
    let token = &access.token_variable;
    let account = &access.account;
    let account_variable = &access.account_variable;
    let (what, help) = match status {
        300..=399 => return redirected(access, refusal),
        401 => (
            "the server does not accept the token".to_owned(),
            format!("check {token}: it is set, but wrong, expired or of another environment"),
        ),
        403 => (
            format!("the token may not see account `{account}`"),
            format!(
                "check that {token} and {account_variable} belong together, and what the token is allowed"
            ),
        ),
        404 => (
            format!("the server knows no account `{account}`"),
            format!(
                "check {account_variable}, which is to hold the id of an integrated account, and {} for the server",
                access.base_url_origin
            ),
        ),
        405 => (
            "the server does not let this account's tools be listed".to_owned(),
            format!("sandbox accounts are restricted: set {account_variable} to another account"),
        ),
        429 => return rate_limited(refusal.wait),
        503 => (
            format!("account `{account}` is blocked, or the server is down for now"),
            "look at the account on the platform; if it is active there, try again later"
                .to_owned(),
        ),
        500..=599 => (
            "the server failed".to_owned(),
            "try again later; nothing on this side is wrong".to_owned(),
        ),
        _ => (
            "the server refused the request".to_owned(),
            format!(
                "check the filters of catalog `{}` in toolsmith.toml",
                access.catalog
            ),
        ),
    };
    Problem::new(format!("{what} (status {status}{said})"), help)
}

fn redirected(access: &Access, refusal: &Refusal<'_>) -> Problem {
    let target = refusal.location.unwrap_or("nowhere");
    Problem::new(
        format!(
            "the server points elsewhere (status {}): {target}",
            refusal.status.as_u16()
        ),
        format!(
            "redirects are not followed, so that the token goes nowhere else; if the platform has moved, change {}",
            access.base_url_origin
        ),
    )
}

/// Too many requests, and waiting does not help.
pub(super) fn rate_limited(named: Option<Duration>) -> Problem {
    let when = match named {
        Some(wait) => format!("try again in {} s", wait.as_secs_f64().ceil()),
        None => "try again in a minute".to_owned(),
    };
    Problem::new(
        "too many requests were sent with this token (status 429)",
        when,
    )
}

/// A page for people.
pub(super) fn html(access: &Access) -> Problem {
    Problem::new(
        "the answer is a web page (HTML), not a catalog (JSON)",
        format!(
            "check {}: it leads to a web site, a login or a proxy instead of the platform's API",
            access.base_url_origin
        ),
    )
}

/// The connection was not made, or no answer began.
pub(super) fn not_sent(access: &Access, limits: Limits, error: &reqwest::Error) -> Problem {
    let server = access.server();
    let origin = &access.base_url_origin;
    let cause = root_cause(error);
    if error.is_timeout() {
        let limit = if error.is_connect() {
            limits.connect
        } else {
            limits.total
        };
        let help = format!("try again; if it happens again, check {origin} and the network");
        return Problem::new(format!("{server} did not answer within {limit:?}"), help);
    }
    if is_about_tls(error) {
        let help = format!(
            "check {origin}, the clock of this machine, and whether a proxy opens connections"
        );
        return Problem::new(format!("no secure connection to {server}: {cause}"), help);
    }
    if error.is_connect() {
        let help = format!("check that the server runs and that {origin} is right");
        return Problem::new(format!("no server answers at {server}: {cause}"), help);
    }
    let help = format!("try again; if it happens again, check {origin}");
    Problem::new(format!("the connection to {server} broke: {cause}"), help)
}

/// The answer began and did not come to its end.
pub(super) fn cut(limits: Limits, so_far: usize, error: &reqwest::Error) -> Problem {
    if error.is_timeout() {
        let what = format!("the answer did not end within {:?}", limits.total);
        return Problem::new(
            what,
            "try again later, or ask for fewer tools with the filters in toolsmith.toml",
        );
    }
    Problem::new(
        format!("the answer broke off after {}", size(so_far as u64)),
        "try again; a proxy or the network in between cut it",
    )
}

/// The answer ended as if it were whole, in the middle of its JSON.
pub(super) fn ends_early(length: usize) -> Problem {
    Problem::new(
        format!(
            "the answer ends in the middle of its JSON, after {}",
            size(length as u64)
        ),
        "try again; a proxy or the network in between cut it",
    )
}

/// More bytes than a catalog has.
pub(super) fn too_large(limits: Limits) -> Problem {
    Problem::new(
        format!(
            "the answer is larger than {}, which no catalog is",
            size(limits.bytes)
        ),
        "check the address; if the catalog is that large, ask for fewer tools with the filters in toolsmith.toml",
    )
}

/// More pages than a catalog has.
pub(super) fn too_many_pages(limits: Limits) -> Problem {
    Problem::new(
        format!("the catalog has more than {} pages", limits.pages),
        "ask for fewer tools with the filters in toolsmith.toml",
    )
}

/// Paging that would never end.
pub(super) fn repeated_cursor(page: usize) -> Problem {
    Problem::new(
        format!("page {page} leads back to a page that was fetched before"),
        "this is a fault of the server: try again later, and report it to the platform",
    )
}

/// Bytes that are no text.
pub(super) fn not_utf8() -> Problem {
    Problem::new("the answer is not text", "check the address")
}

/// Text that is no JSON.
pub(super) fn not_json(error: &serde_json::Error) -> Problem {
    Problem::new(
        format!("the answer is not JSON: {error}"),
        "check that the address is that of the platform's API",
    )
}

/// JSON that is no list of tools.
pub(super) fn no_list() -> Problem {
    Problem::new(
        "the answer is JSON, but no list of tools",
        "check that the address is that of the platform's API: `{\"result\": [...]}` or a list is expected",
    )
}

/// Nothing could be sent from this machine.
pub(super) fn no_client(error: &dyn Error) -> Problem {
    Problem::new(
        format!("this machine cannot make connections: {error}"),
        "check its certificates and its network, or use --offline",
    )
}

fn is_about_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<rustls::Error>() || carries_tls(error) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Errors of input and output hide what they carry from the chain of causes.
fn carries_tls(error: &(dyn Error + 'static)) -> bool {
    let mut carried = error.downcast_ref::<io::Error>();
    while let Some(inner) = carried.and_then(io::Error::get_ref) {
        if inner.is::<rustls::Error>() {
            return true;
        }
        carried = inner.downcast_ref::<io::Error>();
    }
    false
}

/// The last cause says the most: `Connection refused (os error 111)`.
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
