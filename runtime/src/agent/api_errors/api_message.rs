//! The message of an error response, for a model.

use toolsmith_dialect::sentence;

use crate::agent::text::quoting::{quote, quote_message};
use crate::codec::Json;
use crate::error::ApiError;
use crate::redactor::Redactor;

/// Returns the message and the details of an error.
pub(in crate::agent) fn said(error: &ApiError) -> String {
    let body = &error.error_body;
    let details = body.details.as_ref().map(Json::to_string);
    let texts = [body.message.as_deref(), details.as_deref()];
    texts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Returns `true` if `text` contains `word`, and not as a part of a longer word, in any case.
pub(in crate::agent) fn contains_word(text: &str, word: &str) -> bool {
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

/// Quotes the message and the details of an error response.
pub(in crate::agent) fn api_message(error: &ApiError, redactor: Option<&Redactor>) -> String {
    let error_body = &error.error_body;
    let message = error_body.message.clone().map(Json::from);
    let parts = [message, error_body.details.clone()].into_iter().flatten();
    let parts: Vec<String> = parts.map(|part| redacted(part, redactor)).collect();
    match sentence::join(parts, "; ").as_str() {
        "" => String::new(),
        message => format!("; the API says: {}", quote_message(message)),
    }
}

/// Returns a string unchanged and other values as JSON, redacted. A string may contain an object.
pub(in crate::agent) fn redacted(part: Json, redactor: Option<&Redactor>) -> String {
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

pub(in crate::agent) fn missing_scopes(error: &ApiError) -> String {
    let insight = error.error_body.insight.as_ref();
    match insight.map_or(&[][..], |insight| &insight.missing_scopes) {
        [] => String::new(),
        scopes => format!("; missing scopes: {}", quote(&scopes.join(", "))),
    }
}
