//! Redaction of secrets by the names of their fields.

use std::collections::BTreeSet;

use crate::codec::Json;

/// The words whose fields are secrets.
const SECRET_WORDS: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "authorization",
    "credential",
    "cookie",
    "key",
    "signature",
];

/// The words that are often appended to others: `accesstoken`.
const ENDINGS: [&str; 4] = ["token", "secret", "password", "passwd"];

/// Names of keys that are often written as one word. Not every such word is a secret: `monkey`.
const RUN_TOGETHER: [&str; 8] = [
    "accesskey",
    "apikey",
    "authkey",
    "encryptionkey",
    "masterkey",
    "privatekey",
    "secretkey",
    "signingkey",
];

const REDACTED: &str = "[hidden]";

/// The fields whose values are redacted.
///
/// By default, a field is a secret if its last word is `token`, `secret`, `password`, `passwd`,
/// `authorization`, `credential`, `cookie`, `key` or `signature`, or the plural of one:
/// `accessKey`, `api_keys`, `API_KEY` and `key` are secrets; `keyId` and `monkey` are not. Names in
/// one word count as well: `accesstoken`, `clientsecret`, `apikey`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redactor {
    names: BTreeSet<String>,
}

impl Redactor {
    /// Adds a field, in any case.
    #[must_use]
    pub fn field(mut self, name: impl AsRef<str>) -> Self {
        self.names.insert(name.as_ref().to_lowercase());
        self
    }

    /// Redacts the secrets in `json`.
    pub fn redact(&self, json: &mut Json) {
        match json {
            Json::Array(elements) => elements.iter_mut().for_each(|element| self.redact(element)),
            Json::Object(fields) => {
                for (name, value) in fields.iter_mut() {
                    if self.is_secret(name) && may_be_secret(name, value) {
                        *value = Json::String(REDACTED.to_owned());
                    } else {
                        self.redact(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn is_secret(&self, name: &str) -> bool {
        self.names.contains(&name.to_lowercase()) || is_secret_name(name)
    }
}

/// Returns `false` for a value that is not a secret although its field has the name of one: a flag, a
/// number of tokens, a cursor, or a list of records under the name `keys`.
fn may_be_secret(name: &str, value: &Json) -> bool {
    let is_plural = name.ends_with(['s', 'S']);
    match value {
        Json::Null | Json::Bool(_) => false,
        Json::Number(_) => !is_plural,
        Json::Array(elements) if name.to_lowercase().ends_with("keys") => {
            !elements.iter().any(Json::is_object)
        }
        Json::String(_) => !is_cursor_name(name),
        Json::Array(_) | Json::Object(_) => true,
    }
}

/// Returns `true` for the token of a page: `nextPageToken`, `sync_token`.
fn is_cursor_name(name: &str) -> bool {
    const BEFORE: [&str; 7] = [
        "continuation",
        "cursor",
        "delta",
        "next",
        "page",
        "previous",
        "sync",
    ];
    let folded: String = name
        .chars()
        .filter(|character| character.is_alphanumeric())
        .collect();
    let folded = folded.to_lowercase();
    let before = folded.strip_suffix("token").unwrap_or_default();
    BEFORE.iter().any(|word| before.ends_with(word))
}

fn is_secret_name(name: &str) -> bool {
    let mut parts = name.split(|character: char| !character.is_alphanumeric());
    let part = parts.next_back().unwrap_or_default();
    // The whole part as well as its last word, because the plural in `KEYs` is not a separate word.
    is_secret_word(&part.to_lowercase()) || is_secret_word(&last_word(part).to_lowercase())
}

/// Returns the last word of `accessToken`, `APIKey` or `TOKEN`. A word begins at a capital after a
/// small character, and at the last of several capitals before a small character.
fn last_word(part: &str) -> &str {
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut letters = part.char_indices().peekable();
    while let Some((index, character)) = letters.next() {
        let after = letters.peek();
        let is_small_after = after.is_some_and(|(_, after)| after.is_lowercase());
        let begins = |before: char| !before.is_uppercase() || is_small_after;
        if character.is_uppercase() && before.is_some_and(begins) {
            start = index;
        }
        before = Some(character);
    }
    part.get(start..).unwrap_or_default()
}

fn is_secret_word(word: &str) -> bool {
    let is_one = |word: &str| {
        SECRET_WORDS.contains(&word)
            || RUN_TOGETHER.contains(&word)
            || ENDINGS.iter().any(|ending| word.ends_with(ending))
    };
    is_one(word) || word.strip_suffix('s').is_some_and(is_one)
}

#[cfg(test)]
mod tests {
    use super::is_secret_name;

    #[test]
    fn recognizes_secrets_by_name() {
        for name in [
            "token",
            "TOKEN",
            "API_KEY",
            "ACCESS_TOKEN",
            "apikey",
            "APIKEY",
            "APIKey",
            "apiKeys",
            "api_keys",
            "KEYs",
            "x-api-key",
            "accesstoken",
            "accessToken",
            "OAUTHToken",
            "clientsecret",
            "Authorization",
            "setCookie",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "",
            "_",
            "keyId",
            "KEY_ID",
            "monkey",
            "MONKEY",
            "turkeys",
            "tokenType",
            "APIKeyId",
            "keyring",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
