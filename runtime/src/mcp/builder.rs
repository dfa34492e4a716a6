//! The builder of a client.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use toolsmith_mcp::input::{Elicitation, ElicitationAnswer};
use toolsmith_mcp::{Endpoint, OpenError, SessionBuilder};

use super::client::Client;
use super::exchange::{DEFAULT_TIMEOUT, Shared};
use super::verify::verify;
use crate::codec::Json;
use crate::error::Error;
use crate::rate_limit::Quota;
use crate::scrubber::Scrubber;
use crate::tools::CatalogSpec;

/// A builder for a client `C` of an MCP server.
///
/// A server may ask for input during a call: a decision of a person, or a response of a model. The
/// client declares that it can answer only if the builder has an answer. Without one, the call ends with
/// [`Error::InputRequired`] and is not repeated.
#[must_use = "no session is opened yet"]
pub struct ClientBuilder<C = Client> {
    catalog: &'static CatalogSpec,
    session: SessionBuilder,
    scrubber: Scrubber,
    timeout: Duration,
    quota: Quota,
    start: Start,
    client: PhantomData<fn() -> C>,
}

/// The start of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// The session is open.
    Opened,
    /// The session is open, and the server lists the tools of the catalog.
    Verified,
}

impl<C> ClientBuilder<C> {
    /// Creates a builder for a client, which needs an [`endpoint`](Self::endpoint).
    pub fn new(catalog: &'static CatalogSpec) -> Self {
        Self {
            catalog,
            scrubber: Scrubber::default(),
            session: SessionBuilder::default(),
            timeout: DEFAULT_TIMEOUT,
            quota: Quota::unlimited(),
            start: Start::Opened,
            client: PhantomData,
        }
    }

    /// Sets the endpoint of the server. The builder of a generated client may know one.
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        let endpoint: Endpoint = endpoint.into();
        self.scrubber = Scrubber::new(endpoint.secrets());
        self.session = self.session.endpoint(endpoint);
        self
    }

    /// Sets the name and the version by which the client introduces itself to the server.
    pub fn client_info(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.session = self.session.client_info(name, version);
        self
    }

    /// Answers the server's questions to a person. The time that an answer takes does not count towards the
    /// [timeout](Self::timeout) of the call, so `answer` decides how long to wait.
    pub fn on_elicitation<F>(
        mut self,
        answer: impl Fn(Elicitation) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ElicitationAnswer> + Send + 'static,
    {
        self.session = self.session.on_elicitation(answer);
        self
    }

    /// Answers the server's requests to a language model: takes the parameters of
    /// `sampling/createMessage` and returns its result, or the message of an error.
    pub fn on_sampling<F>(mut self, answer: impl Fn(Json) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Json, String>> + Send + 'static,
    {
        self.session = self.session.on_sampling(answer);
        self
    }

    /// Adds a folder that the server may use, by its `file://` URI.
    pub fn root(mut self, uri: &str, name: &str) -> Self {
        self.session = self.session.root(uri, name);
        self
    }

    /// Sets the timeout of each call, waits for the rate limit included. The default is two minutes. The time in
    /// which the program answers questions of the server does not count. Up to 2025-11-25, a server may ask without
    /// naming a call; then the time does not count for any call of the session.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Enforces these limits client-side, in addition to the server's. There are none by default. The
    /// limit of the account applies to the session.
    pub fn quota(mut self, quota: Quota) -> Self {
        self.quota = quota;
        self
    }

    /// Compares the tools of the server with those of the catalog when the session is opened, as
    /// [`Client::verify_tools`] does. If they differ, the session is not opened.
    pub fn verify_tools(mut self) -> Self {
        self.start = Start::Verified;
        self
    }

    /// Opens the session and creates the client.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the session cannot be opened; after
    /// [`verify_tools`](Self::verify_tools), [`Error::ToolsChanged`] if the tools differ.
    pub async fn connect(self) -> Result<C, Error>
    where
        C: From<Client>,
    {
        let opened = self.session.open().await;
        let session = opened.map_err(|error| {
            let remedy = remedy(&error);
            Error::config(self.scrubber.string(format!("{error}{remedy}")))
        })?;
        let shared = Shared::new(self.catalog, session, self.timeout, self.quota);
        if self.start == Start::Verified
            && let Err(error) = verify(&shared).await
        {
            shared.session.close().await;
            return Err(error);
        }
        Ok(C::from(Client::from_shared(shared)))
    }
}

impl Client {
    /// Opens a session with a server.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the session cannot be opened.
    pub async fn connect(
        catalog: &'static CatalogSpec,
        endpoint: impl Into<Endpoint>,
    ) -> Result<Self, Error> {
        let builder: ClientBuilder = ClientBuilder::new(catalog).endpoint(endpoint);
        builder.connect().await
    }
}

/// Returns what a caller of a generated client can do about an error.
fn remedy(error: &OpenError) -> &'static str {
    match error {
        OpenError::MissingVariables(_) => {
            "; set the variables, or pass an endpoint with their values to `Client::connect_to(..)`"
        }
        OpenError::MissingEndpoint => " of `Client::builder()`, or use `Client::connect_to(..)`",
        OpenError::Unauthorized(_) => "; pass an endpoint with a token to `Client::connect_to(..)`",
        _ => "",
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("catalog", &self.catalog.name)
            .field("session", &self.session)
            .field("timeout", &self.timeout)
            .field("start", &self.start)
            .finish_non_exhaustive()
    }
}
