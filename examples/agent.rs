//! A model that carries out a request with the tools of The Auth API.
//!
//! ```text
//! cargo run -p examples --example agent [-- REQUEST]
//! ```
//!
//! `OPENAI_BASE_URL`, `OPENAI_API_KEY` and `OPENAI_MODEL` select any model with an OpenAI-like endpoint.
//! Without them the example starts a model on loopback that makes typical mistakes and reacts to the
//! replies it gets.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::env;
use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use bytes::Bytes;
use generated::the_auth_api::CreateApiKey;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use toolsmith_runtime::adapters::DialectTools;
use toolsmith_runtime::agent::{Approval, ApprovalRequest, Policy, Reply, ReplyOutcome};
use toolsmith_runtime::dialect::Dialect;
use toolsmith_runtime::progress::{Step, watch};
use toolsmith_runtime::transport::{Body, HttpTransport, Transport};
use toolsmith_runtime::{Effect, Redactor, ToolFilter};
use toolsmith_testkit::fake_model::FakeModel;
use toolsmith_testkit::fake_truto::{Fault, FaultKind, ResetForm};

const WISH: &str = "rotate the API key for custom user 'backend_service' in project 'prj_112'";

const SYSTEM: &str = "You operate an account of The Auth API with the tools you are given. Call \
    tools to find out what you do not know; never guess an identifier. When a call is refused, \
    nothing was sent: do as the refusal says. Do what the user asks for and nothing else, then say \
    in one sentence what you did.";

/// The maximum number of requests to the model.
const ROUNDS: usize = 10;

/// The maximum size of a response of the model, in bytes.
const LARGEST: usize = 10 * 1024 * 1024;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let wish = env::args().nth(1).unwrap_or(WISH.to_owned());
    let session = examples::connect()?;
    prepare(&session).await?;
    let model = Model::connect().await?;

    // The model may call all tools of the client. A person approves changes, and secrets are
    // redacted.
    let policy = Policy::new()
        .max_calls(30)
        .approve_with(ToolFilter::mutating(), ask)
        .redact(Redactor::default());
    let toolbox = session.client.toolbox().policy(policy);
    let tools = DialectTools::new(toolbox, Dialect::OpenAiChat)?;

    println!("you: {wish}");
    let mut messages = vec![
        json!({"role": "system", "content": SYSTEM}),
        json!({"role": "user", "content": wish}),
    ];
    for round in 1..=ROUNDS {
        let message = model.complete(&messages, &tools).await?;
        messages.push(message.clone());
        let calls = message.get("tool_calls").and_then(Value::as_array).cloned();
        let calls = calls.unwrap_or_default();
        if calls.is_empty() {
            println!("\nmodel: {}", text(&message, "content"));
            return Ok(());
        }
        println!("\nround {round}");
        for call in calls {
            let reply = carry_out(&tools, call.get("function").unwrap_or(&call)).await;
            let id = text(&call, "id");
            messages.push(json!({"role": "tool", "tool_call_id": id, "content": reply.text()}));
        }
    }
    Err(format!("the model did not come to an end in {ROUNDS} rounds").into())
}

/// Carries out a call of the model and prints the outcome.
async fn carry_out(tools: &DialectTools, function: &Value) -> Reply {
    let (name, arguments) = (text(function, "name"), text(function, "arguments"));
    println!("  {name} {arguments}");
    // The client itself waits until the rate limit resets.
    let call = watch(tools.call(name, arguments), |step| match step {
        Step::WaitingForRateLimit { wait } => {
            println!(
                "    … the rate limit is spent: waiting {:.0} s",
                wait.as_secs_f64()
            );
        }
        Step::Retrying { wait } => {
            println!("    … trying again in {:.0} s", wait.as_secs_f64());
        }
        _ => {}
    });
    let reply = call.await;
    match reply.outcome() {
        ReplyOutcome::Succeeded(answer) => println!("    ✓ {}", summary(answer)),
        // The first line of the reply has the number of problems.
        ReplyOutcome::Refused(refusal) => {
            for fault in &refusal.faults {
                println!("    ✗ {fault}");
            }
        }
        _ => println!("    ✗ {}", reply.text()),
    }
    reply
}

/// Returns a string member, or an empty string.
fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn summary(answer: &Value) -> String {
    let id = |record: &Value| Some(record.get("id")?.as_str()?.to_owned());
    let Some(records) = answer.get("result").and_then(Value::as_array) else {
        return id(answer).unwrap_or("done".to_owned());
    };
    let ids: Vec<String> = records.iter().filter_map(id).collect();
    match (records.len(), ids.len()) {
        (1, 1) => format!("1 record: {}", ids.join("")),
        (count @ 2..=5, known) if count == known => format!("{count} records: {}", ids.join(", ")),
        (count, _) => format!("{count} records"),
    }
}

