//! The exchange of one call: wait for the rate limit, send, classify the result, retry.

mod attempt;
pub(super) mod classify;
pub(super) mod reading;
pub(super) mod request;
mod times;
mod wait;

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use tracing::Span;

use self::classify::{Classifier, ReadRefusal};
use self::request::RequestTemplate;
use super::account::Account;
use super::download::{Download, OpenResponse};
use super::drain::InFlight;
use super::observe::{self, AttemptEnd, HttpAttempt, Subject, ToolKind, milliseconds};
use super::options::CallOptions;
use super::retry_policy::{FailedAttempt, Failure, RetryDecision};
use super::shared::Shared;
use super::token::TokenNumber;
use super::tool_call::ToolCall;
use crate::client::retry_policy::refusals::Refusals;
use crate::clock::{boxed, within};
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
    call: &'a ToolCall,
    kind: ToolKind,
    /// The span of the call.
    span: Span,
    attempt_count: u32,
    attempts: Vec<Attempt>,
    template: RequestTemplate,
    options: &'a CallOptions,
    turn: Turn,
    /// The permit of an attempt until its response is received. It is here because it takes less room
    /// than in the future of the attempt.
    permit: Option<Permit<'a>>,
    refusals: Refusals,
    /// The refusal that the last attempt got, until it is dealt with.
    refusal: Option<Box<OpenResponse<Bytes>>>,
    /// Counts the call until its response was read.
    in_flight: Option<InFlight>,
    /// The token of the last attempt, if tokens are renewed.
    token: Option<TokenNumber>,
    /// `true` if the token was renewed because the server refused it.
    has_renewed: bool,
    began: Duration,
    /// The time of the retry policy that had passed before the last attempt: the earlier attempts that
    /// count, and the waits that followed them.
    spent: Duration,
    last_attempt: Duration,
    waited: Duration,
    has_ended: bool,
}

/// Reports a call whose future was dropped before it ended as cancelled.
impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            let took = self.shared.clock.elapsed().saturating_sub(self.began);
            observe::cancelled(self.subject(), &self.span, (self.attempt_count, took));
        }
    }
}

impl<'a> Exchange<'a> {
    /// Starts the exchange of a call. The timeout of the call begins here, and its span.
    pub(super) fn new(
        account: &'a Account,
        (call, kind): (&'a ToolCall, ToolKind),
        options: &'a CallOptions,
        template: RequestTemplate,
    ) -> Self {
        let shared = &*account.shared;
        let began = shared.clock.elapsed();
        let span = subject(account, call.spec, kind).call_span(call.context.as_deref());
        Self {
            account,
            shared,
            call,
            kind,
            span,
            attempt_count: 0,
            attempts: Vec::new(),
            template,
            options,
            turn: Turn::default(),
            permit: None,
            refusals: Refusals::default(),
            refusal: None,
            in_flight: None,
            token: None,
            has_renewed: false,
            began,
            spent: Duration::ZERO,
            last_attempt: began,
            waited: Duration::ZERO,
            has_ended: false,
        }
    }

    /// Sends the call, with the retries that the policy allows, and returns the response, whose body was
    /// read.
    pub(super) async fn response(&mut self) -> Result<Box<OpenResponse>, Error> {
        self.observed(Reading::Whole).await
    }

    /// Converts a response of this call. It is not part of [`response`](Self::response), because what a
    /// future returns is moved at each step.
    pub(super) fn finish(&mut self, response: Box<OpenResponse>) -> Response {
        let scrubber = self.shared.credentials.scrubber();
        let (response, in_flight) = response.into_response(self.call.spec, scrubber);
        self.in_flight = Some(in_flight);
        response
    }

    /// Sends the call like [`response`](Self::response), but leaves the body of a successful response
    /// unread.
    pub(super) async fn download(&mut self) -> Result<Download, Error> {
        let response = self.observed(Reading::Head).await?;
        let scrubber = self.shared.credentials.scrubber();
        Ok(response.into_download(self.call.spec, self.attempt_count, scrubber))
    }

    fn subject(&self) -> Subject<'a> {
        subject(self.account, self.call.spec, self.kind)
    }

