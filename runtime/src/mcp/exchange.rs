//! The exchange of one call: wait for the rate limit, send, and send again after a refusal.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use toolsmith_mcp::error::NotSent;
use toolsmith_mcp::session::{Asked, CallRounds, Head, ParamHeader, Round};
use toolsmith_mcp::{RequestError, Session, ToolRequest};
use tracing::Instrument;

use super::failure::FailedExchange;
use crate::client::observe::{self, Observation};
use crate::client::tool_call::ToolCall;
use crate::clock::{Clock, SystemClock};
use crate::codec::Json;
use crate::context::TraceContext;
use crate::error::{Error, RateLimitedError, TimeoutPhase};
use crate::rate_limit::{
    Gate, LimitUpdate, Quota, RateLimitHeaders, RateLimiter, Reason, TooLong, Turn, is_refusal,
};
use crate::scrubber::Scrubber;
use crate::tools::{CatalogSpec, Effect};

/// The default timeout of a call.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

/// The number of times that a call is sent again after a refusal for the rate limit.
const MAX_REFUSALS: u32 = 5;

/// The state that clones of a client share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) catalog: &'static CatalogSpec,
    pub(super) session: Session,
    pub(super) scrubber: Scrubber,
    pub(super) timeout: Duration,
    pub(super) gate: Arc<Gate>,
}

impl Shared {
    /// Creates the state of a client with its own rate limiter.
    pub(super) fn new(
        catalog: &'static CatalogSpec,
        session: Session,
        timeout: Duration,
        quota: Quota,
    ) -> Self {
        // The server has responded when the session was opened, so calls need not start slowly.
        let quota = match quota.slow_start {
            None => quota.slow_start(u64::MAX),
            Some(_) => quota,
        };
        Self {
            catalog,
            scrubber: Scrubber::new(session.secrets()),
            session,
            timeout,
            gate: Arc::new(Gate::own(quota, Arc::new(SystemClock::default()))),
        }
    }

    /// Sets the secrets of the endpoint.
    #[cfg(test)]
    pub(super) fn set_secrets<const N: usize>(&mut self, secrets: [secrecy::SecretString; N]) {
        self.scrubber = Scrubber::new(secrets);
    }

    pub(super) fn rate_limiter(&self) -> RateLimiter {
        RateLimiter(Arc::clone(&self.gate))
    }

    /// Returns the scrubber of the secrets that are known now, because a token may be renewed.
    pub(super) fn scrubber(&self) -> Scrubber {
        let secrets = self.session.secrets();
        if secrets.is_empty() || self.scrubber.has(secrets.len()) {
            self.scrubber.clone()
        } else {
            Scrubber::new(secrets)
        }
    }
}

/// The result of a call before it is read.
pub(super) struct CallResult {
    /// Its text.
    pub(super) text: String,
    /// The status of the response, if there was one.
    pub(super) status: Option<StatusCode>,
}

/// One call on its way.
struct Exchange<'a> {
    shared: &'a Shared,
    call: &'a ToolCall,
    timeout: Duration,
    observation: &'a mut Observation,
    head: Option<Head>,
    /// The time in which the program, or a person, answered questions of the server.
    answering: Duration,
}

/// Carries out a call.
///
/// # Errors
///
/// Returns the error of the call, which says whether it was sent.
pub(super) async fn exchange(
    shared: &Shared,
    call: &ToolCall,
    timeout: Duration,
    observation: &mut Observation,
) -> Result<CallResult, Error> {
    let arguments = match &call.arguments {
        Json::Null => None,
        arguments @ Json::Object(_) => Some(arguments),
        other => {
            let message = format!("the arguments of an MCP tool must be an object, not {other}");
            return Err(Error::unfit(call.spec.name, message));
        }
    };
    let headers: Vec<ParamHeader> = call
        .spec
        .headers
        .iter()
        .map(|header| ParamHeader {
            path: header.path,
            header: header.name,
        })
        .collect();
    let request = ToolRequest {
        name: call.spec.name,
        arguments,
        headers: &headers,
    };
    let span = observation.span().clone();
    let mut exchange = Exchange {
        shared,
        call,
        timeout,
        observation,
        head: None,
        answering: Duration::ZERO,
    };
    exchange.run(&request).instrument(span).await
}

