//! A model that carries out a request with the tools of The Auth API.
//!
//! ```text
//! cargo run -p examples --example agent [-- OPTIONS] [REQUEST]
//!
//!   --api FORMAT       the wire format: chat, responses or messages
//!   --rounds N         ask the model at most this many times
//!   --calls N          make at most this many calls of tools
//!   --tokens N         stop when this many tokens are spent
//!   --transcript FILE  write everything that is said and done to this file, as lines of JSON
//! ```
//!
//! `OPENAI_API_KEY` selects OpenAI, and with `OPENAI_BASE_URL` anything like it; `ANTHROPIC_API_KEY` selects Anthropic.
//! Without a key the example starts a model on loopback that makes typical mistakes and reacts to the replies it gets.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example prints, and writes a transcript"
)]

mod options;
mod terminal;

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use examples::model::{History, Model, Problem, Stop, ToolCall};
use futures_util::future;
use generated::the_auth_api::CreateApiKey;
use serde_json::{Value, json};
use toolsmith_runtime::adapters::DialectTools;
use toolsmith_runtime::agent::{Policy, Reply};
use toolsmith_runtime::progress::{Step, watch};
use toolsmith_runtime::{CallContext, Redactor, ToolFilter};
use toolsmith_testkit::fake_model::Manner;
use toolsmith_testkit::fake_truto::{Fault, FaultKind, ResetForm};

use options::Options;
use terminal::{Printer, print_reply};

const SYSTEM: &str = "You operate an account of The Auth API with the tools you are given. Call \
    tools to find out what you do not know; never guess an identifier. When a call is refused, \
    nothing was sent: do as the refusal says. Do what the user asks for and nothing else, then say \
    in one sentence what you did.";

/// The number of times that the same call may fail.
const MAX_REPEATED_FAILURES: u32 = 3;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(env::args().skip(1))?;
    let session = examples::connect()?;
    prepare(&session).await?;
    let model = Model::connect(options.api, Manner::Careless)
        .await
        .map_err(|problem| problem.to_string())?;
    if let Some(server) = model.server() {
        // A provider refuses a request from time to time.
        server.limit(1);
    }

    // The model may call all tools of the client. A person approves changes, and secrets are
    // redacted.
    let policy = Policy::new()
        .max_calls(options.calls)
        .approve_with(ToolFilter::mutating(), terminal::ask)
        .redact(Redactor::default());
    let toolbox = session.client.toolbox().policy(policy);
    let mut agent = Agent {
        tools: DialectTools::new(toolbox, model.api.dialect())?,
        history: History::new(model.api, Vec::new()),
        transcript: options.transcript.as_ref().map(File::create).transpose()?,
        model,
        spent: Spent::default(),
        failures: BTreeMap::new(),
    };
    let end = agent
        .run(&options)
        .await
        .map_err(|problem| problem.to_string())?;
    let Spent {
        rounds,
        calls,
        tokens,
    } = agent.spent;
    println!("\n{rounds} rounds, {calls} calls, {tokens} tokens");
    match end {
        End::Answered => Ok(()),
        other => Err(format!("the agent stops: {other}").into()),
    }
}

/// The reason for the end of a run.
enum End {
    /// The model has answered.
    Answered,
    /// One of the limits is reached.
    Limit(&'static str, u64),
    /// The provider has cut the turn of the model off.
    Cut(String),
    /// The model repeats a call that fails.
    Stuck(String),
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered => formatter.write_str("the model has answered"),
            Self::Limit(name, limit) => write!(formatter, "the limit of {limit} {name} is reached"),
            Self::Cut(reason) => {
                write!(formatter, "the turn of the model is incomplete ({reason})")
            }
            Self::Stuck(tool) => write!(formatter, "the model repeats a call of {tool} that fails"),
        }
    }
}

/// The parts of the budget that are spent.
#[derive(Default)]
struct Spent {
    rounds: u64,
    calls: u64,
    tokens: u64,
}

