//! A model behind one of three wire formats, whose responses are read as they arrive.
//!
//! | [`Api`] | request | key | other settings |
//! |---|---|---|---|
//! | `chat` | `POST {OPENAI_BASE_URL}/chat/completions` | `OPENAI_API_KEY` | `OPENAI_MODEL` |
//! | `responses` | `POST {OPENAI_BASE_URL}/responses` | `OPENAI_API_KEY` | `OPENAI_MODEL` |
//! | `messages` | `POST {ANTHROPIC_BASE_URL}/v1/messages` | `ANTHROPIC_API_KEY` | `ANTHROPIC_MODEL` |
//!
//! Without a key and an address, a model on loopback is started.

mod chat;
mod history;
mod messages;
mod responses;

use std::env;
use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use futures_util::StreamExt as _;
use generated::runtime::dialect::{Dialect, OrderedJson, ToolList};
use generated::runtime::transport::HttpTransport;
use generated::runtime::transport::reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use generated::runtime::transport::reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use sse_stream::SseStream;
use toolsmith_testkit::fake_model::{FakeModel, Manner};

pub use history::History;

/// An error of the model.
pub type Problem = Box<dyn Error + Send + Sync>;

/// The maximum number of attempts to send a request.
const ATTEMPTS: u32 = 5;

/// The longest time that a model may be silent.
const SILENCE: Duration = Duration::from_secs(120);

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Chat completions of OpenAI, which many other providers have as well.
    Chat,
    /// Responses of OpenAI.
    Responses,
    /// Messages of Anthropic.
    Messages,
}

impl Api {
    /// Returns the dialect of the tools.
    #[must_use]
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Chat => Dialect::OpenAiChat,
            Self::Responses => Dialect::OpenAiResponses,
            Self::Messages => Dialect::Anthropic,
        }
    }

    /// Returns the format of the key that is set; that of OpenAI if there is none.
    #[must_use]
    pub fn from_env() -> Self {
        let is_set = |name: &str| env::var_os(name).is_some();
        if is_set("ANTHROPIC_API_KEY") && !is_set("OPENAI_API_KEY") {
            Self::Messages
        } else {
            Self::Chat
        }
    }

    fn body(self, name: &str, system: &str, history: &[Value]) -> Value {
        match self {
            Self::Chat => chat::body(name, system, history),
            Self::Responses => responses::body(name, system, history),
            Self::Messages => messages::body(name, system, history),
        }
    }

    fn reader(self) -> Box<dyn Reader> {
        match self {
            Self::Chat => Box::<chat::Chat>::default(),
            Self::Responses => Box::<responses::Responses>::default(),
            Self::Messages => Box::<messages::Messages>::default(),
        }
    }
}

impl FromStr for Api {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "chat" => Ok(Self::Chat),
            "responses" => Ok(Self::Responses),
            "messages" => Ok(Self::Messages),
            other => Err(format!(
                "there is no format {other}; there are chat, responses and messages"
            )),
        }
    }
}

impl fmt::Display for Api {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
            Self::Messages => "messages",
        })
    }
}

/// A turn of the model.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The text of the model.
    pub text: String,
    /// The calls that it makes.
    pub calls: Vec<ToolCall>,
    /// The reason for the end of the turn.
    pub stop: Stop,
    /// The tokens of the request and of the turn.
    pub tokens: u64,
    /// The turn as the next request contains it.
    items: Vec<Value>,
}

/// A call of a tool.
#[derive(Debug, Clone, Default)]
pub struct ToolCall {
    /// The identifier that the provider gave to the call.
    pub id: String,
    /// The name of the tool.
    pub name: String,
    /// The arguments as the model wrote them, which need not be JSON.
    pub arguments: String,
}

/// The reason for the end of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The model is done, or waits for the replies to its calls.
    Complete,
    /// The turn is cut off, or was refused. Its calls may be incomplete, so do not make them.
    Cut(String),
}

/// Reads the events of a response.
trait Reader: Send {
    /// Reads an event, and returns the text that it adds.
    fn read(&mut self, event: &Value) -> Result<Option<String>, Problem>;

    /// Returns the turn, or `None` if the response is incomplete.
    fn end(self: Box<Self>) -> Option<Turn>;
}

/// A model.
#[derive(Debug)]
pub struct Model {
    /// The wire format.
    pub api: Api,
    base_url: String,
    key: String,
    name: String,
    http: Client,
    /// The model on loopback, which stops when it is dropped.
    server: Option<FakeModel>,
}

