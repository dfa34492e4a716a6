//! The connection of a session, which is made again if it ends.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::OwnedMutexGuard;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tracing::Instrument;

use super::OPEN_TIMEOUT;
use super::era::Era;
use super::negotiate::Negotiation;
use super::options::{Options, Source};
use super::progress::CallProgress;
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
    opener: Arc<Opener>,
    pub(super) secrets: Secrets,
    current: Arc<tokio::sync::Mutex<Current>>,
    /// The task that makes another connection. It belongs to no caller, so that one that stops waiting
    /// does not end it.
    opening: Mutex<Option<AbortHandle>>,
    is_closed: AtomicBool,
}

/// The parts of a session from which a connection is made.
pub(super) struct Opener {
    target: Target,
    pub(super) options: Options,
    secrets: Secrets,
    /// Identifiers are not used again, so that a late response ends no other request.
    ids: AtomicU64,
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
            opener: Arc::new(Opener {
                target,
                options,
                secrets: secrets.clone(),
                ids: AtomicU64::new(1),
            }),
            secrets,
            current: Arc::default(),
            opening: Mutex::default(),
            is_closed: AtomicBool::new(false),
        };
        let opening = connector.opener.open(Some(link), None);
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
        progress: &CallProgress,
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
            let id = self.opener.ids.fetch_add(1, Ordering::Relaxed);
            let params = live.era.params(params, self.options());
            let mut request = live.era.request(id, method, &params);
            prepare(&mut request);
            progress.set_sent(true);
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
            progress.set_sent(false);
            self.leave(&live).await;
        }
    }

    /// Returns the connection, and makes another one if it ended.
    async fn live(&self) -> Result<Arc<Live>, RequestError> {
        let mut current = Arc::clone(&self.current).lock_owned().await;
        if self.is_closed.load(Ordering::Acquire) {
            return Err(closed());
        }
        let ended = match &current.live {
            Some(live) => match live.link.ended() {
                None => return Ok(Arc::clone(live)),
                ended => ended,
            },
            None => None,
        };
        if let Target::Streams = self.opener.target {
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
        let server = self.opener.target.name();
        let span =
            tracing::info_span!(target: "toolsmith", "toolsmith.mcp.reconnect", server, attempt);
        let opening = Arc::clone(&self.opener).reopen(current, wait);
        let opening = tokio::spawn(opening.instrument(span));
        *self.opening() = Some(opening.abort_handle());
        // `close` may have missed the task.
        if self.is_closed.load(Ordering::Acquire) {
            opening.abort();
        }
        opening.await.unwrap_or_else(|_| Err(closed()))
    }

    fn opening(&self) -> MutexGuard<'_, Option<AbortHandle>> {
        self.opening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop_opening(&self) {
        if let Some(opening) = self.opening().take() {
            opening.abort();
        }
    }

    pub(super) fn options(&self) -> &Options {
        &self.opener.options
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

    /// Returns the version of the protocol.
    pub(super) async fn version(&self) -> Option<String> {
        let current = self.current.lock().await;
        let live = current.live.as_ref()?;
        Some(live.era.version().to_owned())
    }

    /// Closes the connection. No other one is made.
    pub(super) async fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.stop_opening();
        let live = self.current.lock().await.live.clone();
        if let Some(live) = live {
            live.link.close().await;
        }
    }
}

impl Drop for Connector {
    fn drop(&mut self) {
        self.stop_opening();
    }
}

impl Opener {
    /// Makes another connection after a wait.
    async fn reopen(
        self: Arc<Self>,
        mut current: OwnedMutexGuard<Current>,
        wait: Duration,
    ) -> Result<Arc<Live>, RequestError> {
        tokio::time::sleep(wait).await;
        tracing::debug!(target: "toolsmith", "opens another connection");
        let opening = self.open(None, current.era.clone());
        let opened = tokio::time::timeout(OPEN_TIMEOUT, opening).await;
        let live = opened.unwrap_or(Err(OpenError::Timeout(OPEN_TIMEOUT)));
        let live = Arc::new(live.map_err(request_error)?);
        current.era = Some(live.era.clone());
        current.live = Some(Arc::clone(&live));
        Ok(live)
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
}

/// Creates the error of a request after the session was closed.
fn closed() -> RequestError {
    RequestError::NotSent {
        reason: NotSent::Closed,
        message: "the session with the MCP server is closed".to_owned(),
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
