//! Tokens that are stored, renewed and replaced, without a person.

use std::sync::Arc;
use std::time::SystemTime;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OwnedMutexGuard;
use url::Url;

use super::client::{OAuthClient, add_scope, required};
use super::credentials::{Credentials, Tokens};
use super::error::{OAuthError, OAuthErrorKind};
use super::grant::{self, GrantError, Granted};
use super::http::OAuthHttp;
use super::store::TokenStore;
use crate::authorization::{RefusedToken, TokenError, TokenErrorKind, TokenFuture, TokenSource};

impl OAuthClient {
    /// Returns a token that can be used for a while, renewed if necessary. Returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// Returns an error if a person has to authorize the program again, or if the token cannot be renewed.
    pub async fn access_token(&self) -> Result<Option<SecretString>, OAuthError> {
        let mut current = Arc::clone(&self.current).lock_owned().await;
        if current.is_none() {
            *current = self.store.load(self.key()).await?;
        }
        let Some(credentials) = current.as_ref() else {
            return Ok(None);
        };
        match &credentials.tokens {
            Some(tokens) if tokens.is_fresh(SystemTime::now()) => Ok(Some(tokens.access.clone())),
            Some(tokens) => {
                let old = tokens.access.clone();
                self.renew(current, old).await.map(Some)
            }
            // Another process may have authorized the program since.
            None => {
                *current = self.store.load(self.key()).await?;
                let tokens = current.as_ref().and_then(|found| found.tokens.as_ref());
                Ok(tokens.map(|tokens| tokens.access.clone()))
            }
        }
    }

    /// Returns another token than the one that a server refused.
    async fn replace(&self, refused: &RefusedToken) -> Result<SecretString, OAuthError> {
        let mut current = Arc::clone(&self.current).lock_owned().await;
        // Held while what was loaded is changed and saved.
        let lock = self.store.lock(self.key()).await?;
        let stored = self.store.load(self.key()).await?;
        let old = refused.token.as_ref().map(ExposeSecret::expose_secret);
        let tokens = stored.as_ref().and_then(|found| found.tokens.as_ref());
        let other = tokens.filter(|tokens| old != Some(tokens.access.expose_secret()));
        if let Some(tokens) = other.cloned() {
            // Another process was faster.
            *current = stored;
            if tokens.is_fresh(SystemTime::now()) {
                return Ok(tokens.access);
            }
            drop(lock);
            return self.renew(current, tokens.access).await;
        }
        let Some(mut credentials) = stored else {
            return Err(self.required("requires authorization"));
        };
        if refused.challenge.is_insufficient_scope() {
            let scopes = refused.challenge.scope.as_deref().unwrap_or_default();
            for scope in scopes.split_whitespace() {
                add_scope(&mut credentials.scopes, scope);
            }
            // If the caller stops waiting, the store has them.
            *current = None;
            self.store.save(self.key(), &credentials).await?;
            *current = Some(credentials);
            return Err(self.required("requires more permissions than were granted"));
        }
        let Some(old) = refused.token.clone() else {
            return Err(self.required("requires authorization"));
        };
        *current = Some(credentials);
        drop(lock);
        self.renew(current, old).await
    }

    /// Renews the token `old` in a separate task: a caller that stops waiting must not lose a refresh
    /// token, which servers accept once.
    async fn renew(
        &self,
        current: OwnedMutexGuard<Option<Credentials>>,
        old: SecretString,
    ) -> Result<SecretString, OAuthError> {
        let renewal = Renewal {
            server: self.server.clone(),
            store: Arc::clone(&self.store),
            remedy: self.remedy.clone(),
        };
        let renewing = tokio::spawn(async move {
            let mut current = current;
            renewal.run(&mut current, &old).await
        });
        let interrupted = |_| OAuthError::store("the renewal of the token was interrupted");
        renewing.await.map_err(interrupted)?
    }
}

/// The parts of a client that renew a token.
struct Renewal {
    server: Url,
    store: Arc<dyn TokenStore>,
    remedy: String,
}

