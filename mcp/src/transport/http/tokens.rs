//! The bearer token of requests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::authorization::{Challenge, RefusedToken, TokenError, TokenErrorKind, TokenSource};
use crate::error::RequestError;
use crate::secrets::Secrets;

/// The source of the bearer token, after its variable was read.
#[derive(Clone)]
pub(crate) enum Tokens {
    None,
    Fixed(SecretString),
    Source(Arc<dyn TokenSource>, Arc<Asked>),
}

/// The questions to a source. It may ask a person, which takes minutes.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pending: AtomicUsize,
    renewed: AtomicUsize,
}

impl Asked {
    /// Returns the number of questions after a refused token that have ended.
    pub(crate) fn renewed(&self) -> usize {
        self.renewed.load(Ordering::Relaxed)
    }

    /// Returns `true` if the source is being asked.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Relaxed) > 0
    }

    fn ask(&self, is_renewal: bool) -> Asking<'_> {
        self.pending.fetch_add(1, Ordering::Relaxed);
        Asking {
            asked: self,
            is_renewal,
        }
    }
}

/// One question. It also ends when its future is dropped.
struct Asking<'a> {
    asked: &'a Asked,
    is_renewal: bool,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.asked.pending.fetch_sub(1, Ordering::Relaxed);
        if self.is_renewal {
            self.asked.renewed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Tokens {
    /// Returns the questions to the source, if there is one.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        match self {
            Self::Source(_, asked) => Some(asked),
            Self::None | Self::Fixed(_) => None,
        }
    }

    /// Returns the token of the next request, after `refused` was refused.
    pub(crate) async fn next(
        &self,
        refused: Option<&RefusedToken>,
        secrets: &Secrets,
    ) -> Result<Option<SecretString>, RequestError> {
        let token = match self {
            Self::None => None,
            Self::Fixed(token) => Some(token.clone()),
            Self::Source(source, asked) => {
                let _asking = asked.ask(refused.is_some());
                let token = source.token(refused).await;
                token.map_err(RequestError::Token)?
            }
        };
        if let Some(token) = &token {
            secrets.add(token.clone());
        }
        Ok(token)
    }

    /// Returns the token to use instead of one that a server refused, if there is another.
    pub(crate) async fn renew(
        &self,
        token: Option<&SecretString>,
        challenge: &Challenge,
        secrets: &Secrets,
    ) -> Result<Option<SecretString>, RequestError> {
        let is_renewable = challenge.status == 401 || challenge.is_insufficient_scope();
        if !is_renewable || !matches!(self, Self::Source(..)) {
            return Ok(None);
        }
        let refused = RefusedToken {
            token: token.cloned(),
            challenge: challenge.clone(),
        };
        let renewed = self.next(Some(&refused), secrets).await?;
        let is_other = |renewed: &SecretString| {
            token.is_none_or(|token| token.expose_secret() != renewed.expose_secret())
        };
        Ok(renewed.filter(is_other))
    }
}

/// Adds the token to the headers of a request.
pub(crate) fn add_token(headers: &mut HeaderMap, token: &SecretString) -> Result<(), RequestError> {
    let value = format!("Bearer {}", token.expose_secret());
    let mut value = HeaderValue::try_from(value).map_err(|_| {
        let error = TokenError::new("it has characters that a header cannot have");
        RequestError::Token(error.with_kind(TokenErrorKind::Invalid))
    })?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    Ok(())
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Fixed(_) => "Fixed",
            Self::Source(..) => "Source",
        })
    }
}
