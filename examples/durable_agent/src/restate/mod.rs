//! The server of Restate: found, installed with npm, started, and called.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use generated::runtime::transport::reqwest::Client;
use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::AnyError;
use crate::http;

/// The version that is installed.
const VERSION: &str = "1.7.12";

/// The variable that names another server program.
const PROGRAM: &str = "RESTATE_SERVER";

/// The time that the server may take to start.
const START_TIME: Duration = Duration::from_secs(60);

/// The wait before the server is asked again for the result of a run.
const RECONNECT_WAIT: Duration = Duration::from_millis(200);

/// The name of the file with the output of the server.
const LOG: &str = "restate.log";

const NOT_OURS: &str = "this process has not started the server";

/// The usual ports of the ingress and of the administration.
const USUAL_PORTS: [u16; 2] = [8080, 9070];

/// Returns the server program in a folder. If it is not there, npm installs it.
///
/// # Errors
///
/// The server is not available on this machine; the error is the reason.
pub fn program(folder: &Path) -> Result<PathBuf, String> {
    if let Some(program) = env::var_os(PROGRAM) {
        return Ok(program.into());
    }
    let (system, processor) = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => ("linux", "x64"),
        ("linux", "aarch64") => ("linux", "arm64"),
        ("macos", "x86_64") => ("darwin", "x64"),
        ("macos", "aarch64") => ("darwin", "arm64"),
        (system, processor) => {
            return Err(format!(
                "there is no server of Restate for {system} on {processor}"
            ));
        }
    };
    let package = format!("node_modules/@restatedev/restate-server-{system}-{processor}");
    let package = folder.join(package);
    let program = package.join("bin/restate-server");
    let manifest = fs::read_to_string(package.join("package.json")).unwrap_or_default();
    let manifest: Value = serde_json::from_str(&manifest).unwrap_or_default();
    if manifest.get("version") == Some(&json!(VERSION)) && program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let installed = std::process::Command::new("npm")
        .args([
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefix",
        ])
        .arg(folder)
        .arg(format!("@restatedev/restate-server@{VERSION}"))
        .output()
        .map_err(|error| format!("npm cannot be started ({error}): install Node.js"))?;
    if installed.status.success() && program.is_file() {
        return Ok(program);
    }
    let said = String::from_utf8_lossy(&installed.stderr);
    let said = said.lines().take(3).collect::<Vec<_>>().join("; ");
    Err(format!("npm cannot install the server of Restate: {said}"))
}

/// A server of Restate on this machine.
pub struct Restate {
    http: Client,
    ingress: String,
    admin: String,
    /// The server that this process has started, which stops when it is dropped.
    own: Option<Own>,
}

/// A server that this process has started.
struct Own {
    program: PathBuf,
    config: PathBuf,
    child: Child,
}

impl Restate {
    /// Returns the server that answers at the usual ports, or starts one whose data are in this folder.
    ///
    /// # Errors
    ///
    /// No server answers, and none can be started.
    pub async fn find_or_start(folder: &Path) -> Result<Self, AnyError> {
        let running = Self::at(USUAL_PORTS, None)?;
        if running.is_ready().await {
            return Ok(running);
        }
        Self::start(&program(folder)?, &folder.join("data")).await
    }

    /// Starts a server on free ports of the loopback address.
    ///
    /// # Errors
    ///
    /// The server cannot be started.
    pub async fn start(program: &Path, data: &Path) -> Result<Self, AnyError> {
        let ports = free_ports()?;
        fs::create_dir_all(data)?;
        let config = data.join("restate.toml");
        fs::write(&config, configuration(data, ports)?)?;
        let child = spawn(program, &config)?;
        let own = Own {
            program: program.to_owned(),
            config,
            child,
        };
        let mut started = Self::at([ports[0], ports[1]], Some(own))?;
        started.wait_until_ready().await?;
        Ok(started)
    }

    /// Kills the server that this process has started.
    ///
    /// # Errors
    ///
    /// The server is not one that this process has started.
    pub async fn kill(&mut self) -> Result<(), AnyError> {
        let own = self.own.as_mut().ok_or(NOT_OURS)?;
        Ok(own.child.kill().await?)
    }

    /// Starts the server that was killed again, with its data.
    ///
    /// # Errors
    ///
    /// The server is not one that this process has started, or cannot be started again.
    pub async fn restart(&mut self) -> Result<(), AnyError> {
        let own = self.own.as_mut().ok_or(NOT_OURS)?;
        own.child = spawn(&own.program, &own.config)?;
        self.wait_until_ready().await
    }

    fn at([ingress, admin]: [u16; 2], own: Option<Own>) -> Result<Self, AnyError> {
        Ok(Self {
            http: http::client()?,
            ingress: format!("http://127.0.0.1:{ingress}"),
            admin: format!("http://127.0.0.1:{admin}"),
            own,
        })
    }

    /// Returns the base URL of the ingress, which takes invocations.
    #[must_use]
    pub fn ingress(&self) -> &str {
        &self.ingress
    }

    /// Returns the base URL of the administration, which also shows the runs in a browser.
    #[must_use]
    pub fn admin(&self) -> &str {
        &self.admin
    }

