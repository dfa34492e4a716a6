//! The settings of a session.

use std::fmt;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncRead, AsyncWrite};

use super::Session;
use crate::endpoint::Endpoint;
use crate::error::OpenError;
use crate::input::{Elicitation, ElicitationAnswer, Inputs};

/// The settings of a session: the name of the client, and its answers to questions of the server.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    name: String,
    version: String,
    pub(crate) inputs: Inputs,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            inputs: Inputs::default(),
        }
    }
}

impl Options {
    /// Returns the name and the version of the client, as the protocol has them.
    pub(crate) fn client_info(&self) -> Value {
        json!({"name": self.name, "version": self.version})
    }

    /// Returns the capabilities of the client.
    pub(crate) fn capabilities(&self) -> Map<String, Value> {
        self.inputs.capabilities()
    }
}

/// A builder for a [`Session`].
///
/// A server may ask for input during a call. The session declares that it can answer only if the
/// builder has an answer: without one, such a call is an error, and nothing is repeated.
///
/// ```no_run
/// use toolsmith_mcp::input::ElicitationAnswer;
/// use toolsmith_mcp::{Endpoint, Session};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let endpoint = Endpoint::command("npx").args(["-y", "@modelcontextprotocol/server-everything"]);
/// let session = Session::builder(endpoint)
///     .client_info("notes", "1.2.0")
///     .on_elicitation(|question| async move {
///         println!("{}", question.message);
///         ElicitationAnswer::Decline
///     })
///     .open()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "no session is opened yet"]
pub struct SessionBuilder {
    source: Option<Source>,
    options: Options,
}

/// The other end of a session.
pub(super) enum Source {
    Endpoint(Endpoint),
    Streams(
        Box<dyn AsyncRead + Unpin + Send>,
        Box<dyn AsyncWrite + Unpin + Send>,
    ),
}

impl SessionBuilder {
    /// Sets the endpoint of the server.
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.source = Some(Source::Endpoint(endpoint.into()));
        self
    }

    /// Creates a builder for a session over a pair of streams with a message on each line: a socket,
    /// or a server in the same process. If the streams end, the session does.
    pub fn over(
        read: impl AsyncRead + Unpin + Send + 'static,
        write: impl AsyncWrite + Unpin + Send + 'static,
    ) -> Self {
        Self {
            source: Some(Source::Streams(Box::new(read), Box::new(write))),
            ..Self::default()
        }
    }

    /// Sets the name and the version by which the client introduces itself to the server. The default
    /// is that of this crate.
    pub fn client_info(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.options.name = name.into();
        self.options.version = version.into();
        self
    }

    /// Answers the server's questions to a person.
    pub fn on_elicitation<F>(
        mut self,
        answer: impl Fn(Elicitation) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ElicitationAnswer> + Send + 'static,
    {
        self.options.inputs.set_elicitation(answer);
        self
    }

    /// Answers the server's requests to a language model: takes the parameters of
    /// `sampling/createMessage` and returns its result, or the message of an error.
    pub fn on_sampling<F>(mut self, answer: impl Fn(Value) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Value, String>> + Send + 'static,
    {
        self.options.inputs.set_sampling(answer);
        self
    }

    /// Adds a folder that the server may use, by its `file://` URI.
    pub fn root(mut self, uri: &str, name: &str) -> Self {
        self.options.inputs.add_root(uri, name);
        self
    }

    /// Opens the session, with the environment variables of this process.
    ///
    /// # Errors
    ///
    /// Returns an error if a variable is not set, the URL is not allowed, the program cannot be
    /// started, or the server cannot be reached or does not speak the protocol.
    pub async fn open(self) -> Result<Session, OpenError> {
        self.open_with(|name| std::env::var(name).ok()).await
    }

    /// Opens the session, with environment variables that `variables` looks up.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_with(
        self,
        variables: impl Fn(&str) -> Option<String>,
    ) -> Result<Session, OpenError> {
        let source = self.source.ok_or(OpenError::MissingEndpoint)?;
        Session::start(source, self.options, &variables).await
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(endpoint) => fmt::Debug::fmt(endpoint, formatter),
            Self::Streams(..) => formatter.write_str("Streams"),
        }
    }
}
