//! Errors as instructions for a model.

use super::api_state::{ApiRefusal, api_refusal};
use super::identifier_memory::IdentifierMemory;
use super::offered::OfferedTools;
use super::page::CURSOR;
use super::pointer;
use super::prerequisite::{instruction, offered_steps};
use super::text::{capitalize, quote, seconds};
use crate::codec::Json;
use crate::error::{ApiError, Error, Server, TimeoutPhase, TransportErrorKind};
use crate::redactor::Redactor;
use crate::tools::{Effect, IdKind, ToolSpec};

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
    /// The tools that an instruction may name.
    pub(super) tools: OfferedTools<'a>,
}

/// An identifier among the arguments.
struct Identifier<'a> {
    path: String,
    value: &'a str,
    kind: &'static IdKind,
}

impl FailedCall<'_> {
    /// Returns the error and what to do about it.
    pub(super) fn text(&self) -> String {
        let name = self.tool.name;
        let text = match self.error {
            Error::RateLimited(_) => format!("the rate limit is exhausted; {}", self.try_again()),
            Error::Token(_)
            | Error::Timeout {
                phase: TimeoutPhase::Token,
                ..
            } => format!("the client has no valid credentials now. {TELL_USER}"),
            Error::Draining { attempt_count: 0, .. } => {
                format!("the program shuts down; nothing was sent. {TELL_USER}")
            }
            Error::Draining { .. } => {
                format!("the program shuts down. {}", self.after_unknown_effect())
            }
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
                    quote(&redacted(Json::from(message), self.redactor))
                ),
            },
            Error::InputRequired(error) => format!(
                "the tool asks for input that this client cannot give ({}). The call was not completed: tell the user",
                quote(&error.asked())
            ),
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
            400 | 409 | 412 | 422 | 423 if error.server == Server::Truto => {
                self.refused(error, &message)
            }
            410 if api_refusal(error) == ApiRefusal::State => self.refused(error, &message),
            401 => format!("the API rejected the credentials{message}. {TELL_USER}"),
            403 => format!(
                "the account does not have permission for this{}{message}. {TELL_USER}",
                missing_scopes(error)
            ),
            404 | 410 if error.server == Server::Truto => {
                format!("not found{message}{}", self.after_not_found(error))
            }
            405 if error.server == Server::Truto => format!(
                "this account does not support this tool; it may be a sandbox{message}. {TELL_USER}"
            ),
            413 => format!("the arguments are too large{message}. Send less in one call"),
            503 if error.server == Server::Truto && !error.error_body.is_remote_error => {
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

    /// Explains a refusal of arguments that fit the catalog.
    fn refused(&self, error: &ApiError, message: &str) -> String {
        match api_refusal(error) {
            ApiRefusal::NotFound => {
                format!(
                    "the API does not find it{message}{}",
                    self.after_not_found(error)
                )
            }
            ApiRefusal::Duplicate => format!(
                "the API refuses a second record like this{message}. Do not repeat it: {}use the record that exists, or ask the user for another value",
                self.reader(&["list", "get"], " to find it and ")
            ),
            ApiRefusal::State => format!(
                "the state of the record does not allow this{message}. Other arguments will not help: {}tell the user",
                self.reader(&["get", "list"], " to read the record, and ")
            ),
            ApiRefusal::Arguments if self.is_about_cursor(error) => format!(
                "the API rejected the {CURSOR}{message}. Give the {CURSOR} of a response unchanged, or leave it out for the first page"
            ),
            ApiRefusal::Arguments => format!(
                "the API rejected the arguments{message}. Correct what it names and call it again; if it names nothing that you can correct, tell the user"
            ),
        }
    }

    fn is_about_cursor(&self, error: &ApiError) -> bool {
        self.arguments.get(CURSOR).is_some() && said(error).to_lowercase().contains("cursor")
    }

    /// Returns the instruction to call the tool that reads the record, followed by `purpose`.
    fn reader(&self, methods: &[&str], purpose: &str) -> String {
        let reader = self.tools.reader_of(self.tool, methods);
        reader.map_or_else(String::new, |reader| {
            format!("call {}{purpose}", reader.name)
        })
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
            TransportErrorKind::TooLarge if self.tool.effect != Effect::Reads => {
                "the call was carried out, but its response is larger than allowed. Do not repeat it: tell the user"
                    .to_owned()
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
            TransportErrorKind::Closed => {
                format!("the session with the server has ended; nothing was sent. {TELL_USER}")
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

    /// Names the identifiers that may be wrong, and the tool that provides the right one. If the API
    /// names a value or a kind of record, only that one is meant.
    fn after_not_found(&self, error: &ApiError) -> String {
        let mut text = String::new();
        for Identifier { path, value, kind } in self.suspects(error) {
            text.extend([". ", &path, " must be of type ", kind.name]);
            if let Some(likely) = self.identifiers.likely_kind(value, kind) {
                let value = quote(value);
                text.extend(["; ", &value, " looks like a value of type ", likely.name]);
            }
            let steps = offered_steps(kind, self.tool, self.tools);
            if !steps.is_empty() {
                text.push_str(": ");
                text.push_str(&instruction(&steps));
            }
        }
        if text.is_empty() {
            text.push_str(". Correct the arguments, or tell the user");
        }
        text
    }

    fn suspects(&self, error: &ApiError) -> Vec<Identifier<'_>> {
        let mut all = Vec::new();
        for argument in self.tool.takes {
            for (path, value) in pointer::find(self.arguments, argument.pointer()) {
                if let Some(value) = value.as_str() {
                    let kind = argument.kind();
                    all.push(Identifier { path, value, kind });
                }
            }
        }
        let said = said(error);
        let is_named = |identifier: &Identifier<'_>| contains_word(&said, identifier.value);
        let is_of_kind = |identifier: &Identifier<'_>| contains_word(&said, identifier.kind.noun);
        if all.iter().any(is_named) {
            all.retain(is_named);
        } else if error
            .error_body
            .message
            .as_deref()
            .is_some_and(names_a_value)
        {
            // It is about a value that is not among the arguments.
            all.clear();
        } else if all.iter().any(is_of_kind) {
            all.retain(is_of_kind);
        }
        all
    }
}

/// Returns the message and the details of an error.
fn said(error: &ApiError) -> String {
    let body = &error.error_body;
    let details = body.details.as_ref().map(Json::to_string);
    let texts = [body.message.as_deref(), details.as_deref()];
    texts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Returns `true` if `text` contains `word`, and not as a part of a longer word, in any case.
fn contains_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    let continues = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    !word.is_empty()
        && text.match_indices(&word).any(|(start, _)| {
            let before = text
                .get(..start)
                .and_then(|before| before.chars().next_back());
            let after = text
                .get(start + word.len()..)
                .and_then(|after| after.chars().next());
            !before.is_some_and(continues) && !after.is_some_and(continues)
        })
}

/// Returns `true` if a message quotes an identifier: a word with a digit or a separator in it.
fn names_a_value(text: &str) -> bool {
    let is_identifier = |quoted: &str| {
        let has_mark =
            |character: char| character.is_ascii_digit() || matches!(character, '_' | '-');
        quoted.contains(has_mark) && !quoted.contains(char::is_whitespace)
    };
    ['"', '`']
        .into_iter()
        .any(|mark| text.split(mark).skip(1).step_by(2).any(is_identifier))
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
