//! The options of one call.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;

use super::retry_policy::RetryPolicy;
use crate::error::{TransportError, TransportErrorKind};
use crate::http::Body;

/// The options of one call. The client decides about those that are not set.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) retry: Option<RetryPolicy>,
    /// Accepts responses of any content type; otherwise JSON is requested.
    pub(crate) accepts_any_type: bool,
    /// Boxed, because few calls have one.
    pub(crate) upload: Option<Box<Upload>>,
}

/// The options of a call that has none.
pub(crate) static NO_OPTIONS: CallOptions = CallOptions {
    timeout: None,
    attempt_timeout: None,
    idempotency_key: None,
    retry: None,
    accepts_any_type: false,
    upload: None,
};

impl CallOptions {
    /// Returns `true` if the body can be sent only once.
    pub(crate) fn is_sent_once(&self) -> bool {
        let upload = self.upload.as_ref();
        upload.is_some_and(|upload| matches!(upload.body, UploadBody::Stream(_)))
    }
}

/// A request body that is not JSON.
#[derive(Clone)]
pub(crate) struct Upload {
    pub(crate) content_type: HeaderValue,
    body: UploadBody,
}

#[derive(Clone)]
enum UploadBody {
    Whole(Bytes),
    Stream(Arc<Mutex<Option<Body>>>),
}

impl Upload {
    pub(crate) fn new(content_type: HeaderValue, body: Body) -> Self {
        let body = match body.into_bytes() {
            Ok(bytes) => UploadBody::Whole(bytes),
            Err(stream) => UploadBody::Stream(Arc::new(Mutex::new(Some(stream)))),
        };
        Self { content_type, body }
    }

    /// Returns the body of the next attempt.
    pub(crate) fn take_body(&self) -> Result<Body, TransportError> {
        match &self.body {
            UploadBody::Whole(bytes) => Ok(Body::from(bytes.clone())),
            UploadBody::Stream(stream) => {
                let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                stream.take().ok_or_else(|| {
                    let message = "the body is a stream that has been sent already";
                    TransportError::new(TransportErrorKind::Request, message)
                })
            }
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Upload")
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}
