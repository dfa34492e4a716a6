//! JSON as it may stand in a log: values under telling names are hidden, and so is the token,
//! wherever it stands.

use crate::auth::Token;
use crate::codec::Json;

/// Words of a name whose value is hidden.
const SECRET: [&str; 9] = [
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

/// `json` as text, without secrets.
pub(super) fn text(token: &Token, json: &Json) -> String {
    let mut json = json.clone();
    hide(&mut json);
    token.scrub_text(json.to_string())
}

fn hide(json: &mut Json) {
    match json {
        Json::Array(elements) => elements.iter_mut().for_each(hide),
        Json::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                if is_secret(name) && !value.is_null() {
                    *value = Json::String(HIDDEN.to_owned());
                } else {
                    hide(value);
                }
            }
        }
        _ => {}
    }
}

/// `accessKey`, `api_key` and `key` are secrets; `keyId` and `monkey` are not.
fn is_secret(name: &str) -> bool {
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
    SECRET
        .iter()
        .any(|word| last == *word || last.strip_suffix('s') == Some(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_by_their_names_and_the_token_everywhere() {
        let token = Token::new("s3cr3t-canary".to_owned().into()).unwrap();
        let told = text(
            &token,
            &json!({
                "name": "Billing", "keyId": "k_1", "apiKey": "live_1", "api_keys": ["live_2"],
                "nested": [{"password": "hunter2", "note": "it is s3cr3t-canary"}], "token": null,
            }),
        );
        for shown in ["Billing", "k_1", "\"token\":null"] {
            assert!(told.contains(shown), "{shown} in {told}");
        }
        for hidden in ["live_1", "live_2", "hunter2", "canary"] {
            assert!(!told.contains(hidden), "{hidden} in {told}");
        }
    }
}
