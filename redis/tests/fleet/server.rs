//! Real servers of Redis or Valkey, on free ports of this machine.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::authority::Authority;

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
    let found = std::env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: neither valkey-server nor redis-server is installed");
    }
    found
}

fn wait_for(problem: &str, is_done: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_done() {
        assert!(Instant::now() < deadline, "{problem}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl StoreServer {
    /// Starts a server; `None` if none is installed.
    pub(crate) fn start() -> Option<Self> {
        Some(Self::start_at(find_program()?, free_port(), &[]))
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
        let child = Self::run(program, folder, port, options);
        let is_started = || TcpStream::connect(("127.0.0.1", port)).is_ok();
        wait_for("the server does not start", is_started);
        child
    }

    fn run(program: &PathBuf, folder: &tempfile::TempDir, port: u16, options: &[String]) -> Child {
        let port_text = port.to_string();
        Command::new(program)
            .args(["--port", &port_text, "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .args(options)
            .arg("--dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Starts a server that speaks TLS alone, and only to clients with a certificate of the same
    /// authority. `None` if no server is installed, or none that can.
    #[expect(
        clippy::disallowed_methods,
        reason = "the server reads its certificates from files"
    )]
    pub(crate) fn start_encrypted(authority: &Authority) -> Option<Self> {
        let program = find_program()?;
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = authority.issue();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.into_os_string().into_string().unwrap()
        };
        let port = free_port();
        let options = [
            ("--tls-port", port.to_string()),
            ("--tls-cert-file", write("server.pem", &certificate)),
            ("--tls-key-file", write("server.key", &key)),
            (
                "--tls-ca-cert-file",
                write("authority.pem", &authority.pem()),
            ),
        ];
        let options: Vec<String> = options
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect();
        let mut child = Self::run(&program, &folder, 0, &options);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if child.try_wait().unwrap().is_some() {
                println!("skipped: the server has no TLS");
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self {
            program,
            folder,
            port,
            child,
        })
    }

    #[cfg(feature = "cluster")]
    /// Starts three nodes of one cluster. `None` if no server is installed.
    pub(crate) fn start_cluster() -> Option<[Self; 3]> {
        let program = find_program()?;
        let nodes = [(); 3].map(|()| {
            // The nodes speak to each other on another port, which is not derived from it.
            let bus = free_port().to_string();
            let options = ["--cluster-enabled", "yes", "--cluster-port", &bus].map(str::to_owned);
            Self::start_at(program.clone(), free_port(), &options)
        });
        for (index, node) in nodes.iter().enumerate() {
            let first = index * 16_384 / 3;
            let last = (index + 1) * 16_384 / 3 - 1;
            node.command(&[
                "CLUSTER",
                "ADDSLOTSRANGE",
                &first.to_string(),
                &last.to_string(),
            ]);
            for other in &nodes {
                let slots = other.command(&["CONFIG", "GET", "cluster-port"]);
                let bus: String = slots.chars().filter(char::is_ascii_digit).collect();
                node.command(&[
                    "CLUSTER",
                    "MEET",
                    "127.0.0.1",
                    &other.port.to_string(),
                    &bus,
                ]);
            }
        }
        for node in &nodes {
            wait_for("the cluster does not start", || {
                node.command(&["CLUSTER", "INFO"])
                    .contains("cluster_state:ok")
                    && node
                        .command(&["CLUSTER", "INFO"])
                        .contains("cluster_known_nodes:3")
            });
        }
        Some(nodes)
    }

    /// Starts a replica of this server, and waits until it has the same data.
    pub(crate) fn replica(&self) -> Self {
        let options = ["--replicaof", "127.0.0.1", &self.port.to_string()].map(str::to_owned);
        let replica = Self::start_at(self.program.clone(), free_port(), &options);
        wait_for("the replica does not connect", || {
            let state = replica.command(&["INFO", "replication"]);
            state.contains("master_link_status:up")
        });
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
