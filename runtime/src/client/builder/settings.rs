//! The checks and defaults of a client's settings.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use secrecy::SecretString;

use crate::clock::{Clock, SystemClock};
use crate::error::Error;
#[cfg(feature = "reqwest")]
use crate::http::HttpTransport;
use crate::http::{BaseUrl, PlainHttp, Token, Transport};
use crate::randomness::{Randomness, SystemRandomness};
use crate::tools::Variables;

/// The time that connecting may take unless configured.
#[cfg(feature = "reqwest")]
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// `true` if the platform has a clock and random numbers; `wasm32-unknown-unknown` has neither.
const HAS_SYSTEM: bool = !cfg!(all(target_family = "wasm", target_os = "unknown"));

pub(in crate::client) fn token(
    token: Option<SecretString>,
    variables: &Variables,
) -> Result<Token, Error> {
    let token = token.ok_or_else(|| Error::config(explain_token(variables)))?;
    Token::new(token).ok_or_else(|| Error::config("the token is empty or not a valid header value"))
}

pub(in crate::client) fn account(
    account: Option<String>,
    variables: &Variables,
) -> Result<String, Error> {
    account
        .filter(|account| !account.is_empty())
        .ok_or_else(|| Error::config(explain_account(variables)))
}

pub(in crate::client) fn base_url(
    base_url: &str,
    plain_http: PlainHttp,
    variables: &Variables,
) -> Result<BaseUrl, Error> {
    BaseUrl::parse(base_url, plain_http).map_err(|problem| {
        let name = variables.base_url;
        Error::config(format!(
            "the base URL (`base_url(..)` or `{name}`) {problem}"
        ))
    })
}

pub(in crate::client) fn user_agent(user_agent: String) -> Result<HeaderValue, Error> {
    HeaderValue::try_from(user_agent)
        .map_err(|_| Error::config("the user agent is not a valid header value"))
}

pub(in crate::client) fn clock(clock: Option<Arc<dyn Clock>>) -> Result<Arc<dyn Clock>, Error> {
    match clock {
        Some(clock) => Ok(clock),
        None if HAS_SYSTEM => Ok(Arc::new(SystemClock::default())),
        None => Err(Error::config(
            "this platform has no clock: set one with `clock(..)`",
        )),
    }
}

pub(in crate::client) fn randomness(
    randomness: Option<Arc<dyn Randomness>>,
) -> Result<Arc<dyn Randomness>, Error> {
    match randomness {
        Some(randomness) => Ok(randomness),
        None if HAS_SYSTEM => Ok(Arc::new(SystemRandomness)),
        None => Err(Error::config(
            "this platform has no random numbers: set a source with `randomness(..)`",
        )),
    }
}

/// Returns the error for a client without a token and an account.
pub(in crate::client) fn neither(variables: &Variables) -> Error {
    Error::config(format!(
        "there is no token and no account: set the environment variables {} and `{}`, or set them with \
         `token(..)` and `account(..)`",
        token_names(variables),
        variables.account
    ))
}

/// Explains how to set the token.
fn explain_token(variables: &Variables) -> String {
    format!(
        "there is no token: set the environment variable {} to an API token, or set one \
         with `token(..)`",
        token_names(variables)
    )
}

fn token_names(variables: &Variables) -> String {
    let names = variables.token.iter().map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(" or ")
}

/// Explains how to set the account.
fn explain_account(variables: &Variables) -> String {
    format!(
        "there is no account: set the environment variable `{}` to the identifier of the \
         integrated account, or set it with `account(..)`",
        variables.account
    )
}

/// The transport of a client.
pub(in crate::client) enum TransportChoice {
    /// HTTP with the settings of the builder.
    Default,
    /// HTTP with a client of the program's own.
    #[cfg(feature = "reqwest")]
    Http(Result<HttpTransport, Error>),
    /// Another transport.
    Custom(Arc<dyn Transport>),
}

impl TransportChoice {
    /// Returns `true` if requests reach the server.
    pub(in crate::client) fn reaches_server(&self) -> bool {
        match self {
            Self::Custom(transport) => transport.reaches_server(),
            _ => true,
        }
    }

    #[cfg(feature = "reqwest")]
    pub(in crate::client) fn build(
        self,
        base_url: &BaseUrl,
        connect_timeout: Option<Duration>,
    ) -> Result<Arc<dyn Transport>, Error> {
        Ok(match self {
            Self::Default => {
                let connect_timeout = connect_timeout.unwrap_or(CONNECT_TIMEOUT);
                HttpTransport::to(base_url.as_str(), connect_timeout).map(Arc::new)?
            }
            Self::Http(transport) => Arc::new(transport?),
            Self::Custom(transport) => transport,
        })
    }

    #[cfg(not(feature = "reqwest"))]
    pub(in crate::client) fn build(
        self,
        _base_url: &BaseUrl,
        _connect_timeout: Option<Duration>,
    ) -> Result<Arc<dyn Transport>, Error> {
        match self {
            Self::Default => Err(Error::config(
                "there is no transport: set one with `transport(..)`, or enable the feature `reqwest` \
                 of toolsmith-runtime",
            )),
            Self::Custom(transport) => Ok(transport),
        }
    }
}
