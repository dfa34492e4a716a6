//! One call, from its request to its answer: wait for a turn, try, judge, wait, try again.

use std::pin::pin;
use std::time::Duration;

use http::{StatusCode, header};

use super::download::{Download, Opened};
use super::observe::{self, milliseconds};
use super::request::Outline;
use super::{Options, Shared};
use crate::codec::Json;
use crate::error::{Error, TransportError, TransportErrorKind, Try};
use crate::gate::{Heard, Permit, Turn};
use crate::limit::RateLimit;
use crate::progress::{self, Step};
use crate::response::Response;
use crate::retry::{Attempt, Decision, Retry, Trouble};
use crate::time::within;
use crate::tool::{Effect, ToolSpec};
use crate::transport::{Body, too_large};
use crate::uri::Target;

impl Shared {
    /// Sends a call, as often as the policy allows, and gives its answer.
    pub(crate) async fn exchange(&self, request: Request<'_>) -> Result<Response, Error> {
        let spec = request.spec;
        let mut exchange = Exchange::new(self, request)?;
        let opened = exchange.observed(Reading::Whole).await?;
        Ok(opened.into_response(spec))
    }

    /// The same, without reading the body of a good answer.
    pub(crate) async fn download(&self, request: Request<'_>) -> Result<Download, Error> {
        let spec = request.spec;
        let mut exchange = Exchange::new(self, request)?;
        let opened = exchange.observed(Reading::Head).await?;
        Ok(opened.into_download(spec, exchange.attempts))
    }
}

/// What is to be sent.
pub(crate) struct Request<'a> {
    pub(crate) spec: &'static ToolSpec,
    pub(crate) arguments: &'a Json,
    pub(crate) target: Target,
    pub(crate) options: &'a Options,
}

/// How much of a good answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Whole,
    /// Its head; the body is the caller's.
    Head,
}

/// The state of one call over its tries.
pub(super) struct Exchange<'a> {
    pub(super) shared: &'a Shared,
    pub(super) spec: &'static ToolSpec,
    pub(super) attempts: u32,
    pub(super) tried: Vec<Try>,
    outline: Outline,
    arguments: &'a Json,
    options: &'a Options,
    is_repeatable: bool,
    retry: Retry,
    timeout: Duration,
    try_timeout: Duration,
    turn: Turn,
    began: Duration,
    /// When the first try began, behind the wait for its turn.
    first_try: Duration,
    last_try: Duration,
    waited: Duration,
    has_ended: bool,
}

/// One that is dropped before its end was given up by the caller.
impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            let took = self.shared.clock.elapsed().saturating_sub(self.began);
            observe::given_up(self.shared, self.spec, (self.attempts, took));
        }
    }
}

impl<'a> Exchange<'a> {
    fn new(
        shared: &'a Shared,
        Request {
            spec,
            arguments,
            target,
            options,
        }: Request<'a>,
    ) -> Result<Self, Error> {
        let retry = if options.is_sent_once() {
            Retry::none()
        } else {
            options.retry.unwrap_or(shared.retry)
        };
        let key = shared.idempotency_key(spec, retry, options)?;
        let outline = shared.outline(spec, target, key)?;
        let began = shared.clock.elapsed();
        Ok(Self {
            shared,
            spec,
            attempts: 0,
            tried: Vec::new(),
            is_repeatable: spec.effect == Effect::Reads || outline.has_key(),
            outline,
            arguments,
            options,
            retry,
            timeout: options.timeout.unwrap_or(shared.timeout),
            try_timeout: options.try_timeout.unwrap_or(shared.try_timeout),
            turn: Turn::default(),
            began,
            first_try: began,
            last_try: began,
            waited: Duration::ZERO,
            has_ended: false,
        })
    }

    async fn observed(&mut self, reading: Reading) -> Result<Opened, Error> {
        let span = observe::call_span(self.shared, self.spec);
        span.in_scope(|| observe::arguments(self.shared, self.spec, self.arguments));
        let outcome = {
            let run = pin!(self.run(reading));
            observe::inside(&span, run).await
        };
        let took = self.shared.clock.elapsed().saturating_sub(self.began);
        let measures = (self.attempts, took);
        if let Ok(opened) = &outcome {
            span.in_scope(|| observe::answer(self.shared, self.spec, &opened.body));
        }
        observe::ended(self.shared, self.spec, &span, measures, &outcome);
        self.has_ended = true;
        outcome
    }

