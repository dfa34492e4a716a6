//! A session with a server.

use std::fmt;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{CallToolRequestParams, CallToolResult, JsonObject};
use rmcp::service::{Peer, RoleClient, RunningService, ServiceError, ServiceExt};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use secrecy::{ExposeSecret, SecretString};
use tokio::process::Command;

use crate::endpoint::{CommandEndpoint, Endpoint};
use crate::environment;
use crate::error::OpenError;
use crate::http::{HttpEndpoint, Token};
use crate::secrets::Secrets;

/// The time for a server to start and to complete the handshake.
const OPEN_TIMEOUT: Duration = Duration::from_secs(120);

/// A session with an MCP server. Cloning is cheap; the session ends when its last clone is dropped.
#[derive(Clone)]
pub struct Session {
    peer: Peer<RoleClient>,
    /// The secrets of the endpoint, which error messages may contain.
    secrets: Arc<Secrets>,
    /// Keeps the session open, unless it was created from a peer.
    service: Option<Arc<RunningService<RoleClient, ()>>>,
}

impl Session {
    /// Opens a session, with the environment variables of this process.
    ///
    /// # Errors
    ///
    /// Returns an error if a variable is not set, the URL is not allowed, the program cannot be
    /// started, or the server does not complete the handshake.
    pub async fn open(endpoint: impl Into<Endpoint>) -> Result<Self, OpenError> {
        Self::open_with(endpoint, |name| std::env::var(name).ok()).await
    }

    /// Opens a session, with environment variables that `variables` looks up.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_with(
        endpoint: impl Into<Endpoint>,
        variables: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, OpenError> {
        let mut secrets = Secrets::default();
        let opening = start(endpoint.into(), &variables, &mut secrets);
        let opened = tokio::time::timeout(OPEN_TIMEOUT, opening).await;
        let service = opened.unwrap_or(Err(OpenError::Timeout(OPEN_TIMEOUT)));
        let service = service.map_err(|error| match error {
            OpenError::Handshake(problem) => OpenError::Handshake(secrets.redact(problem)),
            error => error,
        })?;
        Ok(Self {
            peer: service.peer().clone(),
            secrets: Arc::new(secrets),
            service: Some(Arc::new(service)),
        })
    }

    /// Closes the session if this is its last clone. A child process is ended.
    pub async fn close(self) {
        if let Some(service) = self.service.and_then(Arc::into_inner) {
            // The session is closed either way.
            let _ended = service.cancel().await;
        }
    }

    /// Returns the session as `rmcp` has it, for requests that this type does not offer.
    #[must_use]
    pub fn peer(&self) -> &Peer<RoleClient> {
        &self.peer
    }

    /// Calls a tool.
    ///
    /// # Errors
    ///
    /// Returns the server's error, or that of a session that is broken. Its message may contain
    /// secrets; see [`redact`](Self::redact).
    pub async fn call_tool(
        &self,
        name: &'static str,
        arguments: Option<JsonObject>,
    ) -> Result<CallToolResult, ServiceError> {
        let mut params = CallToolRequestParams::new(name);
        params.arguments = arguments;
        match &self.service {
            Some(service) => service.call_tool(params).await,
            None => self.peer.call_tool(params).await,
        }
    }

    /// Returns the secrets of the endpoint, so that a program can look for them in what the server
    /// sends.
    #[must_use]
    pub fn secrets(&self) -> &[SecretString] {
        self.secrets.values()
    }

    /// Replaces the secrets of the endpoint in a message, because servers may repeat them.
    #[must_use]
    pub fn redact(&self, message: String) -> String {
        self.secrets.redact(message)
    }
}

