//! Errors as instructions: what a model is to do now.

use std::time::Duration;

use super::identifier_memory::Seen;
use super::output::first;
use super::place;
use super::prerequisite;
use crate::codec::Json;
use crate::error::{ApiError, Error, TransportErrorKind};
use crate::redactor::Redactor;
use crate::single_line;
use crate::tools::ToolSpec;

/// A call that failed.
pub(super) struct Failure<'a> {
    pub(super) tool: &'static ToolSpec,
    pub(super) arguments: &'a Json,
    pub(super) error: &'a Error,
    pub(super) seen: &'a Seen,
    /// What is hidden in what the API says.
    pub(super) redactor: Option<&'a Redactor>,
}

const TELL: &str = "You cannot change that: tell the user";

impl Failure<'_> {
    /// What happened, and what to do about it.
    pub(super) fn instruct(&self) -> String {
        let name = self.tool.name;
        let text = match self.error {
            Error::RateLimited(_) => format!("the rate limit is spent; {}", self.again()),
            Error::Timeout { limit, .. } => {
                format!("no answer in {}. {}", seconds(*limit), self.unknown_end())
            }
            Error::Transport { source, .. } => self.transport(source.kind()),
            Error::Api(error) => self.api(error),
            Error::Decode(_) => format!(
                "the call was carried out, but its answer cannot be read. Do not repeat it: tell the user ({})",
                quote(&self.error.to_string())
            ),
            Error::Tool(error) => match error.message.trim() {
                "" => "the tool failed and does not say why. Tell the user".to_owned(),
                message => format!(
                    "the tool failed. It says: {}. Correct the call if that helps, else tell the user",
                    quote(message)
                ),
            },
            Error::Config { message, .. } => {
                format!(
                    "the client is not set up right. {TELL} ({})",
                    quote(message)
                )
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
        let says = says(error, self.redactor);
        match error.status.as_u16() {
            _ if error.needs_reauthorization() => format!(
                "the account is no longer connected. {TELL} that it has to be connected anew{says}"
            ),
            400 | 422 => {
                format!("the API refuses the arguments{says}. Correct them and call it again")
            }
            401 => format!("the API does not take the credentials. {TELL}{says}"),
            403 => format!("the account may not do this{}. {TELL}{says}", scopes(error)),
            404 | 410 => format!("the API does not find it{says}{}", self.not_found()),
            405 => format!("this account does not offer it, a sandbox perhaps. {TELL}{says}"),
            409 => format!(
                "it contradicts what is there{says}. Look at what is there before you call it again"
            ),
            413 => format!("there is too much in the arguments{says}. Send less at a time"),
            503 if !error.error_body.is_remote_error => {
                format!("the account is blocked. {TELL}{says}")
            }
            status if self.error.is_retryable() || status >= 500 => {
                format!(
                    "the API failed, status {status}{says}. {}",
                    self.unknown_end()
                )
            }
            status => format!(
                "the API refuses the call, status {status}{says}. Do not repeat it as it is"
            ),
        }
    }

    fn transport(&self, kind: TransportErrorKind) -> String {
        match kind {
            TransportErrorKind::Connect => {
                "there is no connection to the API; nothing was sent. Try once more, then tell the user"
                    .to_owned()
            }
            TransportErrorKind::Tls => format!("the API cannot prove who it is. {TELL}"),
            TransportErrorKind::TooLarge => {
                "the answer is larger than allowed. Ask for less: narrow it, or a smaller page"
                    .to_owned()
            }
            TransportErrorKind::Request => {
                "the arguments make a request that cannot be sent. Shorten them".to_owned()
            }
            TransportErrorKind::Compressed => {
                format!("the API answers in a form that cannot be unpacked. {TELL}")
            }
            TransportErrorKind::Timeout | TransportErrorKind::Broken => {
                format!("the connection broke. {}", self.unknown_end())
            }
        }
    }

    /// What to do where it is not known whether the call was carried out.
    fn unknown_end(&self) -> String {
        if self.tool.is_idempotent {
            format!(
                "{}; if it fails again, tell the user",
                capital(&self.again())
            )
        } else {
            "It may have been carried out all the same: look whether it was before you call it again"
                .to_owned()
        }
    }

    fn again(&self) -> String {
        match self.error.retry_after() {
            Some(wait) if !wait.is_zero() => format!("try again in {}", seconds(wait)),
            _ if matches!(self.error, Error::RateLimited(_)) => {
                "the API does not say until when; try again in 60 s".to_owned()
            }
            _ => "try again in a few seconds".to_owned(),
        }
    }

    /// Which identifier may be the wrong one, and where the right one comes from.
    fn not_found(&self) -> String {
        let mut text = String::new();
        for argument in self.tool.takes {
            for (path, value) in place::find(self.arguments, argument.pointer()) {
                let Some(value) = value.as_str() else {
                    continue;
                };
                text.extend([
                    ". ",
                    &path,
                    " takes the value of type ",
                    argument.kind().name,
                ]);
                if let Some(likely) = self.seen.likely_kind(value, argument.kind()) {
                    text.extend(["; ", &quote(value), " looks like one of type ", likely.name]);
                }
                if let Some(hint) = prerequisite::instruct(argument.kind(), self.tool) {
                    text.push_str(": ");
                    text.push_str(&hint);
                }
            }
        }
        if text.is_empty() {
            text.push_str(". Correct the arguments, or tell the user");
        }
        text
    }
}

/// What the API says, as a quotation.
fn says(error: &ApiError, redactor: Option<&Redactor>) -> String {
    let error_body = &error.error_body;
    let message = error_body.message.clone().map(Json::from);
    let texts = [message, error_body.details.clone()].into_iter().flatten();
    let texts: Vec<String> = texts.map(|text| told(text, redactor)).collect();
    match texts.join("; ").as_str() {
        "" => String::new(),
        text => format!("; it says: {}", quote(text)),
    }
}

/// A text as it is, anything else as JSON, without secrets; a text may hold an object, too.
fn told(text: Json, redactor: Option<&Redactor>) -> String {
    let mut json = match &text {
        Json::String(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        other => other.clone(),
    };
    match (redactor, text) {
        (Some(redactor), _) if json.is_object() || json.is_array() => {
            redactor.redact(&mut json);
            json.to_string()
        }
        (_, Json::String(text)) => text,
        (_, other) => other.to_string(),
    }
}

fn scopes(error: &ApiError) -> String {
    let insight = error.error_body.insight.as_ref();
    match insight.map_or(&[][..], |insight| &insight.missing_scopes) {
        [] => String::new(),
        scopes => format!(", it lacks the scopes {}", quote(&scopes.join(", "))),
    }
}

/// Text from outside: on one line, not without end, and marked as what others say.
pub(super) fn quote(text: &str) -> String {
    const LIMIT: usize = 300;
    let letters = text.trim().chars().map(|letter| match letter {
        '"' => '\'',
        letter if single_line::breaks(letter) => ' ',
        letter => letter,
    });
    let line: String = letters.collect();
    let shown = first(&line, LIMIT);
    let end = if shown.len() < line.len() { "…" } else { "" };
    format!("\"{shown}{end}\"")
}

/// A duration in whole seconds, rounded up: who waits a little longer is not refused again.
fn seconds(duration: Duration) -> String {
    let rest = u64::from(duration.subsec_nanos() > 0);
    format!("{} s", duration.as_secs().saturating_add(rest))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}
