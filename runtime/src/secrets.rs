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

const HIDDEN: &str = "[hidden]";

/// The names of fields whose values are hidden.
///
/// By default those whose last word is `token`, `secret`, `password`, `passwd`, `authorization`,
/// `credential`, `cookie`, `key` or `signature`, or the plural of one: `accessKey`, `api_keys` and
/// `key` are secrets; `keyId` and `monkey` are not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secrets {
    names: BTreeSet<String>,
}

impl Secrets {
    /// The usual names.
    #[must_use]
    pub fn usual() -> Self {
        Self::default()
    }

    /// The same, and fields whose name is this one, whatever its case.
    #[must_use]
    pub fn and(mut self, name: impl AsRef<str>) -> Self {
        self.names.insert(name.as_ref().to_lowercase());
        self
    }

    /// Hides the secrets in `json`, which is otherwise as it was.
    pub fn hide(&self, json: &mut Json) {
        match json {
            Json::Array(elements) => elements.iter_mut().for_each(|element| self.hide(element)),
            Json::Object(fields) => {
                for (name, value) in fields.iter_mut() {
                    if self.is_secret(name) && !value.is_null() {
                        *value = Json::String(HIDDEN.to_owned());
                    } else {
                        self.hide(value);
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
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    let last = words
        .split(|letter: char| !letter.is_alphanumeric())
        .next_back();
    let last = last.unwrap_or_default();
    USUAL
        .iter()
        .any(|word| last == *word || last.strip_suffix('s') == Some(word))
}
