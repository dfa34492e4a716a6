//! The process of a server.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::AnyError;

/// The name of the file with the output of the server.
const LOG: &str = "restate.log";

/// The number of lines of the log that an error shows, and of the last bytes in which they are.
const SHOWN_LINES: usize = 10;
const SHOWN_BYTES: u64 = 4096;

/// A server that this process has started, which stops when it is dropped.
pub(super) struct Server {
    program: PathBuf,
    config: PathBuf,
    log: PathBuf,
    /// The length of the log before the server was started.
    log_start: u64,
    child: Child,
}

impl Server {
    /// Starts a server with its data in this folder, and its ingress, administration and node at these ports.
    pub(super) fn start(program: &Path, data: &Path, ports: [u16; 3]) -> Result<Self, AnyError> {
        let problem = |error: io::Error| format!("{}: {error}", data.display());
        fs::create_dir_all(data).map_err(problem)?;
        let config = data.join("restate.toml");
        fs::write(&config, configuration(data, ports)?).map_err(problem)?;
        let log = data.join(LOG);
        let (child, log_start) = spawn(program, &config, &log)?;
        Ok(Self {
            program: program.to_owned(),
            config,
            log,
            log_start,
            child,
        })
    }

    /// Kills the server.
    pub(super) async fn kill(&mut self) -> Result<(), AnyError> {
        Ok(self.child.kill().await?)
    }

    /// Starts the server that was killed again, with its data.
    pub(super) fn restart(&mut self) -> Result<(), AnyError> {
        (self.child, self.log_start) = spawn(&self.program, &self.config, &self.log)?;
        Ok(())
    }

    /// Waits until the server ends, and returns that as an error.
    pub(super) async fn ended(&mut self) -> AnyError {
        let status = match self.child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        let lines = self.last_lines();
        format!(
            "the server of Restate has ended ({status}); {lines}\nMend what the log names, and start this program again \
            for a new run. If another server uses the same data, stop that one first."
        )
        .into()
    }

    /// Returns the last lines that the server has written, and where the others are.
    pub(super) fn last_lines(&self) -> String {
        let log = self.log.display();
        match read_end(&self.log, self.log_start) {
            Ok(end) if end.trim().is_empty() => format!("it has written nothing to {log}"),
            Ok(end) => {
                let lines: Vec<&str> = end.lines().collect();
                let first = lines.len().saturating_sub(SHOWN_LINES);
                let shown = lines.get(first..).unwrap_or_default().join("\n  ");
                format!("the end of {log}:\n  {shown}")
            }
            Err(error) => format!("its log {log} cannot be read: {error}"),
        }
    }
}

/// Returns the end of a file, from this position at the earliest.
fn read_end(path: &Path, start: u64) -> io::Result<String> {
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    let start = start.max(length.saturating_sub(SHOWN_BYTES));
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(SHOWN_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Starts the program, whose output is added to a file. Returns the length of the file before that.
fn spawn(program: &Path, config: &Path, log: &Path) -> Result<(Child, u64), AnyError> {
    let log = OpenOptions::new().create(true).append(true).open(log)?;
    let log_start = log.metadata()?.len();
    let child = Command::new(program)
        .arg("--no-logo")
        .arg("--config-file")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true)
        .spawn();
    let child = child.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    Ok((child, log_start))
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
log-format = "compact"
log-disable-ansi-codes = true
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
