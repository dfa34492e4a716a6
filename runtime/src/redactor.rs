//! Which values are secrets, told by the names that they stand under.

use std::collections::BTreeSet;

use crate::codec::Json;

/// Words of a name whose value is hidden.
const USUAL: [&str; 9] = [
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

/// Words that others are often written together with: `accesstoken`.
const ENDINGS: [&str; 4] = ["token", "secret", "password", "passwd"];

/// Keys whose name is often written as one word; not every word that ends so is one: `monkey`.
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

const HIDDEN: &str = "[hidden]";

/// The names of fields whose values are hidden.
///
/// By default those whose last word is `token`, `secret`, `password`, `passwd`, `authorization`,
/// `credential`, `cookie`, `key` or `signature`, or the plural of one: `accessKey`, `api_keys`,
/// `API_KEY` and `key` are secrets; `keyId` and `monkey` are not. What is written as one word counts
/// too: `accesstoken`, `clientsecret`, `apikey`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redactor {
    names: BTreeSet<String>,
}

impl Redactor {
    /// The same, and fields whose name is this one, whatever its case.
    #[must_use]
    pub fn field(mut self, name: impl AsRef<str>) -> Self {
        self.names.insert(name.as_ref().to_lowercase());
        self
    }

    /// Hides the secrets in `json`, which is otherwise as it was.
    pub fn redact(&self, json: &mut Json) {
        match json {
            Json::Array(elements) => elements.iter_mut().for_each(|element| self.redact(element)),
            Json::Object(fields) => {
                for (name, value) in fields.iter_mut() {
                    if self.is_secret(name) && !value.is_null() {
                        *value = Json::String(HIDDEN.to_owned());
                    } else {
                        self.redact(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn is_secret(&self, name: &str) -> bool {
        self.names.contains(&name.to_lowercase()) || is_usual(name)
    }
}

fn is_usual(name: &str) -> bool {
    let mut parts = name.split(|letter: char| !letter.is_alphanumeric());
    let part = parts.next_back().unwrap_or_default();
    // The whole part as well as its last word: in `KEYs` the plural makes no word of its own.
    is_secret_word(&part.to_lowercase()) || is_secret_word(&last_word(part).to_lowercase())
}

/// The last word of `accessToken`, `APIKey` or `TOKEN`: one begins at a capital that follows a
/// small letter, and at the last of several capitals if a small letter follows.
fn last_word(part: &str) -> &str {
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut letters = part.char_indices().peekable();
    while let Some((index, letter)) = letters.next() {
        let after = letters.peek();
        let is_small_after = after.is_some_and(|(_, after)| after.is_lowercase());
        let begins = |before: char| !before.is_uppercase() || is_small_after;
        if letter.is_uppercase() && before.is_some_and(begins) {
            start = index;
        }
        before = Some(letter);
    }
    part.get(start..).unwrap_or_default()
}

fn is_secret_word(word: &str) -> bool {
    let is_one = |word: &str| {
        USUAL.contains(&word)
            || RUN_TOGETHER.contains(&word)
            || ENDINGS.iter().any(|ending| word.ends_with(ending))
    };
    is_one(word) || word.strip_suffix('s').is_some_and(is_one)
}

#[cfg(test)]
mod tests {
    use super::is_usual;

    #[test]
    fn secrets_are_told_by_their_names_however_these_are_written() {
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
            assert!(is_usual(name), "{name}");
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
            assert!(!is_usual(name), "{name}");
        }
    }
}
