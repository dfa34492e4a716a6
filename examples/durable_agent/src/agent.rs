//! The loop of model and tools.

use std::time::Duration;

use generated::the_auth_api::Client;
use restate_sdk::prelude::*;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::model::{Answer, Message, Model};
use crate::run::{self, Run};
use crate::tools::{self, ApprovalKey, ModelCall, Outcome, RunTools};

/// The maximum number of requests to the model.
const ROUNDS: usize = 20;

/// The maximum number of responses in one round that cannot be read, and the wait after each of them. The model may
/// be paid for them.
const MAX_UNREADABLE: u32 = 3;
const UNREADABLE_WAIT: Duration = Duration::from_secs(1);

/// The agent: a workflow of Restate, which runs once for each key.
pub struct Agent {
    /// The client of the account.
    pub client: Client,
    /// The model.
    pub model: Model,
    /// The place where people approve calls.
    pub desk: Desk,
    /// The key that seals requests for approval.
    pub key: ApprovalKey,
}

/// By default, Restate pauses a run after 70 attempts, until a person resumes it. The maximum here is never reached,
/// so that a run survives any outage. The waits between attempts are those of the server, at most a minute by default.
#[restate_sdk::workflow(name = "Agent", invocation_retry_policy(max_attempts = 4_294_967_295))]
impl Agent {
    /// Carries out a wish, and returns the last words of the model.
    #[handler]
    async fn run(
        &self,
        context: WorkflowContext<'_>,
        wish: String,
    ) -> Result<String, HandlerError> {
        let run = Run::new(&context);
        let mut tools = RunTools::new(&self.client, run.id(), self.key);
        let listed = tools.toolbox()?;
        let mut messages = self.model.begin(&wish);
        let mut calls = 0;
        for round in 1..=ROUNDS {
            let body = listed.list().add_to(self.model.request(&messages));
            let name = format!("model-{round}");
            let answer = Box::pin(self.answer(&run, &name, &messages, &body.to_string())).await?;
            let Message { text, tool_calls } = Message::read(&answer).map_err(run::failure)?;
            messages.push(answer);
            if tool_calls.is_empty() {
                return Ok(text);
            }
            for (id, tool, arguments) in tool_calls {
                calls += 1;
                let name = format!("call-{calls}");
                let call = ModelCall {
                    name,
                    tool,
                    arguments,
                };
                let reply = Box::pin(self.call(&run, &mut tools, &call)).await?;
                messages.push(tool_message(&id, &reply));
            }
        }
        Err(run::failure(format!(
            "the model did not come to an end in {ROUNDS} rounds"
        ))
        .into())
    }
}

impl Agent {
    /// Returns the next message of the model, after the waits that its endpoint asks for.
    async fn answer(
        &self,
        run: &Run<'_, '_>,
        name: &str,
        messages: &[Value],
        body: &str,
    ) -> Result<Value, TerminalError> {
        let (mut attempt, mut unreadable) = (1, 0);
        loop {
            let step = step_name(name, attempt);
            let ask = {
                let (model, messages, body) =
                    (self.model.clone(), messages.to_vec(), body.to_owned());
                async move { model.answer(&messages, &body).await }
            };
            match run.step(&step, ask).await? {
                Answer::Message(message) => return Ok(message),
                Answer::Unreadable { reason } => {
                    unreadable += 1;
                    if unreadable == MAX_UNREADABLE {
                        return Err(run::failure(format!(
                            "{MAX_UNREADABLE} responses of the model cannot be read; check that OPENAI_BASE_URL is that of \
                             chat completions and that OPENAI_MODEL can call tools: {reason}"
                        )));
                    }
                    run.sleep(&step, UNREADABLE_WAIT).await?;
                }
                Answer::Wait { milliseconds } => {
                    run.sleep(&step, Duration::from_millis(milliseconds))
                        .await?;
                }
            }
            attempt += 1;
        }
    }

    /// Makes a call of the model: after the waits of the rate limit, and after the approval of a person.
    async fn call(
        &self,
        run: &Run<'_, '_>,
        tools: &mut RunTools,
        call: &ModelCall,
    ) -> Result<String, TerminalError> {
        let mut approved = None;
        let mut attempt = 1;
        loop {
            let step = step_name(&call.name, attempt);
            let action = {
                let (tools, call, approved) = (tools.toolbox()?, call.clone(), approved.clone());
                async move {
                    let outcome = match approved {
                        None => tools::call(&tools, &call).await,
                        Some((request, approval)) => {
                            tools::decided(&tools, &request, approval).await
                        }
                    };
                    if let Outcome::Wait { milliseconds } = outcome {
                        let (name, tool) = (&call.name, &call.tool);
                        eprintln!("{name} ({tool}) waits {milliseconds} ms for the rate limit");
                    }
                    Ok(outcome)
                }
            };
            match Box::pin(run.step(&step, action)).await? {
                Outcome::Replied {
                    text,
                    is_made,
                    response,
                } => {
                    if is_made {
                        tools.add(call.clone(), response);
                    }
                    return Ok(text);
                }
                Outcome::Wait { milliseconds } => {
                    run.sleep(&step, Duration::from_millis(milliseconds))
                        .await?;
                }
                Outcome::Ask(request) => {
                    let approval = run.ask(&step, &self.desk, &request).await?;
                    approved = Some((*request, approval));
                }
            }
            attempt += 1;
        }
    }
}

/// Returns the name of a step: that of the call for its first attempt, then `call-3.2` and so on.
fn step_name(name: &str, attempt: u32) -> String {
    match attempt {
        1 => name.to_owned(),
        _ => format!("{name}.{attempt}"),
    }
}

fn tool_message(id: &str, text: &str) -> Value {
    json!({"role": "tool", "tool_call_id": id, "content": text})
}
