//! One call, from its request to its answer: wait for a turn, try, judge, wait, try again.

use std::pin::pin;
use std::time::Duration;

use http::{StatusCode, header};

use super::Shared;
use super::classify::{self, Classifier};
use super::download::{Download, Opened};
use super::observe::{self, milliseconds};
use super::options::Options;
use super::request::Outline;
use super::retry_policy::{Decision, FailedAttempt, Trouble};
use crate::clock::{boxed, within};
use crate::codec::Json;
use crate::error::{Attempt, Error, TransportError, TransportErrorKind};
use crate::http::{Body, Response, too_large};
use crate::progress::{self, Step};
use crate::rate_limit::{Heard, Permit, RateLimitHeaders, Turn};
use crate::tools::{Effect, ToolSpec};

/// What a call is made of.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) spec: &'static ToolSpec,
    pub(crate) arguments: &'a Json,
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
pub(crate) struct Exchange<'a> {
    shared: &'a Shared,
    spec: &'static ToolSpec,
    attempt_count: u32,
    attempts: Vec<Attempt>,
    outline: Outline,
    arguments: &'a Json,
    options: &'a Options,
    turn: Turn,
    /// The right to the next try.
    permit: Option<Permit<'a>>,
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
            observe::cancelled(self.shared, self.spec, (self.attempt_count, took));
        }
    }
}

impl<'a> Exchange<'a> {
    /// A call before its first try; its time begins here.
    pub(crate) fn new(shared: &'a Shared, request: Request<'a>, outline: Outline) -> Self {
        let began = shared.clock.elapsed();
        Self {
            shared,
            spec: request.spec,
            attempt_count: 0,
            attempts: Vec::new(),
            outline,
            arguments: request.arguments,
            options: request.options,
            turn: Turn::default(),
            permit: None,
            began,
            first_try: began,
            last_try: began,
            waited: Duration::ZERO,
            has_ended: false,
        }
    }

    /// Sends the call, as often as the policy allows, and gives its answer.
    pub(crate) async fn answer(&mut self) -> Result<Response, Error> {
        let opened = self.observed(Reading::Whole).await?;
        Ok(opened.into_response(self.spec))
    }

    /// The same, without reading the body of a good answer.
    pub(crate) async fn download(&mut self) -> Result<Download, Error> {
        let opened = self.observed(Reading::Head).await?;
        Ok(opened.into_download(self.spec, self.attempt_count))
    }

    async fn observed(&mut self, reading: Reading) -> Result<Box<Opened>, Error> {
        let span = observe::call_span(self.shared, self.spec);
        span.in_scope(|| observe::arguments(self.shared, self.spec, self.arguments));
        let outcome = {
            // In a box of its own: allocators have small ones at hand.
            let mut run = boxed(|| self.run(reading));
            observe::inside(&span, run.as_mut()).await
        };
        if let Ok(opened) = &outcome {
            span.in_scope(|| observe::answer(self.shared, self.spec, &opened.body));
        }
        let took = || self.shared.clock.elapsed().saturating_sub(self.began);
        observe::ended(
            self.shared,
            self.spec,
            &span,
            (self.attempt_count, &took),
            &outcome,
        );
        self.has_ended = true;
        outcome
    }

    async fn run(&mut self, reading: Reading) -> Result<Box<Opened>, Error> {
        let mut last_error = None;
        loop {
            if let Err(too_long) = self.enter().await {
                return Err(classify::kept_back(last_error, too_long));
            }
            let left = self.left(self.last_try);
            let time = left.min(
                self.options
                    .attempt_timeout
                    .unwrap_or(self.shared.attempt_timeout),
            );
            let span = observe::attempt_span(self.spec, self.attempt_count);
            let clock = &*self.shared.clock;
            let attempt = {
                // Pinned where it is made: one that is handed on is copied with all that it has
                // room for.
                let attempt = pin!(self.attempt(reading));
                within(clock, time, observe::inside(&span, attempt)).await
            };
            let failed = match attempt {
                Some(Ok(opened)) if opened.parts.status.is_success() => {
                    if !span.is_disabled() {
                        observe::attempt_ended(&span, Some(opened.parts.status), self.since_try());
                    }
                    return Ok(opened);
                }
                Some(outcome) => outcome,
                None if time == left => return Err(self.out_of_time(&span)),
                None => Err(slow_try(time)),
            };
            let (error, wait) = self.go_on(&span, failed)?;
            last_error = Some(error);
            if let Some(wait) = wait {
                progress::tell(Step::Retrying { wait });
                self.shared.clock.sleep(wait).await;
            }
        }
    }

