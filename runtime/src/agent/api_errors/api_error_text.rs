//! Errors of the API as instructions for a model.

use http::StatusCode;
use toolsmith_dialect::sentence;

use crate::agent::api_errors::api_message::{api_message, contains_word, missing_scopes, said};
use crate::agent::api_errors::api_state::{ApiRefusal, api_refusal};
use crate::agent::api_errors::error_text::{CHECK, FailureText, TELL_USER};
use crate::agent::api_errors::not_found::{Identifier, Missing, missing};
use crate::agent::argument_check::prerequisite::{instruction, offered_steps};
use crate::agent::page::CURSOR;
use crate::agent::pointer;
use crate::agent::text::quoting::quote;
use crate::codec::with_article;
use crate::error::{ApiError, Attempt, Server};
use crate::rate_limit::is_refusal;
use crate::tools::{Effect, IdArgument};

/// Words for the cursor of a page, in lower case.
const CURSOR_WORDS: [&str; 7] = [
    "continuation token",
    "cursor",
    "next page",
    "page token",
    "page_token",
    "pagetoken",
    "pagination",
];

/// An error of the API: what happened, and what to do.
struct Explanation {
    fact: String,
    remedy: Remedy,
}

/// The instruction after an error of the API.
enum Remedy {
    /// Correct the call.
    Correct(String),
    /// Tell the user.
    TellUser(String),
    /// Repeat the call, as far as that is safe.
    Repeat(String),
}

