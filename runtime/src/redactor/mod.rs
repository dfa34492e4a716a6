//! Redaction of secrets by the names of their fields.

mod address;
mod printed;

use std::collections::BTreeSet;

use serde_json::Value as Json;
use toolsmith_dialect::secret_names::SECRET_WORDS;

pub(crate) use printed::{RedactedField, RedactedJson};

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

/// The replacement of a secret.
pub(crate) const REDACTED: &str = "[hidden]";

/// The fields whose values are redacted.
///
/// By default, a field is a secret if its last word is `token`, `secret`, `password`, `passwd`, `pwd`,
/// `passcode`, `passphrase`, `authorization`, `bearer`, `credential`, `cookie`, `jwt`, `key` or `signature`,
/// or the plural of one: `accessKey`, `api_keys`, `API_KEY` and `key` are secrets; `keyId` and `monkey` are not. Names in
/// one word count as well: `accesstoken`, `clientsecret`, `apikey`. Objects and lists that are JSON in
/// a string are redacted like others; a string that looks like them, has a secret and is not valid JSON is
/// redacted as a whole.
///
/// ```
/// use serde_json::json;
/// use toolsmith_runtime::Redactor;
///
/// let mut record = json!({"key": "PROJ-1", "pin": "1234", "token": "t"});
/// Redactor::default().field("pin").keep("key").redact(&mut record);
/// assert_eq!(record, json!({"key": "PROJ-1", "pin": "[hidden]", "token": "[hidden]"}));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redactor {
    names: BTreeSet<String>,
    kept: BTreeSet<String>,
    is_off: bool,
}

impl Redactor {
    /// Adds a field, in any case.
    #[must_use]
    pub fn field(mut self, name: impl AsRef<str>) -> Self {
        let name = name.as_ref().to_lowercase();
        self.kept.remove(&name);
        self.names.insert(name);
        self
    }

    /// Keeps a field whose name only looks like that of a secret, in any case.
    #[must_use]
    pub fn keep(mut self, name: impl AsRef<str>) -> Self {
        let name = name.as_ref().to_lowercase();
        self.names.remove(&name);
        self.kept.insert(name);
        self
    }

    /// Returns a redactor that redacts nothing.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn nothing() -> Self {
        Self {
            is_off: true,
            ..Self::default()
        }
    }

    /// Adds fields, unless they are kept.
    pub(crate) fn with_fields(&self, names: &[&str]) -> Self {
        let names = names.iter().map(|name| name.to_lowercase());
        let mut with_fields = self.clone();
        with_fields
            .names
            .extend(names.filter(|name| !self.kept.contains(name)));
        with_fields
    }

    /// Redacts the secrets in `json`.
    pub fn redact(&self, json: &mut Json) {
        self.replace(json, &|value| *value = Json::from(REDACTED));
    }

    /// Redacts the secrets in `json`, but leaves each value of the type that it has, so that typed
    /// records can still be read.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn mask(&self, json: &mut Json) {
        self.replace(json, &mask);
    }

    /// Redacts the secrets in the addresses and forms among the strings in `json`.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn redact_addresses(&self, json: &mut Json) {
        match json {
            Json::String(text) if text.contains(['=', '@']) => *text = self.redact_address(text),
            Json::Array(elements) => elements
                .iter_mut()
                .for_each(|one| self.redact_addresses(one)),
            Json::Object(fields) => {
                fields
                    .values_mut()
                    .for_each(|value| self.redact_addresses(value));
            }
            _ => {}
        }
    }

    /// Replaces the secrets in `json`. Returns `true` if there were any.
    fn replace(&self, json: &mut Json, hide: &dyn Fn(&mut Json)) -> bool {
        match json {
            Json::Array(elements) => {
                let replace = |found, element| self.replace(element, hide) || found;
                elements.iter_mut().fold(false, replace)
            }
            Json::Object(fields) => {
                let replace = |found, (name, value): (&String, &mut Json)| {
                    self.replace_field(name, value, hide) || found
                };
                fields.iter_mut().fold(false, replace)
            }
            Json::String(text) if is_json_text(text) => {
                let Ok(mut inner) = serde_json::from_str::<Json>(without_mark(text)) else {
                    // The end of a secret in it is not known.
                    let is_found = self.has_secret_member(text);
                    if is_found {
                        hide(json);
                    }
                    return is_found;
                };
                let is_found = self.replace(&mut inner, hide);
                if is_found {
                    *text = inner.to_string();
                }
                is_found
            }
            _ => false,
        }
    }

    /// Replaces the secrets in the value of a field.
    fn replace_field(&self, name: &str, value: &mut Json, hide: &dyn Fn(&mut Json)) -> bool {
        if !self.is_secret(name) {
            return self.replace(value, hide);
        }
        if may_be_secret(name, value) {
            hide(value);
            return true;
        }
        match value {
            // Next to records, the other elements are secrets.
            Json::Array(elements) => {
                let replace = |found, element: &mut Json| {
                    let is_found = match element {
                        Json::Object(_) => self.replace(element, hide),
                        _ => self.replace_field(name, element, hide),
                    };
                    is_found || found
                };
                elements.iter_mut().fold(false, replace)
            }
            value => self.replace(value, hide),
        }
    }

    /// Returns `true` if a text that is not valid JSON has a member whose name is that of a secret.
    fn has_secret_member(&self, text: &str) -> bool {
        let is_member = |rest: &str| {
            let rest = rest.trim_start_matches(['"', '\'', '\\']).trim_start();
            rest.starts_with([':', '='])
        };
        !self.is_off && (has_ascii_escape(text) || self.names_in(text).any(is_member))
    }

    /// Returns `true` if the name of a secret is a word of a text.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        !self.is_off && (has_ascii_escape(text) || self.names_in(text).next().is_some())
    }

    /// Returns the rest of a text after each word in it that is the name of a secret.
    fn names_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let is_of_name =
            |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
        let mut rest = text;
        std::iter::from_fn(move || {
            loop {
                let start = rest.find(is_of_name)?;
                let word = rest.get(start..)?;
                let end = word.find(|next| !is_of_name(next)).unwrap_or(word.len());
                let (name, after) = word.split_at_checked(end)?;
                rest = after;
                if self.is_secret(name) {
                    return Some(after);
                }
            }
        })
    }

    pub(crate) fn is_secret(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        !self.is_off && self.has(name, &lower)
    }

    fn has(&self, name: &str, lower: &str) -> bool {
        self.names.contains(lower) || is_secret_name(name) && !self.kept.contains(lower)
    }
}

