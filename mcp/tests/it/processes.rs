//! Servers as child processes.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "a test reads what a server wrote"
)]

use std::path::{Path, PathBuf};

use toolsmith_mcp::endpoint::CommandEndpoint;
use toolsmith_mcp::error::NotSent;
use toolsmith_mcp::session::Round;
use toolsmith_mcp::{Endpoint, OpenError, RequestError, Session, ToolRequest};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

/// A server of the older era as a shell script. `$1` is a folder for notes: each start adds a line to
/// `starts`. A call runs `CALL`.
const SERVER: &str = r#"
echo start >> "$1/starts"
starts=$(wc -l < "$1/starts" | tr -d ' ')
echo "started $starts times with $KEY" >&2
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  case "$line" in
    *server/discover*) DISCOVER ;;
    *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"s"}}}' ;;
    *tools/call*) CALL ;;
  esac
done
"#;

const REFUSE: &str =
    r#"echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"no"}}'"#;
const ANSWER: &str = r#"echo '{"jsonrpc":"2.0","id":'$id',"result":{"starts":'$starts'}}'"#;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // It is left by an earlier run, or not there.
        let _removed = std::fs::remove_dir_all(&folder).is_ok();
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn starts(&self) -> usize {
        let starts = std::fs::read_to_string(self.0.join("starts"));
        starts.unwrap_or_default().lines().count()
    }

    fn server(&self, discover: &str, call: &str) -> CommandEndpoint {
        let script = SERVER.replace("DISCOVER", discover).replace("CALL", call);
        let script = [script.as_str(), "server", self.0.to_str().unwrap()];
        Endpoint::command("sh")
            .args(["-c"])
            .args(script)
            .variable("KEY", "s3cr3t-canary".to_owned())
    }
}

#[tokio::test]
async fn a_server_that_ends_at_start_is_reported_with_its_last_output() {
    let script = "echo 'usage: notes FOLDER'; echo \"bad key $KEY\" >&2; exit 3";
    let endpoint = Endpoint::command("sh")
        .args(["-c", script])
        .variable("KEY", "s3cr3t-canary".to_owned());
    let error = Session::open(endpoint).await.unwrap_err();
    let OpenError::Ended {
        program,
        status,
        output,
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (program.as_str(), status.as_str()),
        ("sh", "exit status: 3")
    );
    let mut output = output.clone();
    output.sort();
    assert_eq!(output, ["bad key [secret]", "usage: notes FOLDER"]);
    let text = error.to_string();
    assert!(
        text.contains("bad key [secret]") && !text.contains("canary"),
        "{text}"
    );
}

