//! The exchange of one call: wait for the rate limit, send, classify the result, retry.

use std::pin::pin;
use std::time::Duration;

use http::StatusCode;

use super::classify::{self, Classifier};
use super::download::{Download, OpenResponse};
use super::observe::{self, milliseconds};
use super::options::CallOptions;
use super::refusals::Refusals;
use super::request::RequestTemplate;
use super::retry_policy::{FailedAttempt, Failure, RetryDecision};
use super::shared::Shared;
use super::tool_call::ToolCall;
use crate::clock::{boxed, within};
use crate::codec::Json;
use crate::context::CallContext;
use crate::error::{Attempt, Error, TimeoutPhase, TransportError, TransportErrorKind};
use crate::http::{Body, Response, TimedOut};
use crate::progress::{self, Step};
use crate::rate_limit::{LimitUpdate, Permit, RateLimitHeaders, Turn};
use crate::tools::{Effect, ToolSpec};

/// The maximum size of the body of a refusal, in which a message is looked for.
const MAX_REFUSAL_SIZE: usize = 1024 * 1024;

/// The part of a successful response that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Whole,
    /// Its head. The caller reads the body.
    Head,
}

/// The state of one call over its attempts.
pub(super) struct Exchange<'a> {
    shared: &'a Shared,
    spec: &'static ToolSpec,
    context: Option<&'a CallContext>,
    attempt_count: u32,
    attempts: Vec<Attempt>,
    template: RequestTemplate,
    arguments: &'a Json,
    options: &'a CallOptions,
    turn: Turn,
    /// The permit of the next attempt.
    permit: Option<Permit<'a>>,
    refusals: Refusals,
    began: Duration,
    /// The start of the first attempt, after its wait for the rate limit.
    first_attempt: Duration,
    last_attempt: Duration,
    waited: Duration,
    has_ended: bool,
}

/// Reports a call whose future was dropped before it ended as cancelled.
impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            let took = self.shared.clock.elapsed().saturating_sub(self.began);
            observe::cancelled(self.shared.catalog, self.spec, (self.attempt_count, took));
        }
    }
}

impl<'a> Exchange<'a> {
    /// Starts the exchange of a call. The timeout of the call begins here.
    pub(super) fn new(
        shared: &'a Shared,
        call: &'a ToolCall,
        options: &'a CallOptions,
        template: RequestTemplate,
    ) -> Self {
        let began = shared.clock.elapsed();
        Self {
            shared,
            spec: call.spec,
            context: call.context.as_deref(),
            attempt_count: 0,
            attempts: Vec::new(),
            template,
            arguments: &call.arguments,
            options,
            turn: Turn::default(),
            permit: None,
            refusals: Refusals::default(),
            began,
            first_attempt: began,
            last_attempt: began,
            waited: Duration::ZERO,
            has_ended: false,
        }
    }

    /// Sends the call, with the retries that the policy allows, and returns the response.
    pub(super) async fn response(&mut self) -> Result<Response, Error> {
        let response = self.observed(Reading::Whole).await?;
        Ok(response.into_response(self.spec, self.shared.token.scrubber()))
    }

    /// Sends the call like [`response`](Self::response), but leaves the body of a successful response
    /// unread.
    pub(super) async fn download(&mut self) -> Result<Download, Error> {
        let response = self.observed(Reading::Head).await?;
        let scrubber = self.shared.token.scrubber();
        Ok(response.into_download(self.spec, self.attempt_count, scrubber))
    }

    async fn observed(&mut self, reading: Reading) -> Result<Box<OpenResponse>, Error> {
        let span = observe::call_span(self.shared.catalog, self.spec, self.context);
        span.in_scope(|| observe::arguments(self.shared, self.spec, self.arguments));
        let outcome = {
            // In its own box, because allocators have small ones at hand.
            let mut run = boxed(|| self.run(reading));
            observe::inside(&span, run.as_mut()).await
        };
        if let Ok(response) = &outcome {
            span.in_scope(|| observe::response(self.shared, self.spec, &response.body));
        }
        let took = || self.shared.clock.elapsed().saturating_sub(self.began);
        let ended = outcome.as_ref().map(|response| Some(response.parts.status));
        observe::ended(
            self.shared.catalog,
            self.spec,
            &span,
            (self.attempt_count, &took),
            ended,
        );
        self.has_ended = true;
        outcome
    }