    /// What a failed try comes to: the error of it, and how long to wait before the next one, if
    /// not for the gate; or the error that the call ends with.
    #[cold]
    fn go_on(
        &mut self,
        span: &tracing::Span,
        failed: Result<Box<Opened>, TransportError>,
    ) -> Result<(Error, Option<Duration>), Error> {
        let (trouble, error) = match failed {
            Ok(opened) => {
                self.note(span, Some(opened.parts.status), None);
                self.classifier().response(&opened.into_response(self.spec))
            }
            Err(error) => {
                self.note(span, None, Some(error.kind()));
                self.classifier().transport_error(error)
            }
        };
        match self.decide(&trouble) {
            Decision::Stop => Err(error),
            Decision::Wait(wait) => {
                observe::retrying(self.spec, self.attempt_count, wait, self.attempts.last());
                // What a spent limit says holds for all, so that the gate waits for it.
                Ok((error, (!trouble.is_spent_limit()).then_some(wait)))
            }
        }
    }

    /// The time of the call was over before the try was.
    #[cold]
    fn out_of_time(&mut self, span: &tracing::Span) -> Error {
        self.note(span, None, Some(TransportErrorKind::Timeout));
        self.classifier().timed_out(self.timeout())
    }

    /// Waits for the turn of the next try.
    async fn enter(&mut self) -> Result<(), Error> {
        let shared = self.shared;
        let came = match self.attempt_count {
            0 => self.began,
            _ => shared.clock.elapsed(),
        };
        let patience = match self.attempt_count {
            0 => self.left(came),
            // What bounds the waits between tries bounds this one, however many are before it.
            _ => self.left(came).min(
                shared
                    .retry(self.options)
                    .patience(came.saturating_sub(self.first_try)),
            ),
        };
        self.tell_wait();
        match shared.gate.enter(&mut self.turn, patience).await {
            Ok(permit) => {
                self.last_try = if permit.has_waited() {
                    shared.clock.elapsed()
                } else {
                    came
                };
                self.waited = self.last_try.saturating_sub(came);
                self.attempt_count += 1;
                if self.attempt_count == 1 {
                    self.first_try = self.last_try;
                }
                observe::waited(self.spec, self.attempt_count, self.waited);
                progress::tell(Step::Sending {
                    attempt: self.attempt_count,
                });
                self.permit = Some(permit);
                Ok(())
            }
            Err(too_long) => {
                observe::wait_too_long(self.spec, too_long);
                Err(self.classifier().wait_too_long(too_long))
            }
        }
    }

    /// Tells how long the turn is away, to whoever watches.
    fn tell_wait(&self) {
        if progress::is_watched() {
            let wait = self.shared.rate_limiter().status().wait;
            if wait >= Duration::from_millis(1) {
                progress::tell(Step::WaitingForRateLimit { wait });
            }
        }
    }

    async fn attempt(&mut self, reading: Reading) -> Result<Box<Opened>, TransportError> {
        // It is the try's, and is given back with it.
        let permit = self.permit.take();
        let request = self.shared.request(&self.outline, self.options)?;
        let answer = self.shared.transport.send(request).await?;
        let (parts, body) = answer.into_parts();
        let rate_limit = RateLimitHeaders::read(&parts.headers, &|| self.shared.clock.now());
        if let Some(permit) = permit {
            permit.answered(&Heard::new(parts.status, rate_limit));
        }
        let is_left_open = reading == Reading::Head && parts.status.is_success();
        let body = if is_left_open {
            body
        } else {
            let max_size = self.shared.max_response_size;
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
        // It goes through many hands, each of which would copy it.
        Ok(Box::new(Opened {
            parts,
            body,
            rate_limit,
        }))
    }

    /// Writes a failed try down.
    fn note(
        &mut self,
        span: &tracing::Span,
        status: Option<StatusCode>,
        kind: Option<TransportErrorKind>,
    ) {
        let took = self.since_try();
        observe::attempt_ended(span, status, took);
        self.attempts.push(Attempt {
            status,
            kind,
            began: self.last_try.saturating_sub(self.began),
            waited: self.waited,
            took,
        });
    }

    fn classifier(&self) -> Classifier<'_> {
        Classifier {
            shared: self.shared,
            tool: self.spec.name,
            attempt_count: self.attempt_count,
            attempts: &self.attempts,
        }
    }

    fn decide(&self, trouble: &Trouble) -> Decision {
        let now = self.shared.clock.elapsed();
        let attempt = FailedAttempt {
            number: self.attempt_count,
            elapsed: now.saturating_sub(self.first_try),
            left: self.left(now),
            is_repeatable: self.spec.effect == Effect::Reads || self.outline.has_key(),
        };
        let retry = self.shared.retry(self.options);
        retry.decide(&attempt, trouble, self.shared.randomness.random())
    }

    /// How much time the call has left at `now`.
    fn left(&self, now: Duration) -> Duration {
        let elapsed = now.saturating_sub(self.began);
        self.timeout().saturating_sub(elapsed)
    }

    /// How long the call may take over all its tries.
    fn timeout(&self) -> Duration {
        self.options.timeout.unwrap_or(self.shared.timeout)
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
