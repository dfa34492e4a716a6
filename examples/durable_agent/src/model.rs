//! The model: one behind an OpenAI-like endpoint, or a script for made-up data.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use generated::runtime::rate_limit::RateLimitHeaders;
use generated::runtime::transport::reqwest;
use restate_sdk::prelude::HandlerError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::AnyError;
use crate::http;
use crate::run;
use crate::settings::variable;

/// The request of a user, for the script.
pub const WISH: &str = "Give the customer Harbor a project with a key for each of its two servers. \
    Then delete the old key key_103, and the project prj_4411.";

const SYSTEM: &str = "You operate an account of The Auth API with the tools you are given. Never guess an \
    identifier. Do what the user asks for and nothing else, then say in one sentence what you did.";

/// The time that a request to a model may take.
const TIMEOUT: Duration = Duration::from_secs(300);

/// The maximum number of characters of an error that is not JSON.
const MAX_ERROR: usize = 300;

/// A model.
#[derive(Debug, Clone)]
pub enum Model {
    /// A model behind an endpoint.
    Endpoint(Arc<Endpoint>),
    /// Made-up answers to [`WISH`].
    Script,
}

/// The endpoint of a model.
#[derive(Debug)]
pub struct Endpoint {
    http: reqwest::Client,
    base_url: String,
    key: String,
    name: String,
}

impl Model {
    /// Returns the model that `OPENAI_BASE_URL`, `OPENAI_API_KEY` and `OPENAI_MODEL` select, or the script.
    ///
    /// # Errors
    ///
    /// The base URL is not one, or TLS cannot be set up.
    pub fn from_env() -> Result<Self, AnyError> {
        let (base_url, key) = (variable("OPENAI_BASE_URL"), variable("OPENAI_API_KEY"));
        if base_url.is_none() && key.is_none() {
            return Ok(Self::Script);
        }
        let base_url = base_url.unwrap_or("https://api.openai.com/v1".to_owned());
        if !["http://", "https://"]
            .iter()
            .any(|scheme| base_url.starts_with(scheme))
        {
            return Err(format!("OPENAI_BASE_URL is not an http(s) URL: {base_url:?}").into());
        }
        Ok(Self::Endpoint(Arc::new(Endpoint {
            http: http::client()?,
            base_url,
            key: key.unwrap_or_default(),
            name: variable("OPENAI_MODEL").unwrap_or("gpt-5-mini".to_owned()),
        })))
    }

    /// Returns the first messages of a conversation.
    #[must_use]
    pub fn begin(&self, wish: &str) -> Vec<Value> {
        vec![
            json!({"role": "system", "content": SYSTEM}),
            json!({"role": "user", "content": wish}),
        ]
    }

    /// Returns a request, without the tools.
    #[must_use]
    pub fn request(&self, messages: &[Value]) -> Value {
        let name = match self {
            Self::Endpoint(endpoint) => &endpoint.name,
            Self::Script => "script",
        };
        json!({"model": name, "messages": messages})
    }

