//! An OAuth client for one MCP server.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use url::Url;

use super::address::{is_loopback_host, origin};
use super::callback::{Callback, Expected};
use super::credentials::{ClientCredentials, Credentials, Tokens};
use super::discover::{Discovered, discover};
use super::error::{OAuthError, OAuthErrorKind};
use super::grant::{self, GrantError};
use super::http::OAuthHttp;
use super::pkce;
use super::register::{Identity, client_for};
use super::store::TokenStore;
use crate::authorization::{RefusedToken, TokenError, TokenFuture, TokenSource};

/// The time that a person has to authorize the program.
const AUTHORIZATION_TIMEOUT: Duration = Duration::from_secs(300);

/// The scope that asks for a refresh token.
const OFFLINE_ACCESS: &str = "offline_access";

/// An OAuth client for one MCP server: it asks a person for authorization, keeps the tokens in a store and
/// renews them.
///
/// As a [`TokenSource`] it never asks a person. Without a token it sends none; if the server then wants
/// one, the error says that an authorization is required.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use toolsmith_mcp::oauth::{FileStore, OAuthClient};
/// use toolsmith_mcp::{Endpoint, Session};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let url = "https://mcp.example.com/mcp";
/// let store = Arc::new(FileStore::new("/home/me/.config/my-program/tokens"));
/// let client = OAuthClient::new(url, store)?;
/// client.authorize(|page| println!("open {page}")).await?;
/// let session = Session::open(Endpoint::http(url).token_source(Arc::new(client))).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "no authorization is requested yet"]
pub struct OAuthClient {
    server: Url,
    store: Arc<dyn TokenStore>,
    identity: Identity,
    scopes: Vec<String>,
    redirect_port: u16,
    timeout: Duration,
    remedy: String,
    /// The credentials as last read or written. Its lock makes requests renew a token once.
    current: Mutex<Option<Credentials>>,
}

impl OAuthClient {
    /// Creates a client for the server at `url`, with the credentials in `store`.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is invalid, contains credentials, or is plain HTTP and not on this
    /// machine.
    pub fn new(url: &str, store: Arc<dyn TokenStore>) -> Result<Self, OAuthError> {
        let refuse = |what: &str| {
            let message = format!("the URL of the MCP server {what}");
            Err(OAuthError::new(OAuthErrorKind::Configuration, message))
        };
        let Ok(server) = Url::parse(url) else {
            return refuse("is invalid");
        };
        if !server.username().is_empty() || server.password().is_some() {
            return refuse("contains credentials; remove them");
        }
        match server.scheme() {
            "https" => {}
            "http" if is_loopback_host(&server) => {}
            "http" => {
                return refuse("is plain HTTP, which exposes tokens to the network; use https");
            }
            _ => return refuse("is not an https URL"),
        }
        Ok(Self {
            server,
            store,
            identity: Identity {
                name: "Toolsmith".to_owned(),
                ..Identity::default()
            },
            scopes: Vec::new(),
            redirect_port: 0,
            timeout: AUTHORIZATION_TIMEOUT,
            remedy: "authorize the program again".to_owned(),
            current: Mutex::default(),
        })
    }

    /// Uses a client that a person registered with the authorization server.
    pub fn client_id(mut self, id: impl Into<String>, secret: Option<SecretString>) -> Self {
        self.identity.registered = Some((id.into(), secret));
        self
    }

    /// Uses the document at an https URL as the identity of the program, with servers that accept one
    /// (OAuth Client ID Metadata Documents). It must list `http://127.0.0.1/callback` as a redirect URI.
    pub fn client_metadata_url(mut self, url: impl Into<String>) -> Self {
        self.identity.metadata_url = Some(url.into());
        self
    }