/// Returns `true` if a text escapes a character of ASCII, which may be one of a name.
fn has_ascii_escape(text: &str) -> bool {
    let mut escapes = text.match_indices("\\u00");
    escapes.any(|(index, escape)| {
        let code = text.as_bytes().get(index + escape.len());
        code.is_some_and(|digit| (b'2'..=b'7').contains(digit))
    })
}

/// Returns `true` for a string that may be JSON in a string.
fn is_json_text(text: &str) -> bool {
    without_mark(text).starts_with(['{', '['])
}

/// Returns a text without space and byte order mark before it.
fn without_mark(text: &str) -> &str {
    text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}')
}

/// Replaces the strings and numbers in a secret.
#[cfg(any(test, feature = "test-util"))]
fn mask(value: &mut Json) {
    match value {
        Json::String(text) => REDACTED.clone_into(text),
        Json::Number(number) => *number = 0.into(),
        Json::Array(elements) => elements.iter_mut().for_each(mask),
        Json::Object(fields) => fields.values_mut().for_each(mask),
        Json::Null | Json::Bool(_) => {}
    }
}

/// The fields of a catalog that its overlay marks as secrets, as an extension of a request.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(any(test, feature = "test-util")),
    expect(dead_code, reason = "only a recorder reads it")
)]
pub(crate) struct SecretFields(pub(crate) &'static [&'static str]);

/// Returns `false` for a value that is not a secret although its field has the name of one: a flag, a
/// number of tokens, a cursor, or a list with records under the name `keys`.
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

pub(crate) fn is_secret_name(name: &str) -> bool {
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
    use serde_json::json;

    use super::*;

    #[test]
    fn redacts_what_is_next_to_records_and_in_broken_json() {
        let deep = format!(r#"{}{{"token":"s"}}"#, "[".repeat(300));
        for (value, expected) in [
            (
                json!({"keys": ["s", {"id": 1, "token": "s"}]}),
                json!({"keys": ["[hidden]", {"id": 1, "token": "[hidden]"}]}),
            ),
            (
                json!({"api_keys": [["s"], null, true, {"id": "a"}, [{"id": "b"}, "s"]]}),
                json!({"api_keys": ["[hidden]", null, true, {"id": "a"}, [{"id": "b"}, "[hidden]"]]}),
            ),
            (
                json!({"keys": [{"id": "a"}]}),
                json!({"keys": [{"id": "a"}]}),
            ),
            (
                json!({"names": ["a", {"id": 1}]}),
                json!({"names": ["a", {"id": 1}]}),
            ),
            (
                json!({"text": "\u{feff}{\"token\": \"s\"}"}),
                json!({"text": "{\"token\":\"[hidden]\"}"}),
            ),
            (
                json!({"text": r#"{"token": "s\ud83d"}"#}),
                json!({"text": "[hidden]"}),
            ),
            (
                json!({"text": r#"{"token": "s", "a": 1e999}"#}),
                json!({"text": "[hidden]"}),
            ),
            (
                json!({"text": r#"{"tok\u0065n": "s""#}),
                json!({"text": "[hidden]"}),
            ),
            (json!({"text": deep}), json!({"text": "[hidden]"})),
            (
                json!({"text": "{secret = 's'}"}),
                json!({"text": "[hidden]"}),
            ),
            (
                json!({"text": "[the docs](https://a.test) on the key"}),
                json!({"text": "[the docs](https://a.test) on the key"}),
            ),
        ] {
            let mut redacted = value.clone();
            Redactor::default().redact(&mut redacted);
            assert_eq!(redacted, expected, "{value}");
            let printed: Json = serde_json::from_str(&RedactedJson(&value).to_string()).unwrap();
            assert_eq!(printed, expected, "{value}");
        }
    }

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
            "db_pwd",
            "sessionJwt",
            "keyPassphrase",
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