    async fn run(&mut self, reading: Reading) -> Result<Box<OpenResponse>, Error> {
        let mut last_error = None;
        loop {
            if let Err(too_long) = self.enter().await {
                return Err(classify::wait_error(last_error, too_long));
            }
            let left = self.left(self.last_attempt);
            let time = left.min(
                self.options
                    .attempt_timeout
                    .unwrap_or(self.shared.attempt_timeout),
            );
            let span = observe::attempt_span(self.spec, self.attempt_count);
            let clock = &*self.shared.clock;
            let attempt = {
                let mut timed_out = None;
                // Pinned where it is created, because moving a future copies all of it.
                let attempt = pin!(self.attempt(reading));
                let outcome = within(clock, time, observe::inside(&span, attempt)).await;
                if outcome.is_none() {
                    // Dropped after the attempt, so that its transport sees why it is dropped.
                    timed_out.replace(TimedOut::set());
                }
                outcome
            };
            let failed = match attempt {
                Some(Ok(response)) if response.parts.status.is_success() => {
                    if !span.is_disabled() {
                        observe::attempt_ended(
                            &span,
                            Some(response.parts.status),
                            self.since_attempt(),
                        );
                    }
                    return Ok(response);
                }
                Some(outcome) => outcome,
                None if time == left => return Err(self.out_of_time(&span)),
                None => Err(attempt_timed_out(time)),
            };
            let (error, wait) = self.after_failure(&span, failed)?;
            last_error = Some(error);
            if let Some(wait) = wait {
                progress::report(Step::Retrying { wait });
                self.shared.clock.sleep(wait).await;
            }
        }
    }

    /// Decides about a failed attempt. Returns its error and the backoff before the next attempt,
    /// which is `None` if the rate limiter waits instead; or the error that the call ends with.
    #[cold]
    fn after_failure(
        &mut self,
        span: &tracing::Span,
        failed: Result<Box<OpenResponse>, TransportError>,
    ) -> Result<(Error, Option<Duration>), Error> {
        let (failure, error) = match failed {
            Ok(response) => {
                self.record_failure(span, Some(response.parts.status), None);
                let response = response.into_response(self.spec, self.shared.token.scrubber());
                let scrubbed = response.scrubbed();
                self.classifier()
                    .response(scrubbed.as_ref().unwrap_or(&response))
            }
            Err(error) => {
                self.record_failure(span, None, Some(error.kind()));
                self.classifier().transport_error(error)
            }
        };
        match self.decide(&failure) {
            RetryDecision::Stop => Err(error),
            RetryDecision::Wait(wait) => {
                observe::retrying(self.spec, self.attempt_count, wait, self.attempts.last());
                // A refusal concerns all calls, so the gate waits for its end.
                Ok((error, (!failure.is_refusal()).then_some(wait)))
            }
        }
    }

    /// Ends a call whose timeout expired during an attempt.
    #[cold]
    fn out_of_time(&mut self, span: &tracing::Span) -> Error {
        self.record_failure(span, None, Some(TransportErrorKind::Timeout));
        let timeout = self.timeout();
        self.classifier().timed_out(timeout, TimeoutPhase::Response)
    }

    /// Returns the error of a call whose timeout expired after its response was received.
    #[cold]
    pub(super) fn out_of_time_to_read(&self) -> Error {
        let timeout = self.timeout();
        self.classifier().timed_out(timeout, TimeoutPhase::Reading)
    }

    /// Returns the time that the call has left.
    pub(super) fn time_left(&self) -> Duration {
        self.left(self.shared.clock.elapsed())
    }

