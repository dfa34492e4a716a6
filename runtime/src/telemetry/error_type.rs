//! The attribute `error.type`: a class of errors, of which there are few.

use std::borrow::Cow;

use crate::error::{Error, TransportErrorKind};

/// Returns the class of an error: the status of a response, or a word.
pub(crate) fn error_type(error: &Error) -> Cow<'static, str> {
    if let (Error::Api(_) | Error::RateLimited(_), Some(status)) = (error, error.status()) {
        return status.as_str().to_owned().into();
    }
    match error {
        Error::Config { .. } => "config",
        Error::UnknownTool { .. } => "unknown_tool",
        Error::ToolRemoved { .. } => "tool_removed",
        Error::AccessDenied { .. } => "access_denied",
        Error::Arguments { .. } => "invalid_arguments",
        Error::Api(_) => "api_error",
        Error::RateLimited(_) => "rate_limited",
        Error::Timeout { .. } => "timeout",
        Error::Transport { source, .. } => transport_error_type(source.kind()),
        Error::Decode(_) => "decode",
        Error::Incomplete(_) => "incomplete",
        Error::Tool(_) => "tool_error",
        Error::InputRequired(_) => "input_required",
        Error::Token(_) => "token",
        Error::Draining { .. } => "draining",
        Error::ToolsChanged(_) => "tools_changed",
    }
    .into()
}

/// Returns the class of an error without a response.
pub(crate) fn transport_error_type(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::Tls => "tls",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Broken => "broken",
        TransportErrorKind::TooLarge => "too_large",
        TransportErrorKind::Compressed => "compressed",
        TransportErrorKind::Request => "invalid_request",
        TransportErrorKind::UrlTooLong => "url_too_long",
        TransportErrorKind::Layer => "layer",
        TransportErrorKind::Closed => "closed",
    }
}