impl Exchange<'_> {
    async fn run(&mut self, request: &ToolRequest<'_>) -> Result<CallResult, Error> {
        let shared = self.shared;
        let mut rounds = shared.session.call_rounds(request).meta(self.meta());
        let mut turn = Turn::default();
        let mut refusal = None;
        let mut refusals = 0;
        loop {
            let before = self.observation.took();
            let mut permit = match shared.gate.enter(&mut turn, self.left()).await {
                Ok(permit) => permit,
                Err(too_long) => return Err(self.wait_error(refusal, too_long)),
            };
            self.observation.attempt();
            let waited = self.observation.took().saturating_sub(before);
            observe::waited(
                self.observation.subject(),
                self.observation.attempts(),
                waited,
            );
            permit.mark_sent();
            let round = self.send(&mut rounds).await?;
            let update = self.update(&round);
            // Without a response, the permit is dropped.
            let verdict = update.and_then(|update| permit.complete(&update));
            let outcome = match round {
                Round::Asked(asked) => self.answer(&mut rounds, asked).await,
                Round::Ended(reply) => reply.outcome.map(Some),
                _ => return Err(self.timed_out()),
            };
            let error = match outcome {
                Ok(Some(text)) => {
                    let status = self.status();
                    return Ok(CallResult { text, status });
                }
                Ok(None) => {
                    turn = Turn::default();
                    continue;
                }
                Err(error) => error,
            };
            let status = self.status().unwrap_or(StatusCode::OK);
            let is_refused = matches!(&error, RequestError::Http(_))
                && is_refusal(status, self.limit().retry_after)
                && (status == StatusCode::TOO_MANY_REQUESTS || self.may_be_repeated());
            let error = self.failed(&shared.scrubber()).error(error);
            refusals += 1;
            if !is_refused || refusals > MAX_REFUSALS {
                return Err(error);
            }
            if verdict.is_some_and(|verdict| verdict.has_waiting) {
                shared.gate.step_back(&mut turn);
            }
            refusal = Some(error);
        }
    }

    /// Returns `true` if the call is safe to repeat even if a proxy forwarded it before refusing it.
    fn may_be_repeated(&self) -> bool {
        let spec = self.call.spec;
        spec.is_idempotent || spec.effect == Effect::Reads
    }

    /// Sends one round of the call.
    async fn send(&mut self, rounds: &mut CallRounds<'_>) -> Result<Round, Error> {
        let began = self.observation.took();
        let sent = rounds.send_within(self.left()).await;
        self.answering = rounds.answering();
        let took = self.observation.took().saturating_sub(began);
        let (subject, transport) = (self.observation.subject(), self.shared.session.transport());
        observe::mcp_request(subject, transport, sent.as_ref(), took);
        let Some(round) = sent else {
            return Err(if rounds.is_sent() {
                self.timed_out()
            } else {
                self.not_connected()
            });
        };
        self.head = match &round {
            Round::Ended(reply) => reply.head.clone(),
            Round::Asked(asked) => asked.head().cloned(),
            _ => None,
        };
        Ok(round)
    }

    /// Returns the `_meta` of the call: the trace of its context.
    fn meta(&self) -> serde_json::Map<String, Json> {
        let context = self.call.context.as_deref();
        let trace = context.and_then(|context| context.trace.as_ref());
        let fields = trace.into_iter().flat_map(TraceContext::fields);
        fields
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect()
    }

    /// Answers the questions of a round. The time that a person takes does not count.
    async fn answer(
        &mut self,
        rounds: &mut CallRounds<'_>,
        asked: Asked,
    ) -> Result<Option<String>, RequestError> {
        let answered = rounds.answer(asked).await;
        self.answering = rounds.answering();
        match answered {
            Ok(()) => Ok(None),
            Err(reply) => reply.outcome.map(Some),
        }
    }

    /// Returns what the response of a round says about the rate limit; `None` without a response.
    fn update(&self, round: &Round) -> Option<LimitUpdate> {
        let has_answered = self.head.is_some()
            || match round {
                Round::Ended(reply) => {
                    matches!(&reply.outcome, Ok(_) | Err(RequestError::Rpc(_)))
                }
                _ => true,
            };
        let status = self.status().unwrap_or(StatusCode::OK);
        has_answered.then(|| LimitUpdate::new(status, self.limit()))
    }

    /// Returns the time that the call has left.
    fn left(&self) -> Duration {
        let deadline = self.timeout.saturating_add(self.answering);
        deadline.saturating_sub(self.observation.took())
    }

    fn status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.head.as_ref()?.status).ok()
    }

    fn limit(&self) -> RateLimitHeaders {
        let now = || SystemClock::default().now();
        let head = self.head.as_ref();
        head.map_or_else(RateLimitHeaders::default, |head| {
            RateLimitHeaders::read(&head.headers, &now)
        })
    }

    fn failed<'s>(&self, scrubber: &'s Scrubber) -> FailedExchange<'s> {
        FailedExchange {
            tool: self.call.spec.name,
            scrubber,
            attempt_count: self.observation.attempts(),
            status: self.status(),
            limit: self.limit(),
        }
    }

    fn timed_out(&self) -> Error {
        Error::Timeout {
            tool: self.call.spec.name,
            limit: self.timeout,
            phase: TimeoutPhase::Response,
            attempt_count: self.observation.attempts(),
            attempts: Vec::new(),
            context: None,
        }
    }

    /// Returns the error of a call that was not sent because no connection was made in time.
    fn not_connected(&self) -> Error {
        let limit = self.timeout.as_millis();
        self.failed(&self.shared.scrubber())
            .error(RequestError::NotSent {
                reason: NotSent::Connect,
                message: format!("no connection to the MCP server within {limit} ms"),
            })
    }

    /// Returns the error of a call that would exceed its timeout while waiting for the rate limit.
    fn wait_error(&self, refusal: Option<Error>, too_long: TooLong) -> Error {
        observe::wait_too_long(self.call.spec, too_long);
        if too_long.reason != Reason::Limit {
            return self.timed_out();
        }
        match refusal {
            Some(Error::RateLimited(mut refused)) => {
                refused.limit.retry_after = Some(too_long.wait);
                refused.limit.reset = None;
                Error::RateLimited(refused)
            }
            Some(error) => error,
            None => Error::RateLimited(Box::new(RateLimitedError::unsent(
                self.call.spec.name,
                RateLimitHeaders {
                    remaining: Some(0),
                    retry_after: Some(too_long.wait),
                    ..RateLimitHeaders::default()
                },
            ))),
        }
    }
}