/// Wraps a session that is already open. The caller keeps it open.
impl From<Peer<RoleClient>> for Session {
    fn from(peer: Peer<RoleClient>) -> Self {
        Self {
            peer,
            secrets: Arc::default(),
            service: None,
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Returns the secrets of the endpoint, with the environment variables of this process: its token, the
    /// parts of its URL that may be secret, and the variables of its program. Messages of a server may
    /// repeat them.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretString> {
        let variables = |name: &str| std::env::var(name).ok();
        let mut secrets = Secrets::default();
        match self {
            Self::Http(endpoint) => {
                if let Ok(Some(token)) = token(&endpoint.token, &variables) {
                    secrets.add(token);
                }
                secrets.add_url(&endpoint.url);
            }
            Self::Command(endpoint) => {
                let named = environment::named(endpoint, &variables).unwrap_or_default();
                for (_, value) in named {
                    secrets.add(value);
                }
            }
        }
        secrets.values().to_vec()
    }
}

/// Connects to the server and completes the handshake. The secrets of the endpoint are added to
/// `secrets` before anything is sent.
async fn start(
    endpoint: Endpoint,
    variables: &impl Fn(&str) -> Option<String>,
    secrets: &mut Secrets,
) -> Result<RunningService<RoleClient, ()>, OpenError> {
    match endpoint {
        Endpoint::Http(endpoint) => connect(&endpoint, variables, secrets).await,
        Endpoint::Command(endpoint) => spawn(&endpoint, variables, secrets).await,
    }
}

async fn connect(
    endpoint: &HttpEndpoint,
    variables: &impl Fn(&str) -> Option<String>,
    secrets: &mut Secrets,
) -> Result<RunningService<RoleClient, ()>, OpenError> {
    let token = token(&endpoint.token, variables)?;
    endpoint.check()?;
    let mut config = StreamableHttpClientTransportConfig::with_uri(endpoint.url.as_str());
    if let Some(token) = token {
        config = config.auth_header(token.expose_secret());
        secrets.add(token);
    }
    secrets.add_url(&endpoint.url);
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // This fails only if another thread was faster.
        let _installed = rustls::crypto::ring::default_provider().install_default();
    }
    // The token is sent to no other host.
    let mut client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    if endpoint.is_direct() {
        client = client.no_proxy();
    }
    let client = client
        .build()
        .map_err(|error| OpenError::Handshake(error.to_string()))?;
    let transport = StreamableHttpClientTransport::with_client(client, config);
    let opened = ().serve(transport).await;
    opened.map_err(|error| OpenError::Handshake(error.to_string()))
}

fn token(
    token: &Token,
    variables: &impl Fn(&str) -> Option<String>,
) -> Result<Option<SecretString>, OpenError> {
    match token {
        Token::None => Ok(None),
        Token::Source(_) => Err(OpenError::Handshake("not supported yet".to_owned())),
        Token::Given(token) => Ok(Some(token.clone())),
        Token::Variable(name) => match environment::look_up(name, variables) {
            Some(token) => Ok(Some(token.expose_secret().trim().into())),
            None => Err(OpenError::MissingVariables(vec![name.clone()])),
        },
    }
}

async fn spawn(
    endpoint: &CommandEndpoint,
    variables: &impl Fn(&str) -> Option<String>,
    secrets: &mut Secrets,
) -> Result<RunningService<RoleClient, ()>, OpenError> {
    let named = environment::named(endpoint, variables)?;
    let mut command = Command::new(&endpoint.program);
    command.args(&endpoint.args).env_clear();
    for (name, value) in environment::common(variables).iter().chain(&named) {
        command.env(name, value.expose_secret());
    }
    for (_, value) in named {
        secrets.add(value);
    }
    if let Some(directory) = &endpoint.directory {
        command.current_dir(directory);
    }
    let spawned = TokioChildProcess::builder(command)
        .stderr(Stdio::null())
        .spawn();
    let (transport, _) = spawned.map_err(|error| OpenError::Start {
        program: endpoint.program.display().to_string(),
        error: error.to_string(),
    })?;
    let opened = ().serve(transport).await;
    opened.map_err(|error| OpenError::Handshake(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let remote = Endpoint::http("https://mcp.test/mcp?key=s3cr3t-canary").token("t-canary");
        let printed = format!("{remote:?}");
        assert!(printed.contains("https://mcp.test"), "{printed}");
        let local = Endpoint::command("notes").args(["--token=s3cr3t-canary"]);
        for text in [
            printed,
            format!("{local:?}"),
            format!("{:?}", Endpoint::from(local)),
        ] {
            assert!(!text.contains("canary"), "{text}");
        }
    }

    #[tokio::test]
    async fn errors_do_not_contain_secrets() {
        let mut secrets = Secrets::default();
        let endpoint = Endpoint::http("http://127.0.0.1:1/mcp?key=s3cr3t-canary").token("t-canary");
        let error = start(endpoint.into(), &|_| None, &mut secrets)
            .await
            .unwrap_err();
        assert!(matches!(error, OpenError::Handshake(_)), "{error:?}");
        let message = "no response from https://mcp.test/mcp?key=s3cr3t-canary with t-canary";
        assert!(!secrets.redact(message.to_owned()).contains("canary"));
    }

    #[tokio::test]
    async fn variables_that_are_not_set_are_named() {
        let local = Endpoint::command("notes")
            .variables(["A", "B"])
            .variable("C", "c");
        let error = Session::open_with(local, |name| (name == "A").then(|| "a".to_owned()));
        let error = error.await.unwrap_err();
        assert_eq!(error, OpenError::MissingVariables(vec!["B".to_owned()]));
        let remote = Endpoint::http("https://mcp.test").token_from("D");
        let error = Session::open_with(remote, |_| Some(" ".to_owned()))
            .await
            .unwrap_err();
        assert_eq!(error, OpenError::MissingVariables(vec!["D".to_owned()]));
    }
}
