//! JSON for a log, without secrets and without the token.

use crate::codec::Json;
use crate::redactor::Redactor;
use crate::scrubber::Scrubber;

/// Writes `json` without secrets.
pub(super) fn text(scrubber: &Scrubber, marked: &[&str], json: &Json) -> String {
    let mut json = json.clone();
    Redactor::default().with_fields(marked).redact(&mut json);
    scrubber.json(&mut json);
    json.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn redacts_secrets_by_name_and_the_token_everywhere() {
        let scrubber = Scrubber::new(["s3cr3t-canary".to_owned().into()]);
        let logged = text(
            &scrubber,
            &["pin"],
            &json!({
                "name": "Billing", "keyId": "k_1", "apiKey": "live_1", "api_keys": ["live_2"], "pin": "live_3",
                "nested": [{"password": "hunter2", "note": "it is s3cr3t-canary"}], "token": null,
            }),
        );
        for shown in ["Billing", "k_1", "\"token\":null"] {
            assert!(logged.contains(shown), "{shown} in {logged}");
        }
        for hidden in ["live_1", "live_2", "live_3", "hunter2", "canary"] {
            assert!(!logged.contains(hidden), "{hidden} in {logged}");
        }
    }
}
