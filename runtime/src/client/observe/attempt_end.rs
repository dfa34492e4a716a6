//! The end of an attempt over HTTP.

use http::{StatusCode, Version};

use crate::error::TransportErrorKind;
use crate::telemetry;

/// The end of an attempt: the head of the response, or the failure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AttemptEnd {
    Response(StatusCode, Version),
    Failed(TransportErrorKind),
}

impl AttemptEnd {
    /// Returns the status of the response.
    pub(crate) fn status(self) -> Option<StatusCode> {
        match self {
            Self::Response(status, _) => Some(status),
            Self::Failed(_) => None,
        }
    }

    /// Returns the failure, if the attempt got no response.
    pub(crate) fn failure(self) -> Option<TransportErrorKind> {
        match self {
            Self::Response(..) => None,
            Self::Failed(kind) => Some(kind),
        }
    }

    /// Returns the class of the failure, if the attempt failed.
    pub(super) fn error_type(&self) -> Option<&str> {
        match self {
            Self::Response(status, _) if status.as_u16() >= 400 => Some(status.as_str()),
            Self::Response(..) => None,
            Self::Failed(kind) => Some(telemetry::transport_error_type(*kind)),
        }
    }
}