/// Asks the person at the terminal. Without a terminal the approval is denied; with made-up data it is
/// granted.
async fn ask(question: ApprovalRequest) -> Approval {
    let does = match question.tool.effect {
        Effect::Destroys => "destroys something permanently",
        _ => "changes something",
    };
    print!("    ? {} {does}. Go on? [y/N] ", question.tool.title);
    let by = "the person at the terminal".to_owned();
    if !examples::has_token() {
        println!("y (made-up data)");
        return Approval::Granted {
            by,
            reason: String::new(),
        };
    }
    let answer = tokio::task::spawn_blocking(read_answer).await;
    match answer.ok().and_then(Result::ok) {
        Some(answer) if ["y", "yes"].contains(&answer.trim()) => Approval::Granted {
            by,
            reason: String::new(),
        },
        _ => Approval::Declined {
            by,
            reason: String::new(),
        },
    }
}

fn read_answer() -> io::Result<String> {
    io::stdout().flush()?;
    let mut answer = String::new();
    if io::stdin().is_terminal() {
        io::stdin().lock().read_line(&mut answer)?;
    }
    Ok(answer)
}

/// Adds the key of the request to made-up data, and a rate limit that is exhausted when the model
/// changes something.
async fn prepare(session: &examples::Session) -> Result<(), Box<dyn Error>> {
    let Some(server) = &session.server else {
        return Ok(());
    };
    let key = CreateApiKey::new("Backend of the mobile app", "prj_112");
    let key = key.custom_user_id("backend_service");
    session.client.api_keys().create(key).await?;
    let kind = FaultKind::RateLimited {
        form: ResetForm::RatelimitReset,
        seconds: 1.0,
    };
    server.set_fault(Fault::new(kind).method("POST"));
    Ok(())
}

/// A model behind an OpenAI-like endpoint.
struct Model {
    base_url: String,
    key: Option<String>,
    name: String,
    transport: HttpTransport,
    /// The model on loopback, which stops when it is dropped.
    _server: Option<FakeModel>,
}

impl Model {
    async fn connect() -> Result<Self, Box<dyn Error>> {
        let key = env::var("OPENAI_API_KEY").ok();
        let base_url = env::var("OPENAI_BASE_URL").ok();
        let (base_url, server) = match (base_url, &key) {
            (Some(base_url), _) => (base_url, None),
            (None, Some(_)) => ("https://api.openai.com/v1".to_owned(), None),
            (None, None) => {
                let server = FakeModel::start().await?;
                (server.base_url(), Some(server))
            }
        };
        Ok(Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            key,
            name: env::var("OPENAI_MODEL").unwrap_or("gpt-5-mini".to_owned()),
            transport: HttpTransport::new(Duration::from_secs(10))?,
            _server: server,
        })
    }

    /// Returns the next message. It waits if the rate limit of the model is exhausted.
    async fn complete(
        &self,
        messages: &[Value],
        tools: &DialectTools,
    ) -> Result<Value, Box<dyn Error>> {
        let body = tools
            .list()
            .add_to(json!({"model": self.name, "messages": messages}));
        let mut wait = Duration::from_secs(2);
        for _ in 0..5 {
            let response = self.transport.send(self.request(&body)?).await?;
            let (parts, body) = response.into_parts();
            let body = body.collect(LARGEST).await?;
            if parts.status == StatusCode::TOO_MANY_REQUESTS {
                let header = parts.headers.get(header::RETRY_AFTER);
                let seconds = header.and_then(|header| header.to_str().ok()?.parse().ok());
                wait = seconds.map_or(wait * 2, Duration::from_secs);
                println!("… the model's limit is spent: waiting {} s", wait.as_secs());
                tokio::time::sleep(wait).await;
                continue;
            }
            if !parts.status.is_success() {
                let body = String::from_utf8_lossy(&body);
                return Err(format!("the model answers {}: {body}", parts.status).into());
            }
            let answer: Value = serde_json::from_slice(&body)?;
            let message = answer.pointer("/choices/0/message").cloned();
            return message.ok_or_else(|| format!("no message in {answer}").into());
        }
        Err("the model's limit stays spent".into())
    }

    fn request(&self, body: &Value) -> Result<Request<Body>, Box<dyn Error>> {
        let mut request = Request::post(format!("{}/chat/completions", self.base_url))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        Ok(request.body(Body::from(Bytes::from(body.to_string())))?)
    }
}