    /// Waits for the permit of the next attempt.
    async fn enter(&mut self) -> Result<(), Error> {
        let shared = self.shared;
        let arrived = match self.attempt_count {
            0 => self.began,
            _ => shared.clock.elapsed(),
        };
        let patience = match self.attempt_count {
            0 => self.left(arrived),
            // The bound on waits between attempts applies here, too.
            _ => self.left(arrived).min(
                shared
                    .retry(self.options)
                    .patience(arrived.saturating_sub(self.first_attempt)),
            ),
        };
        self.report_wait();
        match shared.gate.enter(&mut self.turn, patience).await {
            Ok(permit) => {
                self.last_attempt = if permit.has_waited() {
                    shared.clock.elapsed()
                } else {
                    arrived
                };
                self.waited = self.last_attempt.saturating_sub(arrived);
                self.attempt_count += 1;
                if self.attempt_count == 1 {
                    self.first_attempt = self.last_attempt;
                }
                observe::waited(self.spec, self.attempt_count, self.waited);
                progress::report(Step::Sending {
                    attempt: self.attempt_count,
                });
                self.permit = Some(permit);
                Ok(())
            }
            Err(too_long) => {
                observe::wait_too_long(self.spec, too_long);
                Err(self.classifier().wait_too_long(too_long, self.timeout()))
            }
        }
    }

    /// Reports the expected wait to a watcher of the call.
    fn report_wait(&self) {
        if progress::is_watched() {
            let wait = self.shared.rate_limiter().status().wait;
            if wait >= Duration::from_millis(1) {
                progress::report(Step::WaitingForRateLimit { wait });
            }
        }
    }

    async fn attempt(&mut self, reading: Reading) -> Result<Box<OpenResponse>, TransportError> {
        // The permit belongs to this attempt and is released with it.
        let permit = self.permit.take();
        let request = self.shared.request(&self.template, self.options)?;
        let response = self.shared.transport.send(request).await?;
        let (parts, body) = response.into_parts();
        let rate_limit = RateLimitHeaders::read(&parts.headers, &|| self.shared.clock.now());
        if let Some(permit) = permit {
            let verdict = permit.complete(&LimitUpdate::new(parts.status, rate_limit));
            if self.refusals.record(verdict) {
                self.shared.gate.step_back(&mut self.turn);
            }
        }
        let is_left_open = reading == Reading::Head && parts.status.is_success();
        let body = if is_left_open {
            body
        } else {
            let max_size = match self.shared.max_response_size {
                // A larger refusal is not worth the time to read it.
                max_size if !parts.status.is_success() => max_size.min(MAX_REFUSAL_SIZE),
                max_size => max_size,
            };
            let body = body.collect_response(&parts.headers, max_size).await;
            match body {
                Ok(body) => Body::from(body),
                // A refusal is a refusal even if its body cannot be read.
                Err(_) if !parts.status.is_success() => Body::default(),
                Err(error) => return Err(error),
            }
        };
        // Boxed, because it is moved many times.
        Ok(Box::new(OpenResponse {
            parts,
            body,
            rate_limit,
        }))
    }

    /// Records a failed attempt.
    fn record_failure(
        &mut self,
        span: &tracing::Span,
        status: Option<StatusCode>,
        kind: Option<TransportErrorKind>,
    ) {
        let took = self.since_attempt();
        observe::attempt_ended(span, status, took);
        self.attempts.push(Attempt {
            status,
            kind,
            began: self.last_attempt.saturating_sub(self.began),
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

    fn decide(&self, failure: &Failure) -> RetryDecision {
        let now = self.shared.clock.elapsed();
        let attempt = FailedAttempt {
            number: self.attempt_count.saturating_sub(self.refusals.uncounted()),
            elapsed: now.saturating_sub(self.first_attempt),
            left: self.left(now),
            is_repeatable: self.spec.effect == Effect::Reads || self.template.has_key(),
        };
        let retry = self.shared.retry(self.options);
        retry.decide(&attempt, failure, self.shared.randomness.random())
    }

    /// Returns the time that the call has left at `now`.
    fn left(&self, now: Duration) -> Duration {
        let elapsed = now.saturating_sub(self.began);
        self.timeout().saturating_sub(elapsed)
    }

    /// Returns the timeout of the call over all its attempts.
    fn timeout(&self) -> Duration {
        self.options.timeout.unwrap_or(self.shared.timeout)
    }

    fn since_attempt(&self) -> Duration {
        self.shared
            .clock
            .elapsed()
            .saturating_sub(self.last_attempt)
    }
}

fn attempt_timed_out(time: Duration) -> TransportError {
    let message = format!("no response to one attempt in {} ms", milliseconds(time));
    TransportError::new(TransportErrorKind::Timeout, message)
}