impl FailureText<'_> {
    /// Explains an error of the API. An earlier attempt may have been carried out; then the model checks that
    /// first, because correcting the call would repeat it.
    pub(in crate::agent) fn api(&self, error: &ApiError) -> String {
        let message = api_message(error, self.redactor);
        let explanation = self.explanation(error);
        let mut text = explanation.fact + &message;
        let mut add = |separator, next: &str| sentence::append(&mut text, separator, next);
        match explanation.remedy {
            Remedy::Correct(_) if self.may_be_done() => add(". ", CHECK),
            Remedy::TellUser(remedy) if self.may_be_done() => {
                add(". ", &remedy);
                add(". ", CHECK);
            }
            Remedy::Repeat(_) if is_rate_limit(error) && !self.is_repeated_at_a_risk() => {
                add("; ", &self.try_again());
            }
            Remedy::Correct(remedy) | Remedy::TellUser(remedy) | Remedy::Repeat(remedy) => {
                add(". ", &remedy);
            }
        }
        text
    }

    fn explanation(&self, error: &ApiError) -> Explanation {
        let is_truto = error.server == Server::Truto;
        let tell_user = |fact: &str| Explanation::tell_user(fact, TELL_USER);
        match error.status.as_u16() {
            _ if error.needs_reauthorization() => {
                let remedy = format!("{TELL_USER} to connect it again");
                Explanation::tell_user("the account is no longer connected", &remedy)
            }
            400 | 404 | 409 | 410 | 412 | 422 | 423 if is_truto && self.is_about_cursor(error) => {
                Explanation::correct(
                    &format!("the API rejected the {CURSOR}"),
                    format!(
                        "Pass the {CURSOR} of a response unchanged, or leave it out for the first page"
                    ),
                )
            }
            400 | 409 | 412 | 422 | 423 if is_truto => self.refused(error),
            410 if matches!(api_refusal(error), ApiRefusal::State) => self.refused(error),
            401 => tell_user("the API rejected the credentials"),
            status if is_rate_limit(error) => {
                let fact = format!("the API is temporarily refusing calls (status {status})");
                if self.fails_again(error) {
                    return tell_user(&fact);
                }
                Explanation::repeat(fact, self.after_unknown_effect())
            }
            403 => {
                let scopes = missing_scopes(error);
                tell_user(&format!(
                    "the account does not have permission for this{scopes}"
                ))
            }
            404 | 410 if is_truto => Explanation::correct("not found", self.after_not_found(error)),
            405 if is_truto => {
                tell_user("this account does not support this tool; it may be a sandbox")
            }
            413 => Explanation::correct(
                "the arguments are too large",
                "Send less in one call".to_owned(),
            ),
            503 if is_truto && !error.error_body.is_remote_error => {
                tell_user("the account is blocked, or the API is down")
            }
            status if self.error.is_retryable() || status >= 500 => {
                let fact = format!("the API failed with status {status}");
                if self.fails_again(error) {
                    return tell_user(&fact);
                }
                Explanation::repeat(fact, self.after_unknown_effect())
            }
            status => Explanation::correct(
                &format!("the API rejected the call with status {status}"),
                "Do not repeat it unchanged".to_owned(),
            ),
        }
    }

    /// Returns `true` if the server says that the same call fails again, and the call had no effect that has to be
    /// checked first.
    fn fails_again(&self, error: &ApiError) -> bool {
        error.should_retry == Some(false) && !self.is_repeated_at_a_risk()
    }

    /// Explains a refusal of arguments that fit the catalog.
    fn refused(&self, error: &ApiError) -> Explanation {
        let refusal = api_refusal(error);
        match refusal {
            ApiRefusal::NotFound => {
                Explanation::correct("the API cannot find it", self.after_not_found(error))
            }
            ApiRefusal::Duplicate => Explanation::correct(
                "a record like this already exists",
                format!(
                    "Do not repeat the call: {}use the record that exists, or ask the user for another value",
                    self.reader(&["list", "get"], " to find it and ")
                ),
            ),
            ApiRefusal::State | ApiRefusal::Conflict
                if self.names_record(refusal == ApiRefusal::Conflict) =>
            {
                Explanation::correct(
                    "the state of the record does not allow this",
                    format!(
                        "Other arguments will not help: {}tell the user",
                        self.reader(&["get", "list"], " to read the record, and ")
                    ),
                )
            }
            ApiRefusal::State | ApiRefusal::Conflict => {
                let example = match self.tool.effect {
                    Effect::Reads => "",
                    Effect::Writes | Effect::Destroys => ", such as another time",
                };
                Explanation::correct(
                    "the current state does not allow this",
                    format!("Try other values{example}; otherwise tell the user"),
                )
            }
            ApiRefusal::Arguments => Explanation::correct(
                "the API rejected the arguments",
                "Correct the arguments that the message mentions and call the tool again; if it mentions nothing that you can correct, tell the user"
                    .to_owned(),
            ),
        }
    }

    /// Returns `true` if the call is about a record that exists, whose identifier is among the arguments, and
    /// if `only` about nothing else.
    fn names_record(&self, only: bool) -> bool {
        let is_given =
            |argument: &&IdArgument| !pointer::find(self.arguments, argument.pointer()).is_empty();
        let own = self.tools.own(self.tool);
        let mut given = self.tool.takes.iter().filter(is_given);
        if only {
            let identifiers = self.tool.takes.iter().filter(is_given).count();
            let arguments = self.arguments.as_object().map_or(0, serde_json::Map::len);
            if arguments > identifiers {
                return false;
            }
        }
        given.any(|argument| self.tools.acts_on(own, argument))
    }

    /// Returns `true` if the API speaks of the cursor among the arguments, or if a page is gone.
    fn is_about_cursor(&self, error: &ApiError) -> bool {
        let Some(cursor) = self.arguments.get(CURSOR) else {
            return false;
        };
        let said = said(error).to_lowercase();
        let is_named = || {
            let value = cursor.as_str().map(str::trim).unwrap_or_default();
            // A short cursor, such as "2", may be any number.
            value.len() > 3 && contains_word(&said, value)
        };
        let is_gone =
            || error.status.as_u16() == 410 && api_refusal(error) == ApiRefusal::Arguments;
        CURSOR_WORDS.iter().any(|word| said.contains(word)) || is_named() || is_gone()
    }

    /// Returns the instruction to call the tool that reads the record, followed by `purpose`.
    fn reader(&self, methods: &[&str], purpose: &str) -> String {
        let reader = self.tools.reader_of(self.tool, methods);
        reader.map_or_else(String::new, |reader| {
            format!("call {}{purpose}", reader.name)
        })
    }

    /// Returns `true` if an attempt before the last one may have been carried out, and is not known to have
    /// been refused.
    fn may_be_done(&self) -> bool {
        let is_open = |attempt: &Attempt| match attempt.status {
            Some(status) => status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT,
            None => attempt.may_have_taken_effect(),
        };
        let earlier = self.error.attempts().split_last();
        self.tool.effect != Effect::Reads
            && earlier.is_some_and(|(_, earlier)| earlier.iter().any(is_open))
    }

    /// Names the arguments that may be wrong, and the tool that provides the right ones. If the API
    /// names a value or a kind of record, only that one is meant.
    fn after_not_found(&self, error: &ApiError) -> String {
        let identifiers = match missing(self.tool, self.arguments, error) {
            Missing::Identifiers(identifiers) if !identifiers.is_empty() => identifiers,
            Missing::Identifiers(_) | Missing::Other => {
                return "Correct the arguments, or tell the user".to_owned();
            }
            Missing::Value(path) => return format!("Correct {path}, or tell the user"),
        };
        let texts = identifiers
            .iter()
            .map(|identifier| self.after_identifier(identifier));
        texts.collect::<Vec<_>>().join(". ")
    }

    fn after_identifier(&self, identifier: &Identifier<'_>) -> String {
        let Identifier { path, value, kind } = identifier;
        if value.trim() != *value {
            return format!("{path} has leading or trailing whitespace: remove the whitespace");
        }
        let mut text = format!(
            "{path} must be the identifier of {}",
            with_article(kind.noun)
        );
        if let Some(likely) = self.identifiers.likely_kind(value, kind) {
            let (value, likely) = (quote(value), with_article(likely.noun));
            text.extend(["; ", &value, " looks like the identifier of ", &likely]);
        }
        let steps = offered_steps(kind, self.tool, self.tools);
        if !steps.is_empty() {
            text.push_str(": ");
            text.push_str(&instruction(&steps));
        }
        text
    }
}

impl Explanation {
    fn correct(fact: &str, text: String) -> Self {
        let fact = fact.to_owned();
        let remedy = Remedy::Correct(text);
        Self { fact, remedy }
    }

    fn tell_user(fact: &str, text: &str) -> Self {
        let fact = fact.to_owned();
        let remedy = Remedy::TellUser(text.to_owned());
        Self { fact, remedy }
    }

    fn repeat(fact: String, text: String) -> Self {
        let remedy = Remedy::Repeat(text);
        Self { fact, remedy }
    }
}

/// Returns `true` if the API refuses too many calls, and not this one: it names a wait, and lacks no
/// scope.
fn is_rate_limit(error: &ApiError) -> bool {
    let insight = error.error_body.insight.as_ref();
    let lacks_scopes = insight.is_some_and(|insight| !insight.missing_scopes.is_empty());
    is_refusal(error.status, error.retry_after) && !lacks_scopes
}