    async fn run(&mut self, reading: Reading) -> Result<Opened, Error> {
        let mut last_error = None;
        loop {
            let permit = match self.enter().await {
                Ok(permit) => permit,
                Err(too_long) => return Err(last_error.unwrap_or(too_long)),
            };
            let left = self.left(self.last_try);
            let time = left.min(self.try_timeout);
            let span = observe::try_span(self.spec, self.attempts);
            let attempt = {
                // Pinned where it is made: one that is handed on is copied with all that it has
                // room for.
                let attempt = pin!(self.attempt(permit, reading));
                within(&*self.shared.clock, time, observe::inside(&span, attempt)).await
            };
            let outcome = match attempt {
                None if time == left => {
                    self.note(&span, None, Some(TransportErrorKind::Timeout));
                    return Err(self.timed_out(self.timeout));
                }
                None => Err(slow_try(time)),
                Some(Ok(opened)) if opened.parts.status.is_success() => {
                    observe::tried(&span, Some(opened.parts.status), self.since_try());
                    return Ok(opened);
                }
                Some(outcome) => outcome,
            };
            let (trouble, error) = match outcome {
                Ok(opened) => {
                    self.note(&span, Some(opened.parts.status), None);
                    self.judge_answer(&opened.into_response(self.spec))
                }
                Err(error) => {
                    self.note(&span, None, Some(error.kind()));
                    self.judge_transport(error)
                }
            };
            match self.decide(&trouble) {
                Decision::Stop => return Err(error),
                Decision::Wait(wait) => {
                    observe::trying_again(self.spec, self.attempts, wait, self.tried.last());
                    last_error = Some(error);
                    // What a spent limit says holds for all, so that the gate waits for it.
                    if !trouble.is_spent_limit() {
                        progress::tell(Step::TriesAgain { wait });
                        self.shared.clock.sleep(wait).await;
                    }
                }
            }
        }
    }

    /// Waits for the turn of the next try.
    async fn enter(&mut self) -> Result<Permit<'a>, Error> {
        let shared = self.shared;
        let came = match self.attempts {
            0 => self.began,
            _ => shared.clock.elapsed(),
        };
        let left = self.left(came);
        self.tell_wait();
        match shared.gate.enter(&mut self.turn, left).await {
            Ok(permit) => {
                self.last_try = if permit.has_waited() {
                    shared.clock.elapsed()
                } else {
                    came
                };
                self.waited = self.last_try.saturating_sub(came);
                self.attempts += 1;
                if self.attempts == 1 {
                    self.first_try = self.last_try;
                }
                observe::waited(self.spec, self.attempts, self.waited);
                progress::tell(Step::Sends {
                    attempt: self.attempts,
                });
                Ok(permit)
            }
            Err(too_long) => {
                observe::wait_too_long(self.spec, too_long);
                Err(self.judge_wait(too_long))
            }
        }
    }

    /// Tells how long the turn is away, to whoever watches.
    fn tell_wait(&self) {
        if progress::is_watched() {
            let wait = self.shared.budget().state().wait;
            if wait >= Duration::from_millis(1) {
                progress::tell(Step::WaitsForLimit { wait });
            }
        }
    }

    async fn attempt(
        &self,
        permit: Permit<'_>,
        reading: Reading,
    ) -> Result<Opened, TransportError> {
        let request = self.shared.request(&self.outline, self.options)?;
        let answer = self.shared.transport.send(request).await?;
        let (parts, body) = answer.into_parts();
        let rate_limit = RateLimit::read(&parts.headers, &|| self.shared.clock.now());
        permit.answered(&Heard::new(parts.status, rate_limit));
        let is_left_open = reading == Reading::Head && parts.status.is_success();
        let body = if is_left_open {
            body
        } else {
            let max_size = self.shared.max_answer_size;
            let body = match check_announced(&parts.headers, max_size) {
                Ok(()) => body.collect(max_size).await,
                Err(error) => Err(error),
            };
            match body {
                Ok(body) => Body::from(body),
                // A refusal is one, whether or not the whole of it can be read.
                Err(_) if !parts.status.is_success() => Body::default(),
                Err(error) => return Err(error),
            }
        };
        Ok(Opened {
            parts,
            body,
            rate_limit,
        })
    }

    /// Writes a failed try down.
    fn note(
        &mut self,
        span: &tracing::Span,
        status: Option<StatusCode>,
        kind: Option<TransportErrorKind>,
    ) {
        let took = self.since_try();
        observe::tried(span, status, took);
        self.tried.push(Try {
            status,
            kind,
            began: self.last_try.saturating_sub(self.began),
            waited: self.waited,
            took,
        });
    }

    fn decide(&self, trouble: &Trouble) -> Decision {
        let now = self.shared.clock.elapsed();
        let attempt = Attempt {
            number: self.attempts,
            elapsed: now.saturating_sub(self.first_try),
            left: self.left(now),
            is_repeatable: self.is_repeatable,
        };
        self.retry
            .decide(&attempt, trouble, self.shared.clock.random())
    }

    /// How much time the call has left at `now`.
    fn left(&self, now: Duration) -> Duration {
        let elapsed = now.saturating_sub(self.began);
        self.timeout.saturating_sub(elapsed)
    }

    fn since_try(&self) -> Duration {
        self.shared.clock.elapsed().saturating_sub(self.last_try)
    }
}

fn slow_try(time: Duration) -> TransportError {
    let message = format!("no answer to one try in {} ms", milliseconds(time));
    TransportError::new(TransportErrorKind::Timeout, message)
}

/// An answer that announces too much is not read at all.
fn check_announced(headers: &http::HeaderMap, max_size: usize) -> Result<(), TransportError> {
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let fits = |length: u64| usize::try_from(length).is_ok_and(|length| length <= max_size);
    if announced.is_none_or(fits) {
        Ok(())
    } else {
        Err(too_large(max_size))
    }
}
