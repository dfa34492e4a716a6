//! The tools of a server: those of one toolbox, or those that the program makes for each request.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::agent::Toolbox;

/// The tools of the requests of a server that was made with
/// [`Server::per_request`](super::Server::per_request).
#[derive(Clone)]
pub struct PerRequest(Arc<MakeToolbox>);

/// Makes the tools of a request.
type MakeToolbox = dyn Fn(Parts) -> Making + Send + Sync;

/// A toolbox that is being made.
type Making = Pin<Box<dyn Future<Output = Result<Toolbox, Box<Response>>> + Send>>;

/// A toolbox, or the response to a request that gets none.
///
/// | the closure of [`Server::per_request`](super::Server::per_request) returns | to a request without tools |
/// |---|---|
/// | [`Toolbox`] | |
/// | `Result<Toolbox, E>` where `E` is [`IntoResponse`], such as a `StatusCode` | the error is the response |
/// | a future of one of these | |
///
/// `Kind` tells these types apart; it is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a `Toolbox`, a `Result` of a `Toolbox` and a response, nor a future of one of these",
    note = "an error becomes the response to the request, so it has to implement `axum::response::IntoResponse`"
)]
pub trait IntoToolbox<Kind>: Send + 'static {
    /// Returns the toolbox, or the response to a request that gets none.
    #[doc(hidden)]
    fn into_toolbox(self) -> impl Future<Output = Result<Toolbox, Box<Response>>> + Send;
}

impl IntoToolbox<Toolbox> for Toolbox {
    async fn into_toolbox(self) -> Result<Toolbox, Box<Response>> {
        Ok(self)
    }
}

impl<E: IntoResponse + Send + 'static> IntoToolbox<Result<(), E>> for Result<Toolbox, E> {
    async fn into_toolbox(self) -> Result<Toolbox, Box<Response>> {
        self.map_err(|error| Box::new(error.into_response()))
    }
}

impl<F, Kind> IntoToolbox<Pin<Box<Kind>>> for F
where
    F: Future<Output: IntoToolbox<Kind>> + Send + 'static,
{
    async fn into_toolbox(self) -> Result<Toolbox, Box<Response>> {
        self.await.into_toolbox().await
    }
}

impl PerRequest {
    pub(super) fn new<T: IntoToolbox<Kind>, Kind>(
        tools: impl Fn(Parts) -> T + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |parts| {
            let tools = tools(parts);
            Box::pin(async move { tools.into_toolbox().await })
        }))
    }
}

impl fmt::Debug for PerRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PerRequest")
    }
}

/// The tools of the requests of an HTTP server.
#[derive(Debug, Clone)]
pub(super) enum ToolSource {
    /// All requests have the same tools.
    Fixed(Box<Toolbox>),
    PerRequest(PerRequest),
}

impl ToolSource {
    /// Returns the tools of a request.
    ///
    /// # Errors
    ///
    /// The program refuses the request; the error is its response.
    pub(super) async fn toolbox(&self, parts: &Parts) -> Result<Toolbox, Box<Response>> {
        match self {
            Self::Fixed(toolbox) => Ok(Toolbox::clone(toolbox)),
            Self::PerRequest(PerRequest(make)) => make(parts.clone()).await,
        }
    }

    /// Returns `true` if the program has seen, and accepted, each request that has tools.
    pub(super) fn is_per_request(&self) -> bool {
        matches!(self, Self::PerRequest(_))
    }
}
