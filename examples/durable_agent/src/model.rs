//! The model: one behind an OpenAI-like endpoint, or a script for made-up data.

use std::env;
use std::sync::Arc;

use generated::runtime::transport::reqwest;
use serde_json::{Value, json};

use crate::AnyError;
use crate::http;

/// The request of a user, for the script.
pub const WISH: &str = "Give the customer Harbor a project with a key for each of its two servers. \
    Then delete the old key key_103, and the project prj_4411.";

const SYSTEM: &str = "You operate an account of The Auth API with the tools you are given. Never guess an \
    identifier. Do what the user asks for and nothing else, then say in one sentence what you did.";

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
    /// TLS cannot be set up.
    pub fn from_env() -> Result<Self, AnyError> {
        let variable = |name: &str| env::var(name).ok();
        if variable("OPENAI_BASE_URL").is_none() && variable("OPENAI_API_KEY").is_none() {
            return Ok(Self::Script);
        }
        let base_url = variable("OPENAI_BASE_URL");
        Ok(Self::Endpoint(Arc::new(Endpoint {
            http: http::client()?,
            base_url: base_url.unwrap_or("https://api.openai.com/v1".to_owned()),
            key: variable("OPENAI_API_KEY").unwrap_or_default(),
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

    /// Returns the next message. `body` is the request with the tools.
    ///
    /// # Errors
    ///
    /// The endpoint has no answer now.
    pub async fn answer(&self, messages: &[Value], body: &str) -> Result<Value, AnyError> {
        let Self::Endpoint(endpoint) = self else {
            return Ok(script(messages));
        };
        let url = format!(
            "{}/chat/completions",
            endpoint.base_url.trim_end_matches('/')
        );
        let request = endpoint.http.post(url).bearer_auth(&endpoint.key);
        let request = request.header("content-type", "application/json");
        let response = request.body(body.to_owned()).send().await?;
        let status = response.status();
        let answer = http::json("the model", (status, response.text().await?))?;
        let message = answer.pointer("/choices/0/message").cloned();
        message.ok_or_else(|| format!("no message in {answer}").into())
    }
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
    #[must_use]
    pub fn read(message: &Value) -> Self {
        let text = |value: Option<&Value>| {
            let text = value.and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let calls = message.get("tool_calls").and_then(Value::as_array);
        let read = |call: &Value| {
            (
                text(call.get("id")),
                text(call.pointer("/function/name")),
                text(call.pointer("/function/arguments")),
            )
        };
        Self {
            text: text(message.get("content")),
            tool_calls: calls.into_iter().flatten().map(read).collect(),
        }
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
