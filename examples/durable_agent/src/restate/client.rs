//! The calls of a server of Restate.

use std::time::Duration;

use generated::runtime::transport::reqwest::{self, Client, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::AnyError;
use crate::http;

/// The time that a health check may take. Another program may listen at the usual ports.
const HEALTH_TIME: Duration = Duration::from_secs(5);

/// The wait before the registration is sent again.
const REGISTER_WAIT: Duration = Duration::from_millis(100);

/// The wait before the server is asked again for the result of a run.
const RECONNECT_WAIT: Duration = Duration::from_millis(200);

/// The number of requests for a result in vain after which an outage is reported.
const REPORTED_FAILURES: u32 = 10;

/// The time without a failure after which the next one is that of another outage.
const OUTAGE_GAP: Duration = Duration::from_secs(30);

/// The number of server errors in one outage that end the wait for a result.
const MAX_SERVER_ERRORS: u32 = 600;

/// A client of a server of Restate on this machine.
#[derive(Debug, Clone)]
pub struct RestateClient {
    http: Client,
    ingress: String,
    admin: String,
}

impl RestateClient {
    /// Creates a client of the server whose ingress and administration are at these ports.
    pub(super) fn at([ingress, admin]: [u16; 2]) -> Result<Self, AnyError> {
        Ok(Self {
            http: http::client()?,
            ingress: format!("http://127.0.0.1:{ingress}"),
            admin: format!("http://127.0.0.1:{admin}"),
        })
    }

    /// Returns the base URL of the ingress, which takes invocations.
    #[must_use]
    pub fn ingress(&self) -> &str {
        &self.ingress
    }

    /// Returns the base URL of the administration, which also shows the runs in a browser.
    #[must_use]
    pub fn admin(&self) -> &str {
        &self.admin
    }

    /// Registers the service at this base URL.
    ///
    /// # Errors
    ///
    /// The server does not accept it, or cannot reach it.
    pub async fn register(&self, service: &str) -> Result<(), AnyError> {
        let url = format!("{}/deployments", self.admin);
        let body = json!({"uri": service, "force": true});
        let answer = http::post(&self.http, &url, &[], &body).await?;
        http::json("the registration", answer).map(drop)
    }

    /// Registers the service at this base URL, as soon as it listens.
    ///
    /// # Errors
    ///
    /// The server does not accept it, or cannot reach it in this time.
    pub async fn register_within(&self, time: Duration, service: &str) -> Result<(), AnyError> {
        let deadline = Instant::now() + time;
        while let Err(error) = self.register(service).await {
            if Instant::now() > deadline {
                let admin = &self.admin;
                return Err(format!(
                    "Restate at {admin} has not registered the agent at {service} within {time:?}: {error}"
                )
                .into());
            }
            sleep(REGISTER_WAIT).await;
        }
        Ok(())
    }

    /// Starts a run of the agent, and returns the identifier of its invocation. A key has one run.
    ///
    /// # Errors
    ///
    /// The server does not accept it.
    pub async fn start_run(&self, key: &str, wish: &str) -> Result<String, AnyError> {
        let url = format!("{}/restate/send/Agent/{key}/run", self.ingress);
        let answer = http::post(&self.http, &url, &[], &json!(wish)).await?;
        let answer = http::json("the ingress", answer)?;
        let invocation = answer.get("invocationId").and_then(Value::as_str);
        let invocation = invocation.ok_or_else(|| format!("no invocation in {answer}"))?;
        Ok(invocation.to_owned())
    }

    /// Returns how often the server has called the agent in vain since the last step of a run.
    ///
    /// # Errors
    ///
    /// The server does not answer, or does not know the run.
    pub async fn failed_attempts(&self, invocation: &str) -> Result<u64, AnyError> {
        let query = format!("SELECT retry_count FROM sys_invocation WHERE id = '{invocation}'");
        let (url, headers) = (
            format!("{}/query", self.admin),
            [("accept", "application/json")],
        );
        let answer = http::post(&self.http, &url, &headers, &json!({"query": query})).await?;
        let answer = http::json("the administration", answer)?;
        let count = answer
            .pointer("/rows/0/retry_count")
            .and_then(Value::as_u64);
        Ok(count.ok_or_else(|| format!("no count in {answer}"))?)
    }

    /// Waits for the end of a run, also while the server is started again, and returns its result. An outage of the
    /// server is reported.
    ///
    /// # Errors
    ///
    /// The run has failed, or the server has no result of it; the error is the reason.
    pub fn result(
        &self,
        invocation: &str,
    ) -> impl Future<Output = Result<String, String>> + Send + use<> {
        let url = format!("{}/restate/attach/{invocation}", self.ingress);
        let (http, ingress) = (self.http.clone(), self.ingress.clone());
        let invocation = invocation.to_owned();
        async move {
            let (mut failures, mut server_errors) = (0, 0);
            let mut failed = Instant::now();
            loop {
                let problem = match attach(&http, &url).await {
                    Ok((status, body)) if !status.is_server_error() => {
                        return ended(status.is_success(), &body);
                    }
                    Ok((status, body)) => {
                        server_errors += 1;
                        format!("{status}: {body}")
                    }
                    Err(error) => http::with_causes(&error),
                };
                if failed.elapsed() > OUTAGE_GAP {
                    (failures, server_errors) = (0, 0);
                }
                (failed, failures) = (Instant::now(), failures + 1);
                if failures == REPORTED_FAILURES {
                    eprintln!(
                        "Restate at {ingress} has no response: {problem}; the run continues when it has one"
                    );
                }
                if server_errors == MAX_SERVER_ERRORS {
                    return Err(format!(
                        "Restate at {ingress} has no result for {invocation}: {problem}"
                    ));
                }
                sleep(RECONNECT_WAIT).await;
            }
        }
    }

    /// Returns `true` if the ingress and the administration respond.
    pub(super) async fn is_ready(&self) -> bool {
        let urls = [
            format!("{}/health", self.admin),
            format!("{}/restate/health", self.ingress),
        ];
        for url in urls {
            let answer = self.http.get(url).timeout(HEALTH_TIME).send().await;
            if !answer.is_ok_and(|answer| answer.status().is_success()) {
                return false;
            }
        }
        true
    }
}

/// Waits for the end of a run, which may take days.
async fn attach(http: &Client, url: &str) -> Result<(StatusCode, String), reqwest::Error> {
    let response = http.get(url).send().await?;
    Ok((response.status(), response.text().await?))
}

/// Returns the result of a run, or the message of its error.
fn ended(is_success: bool, body: &str) -> Result<String, String> {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or(body).to_owned();
    if is_success {
        return Ok(text(&json));
    }
    Err(text(json.get("message").unwrap_or_default()))
}