    /// Sets the name that the authorization server shows. The default is `Toolsmith`.
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.identity.name = name.into();
        self
    }

    /// Requests these scopes, instead of those that the server names.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Listens on this port for the browser, for a client that is registered with it. The default is any
    /// free port.
    pub fn redirect_port(mut self, port: u16) -> Self {
        self.redirect_port = port;
        self
    }

    /// Sets the time that a person has to authorize the program. The default is 5 minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the advice in errors that require an authorization: a command to run, for example.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Returns the stored credentials.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    pub async fn credentials(&self) -> Result<Option<Credentials>, OAuthError> {
        self.store.load(self.key()).await
    }

    /// Removes the stored credentials.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written.
    pub async fn forget(&self) -> Result<(), OAuthError> {
        *self.current.lock().await = None;
        self.store.remove(self.key()).await
    }

    /// Asks a person for authorization and stores the tokens. `open` gets the address of the page to open
    /// in a browser; the browser returns to a port of this machine.
    ///
    /// Scopes that were granted before, or that a server asked for since, are requested again.
    ///
    /// # Errors
    ///
    /// Returns an error if the server needs no authorization, if its authorization server cannot be used
    /// safely, or if the person does not authorize the program.
    pub async fn authorize(
        &self,
        open: impl FnOnce(&Url) + Send,
    ) -> Result<Credentials, OAuthError> {
        let mut current = self.current.lock().await;
        let before = self.store.load(self.key()).await?;
        let http = OAuthHttp::new(&self.server).await?;
        let discovered = discover(&http, &self.server).await?;
        let callback = Callback::listen(self.redirect_port).await?;
        let redirect = callback.url()?;
        let scopes = self.wanted_scopes(&discovered, before.as_ref());
        let server = &discovered.server;
        let client = client_for(&self.identity, server, &redirect, &scopes, &http).await?;
        let (verifier, state) = (pkce::random()?, pkce::random()?);
        let request = Request {
            discovered: &discovered,
            client: &client,
            redirect: &redirect,
            scopes: &scopes,
        };
        open(&request.page(&state, &verifier));
        let expected = Expected {
            state,
            issuer: server.issuer.clone(),
            names_issuer: server.names_issuer,
        };
        let code = callback.wait(&expected, self.timeout).await?;
        let granted = request.exchange(code, verifier, &http).await?;
        let credentials = Credentials {
            issuer: server.issuer.clone(),
            resource: discovered.resource.clone(),
            token_endpoint: server.token_endpoint.to_string(),
            tokens: Some(granted.tokens),
            scopes: granted.scopes.unwrap_or(scopes),
            client,
        };
        self.store.save(self.key(), &credentials).await?;
        *current = Some(credentials.clone());
        Ok(credentials)
    }

    /// Returns a token that can be used for a while, renewed if necessary. Returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// Returns an error if a person has to authorize the program again, or if the token cannot be renewed.
    pub async fn access_token(&self) -> Result<Option<SecretString>, OAuthError> {
        let mut current = self.current.lock().await;
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
                self.renew(&mut current, &old).await.map(Some)
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
        let mut current = self.current.lock().await;
        let stored = self.store.load(self.key()).await?;
        let old = refused.token.as_ref().map(ExposeSecret::expose_secret);
        let tokens = stored.as_ref().and_then(|found| found.tokens.as_ref());
        let other = tokens.filter(|tokens| old != Some(tokens.access.expose_secret()));
        if let Some(access) = other.map(|tokens| tokens.access.clone()) {
            // Another process was faster.
            *current = stored;
            return Ok(access);
        }
        let Some(mut credentials) = stored else {
            return Err(self.required("requires authorization"));
        };
        if refused.challenge.is_insufficient_scope() {
            let scopes = refused.challenge.scope.as_deref().unwrap_or_default();
            for scope in scopes.split_whitespace() {
                add_scope(&mut credentials.scopes, scope);
            }
            self.store.save(self.key(), &credentials).await?;
            *current = Some(credentials);
            return Err(self.required("requires more permissions than were granted"));
        }
        let Some(old) = refused.token.clone() else {
            return Err(self.required("requires authorization"));
        };
        *current = Some(credentials);
        self.renew(&mut current, &old).await
    }

    /// Renews the token `old` with the refresh token, which servers accept once.
    async fn renew(
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
            return Err(self.required("has granted a token that has ended"));
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
        credentials.tokens = None;
        self.store.save(self.key(), &credentials).await?;
        *current = Some(credentials);
        Err(self.required(why))
    }

    async fn refresh(
        &self,
        credentials: &Credentials,
        refresh: &SecretString,
    ) -> Result<grant::Granted, GrantError> {
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

    /// Returns the scopes to request: the configured ones, or those that the server needs, and those of
    /// earlier authorizations.
    fn wanted_scopes(&self, found: &Discovered, before: Option<&Credentials>) -> Vec<String> {
        let needed = match self.scopes.is_empty() {
            true => &found.scopes,
            false => &self.scopes,
        };
        let mut scopes = Vec::new();
        // Permissions of another authorization server say nothing here.
        let before = before.filter(|before| before.issuer == found.server.issuer);
        let earlier = before.map(|before| before.scopes.as_slice());
        for scope in needed.iter().chain(earlier.unwrap_or_default()) {
            add_scope(&mut scopes, scope);
        }
        if found
            .server
            .scopes
            .iter()
            .any(|scope| scope == OFFLINE_ACCESS)
        {
            add_scope(&mut scopes, OFFLINE_ACCESS);
        }
        scopes
    }

    fn required(&self, why: &str) -> OAuthError {
        let message = format!("{} {why}; {}", origin(&self.server), self.remedy);
        OAuthError::new(OAuthErrorKind::AuthorizationRequired, message)
    }

    fn key(&self) -> &str {
        self.server.as_str()
    }
}

