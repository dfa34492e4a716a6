//! An MCP endpoint for each customer, under the router and the authentication of the program.
//!
//! ```text
//! cargo run -p examples --example mcp_per_customer [-- ADDRESS CUSTOMERS]
//! ```
//!
//! Without arguments, two made-up customers call the server, and the program prints what they get. With them, it
//! serves at `ADDRESS`, such as `127.0.0.1:4030`. `CUSTOMERS` is a file with a line for each customer: the name, the
//! token, the integrated account and the plan (`free` or `full`). The endpoint is `/tools/mcp`.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "an example prints, reads a file, and reads members of JSON, which are null where there are none"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use generated::runtime::adapters::mcp_server::{McpService, Principal, Server};
use generated::runtime::agent::{Audit, AuditEntry, AuditStage, CallLimit, Policy};
use generated::runtime::{Json, ToolFilter};
use generated::the_auth_api::Client;
use serde_json::json;
use tokio::net::TcpListener;
use toolsmith_mcp::{Endpoint, Session, ToolRequest};
use toolsmith_testkit::fake_truto::{AccountState, FakeTruto};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// A customer of the program.
struct Customer {
    name: String,
    /// The integrated account that the customer has connected.
    account: String,
    plan: Plan,
}

enum Plan {
    /// Reads, three times an hour.
    Free,
    /// Reads and writes, a thousand times an hour.
    Full,
}

/// The customers, by their tokens.
type Customers = Arc<BTreeMap<String, Arc<Customer>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let session = examples::connect()?;
    let calls = Calls::default();
    let tools = tools(&session.client, &calls);
    if let [address, file] = arguments.as_slice() {
        let customers = std::fs::read_to_string(file)?;
        let listener = TcpListener::bind(address.as_str()).await?;
        axum::serve(listener, router(tools, read(&customers)?)).await?;
        return Ok(());
    }
    let Some(server) = &session.server else {
        return Err("name an address, and a file with the customers".into());
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/tools/mcp", listener.local_addr()?);
    let router = router(tools, made_up_customers(server)?);
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    call_as_customers(&url).await?;
    serving.abort();
    println!("\naudit");
    calls
        .0
        .lock()
        .map_err(|_| "the audit failed")?
        .iter()
        .for_each(|call| println!("  {call}"));
    Ok(())
}

/// Returns the service with the tools of the customer that makes a request.
fn tools(client: &Client, calls: &Calls) -> McpService {
    let (client, calls) = (client.clone(), calls.clone());
    let tools = move |parts: Parts| {
        let customer = parts.extensions.get::<Arc<Customer>>();
        let customer = customer.ok_or(StatusCode::UNAUTHORIZED)?;
        // Connections and the rate limit of the token are shared by all customers.
        let tools = client.for_account(&customer.account).toolbox();
        Ok::<_, StatusCode>(tools.policy(policy(&customer.plan)).audit(calls.clone()))
    };
    Server::per_request(tools)
        .named("acme-tools", "1.0.0")
        .http()
        .max_sessions_per_principal(10)
        .session_idle_timeout(HOUR)
        .into_service()
}

fn policy(plan: &Plan) -> Policy {
    match plan {
        Plan::Free => Policy::new()
            .allow(ToolFilter::reads())
            .limit(CallLimit::new(3).per_principal().within(HOUR)),
        Plan::Full => Policy::new()
            .require_approval(ToolFilter::destroys())
            .limit(CallLimit::new(1_000).per_principal().within(HOUR)),
    }
}

fn router(tools: McpService, customers: Customers) -> Router {
    let tools = Router::new().nest_service("/tools/mcp", tools);
    tools.layer(from_fn_with_state(customers, authenticate))
}

/// Adds the customer of a request to it.
async fn authenticate(
    State(customers): State<Customers>,
    mut request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let header = request.headers().get(header::AUTHORIZATION);
    let token = header.and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "));
    let customer = token.and_then(|token| customers.get(token));
    let customer = Arc::clone(customer.ok_or(StatusCode::UNAUTHORIZED)?);
    // Sessions, limits and approvals are those of the principal.
    request
        .extensions_mut()
        .insert(Principal::new(&customer.name));
    request.extensions_mut().insert(customer);
    Ok(next.run(request).await)
}

/// Calls the server as its two customers, and as a stranger.
async fn call_as_customers(url: &str) -> Result<(), Box<dyn Error>> {
    let list = json!({"accountId": "acc_8923"});
    let project = json!({"accountId": "acc_8923", "name": "Billing", "env": "test"});
    for token in ["acme-token", "bolt-token"] {
        let session = Session::open(Endpoint::http(url).token(token)).await?;
        let listed: Json = serde_json::from_str(&session.request("tools/list", &json!({})).await?)?;
        let count = listed["tools"].as_array().map_or(0, Vec::len);
        println!("{token}: {count} tools");
        call(&session, "list_all_the_auth_api_projects", &list).await?;
        call(&session, "create_a_the_auth_api_project", &project).await?;
        // Another session, the same customer.
        let session = Session::open(Endpoint::http(url).token(token)).await?;
        for _ in 0..3 {
            call(&session, "list_all_the_auth_api_projects", &list).await?;
        }
    }
    match Session::open(Endpoint::http(url).token("stranger")).await {
        Ok(_) => return Err("a stranger has opened a session".into()),
        Err(_) => println!("stranger: no session"),
    }
    Ok(())
}

/// Calls a tool and prints how it went.
async fn call(session: &Session, name: &str, arguments: &Json) -> Result<(), Box<dyn Error>> {
    let request = ToolRequest {
        name,
        arguments: Some(arguments),
        headers: &[],
    };
    let result: Json = serde_json::from_str(&session.call_tool(&request).await.outcome?)?;
    if result["isError"] == true {
        let text = result["content"][0]["text"].as_str().unwrap_or_default();
        let reason = text.split(';').next().unwrap_or_default();
        println!("  ✗ {reason}");
    } else {
        let records = result["structuredContent"]["result"].as_array();
        let count = records.map_or(String::new(), |records| {
            format!(": {} records", records.len())
        });
        println!("  ✓ {name}{count}");
    }
    Ok(())
}

/// Keeps a line for each call.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Audit for Calls {
    fn record(&self, entry: &AuditEntry<'_>) -> io::Result<()> {
        if entry.stage == AuditStage::End {
            let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
            let customer = text(entry.context.principal.as_deref());
            let account = text(entry.account);
            let line = format!("{customer} {account} {} {}", entry.name, entry.decision);
            let mut calls = self
                .0
                .lock()
                .map_err(|_| io::Error::other("the audit failed"))?;
            calls.push(line);
        }
        Ok(())
    }
}

fn made_up_customers(server: &FakeTruto) -> Result<Customers, Box<dyn Error>> {
    for account in ["ia_acme", "ia_bolt"] {
        server.add_account(account, AccountState::default());
    }
    read("acme acme-token ia_acme full\nbolt bolt-token ia_bolt free\n")
}

/// Reads the customers, one in each line.
fn read(text: &str) -> Result<Customers, Box<dyn Error>> {
    let mut customers = BTreeMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[name, token, account, plan @ ("free" | "full")] = fields.as_slice() else {
            return Err(format!(
                "`{line}` is not a name, a token, an account, and `free` or `full`"
            )
            .into());
        };
        let customer = Customer {
            name: name.to_owned(),
            account: account.to_owned(),
            plan: if plan == "free" {
                Plan::Free
            } else {
                Plan::Full
            },
        };
        customers.insert(token.to_owned(), Arc::new(customer));
    }
    Ok(Arc::new(customers))
}
