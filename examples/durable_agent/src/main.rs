//! Runs the durable agent: with made-up data, unless `TRUTO_API_TOKEN` is set.
//!
//! ```text
//! cargo run --manifest-path examples/durable_agent/Cargo.toml [-- WISH]
//! ```
//!
//! It starts Restate if no server answers, and the agent as a separate process, which it starts again
//! whenever it is killed: kill it with `kill -9` while a person decides.

use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use durable_agent::AnyError;
use durable_agent::desk::{Decision, DeskServer, Question};
use durable_agent::model::WISH;
use durable_agent::restate::{Restate, free_port};
use durable_agent::service::{self, SERVE, Settings};
use durable_agent::settings::Account;
use tokio::process::Child;

const USAGE: &str = "usage: durable-agent [WISH]   or, for the service alone: durable-agent serve";

/// The time after which the registration of the agent is an error.
const REGISTER_TIME: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let arguments: Option<Vec<&str>> = arguments.iter().map(|argument| argument.to_str()).collect();
    let ended = match arguments.as_deref() {
        Some([SERVE]) => service::serve().await,
        Some([]) => run(WISH).await,
        Some([wish]) if !wish.starts_with('-') => run(wish).await,
        _ => Err(USAGE.into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("durable-agent: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(wish: &str) -> Result<(), AnyError> {
    let program = env::current_exe()?;
    let account = Account::from_env()?;
    if account.is_made_up() {
        say("the account and its data are made up, because TRUTO_API_TOKEN is not set");
    }
    let restate = Restate::find_or_start(&folder(&program)).await?;
    say(format_args!(
        "Restate shows its runs at {}",
        restate.admin()
    ));
    let desk = DeskServer::start(restate.ingress(), Arc::new(ask)).await?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let settings = Settings {
        address,
        desk: desk.url(),
        key: account.key.clone(),
        variables: account.variables(),
    };
    let mut agent = start(&program, &settings)?;
    tokio::select! {
        registered = register(&restate, address) => registered?,
        ended = agent.wait() => return Err(format!("the agent has ended ({})", ended?).into()),
    }

    say(format_args!("you: {wish}"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let key = format!("run-{}", now.as_millis());
    let invocation = restate.start_run(&key, wish).await?;
    say(format_args!("the run is {invocation}"));
    let mut result = Box::pin(restate.result(&invocation));
    loop {
        tokio::select! {
            ended = agent.wait() => {
                agent = start_again(ended?, &program, &settings)?;
            }
            result = &mut result => {
                let result = result.map_err(|reason| format!("the run has failed: {reason}"))?;
                say(format_args!("model: {result}"));
                return Ok(());
            }
        }
    }
}

fn start(program: &Path, settings: &Settings) -> Result<Child, AnyError> {
    let agent = service::spawn(program, settings, Stdio::inherit())?;
    if let Some(id) = agent.id() {
        say(format_args!(
            "the agent is process {id}: kill -9 {id} at any time"
        ));
    }
    Ok(agent)
}

/// Starts the agent again, unless it has ended with an error, which would come again.
fn start_again(ended: ExitStatus, program: &Path, settings: &Settings) -> Result<Child, AnyError> {
    if ended.code().is_some_and(|code| code != 0) {
        return Err(format!("the agent has ended ({ended})").into());
    }
    say(format_args!(
        "the agent has ended ({ended}); it is started again"
    ));
    start(program, settings)
}

/// Registers the agent, once it listens.
async fn register(restate: &Restate, address: SocketAddr) -> Result<(), AnyError> {
    let url = format!("http://{address}");
    let deadline = tokio::time::Instant::now() + REGISTER_TIME;
    loop {
        let registered = restate.register(&url).await;
        if registered.is_ok() || tokio::time::Instant::now() > deadline {
            return registered;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Returns the folder of Restate: `restate` in the target directory.
fn folder(program: &Path) -> PathBuf {
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

/// Prints a line. The reader of the output may be gone, and the run goes on.
fn say(line: impl Display) {
    let _printed = writeln!(io::stdout(), "{line}");
}
