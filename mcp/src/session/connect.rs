//! The connection of a session, which is made again if it ends.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use tracing::Instrument;

use super::OPEN_TIMEOUT;
use super::era::Era;
use super::negotiate::Negotiation;
use super::options::{Options, Source};
use super::target::{self, Target};
use crate::error::{HttpError, NotSent, OpenError, RequestError, RpcError};
use crate::secrets::Secrets;
use crate::transport::{Head, Link, Reply, Request};

/// The number of times that a connection is made again within [`RECENT`].
const MAX_RECENT: usize = 5;
const RECENT: Duration = Duration::from_secs(60);

/// The wait before the second new connection within [`RECENT`]; it doubles with each further one.
const BACKOFF: Duration = Duration::from_millis(200);

/// The number of connections over which one request is tried to be sent.
const MAX_SENDS: u32 = 3;

/// Makes the connections of a session.
pub(super) struct Connector {
    target: Target,
    pub(super) options: Options,
    pub(super) secrets: Secrets,
    /// Identifiers are not used again, so that a late response ends no other request.
    ids: AtomicU64,
    current: tokio::sync::Mutex<Current>,
}

/// The connection, and when it was made again.
#[derive(Default)]
struct Current {
    live: Option<Arc<Live>>,
    /// The era of the server, as far as it is known.
    era: Option<Era>,
    recent: VecDeque<Instant>,
}

/// A connection whose era is known.
pub(super) struct Live {
    pub(super) link: Link,
    pub(super) era: Era,
}

/// The end of a request of a session.
pub(super) struct Ended {
    /// The head of the HTTP response, if there was one.
    pub(super) head: Option<Head>,
    /// The text of the result.
    pub(super) outcome: Result<String, RequestError>,
    /// The era of the connection over which the request was sent, if there was one.
    pub(super) era: Option<Era>,
}

impl Connector {
    /// Makes the first connection.
    pub(super) async fn start(
        source: Source,
        options: Options,
        variables: &impl Fn(&str) -> Option<String>,
    ) -> Result<Self, OpenError> {
        let secrets = Secrets::default();
        let (target, link) = target::connect(source, &options, variables, &secrets)?;
        let connector = Self {
            target,
            options,
            secrets,
            ids: AtomicU64::new(1),
            current: tokio::sync::Mutex::default(),
        };
        let opening = connector.open(Some(link), None);
        let opened = tokio::time::timeout(OPEN_TIMEOUT, opening).await;
        let live = opened.unwrap_or(Err(OpenError::Timeout(OPEN_TIMEOUT)));
        let live = live.map_err(|error| error.redacted(&connector.secrets))?;
        let mut current = connector.current.lock().await;
        current.era = Some(live.era.clone());
        current.live = Some(Arc::new(live));
        drop(current);
        Ok(connector)
    }

    /// Sends a request, and over another connection if the server cannot have seen it.
    pub(super) async fn send(
        &self,
        method: &str,
        params: &Value,
        prepare: &(dyn Fn(&mut Request) + Send + Sync),
    ) -> Ended {
        let mut sends = 0;
        loop {
            let live = match self.live().await {
                Ok(live) => live,
                Err(error) => {
                    return Ended {
                        head: None,
                        outcome: Err(error.redacted(&self.secrets)),
                        era: None,
                    };
                }
            };
            let id = self.ids.fetch_add(1, Ordering::Relaxed);
            let params = live.era.params(params, &self.options);
            let mut request = live.era.request(id, method, &params);
            prepare(&mut request);
            let Reply { head, outcome } = live.link.exchange(request).await;
            sends += 1;
            let is_known_elsewhere = match &outcome {
                Err(RequestError::NotSent { reason, .. }) => *reason == NotSent::Closed,
                Err(RequestError::Rpc(error))
                    if live.era == Era::Modern
                        && error.code == Some(RpcError::UNSUPPORTED_VERSION) =>
                {
                    self.current.lock().await.era = None;
                    true
                }
                _ => false,
            };
            if !is_known_elsewhere || sends == MAX_SENDS {
                return Ended {
                    head: head.map(|head| head.redacted(&self.secrets)),
                    outcome: outcome.map_err(|error| error.redacted(&self.secrets)),
                    era: Some(live.era.clone()),
                };
            }
            self.leave(&live).await;
        }
    }