#[tokio::test]
async fn the_last_output_contains_no_secret_of_the_arguments() {
    for (name, value) in [
        ("--header", "Authorization: Bearer s3cr3t-canary"),
        ("--header", "Authorization:Bearer s3cr3t-canary"),
        ("--api-key", "s3cr3t-canary"),
        ("--url", "https://mcp.test/mcp?key=s3cr3t-canary"),
    ] {
        let script = r#"echo "bad: $2, ${2##*[ =]}" >&2; exit 3"#;
        let endpoint = Endpoint::command("sh").args(["-c", script, "server", name, value]);
        let error = Session::open(endpoint).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("[secret]"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn a_program_that_does_not_exist_is_named() {
    let error = Session::open(Endpoint::command("no-such-program"))
        .await
        .unwrap_err();
    assert!(matches!(&error, OpenError::Start { program, .. } if program == "no-such-program"));
}

#[tokio::test]
async fn a_server_that_ends_at_an_unknown_request_is_started_again_without_it() {
    let folder = Folder::new("ends-at-discover");
    let session = Session::open(folder.server("exit 1", ANSWER))
        .await
        .unwrap();
    let result = session.call_tool(&CALL).await.outcome.unwrap();
    assert_eq!(result, "{\"starts\":2}");
}

#[tokio::test]
async fn a_server_that_ends_later_is_started_again_and_no_call_is_repeated() {
    let folder = Folder::new("ends-later");
    let ends_once = format!("[ \"$starts\" = 1 ] && exit 7; {ANSWER}");
    let session = Session::open(folder.server(REFUSE, &ends_once))
        .await
        .unwrap();
    assert_eq!(
        session.protocol_version().await.as_deref(),
        Some("2025-06-18")
    );
    match session.call_tool(&CALL).await.outcome {
        Err(RequestError::Lost(message)) => {
            assert!(message.contains("exit status: 7"), "{message}");
            assert!(
                message.contains("started 1 times with [secret]"),
                "{message}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(folder.starts(), 1);
    let result = session.call_tool(&CALL).await.outcome.unwrap();
    assert_eq!(result, "{\"starts\":2}");
}

#[tokio::test]
async fn a_caller_that_stops_waiting_does_not_end_the_next_connection() {
    let folder = Folder::new("slow-restart");
    // The second start takes longer than the caller waits.
    let call = format!("[ \"$starts\" = 1 ] && exit 7; {ANSWER}");
    let slow = SERVER.replacen("while", "[ \"$starts\" = 2 ] && sleep 1\nwhile", 1);
    let slow = slow.replace("DISCOVER", REFUSE).replace("CALL", &call);
    let server = Endpoint::command("sh")
        .args(["-c", &slow, "server"])
        .args([folder.0.to_str().unwrap()]);
    let session = Session::open(server).await.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap_err();
    let limit = std::time::Duration::from_millis(300);
    let mut rounds = session.call_rounds(&CALL);
    assert!(tokio::time::timeout(limit, rounds.send()).await.is_err());
    assert!(!rounds.is_sent());
    let Round::Ended(reply) = rounds.send().await else {
        panic!("it asks")
    };
    assert_eq!(reply.outcome.unwrap(), "{\"starts\":2}");
    assert!(rounds.is_sent());
}

#[tokio::test]
async fn a_closed_session_is_not_opened_again_by_another_clone() {
    let folder = Folder::new("closed");
    let session = Session::open(folder.server(REFUSE, ANSWER)).await.unwrap();
    let other = session.clone();
    session.close().await;
    match other.call_tool(&CALL).await.outcome {
        Err(RequestError::NotSent { reason, message }) => {
            assert_eq!(reason, NotSent::Closed);
            assert!(message.contains("is closed"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(folder.starts(), 1);
}

#[tokio::test]
async fn a_server_that_ends_again_and_again_is_left_alone() {
    let folder = Folder::new("ends-again");
    let session = Session::open(folder.server(REFUSE, "exit 7"))
        .await
        .unwrap();
    let mut lost = 0;
    loop {
        match session.call_tool(&CALL).await.outcome {
            Err(RequestError::Lost(_)) => lost += 1,
            Err(RequestError::NotSent { reason, message }) => {
                assert_eq!(reason, NotSent::Connect);
                assert!(message.contains("keeps exiting"), "{message}");
                break;
            }
            other => panic!("{other:?}"),
        }
        assert!(lost < 20);
    }
    assert_eq!(folder.starts(), lost);
}

#[tokio::test]
async fn closing_a_session_ends_the_server() {
    let folder = Folder::new("closes");
    let ended = "done; echo ended >> \"$1/starts\"; while false; do :";
    let endpoint = folder.server(
        REFUSE,
        &format!("{ANSWER} ;; esac; {ended}; case x in y) :"),
    );
    let session = Session::open(endpoint).await.unwrap();
    session.close().await;
    assert_eq!(folder.starts(), 2, "it saw the end of its input");
}

/// A server that does not end with its input. At SIGTERM, a `polite` one says that it ends; a `quiet` one, whose
/// standard error is a file, takes a moment; another one goes on. It writes its process to `pid`.
const STUBBORN: &str = r#"
case "$2" in
  polite) trap 'echo ends >&2; echo asked >> "$1/asked"; exit 0' TERM ;;
  quiet) exec 2>> "$1/log"; trap 'sleep 0.3; echo asked >> "$1/asked"; exit 0' TERM ;;
  *) trap '' TERM ;;
esac
echo $$ > "$1/pid"
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  case "$line" in
    *server/discover*) echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"no"}}' ;;
    *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18"}}' ;;
  esac
done
while true; do sleep 0.1; done
"#;

impl Folder {
    /// Returns a stubborn server behind a wrapper.
    fn stubborn(&self, manners: &str) -> CommandEndpoint {
        let folder = self.0.to_str().unwrap();
        std::fs::write(self.0.join("server.sh"), STUBBORN).unwrap();
        let script = format!("sh '{folder}/server.sh' '{folder}' {manners}; true");
        Endpoint::command("sh").args(["-c", &script])
    }

    /// Returns `true` if the server runs.
    fn is_running(&self) -> bool {
        let pid = std::fs::read_to_string(self.0.join("pid")).unwrap();
        let listed = std::process::Command::new("ps")
            .args(["-o", "stat=", "-p", pid.trim()])
            .output();
        let state = String::from_utf8(listed.unwrap().stdout).unwrap();
        // One that was killed may wait to be collected.
        !state.trim().is_empty() && !state.trim().starts_with('Z')
    }

    /// Waits until the server has ended. Returns `false` if it does not.
    async fn ends(&self) -> bool {
        for _ in 0..60 {
            if !self.is_running() {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        false
    }

    fn is_asked(&self) -> bool {
        self.0.join("asked").exists()
    }
}

#[tokio::test]
async fn a_server_behind_a_wrapper_is_asked_to_end_and_then_killed() {
    for manners in ["polite", "quiet", "rude"] {
        for is_closed in [true, false] {
            let folder = Folder::new(&format!("stubborn-{manners}-{is_closed}"));
            let session = Session::open(folder.stubborn(manners)).await.unwrap();
            assert!(folder.is_running());
            // A shell may not run its trap while it reads the last message.
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            if is_closed {
                session.close().await;
                assert!(!folder.is_running(), "{manners}");
            } else {
                drop(session);
                assert!(folder.ends().await, "{manners}");
            }
            let is_asked = folder.is_asked();
            assert_eq!(is_asked, manners != "rude", "{manners}, {is_closed}");
        }
    }
}

/// The variable with the folder of a program that holds a server.
const HOLDS: &str = "TOOLSMITH_TEST_HOLDS";

/// The program of the test below; alone, it does nothing.
#[tokio::test]
async fn holds_a_server() {
    if let Ok(name) = std::env::var(HOLDS) {
        let folder = Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        let session = Session::open(folder.stubborn("rude")).await.unwrap();
        std::fs::write(folder.0.join("opened"), "").unwrap();
        std::future::pending::<()>().await;
        session.close().await;
    }
}

#[tokio::test]
async fn a_server_does_not_outlive_a_program_that_is_killed() {
    // A shell starts its background jobs with SIGINT ignored.
    for signal in ["TERM", "KILL"] {
        let name = format!("killed-{signal}");
        let folder = Folder::new(&name);
        let mut program = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::holds_a_server"])
            .env(HOLDS, &name)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..100 {
            if folder.0.join("opened").exists() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert!(folder.is_running());
        let kill = format!("kill -{signal} {}", program.id());
        std::process::Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap();
        program.wait().unwrap();
        assert!(folder.ends().await, "{signal}");
    }
}
