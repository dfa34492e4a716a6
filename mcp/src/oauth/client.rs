//! An OAuth client for one MCP server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;
use toolsmith_dialect::loopback::is_loopback;
use url::Url;

use super::address::origin;
use super::callback::{Callback, Expected};
use super::credentials::Credentials;
use super::discover::{Discovered, discover};
use super::error::{OAuthError, OAuthErrorKind};
use super::http::OAuthHttp;
use super::pkce;
use super::register::{Identity, client_for};
use super::request::{OFFLINE_ACCESS, Request};
use super::store::TokenStore;

/// The time that a person has to authorize the program.
const AUTHORIZATION_TIMEOUT: Duration = Duration::from_secs(300);

/// An OAuth client for one MCP server: it asks a person for authorization, keeps the tokens in a store and
/// renews them.
///
/// As a [`TokenSource`](crate::authorization::TokenSource) it never asks a person. Without a token it sends none; if the
/// server then wants one, the error says that an authorization is required.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use toolsmith_mcp::oauth::{FileStore, OAuthClient};
/// use toolsmith_mcp::{Endpoint, Session};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let url = "https://mcp.example.com/mcp";
/// let store = Arc::new(FileStore::new("/var/lib/my-program/tokens"));
/// let client = OAuthClient::new(url, store)?;
/// client.authorize(|page| println!("open {page}")).await?;
/// let session = Session::open(Endpoint::http(url).token_source(Arc::new(client))).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "no authorization is requested yet"]
pub struct OAuthClient {
    pub(super) server: Url,
    pub(super) store: Arc<dyn TokenStore>,
    identity: Identity,
    scopes: Vec<String>,
    redirect_port: u16,
    timeout: Duration,
    pub(super) remedy: String,
    /// The credentials as last read or written. Its lock makes requests renew a token once.
    pub(super) current: Arc<Mutex<Option<Credentials>>>,
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
            "http" if is_loopback(&server) => {}
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
            current: Arc::default(),
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
        let mut current = self.current.lock().await;
        let _lock = self.store.lock(self.key()).await?;
        *current = None;
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
        // Calls continue with the earlier token while the browser is open.
        let mut current = self.current.lock().await;
        let _lock = self.store.lock(self.key()).await?;
        // If the caller stops waiting, the store has them.
        *current = None;
        self.store.save(self.key(), &credentials).await?;
        *current = Some(credentials.clone());
        Ok(credentials)
    }

    /// Returns the scopes to request: the configured ones, or those that the server needs, and those of
    /// earlier authorizations.
    fn wanted_scopes(&self, found: &Discovered, before: Option<&Credentials>) -> Vec<String> {
        let needed = if self.scopes.is_empty() {
            &found.scopes
        } else {
            &self.scopes
        };
        let mut scopes = Vec::new();
        // Permissions of another authorization server do not apply.
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

    pub(super) fn required(&self, why: &str) -> OAuthError {
        required(&self.server, why, &self.remedy)
    }

    pub(super) fn key(&self) -> &str {
        self.server.as_str()
    }
}

/// Creates the error of a server that a person has to authorize.
pub(super) fn required(server: &Url, why: &str, remedy: &str) -> OAuthError {
    let message = format!("{} {why}; {remedy}", origin(server));
    OAuthError::new(OAuthErrorKind::AuthorizationRequired, message)
}

pub(super) fn add_scope(scopes: &mut Vec<String>, scope: &str) {
    if !scopes.iter().any(|known| known == scope) {
        scopes.push(scope.to_owned());
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