    /// Returns the connection, and makes another one if it ended.
    async fn live(&self) -> Result<Arc<Live>, RequestError> {
        let mut current = self.current.lock().await;
        let ended = match &current.live {
            Some(live) => match live.link.ended() {
                None => return Ok(Arc::clone(live)),
                ended => ended,
            },
            None => None,
        };
        if let Target::Streams = self.target {
            let ended = ended.unwrap_or_default();
            return Err(RequestError::NotSent {
                reason: NotSent::Closed,
                message: ended.message(),
            });
        }
        current.live = None;
        let wait = current.next_wait().ok_or_else(|| {
            let ended = ended.unwrap_or_default();
            RequestError::NotSent {
                reason: NotSent::Connect,
                message: format!("the server ends again and again: {}", ended.message()),
            }
        })?;
        let attempt = current.recent.len();
        let server = self.target.name();
        let span =
            tracing::info_span!(target: "toolsmith", "toolsmith.mcp.reconnect", server, attempt);
        let era = current.era.clone();
        let opening = async {
            tokio::time::sleep(wait).await;
            tracing::debug!(target: "toolsmith", "opens another connection");
            let opening = self.open(None, era);
            let opened = tokio::time::timeout(OPEN_TIMEOUT, opening).await;
            opened.unwrap_or(Err(OpenError::Timeout(OPEN_TIMEOUT)))
        };
        let live = opening.instrument(span).await.map_err(request_error)?;
        let live = Arc::new(live);
        current.era = Some(live.era.clone());
        current.live = Some(Arc::clone(&live));
        Ok(live)
    }

    /// Leaves a connection, unless that is done.
    async fn leave(&self, live: &Arc<Live>) {
        let mut current = self.current.lock().await;
        if current
            .live
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, live))
        {
            current.live = None;
        }
    }

    /// Finds the era of a new connection, or opens a session of the era that is known.
    async fn open(&self, link: Option<Link>, known: Option<Era>) -> Result<Live, OpenError> {
        let link = match link {
            Some(link) => link,
            None => self.target.connect(&self.options, &self.secrets)?,
        };
        let negotiation = |link| Negotiation {
            link,
            options: &self.options,
            ids: &self.ids,
            secrets: &self.secrets,
        };
        let found = match &known {
            Some(Era::Modern) => Ok(Era::Modern),
            Some(Era::Legacy { version }) => negotiation(&link).initialize(Some(version)).await,
            None => negotiation(&link).run().await,
        };
        let error = match found {
            Ok(era) => return Ok(Live { link, era }),
            Err(error) => error,
        };
        let Target::Command(_) = self.target else {
            return Err(error);
        };
        if link.ended().is_none() {
            return Err(error);
        }
        // Some servers of the older era end when the first request is not `initialize`.
        let link = self.target.connect(&self.options, &self.secrets)?;
        let opened = negotiation(&link).initialize(None).await;
        match (opened, link.ended()) {
            (Ok(era), _) => Ok(Live { link, era }),
            (Err(_), Some(ended)) => Err(OpenError::Ended {
                program: self.target.name(),
                status: ended
                    .status
                    .unwrap_or_else(|| "it closed its output".to_owned()),
                output: ended.output,
            }),
            (Err(error), None) => Err(error),
        }
    }

    /// Returns the version of the protocol.
    pub(super) async fn version(&self) -> Option<String> {
        let current = self.current.lock().await;
        let live = current.live.as_ref()?;
        Some(live.era.version().to_owned())
    }

    /// Closes the connection.
    pub(super) async fn close(&self) {
        let live = self.current.lock().await.live.clone();
        if let Some(live) = live {
            live.link.close().await;
        }
    }
}

impl Current {
    /// Counts another connection. Returns the wait before it; `None` if there were too many.
    fn next_wait(&mut self) -> Option<Duration> {
        let now = Instant::now();
        while self
            .recent
            .front()
            .is_some_and(|made| now.saturating_duration_since(*made) > RECENT)
        {
            self.recent.pop_front();
        }
        let count = self.recent.len();
        if count >= MAX_RECENT {
            return None;
        }
        self.recent.push_back(now);
        let doublings = u32::try_from(count).unwrap_or(u32::MAX);
        Some(match doublings.checked_sub(1) {
            None => Duration::ZERO,
            Some(doublings) => BACKOFF.saturating_mul(2_u32.saturating_pow(doublings)),
        })
    }
}

/// Converts the error of another connection. Nothing was sent.
fn request_error(error: OpenError) -> RequestError {
    match error {
        OpenError::Unauthorized(challenge) => RequestError::Http(Box::new(HttpError {
            status: challenge.status,
            headers: reqwest::header::HeaderMap::new(),
            body: String::new(),
            location: None,
            challenge: Some(*challenge),
        })),
        OpenError::Token(message) => RequestError::Token(message),
        error => RequestError::NotSent {
            reason: NotSent::Connect,
            message: error.to_string(),
        },
    }
}
