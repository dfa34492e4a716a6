//! Servers whose tools the program makes for each request.

mod limits;
mod refusals;
mod sessions;
mod tools;

use std::sync::{Arc, Mutex};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use serde_json::json;

use super::super::{McpService, PerRequest, Principal, Server};
use super::wire::{Connection, Reply, start_router};
use crate::agent::{Audit, AuditEntry, AuditStage, Policy, Toolbox};
use crate::codec::Json;
use crate::context::CallContext;
use crate::tests::shop;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder};

/// A customer, as the middleware of the program has authenticated it.
#[derive(Clone)]
struct Customer(String);

/// Authenticates a customer by the header `x-customer`, as a program would by a cookie or a token.
async fn authenticate(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let header = request.headers().get("x-customer");
    let name = header.and_then(|name| name.to_str().ok());
    let customer = Customer(name.ok_or(StatusCode::UNAUTHORIZED)?.to_owned());
    request.extensions_mut().insert(customer);
    Ok(next.run(request).await)
}

/// The same, with the principal of the server.
async fn name_principal(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let header = request.headers().get("x-customer");
    let name = header.and_then(|name| name.to_str().ok());
    let principal = Principal::new(name.ok_or(StatusCode::UNAUTHORIZED)?);
    request.extensions_mut().insert(principal);
    authenticate(request, next).await
}

/// The one client of the program. Each project that it gets has the name of the account.
fn client(transport: &MemoryTransport) -> Client {
    let builder = ClientBuilder::new(shop::CATALOG).token("shop-token");
    let builder = builder.account("acc_none").transport(transport.clone());
    builder.build().unwrap()
}

fn transport() -> MemoryTransport {
    MemoryTransport::respond_with(|request| {
        let mut pairs = request.query.split('&');
        let account = pairs.find_map(|pair| pair.strip_prefix("integrated_account_id="));
        let project = json!({"id": "prj_1", "name": account, "env": "live"});
        MockResponse::json(200, &project)
    })
}

fn customer(parts: &Parts) -> String {
    parts.extensions.get::<Customer>().unwrap().0.clone()
}

/// Returns a server whose customers have the account of their name, and this policy.
fn server(
    client: Client,
    policy: impl Fn(&str) -> Policy + Send + Sync + 'static,
) -> Server<PerRequest> {
    Server::per_request(move |parts: Parts| {
        let name = customer(&parts);
        let context = CallContext::new().principal(&name);
        let toolbox = client.for_account(&name).toolbox().context(context);
        toolbox.policy(policy(&name))
    })
}

/// Serves the endpoint below the authentication of the program.
async fn serve(service: McpService) -> String {
    let router = axum::Router::new().route_service("/mcp", service);
    start_router(router.layer(from_fn(authenticate))).await
}

/// The era of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Era {
    Older,
    Modern,
}

const ERAS: [Era; 2] = [Era::Older, Era::Modern];

/// A client of a customer.
struct Peer {
    connection: Connection,
    era: Era,
}

impl Peer {
    /// Connects a client, which opens a session in the older era.
    async fn open(address: &str, customer: &str, era: Era) -> Self {
        let connection = Connection::open(address).await.with("x-customer", customer);
        Self::with(connection, era).await
    }

    async fn with(mut connection: Connection, era: Era) -> Self {
        if era == Era::Older {
            let opened = connection.initialize(json!({"elicitation": {}})).await;
            assert_eq!(opened.head.status, 200, "{opened:?}");
        }
        Self { connection, era }
    }

    async fn ask(&mut self, method: &str, params: &Json) -> Reply {
        match self.era {
            Era::Older => self.connection.ask(7, method, params).await,
            Era::Modern => self.connection.ask_modern(7, method, params).await,
        }
    }

    async fn call(&mut self, name: &str, arguments: Json) -> Json {
        let params = json!({"name": name, "arguments": arguments});
        self.ask("tools/call", &params).await.message()
    }

    /// Gets a project, whose name is the account.
    async fn get(&mut self) -> Json {
        self.call("get_single_shop_project_by_id", json!({"id": "prj_1"}))
            .await
    }

    /// Returns `true` if a call is made.
    async fn is_made(&mut self) -> bool {
        let response = self.get().await;
        assert!(response["result"].is_object(), "{response}");
        response["result"]["isError"] == false
    }

    async fn names(&mut self) -> Vec<String> {
        let response = self.ask("tools/list", &json!({})).await.message();
        let tools = response["result"]["tools"]
            .as_array()
            .expect("a list")
            .iter();
        tools
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Keeps the principal, the account, the session and the decision of the end of each call.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<SeenCall>>>);

#[derive(Debug, Clone)]
struct SeenCall {
    principal: Option<String>,
    account: Option<String>,
    session: Option<String>,
    decision: String,
}

impl Audit for Seen {
    fn record(&self, entry: &AuditEntry<'_>) -> std::io::Result<()> {
        if entry.stage == AuditStage::End {
            let text = |text: Option<&str>| text.map(str::to_owned);
            self.0.lock().unwrap().push(SeenCall {
                principal: text(entry.context.principal.as_deref()),
                account: text(entry.account),
                session: text(entry.context.session.as_deref()),
                decision: entry.decision.to_string(),
            });
        }
        Ok(())
    }
}

/// Returns the tools of a customer, whose calls are seen.
fn audited(client: &Client, name: &str, seen: &Seen) -> Toolbox {
    client.for_account(name).toolbox().audit(seen.clone())
}