    /// Returns the next message, or the wait that the endpoint asks for. `body` is the request with the tools.
    ///
    /// # Errors
    ///
    /// The endpoint has no response now, or, as a terminal error, does not accept the request.
    pub async fn answer(&self, messages: &[Value], body: &str) -> Result<Answer, HandlerError> {
        let Self::Endpoint(endpoint) = self else {
            return Ok(Answer::Message(script(messages)));
        };
        let url = format!(
            "{}/chat/completions",
            endpoint.base_url.trim_end_matches('/')
        );
        let request = endpoint.http.post(url).bearer_auth(&endpoint.key);
        let request = request.header("content-type", "application/json");
        let request = request.timeout(TIMEOUT).body(body.to_owned());
        let no_response =
            |error| format!("no response of the model: {}", http::with_causes(&error));
        let response = request.send().await.map_err(no_response)?;
        let status = response.status();
        let limit = RateLimitHeaders::from_headers(response.headers(), SystemTime::now());
        let text = response.text().await.map_err(no_response)?;
        if status.is_success() {
            return Ok(read_message(&text).unwrap_or_else(|problem| {
                let reason = format!("{problem} in {status}: {}", error_text(&text));
                eprintln!("the model's response cannot be read: {reason}");
                Answer::Unreadable { reason }
            }));
        }
        let reason = format!("{status}: {}", error_text(&text));
        if !http::is_transient(status) {
            let reason = format!("the model does not accept the request: {reason}");
            return Err(run::failure(reason).into());
        }
        let Some(wait) = limit.retry_after.filter(|wait| !wait.is_zero()) else {
            return Err(format!("the model has no answer now: {reason}").into());
        };
        eprintln!("the model is asked again in {wait:?}: {reason}");
        Ok(Answer::Wait {
            milliseconds: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// The answer of an endpoint, as the journal keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The next message, which can be read.
    Message(Value),
    /// The response is successful, but has no message that can be read.
    Unreadable {
        /// The reason, and the beginning of the response.
        reason: String,
    },
    /// The endpoint can be asked again later.
    Wait {
        /// The milliseconds until then.
        milliseconds: u64,
    },
}

/// Reads the message of a successful response.
///
/// # Errors
///
/// There is none that can be read.
fn read_message(body: &str) -> Result<Answer, String> {
    let json: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    let message = json.pointer("/choices/0/message");
    let message = message.ok_or("no choices[0].message")?;
    Message::read(message)?;
    Ok(Answer::Message(message.clone()))
}

/// Returns the message of an error in JSON, or the beginning of another body.
fn error_text(body: &str) -> String {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let message = json.pointer("/error/message").and_then(Value::as_str);
    message
        .unwrap_or(body)
        .trim()
        .chars()
        .take(MAX_ERROR)
        .collect()
}

/// A message of the model.
#[derive(Debug)]
pub struct Message {
    /// The text.
    pub text: String,
    /// The calls: identifier, tool and arguments.
    pub tool_calls: Vec<(String, String, String)>,
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// It has neither text nor calls, or a call is incomplete.
    pub fn read(message: &Value) -> Result<Self, String> {
        let calls = message.get("tool_calls").and_then(Value::as_array);
        let read = |call: &Value| {
            let text = |pointer: &str| {
                let text = call.pointer(pointer).and_then(Value::as_str);
                let text = text.ok_or_else(|| format!("a tool call without {pointer}"))?;
                Ok::<_, String>(text.to_owned())
            };
            Ok((
                text("/id")?,
                text("/function/name")?,
                text("/function/arguments")?,
            ))
        };
        let tool_calls = calls.into_iter().flatten().map(read);
        let tool_calls: Vec<_> = tool_calls.collect::<Result<_, String>>()?;
        let text = ["content", "refusal"]
            .iter()
            .find_map(|name| message.get(name)?.as_str());
        if text.is_none() && tool_calls.is_empty() {
            return Err("neither text nor tool calls".to_owned());
        }
        Ok(Self {
            text: text.unwrap_or_default().to_owned(),
            tool_calls,
        })
    }
}

/// Returns the next message of the script, which takes identifiers from the replies so far.
fn script(messages: &[Value]) -> Value {
    let is_reply = |message: &&Value| message.get("role") == Some(&json!("tool"));
    let replies: Vec<&str> = messages
        .iter()
        .filter(is_reply)
        .filter_map(|message| message.get("content")?.as_str())
        .collect();
    let id = |index: usize, pointer: &str| {
        let first_line = replies.get(index).and_then(|reply| reply.lines().next());
        let json = first_line.and_then(|line| serde_json::from_str::<Value>(line).ok());
        json.and_then(|json| json.pointer(pointer).cloned())
            .unwrap_or_default()
    };
    let key = || {
        let arguments = json!({"name": "Harbor server", "projectId": id(1, "/id")});
        ("create_a_the_auth_api_api_key", arguments)
    };
    let calls = match replies.len() {
        0 => vec![("list_all_the_auth_api_accounts", json!({}))],
        1 => {
            let account = id(0, "/result/0/id");
            let project = json!({"name": "Harbor", "accountId": account, "env": "live"});
            vec![("create_a_the_auth_api_project", project)]
        }
        // Both keys have the same name: two calls with the same arguments.
        2 => vec![key(), key()],
        4 => vec![(
            "delete_a_the_auth_api_api_key_by_id",
            json!({"id": "key_103"}),
        )],
        5 => vec![(
            "delete_a_the_auth_api_project_by_id",
            json!({"id": "prj_4411"}),
        )],
        _ => {
            let (project, one, other) = (id(1, "/id"), id(2, "/id"), id(3, "/id"));
            let last = replies.last().copied().unwrap_or_default();
            let text = format!(
                "Harbor has the project {project} with the keys {one} and {other}. The last reply was: {last}"
            );
            return json!({"role": "assistant", "content": text});
        }
    };
    let calls = calls
        .into_iter()
        .enumerate()
        .map(|(index, (tool, arguments))| {
            json!({
                "id": format!("script_{}", replies.len() + index),
                "type": "function",
                "function": {"name": tool, "arguments": arguments.to_string()},
            })
        });
    json!({"role": "assistant", "content": null, "tool_calls": calls.collect::<Vec<_>>()})
}
