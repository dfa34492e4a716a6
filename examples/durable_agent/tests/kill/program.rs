//! The whole program, with the server of Restate that it starts and the agent that it starts again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use durable_agent::checkpoint::{PRINT, STOP_AT, STOPPED};
use durable_agent::restate;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};
use tokio::time::timeout;

use crate::TURN;
use crate::world::server_folder;

/// The time in which the program has to end, or to print the next line.
const TIME: Duration = Duration::from_secs(60);

/// The program, and a server whose identifier is known.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    folder: TempDir,
}

impl Program {
    /// Starts the program with a server that is this script of a shell.
    fn start(script: &str, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = folder.path().join("server");
        let id = folder.path().join("id");
        let script = format!("#!/bin/sh\necho $$ > '{}'\n{script}\n", id.display());
        fs::write(&server, script).unwrap();
        fs::set_permissions(&server, fs::Permissions::from_mode(0o755)).unwrap();
        let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_durable-agent"))
            .env_clear()
            .env("RESTATE_SERVER", &server)
            .env("DURABLE_AGENT_FOLDER", folder.path())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self {
            child,
            lines,
            folder,
        }
    }

    /// Returns what follows this beginning of a line of the output.
    async fn line(&mut self, beginning: &str) -> String {
        let mut others = Vec::new();
        loop {
            let line = timeout(TIME, self.lines.next_line()).await;
            let Some(line) = line.expect("a line in time").unwrap() else {
                let (_, error) = self.end().await;
                panic!("no line {beginning:?} in {others:?}: {error}");
            };
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
            others.push(line);
        }
    }

    /// Kills the agent, whose start is the next one in the output. Returns its identifier.
    async fn kill_agent(&mut self) -> String {
        let started = self.line("the agent is process ").await;
        let (id, _) = started.split_once(':').unwrap();
        kill(id);
        id.to_owned()
    }

    fn kill_server(&self) {
        kill(
            fs::read_to_string(self.folder.path().join("id"))
                .unwrap()
                .trim(),
        );
    }

    /// Returns the status of the program and its errors, at its end.
    async fn end(&mut self) -> (ExitStatus, String) {
        let error = read(self.child.stderr.take().unwrap());
        let ended = async { (self.child.wait().await.unwrap(), error.await) };
        timeout(TIME, ended).await.expect("the program ends")
    }
}

async fn read(mut stream: impl AsyncRead + Unpin) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

/// Kills a process with `SIGKILL`.
fn kill(id: &str) {
    let killed = Command::new("kill").args(["-9", id]).status().unwrap();
    assert!(killed.success(), "{id}");
}

/// Returns a script that becomes the server, or says that there is none here.
fn real_server() -> Option<String> {
    match restate::program(&server_folder()) {
        Ok(program) => Some(exec(&program)),
        Err(reason) => {
            println!("durable: not run: {reason}");
            None
        }
    }
}

fn exec(program: &Path) -> String {
    let program: PathBuf = fs::canonicalize(program).unwrap();
    format!(
        "echo 'a line of the log' >&2\nexec '{}' \"$@\"",
        program.display()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_start_is_explained() {
    let script =
        "for line in $(seq 40); do echo \"line $line\" >&2; done\necho 'no space left' >&2\nexit 3";
    let mut program = Program::start(script, &[]);
    let (status, error) = program.end().await;
    assert_eq!(status.code(), Some(1), "{error}");
    for expected in [
        "durable-agent: the server of Restate has ended (exit status: 3); the end of ",
        "data/restate.log:",
        "  line 40\n  no space left\n",
        "start this program again",
    ] {
        assert!(error.contains(expected), "{expected:?} in {error}");
    }
    assert!(!error.contains("line 30\n"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_ends_with_the_server_that_it_has_started() {
    let _turn = TURN.lock().await;
    let Some(server) = real_server() else {
        return;
    };
    let place = "waiting call-5";
    let mut program = Program::start(&server, &[(PRINT, "1"), (STOP_AT, place)]);
    assert_eq!(program.line(STOPPED).await, place);
    program.kill_server();
    let (status, error) = program.end().await;
    assert_eq!(status.code(), Some(1), "{error}");
    let log = fs::read_to_string(program.folder.path().join("data/restate.log")).unwrap();
    let last = log.lines().next_back().unwrap();
    for expected in [
        "the server of Restate has ended (signal: 9 (SIGKILL)); the end of ",
        &format!("  {last}\n"),
        "start this program again",
    ] {
        assert!(error.contains(expected), "{expected:?} in {error}");
    }
    assert!(!error.contains('\u{1b}'), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_is_killed_during_its_registration_is_started_again() {
    let _turn = TURN.lock().await;
    let Some(server) = real_server() else {
        return;
    };
    let mut program = Program::start(&server, &[]);
    for _ in 0..3 {
        program.kill_agent().await;
        let ended = program.line("the agent has ended ").await;
        assert_eq!(ended, "(signal: 9 (SIGKILL)); it is started again");
    }
    program.line("you: ").await;
    program.line("model: Harbor has the project ").await;
    let (status, error) = program.end().await;
    assert!(status.success(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_always_dies_is_not_started_again_without_end() {
    let _turn = TURN.lock().await;
    let Some(server) = real_server() else {
        return;
    };
    let mut program = Program::start(&server, &[]);
    for _ in 0..10 {
        program.kill_agent().await;
    }
    let (status, error) = program.end().await;
    assert_eq!(status.code(), Some(1), "{error}");
    let expected =
        "the agent has ended 10 times within 1s of its start, at last with signal: 9 (SIGKILL)";
    assert!(error.contains(expected), "{error}");
}
