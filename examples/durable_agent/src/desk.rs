//! The place where people approve calls: a small server, which would be a queue or a chat in a company.
//!
//! A question is asked under the identifier of its request, so that the step that asks may be carried out
//! twice, and the person sees one question. The decision goes to the awakeable of the run, and is sent again until
//! Restate accepts it. This desk is in memory; that of a company keeps questions and decisions on disk.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::post;
use generated::runtime::agent::{Approval, ApprovalRequest};
use generated::runtime::transport::reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::AnyError;
use crate::http;

/// The first and the longest wait before a decision is sent again.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A question to a person. It does not contain the sealed request, which stays in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The identifier of the request.
    pub id: String,
    /// The awakeable that takes the decision.
    pub awakeable: String,
    /// The name of the tool.
    pub tool: String,
    /// The question in one line.
    pub text: String,
}

impl Question {
    /// Creates the question about a request.
    #[must_use]
    pub fn new(request: &ApprovalRequest, awakeable: String) -> Self {
        Self {
            id: request.id.clone(),
            awakeable,
            tool: request.tool.name.clone(),
            text: request.question(),
        }
    }
}

/// The decision of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// `true` if the call may be made.
    pub is_granted: bool,
    /// The person.
    pub by: String,
    /// The reason; may be empty.
    pub reason: String,
}

impl From<Decision> for Approval {
    fn from(decision: Decision) -> Self {
        let Decision {
            is_granted,
            by,
            reason,
        } = decision;
        if is_granted {
            Self::Granted { by, reason }
        } else {
            Self::Declined { by, reason }
        }
    }
}

/// The desk, as the agent knows it.
#[derive(Debug, Clone)]
pub struct Desk {
    http: Client,
    url: String,
}

impl Desk {
    /// Creates a client of the desk at this base URL.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn at(url: impl Into<String>) -> Result<Self, AnyError> {
        Ok(Self {
            http: http::client()?,
            url: url.into(),
        })
    }

    /// Asks a question. The desk ignores one that it has.
    ///
    /// # Errors
    ///
    /// The desk has not taken the question.
    pub async fn ask(&self, question: &Question) -> Result<(), AnyError> {
        let url = format!("{}/questions", self.url);
        let answer = http::post(&self.http, &url, &[], &json!(question)).await?;
        http::json("the desk", answer).map(drop)
    }
}

/// The person at the desk.
pub type Person = Arc<dyn Fn(&Question) -> Decision + Send + Sync>;

/// The server of the desk, which stops when it is dropped.
pub struct DeskServer {
    address: SocketAddr,
    state: Arc<Counter>,
    task: JoinHandle<()>,
}

/// The state of the desk.
struct Counter {
    http: Client,
    ingress: String,
    person: Person,
    received: Mutex<BTreeMap<String, Received>>,
}

/// A question that was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// The question.
    pub question: Question,
    /// The number of times that it was received. The person has seen it once.
    pub count: usize,
}

impl DeskServer {
    /// Starts the desk. Decisions go to the ingress of Restate.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start(ingress: &str, person: Person) -> Result<Self, AnyError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Counter {
            http: http::client()?,
            ingress: ingress.to_owned(),
            person,
            received: Mutex::default(),
        });
        let router = Router::new()
            .route("/questions", post(receive))
            .with_state(Arc::clone(&state));
        let task = tokio::spawn(async move {
            // The server ends with the task.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            state,
            task,
        })
    }

    /// Returns the base URL of the desk.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the questions since the last call.
    #[must_use]
    pub fn take(&self) -> Vec<Received> {
        let received = self.state.received.lock();
        let mut received = received.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *received).into_values().collect()
    }
}

impl Drop for DeskServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(
    State(desk): State<Arc<Counter>>,
    Json(question): Json<Question>,
) -> (StatusCode, Json<serde_json::Value>) {
    let is_new = {
        let mut received = desk.received.lock().unwrap_or_else(PoisonError::into_inner);
        let known = received.entry(question.id.clone()).or_insert(Received {
            question: question.clone(),
            count: 0,
        });
        known.count += 1;
        known.count == 1
    };
    if is_new {
        tokio::spawn(decide(desk, question));
    }
    (StatusCode::OK, Json(json!({"is_new": is_new})))
}

/// Asks the person, and completes the awakeable. A terminal blocks, so the person has a thread.
async fn decide(desk: Arc<Counter>, question: Question) {
    let (person, asked) = (Arc::clone(&desk.person), question.clone());
    let decision = tokio::task::spawn_blocking(move || person(&asked)).await;
    // The run waits for a decision, so a person who cannot be asked declines the call.
    let decision = decision.unwrap_or_else(|error| Decision {
        is_granted: false,
        by: "the desk".to_owned(),
        reason: format!("the person cannot be asked: {error}"),
    });
    desk.deliver(&question, &decision).await;
}

impl Counter {
    /// Sends a decision to Restate until it is accepted. A second copy changes nothing.
    async fn deliver(&self, question: &Question, decision: &Decision) {
        let (id, awakeable) = (&question.id, &question.awakeable);
        let url = format!("{}/restate/awakeables/{awakeable}/resolve", self.ingress);
        let decision = json!(decision);
        let mut wait = FIRST_WAIT;
        loop {
            let sent = http::post(&self.http, &url, &[], &decision);
            let problem = match sent.await {
                Ok((status, _)) if status.is_success() => return,
                Ok((status, body)) if !http::is_transient(status) => {
                    eprintln!(
                        "Restate refuses the decision about {id}: {status}: {body}; if the run still waits, send it by hand to {url}"
                    );
                    return;
                }
                Ok((status, body)) => format!("{status}: {body}"),
                Err(error) => error.to_string(),
            };
            if wait == FIRST_WAIT {
                eprintln!("the decision about {id} is sent until Restate accepts it: {problem}");
            }
            sleep(wait).await;
            wait = (2 * wait).min(LONGEST_WAIT);
        }
    }
}
