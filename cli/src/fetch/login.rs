//! Authorization of remote MCP servers by a person in a browser.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use secrecy::SecretString;
use toolsmith_codegen::options::{McpSettings, McpUrl};
use toolsmith_mcp::oauth::{Credentials, FileStore, OAuthClient, OAuthError, OAuthErrorKind};
use url::Url;

use super::{Reauthorization, tokens};
use crate::system::environment::Environment;
use crate::workspace::CONFIG;

/// An MCP server, and how this program is known to its authorization server.
pub(crate) struct Login<'a> {
    /// The name of the catalog.
    pub(crate) catalog: &'a str,
    /// The server.
    pub(crate) endpoint: &'a McpSettings,
    /// A client that a person registered; without it, the program registers itself.
    pub(crate) client_id: Option<&'a str>,
    /// Its secret.
    pub(crate) client_secret: Option<SecretString>,
    /// The scopes to request instead of those that the server names.
    pub(crate) scopes: &'a [String],
    /// The port to which the browser returns, if the client is registered with one.
    pub(crate) port: Option<u16>,
}

/// The result of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginOutcome {
    /// The program is authorized.
    Authorized,
    /// The server accepts requests without authorization.
    NotRequired,
}

impl<'a> Login<'a> {
    /// Creates a login in which the program registers itself.
    pub(crate) fn new(catalog: &'a str, endpoint: &'a McpSettings) -> Self {
        Self {
            catalog,
            endpoint,
            client_id: None,
            client_secret: None,
            scopes: &[],
            port: None,
        }
    }

    /// Asks a person for authorization and stores the tokens. `show` gets the address of the page to open
    /// in a browser.
    ///
    /// # Errors
    ///
    /// Returns an error if the server cannot be authorized by a person, or if the tokens cannot be stored
    /// outside of the project.
    pub(crate) fn run(
        self,
        environment: &Environment,
        project: &Path,
        show: impl FnOnce(&Url) + Send,
    ) -> Result<LoginOutcome> {
        match self.authorize(environment, project, show)? {
            Ok(_) => Ok(LoginOutcome::Authorized),
            Err(error) if error.kind() == OAuthErrorKind::NotRequired => {
                Ok(LoginOutcome::NotRequired)
            }
            Err(error) if error.kind() == OAuthErrorKind::Discovery => {
                let help =
                    "if the server takes a token that you have, name its variable with `token` in";
                Err(anyhow!("{error}; {help} {CONFIG}")).with_context(|| self.failed())
            }
            Err(error) => Err(error).with_context(|| self.failed()),
        }
    }

    /// Asks a person for authorization if the server requires one and no valid one is stored. A server that cannot
    /// be reached, or that has no authorization server, is left to the fetch to report.
    ///
    /// # Errors
    /// Returns the same errors as [`run`](Self::run).
    pub(crate) fn run_if_required(
        self,
        environment: &Environment,
        project: &Path,
        show: impl FnOnce(&Url) + Send,
    ) -> Result<()> {
        if !self.may_apply(environment) {
            return Ok(());
        }
        let client = self.client(environment, project)?;
        match runtime()?.block_on(client.access_token()) {
            Ok(Some(_)) => return Ok(()),
            Ok(None) => {}
            Err(error) => match error.kind() {
                OAuthErrorKind::AuthorizationRequired => {}
                OAuthErrorKind::Store => return Err(error).with_context(|| self.failed()),
                _ => return Ok(()),
            },
        }
        match self.authorize(environment, project, show)? {
            Ok(_) => Ok(()),
            Err(error) => match error.kind() {
                OAuthErrorKind::NotRequired
                | OAuthErrorKind::Connection
                | OAuthErrorKind::Discovery => Ok(()),
                _ => Err(error).with_context(|| self.failed()),
            },
        }
    }

    /// Removes the stored tokens.
    ///
    /// # Errors
    ///
    /// Returns an error if the server cannot have any, or if they cannot be removed.
    pub(crate) fn forget(&self, environment: &Environment, project: &Path) -> Result<()> {
        let client = self.client(environment, project)?;
        Ok(runtime()?.block_on(client.forget())?)
    }

    fn failed(&self) -> String {
        format!("cannot authorize this program for `{}`", self.catalog)
    }

    fn authorize(
        &self,
        environment: &Environment,
        project: &Path,
        show: impl FnOnce(&Url) + Send,
    ) -> Result<Result<Credentials, OAuthError>> {
        let client = self.client(environment, project)?;
        Ok(runtime()?.block_on(client.authorize(show)))
    }

    fn client(&self, environment: &Environment, project: &Path) -> Result<OAuthClient> {
        let McpSettings::Http {
            url,
            token_variable: None,
        } = self.endpoint
        else {
            bail!(
                "catalog `{}` cannot be authorized: `login` needs a catalog with a `url` and without a `token`",
                self.catalog
            );
        };
        let url = match url {
            McpUrl::Literal(url) => url.clone(),
            McpUrl::Variable(name) => environment
                .get(name)
                .with_context(|| format!("{name} is not set; set it to the URL of the server"))?,
        };
        let directory = tokens::directory(environment, Some(project))?;
        let mut client = OAuthClient::new(&url, Arc::new(FileStore::new(directory)))?;
        if let Some(id) = self.client_id {
            client = client.client_id(id, self.client_secret.clone());
        }
        if let Some(port) = self.port {
            client = client.redirect_port(port);
        }
        Ok(client.scopes(self.scopes))
    }

    /// Returns `true` for a server over HTTP that tokens can be sent to.
    fn may_apply(&self, environment: &Environment) -> bool {
        let McpSettings::Http {
            url,
            token_variable: None,
        } = self.endpoint
        else {
            return false;
        };
        let url = match url {
            McpUrl::Literal(url) => Some(url.clone()),
            McpUrl::Variable(name) => environment.get(name),
        };
        let store = Arc::new(toolsmith_mcp::oauth::MemoryStore::default());
        url.is_some_and(|url| OAuthClient::new(&url, store).is_ok())
    }
}

/// Returns the stored tokens of a server, for a fetch. A fetch never asks a person: its error names the
/// command that does.
pub(super) fn stored_tokens(
    url: &str,
    catalog: &str,
    environment: &Environment,
    again: Reauthorization,
) -> Option<Arc<OAuthClient>> {
    let directory = tokens::directory(environment, None).ok()?;
    let client = OAuthClient::new(url, Arc::new(FileStore::new(directory))).ok()?;
    let remedy = match again {
        Reauthorization::Login(program) => {
            format!("run {}", program.command(&format!("login {catalog}")))
        }
        Reauthorization::SameCommand => {
            "run this command again, and authorize it in a browser".to_owned()
        }
    };
    Some(Arc::new(client.remedy(remedy)))
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder
        .enable_all()
        .build()
        .context("cannot start a runtime")
}
