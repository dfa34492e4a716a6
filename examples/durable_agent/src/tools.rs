//! The tools of a run, and the outcome of a call.

use std::time::Duration;

use generated::runtime::adapters::DialectTools;
use generated::runtime::agent::{
    Approval, ApprovalClaim, ApprovalRequest, ApprovalStore, Approvals, ClaimFuture, ClaimResult,
    FinishFuture, Policy, Reply, ReplyOutcome,
};
use generated::runtime::dialect::Dialect;
use generated::runtime::{CallContext, Error, Json, ToolFilter};
use generated::the_auth_api::Client;
use restate_sdk::prelude::TerminalError;
use serde::{Deserialize, Serialize};

use crate::run;

/// The time that a person has to decide.
const EXPIRY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The wait after which a call is made again if it is unknown how long the limit holds.
const UNKNOWN_WAIT: Duration = Duration::from_secs(1);

/// The key that seals requests for approval: all processes that may continue a run have the same one.
pub type ApprovalKey = [u8; 32];

/// The tools of a run, and the calls that the run has made.
pub struct RunTools {
    client: Client,
    run: String,
    key: ApprovalKey,
    made: Vec<(ModelCall, Option<Json>)>,
}

impl RunTools {
    /// Creates the tools of a run that has made no call. Its identifier is a part of every idempotency key.
    #[must_use]
    pub fn new(client: &Client, run: &str, key: ApprovalKey) -> Self {
        Self {
            client: client.clone(),
            run: run.to_owned(),
            key,
            made: Vec::new(),
        }
    }

    /// Adds a call that was made, with its response if it succeeded.
    pub fn add(&mut self, call: ModelCall, response: Option<Json>) {
        self.made.push((call, response));
    }

    /// Returns a toolbox that knows the calls made, and nothing else. Each attempt of a call needs one.
    ///
    /// A toolbox does not repeat a call that may have taken effect: after a 502 and a refusal of the rate
    /// limit, it returns the first reply again. A new one sends the call again, as another process would, with
    /// the same idempotency key.
    ///
    /// # Errors
    ///
    /// The provider accepts fewer tools.
    pub fn toolbox(&self) -> Result<DialectTools, TerminalError> {
        let approvals = Approvals::new()
            .key(self.key)
            .store(Journal)
            .expire_after(EXPIRY);
        let policy = Policy::new()
            .max_calls(30)
            .approvals(approvals)
            .require_approval(ToolFilter::destroys());
        let toolbox = self.client.toolbox().policy(policy).run(&*self.run);
        let tools = DialectTools::new(toolbox, Dialect::OpenAiChat);
        let tools = tools.map_err(|error| run::failure(error.to_string()))?;
        for (call, response) in &self.made {
            let resolved = tools.list().resolve_text(&call.tool, &call.arguments);
            if let Ok(own) = resolved {
                let toolbox = tools.toolbox();
                toolbox.restore(&own.tool, own.arguments, response.as_ref());
            }
        }
        Ok(tools)
    }
}

/// The journal of the run as the store of used approvals.
///
/// A request is in the journal only, the awakeable gives it one decision, and its step ends once. A store
/// that refused the second use would refuse the step that is carried out again after its process was
/// killed, and the reply to the call would be lost. The idempotency key of the request makes it one call.
struct Journal;

impl ApprovalStore for Journal {
    fn claim<'a>(&'a self, _claim: &'a ApprovalClaim) -> ClaimFuture<'a> {
        Box::pin(async { Ok(ClaimResult::Now) })
    }

    fn finish<'a>(&'a self, _claim: &'a ApprovalClaim) -> FinishFuture<'a> {
        Box::pin(async { Ok(()) })
    }
}

/// A call of the model.
#[derive(Debug, Clone)]
pub struct ModelCall {
    /// The name of the call in its run, which is the same in every process.
    pub name: String,
    /// The name of the tool.
    pub tool: String,
    /// The arguments, as the model wrote them.
    pub arguments: String,
}

/// The outcome of a call, as the journal keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There is a reply for the model.
    Replied {
        /// The text for the model.
        text: String,
        /// `true` if the call was made, successfully or not.
        is_made: bool,
        /// The response, if the call succeeded.
        response: Option<Json>,
    },
    /// The rate limit allows the call later.
    Wait {
        /// The milliseconds until then.
        milliseconds: u64,
    },
    /// A person has to approve the call first. Nothing was sent.
    Ask(Box<ApprovalRequest>),
}

/// Makes a call of the model.
pub async fn call(tools: &DialectTools, call: &ModelCall) -> Outcome {
    let context = CallContext::new().call_id(&call.name);
    let reply = tools.call_in(context, &call.tool, call.arguments.as_str());
    outcome(&reply.await)
}

/// Makes or declines a call about which a person has decided.
pub async fn decided(
    tools: &DialectTools,
    request: &ApprovalRequest,
    approval: Approval,
) -> Outcome {
    match tools.toolbox().resume(request, approval).await {
        Ok(reply) => outcome(&reply),
        Err(problem) => Outcome::Replied {
            text: format!("the call was not made, because its approval does not hold: {problem}"),
            is_made: false,
            response: None,
        },
    }
}

fn outcome(reply: &Reply) -> Outcome {
    match reply.outcome() {
        ReplyOutcome::ApprovalRequired(request) => Outcome::Ask(Box::new(request.clone())),
        ReplyOutcome::Failed(error) if must_wait(error) => {
            let wait = error.retry_after().filter(|wait| !wait.is_zero());
            let wait = wait.unwrap_or(UNKNOWN_WAIT).as_millis();
            Outcome::Wait {
                milliseconds: u64::try_from(wait).unwrap_or(u64::MAX),
            }
        }
        outcome => Outcome::Replied {
            text: reply.text().to_owned(),
            is_made: matches!(
                outcome,
                ReplyOutcome::Succeeded(_) | ReplyOutcome::Failed(_)
            ),
            response: match outcome {
                ReplyOutcome::Succeeded(response) => Some(response.clone()),
                _ => None,
            },
        },
    }
}

/// Returns `true` if the rate limit is the reason why the last attempt of the call was not carried out: it is
/// exhausted, or the first responses to other calls are still to come. An earlier attempt may have been carried
/// out; the next one has the same idempotency key.
fn must_wait(error: &Error) -> bool {
    match error {
        // The server can say that the same call will be refused again.
        Error::RateLimited(_) => error.is_retryable(),
        Error::Timeout { attempt_count, .. } => *attempt_count == 0,
        _ => false,
    }
}
