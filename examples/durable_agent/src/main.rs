//! Runs the durable agent: with made-up data, unless `TRUTO_API_TOKEN` is set.
//!
//! ```text
//! cargo run --manifest-path examples/durable_agent/Cargo.toml [-- WISH]
//! ```
//!
//! It starts Restate if no server answers, and the agent as a separate process, which it starts again
//! whenever it dies: kill it with `kill -9` while a person decides.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use durable_agent::AnyError;
use durable_agent::desk::{Decision, DeskServer, Question};
use durable_agent::model::WISH;
use durable_agent::restate::{Restate, free_port};
use durable_agent::service::{self, SERVE, Settings};
use toolsmith_testkit::fake_truto::FakeTruto;

/// The key of approvals of made-up data. That of a real account is random and secret.
const MADE_UP_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let wish = env::args().nth(1);
    if wish.as_deref() == Some(SERVE) {
        return service::serve().await;
    }
    run(&wish.unwrap_or(WISH.to_owned())).await
}

async fn run(wish: &str) -> Result<(), AnyError> {
    let program = env::current_exe()?;
    let account = made_up_account()?;
    let restate = Restate::find_or_start(&folder(&program)).await?;
    let desk = DeskServer::start(restate.ingress(), Arc::new(ask)).await?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let settings = Settings {
        address,
        desk: desk.url(),
        key: env::var("DURABLE_AGENT_APPROVAL_KEY").unwrap_or(MADE_UP_KEY.to_owned()),
        variables: account.as_ref().map(variables).unwrap_or_default(),
    };
    let mut agent = start(&program, &settings)?;
    register(&restate, address).await?;

    println!("you: {wish}");
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let key = format!("run-{}", now.as_millis());
    let invocation = restate.start_run(&key, wish).await?;
    println!("the run is {invocation}");
    let mut result = Box::pin(restate.result(&invocation));
    loop {
        tokio::select! {
            ended = agent.wait() => {
                println!("the agent ended ({}); it is started again", ended?);
                agent = start(&program, &settings)?;
            }
            result = &mut result => {
                println!("model: {}", result?);
                return Ok(());
            }
        }
    }
}

fn start(program: &Path, settings: &Settings) -> Result<tokio::process::Child, AnyError> {
    let agent = service::spawn(program, settings, Stdio::inherit())?;
    if let Some(id) = agent.id() {
        println!("the agent is process {id}: kill -9 {id} at any time");
    }
    Ok(agent)
}

/// Registers the agent, once it listens.
async fn register(restate: &Restate, address: SocketAddr) -> Result<(), AnyError> {
    let url = format!("http://{address}");
    for _ in 0..50 {
        if restate.register(&url).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    restate.register(&url).await
}

/// Starts the made-up account, unless there is a token of a real one.
fn made_up_account() -> io::Result<Option<FakeTruto>> {
    let names = ["TRUTO_API_TOKEN", "TRUTO_API_KEY"];
    if names.iter().any(|name| env::var_os(name).is_some()) {
        return Ok(None);
    }
    FakeTruto::start().map(Some)
}

fn variables(account: &FakeTruto) -> Vec<(&'static str, String)> {
    vec![
        ("TRUTO_API_TOKEN", account.token().to_owned()),
        ("THE_AUTH_API_ACCOUNT_ID", account.account_id().to_owned()),
        ("TRUTO_API_BASE_URL", account.base_url().to_owned()),
    ]
}

/// Returns the folder of Restate: `restate` in the target directory.
fn folder(program: &Path) -> PathBuf {
    let target = program.parent().and_then(Path::parent);
    target.unwrap_or(Path::new("target")).join("restate")
}

/// Asks the person at the terminal.
fn ask(question: &Question) -> Decision {
    print!("desk: {} [y/N] ", question.text);
    let mut answer = String::new();
    let asked = io::stdout().flush().is_ok() && io::stdin().is_terminal();
    if asked && io::stdin().read_line(&mut answer).is_err() {
        answer.clear();
    }
    let is_granted = ["y", "yes"].contains(&answer.trim());
    if !asked {
        println!("n (without a terminal)");
    }
    Decision {
        is_granted,
        by: "the person at the terminal".to_owned(),
        reason: String::new(),
    }
}
