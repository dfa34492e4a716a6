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
                .map_err(|error| layer_error(error, LayerStep::Ready))?;
            let response = service.call(request).await;
            response.map_err(|error| layer_error(error, LayerStep::Call))
        })
    }
}

/// The step in which a layer failed.
#[derive(Debug, Clone, Copy)]
enum LayerStep {
    /// It was not ready for a request, so nothing was sent.
    Ready,
    /// It had the request, and may have sent it: the layer may be one that ends slow requests.
    Call,
}

/// Converts the error of a layer. The error of a transport is kept.
fn layer_error(
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    step: LayerStep,
) -> TransportError {
    match error.into().downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) => {
            let (kind, what) = match step {
                LayerStep::Ready => (TransportErrorKind::Request, "refused the request"),
                LayerStep::Call => (TransportErrorKind::Layer, "failed"),
            };
            let message = format!("a layer around the transport {what}: {error}");
            TransportError::new(kind, message).with_source(error)
        }
    }
}
