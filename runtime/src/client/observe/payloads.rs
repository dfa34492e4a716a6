//! JSON for a log, without secrets and without the token.

use crate::codec::Json;
use crate::http::Token;
use crate::redactor::Redactor;

/// Writes `json` without secrets.
pub(super) fn text(token: &Token, json: &Json) -> String {
    let mut json = json.clone();
    Redactor::default().redact(&mut json);
    token.scrub_json(&mut json);
    // Again, because names may contain the token.
    token.scrub_text(json.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn redacts_secrets_by_name_and_the_token_everywhere() {
        let token = Token::new("s3cr3t-canary".to_owned().into()).unwrap();
        let logged = text(
            &token,
            &json!({
                "name": "Billing", "keyId": "k_1", "apiKey": "live_1", "api_keys": ["live_2"],
                "nested": [{"password": "hunter2", "note": "it is s3cr3t-canary"}], "token": null,
            }),
        );
        for shown in ["Billing", "k_1", "\"token\":null"] {
            assert!(logged.contains(shown), "{shown} in {logged}");
        }
        for hidden in ["live_1", "live_2", "hunter2", "canary"] {
            assert!(!logged.contains(hidden), "{hidden} in {logged}");
        }
    }
}