impl Renewal {
    async fn run(
        &self,
        current: &mut Option<Credentials>,
        old: &SecretString,
    ) -> Result<SecretString, OAuthError> {
        let _lock = self.store.lock(self.key()).await?;
        // Another process may have renewed it meanwhile.
        let Some(mut credentials) = self.store.load(self.key()).await? else {
            *current = None;
            return Err(self.required("requires authorization"));
        };
        let Some(tokens) = credentials.tokens.clone() else {
            *current = Some(credentials);
            return Err(self.required("requires authorization"));
        };
        let is_other = tokens.access.expose_secret() != old.expose_secret();
        if is_other && tokens.is_fresh(SystemTime::now()) {
            *current = Some(credentials);
            return Ok(tokens.access);
        }
        let Some(refresh) = &tokens.refresh else {
            let why = "granted an access token that expired and cannot be refreshed";
            return self.discard(credentials, current, why).await;
        };
        let renewed = self.refresh(&credentials, refresh).await;
        let why = match renewed {
            Ok(granted) => {
                let access = granted.tokens.access.clone();
                credentials.tokens = Some(Tokens {
                    // A server may keep the refresh token.
                    refresh: granted.tokens.refresh.or_else(|| Some(refresh.clone())),
                    ..granted.tokens
                });
                self.store.save(self.key(), &credentials).await?;
                *current = Some(credentials);
                return Ok(access);
            }
            Err(GrantError::Other(error)) => return Err(error),
            Err(GrantError::Invalid(_)) => "no longer accepts the refresh token",
            Err(GrantError::UnknownClient(_)) => "no longer knows this program",
        };
        self.discard(credentials, current, why).await
    }

    /// Removes tokens that no server accepts, so that the next authorization asks a person.
    async fn discard(
        &self,
        mut credentials: Credentials,
        current: &mut Option<Credentials>,
        why: &str,
    ) -> Result<SecretString, OAuthError> {
        credentials.tokens = None;
        self.store.save(self.key(), &credentials).await?;
        *current = Some(credentials);
        Err(self.required(why))
    }

    async fn refresh(
        &self,
        credentials: &Credentials,
        refresh: &SecretString,
    ) -> Result<Granted, GrantError> {
        let endpoint = Url::parse(&credentials.token_endpoint).map_err(|_| {
            let message = "the stored credentials have no token endpoint; remove them";
            GrantError::Other(OAuthError::store(message))
        })?;
        let http = OAuthHttp::new(&self.server).await;
        let http = http.map_err(GrantError::Other)?;
        let parameters = vec![
            ("grant_type", "refresh_token".to_owned().into()),
            ("refresh_token", refresh.clone()),
            ("resource", credentials.resource.clone().into()),
        ];
        grant::request(&http, &endpoint, &credentials.client, parameters).await
    }

    fn required(&self, why: &str) -> OAuthError {
        required(&self.server, why, &self.remedy)
    }

    fn key(&self) -> &str {
        self.server.as_str()
    }
}

impl TokenSource for OAuthClient {
    fn token<'a>(&'a self, refused: Option<&'a RefusedToken>) -> TokenFuture<'a> {
        Box::pin(async move {
            let token = match refused {
                None => self.access_token().await,
                Some(refused) => self.replace(refused).await.map(Some),
            };
            token.map_err(|error| {
                let kind = kind_of(&error, refused);
                TokenError::new(error.to_string()).with_kind(kind)
            })
        })
    }
}

/// Returns whether the token may be available later, or what a person has to do.
fn kind_of(error: &OAuthError, refused: Option<&RefusedToken>) -> TokenErrorKind {
    let is_scope = refused.is_some_and(|refused| refused.challenge.is_insufficient_scope());
    match error.kind() {
        OAuthErrorKind::AuthorizationRequired if is_scope => TokenErrorKind::InsufficientScope,
        OAuthErrorKind::AuthorizationRequired
        | OAuthErrorKind::Denied
        | OAuthErrorKind::Registration => TokenErrorKind::AuthorizationRequired,
        OAuthErrorKind::Configuration | OAuthErrorKind::Unsupported => TokenErrorKind::Invalid,
        _ => TokenErrorKind::Temporary,
    }
}
