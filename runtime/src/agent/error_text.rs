//! Errors as instructions for a model.

use super::identifier_memory::IdentifierMemory;
use super::pointer;
use super::prerequisite;
use super::text::{capitalize, quote, seconds};
use crate::codec::Json;
use crate::error::{ApiError, Error, TimeoutPhase, TransportErrorKind};
use crate::redactor::Redactor;
use crate::tools::ToolSpec;

/// The instruction for errors that no change of the arguments corrects.
const TELL_USER: &str = "You cannot fix this: tell the user";

/// A call that failed.
pub(super) struct FailedCall<'a> {
    pub(super) tool: &'static ToolSpec,
    pub(super) arguments: &'a Json,
    pub(super) error: &'a Error,
    pub(super) identifiers: &'a IdentifierMemory,
    /// Redacts the messages of the API.
    pub(super) redactor: Option<&'a Redactor>,
}

impl FailedCall<'_> {
    /// Returns the error and what to do about it.
    pub(super) fn text(&self) -> String {
        let name = self.tool.name;
        let text = match self.error {
            Error::RateLimited(_) => format!("the rate limit is exhausted; {}", self.try_again()),
            Error::Timeout {
                attempt_count: 0, ..
            } => "the API has not responded to earlier calls yet; nothing was sent. Try again in a few seconds".to_owned(),
            Error::Timeout {
                phase: TimeoutPhase::Reading,
                ..
            } => "the call was carried out, but its response is too large to read in time. Do not repeat it: ask for less, or tell the user".to_owned(),
            Error::Timeout { limit, .. } => {
                let limit = seconds(*limit);
                format!(
                    "no response within {limit}. {}",
                    self.after_unknown_effect()
                )
            }
            Error::Transport { source, .. } => self.transport(source.kind()),
            Error::Api(error) => self.api(error),
            Error::Decode(_) => format!(
                "the call was carried out, but its response cannot be read. Do not repeat it: tell the user ({})",
                quote(&self.error.to_string())
            ),
            Error::Incomplete(error) => format!("the list is incomplete: {}. Tell the user", error.reason),
            Error::Tool(error) => match error.message.trim() {
                "" => "the tool failed without a message. Tell the user".to_owned(),
                message => format!(
                    "the tool failed with the message {}. Correct the call if that helps; otherwise tell the user",
                    quote(message)
                ),
            },
            Error::Config { message, .. } => {
                let message = quote(message);
                format!("the client is misconfigured. {TELL_USER} ({message})")
            }
            Error::UnknownTool { .. } | Error::AccessDenied { .. } | Error::Arguments { .. } => {
                self.error.to_string()
            }
        };
        if text.starts_with(name) {
            return text;
        }
        format!("{name}: {text}")
    }

    fn api(&self, error: &ApiError) -> String {
        let message = api_message(error, self.redactor);
        match error.status.as_u16() {
            _ if error.needs_reauthorization() => format!(
                "the account is no longer connected{message}. {TELL_USER} to connect it again"
            ),
            400 | 422 => {
                format!("the API rejected the arguments{message}. Correct them and call it again")
            }
            401 => format!("the API rejected the credentials{message}. {TELL_USER}"),
            403 => format!(
                "the account does not have permission for this{}{message}. {TELL_USER}",
                missing_scopes(error)
            ),
            404 | 410 => format!("not found{message}{}", self.after_not_found()),
            405 => format!(
                "this account does not support this tool; it may be a sandbox{message}. {TELL_USER}"
            ),
            409 => format!(
                "the call conflicts with the current state{message}. Look at the current state before you call it again"
            ),
            413 => format!("the arguments are too large{message}. Send less in one call"),
            503 if !error.error_body.is_remote_error => {
                format!("the account is blocked{message}. {TELL_USER}")
            }
            status if self.error.is_retryable() || status >= 500 => format!(
                "the API failed with status {status}{message}. {}",
                self.after_unknown_effect()
            ),
            status => format!(
                "the API rejected the call with status {status}{message}. Do not repeat it unchanged"
            ),
        }
    }

    fn transport(&self, kind: TransportErrorKind) -> String {
        match kind {
            TransportErrorKind::Connect => {
                "cannot connect to the API; nothing was sent. Try once more; if it fails again, tell the user"
                    .to_owned()
            }
            TransportErrorKind::Tls => {
                format!("no secure connection to the API is possible. {TELL_USER}")
            }
            TransportErrorKind::TooLarge => {
                "the response is larger than allowed. Ask for less: narrow the request, or use a smaller page"
                    .to_owned()
            }
            TransportErrorKind::Request => {
                "no valid request can be built from the arguments. Shorten them".to_owned()
            }
            TransportErrorKind::Compressed => {
                format!("the response is compressed in an unsupported way. {TELL_USER}")
            }
            TransportErrorKind::Timeout | TransportErrorKind::Broken => {
                format!("the connection was lost. {}", self.after_unknown_effect())
            }
        }
    }

    /// Returns the instruction for a call that may or may not have taken effect.
    fn after_unknown_effect(&self) -> String {
        if self.tool.is_idempotent {
            let try_again = capitalize(&self.try_again());
            format!("{try_again}; if it fails again, tell the user")
        } else {
            "The call may have taken effect anyway: check whether it did before you call it again"
                .to_owned()
        }
    }

    fn try_again(&self) -> String {
        match self.error.retry_after() {
            Some(wait) if !wait.is_zero() => format!("try again in {}", seconds(wait)),
            _ if matches!(self.error, Error::RateLimited(_)) => {
                "the API does not say for how long; try again in 60 s".to_owned()
            }
            _ => "try again in a few seconds".to_owned(),
        }
    }

    /// Names each identifier that may be wrong, and the tool that provides the right one.
    fn after_not_found(&self) -> String {
        let mut text = String::new();
        for argument in self.tool.takes {
            let kind = argument.kind();
            for (path, value) in pointer::find(self.arguments, argument.pointer()) {
                let Some(value) = value.as_str() else {
                    continue;
                };
                text.extend([". ", &path, " must be of type ", kind.name]);
                if let Some(likely) = self.identifiers.likely_kind(value, kind) {
                    let value = quote(value);
                    text.extend(["; ", &value, " looks like a value of type ", likely.name]);
                }
                if let Some(instruction) = prerequisite::instruction(kind, self.tool) {
                    text.push_str(": ");
                    text.push_str(&instruction);
                }
            }
        }
        if text.is_empty() {
            text.push_str(". Correct the arguments, or tell the user");
        }
        text
    }
}

