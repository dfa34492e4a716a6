//! A conversation of a customer with the model.

use std::io;
use std::sync::Arc;

use examples::model::{History, Problem, Stop, ToolCall};
use futures_util::future;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use toolsmith_runtime::adapters::DialectTools;
use toolsmith_runtime::agent::{ApprovalRequest, Policy, Reply, Toolbox};
use toolsmith_runtime::{CallContext, Redactor, ToolFilter};

use super::customers::Customer;
use super::events::Events;
use super::service::Service;
use super::storage::{APPROVALS, CONVERSATIONS, milliseconds};

const SYSTEM: &str = "You help a customer with an account of The Auth API, with the tools you are given. \
    Call tools to find out what you do not know; never guess an identifier. A change waits for the \
    customer's approval, which may take minutes: say so, and end your turn. A message follows when it is decided.";

/// The maximum number of requests to the model for one message.
const MAX_ROUNDS: usize = 20;

/// The maximum number of calls of tools in a conversation.
const MAX_CALLS: u64 = 200;

pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) customer: Arc<Customer>,
    pub(crate) events: Events,
    tools: DialectTools,
    /// Is locked during a turn, so that messages and decisions are taken one after the other.
    history: Mutex<History>,
}

impl Conversation {
    /// Begins a conversation, or continues a stored one with its `items`.
    pub(crate) fn new(
        service: &Service,
        customer: &Arc<Customer>,
        id: String,
        items: Vec<Value>,
    ) -> Result<Self, Problem> {
        let events = Events::new();
        let toolbox = toolbox(service, customer, &id, &events);
        let api = service.model.api;
        Ok(Self {
            tools: DialectTools::new(toolbox, api.dialect())?,
            history: Mutex::new(History::new(api, items)),
            customer: Arc::clone(customer),
            id,
            events,
        })
    }

    pub(crate) fn toolbox(&self) -> &Toolbox {
        self.tools.toolbox()
    }

    /// Returns `true` if the model has to say or do something, because the service was stopped during a turn.
    pub(crate) async fn is_open(&self) -> bool {
        self.history.lock().await.is_open()
    }

    /// Adds a message or a decision of the user, and lets the model answer.
    pub(crate) async fn answer(&self, service: &Service, said: Option<String>) {
        let mut history = self.history.lock().await;
        if let Some(said) = said {
            history.say(&said);
        }
        if let Err(problem) = self.run(service, &mut history).await {
            let message = problem.to_string();
            self.events.send("problem", json!({ "message": message }));
        }
    }

    async fn run(&self, service: &Service, history: &mut History) -> Result<(), Problem> {
        self.store(service, history)?;
        for _ in 0..MAX_ROUNDS {
            let send = |piece: &str| self.events.send("text", json!({ "text": piece }));
            let turn = service.model.turn(SYSTEM, history, self.tools.list(), send);
            let turn = tokio::select! {
                turn = turn => turn?,
                // The model is asked again after the start.
                () = service.draining() => return Ok(()),
            };
            if let Stop::Cut(reason) = turn.stop {
                return Err(format!("the answer of the model is incomplete ({reason})").into());
            }
            let replies = turn.calls.iter().map(|call| self.call(call));
            let replies = future::join_all(replies).await;
            for (call, reply) in turn.calls.iter().zip(&replies) {
                let (tool, outcome) = (&call.name, reply.outcome().as_str());
                let data = json!({"id": call.id, "tool": tool, "outcome": outcome});
                self.events.send("call", data);
            }
            let is_over = turn.calls.is_empty();
            history.add(turn, &replies);
            self.store(service, history)?;
            if is_over {
                self.events.send("done", json!({}));
                return Ok(());
            }
        }
        Err(format!("the model did not come to an end in {MAX_ROUNDS} rounds").into())
    }

    async fn call(&self, call: &ToolCall) -> Reply {
        let context = CallContext::new().call_id(&call.id);
        let arguments = call.arguments.as_str();
        self.tools.call_in(context, &call.name, arguments).await
    }

    /// Stores the conversation. In it, each call has its reply.
    fn store(&self, service: &Service, history: &History) -> io::Result<()> {
        let entry = json!({
            "customer": self.customer.name, "user": self.customer.user, "items": history.items(),
        });
        service.storage.put(CONVERSATIONS, &self.id, &entry)
    }
}

/// Returns the tools of a customer. A call that changes something waits for an approval.
fn toolbox(service: &Service, customer: &Customer, id: &str, events: &Events) -> Toolbox {
    let (storage, events) = (service.storage.clone(), events.clone());
    let (name, conversation) = (customer.name.clone(), id.to_owned());
    let inbox = move |request: ApprovalRequest| {
        let entry = json!({"customer": name, "conversation": conversation, "request": request});
        let stored = storage.put(APPROVALS, &request.id, &entry);
        if stored.is_ok() {
            let expires_at = milliseconds(request.expires_at);
            let question = request.question();
            let data = json!({"id": request.id, "question": question, "expires_at": expires_at});
            events.send("approval", data);
        }
        future::ready(stored)
    };
    let policy = Policy::new()
        .max_calls(MAX_CALLS)
        .approve_later(ToolFilter::mutating(), inbox)
        .approvals(service.approvals.clone())
        .redact(Redactor::default());
    // All customers share connections and the rate limit of the token; each account has its own limit.
    let client = service.client.for_account(&customer.account);
    client
        .toolbox()
        .policy(policy)
        .context(CallContext::new().principal(&customer.user).session(id))
        .run(id)
        .audit(
            service
                .audit
                .clone()
                .with("customer", customer.name.as_str()),
        )
}
