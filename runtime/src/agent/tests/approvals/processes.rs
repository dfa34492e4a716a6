//! Processes that are killed between request, approval, call and response.

#![expect(clippy::disallowed_methods, reason = "processes share files")]

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{CREATE, KEY, context};
use crate::agent::tests::calls::{arguments, project};
use crate::agent::{
    Approval, ApprovalClaim, ApprovalRequest, ApprovalStore, Approvals, ClaimFuture, ClaimResult,
    FinishFuture, Policy, Toolbox,
};
use crate::tests::shop;
use crate::tools::ToolFilter;
use crate::{Client, ClientBuilder};

/// The time after which another process may make the call of a process that died.
const LEASE: Duration = Duration::from_millis(300);

/// The step of a process, its folder, and the address of the server.
const STEP: &str = "TOOLSMITH_TEST_STEP";
const FOLDER: &str = "TOOLSMITH_TEST_FOLDER";
const SERVER: &str = "TOOLSMITH_TEST_SERVER";

/// Marks the lines that a process prints for the test.
const MARK: &str = "step: ";

/// A store of files: one for each claim with its end, and one for each used approval.
#[derive(Clone)]
struct Files {
    folder: PathBuf,
    /// Waits forever after a claim.
    stops: bool,
}

impl ApprovalStore for Files {
    fn claim<'a>(&'a self, claim: &'a ApprovalClaim) -> ClaimFuture<'a> {
        Box::pin(async move {
            if self.folder.join(format!("{}.used", claim.id())).exists() {
                return Ok(ClaimResult::Used);
            }
            let path = self.folder.join(format!("{}.claim", claim.id()));
            let milliseconds =
                |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_millis();
            if let Ok(until) = fs::read_to_string(&path)
                && until.parse::<u128>().unwrap() > milliseconds(claim.now())
            {
                return Ok(ClaimResult::InProgress);
            }
            fs::write(path, milliseconds(claim.until()).to_string())?;
            if self.stops {
                say("claimed");
                std::future::pending::<()>().await;
            }
            Ok(ClaimResult::Now)
        })
    }

    fn finish<'a>(&'a self, claim: &'a ApprovalClaim) -> FinishFuture<'a> {
        let path = self.folder.join(format!("{}.used", claim.id()));
        Box::pin(async move { fs::write(path, "") })
    }
}

/// Tells the test how far the process is.
fn say(text: &str) {
    println!("\n{MARK}{text}");
    io::stdout().flush().unwrap();
}

/// The tools of one process, whose writes wait for approval.
fn toolbox(folder: &Path, step: &str) -> Toolbox {
    let client: Client = ClientBuilder::new(shop::CATALOG)
        .token("shop-token")
        .account("acc_551")
        .base_url(std::env::var(SERVER).unwrap())
        .build()
        .unwrap();
    let store = Files {
        folder: folder.to_owned(),
        stops: step == "approve",
    };
    let approvals = Approvals::new().key(KEY).store(store).lease(LEASE);
    let path = folder.join("request.json");
    let inbox = move |request: ApprovalRequest| {
        let stored = serde_json::to_string(&request).unwrap();
        let written = fs::write(&path, stored);
        async move { written }
    };
    let policy = Policy::new()
        .approvals(approvals)
        .approve_later(ToolFilter::mutating(), inbox);
    client.toolbox().policy(policy)
}

/// Runs one step in a separate process.
async fn run(step: &str) {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let tools = toolbox(&folder, step);
    if step == "ask" {
        let reply = tools.call_in(context(), CREATE, arguments()).await;
        say(reply.outcome().as_str());
        return std::future::pending().await;
    }
    let stored = fs::read_to_string(folder.join("request.json")).unwrap();
    let mut request: ApprovalRequest = serde_json::from_str(&stored).unwrap();
    if step == "change" {
        request.arguments["name"] = "B".into();
    }
    match tools.resume(&request, Approval::granted("bob")).await {
        Ok(reply) => say(reply.outcome().as_str()),
        Err(problem) => say(problem.code()),
    }
}

/// A process that makes one step.
struct Process {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(step: &str, folder: &Path, server: &str) -> Self {
        let name = "agent::tests::approvals::processes::a_call_survives_the_death_of_its_processes";
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(STEP, step)
            .env(FOLDER, folder)
            .env(SERVER, server)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Waits until the process has said how far it is.
    fn said(&mut self) -> String {
        let mut lines = (&mut self.output).lines().map(Result::unwrap);
        let line = lines.find_map(|line| line.strip_prefix(MARK).map(str::to_owned));
        line.expect("the process says how far it is")
    }

    /// Kills the process, as `kill -9` does.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end of the process.
    fn end(mut self) -> String {
        let said = self.said();
        assert!(self.child.wait().unwrap().success());
        said
    }
}

/// A request that the server has received.
struct Received {
    line: String,
    key: Option<String>,
}

/// Reads one request.
fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (mut key, mut length) = (None, 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "idempotency-key" => key = Some(value.to_owned()),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    reader.take(length).read_to_end(&mut Vec::new()).ok()?;
    let is_request = !line.is_empty();
    is_request.then(|| Received {
        line: line.trim().to_owned(),
        key,
    })
}

/// Receives requests, and never answers the first.
fn serve(listener: &TcpListener, sender: &Sender<Received>) {
    let mut unanswered = Vec::new();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let Some(received) = read(&stream) else {
            continue;
        };
        if sender.send(received).is_err() {
            return;
        }
        if unanswered.is_empty() {
            unanswered.push(stream);
            continue;
        }
        let body = project().to_string();
        let length = body.len();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
        write!(stream, "{head}\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    }
}

fn next(received: &Receiver<Received>) -> Received {
    received
        .recv_timeout(Duration::from_secs(30))
        .expect("the server receives a request")
}

#[test]
fn a_call_survives_the_death_of_its_processes() {
    if let Ok(step) = std::env::var(STEP) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        return runtime.unwrap().block_on(run(&step));
    }
    let folder = std::env::temp_dir().join(format!("toolsmith-approvals-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let (sender, received) = channel();
    std::thread::spawn(move || serve(&listener, &sender));
    let start = |step| Process::start(step, &folder, &server);

    // Between request and approval.
    let mut asking = start("ask");
    assert_eq!(asking.said(), "pending");
    asking.kill();
    assert_eq!(start("change").end(), "other_arguments");

    // Between approval and call.
    let mut approving = start("approve");
    assert_eq!(approving.said(), "claimed");
    approving.kill();
    std::thread::sleep(LEASE);
    assert!(received.try_recv().is_err(), "nothing was sent yet");

    // Between call and response.
    let calling = start("call");
    let first = next(&received);
    calling.kill();
    assert_eq!(start("too early").end(), "in_progress");
    std::thread::sleep(LEASE);

    assert_eq!(start("resume").end(), "succeeded");
    let second = next(&received);
    assert_eq!(start("again").end(), "used");
    assert_eq!(start("change").end(), "other_arguments");
    assert!(received.try_recv().is_err(), "nothing else was sent");
    // A server carries out the calls with one key once.
    assert!(first.key.is_some());
    assert_eq!(first.key, second.key);
    for request in [&first, &second] {
        assert!(request.line.starts_with("POST /proxy/"), "{}", request.line);
    }
    fs::remove_dir_all(folder).unwrap();
}
