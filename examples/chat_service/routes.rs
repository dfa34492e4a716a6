//! The requests of the clients.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use toolsmith_runtime::agent::{Approval, ApprovalProblem, ApprovalRequest, ReplyOutcome};

use super::conversation::Conversation;
use super::customers::Customer;
use super::service::Service;
use super::storage::{APPROVALS, Storage};

/// Serves until `stop` is over and the calls that were sent have ended. Returns what became of them.
pub(crate) async fn serve(
    service: Arc<Service>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<String> {
    let router = Router::new()
        .route("/conversations", post(begin))
        .route("/conversations/{id}/messages", post(say))
        .route("/conversations/{id}/events", get(events))
        .route("/approvals", get(approvals))
        .route("/approvals/{id}", post(decide))
        .with_state(Arc::clone(&service));
    let (drained, end) = oneshot::channel();
    let stop = async move {
        stop.await;
        let _gone = drained.send(service.drain().await);
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await?;
    Ok(end.await.unwrap_or_default())
}

/// The customer that makes a request.
struct Caller(Arc<Customer>);

impl FromRequestParts<Arc<Service>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION);
        let token = header.and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "));
        let customer = token.and_then(|token| service.customers.of_token(token));
        match customer {
            None => Err(Refusal(
                StatusCode::UNAUTHORIZED,
                "the token is missing or wrong".to_owned(),
            )),
            Some(_) if service.is_draining() => Err(Refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                "the service is being stopped".to_owned(),
            )),
            Some(customer) => Ok(Self(Arc::clone(customer))),
        }
    }
}

/// A request that is not carried out.
struct Refusal(StatusCode, String);

impl Refusal {
    /// Also for what belongs to another customer, so that its identifiers cannot be guessed.
    fn not_found() -> Self {
        Self(StatusCode::NOT_FOUND, "not found".to_owned())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<ApprovalProblem> for Refusal {
    fn from(problem: ApprovalProblem) -> Self {
        Self(
            StatusCode::CONFLICT,
            format!("the approval is refused: {problem}"),
        )
    }
}

/// The reason is logged, and not for the client.
impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        println!("a file cannot be read or written: {error}");
        Self(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the service failed".to_owned(),
        )
    }
}

async fn begin(
    State(service): State<Arc<Service>>,
    Caller(customer): Caller,
) -> Result<Response, Refusal> {
    let id = Storage::new_id()?;
    let begun = service.begin(&customer, id.clone(), Vec::new());
    begun.map_err(|problem| Refusal::from(io::Error::other(problem)))?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

/// Returns a conversation of this user.
fn own_conversation(
    service: &Service,
    caller: &Customer,
    id: &str,
) -> Result<Arc<Conversation>, Refusal> {
    let conversation = service.conversation(id);
    let is_own = |owner: &Customer| (&owner.name, &owner.user) == (&caller.name, &caller.user);
    conversation
        .filter(|conversation| is_own(&conversation.customer))
        .ok_or_else(Refusal::not_found)
}

#[derive(Deserialize)]
struct Message {
    text: String,
}

async fn say(
    State(service): State<Arc<Service>>,
    Caller(customer): Caller,
    Path(id): Path<String>,
    Json(message): Json<Message>,
) -> Result<StatusCode, Refusal> {
    let conversation = own_conversation(&service, &customer, &id)?;
    service.answer(conversation, Some(message.text));
    Ok(StatusCode::ACCEPTED)
}

async fn events(
    State(service): State<Arc<Service>>,
    Caller(customer): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let conversation = own_conversation(&service, &customer, &id)?;
    let last_id = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let events = conversation.events.listen(last_id, service.closed());
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// Lists the calls of the customer that wait for an approval.
async fn approvals(
    State(service): State<Arc<Service>>,
    Caller(customer): Caller,
) -> Result<Json<Value>, Refusal> {
    let mut open = Vec::new();
    for (id, entry) in service.storage.all(APPROVALS)? {
        if entry["customer"] != customer.name || entry.get("outcome").is_some() {
            continue;
        }
        if let Ok(request) = serde_json::from_value::<ApprovalRequest>(entry["request"].clone()) {
            open.push(json!({"id": id, "question": request.question()}));
        }
    }
    Ok(Json(open.into()))
}

#[derive(Deserialize)]
struct Decision {
    granted: bool,
    #[serde(default)]
    reason: String,
}

/// Carries out a stored request, or denies it, and reports it to the model. Each user of the customer may decide.
async fn decide(
    State(service): State<Arc<Service>>,
    Caller(customer): Caller,
    Path(id): Path<String>,
    Json(decision): Json<Decision>,
) -> Result<Json<Value>, Refusal> {
    let entry = service.storage.get(APPROVALS, &id)?;
    let entry = entry.filter(|entry| entry["customer"] == customer.name);
    let entry = entry.ok_or_else(Refusal::not_found)?;
    let conversation = entry["conversation"].as_str();
    let conversation = conversation.and_then(|id| service.conversation(id));
    let conversation = conversation.ok_or_else(Refusal::not_found)?;
    // The call goes on if the client disconnects.
    let (sender, receiver) = oneshot::channel();
    let task = Arc::clone(&service);
    service.spawn(async move {
        let by = customer.user.clone();
        let carried_out = carry_out(&task, &conversation, id, entry, by, decision).await;
        let _gone = sender.send(carried_out);
    });
    receiver
        .await
        .map_err(|_| Refusal::from(io::Error::other("the task ended")))?
}

async fn carry_out(
    service: &Arc<Service>,
    conversation: &Arc<Conversation>,
    id: String,
    mut entry: Value,
    by: String,
    decision: Decision,
) -> Result<Json<Value>, Refusal> {
    // The seal of the request shows a change, so the folder need not be trusted.
    let request: ApprovalRequest =
        serde_json::from_value(entry["request"].clone()).map_err(|_| ApprovalProblem::Forged)?;
    let (word, approval) = if decision.granted {
        let reason = decision.reason;
        ("approved", Approval::Granted { by, reason })
    } else {
        ("declined", Approval::declined(by, decision.reason))
    };
    let resumed = conversation.toolbox().resume(&request, approval).await;
    let outcome = match &resumed {
        Ok(reply) => match reply.outcome() {
            // If nothing was sent, the request can be resumed again.
            ReplyOutcome::Failed(error) if error.is_retryable() => {
                let problem = format!("the call failed, so decide again later: {error}");
                return Err(Refusal(StatusCode::SERVICE_UNAVAILABLE, problem));
            }
            outcome => outcome.as_str(),
        },
        Err(problem @ (ApprovalProblem::Used | ApprovalProblem::Expired)) => problem.code(),
        Err(problem) => return Err((*problem).into()),
    };
    if let Value::Object(fields) = &mut entry {
        fields.entry("outcome").or_insert(outcome.into());
    }
    service.storage.put(APPROVALS, &id, &entry)?;
    let (reply, tool) = (resumed?, &request.tool.name);
    let said = format!(
        "I {word} the call of {tool}. The reply to it:\n{}",
        reply.text()
    );
    service.answer(Arc::clone(conversation), Some(said));
    Ok(Json(json!({ "outcome": outcome })))
}
