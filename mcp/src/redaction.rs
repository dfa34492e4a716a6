//! Removal of the secrets of an endpoint from errors.

use serde_json::Value;

use crate::authorization::Challenge;
use crate::error::{HttpError, OpenError, RequestError, RpcError};
use crate::input::{Elicitation, ElicitationForm, InputRequest, InputRequired};
use crate::quote::quote;
use crate::secrets::Secrets;

impl RequestError {
    /// Removes the secrets of the endpoint.
    pub(crate) fn redacted(self, secrets: &Secrets) -> Self {
        let redact = |text: String| secrets.redact(text);
        match self {
            Self::Rpc(error) => Self::Rpc(Box::new(error.redacted(secrets))),
            Self::Http(error) => Self::Http(Box::new(HttpError {
                status: error.status,
                headers: secrets.redact_headers(error.headers),
                body: redact(error.body),
                location: error.location.map(redact),
                challenge: error.challenge.map(|challenge| challenge.redacted(secrets)),
            })),
            Self::NotSent { reason, message } => Self::NotSent {
                reason,
                message: redact(message),
            },
            Self::Lost(message) => Self::Lost(redact(message)),
            Self::Unreadable(message) => Self::Unreadable(redact(message)),
            Self::Token(error) => Self::Token(error.map_message(redact)),
            Self::InputRequired(required) => {
                Self::InputRequired(Box::new(required.redacted(secrets)))
            }
            error @ Self::TooLarge(_) => error,
        }
    }
}

impl OpenError {
    /// Removes the secrets of the endpoint.
    pub(crate) fn redacted(self, secrets: &Secrets) -> Self {
        let redact = |text: String| secrets.redact(text);
        match self {
            Self::Connect(problem) => Self::Connect(redact(problem)),
            Self::Handshake(problem) => Self::Handshake(redact(problem)),
            Self::Token(error) => Self::Token(error.map_message(redact)),
            Self::Unauthorized(challenge) => {
                Self::Unauthorized(Box::new(challenge.redacted(secrets)))
            }
            Self::Ended {
                program,
                status,
                output,
            } => Self::Ended {
                program,
                status,
                output: output.into_iter().map(redact).collect(),
            },
            error => error,
        }
    }
}

impl RpcError {
    fn redacted(self, secrets: &Secrets) -> Self {
        let message = secrets.redact(self.message);
        let has_message =
            self.json.is_string() || self.json.get("message").is_some_and(Value::is_string);
        Self {
            code: self.code,
            message: if has_message {
                message
            } else {
                quote(&message)
            },
            json: secrets.redact_json(self.json),
        }
    }
}

impl Challenge {
    fn redacted(self, secrets: &Secrets) -> Self {
        let redact = |text: Option<String>| text.map(|text| secrets.redact(text));
        Self {
            status: self.status,
            resource_metadata: redact(self.resource_metadata),
            scope: redact(self.scope),
            error: redact(self.error),
            error_description: redact(self.error_description),
        }
    }
}

impl InputRequired {
    fn redacted(self, secrets: &Secrets) -> Self {
        let requests = self.requests.into_iter();
        Self {
            requests: requests
                .map(|(key, request)| (secrets.redact(key), request.redacted(secrets)))
                .collect(),
            reason: secrets.redact(self.reason),
        }
    }
}

impl InputRequest {
    fn redacted(self, secrets: &Secrets) -> Self {
        match self {
            Self::Elicitation(asked) => Self::Elicitation(Elicitation {
                message: secrets.redact(asked.message),
                form: match asked.form {
                    ElicitationForm::Fields(schema) => {
                        ElicitationForm::Fields(secrets.redact_json(schema))
                    }
                    ElicitationForm::Url(url) => ElicitationForm::Url(secrets.redact(url)),
                },
                params: secrets.redact_json(asked.params),
            }),
            Self::Sampling(params) => Self::Sampling(secrets.redact_json(params)),
            Self::Roots => Self::Roots,
            Self::Other { method, params } => Self::Other {
                method: secrets.redact(method),
                params: secrets.redact_json(params),
            },
        }
    }
}
