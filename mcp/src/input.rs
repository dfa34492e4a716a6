//! Questions of servers during a call, and the answers of the program.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::error::quote;

/// A question of a server.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InputRequest {
    /// A question to a person.
    Elicitation(Elicitation),
    /// A request to a language model: the parameters of `sampling/createMessage`.
    Sampling(Value),
    /// A request for the folders that the server may use.
    Roots,
    /// A request of an unknown method.
    Other {
        /// The method.
        method: String,
        /// The parameters.
        params: Value,
    },
}

/// A question to a person.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Elicitation {
    /// The question, written by the server.
    pub message: String,
    /// The form of the answer.
    pub form: ElicitationForm,
    /// All parameters, unchanged.
    pub params: Value,
}

/// The form of the answer to an [`Elicitation`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ElicitationForm {
    /// Fields with this JSON Schema.
    Fields(Value),
    /// A page that the person visits. The answer has no content.
    Url(String),
}

/// The answer to an [`Elicitation`].
#[derive(Debug, Clone, PartialEq)]
pub enum ElicitationAnswer {
    /// The person agrees. The content has the fields of the form; it is null for a page.
    Accept(Value),
    /// The person refuses.
    Decline,
    /// The person did not decide.
    Cancel,
}

/// A call that needs input which the session cannot give. The call was not repeated.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InputRequired {
    /// The questions of the server, by its keys.
    pub requests: BTreeMap<String, InputRequest>,
    /// The reason for which they were not answered.
    pub reason: String,
}

impl fmt::Display for InputRequired {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the MCP server requires input")?;
        for (index, request) in self.requests.values().enumerate() {
            let separator = if index == 0 { ": " } else { ", " };
            write!(formatter, "{separator}{request}")?;
        }
        write!(formatter, "; {}", self.reason)
    }
}

impl fmt::Display for InputRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elicitation(elicitation) => {
                write!(formatter, "\"{}\"", quote(&elicitation.message))
            }
            Self::Sampling(_) => formatter.write_str("a response of a language model"),
            Self::Roots => formatter.write_str("the list of folders"),
            Self::Other { method, .. } => write!(formatter, "`{}`", quote(method)),
        }
    }
}

impl InputRequest {
    /// Reads a request of a server.
    pub(crate) fn read(method: &str, params: Value) -> Self {
        match method {
            "elicitation/create" => Self::Elicitation(Elicitation::read(params)),
            "sampling/createMessage" => Self::Sampling(params),
            "roots/list" => Self::Roots,
            _ => Self::Other {
                method: method.to_owned(),
                params,
            },
        }
    }
}

impl Elicitation {
    fn read(params: Value) -> Self {
        let text = |key: &str| params.get(key).and_then(Value::as_str).map(str::to_owned);
        let form = match text("url") {
            Some(url) if text("mode").as_deref() == Some("url") => ElicitationForm::Url(url),
            _ => {
                let schema = params.get("requestedSchema").cloned();
                ElicitationForm::Fields(schema.unwrap_or_default())
            }
        };
        Self {
            message: text("message").unwrap_or_default(),
            form,
            params,
        }
    }
}

impl ElicitationAnswer {
    fn into_json(self) -> Value {
        match self {
            Self::Accept(Value::Null) => json!({"action": "accept"}),
            Self::Accept(content) => json!({"action": "accept", "content": content}),
            Self::Decline => json!({"action": "decline"}),
            Self::Cancel => json!({"action": "cancel"}),
        }
    }
}

type Answer<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type OnElicitation = dyn Fn(Elicitation) -> Answer<ElicitationAnswer> + Send + Sync;
type OnSampling = dyn Fn(Value) -> Answer<Result<Value, String>> + Send + Sync;

/// The program's answers to questions of servers. A capability is declared only if the program can
/// answer.
#[derive(Clone, Default)]
pub(crate) struct Inputs {
    elicitation: Option<Arc<OnElicitation>>,
    sampling: Option<Arc<OnSampling>>,
    /// The folders, as `roots/list` returns them.
    roots: Option<Vec<Value>>,
}

/// A question that cannot be answered.
pub(crate) enum Unanswered {
    /// The program declared no answer to such questions.
    Unsupported,
    /// The program failed to answer.
    Failed(String),
}

impl Inputs {
    pub(crate) fn set_elicitation<F>(
        &mut self,
        answer: impl Fn(Elicitation) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = ElicitationAnswer> + Send + 'static,
    {
        self.elicitation = Some(Arc::new(move |asked| Box::pin(answer(asked))));
    }

    pub(crate) fn set_sampling<F>(&mut self, answer: impl Fn(Value) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<Value, String>> + Send + 'static,
    {
        self.sampling = Some(Arc::new(move |asked| Box::pin(answer(asked))));
    }

    pub(crate) fn add_root(&mut self, uri: &str, name: &str) {
        let root = json!({"uri": uri, "name": name});
        self.roots.get_or_insert_default().push(root);
    }

    /// Returns `true` if the program answers some questions.
    pub(crate) fn answers_any(&self) -> bool {
        !self.capabilities().is_empty()
    }

    /// Returns the capabilities of the client.
    pub(crate) fn capabilities(&self) -> Map<String, Value> {
        let elicitation = self.elicitation.as_ref();
        let declared = [
            (
                "elicitation",
                elicitation.map(|_| json!({"form": {}, "url": {}})),
            ),
            ("sampling", self.sampling.as_ref().map(|_| json!({}))),
            ("roots", self.roots.as_ref().map(|_| json!({}))),
        ];
        let declared = declared.into_iter();
        declared
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }

    /// Answers a question.
    pub(crate) async fn answer(&self, request: &InputRequest) -> Result<Value, Unanswered> {
        match request {
            InputRequest::Elicitation(elicitation) => {
                let answer = self.elicitation.as_ref().ok_or(Unanswered::Unsupported)?;
                Ok(answer(elicitation.clone()).await.into_json())
            }
            InputRequest::Sampling(params) => {
                let answer = self.sampling.as_ref().ok_or(Unanswered::Unsupported)?;
                answer(params.clone()).await.map_err(Unanswered::Failed)
            }
            InputRequest::Roots => {
                let roots = self.roots.as_ref().ok_or(Unanswered::Unsupported)?;
                Ok(json!({"roots": roots}))
            }
            InputRequest::Other { .. } => Err(Unanswered::Unsupported),
        }
    }

    /// Returns `true` if the program can answer a question.
    pub(crate) fn can_answer(&self, request: &InputRequest) -> bool {
        match request {
            InputRequest::Elicitation(_) => self.elicitation.is_some(),
            InputRequest::Sampling(_) => self.sampling.is_some(),
            InputRequest::Roots => self.roots.is_some(),
            InputRequest::Other { .. } => false,
        }
    }

    /// Answers a request of a server of the older era.
    pub(crate) async fn respond(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Value, (i64, String)> {
        const METHOD_NOT_FOUND: i64 = -32601;
        const INTERNAL_ERROR: i64 = -32603;
        if method == "ping" {
            return Ok(json!({}));
        }
        let request = InputRequest::read(method, params);
        self.answer(&request).await.map_err(|error| match error {
            Unanswered::Unsupported => (
                METHOD_NOT_FOUND,
                format!("this client does not answer {method}"),
            ),
            Unanswered::Failed(message) => (INTERNAL_ERROR, message),
        })
    }
}

impl fmt::Debug for Inputs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Inputs")
            .field(&self.capabilities())
            .finish()
    }
}
