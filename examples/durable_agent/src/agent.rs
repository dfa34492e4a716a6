//! The loop of model and tools.

use std::time::Duration;

use generated::runtime::adapters::DialectTools;
use generated::the_auth_api::Client;
use restate_sdk::prelude::*;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::model::{Message, Model};
use crate::run::Run;
use crate::tools::{self, ApprovalKey, ModelCall, Outcome};

/// The maximum number of requests to the model.
const ROUNDS: usize = 20;

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

#[restate_sdk::workflow(name = "Agent")]
impl Agent {
    /// Carries out a wish, and returns the last words of the model.
    #[handler]
    async fn run(
        &self,
        context: WorkflowContext<'_>,
        wish: String,
    ) -> Result<String, HandlerError> {
        let run = Run::new(&context);
        let tools = tools::of_run(&self.client, run.id(), self.key)?;
        let mut messages = self.model.begin(&wish);
        let mut calls = 0;
        for round in 1..=ROUNDS {
            let answer = {
                let (model, messages) = (self.model.clone(), messages.clone());
                let body = tools.list().add_to(model.request(&messages));
                async move { Ok(model.answer(&messages, &body.to_string()).await?) }
            };
            let answer = run.step(&format!("model-{round}"), answer).await?.value;
            let Message { text, tool_calls } = Message::read(&answer);
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
                let reply = Box::pin(self.call(&run, &tools, &call)).await?;
                messages.push(tool_message(&id, &reply));
            }
        }
        Err(TerminalError::new(format!(
            "the model did not come to an end in {ROUNDS} rounds"
        ))
        .into())
    }
}

impl Agent {
    /// Makes a call of the model: after the waits of the rate limit, and after the approval of a person.
    async fn call(
        &self,
        run: &Run<'_, '_>,
        tools: &DialectTools,
        call: &ModelCall,
    ) -> Result<String, TerminalError> {
        let mut approved = None;
        let mut name = call.name.clone();
        let mut attempt = 1;
        loop {
            let action = {
                let (tools, call, approved) = (tools.clone(), call.clone(), approved.clone());
                async move {
                    Ok(match approved {
                        None => tools::call(&tools, &call).await,
                        Some((request, approval)) => {
                            tools::decided(&tools, &request, approval).await
                        }
                    })
                }
            };
            let step = Box::pin(run.step(&name, action)).await?;
            match step.value {
                Outcome::Replied {
                    text,
                    is_made,
                    response,
                } => {
                    if is_made && step.is_replayed {
                        restore(tools, call, response.as_ref());
                    }
                    return Ok(text);
                }
                Outcome::Wait { milliseconds } => {
                    run.sleep(&name, Duration::from_millis(milliseconds))
                        .await?;
                }
                Outcome::Ask(request) => {
                    let approval = run.ask(&name, &self.desk, &request).await?;
                    approved = Some((*request, approval));
                }
            }
            attempt += 1;
            name = format!("{}.{attempt}", call.name);
        }
    }
}

/// Tells the toolbox of a call that an earlier process made.
fn restore(tools: &DialectTools, call: &ModelCall, response: Option<&Value>) {
    let tool = tools.list().resolve_text(&call.tool, &call.arguments);
    if let Ok(own) = tool {
        tools.toolbox().restore(&own.tool, own.arguments, response);
    }
}

fn tool_message(id: &str, text: &str) -> Value {
    json!({"role": "tool", "tool_call_id": id, "content": text})
}