    async fn observed(&mut self, reading: Reading) -> Result<Box<OpenResponse>, Error> {
        let span = self.span.clone();
        span.in_scope(|| observe::arguments(self.shared, self.call.spec, &self.call.arguments));
        let outcome = {
            // In its own box, because allocators have small ones at hand.
            let mut run = boxed(|| self.run(reading));
            observe::inside(&span, run.as_mut()).await
        };
        if let Ok(response) = &outcome {
            span.in_scope(|| observe::response(self.shared, self.call.spec, &response.body));
        }
        outcome
    }

    /// Records the end of the call, after its response was read.
    pub(super) fn end(&mut self, failure: Option<&Error>) {
        self.has_ended = true;
        let took = || self.shared.clock.elapsed().saturating_sub(self.began);
        let counts = (self.attempt_count, &took as &dyn Fn() -> Duration);
        observe::ended(self.subject(), &self.span, counts, failure);
    }

    /// Returns the size of the future of all attempts.
    #[cfg(test)]
    pub(super) fn size_of_attempts(&mut self) -> usize {
        size_of_val(&self.run(Reading::Whole))
    }

    async fn run(&mut self, reading: Reading) -> Result<Box<OpenResponse>, Error> {
        // In a box, because most calls have none.
        let mut last_error: Option<Box<Error>> = None;
        loop {
            self.renew_token(None).await?;
            let in_flight = match self.enter().await {
                Ok(in_flight) => in_flight,
                Err(end) => return Err(end.into_error(last_error.map(|error| *error))),
            };
            let left = self.left(self.last_attempt);
            let time = left.min(self.attempt_timeout());
            let shared = self.shared;
            let method = self.template.method().clone();
            let request = (&method, &shared.base_url);
            let mut observed = HttpAttempt::begin(self.subject(), self.attempt_count, request);
            let clock = &*self.shared.clock;
            let attempt = {
                let mut timed_out = None;
                // Pinned where it is created, because moving a future copies all of it.
                let attempt = pin!(self.attempt(reading, in_flight));
                let outcome = within(clock, time, observe::inside(observed.span(), attempt)).await;
                if outcome.is_none() {
                    // Dropped after the attempt, so that its transport sees why it is dropped.
                    timed_out.replace(TimedOut::set());
                }
                outcome
            };
            // An attempt without a response ends here.
            drop(self.permit.take());
            let failed = match attempt {
                Some(Ok(Some(response))) => {
                    if !observed.is_unwatched() {
                        observed.end(response.end(), self.since_attempt());
                    }
                    return Ok(response);
                }
                Some(Err(error)) => Err(error),
                // Of a refusal, at least the status is known.
                _ => match self.refusal.take() {
                    Some(refusal) => Ok(refusal),
                    None if time == left => return Err(self.out_of_time(&mut observed)),
                    None => Err(attempt_timed_out(time)),
                },
            };
            // In its own box, because most attempts succeed.
            let decided = boxed(|| self.after_failure(&mut observed, failed));
            let (error, next) = decided.await?;
            last_error = Some(Box::new(error));
            match next {
                Next::Send => {}
                Next::Wait(wait) => self.back_off(wait).await?,
                Next::Renew => self.renew_token(self.token).await?,
            }
        }
    }