fn add_scope(scopes: &mut Vec<String>, scope: &str) {
    if !scopes.iter().any(|known| known == scope) {
        scopes.push(scope.to_owned());
    }
}

impl TokenSource for OAuthClient {
    fn token<'a>(&'a self, refused: Option<&'a RefusedToken>) -> TokenFuture<'a> {
        Box::pin(async move {
            let token = match refused {
                None => self.access_token().await,
                Some(refused) => self.replace(refused).await.map(Some),
            };
            token.map_err(|error| TokenError::new(error.to_string()))
        })
    }
}

/// Shows the origin of the server only, because the rest of its URL may be a secret.
impl fmt::Debug for OAuthClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OAuthClient")
            .field("server", &origin(&self.server))
            .finish_non_exhaustive()
    }
}

/// One request for authorization.
struct Request<'a> {
    discovered: &'a Discovered,
    client: &'a ClientCredentials,
    redirect: &'a Url,
    scopes: &'a [String],
}

impl Request<'_> {
    /// Returns the address of the page on which a person authorizes the program.
    fn page(&self, state: &SecretString, verifier: &SecretString) -> Url {
        let mut page = self.discovered.server.authorization_endpoint.clone();
        page.set_fragment(None);
        let challenge = pkce::challenge(verifier.expose_secret());
        let mut query = page.query_pairs_mut();
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", &self.client.id),
            ("redirect_uri", self.redirect.as_str()),
            ("state", state.expose_secret()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", &self.discovered.resource),
        ] {
            query.append_pair(name, value);
        }
        if !self.scopes.is_empty() {
            query.append_pair("scope", &self.scopes.join(" "));
        }
        // OpenID Connect grants this scope only with consent.
        if self.scopes.iter().any(|scope| scope == OFFLINE_ACCESS) {
            query.append_pair("prompt", "consent");
        }
        drop(query);
        page
    }

    /// Exchanges a code for tokens.
    async fn exchange(
        &self,
        code: SecretString,
        verifier: SecretString,
        http: &OAuthHttp,
    ) -> Result<grant::Granted, OAuthError> {
        let parameters = vec![
            ("grant_type", "authorization_code".to_owned().into()),
            ("code", code),
            ("redirect_uri", self.redirect.to_string().into()),
            ("code_verifier", verifier),
            ("resource", self.discovered.resource.clone().into()),
        ];
        let endpoint = &self.discovered.server.token_endpoint;
        Ok(grant::request(http, endpoint, self.client, parameters).await?)
    }
}