/// Quotes the message and the details of an error response.
fn api_message(error: &ApiError, redactor: Option<&Redactor>) -> String {
    let error_body = &error.error_body;
    let message = error_body.message.clone().map(Json::from);
    let parts = [message, error_body.details.clone()].into_iter().flatten();
    let parts: Vec<String> = parts.map(|part| redacted(part, redactor)).collect();
    match parts.join("; ").as_str() {
        "" => String::new(),
        message => format!("; the API says: {}", quote(message)),
    }
}

/// Returns a string unchanged and other values as JSON, redacted. A string may contain an object.
fn redacted(part: Json, redactor: Option<&Redactor>) -> String {
    let mut json = match &part {
        Json::String(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        other => other.clone(),
    };
    match (redactor, part) {
        (Some(redactor), _) if json.is_object() || json.is_array() => {
            redactor.redact(&mut json);
            json.to_string()
        }
        (_, Json::String(text)) => text,
        (_, other) => other.to_string(),
    }
}

fn missing_scopes(error: &ApiError) -> String {
    let insight = error.error_body.insight.as_ref();
    match insight.map_or(&[][..], |insight| &insight.missing_scopes) {
        [] => String::new(),
        scopes => format!("; missing scopes: {}", quote(&scopes.join(", "))),
    }
}
