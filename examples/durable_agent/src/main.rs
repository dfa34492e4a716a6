//! Runs the durable agent: with made-up data, unless `TRUTO_API_TOKEN` is set.
//!
//! ```text
//! cargo run --manifest-path examples/durable_agent/Cargo.toml [-- WISH]
//! ```
//!
//! It starts Restate if no server answers, and the agent as a separate process, which it starts again
//! whenever it is killed: kill it with `kill -9` while a person decides.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use durable_agent::AnyError;
use durable_agent::desk::{Decision, DeskServer, Question};
use durable_agent::model::WISH;
use durable_agent::restate::{Restate, free_port};
use durable_agent::service::{self, SERVE, Settings};
use durable_agent::settings::{Account, FOLDER, variable};
use durable_agent::supervisor::{Supervisor, say};
use tokio::runtime::Runtime;

const USAGE: &str = "usage: durable-agent [WISH]   or, for the service alone: durable-agent serve";

/// The time after which the registration of the agent is an error.
const REGISTER_TIME: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let arguments: Option<Vec<&str>> = arguments.iter().map(|argument| argument.to_str()).collect();
    let ended = start(arguments.as_deref());
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("durable-agent: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: Option<&[&str]>) -> Result<(), AnyError> {
    let runtime = Runtime::new()?;
    let ended = runtime.block_on(async {
        match arguments {
            Some([SERVE]) => service::serve().await,
            Some([]) => run(WISH).await,
            Some([wish]) if !wish.starts_with('-') => run(wish).await,
            _ => Err(USAGE.into()),
        }
    });
    // A question at the terminal blocks its thread until it is answered.
    runtime.shutdown_background();
    ended
}

async fn run(wish: &str) -> Result<(), AnyError> {
    let program = env::current_exe()?;
    let account = Account::from_env()?;
    if account.is_made_up() {
        say("the account and its data are made up, because TRUTO_API_TOKEN is not set");
    }
    let mut restate = Restate::find_or_start(&folder(&program)).await?;
    let client = restate.client().clone();
    say(format_args!("Restate shows its runs at {}", client.admin()));
    let desk = DeskServer::start(client.ingress(), Arc::new(ask)).await?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let settings = Settings {
        address,
        desk: desk.url(),
        key: account.key.clone(),
        variables: account.variables(),
    };
    let mut agent = Supervisor::start(program, settings)?;
    let service = format!("http://{address}");
    let register = client.register_within(REGISTER_TIME, &service);
    agent.during(&mut restate, register).await??;

    say(format_args!("you: {wish}"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let key = format!("run-{}", now.as_millis());
    let start_run = client.start_run(&key, wish);
    let invocation = agent.during(&mut restate, start_run).await??;
    say(format_args!("the run is {invocation}"));
    let result = client.result(&invocation);
    let result = agent.during(&mut restate, result).await?;
    let result = result.map_err(|reason| format!("the run has failed: {reason}"))?;
    say(format_args!("model: {result}"));
    Ok(())
}

/// Returns the folder of Restate: the one of the environment, or `restate` in the target directory.
fn folder(program: &Path) -> PathBuf {
    if let Some(folder) = variable(FOLDER) {
        return folder.into();
    }
    let target = program.parent().and_then(Path::parent);
    target.unwrap_or(Path::new("target")).join("restate")
}

/// Asks the person at the terminal.
fn ask(question: &Question) -> Decision {
    let mut output = io::stdout();
    let mut answer = String::new();
    let shown = write!(output, "desk: {} [y/N] ", question.text).and_then(|()| output.flush());
    let asked = shown.is_ok() && io::stdin().is_terminal();
    if asked && io::stdin().read_line(&mut answer).is_err() {
        answer.clear();
    }
    if !asked {
        say("n (without a terminal)");
    }
    Decision {
        is_granted: ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()),
        by: "the person at the terminal".to_owned(),
        reason: String::new(),
    }
}
