//! The failures of requests: the effect on the connection, and the text for the log.

use redis::{ErrorKind, RedisError, ServerErrorKind};
use toolsmith_runtime::rate_limit::store::StoreError;

/// The longest text of a server that is logged.
const MAX_LENGTH: usize = 300;

/// The errors of a server that will go away, on the same connection.
const TRANSIENT: &[&str] = &[
    "BUSY",
    "LOADING",
    "MISCONF",
    "NOREPLICAS",
    "OOM",
    "TRYAGAIN",
];

/// Advice for errors of a server, by their codes.
const ADVICE: &[(&[&str], &str)] = &[
    (&["NOAUTH", "WRONGPASS"], NO_LOGIN),
    (
        &["NOPERM"],
        "the user needs the commands of scripts and hashes, `TIME`, `PEXPIRE` and the keys with the prefix",
    ),
    (
        &["READONLY", "MASTERDOWN"],
        "the server is a read-only replica; use the URL of the primary",
    ),
    (
        &["MOVED", "ASK", "CROSSSLOT", "CLUSTERDOWN"],
        "the server is a node of a cluster; use `RedisStoreBuilder::cluster`",
    ),
    (&["LOADING"], "the server is loading its data"),
    (&["OOM"], "the server has reached its `maxmemory`"),
    (&["BUSY"], "another script blocks the server"),
];

const NO_REDIS: &str = "the response is not in the protocol of Redis; check the port and TLS";
const NO_LOGIN: &str = "check the user and the password in the URL of the store";

/// The failure of one request.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    effect: Effect,
}

/// The meaning of a failure for the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It replied, so it works.
    Works,
    /// It is closed.
    Closed,
    /// A new one may lead to another server.
    Replace,
    /// There was no reply.
    Unknown,
}

impl Failure {
    /// Creates the failure of a request without a reply.
    pub(crate) fn new(message: String) -> Self {
        let effect = Effect::Unknown;
        Self { message, effect }
    }

    /// Creates the failure of a request with a reply that is not a lease.
    pub(crate) fn of_reply() -> Self {
        Self {
            message: "the response is not a list of numbers".to_owned(),
            effect: Effect::Replace,
        }
    }

    pub(crate) fn of(error: &RedisError, secrets: &Secrets) -> Self {
        let is_transient = TRANSIENT.iter().any(|code| has_code(error, code));
        let effect = if is_transient {
            Effect::Works
        } else if error.is_io_error() || error.is_connection_dropped() {
            Effect::Closed
        } else {
            Effect::Replace
        };
        let message = secrets.describe(error);
        Self { message, effect }
    }

    /// Returns `true` if the connection works.
    pub(crate) fn is_reply(&self) -> bool {
        self.effect == Effect::Works
    }

    /// Returns `true` if the connection is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.effect == Effect::Closed
    }

    /// Returns `true` if the connection does not work, or leads to the wrong server.
    pub(crate) fn is_definite(&self) -> bool {
        matches!(self.effect, Effect::Closed | Effect::Replace)
    }

    pub(crate) fn into_error(self) -> StoreError {
        StoreError::new(self.message)
    }

    /// Returns `true` if the server has responded with an error.
    pub(crate) fn is_of_server(error: &RedisError) -> bool {
        matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension)
    }

    /// Returns `true` if the server does not know the script.
    pub(crate) fn is_missing_script(error: &RedisError) -> bool {
        error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
    }
}

/// The passwords of the servers, which no message contains.
#[derive(Default)]
pub(crate) struct Secrets(pub(crate) Vec<String>);

impl Secrets {
    /// Describes an error in one line: the text of the client or the server, and advice.
    pub(crate) fn describe(&self, error: &RedisError) -> String {
        let mut text = error.to_string();
        for secret in self.0.iter().filter(|secret| !secret.is_empty()) {
            text = text.replace(secret.as_str(), "…");
        }
        let text: String = text
            .chars()
            .map(|it| if it.is_control() { ' ' } else { it })
            .take(MAX_LENGTH)
            .collect();
        match advice(error) {
            Some(advice) => format!("{text}; {advice}"),
            None => text,
        }
    }
}

fn advice(error: &RedisError) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Parse => return Some(NO_REDIS),
        ErrorKind::AuthenticationFailed => return Some(NO_LOGIN),
        _ => {}
    }
    let fits = |codes: &&[&str]| codes.iter().any(|code| has_code(error, code));
    let found = ADVICE.iter().find(|(codes, _)| fits(codes));
    found.map(|(_, advice)| *advice)
}

/// Returns `true` if the server responded with this code. Redis 6 puts the error of a command in a script
/// into the text of another one.
fn has_code(error: &RedisError, code: &str) -> bool {
    let of_command = |detail: &str| detail.contains(&format!("-{code} "));
    error.code() == Some(code) || error.detail().is_some_and(of_command)
}
