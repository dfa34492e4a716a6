//! Calls the address of a webhook, and serves the receivers of the seeded webhooks.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use toolsmith_dialect::loopback::is_loopback;

use super::responses::{Answer, Record};
use super::store::text;

/// The time limit of a receiver.
const RECEIVER_TIMEOUT: Duration = Duration::from_secs(5);

/// The call that a ping makes.
pub(crate) struct Ping {
    url: String,
    method: Method,
    headers: Record,
    body: Value,
}

impl Ping {
    /// Reads the call from the body of a ping.
    pub(crate) fn read(body: &Record) -> Ping {
        let headers = body.get("headers").and_then(Value::as_object);
        let method = match text(body, "httpMethod") {
            Some("PUT") => Method::PUT,
            _ => Method::POST,
        };
        Ping {
            url: text(body, "url").unwrap_or_default().to_owned(),
            method,
            headers: headers.cloned().unwrap_or_default(),
            body: body
                .get("body")
                .cloned()
                .unwrap_or_else(|| json!({ "test": true })),
        }
    }

    /// Makes the call and returns its outcome.
    pub(crate) async fn call(self) -> Value {
        match self.send().await {
            Ok(StatusCode::OK) => json!({
                "success": true,
                "statusCode": 200,
                "message": "The address responded with 200.",
            }),
            Ok(status) => json!({
                "success": false,
                "statusCode": status.as_u16(),
                "message": format!("The address responded with {status}, not with 200."),
            }),
            Err(message) => json!({ "success": false, "message": message }),
        }
    }

    async fn send(self) -> Result<StatusCode, String> {
        let url = Url::parse(&self.url).map_err(|error| format!("{}: {error}", self.url))?;
        if !is_loopback(&url) {
            let host = url.host_str().unwrap_or("the address");
            return Err(format!(
                "{host} is not this machine: only loopback addresses are called."
            ));
        }
        let client = client().map_err(|error| error.to_string())?;
        let mut request = client.request(self.method, url);
        for (name, value) in &self.headers {
            request = request.header(name, value.as_str().unwrap_or_default());
        }
        let request = request.header("content-type", "application/json");
        let answer = request.body(self.body.to_string()).send().await;
        answer
            .map(|answer| answer.status())
            .map_err(|error| failure(&self.url, &error))
    }
}

/// Returns the response of a seeded receiver.
pub(crate) fn receive(name: &str) -> Answer {
    if name.starts_with("ok") {
        Answer::ok(json!({ "received": true }))
    } else {
        let body = json!({ "error": "The receiver is broken." });
        Answer::new(StatusCode::INTERNAL_SERVER_ERROR, Some(body))
    }
}

/// Creates a client for loopback only: it uses no proxy, follows no redirect and trusts no certificate.
fn client() -> Result<Client, Box<dyn std::error::Error + Send + Sync>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(Policy::none())
        .timeout(RECEIVER_TIMEOUT)
        .build()?;
    Ok(client)
}

fn failure(url: &str, error: &reqwest::Error) -> String {
    if error.is_timeout() {
        format!(
            "{url} did not respond within {} seconds.",
            RECEIVER_TIMEOUT.as_secs()
        )
    } else if error.is_connect() {
        format!("{url} cannot be reached: nothing accepts connections there.")
    } else {
        format!("{url} could not be called: {error}.")
    }
}
