//! A real server of Redis or Valkey, on a free port of this machine.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that ends with the test.
pub(crate) struct StoreServer {
    program: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
    child: Child,
}

/// Returns a port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn find_program() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let names = ["valkey-server", "redis-server"];
    std::env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

impl StoreServer {
    /// Starts a server; `None` if none is installed.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = find_program() else {
            println!("skipped: neither valkey-server nor redis-server is installed");
            return None;
        };
        Some(Self::start_at(program, free_port(), &[]))
    }

    fn start_at(program: PathBuf, port: u16, options: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = Self::spawn(&program, &folder, port, options);
        Self {
            program,
            folder,
            port,
            child,
        }
    }

    fn spawn(
        program: &PathBuf,
        folder: &tempfile::TempDir,
        port: u16,
        options: &[String],
    ) -> Child {
        let port_text = port.to_string();
        let child = Command::new(program)
            .args(["--port", &port_text, "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .args(options)
            .arg("--dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    }

    /// Starts a replica of this server, and waits until it has the same data.
    pub(crate) fn replica(&self) -> Self {
        let options = ["--replicaof", "127.0.0.1", &self.port.to_string()].map(str::to_owned);
        let replica = Self::start_at(self.program.clone(), free_port(), &options);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !replica
            .command(&["INFO", "replication"])
            .contains("master_link_status:up")
        {
            assert!(Instant::now() < deadline, "the replica does not connect");
            std::thread::sleep(Duration::from_millis(50));
        }
        replica
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Sends a command, and returns the reply as the client shows it.
    pub(crate) fn command(&self, words: &[&str]) -> String {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_connection().unwrap();
        let (name, arguments) = words.split_first().unwrap();
        let value: redis::Value = redis::cmd(name)
            .arg(arguments)
            .query(&mut connection)
            .unwrap();
        match redis::from_redis_value::<String>(value.clone()) {
            Ok(text) => text,
            Err(_) => format!("{value:?}"),
        }
    }

    /// Sends a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Kills the server, with its data.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the server again, without its data.
    pub(crate) fn restart(&mut self) {
        self.child = Self::spawn(&self.program, &self.folder, self.port, &[]);
    }
}

impl Drop for StoreServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that the test has started.
pub(crate) fn signal(process: u32, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &process.to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}
