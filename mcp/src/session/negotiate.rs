//! The choice of the era: what both sides support.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use serde_json::{Value, json};

use super::era::{Era, LEGACY_VERSIONS, MODERN_VERSION};
use super::options::Options;
use super::retry_after::retry_after;
use crate::error::{NotSent, OpenError, RequestError, RpcError};
use crate::json;
use crate::message;
use crate::quote::quote;
use crate::secrets::Secrets;
use crate::transport::{Link, Reply};

/// The time for a server to respond to the first request before it is taken for one of the older era.
/// It may still be starting, so its response counts later, too.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// The time for the response to the first request after the older era has failed.
const LATE_PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// The longest wait that a server may ask for while a session is opened, and the number of waits.
const MAX_WAIT: Duration = Duration::from_secs(30);
const MAX_WAITS: u32 = 3;

/// The negotiation over one connection.
pub(super) struct Negotiation<'a> {
    pub(super) link: &'a Link,
    pub(super) options: &'a Options,
    pub(super) ids: &'a AtomicU64,
    pub(super) secrets: &'a Secrets,
}

/// The result of the first request.
enum Discovered {
    /// The server speaks the newer era.
    Modern,
    /// The server speaks the older era, and may have named a version.
    Legacy(Option<String>),
    /// The session cannot be opened.
    Failed(OpenError),
}

