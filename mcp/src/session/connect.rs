//! The connection of a session, which is made again if it ends.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::OwnedMutexGuard;
use tokio::task::AbortHandle;
use tracing::Instrument;

use super::OPEN_TIMEOUT;
use super::current::{Current, Live, Opened};
use super::era::Era;
use super::era_change;
use super::negotiate::{Agreement, Negotiation};
use super::options::{Options, Source};
use super::request_span::RequestSpan;
use super::target::{self, Target};
use super::unsent;
use crate::error::{NotSent, OpenError, RequestError};
use crate::secrets::Secrets;
use crate::transport::{CallProgress, Head, Link, Reply, Request};

/// The time to find out whether a server speaks another era by now.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(15);

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
        let opening = Box::pin(connector.opener.open(Some(link), None));
        let opened = tokio::time::timeout(OPEN_TIMEOUT, opening).await;
        let opened = opened.unwrap_or(Err(OpenError::Timeout(OPEN_TIMEOUT)));
        let opened = opened.map_err(|error| error.redacted(&connector.secrets))?;
        connector.current.lock().await.set(opened);
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
            let mut params = live.era.params(params, self.options());
            let peer = live.link.peer();
            let span = RequestSpan::new(&peer, live.era.version(), (id, method), &params);
            span.inject(&mut params);
            let mut request = live.era.request(id, method, &params);
            prepare(&mut request);
            request.progress = progress.clone();
            let exchange = live.link.exchange(request);
            let reply = exchange.instrument(span.span().clone()).await;
            span.end(&reply);
            let Reply { head, outcome } = reply;
            sends += 1;
            let is_repeated = sends < MAX_SENDS
                && match &outcome {
                    Ok(_) => false,
                    Err(RequestError::NotSent { reason, .. }) => {
                        let is_closed = *reason == NotSent::Closed;
                        if is_closed {
                            self.leave(&live).await;
                        }
                        is_closed
                    }
                    Err(error) => {
                        era_change::is_suspected(&live.era, head.as_ref(), error)
                            && self.finds_other_era(&live).await
                    }
                };
            if !is_repeated {
                return Ended {
                    head: head.map(|head| head.redacted(&self.secrets)),
                    outcome: outcome.map_err(|error| error.redacted(&self.secrets)),
                    era: Some(live.era.clone()),
                };
            }
            progress.set_sent(false);
        }
    }

    /// Finds the era of the server again. Returns `true` if it is another one; then there is another
    /// connection.
    async fn finds_other_era(&self, live: &Arc<Live>) -> bool {
        let current = Arc::clone(&self.current).lock_owned().await;
        match &current.live {
            Some(known) if Arc::ptr_eq(known, live) => {}
            // Another request was faster.
            Some(known) => return known.era != live.era,
            None => return false,
        }
        // A program that runs speaks what it spoke.
        if !matches!(self.opener.target, Target::Http(_)) || !current.may_ask_for_era() {
            return false;
        }
        let asking = Arc::clone(&self.opener).change_era(current, live.era.clone());
        self.open_apart(asking).await.unwrap_or(false)
    }

    /// Runs an opening in a separate task. Returns `None` if the session is closed.
    async fn open_apart<T: Send + 'static>(
        &self,
        opening: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let opening = tokio::spawn(opening);
        *self.opening() = Some(opening.abort_handle());
        // `close` may have missed the task.
        if self.is_closed.load(Ordering::Acquire) {
            opening.abort();
        }
        opening.await.ok()
    }

    /// Returns the connection, and makes another one if it ended.
    async fn live(&self) -> Result<Arc<Live>, RequestError> {
        let mut current = Arc::clone(&self.current).lock_owned().await;
        if self.is_closed.load(Ordering::Acquire) {
            return Err(unsent::closed());
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
        let Some(wait) = current.next_wait() else {
            return Err(unsent::too_often(current.has_lost_session, ended));
        };
        let attempt = current.recent_count();
        let server = self.opener.target.name();
        let span =
            tracing::info_span!(target: "toolsmith", "toolsmith.mcp.reconnect", server, attempt);
        let opening = Arc::clone(&self.opener).reopen(current, wait);
        let opened = self.open_apart(opening.instrument(span)).await;
        opened.unwrap_or_else(|| Err(unsent::closed()))
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

    /// Leaves a connection that the server or its process has ended, unless that is done.
    async fn leave(&self, live: &Arc<Live>) {
        let mut current = self.current.lock().await;
        if current
            .live
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, live))
        {
            current.live = None;
            current.has_lost_session = live.link.ended().is_none();
        }
    }

    /// Returns the transport, as spans name it.
    pub(super) fn transport(&self) -> &'static str {
        match self.opener.target {
            Target::Http(_) => "tcp",
            Target::Command(_) | Target::Streams => "pipe",
        }
    }

    /// Returns the version of the protocol.
    pub(super) async fn version(&self) -> Option<String> {
        let current = self.current.lock().await;
        let live = current.live.as_ref()?;
        Some(live.era.version().to_owned())
    }

    /// Returns the instructions of the server.
    pub(super) async fn instructions(&self) -> Option<String> {
        self.current.lock().await.instructions.clone()
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
        let opening = Box::pin(self.open(None, current.era.clone()));
        let opened = tokio::time::timeout(OPEN_TIMEOUT, opening).await;
        let opened = opened.unwrap_or(Err(OpenError::Timeout(OPEN_TIMEOUT)));
        Ok(current.set(opened.map_err(unsent::request_error)?))
    }

    /// Makes another connection if the server no longer speaks the era `known`. Returns `true` if there is one.
    async fn change_era(
        self: Arc<Self>,
        mut current: OwnedMutexGuard<Current>,
        known: Era,
    ) -> bool {
        let Some(wait) = current.next_wait() else {
            return false;
        };
        tokio::time::sleep(wait).await;
        let opening = Box::pin(self.open(None, None));
        match tokio::time::timeout(CHANGE_TIMEOUT, opening).await {
            Ok(Ok(opened)) if opened.agreed.era != known => {
                tracing::debug!(target: "toolsmith", "the server speaks another era of the protocol");
                current.set(opened);
                return true;
            }
            Ok(Ok(opened)) => {
                current.settle_era();
                tokio::spawn(async move { opened.link.close().await });
            }
            // The server may be between two versions.
            Ok(Err(_)) => current.postpone_era(),
            // The requests wait meanwhile, so it is not asked again soon.
            Err(_) => current.settle_era(),
        }
        false
    }

    /// Finds the era of a new connection, or opens a session of the era that is known.
    async fn open(&self, link: Option<Link>, known: Option<Era>) -> Result<Opened, OpenError> {
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
        let is_command = matches!(self.target, Target::Command(_));
        let found = match &known {
            // Another start may be that of another version of the program.
            Some(Era::Modern) if !is_command => Ok(Agreement::modern(None)),
            Some(Era::Legacy { version }) => {
                let found = negotiation(&link).initialize(Some(version)).await;
                match found {
                    // The server may speak another era by now.
                    Err(OpenError::Handshake(_)) if link.ended().is_none() => {
                        Box::pin(negotiation(&link).run()).await
                    }
                    found => found,
                }
            }
            Some(Era::Modern) | None => Box::pin(negotiation(&link).run()).await,
        };
        let error = match found {
            Ok(agreed) => return Ok(Opened { link, agreed }),
            Err(error) => error,
        };
        if !is_command || link.ended().is_none() {
            return Err(error);
        }
        // Some servers of the older era end when the first request is not `initialize`.
        let link = self.target.connect(&self.options, &self.secrets)?;
        let opened = negotiation(&link).initialize(None).await;
        match (opened, link.ended()) {
            (Ok(agreed), _) => Ok(Opened { link, agreed }),
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
