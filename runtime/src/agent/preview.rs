//! The request that a call would send.

use std::fmt;

use crate::codec::Json;
use crate::redactor::RedactedJson;

/// The request that a call would send.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Preview {
    /// A request over HTTP.
    Request {
        /// The method: `POST`.
        method: String,
        /// Path and query.
        target: String,
        /// The body, if there is one.
        body: Option<Json>,
    },
    /// A call by name: of a function, or of a tool of an MCP server.
    Call {
        /// The name.
        name: &'static str,
        /// The arguments.
        arguments: Json,
    },
}

impl Preview {
    /// Returns the request as JSON: `method`, `target` and `body`, or `name` and `arguments`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let entries = match self {
            Self::Request {
                method,
                target,
                body,
            } => {
                let body = body.clone().map(|body| ("body", body));
                let head = [
                    ("method", Json::from(method.as_str())),
                    ("target", Json::from(target.as_str())),
                ];
                head.into_iter().chain(body).collect::<Vec<_>>()
            }
            Self::Call { name, arguments } => vec![
                ("name", Json::from(*name)),
                ("arguments", arguments.clone()),
            ],
        };
        let fields = entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Json::Object(fields.collect())
    }
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for Preview {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&RedactedJson(&self.to_json()), formatter)
    }
}