    /// Registers the service at this base URL.
    ///
    /// # Errors
    ///
    /// The server does not accept it, or cannot reach it.
    pub async fn register(&self, service: &str) -> Result<(), AnyError> {
        let url = format!("{}/deployments", self.admin);
        let body = json!({"uri": service, "force": true});
        let answer = http::post(&self.http, &url, &[], &body).await?;
        http::json("the registration", answer).map(drop)
    }

    /// Starts a run of the agent, and returns the identifier of its invocation. A key has one run.
    ///
    /// # Errors
    ///
    /// The server does not accept it.
    pub async fn start_run(&self, key: &str, wish: &str) -> Result<String, AnyError> {
        let url = format!("{}/restate/send/Agent/{key}/run", self.ingress);
        let answer = http::post(&self.http, &url, &[], &json!(wish)).await?;
        let answer = http::json("the ingress", answer)?;
        let invocation = answer.get("invocationId").and_then(Value::as_str);
        let invocation = invocation.ok_or_else(|| format!("no invocation in {answer}"))?;
        Ok(invocation.to_owned())
    }

    /// Returns how often the server has called the agent in vain since the last step of a run.
    ///
    /// # Errors
    ///
    /// The server does not answer, or does not know the run.
    pub async fn failed_attempts(&self, invocation: &str) -> Result<u64, AnyError> {
        let query = format!("SELECT retry_count FROM sys_invocation WHERE id = '{invocation}'");
        let (url, headers) = (
            format!("{}/query", self.admin),
            [("accept", "application/json")],
        );
        let answer = http::post(&self.http, &url, &headers, &json!({"query": query})).await?;
        let answer = http::json("the administration", answer)?;
        let count = answer
            .pointer("/rows/0/retry_count")
            .and_then(Value::as_u64);
        Ok(count.ok_or_else(|| format!("no count in {answer}"))?)
    }

    /// Waits for the end of a run, also while the server is started again, and returns its result, or the reason why
    /// it has failed.
    pub fn result(
        &self,
        invocation: &str,
    ) -> impl Future<Output = Result<String, String>> + Send + use<> {
        let url = format!("{}/restate/attach/{invocation}", self.ingress);
        let http = self.http.clone();
        async move {
            loop {
                if let Ok(response) = http.get(&url).send().await
                    && let status = response.status()
                    && !status.is_server_error()
                    && let Ok(body) = response.text().await
                {
                    return ended(status.is_success(), &body);
                }
                sleep(RECONNECT_WAIT).await;
            }
        }
    }

    async fn wait_until_ready(&mut self) -> Result<(), AnyError> {
        let deadline = Instant::now() + START_TIME;
        while !self.is_ready().await {
            let log = self.own.as_ref().map(|own| own.config.with_file_name(LOG));
            let log = log.unwrap_or_default();
            let log = log.display();
            if let Some(own) = &mut self.own
                && let Some(status) = own.child.try_wait()?
            {
                return Err(
                    format!("the server of Restate has ended ({status}), maybe because another one uses its data: see {log}").into(),
                );
            }
            if Instant::now() > deadline {
                return Err(format!(
                    "the server of Restate is not ready after {START_TIME:?}: see {log}"
                )
                .into());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn is_ready(&self) -> bool {
        let urls = [
            format!("{}/health", self.admin),
            format!("{}/restate/health", self.ingress),
        ];
        for url in urls {
            let answer = self.http.get(url).send().await;
            if !answer.is_ok_and(|answer| answer.status().is_success()) {
                return false;
            }
        }
        true
    }
}

/// Returns the result of a run, or the message of its error.
fn ended(is_success: bool, body: &str) -> Result<String, String> {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or(body).to_owned();
    if is_success {
        return Ok(text(&json));
    }
    Err(text(json.get("message").unwrap_or_default()))
}

/// Starts the program, whose output goes to a file next to its configuration.
fn spawn(program: &Path, config: &Path) -> Result<Child, AnyError> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(config.with_file_name(LOG))?;
    let child = Command::new(program)
        .arg("--no-logo")
        .arg("--config-file")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true)
        .spawn();
    Ok(child.map_err(|error| format!("cannot start {}: {error}", program.display()))?)
}

/// Returns the configuration of a small server that only this machine reaches and that sends no telemetry.
/// It soon calls a service again that has died.
fn configuration(data: &Path, [ingress, admin, node]: [u16; 3]) -> Result<String, AnyError> {
    let mut text = String::new();
    let data = serde_json::to_string(&data.canonicalize()?)?;
    writeln!(
        text,
        r#"cluster-name = "durable-agent"
node-name = "one"
base-dir = {data}
listen-mode = "tcp"
bind-ip = "127.0.0.1"
bind-port = {node}
default-num-partitions = 4
disable-telemetry = true
log-filter = "warn"
rocksdb-total-memory-size = "256.0 MiB"

[ingress]
bind-port = {ingress}

[admin]
bind-port = {admin}

[default-retry-policy]
initial-interval = "50ms"
exponentiation-factor = 2.0
max-interval = "200ms""#
    )?;
    Ok(text)
}

/// Returns ports that are free now.
fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    let mut ports = [0; N];
    // All at once, so that they differ.
    let mut listeners = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

/// Returns a port that is free now.
///
/// # Errors
///
/// The system has none.
pub fn free_port() -> io::Result<u16> {
    let [port] = free_ports()?;
    Ok(port)
}