struct Agent {
    model: Model,
    tools: DialectTools,
    history: History,
    transcript: Option<File>,
    spent: Spent,
    /// The number of times that a call has failed.
    failures: BTreeMap<(String, String), u32>,
}

impl Agent {
    async fn run(&mut self, options: &Options) -> Result<End, Problem> {
        println!("you: {}", options.wish);
        self.history.say(&options.wish);
        self.record(json!({"kind": "user", "text": options.wish}))?;
        loop {
            let spent = &mut self.spent;
            if spent.rounds == options.rounds {
                return Ok(End::Limit("rounds", options.rounds));
            }
            if spent.tokens >= options.tokens {
                return Ok(End::Limit("tokens", options.tokens));
            }
            spent.rounds += 1;
            println!("\nround {}", spent.rounds);
            if let Some(end) = self.round(options.calls).await? {
                self.record(json!({"kind": "end", "reason": end.to_string()}))?;
                return Ok(end);
            }
        }
    }

    /// Asks the model once, and makes the calls of its turn.
    async fn round(&mut self, max_calls: u64) -> Result<Option<End>, Problem> {
        let mut printer = Printer::default();
        let tools = self.tools.list();
        let turn = self
            .model
            .turn(SYSTEM, &self.history, tools, |piece| printer.print(piece));
        let turn = turn.await?;
        printer.end();
        self.spent.tokens += turn.tokens;
        self.record(json!({"kind": "model", "text": turn.text, "tokens": turn.tokens}))?;
        if let Stop::Cut(reason) = turn.stop {
            // The last call may be incomplete.
            return Ok(Some(End::Cut(reason)));
        }
        let calls = u64::try_from(turn.calls.len())?;
        if self.spent.calls + calls > max_calls {
            return Ok(Some(End::Limit("calls", max_calls)));
        }
        self.spent.calls += calls;
        for call in &turn.calls {
            println!("  {} {} {}", call.id, call.name, call.arguments);
        }
        // The calls of a turn are independent of each other. One that has the identifier of another is not made, and
        // gets the reply to it.
        let replies = turn.calls.iter().map(|call| carry_out(&self.tools, call));
        let replies = future::join_all(replies).await;
        let mut end = turn.calls.is_empty().then_some(End::Answered);
        for (call, reply) in turn.calls.iter().zip(&replies) {
            print_reply(call, reply);
            self.record(entry(call, reply))?;
            if reply.is_error() && self.count_failure(call) == MAX_REPEATED_FAILURES {
                end = Some(End::Stuck(call.name.clone()));
            }
        }
        self.history.add(turn, &replies);
        Ok(end)
    }

    fn count_failure(&mut self, call: &ToolCall) -> u32 {
        let key = (call.name.clone(), call.arguments.clone());
        let count = self.failures.entry(key).or_default();
        *count += 1;
        *count
    }

    /// Writes a line of the transcript.
    fn record(&mut self, mut entry: Value) -> io::Result<()> {
        let Some(file) = &mut self.transcript else {
            return Ok(());
        };
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        if let Value::Object(fields) = &mut entry {
            let milliseconds = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
            fields.insert("at".to_owned(), milliseconds.into());
            fields.insert("round".to_owned(), self.spent.rounds.into());
        }
        writeln!(file, "{entry}")
    }
}

/// Returns the line of the transcript for a call. It has what the model sees, in which secrets are redacted.
fn entry(call: &ToolCall, reply: &Reply) -> Value {
    json!({
        "kind": "call",
        "id": call.id,
        "tool": call.name,
        "arguments": call.arguments,
        "outcome": reply.outcome().as_str(),
        "is_repeated": reply.is_repeated(),
        "reply": reply.text(),
        "duration_ms": u64::try_from(reply.duration().as_millis()).unwrap_or(u64::MAX),
    })
}

/// Carries out a call of the model.
async fn carry_out(tools: &DialectTools, call: &ToolCall) -> Reply {
    let context = CallContext::new().call_id(&call.id);
    let made = tools.call_in(context, &call.name, call.arguments.as_str());
    // The client itself waits until the rate limit resets.
    watch(made, |step| match step {
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
    })
    .await
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
