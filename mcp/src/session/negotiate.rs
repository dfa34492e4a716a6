//! The choice of the era: what both sides support.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tracing::Instrument;

use super::era::{Era, FIRST_VERSION, LEGACY_VERSIONS, MODERN_VERSION};
use super::options::Options;
use super::request_span::RequestSpan;
use crate::error::{NotSent, OpenError, RequestError, RpcError};
use crate::json;
use crate::message;
use crate::quote::quote;
use crate::retry_after::retry_after;
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

/// The wait after a response by which a gateway says that it has no server now.
const GATEWAY_WAIT: Duration = Duration::from_millis(500);

/// The negotiation over one connection.
pub(super) struct Negotiation<'a> {
    pub(super) link: &'a Link,
    pub(super) options: &'a Options,
    pub(super) ids: &'a AtomicU64,
    pub(super) secrets: &'a Secrets,
}

/// The result of a negotiation.
#[derive(Debug, Clone)]
pub(super) struct Agreement {
    /// The era that the connection speaks.
    pub(super) era: Era,
    /// The instructions of the server for models.
    pub(super) instructions: Option<String>,
}

impl Agreement {
    /// Creates the agreement on the newer era.
    pub(super) fn modern(instructions: Option<String>) -> Self {
        Self {
            era: Era::Modern,
            instructions,
        }
    }
}

/// The result of the first request.
enum Discovered {
    /// The server speaks the newer era, and may have instructions.
    Modern(Option<String>),
    /// The server speaks the older era, and may have named a version.
    Legacy(Option<String>),
    /// The server, or a gateway before it, was not able to respond. It may speak either era.
    Undecided(OpenError),
    /// The session cannot be opened.
    Failed(OpenError),
}

impl Negotiation<'_> {
    /// Finds the era of the server.
    pub(super) async fn run(&self) -> Result<Agreement, OpenError> {
        let mut discovering = pin!(self.discover());
        match self.probe(discovering.as_mut()).await {
            Some(Discovered::Modern(instructions)) => return Ok(Agreement::modern(instructions)),
            Some(Discovered::Legacy(version)) => return self.initialize(version.as_deref()).await,
            Some(Discovered::Undecided(error)) => {
                return self.initialize(None).await.map_err(|_| error);
            }
            Some(Discovered::Failed(error)) => return Err(error),
            None => {}
        }
        let mut initializing = pin!(self.initialize(None));
        let mut is_silent = true;
        let first = poll_fn(|context| {
            if is_silent && let Poll::Ready(discovered) = discovering.as_mut().poll(context) {
                is_silent = false;
                if let Discovered::Modern(instructions) = discovered {
                    return Poll::Ready(Ok(Agreement::modern(instructions)));
                }
            }
            initializing.as_mut().poll(context)
        });
        match first.await {
            Err(error) if is_silent => {
                let late = tokio::time::timeout(LATE_PROBE_TIMEOUT, discovering).await;
                match late {
                    Ok(Discovered::Modern(instructions)) => Ok(Agreement::modern(instructions)),
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
                match choose(&versions) {
                    Discovered::Modern(_) => Discovered::Modern(self.instructions(&result)),
                    other => other,
                }
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
            Err(RequestError::Http(error)) if is_gateway_error(error.status) => {
                Discovered::Undecided(failure(RequestError::Http(error)))
            }
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
    pub(super) async fn initialize(&self, version: Option<&str>) -> Result<Agreement, OpenError> {
        let [latest, ..] = LEGACY_VERSIONS;
        let asked = version.unwrap_or(latest);
        let reply = self.send_initialize(asked).await;
        let result = match reply.outcome {
            Ok(result) => result,
            Err(RequestError::Rpc(error)) => {
                let supported = error.supported_versions().unwrap_or_default();
                if supported.contains(&MODERN_VERSION) {
                    return Ok(Agreement::modern(None));
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
        if version == MODERN_VERSION {
            return Ok(Agreement::modern(self.instructions(&result)));
        }
        if !LEGACY_VERSIONS.contains(&&*version) && version != FIRST_VERSION {
            return Err(OpenError::Handshake(unsupported(&version)));
        }
        self.link.set_legacy(&version);
        let initialized = message::notification("notifications/initialized", &Value::Null);
        self.link.notify(initialized, Era::no_headers()).await;
        self.link.listen().await;
        Ok(Agreement {
            era: Era::Legacy { version },
            instructions: self.instructions(&result),
        })
    }

    /// Returns the instructions in the result of the first request, without the secrets that it repeats.
    fn instructions(&self, result: &str) -> Option<String> {
        let instructions = json::member(result, "instructions").and_then(json::string)?;
        (!instructions.is_empty()).then(|| self.secrets.redact(instructions))
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
            let span = RequestSpan::new(&self.link.peer(), era.version(), (id, method), params);
            let mut params = params.clone();
            span.inject(&mut params);
            let exchange = self.link.exchange(era.request(id, method, &params));
            let mut reply = exchange.instrument(span.span().clone()).await;
            span.end(&reply);
            let redact = |error: RequestError| error.redacted(self.secrets);
            reply.outcome = reply.outcome.map_err(redact);
            let wait = match &reply.outcome {
                Err(RequestError::Http(error)) if matches!(error.status, 429 | 503) => {
                    let wait = retry_after(&error.headers, SystemTime::now());
                    wait.or_else(|| is_gateway_error(error.status).then_some(GATEWAY_WAIT))
                }
                Err(RequestError::Http(error)) if is_gateway_error(error.status) => {
                    Some(GATEWAY_WAIT)
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

/// Returns `true` for a status by which a gateway says that it has no server now.
fn is_gateway_error(status: u16) -> bool {
    matches!(status, 502..=504)
}

/// Chooses among the versions that a server supports.
fn choose(versions: &[&str]) -> Discovered {
    let mut legacy = LEGACY_VERSIONS.iter();
    if versions.contains(&MODERN_VERSION) {
        Discovered::Modern(None)
    } else if let Some(version) = legacy.find(|version| versions.contains(*version)) {
        Discovered::Legacy(Some((*version).to_owned()))
    } else if versions.is_empty() {
        Discovered::Legacy(None)
    } else {
        Discovered::Failed(OpenError::Handshake(unsupported(&versions.join(", "))))
    }
}

/// Returns the problem of a server that speaks other versions.
fn unsupported(versions: &str) -> String {
    format!(
        "it supports the protocol versions {}, and this client {MODERN_VERSION} and {}",
        quote(versions),
        LEGACY_VERSIONS.join(", ")
    )
}

/// Converts the error of a request without which there is no session.
fn failure(error: RequestError) -> OpenError {
    match error {
        RequestError::Http(error) => match error.challenge {
            Some(challenge) => OpenError::Unauthorized(Box::new(challenge)),
            None => OpenError::Handshake(error.to_string()),
        },
        RequestError::Token(error) => OpenError::Token(error),
        RequestError::NotSent {
            reason: NotSent::Connect | NotSent::Tls,
            message,
        } => OpenError::Connect(message),
        error => OpenError::Handshake(error.to_string()),
    }
}
