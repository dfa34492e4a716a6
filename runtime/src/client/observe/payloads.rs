//! JSON as it may stand in a log: values under telling names are hidden, and so is the token,
//! wherever it stands.

use crate::codec::Json;
use crate::http::Token;
use crate::redactor::Redactor;

/// `json` as text, without secrets.
pub(super) fn text(token: &Token, json: &Json) -> String {
    let mut json = json.clone();
    Redactor::default().redact(&mut json);
    token.scrub_json(&mut json);
    // Once more, for the names in it.
    token.scrub_text(json.to_string())
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
