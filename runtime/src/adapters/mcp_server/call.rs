//! One call of a client, with the approval that it may need.

use rmcp::model::{ErrorData, InputRequiredResult, InputResponses};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::json;

use super::approval::{self, Answer, ClientApprovals, Elicited};
use super::caller::Caller;
use crate::agent::{Approval, ApprovalProblem, ApprovalRequest, Arguments, Reply, ReplyOutcome};
use crate::context::CallContext;

/// The reason that the model sees if the person closed the question.
const CLOSED: &str = "the user closed the approval request without an answer";

/// A call.
pub(super) struct Call<'a> {
    pub(super) asks_client_first: bool,
    pub(super) context: CallContext,
    pub(super) approvals: &'a ClientApprovals,
    pub(super) caller: &'a Caller,
    pub(super) request: &'a RequestContext<RoleServer>,
    pub(super) name: &'a str,
    pub(super) arguments: Arguments,
}

/// The outcome of a call.
pub(super) enum CallStep {
    /// A person has to approve the call first.
    Question(Box<InputRequiredResult>),
    Reply {
        reply: Box<Reply>,
        /// The text for the model, if it is another than that of the reply.
        text: Option<String>,
    },
}

impl From<Reply> for CallStep {
    fn from(reply: Reply) -> Self {
        Self::Reply {
            reply: Box::new(reply),
            text: None,
        }
    }
}

