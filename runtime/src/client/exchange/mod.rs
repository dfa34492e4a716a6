//! The exchange of one call: wait for the rate limit, send, classify the result, retry.

mod attempt;
mod wait;

use std::pin::pin;
use std::time::Duration;

use http::StatusCode;

use super::account::Account;
use super::classify::Classifier;
use super::download::{Download, OpenResponse};
use super::observe::{self, milliseconds};
use super::options::CallOptions;
use super::refusals::Refusals;
use super::request::RequestTemplate;
use super::retry_policy::{FailedAttempt, Failure, RetryDecision};
use super::shared::Shared;
use super::token::TokenNumber;
use super::tool_call::ToolCall;
use crate::clock::{boxed, within};
use crate::codec::Json;
use crate::context::CallContext;
use crate::error::{Attempt, Error, TimeoutPhase, TransportError, TransportErrorKind};
use crate::http::{Response, TimedOut};
use crate::rate_limit::{Permit, Turn};
use crate::tools::{Effect, ToolSpec};

/// The part of a successful response that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Whole,
    /// Its head. The caller reads the body.
    Head,
}

/// The step before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// None: the rate limiter waits, if that is necessary.
    Send,
    Wait(Duration),
    /// The renewal of the token.
    Renew,
}

/// The state of one call over its attempts.
pub(super) struct Exchange<'a> {
    account: &'a Account,
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
    /// The token of the last attempt, if tokens are renewed.
    token: Option<TokenNumber>,
    /// `true` if the token was renewed because the server refused it.
    has_renewed: bool,
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
        account: &'a Account,
        call: &'a ToolCall,
        options: &'a CallOptions,
        template: RequestTemplate,
    ) -> Self {
        let shared = &*account.shared;
        let began = shared.clock.elapsed();
        Self {
            account,
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
            token: None,
            has_renewed: false,
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
        Ok(response.into_response(self.spec, self.shared.credentials.scrubber()))
    }

    /// Sends the call like [`response`](Self::response), but leaves the body of a successful response
    /// unread.
    pub(super) async fn download(&mut self) -> Result<Download, Error> {
        let response = self.observed(Reading::Head).await?;
        let scrubber = self.shared.credentials.scrubber();
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
            self.renew_token(None).await?;
            let in_flight = match self.enter().await {
                Ok(in_flight) => in_flight,
                Err(end) => return Err(end.into_error(last_error)),
            };
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
                let attempt = pin!(self.attempt(reading, in_flight));
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
            let (error, next) = self.after_failure(&span, failed)?;
            last_error = Some(error);
            match next {
                Next::Send => {}
                Next::Wait(wait) => self.back_off(wait).await?,
                Next::Renew => self.renew_token(self.token).await?,
            }
        }
    }

    /// Decides about a failed attempt. Returns its error and what precedes the next attempt, or the
    /// error that the call ends with.
    #[cold]
    fn after_failure(
        &mut self,
        span: &tracing::Span,
        failed: Result<Box<OpenResponse>, TransportError>,
    ) -> Result<(Error, Next), Error> {
        let (failure, error) = match failed {
            Ok(response) => {
                self.record_failure(span, Some(response.parts.status), None);
                let response =
                    response.into_response(self.spec, self.shared.credentials.scrubber());
                let scrubbed = response.scrubbed();
                self.classifier()
                    .response(scrubbed.as_ref().unwrap_or(&response))
            }
            Err(error) => {
                self.record_failure(span, None, Some(error.kind()));
                self.classifier().transport_error(error)
            }
        };
        if self.shared.credentials.are_renewed() && error.is_token_rejected() {
            return self.after_refused_token(error);
        }
        match self.decide(&failure) {
            RetryDecision::Stop => Err(error),
            RetryDecision::Wait(wait) => {
                observe::retrying(self.spec, self.attempt_count, wait, self.attempts.last());
                // A refusal concerns all calls, so the gate waits for its end.
                let next = if failure.is_refusal() {
                    Next::Send
                } else {
                    Next::Wait(wait)
                };
                Ok((error, next))
            }
        }
    }

    /// Repeats a call once whose token the server refused, if it may be repeated. The server has not
    /// carried it out.
    fn after_refused_token(&mut self, error: Error) -> Result<(Error, Next), Error> {
        let may_repeat = self.is_repeatable() && !self.options.is_sent_once();
        if self.has_renewed || !may_repeat {
            // The next call renews it.
            self.shared.credentials.refuse(self.token);
            return Err(error);
        }
        self.has_renewed = true;
        Ok((error, Next::Renew))
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
            account: self.account,
            tool: self.spec.name,
            attempt_count: self.attempt_count,
            attempts: &self.attempts,
        }
    }

    fn decide(&self, failure: &Failure) -> RetryDecision {
        let now = self.shared.clock.elapsed();
        let attempt = FailedAttempt {
            number: self.attempt_count.saturating_sub(self.uncounted()),
            elapsed: now.saturating_sub(self.first_attempt),
            left: self.left(now),
            is_repeatable: self.is_repeatable(),
        };
        let retry = self.shared.retry(self.options);
        retry.decide(&attempt, failure, self.shared.randomness.random())
    }

    /// Returns `true` if a second attempt has no further effect.
    fn is_repeatable(&self) -> bool {
        self.spec.effect == Effect::Reads || self.template.has_key()
    }

    /// Returns the number of attempts that do not count for the retry policy.
    fn uncounted(&self) -> u32 {
        self.refusals.uncounted() + u32::from(self.has_renewed)
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