impl Negotiation<'_> {
    /// Finds the era of the server.
    pub(super) async fn run(&self) -> Result<Era, OpenError> {
        let mut discovering = pin!(self.discover());
        match self.probe(discovering.as_mut()).await {
            Some(Discovered::Modern) => return Ok(Era::Modern),
            Some(Discovered::Legacy(version)) => return self.initialize(version.as_deref()).await,
            Some(Discovered::Failed(error)) => return Err(error),
            None => {}
        }
        let mut initializing = pin!(self.initialize(None));
        let mut is_silent = true;
        let first = poll_fn(|context| {
            if is_silent && let Poll::Ready(discovered) = discovering.as_mut().poll(context) {
                is_silent = false;
                if matches!(discovered, Discovered::Modern) {
                    return Poll::Ready(Ok(Era::Modern));
                }
            }
            initializing.as_mut().poll(context)
        });
        match first.await {
            Err(error) if is_silent => {
                let late = tokio::time::timeout(LATE_PROBE_TIMEOUT, discovering).await;
                match late {
                    Ok(Discovered::Modern) => Ok(Era::Modern),
                    _ => Err(error),
                }
            }
            outcome => outcome,
        }
    }

    /// Waits for the response to the first request; `None` if the server is silent. While the source of
    /// tokens is asked, the server has nothing to respond to.
    async fn probe(
        &self,
        mut discovering: Pin<&mut impl Future<Output = Discovered>>,
    ) -> Option<Discovered> {
        let mut renewed = 0;
        loop {
            let discovered = tokio::time::timeout(PROBE_TIMEOUT, discovering.as_mut()).await;
            if let Ok(discovered) = discovered {
                return Some(discovered);
            }
            let asked = self.link.asked()?;
            if !asked.is_pending() && asked.renewed() == renewed {
                return None;
            }
            renewed = asked.renewed();
        }
    }

    async fn discover(&self) -> Discovered {
        let params = json!({"_meta": Era::Modern.meta(self.options)});
        let reply = self.exchange("server/discover", &params, Era::Modern).await;
        match reply.outcome {
            Ok(result) => {
                let versions = json::member(&result, "supportedVersions");
                let versions = versions.and_then(json::parse).unwrap_or_default();
                let versions = versions.as_array().into_iter().flatten();
                let versions: Vec<&str> = versions.filter_map(Value::as_str).collect();
                choose(&versions)
            }
            Err(RequestError::Rpc(error)) => match error.code {
                Some(RpcError::UNSUPPORTED_VERSION) => {
                    choose(&error.supported_versions().unwrap_or_default())
                }
                Some(RpcError::HEADER_MISMATCH | RpcError::MISSING_CAPABILITY) => {
                    Discovered::Failed(failure(RequestError::Rpc(error)))
                }
                _ => Discovered::Legacy(None),
            },
            Err(RequestError::Http(error))
                if !matches!(error.status, 300..=399 | 401 | 403 | 429) =>
            {
                Discovered::Legacy(None)
            }
            Err(RequestError::Unreadable(_)) => Discovered::Legacy(None),
            Err(RequestError::Lost(_)) if self.link.ended().is_none() => Discovered::Legacy(None),
            Err(error) => Discovered::Failed(failure(error)),
        }
    }

    /// Opens a session of the older era.
    pub(super) async fn initialize(&self, version: Option<&str>) -> Result<Era, OpenError> {
        let [latest, ..] = LEGACY_VERSIONS;
        let asked = version.unwrap_or(latest);
        let reply = self.send_initialize(asked).await;
        let result = match reply.outcome {
            Ok(result) => result,
            Err(RequestError::Rpc(error)) => {
                let supported = error.supported_versions().unwrap_or_default();
                if supported.contains(&MODERN_VERSION) {
                    return Ok(Era::Modern);
                }
                let known = LEGACY_VERSIONS.iter();
                let mut known = known.filter(|version| supported.contains(*version));
                let other = known.find(|version| **version != asked);
                let Some(other) = other else {
                    return Err(failure(RequestError::Rpc(error)));
                };
                let retried = self.send_initialize(other).await;
                retried.outcome.map_err(failure)?
            }
            Err(error) => return Err(failure(error)),
        };
        let Some(version) = json::member(&result, "protocolVersion").and_then(json::string) else {
            return Err(OpenError::Handshake(format!(
                "its response to `initialize` names no protocol version: {}",
                self.secrets.quote(&result)
            )));
        };
        self.link.set_legacy(&version);
        let initialized = message::notification("notifications/initialized", &Value::Null);
        self.link.notify(initialized, Era::no_headers()).await;
        Ok(Era::Legacy { version })
    }

    async fn send_initialize(&self, version: &str) -> Reply {
        let params = json!({
            "protocolVersion": version,
            "capabilities": self.options.capabilities(),
            "clientInfo": self.options.client_info(),
        });
        let era = Era::Legacy {
            version: version.to_owned(),
        };
        self.exchange("initialize", &params, era).await
    }

    /// Sends a request, and again after the wait that a server asks for.
    async fn exchange(&self, method: &str, params: &Value, era: Era) -> Reply {
        let mut waits = 0;
        loop {
            let id = self.ids.fetch_add(1, Ordering::Relaxed);
            let mut reply = self.link.exchange(era.request(id, method, params)).await;
            let redact = |error: RequestError| error.redacted(self.secrets);
            reply.outcome = reply.outcome.map_err(redact);
            let wait = match &reply.outcome {
                Err(RequestError::Http(error)) if matches!(error.status, 429 | 503) => {
                    retry_after(&error.headers)
                }
                _ => None,
            };
            match wait.filter(|wait| *wait <= MAX_WAIT && waits < MAX_WAITS) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return reply,
            }
            waits += 1;
        }
    }
}

/// Chooses among the versions that a server supports.
fn choose(versions: &[&str]) -> Discovered {
    let mut legacy = LEGACY_VERSIONS.iter();
    if versions.contains(&MODERN_VERSION) {
        Discovered::Modern
    } else if let Some(version) = legacy.find(|version| versions.contains(*version)) {
        Discovered::Legacy(Some((*version).to_owned()))
    } else if versions.is_empty() {
        Discovered::Legacy(None)
    } else {
        Discovered::Failed(OpenError::Handshake(format!(
            "it supports the protocol versions {}, and this client {MODERN_VERSION} and {}",
            quote(&versions.join(", ")),
            LEGACY_VERSIONS.join(", ")
        )))
    }
}

/// Converts the error of a request without which there is no session.
fn failure(error: RequestError) -> OpenError {
    match error {
        RequestError::Http(error) => match error.challenge {
            Some(challenge) => OpenError::Unauthorized(Box::new(challenge)),
            None => OpenError::Handshake(error.to_string()),
        },
        RequestError::Token(message) => OpenError::Token(message),
        RequestError::NotSent {
            reason: NotSent::Connect | NotSent::Tls,
            message,
        } => OpenError::Connect(message),
        error => OpenError::Handshake(error.to_string()),
    }
}