impl Model {
    /// Connects to the model that the environment names, or starts one of this manner on loopback.
    ///
    /// # Errors
    ///
    /// The model on loopback cannot start.
    pub async fn connect(api: Api, manner: Manner) -> Result<Self, Problem> {
        let (prefix, address, path, name) = match api {
            Api::Chat | Api::Responses => {
                ("OPENAI", "https://api.openai.com/v1", "/v1", "gpt-5-mini")
            }
            Api::Messages => (
                "ANTHROPIC",
                "https://api.anthropic.com",
                "",
                "claude-haiku-4-5",
            ),
        };
        let variable = |name: &str| env::var(format!("{prefix}_{name}")).ok();
        let (base_url, key, server) = match (variable("BASE_URL"), variable("API_KEY")) {
            (None, None) => {
                let server = FakeModel::start(manner).await?;
                let base_url = format!("{}{path}", server.base_url());
                (base_url, server.key().to_owned(), Some(server))
            }
            (base_url, key) => {
                let base_url = base_url.unwrap_or(address.to_owned());
                (base_url, key.unwrap_or_default(), None)
            }
        };
        Ok(Self {
            api,
            base_url: base_url.trim_end_matches('/').to_owned(),
            key,
            name: variable("MODEL").unwrap_or(name.to_owned()),
            http: HttpTransport::client_builder()
                .connect_timeout(Duration::from_secs(10))
                .read_timeout(SILENCE)
                .build()?,
            server,
        })
    }

    /// Returns the model on loopback, if there is one.
    #[must_use]
    pub fn server(&self) -> Option<&FakeModel> {
        self.server.as_ref()
    }

    /// Returns the next turn, and gives each piece of text to `on_text` as it arrives.
    ///
    /// # Errors
    ///
    /// The model cannot be reached, refuses the request, or does not end its response.
    pub async fn turn(
        &self,
        system: &str,
        history: &History,
        tools: &ToolList,
        mut on_text: impl FnMut(&str) + Send,
    ) -> Result<Turn, Problem> {
        let body = self.api.body(&self.name, system, history.items());
        let response = self.send(&tools.add_to(body)).await?;
        let mut events = SseStream::from_bytes_stream(response.bytes_stream());
        let mut reader = self.api.reader();
        while let Some(event) = events.next().await {
            let Some(data) = event?.data else { continue };
            if data == "[DONE]" {
                break;
            }
            let event: Value = serde_json::from_str(&data)?;
            if let Some(error) = event.get("error").filter(|error| !error.is_null()) {
                let message = text(error, "message");
                return Err(format!("the model reports an error: {message}").into());
            }
            if let Some(piece) = reader.read(&event)? {
                on_text(&piece);
            }
        }
        reader
            .end()
            .ok_or_else(|| "the connection ended before the response did".into())
    }

    /// Sends a request, and again after a while if the model is not available or its limit is spent.
    async fn send(&self, body: &OrderedJson) -> Result<Response, Problem> {
        let body = serde_json::to_string(body)?;
        let mut wait = Duration::from_secs(1);
        for attempt in 1.. {
            let request = self.request().header(CONTENT_TYPE, "application/json");
            let response = request.body(body.clone()).send().await?;
            let status = response.status();
            if status.is_success() {
                return Ok(response);
            }
            let is_temporary = status.as_u16() == 429 || status.is_server_error();
            if !is_temporary || attempt == ATTEMPTS {
                let problem = response.text().await?;
                return Err(format!("the model answers {status}: {problem}").into());
            }
            let header = response.headers().get(RETRY_AFTER);
            let seconds = header.and_then(|header| header.to_str().ok()?.parse().ok());
            let pause = seconds.map_or(wait, Duration::from_secs);
            eprintln!("The model answers {status}: waiting {} s.", pause.as_secs());
            tokio::time::sleep(pause).await;
            wait *= 2;
        }
        Err("no attempt was made".into())
    }

    fn request(&self) -> RequestBuilder {
        let post = |path: &str| self.http.post(format!("{}{path}", self.base_url));
        match self.api {
            Api::Chat => post("/chat/completions").bearer_auth(&self.key),
            Api::Responses => post("/responses").bearer_auth(&self.key),
            Api::Messages => post("/v1/messages")
                .header("x-api-key", &self.key)
                .header("anthropic-version", "2023-06-01"),
        }
    }
}

/// Returns a string member, or an empty string.
fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Returns a number, or 0.
fn number(json: &Value, pointer: &str) -> u64 {
    let number = json.pointer(pointer).and_then(Value::as_u64);
    number.unwrap_or_default()
}
