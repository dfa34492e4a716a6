//! Classifies a failed attempt: the failure that the retry policy decides about, and the error of
//! the call.

use std::time::Duration;

use http::{StatusCode, header};

use crate::client::account::Account;
use crate::client::retry_policy::Failure;
use crate::client::token::RenewalFailure;
use crate::codec::parse_json;
use crate::error::{
    ApiError, Attempt, Error, ErrorBody, RateLimitedError, Server, TimeoutPhase, TokenError,
    TransportError,
};
use crate::http::Response;
use crate::interrupt::NEVER;
use crate::rate_limit::{RateLimitHeaders, Reason, TooLong};

/// A refusal whose body was read, without the client's secrets.
pub(in crate::client) struct ReadRefusal {
    response: Response,
    error_body: ErrorBody,
}

impl ReadRefusal {
    /// Removes the secrets from a refusal and reads its message.
    pub(in crate::client) fn read(response: Response) -> Self {
        let response = response.scrubbed().unwrap_or(response);
        let mut json = parse_json(response.body(), &NEVER).unwrap_or_default();
        // Again, because the escapes of JSON may hide others.
        response.scrubber().json(&mut json);
        Self {
            response,
            error_body: ErrorBody::from_json(json),
        }
    }
}

/// A call and its attempts so far.
pub(in crate::client) struct Classifier<'a> {
    pub(in crate::client) account: &'a Account,
    pub(in crate::client) tool: &'static str,
    pub(in crate::client) attempt_count: u32,
    pub(in crate::client) attempts: &'a [Attempt],
}

impl Classifier<'_> {
    pub(in crate::client) fn transport_error(&self, source: TransportError) -> (Failure, Error) {
        let source = source.scrubbed(self.account.shared.credentials.scrubber());
        let failure = Failure::Connection(source.kind());
        let error = Error::Transport {
            tool: self.tool,
            source,
            attempt_count: self.attempt_count,
            attempts: self.attempts.to_vec(),
            context: None,
        };
        (failure, error)
    }

    /// Classifies a refusal.
    pub(in crate::client) fn response(&self, refusal: ReadRefusal) -> (Failure, Error) {
        let ReadRefusal {
            response,
            error_body,
        } = refusal;
        let limit = response.rate_limit();
        let failure = Failure::Status {
            status: response.status(),
            should_retry: response.should_retry(),
            limit,
        };
        let tool = self.tool;
        let body = response.body().clone();
        let request_id = response.request_id().map(str::to_owned);
        let attempt_count = self.attempt_count;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            let error = RateLimitedError {
                tool,
                limit,
                should_retry: response.should_retry(),
                error_body,
                request_id,
                body,
                attempt_count,
                attempts: self.attempts.to_vec(),
                context: None,
            };
            return (failure, Error::RateLimited(Box::new(error)));
        }
        let is_redirect = response.status().is_redirection();
        let location = response.header(header::LOCATION).filter(|_| is_redirect);
        let error = ApiError {
            tool,
            status: response.status(),
            error_body,
            request_id,
            retry_after: limit.retry_after,
            should_retry: response.should_retry(),
            location: location.map(str::to_owned),
            body,
            attempt_count,
            attempts: self.attempts.to_vec(),
            reconnect_link: None,
            context: None,
            server: Server::Truto,
        };
        (failure, Error::Api(Box::new(error)))
    }

    /// Returns the error of a call that would exceed its timeout while waiting for the rate limit, or
    /// did so while waiting for the responses to other calls.
    pub(in crate::client) fn wait_too_long(&self, too_long: TooLong, timeout: Duration) -> Error {
        match too_long.reason {
            Reason::Limit => {}
            Reason::Responses => return self.timed_out(timeout, TimeoutPhase::Response),
            Reason::Time => return self.timed_out(timeout, TimeoutPhase::Sending),
        }
        let known = self.account.rate_limiter().status();
        let limit = RateLimitHeaders {
            limit: known.limit,
            window: known.window,
            remaining: Some(0),
            // A later reset is not what the call waits for: calls may be left until then.
            reset: known.reset.filter(|reset| *reset <= too_long.wait),
            retry_after: Some(too_long.wait),
        };
        Error::RateLimited(Box::new(RateLimitedError {
            tool: self.tool,
            limit,
            should_retry: None,
            error_body: ErrorBody::default(),
            request_id: None,
            body: bytes::Bytes::new(),
            attempt_count: self.attempt_count,
            attempts: self.attempts.to_vec(),
            context: None,
        }))
    }

    /// Returns the error of a call that was cancelled because the client is drained.
    pub(in crate::client) fn draining(&self) -> Error {
        Error::Draining {
            tool: self.tool,
            attempt_count: self.attempt_count,
            attempts: self.attempts.to_vec(),
            context: None,
        }
    }

    /// Returns the error of a call without a token.
    pub(in crate::client) fn no_token(&self, failure: RenewalFailure) -> Error {
        let scrubber = self.account.shared.credentials.scrubber();
        let error = TokenError::new(self.tool, failure.into_source(), scrubber);
        Error::Token(Box::new(error.after(self.attempts)))
    }

    pub(in crate::client) fn timed_out(&self, limit: Duration, phase: TimeoutPhase) -> Error {
        Error::Timeout {
            tool: self.tool,
            limit,
            phase,
            attempt_count: self.attempt_count,
            attempts: self.attempts.to_vec(),
            context: None,
        }
    }
}

/// Returns the error of a call whose wait for the rate limit would be too long: the error of its last
/// attempt, or the rate-limit error if there was none. A rate-limit error gets the current wait.
pub(in crate::client) fn wait_error(last_error: Option<Error>, too_long: Error) -> Error {
    match (last_error, too_long) {
        (Some(Error::RateLimited(mut refused)), Error::RateLimited(wait_error)) => {
            refused.limit.retry_after = wait_error.limit.retry_after;
            refused.limit.reset = wait_error.limit.reset;
            Error::RateLimited(refused)
        }
        (Some(error), _) | (None, error) => error,
    }
}
