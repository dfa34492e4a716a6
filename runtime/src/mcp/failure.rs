//! Errors of calls.

use std::sync::Arc;

use http::StatusCode;
use toolsmith_mcp::RequestError;
use toolsmith_mcp::authorization::TokenErrorKind;
use toolsmith_mcp::error::{HttpError, NotSent, RpcError};
use toolsmith_mcp::input::{InputRequest, InputRequired};

use crate::codec::{Json, parse_json};
use crate::error::{
    ApiError, DecodeError, DecodeProblem, Error, ErrorBody, InputQuestion, InputRequiredError,
    RateLimitedError, Server, TokenError, ToolError, TransportError, TransportErrorKind,
};
use crate::interrupt::NEVER;
use crate::rate_limit::RateLimitHeaders;
use crate::scrubber::Scrubber;

/// A call without a result.
pub(super) struct FailedExchange<'a> {
    pub(super) tool: &'static str,
    pub(super) scrubber: &'a Scrubber,
    pub(super) attempt_count: u32,
    /// The status of the last response, if there was one.
    pub(super) status: Option<StatusCode>,
    /// The rate-limit headers of the last response.
    pub(super) limit: RateLimitHeaders,
}

impl FailedExchange<'_> {
    /// Converts the error of the session. It says what became of the call: it was not sent, it may
    /// have been carried out, or its response cannot be read.
    pub(super) fn error(&self, error: RequestError) -> Error {
        let message = self.scrubber.string(error.to_string());
        match error {
            RequestError::Rpc(error) => self.reported(*error),
            RequestError::Http(error) => self.refused(&error, message),
            RequestError::NotSent { reason, .. } => {
                let kind = match reason {
                    NotSent::Tls => TransportErrorKind::Tls,
                    NotSent::Invalid => TransportErrorKind::Request,
                    NotSent::Closed => TransportErrorKind::Closed,
                    _ => TransportErrorKind::Connect,
                };
                let remedy = match reason {
                    NotSent::Closed => "; open another session with `Client::connect_to(..)`",
                    _ => "",
                };
                self.transport(kind, format!("{message}; nothing was sent{remedy}"))
            }
            RequestError::TooLarge(_) => self.transport(TransportErrorKind::TooLarge, message),
            RequestError::InputRequired(required) => self.input_required(*required),
            RequestError::Token(error) => self.no_token(error, message),
            RequestError::Unreadable(_) => self.unreadable(message, ""),
            _ => self.transport(TransportErrorKind::Broken, message),
        }
    }

    /// Creates the error of a response that is not one of the protocol.
    pub(super) fn unreadable(&self, message: String, body: &str) -> Error {
        Error::Decode(Box::new(DecodeError {
            tool: self.tool,
            problem: DecodeProblem::Protocol(self.scrubber.string(message)),
            status: self.status.unwrap_or(StatusCode::OK),
            request_id: None,
            body: self.scrubber.string(body.to_owned()).into(),
            context: None,
        }))
    }

    fn reported(&self, error: RpcError) -> Error {
        let mut json = error.json;
        self.scrubber.json(&mut json);
        let message = self.scrubber.string(error.message);
        Error::Tool(Box::new(ToolError::of_result(self.tool, message, json)))
    }

    fn refused(&self, error: &HttpError, message: String) -> Error {
        let body = self.scrubber.string(error.body.clone());
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_GATEWAY);
        let mut json = parse_json(body.as_bytes(), &NEVER).unwrap_or_default();
        self.scrubber.json(&mut json);
        let mut error_body = ErrorBody::from_json(json);
        let body = bytes::Bytes::from(body);
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Error::RateLimited(Box::new(RateLimitedError {
                tool: self.tool,
                limit: self.limit,
                should_retry: None,
                error_body,
                request_id: None,
                body,
                attempt_count: self.attempt_count,
                attempts: Vec::new(),
                context: None,
            }));
        }
        if error.challenge.is_some() {
            // The message has the scopes and the remedy.
            error_body.message = Some(message);
        } else if error_body.message.is_none() && error.location.is_none() {
            let text = error.body.trim();
            error_body.message = (!text.is_empty()).then(|| self.scrubber.string(text.to_owned()));
        }
        let location = error.location.clone();
        self.api(status, error_body, body, location)
    }

    /// Creates the error of a call without a token.
    fn no_token(&self, error: toolsmith_mcp::authorization::TokenError, message: String) -> Error {
        let status = match error.kind() {
            TokenErrorKind::AuthorizationRequired => StatusCode::UNAUTHORIZED,
            TokenErrorKind::InsufficientScope => StatusCode::FORBIDDEN,
            TokenErrorKind::Invalid => return Error::unfit(self.tool, message),
            _ => {
                let source = Arc::new(error);
                let error = TokenError::new(self.tool, source, self.scrubber);
                return Error::Token(Box::new(error));
            }
        };
        let mut body = ErrorBody::from_json(Json::Null);
        // The message has the remedy.
        body.message = Some(message);
        self.api(status, body, bytes::Bytes::new(), None)
    }

    fn api(
        &self,
        status: StatusCode,
        error_body: ErrorBody,
        body: bytes::Bytes,
        location: Option<String>,
    ) -> Error {
        Error::Api(Box::new(ApiError {
            tool: self.tool,
            status,
            error_body,
            request_id: None,
            retry_after: self.limit.retry_after,
            should_retry: None,
            location: location.map(|location| self.scrubber.string(location)),
            body,
            attempt_count: self.attempt_count,
            attempts: Vec::new(),
            reconnect_link: None,
            context: None,
            server: Server::Mcp,
        }))
    }

    fn input_required(&self, required: InputRequired) -> Error {
        let question = |request: InputRequest| {
            let (method, message, mut params) = match request {
                InputRequest::Elicitation(asked) => {
                    ("elicitation/create".to_owned(), asked.message, asked.params)
                }
                InputRequest::Sampling(params) => {
                    ("sampling/createMessage".to_owned(), String::new(), params)
                }
                InputRequest::Other { method, params } => (method, String::new(), params),
                _ => ("roots/list".to_owned(), String::new(), Json::Null),
            };
            self.scrubber.json(&mut params);
            InputQuestion {
                method: self.scrubber.string(method),
                message: self.scrubber.string(message),
                params,
            }
        };
        let asked = required.requests.into_values();
        Error::InputRequired(Box::new(InputRequiredError {
            tool: self.tool,
            questions: asked.map(question).collect(),
            reason: self.scrubber.string(required.reason),
            context: None,
        }))
    }

    fn transport(&self, kind: TransportErrorKind, message: String) -> Error {
        Error::Transport {
            tool: self.tool,
            source: TransportError::new(kind, message),
            attempt_count: self.attempt_count,
            attempts: Vec::new(),
            context: None,
        }
    }
}