    /// Decides about a failed attempt. Returns its error and what precedes the next attempt, or the
    /// error that the call ends with.
    async fn after_failure(
        &mut self,
        observed: &mut HttpAttempt<'_>,
        failed: Result<Box<OpenResponse<Bytes>>, TransportError>,
    ) -> Result<(Error, Next), Error> {
        let (failure, error) = match failed {
            Ok(response) => {
                self.record_failure(observed, response.end());
                let scrubber = self.shared.credentials.scrubber();
                let (response, _in_flight) = response.into_response(self.call.spec, scrubber);
                let refusal = self.read_body(response).await;
                self.classifier().response(refusal)
            }
            Err(error) => {
                self.record_failure(observed, AttemptEnd::Failed(error.kind()));
                self.classifier().transport_error(error)
            }
        };
        if self.shared.credentials.are_renewed() && error.is_token_rejected() {
            return self.after_refused_token(error);
        }
        match self.decide(&failure) {
            RetryDecision::Stop => Err(error),
            RetryDecision::Wait(wait) => {
                observe::retrying(
                    self.subject(),
                    self.attempt_count,
                    wait,
                    self.attempts.last(),
                );
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

    /// Looks for the message in the body of a refusal.
    async fn read_body(&self, response: Response) -> ReadRefusal {
        if reading::is_short(&response) {
            return ReadRefusal::read(response);
        }
        let unread = response.without_body();
        let read = move |_: &_| ReadRefusal::read(response);
        let read = reading::beside(&self.shared.clock, self.time_left(), read);
        read.await.unwrap_or_else(|| ReadRefusal::read(unread))
    }

    /// Repeats a call once whose token the server refused, if it may be repeated. The server has not
    /// carried it out.
    fn after_refused_token(&mut self, error: Error) -> Result<(Error, Next), Error> {
        let may_repeat = self.is_repeatable() && !self.options.is_sent_once();
        if self.has_renewed || !may_repeat || self.time_left().is_zero() {
            // The next call renews it.
            self.shared.credentials.refuse(self.token);
            return Err(error);
        }
        self.has_renewed = true;
        Ok((error, Next::Renew))
    }

    /// Ends a call whose timeout expired during an attempt.
    #[cold]
    fn out_of_time(&mut self, observed: &mut HttpAttempt<'_>) -> Error {
        self.record_failure(observed, AttemptEnd::Failed(TransportErrorKind::Timeout));
        let timeout = self.timeout();
        self.classifier().timed_out(timeout, TimeoutPhase::Response)
    }

    /// Returns the error of a call whose timeout expired after its response was received.
    #[cold]
    pub(super) fn out_of_time_to_read(&self) -> Error {
        let timeout = self.timeout();
        self.classifier().timed_out(timeout, TimeoutPhase::Reading)
    }

    /// Records a failed attempt.
    fn record_failure(&mut self, observed: &mut HttpAttempt<'_>, end: AttemptEnd) {
        let took = self.since_attempt();
        observed.end(end, took);
        self.attempts.push(Attempt {
            status: end.status(),
            kind: end.failure(),
            began: self.last_attempt.saturating_sub(self.began),
            waited: self.waited,
            took,
        });
    }

    fn classifier(&self) -> Classifier<'_> {
        Classifier {
            account: self.account,
            tool: self.call.spec.name,
            attempt_count: self.attempt_count,
            attempts: &self.attempts,
        }
    }

    fn decide(&mut self, failure: &Failure) -> RetryDecision {
        let counts = !(failure.is_refusal() && self.refusals.is_last_explained());
        let spent = self.spent.saturating_add(self.since_attempt());
        let attempt = FailedAttempt {
            number: self.attempt_count.saturating_sub(self.uncounted()),
            spent: counts.then_some(spent),
            left: self.time_left(),
            is_repeatable: self.is_repeatable(),
        };
        let retry = self.shared.retry(self.options);
        let decision = retry.decide(&attempt, failure, self.shared.randomness.random());
        if let RetryDecision::Wait(wait) = decision
            && counts
        {
            self.spent = spent.saturating_add(wait);
        }
        decision
    }

    /// Returns `true` if a second attempt has no further effect.
    fn is_repeatable(&self) -> bool {
        self.call.spec.effect == Effect::Reads || self.template.has_key()
    }

    /// Returns the number of attempts that do not count for the retry policy.
    fn uncounted(&self) -> u32 {
        self.refusals.uncounted() + u32::from(self.has_renewed)
    }
}

/// Returns the tool of a call, for its observation.
fn subject<'a>(account: &'a Account, spec: &'static ToolSpec, kind: ToolKind) -> Subject<'a> {
    Subject {
        catalog: account.shared.catalog,
        spec,
        kind,
        account: Some(&account.id),
        labels_account: account.shared.labels_account,
    }
}

fn attempt_timed_out(time: Duration) -> TransportError {
    let message = format!("no response to one attempt in {} ms", milliseconds(time));
    TransportError::new(TransportErrorKind::Timeout, message)
}
