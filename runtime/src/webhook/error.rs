//! The reasons for which a delivery is refused.

use std::fmt;

use super::SIGNATURE_HEADER;
use crate::single_line::Line;

/// The reason for which a delivery is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// The program's secret is empty. Every signature would be that of anyone.
    EmptySecret,
    /// There is no signature.
    MissingSignature,
    /// The signature is not of the form `format=sha256,v=…`.
    MalformedSignature,
    /// The signature has another format.
    UnsupportedFormat(String),
    /// The signature is that of another body or secret.
    WrongSignature,
    /// The body is not an event, for this reason.
    MalformedBody(String),
    /// The event does not say in a known form when it was created.
    UnreadableTime,
    /// The event was not created just now: it may be a repeated delivery, or one of the clocks is wrong.
    Stale,
}

impl fmt::Display for WebhookError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptySecret => formatter.write_str(
                "the secret is empty: set the one that Truto returned when the webhook was created",
            ),
            Self::MissingSignature => write!(
                formatter,
                "there is no signature: the delivery has no header `{SIGNATURE_HEADER}`"
            ),
            Self::MalformedSignature => write!(
                formatter,
                "the header `{SIGNATURE_HEADER}` does not have the form `format=sha256,v=…` with the signature in \
                 hexadecimal or base64"
            ),
            Self::UnsupportedFormat(format) => write!(
                formatter,
                "the format of the signature is `{}`, not `sha256`",
                Line::short(format)
            ),
            Self::WrongSignature => formatter.write_str(
                "the signature is wrong: the secret is that of another webhook, or the body is not the \
                 one that was sent",
            ),
            Self::MalformedBody(problem) => {
                write!(formatter, "the body is not an event: {}", Line::short(problem))
            }
            Self::UnreadableTime => {
                formatter.write_str("the event has a `created_at` that is not a date and time")
            }
            Self::Stale => formatter.write_str(
                "the event was not created just now: it may be a repeated delivery; check the clock of \
                 this machine if all events are refused",
            ),
        }
    }
}

impl std::error::Error for WebhookError {}
