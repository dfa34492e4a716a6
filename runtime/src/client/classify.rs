//! What an answer or its absence means: the trouble to decide by, and the error to give.

use std::time::Duration;

use http::{StatusCode, header};

use super::Shared;
use super::retry_policy::Trouble;
use crate::error::{ApiError, Attempt, Error, ErrorBody, RateLimitedError, TransportError};
use crate::http::Response;
use crate::rate_limit::{RateLimitHeaders, TooLong};

/// A call after its attempts so far, for the errors that it may end with.
pub(super) struct Classifier<'a> {
    pub(super) shared: &'a Shared,
    pub(super) tool: &'static str,
    pub(super) attempt_count: u32,
    pub(super) attempts: &'a [Attempt],
}

impl Classifier<'_> {
    pub(super) fn transport_error(&self, source: TransportError) -> (Trouble, Error) {
        let trouble = Trouble::Connection(source.kind());
        let error = Error::Transport {
            tool: self.tool,
            source,
            attempt_count: self.attempt_count,
            attempts: self.attempts.to_vec(),
        };
        (trouble, error)
    }

    pub(super) fn response(&self, response: &Response) -> (Trouble, Error) {
        let limit = response.rate_limit();
        let trouble = Trouble::Status {
            status: response.status(),
            should_retry: response.should_retry(),
            limit,
        };
        let tool = self.tool;
        // A server that echoes what it was sent must not carry the token into an error.
        let body = self.shared.token.scrub(response.body());
        let error_body = ErrorBody::from_json(self.shared.told(&body));
        let scrub = |text: &str| self.shared.token.scrub_text(text.to_owned());
        let request_id = response.request_id().map(scrub);
        let attempt_count = self.attempt_count;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            let error = RateLimitedError {
                tool,
                limit,
                error_body,
                request_id,
                body,
                attempt_count,
                attempts: self.attempts.to_vec(),
            };
            return (trouble, Error::RateLimited(Box::new(error)));
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
            location: location.map(scrub),
            body,
            attempt_count,
            attempts: self.attempts.to_vec(),
        };
        (trouble, Error::Api(Box::new(error)))
    }

    /// The call would wait longer for its turn than it has time.
    pub(super) fn wait_too_long(&self, too_long: TooLong) -> Error {
        let known = self.shared.rate_limiter().status();
        let limit = RateLimitHeaders {
            limit: known.limit,
            window: known.window,
            remaining: Some(0),
            reset: known.reset,
            retry_after: Some(too_long.wait),
        };
        Error::RateLimited(Box::new(RateLimitedError {
            tool: self.tool,
            limit,
            error_body: ErrorBody::default(),
            request_id: None,
            body: bytes::Bytes::new(),
            attempt_count: self.attempt_count,
            attempts: self.attempts.to_vec(),
        }))
    }

    pub(super) fn timed_out(&self, limit: Duration) -> Error {
        Error::Timeout {
            tool: self.tool,
            limit,
            attempt_count: self.attempt_count,
            attempts: self.attempts.to_vec(),
        }
    }
}

/// The error of a call that the gate does not let go again: why its last try failed and, where that
/// was the limit, how long it would be by now.
pub(super) fn kept_back(last_error: Option<Error>, too_long: Error) -> Error {
    match (last_error, too_long) {
        (Some(Error::RateLimited(mut refused)), Error::RateLimited(kept_back)) => {
            refused.limit.retry_after = kept_back.limit.retry_after;
            Error::RateLimited(refused)
        }
        (Some(error), _) | (None, error) => error,
    }
}
