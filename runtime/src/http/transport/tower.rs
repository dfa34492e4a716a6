//! Conversions between transports and services of `tower`.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_service::Service;

use super::{Body, Transport, TransportFuture};
use crate::error::{TransportError, TransportErrorKind};

/// A transport as a `tower` service, for layers to wrap.
#[derive(Clone)]
pub struct TransportService(Arc<dyn Transport>);

impl TransportService {
    /// Wraps a transport.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }
}

impl std::fmt::Debug for TransportService {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TransportService")
    }
}

impl Service<http::Request<Body>> for TransportService {
    type Response = http::Response<Body>;
    type Error = TransportError;
    type Future = TransportFuture<'static>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> TransportFuture<'static> {
        let transport = Arc::clone(&self.0);
        Box::pin(async move { transport.send(request).await })
    }
}

/// A `tower` service as a transport. Each request uses a clone, as `tower` intends for a service
/// that is called concurrently.
#[derive(Debug, Clone)]
pub struct TowerTransport<S>(S);

impl<S> TowerTransport<S> {
    /// Wraps a service.
    pub fn new(service: S) -> Self {
        Self(service)
    }
}

impl<S> Transport for TowerTransport<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        let mut service = self.0.clone();
        Box::pin(async move {
            poll_fn(|context| service.poll_ready(context))
                .await
                .map_err(into_transport_error)?;
            service.call(request).await.map_err(into_transport_error)
        })
    }
}

/// Keeps the error of a transport. An error of a layer becomes a request that cannot be sent.
fn into_transport_error(
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> TransportError {
    match error.into().downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) => {
            let message = format!("a layer around the transport refuses: {error}");
            TransportError::new(TransportErrorKind::Request, message).with_source(error)
        }
    }
}
