//! One call, from its request to its answer: try, judge, wait, try again.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use tracing::Instrument;

use super::{Options, Shared};
use crate::error::{
    ApiError, Envelope, Error, RateLimitedError, TransportError, TransportErrorKind,
};
use crate::response::Response;
use crate::retry::{Attempt, Decision, Retry, Trouble};
use crate::time::within;
use crate::tool::{Effect, ToolSpec};
use crate::transport::{Body, too_large};
use crate::uri::Target;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl Shared {
    /// Sends a call, as often as the policy allows, and gives its answer.
    pub(crate) async fn exchange(
        &self,
        spec: &'static ToolSpec,
        target: Target,
        options: &Options,
    ) -> Result<Response, Error> {
        let span = tracing::info_span!(
            "toolsmith.call",
            catalog = self.catalog.name,
            tool = spec.name,
            status = tracing::field::Empty,
            attempts = tracing::field::Empty,
            duration_ms = tracing::field::Empty,
        );
        let mut exchange = Exchange::new(self, spec, target, options)?;
        let outcome = exchange.run().instrument(span.clone()).await;
        let status = match &outcome {
            Ok(response) => Some(response.status()),
            Err(error) => error.status(),
        };
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        span.record("attempts", exchange.attempts);
        span.record("duration_ms", milliseconds(exchange.elapsed()));
        outcome
    }
}

/// The state of one call over its tries.
struct Exchange<'a> {
    shared: &'a Shared,
    spec: &'static ToolSpec,
    request: http::Request<Bytes>,
    is_repeatable: bool,
    retry: Retry,
    timeout: Duration,
    began: Duration,
    attempts: u32,
}

impl<'a> Exchange<'a> {
    fn new(
        shared: &'a Shared,
        spec: &'static ToolSpec,
        target: Target,
        options: &Options,
    ) -> Result<Self, Error> {
        let retry = options.retry.unwrap_or(shared.retry);
        let key = shared.idempotency_key(spec, retry, options)?;
        Ok(Self {
            shared,
            spec,
            is_repeatable: spec.effect == Effect::Reads || key.is_some(),
            request: shared.request(spec, target, key)?,
            retry,
            timeout: options.timeout.unwrap_or(shared.timeout),
            began: shared.clock.elapsed(),
            attempts: 0,
        })
    }

    async fn run(&mut self) -> Result<Response, Error> {
        loop {
            self.attempts += 1;
            let left = self.timeout.saturating_sub(self.elapsed());
            let attempt = within(&*self.shared.clock, left, self.attempt()).await;
            let (trouble, error) = match attempt {
                None => return Err(self.timed_out()),
                Some(Ok(response)) if response.status().is_success() => return Ok(response),
                Some(Ok(response)) => self.judge_answer(&response),
                Some(Err(error)) => self.judge_transport(error),
            };
            match self.decide(&trouble) {
                Decision::Stop => return Err(error),
                Decision::Wait(wait) => {
                    tracing::debug!(
                        tool = self.spec.name,
                        attempt = self.attempts,
                        wait_ms = milliseconds(wait),
                        reason = %error,
                        "trying again",
                    );
                    self.shared.clock.sleep(wait).await;
                }
            }
        }
    }

    async fn attempt(&self) -> Result<Response, TransportError> {
        let request = self.request.clone().map(Body::from);
        let answer = self.shared.transport.send(request).await?;
        let (parts, body) = answer.into_parts();
        let max_size = self.shared.max_answer_size;
        let announced = parts.headers.get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced
            .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > max_size))
        {
            return Err(too_large(max_size));
        }
        let body = body.collect(max_size).await?;
        Ok(Response::new(
            self.spec,
            parts,
            body,
            self.shared.clock.now(),
        ))
    }

    fn decide(&self, trouble: &Trouble) -> Decision {
        let elapsed = self.elapsed();
        let attempt = Attempt {
            number: self.attempts,
            elapsed,
            left: self.timeout.saturating_sub(elapsed),
            is_repeatable: self.is_repeatable,
        };
        self.retry
            .decide(&attempt, trouble, self.shared.clock.random())
    }

    fn judge_transport(&self, source: TransportError) -> (Trouble, Error) {
        let trouble = Trouble::Connection(source.kind());
        let error = Error::Transport {
            tool: self.spec.name,
            source,
            attempts: self.attempts,
        };
        (trouble, error)
    }

    fn judge_answer(&self, response: &Response) -> (Trouble, Error) {
        let limit = response.rate_limit();
        let trouble = Trouble::Status {
            status: response.status(),
            should_retry: response.should_retry(),
            limit,
        };
        let tool = self.spec.name;
        let envelope = Envelope::from_body(response.body());
        let request_id = response.request_id().map(str::to_owned);
        let body = response.body().clone();
        let attempts = self.attempts;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            let error = RateLimitedError {
                tool,
                limit,
                envelope,
                request_id,
                body,
                attempts,
            };
            return (trouble, Error::RateLimited(Box::new(error)));
        }
        let is_redirect = response.status().is_redirection();
        let location = response
            .header(header::LOCATION.as_str())
            .filter(|_| is_redirect);
        let error = ApiError {
            tool,
            status: response.status(),
            envelope,
            request_id,
            retry_after: limit.retry_after,
            should_retry: response.should_retry(),
            location: location.map(str::to_owned),
            body,
            attempts,
        };
        (trouble, Error::Api(Box::new(error)))
    }

    fn timed_out(&self) -> Error {
        Error::Timeout {
            tool: self.spec.name,
            limit: self.timeout,
            attempts: self.attempts,
        }
    }

    fn elapsed(&self) -> Duration {
        self.shared.clock.elapsed().saturating_sub(self.began)
    }
}

impl Shared {
    fn request(
        &self,
        spec: &'static ToolSpec,
        target: Target,
        key: Option<HeaderValue>,
    ) -> Result<http::Request<Bytes>, Error> {
        let mut request = http::Request::builder()
            .method(target.method)
            .uri(self.base_url.join(&target.path_and_query))
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .header(header::USER_AGENT, &self.user_agent);
        if let Some(token) = self.token.header() {
            request = request.header(header::AUTHORIZATION, token);
        }
        if target.body.is_some() {
            let json = HeaderValue::from_static("application/json");
            request = request.header(header::CONTENT_TYPE, json);
        }
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        request
            .body(target.body.unwrap_or_default())
            .map_err(|error| Error::Transport {
                tool: spec.name,
                source: TransportError::new(
                    TransportErrorKind::Request,
                    "the request cannot be sent: its arguments make its address too long",
                )
                .with_source(error),
                attempts: 0,
            })
    }

    /// The key that a write carries: the one given, or a fresh one if it may be tried again.
    fn idempotency_key(
        &self,
        spec: &'static ToolSpec,
        retry: Retry,
        options: &Options,
    ) -> Result<Option<HeaderValue>, Error> {
        let is_write = spec.effect != Effect::Reads;
        match &options.idempotency_key {
            Some(key) => HeaderValue::from_str(key).map(Some).map_err(|_| {
                let name = spec.name;
                Error::config(format!(
                    "{name}: the idempotency key cannot stand in a header"
                ))
            }),
            None if is_write && retry.is_on() => {
                let (high, low) = (self.clock.random(), self.clock.random());
                Ok(HeaderValue::from_str(&format!("{high:016x}{low:016x}")).ok())
            }
            None => Ok(None),
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
