//! The provider of a token that is renewed.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use secrecy::SecretString;

/// Provides the token of a client, and renews it.
///
/// It is asked before the first call, shortly before a token with a known
/// [lifetime](AccessToken::expires_in) expires, and once when the server rejects a token with a 401. The rejected
/// call is repeated once with the new token if it is safe to repeat: it reads, or has an idempotency key, and its
/// body is not a stream. Calls that need a token at the same time share one renewal, which continues if the caller
/// that started it is cancelled.
///
/// While a token is valid, calls use it without waiting for its renewal. If a renewal fails or panics, the old
/// token is used until the server rejects it; without one, the calls that wait for the renewal fail with
/// [`Error::Token`](crate::Error::Token). The next call asks again. So does the first call more than a
/// minute after a renewal began that has not ended, because its request may be lost.
///
/// Any function that returns a future of a token is a provider:
///
/// ```
/// use toolsmith_runtime::{Client, Error, SecretString, tools::CatalogSpec};
///
/// # async fn read_secret(_: &str) -> Result<SecretString, std::io::Error> { Ok("t".into()) }
/// fn client(catalog: &'static CatalogSpec) -> Result<Client, Error> {
///     Client::builder(catalog)
///         .account("acc_551")
///         .token_provider(|| read_secret("truto/token"))
///         .build()
/// }
/// ```
pub trait TokenProvider: Send + Sync + 'static {
    /// Returns a token that is valid now.
    fn renew(&self) -> TokenFuture<'_>;
}

/// The error of a provider.
pub(super) type ProviderError = Box<dyn std::error::Error + Send + Sync>;

/// A renewal in progress.
pub type TokenFuture<'a> = Pin<
    Box<
        dyn Future<Output = Result<AccessToken, Box<dyn std::error::Error + Send + Sync>>>
            + Send
            + 'a,
    >,
>;

impl<F, R, T, E> TokenProvider for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<T, E>> + Send + 'static,
    T: Into<AccessToken>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn renew(&self) -> TokenFuture<'_> {
        let renewed = self();
        Box::pin(async move { renewed.await.map(Into::into).map_err(Into::into) })
    }
}

/// A token, and optionally the time for which it is valid.
#[derive(Clone)]
#[must_use]
pub struct AccessToken {
    secret: SecretString,
    expires_in: Option<Duration>,
}

impl AccessToken {
    /// Creates a token that is used until the server refuses it.
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self {
            secret: token.into(),
            expires_in: None,
        }
    }

    /// Sets the time for which the token is valid from now on. It is renewed one minute before its
    /// end, or after nine tenths of its life if that is later.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expires_in = Some(lifetime);
        self
    }

    pub(super) fn lifetime(&self) -> Option<Duration> {
        self.expires_in
    }

    pub(super) fn into_secret(self) -> SecretString {
        self.secret
    }
}

impl From<SecretString> for AccessToken {
    fn from(token: SecretString) -> Self {
        Self::new(token)
    }
}

impl From<String> for AccessToken {
    fn from(token: String) -> Self {
        Self::new(token)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccessToken")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}