impl Call<'_> {
    /// Makes the call. If a person has to approve it, the question is the result, and the client calls
    /// again with the answer and the state.
    ///
    /// # Errors
    ///
    /// The state or the answer is refused. Nothing was sent.
    pub(super) async fn make(
        &self,
        state: Option<&str>,
        responses: Option<&InputResponses>,
    ) -> Result<CallStep, ErrorData> {
        let toolbox = &self.caller.toolbox;
        let Some(state) = state else {
            return Ok(self.ask_first().await);
        };
        // The state is bound to the arguments as they would be sent.
        let Ok(checked) = toolbox.check(self.name, self.arguments.clone()) else {
            return Ok(self.call().await.into());
        };
        let client = self.client();
        let owner = &self.caller.owner;
        let account = toolbox.account(checked.tool);
        let binding = approval::binding(checked.tool.name, &checked.arguments, &client, account);
        let open = self
            .approvals
            .open(state, &binding, owner, toolbox.clock().now());
        let open = open.map_err(|problem| self.refuse(problem))?;
        let answer = approval::answer(responses);
        let answer = answer.map_err(|problem| ErrorData::invalid_params(problem, None))?;
        let Some(answer) = answer else {
            return Ok(self.ask_first().await);
        };
        let consumed = self.approvals.consume(&open, owner, toolbox.clock().now());
        consumed.await.map_err(|problem| self.refuse(problem))?;
        Ok(self.decided(answer).await.into())
    }

    /// Makes the call. If a person has to approve it, asks and waits for the answer.
    pub(super) async fn make_and_wait(&self) -> CallStep {
        let reply = self.call_or_ask().await;
        let ReplyOutcome::ApprovalRequired(request) = reply.outcome() else {
            return reply.into();
        };
        if !self.can_ask() {
            return self.unavailable(reply);
        }
        let timeout = self.approvals.timeout;
        match approval::ask(&self.request.peer, request, timeout).await {
            Elicited::Answered(answer) => self.decided(answer).await.into(),
            Elicited::TimedOut => {
                let seconds = timeout.as_secs();
                let reason = format!("the approval request was not answered within {seconds} s");
                self.undecided(&reason).into()
            }
            Elicited::Unavailable => self.fall_back(reply).await,
        }
    }

    /// Makes the call under the rules of the policy.
    async fn call(&self) -> Reply {
        let toolbox = &self.caller.toolbox;
        let (context, arguments) = (self.context.clone(), self.arguments.clone());
        toolbox.call_in(context, self.name, arguments).await
    }

    /// Makes the call, or returns the request for approval if the client shall ask the person.
    async fn call_or_ask(&self) -> Reply {
        if !(self.asks_client_first && self.can_ask()) {
            return self.call().await;
        }
        let toolbox = &self.caller.toolbox;
        let (context, arguments) = (self.context.clone(), self.arguments.clone());
        toolbox
            .call_unless_asked(context, self.name, arguments)
            .await
    }

    /// Returns the reply of a call whose client could not ask: that of the channel of the policy, if there is one.
    async fn fall_back(&self, reply: Reply) -> CallStep {
        let reply = if self.asks_client_first {
            self.call().await
        } else {
            reply
        };
        match reply.outcome() {
            ReplyOutcome::ApprovalRequired(_) => self.unavailable(reply),
            _ => reply.into(),
        }
    }

    /// Returns the question of a call that needs approval, or its reply.
    async fn ask_first(&self) -> CallStep {
        let reply = self.call_or_ask().await;
        let ReplyOutcome::ApprovalRequired(request) = reply.outcome() else {
            return reply.into();
        };
        match self.can_ask().then(|| self.question(request)).flatten() {
            Some(question) => CallStep::Question(Box::new(question)),
            None => self.fall_back(reply).await,
        }
    }

    fn question(&self, request: &ApprovalRequest) -> Option<InputRequiredResult> {
        let now = self.caller.toolbox.clock().now();
        self.approvals.question(request, &self.client(), now)
    }

    fn can_ask(&self) -> bool {
        approval::can_ask(self.request.client_capabilities().as_ref())
    }

    /// Makes or declines the call after the person has answered.
    async fn decided(&self, answer: Answer) -> Reply {
        match answer {
            Answer::Granted => self.decide(Approval::granted(self.person())).await,
            Answer::Declined => self.decide(Approval::declined(self.person(), "")).await,
            Answer::Closed => self.undecided(CLOSED),
        }
    }

    /// Replies to a call about which the person has not decided.
    fn undecided(&self, reason: &str) -> Reply {
        let toolbox = &self.caller.toolbox;
        toolbox.call_undecided(&self.context, self.name, self.arguments.clone(), reason)
    }

    async fn decide(&self, approval: Approval) -> Reply {
        let toolbox = &self.caller.toolbox;
        let (context, arguments) = (self.context.clone(), self.arguments.clone());
        toolbox
            .call_decided(context, self.name, arguments, approval)
            .await
    }

    /// Records a call with a refused state, and returns the error for the client.
    fn refuse(&self, problem: ApprovalProblem) -> ErrorData {
        let reason = approval::reason(problem);
        let toolbox = &self.caller.toolbox;
        toolbox.call_denied(&self.context, self.name, self.arguments.clone(), &reason);
        let code = approval::code(problem);
        ErrorData::invalid_params(reason, Some(json!({"reason": code})))
    }

    /// Returns the reply to a client that cannot ask: the ways in which a person can approve.
    fn unavailable(&self, reply: Reply) -> CallStep {
        let client = match self.client_name() {
            Some(name) => format!("the client {name}"),
            None => "this client".to_owned(),
        };
        let reason = if self.can_ask() {
            format!("{client} declares this capability, but could not ask")
        } else {
            format!("{client} does not declare this capability")
        };
        let text = format!(
            "{}. A person can approve it in an MCP client that supports elicitation with forms ({reason}); the operator of this server can approve it in the program that runs the server, or allow the tool without approval",
            reply.text()
        );
        CallStep::Reply {
            reply: Box::new(reply),
            text: Some(text),
        }
    }

    /// Returns the client that a state is bound to: its credentials or connection, and the name that it
    /// gives itself.
    fn client(&self) -> String {
        let identity = self.caller.identity.as_str();
        let info = self.request.client_info();
        let info = info.map(|info| json!([info.name, info.version]));
        json!([identity, info]).to_string()
    }

    fn client_name(&self) -> Option<String> {
        let info = self.request.client_info()?;
        Some(info.name).filter(|name| !name.is_empty())
    }

    /// Returns the name of the person, for the audit.
    fn person(&self) -> String {
        format!("the user of {}", self.client_name().unwrap_or_default())
    }
}
