//! The chat service over HTTP, with processes that are stopped and killed.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{command, run};
use crate::artifacts;

const WISH: &str = "rotate the API key for custom user 'service_worker_v2' in project 'prj_4411'";

#[test]
fn chat_service_demonstrates_a_conversation_with_a_late_approval() {
    let text = run("chat_service", &[]);
    insta::assert_snapshot!(text, @r#"
    ann of acme says: rotate the API key for custom user 'service_worker_v2' in project 'prj_4411'
      list_all_the_auth_api_api_keys: succeeded
      list_all_the_auth_api_analytics_api_key_totals: succeeded
      approval: Allow this call? Rotate API key, with the arguments {"id":"key_102"}. This tool changes data.
      create_a_the_auth_api_api_key_rotate: pending
      model: The rotation is waiting for your approval.

    The service is stopped, and started again.
      Stopped: 0 calls ended, 0 were cancelled, 0 did not end.
      Waits: Allow this call? Rotate API key, with the arguments {"id":"key_102"}. This tool changes data.

    Ann decides later, and Bob cannot decide for her.
      bob of globex grants it: 404 Not Found {"error":"not found"}
      ann of acme grants it: 200 OK {"outcome":"succeeded"}
      model: The key key_102 of service_worker_v2 in project prj_4411 has a new value; the old one stopped working.
      ann of acme grants it: 409 Conflict {"error":"the approval is refused: it was used already, and an approval is for one call"}

    bob of globex says: rotate the API key for custom user 'service_worker_v2' in project 'prj_4411'
      list_all_the_auth_api_api_keys: succeeded
      list_all_the_auth_api_analytics_api_key_totals: succeeded
      approval: Allow this call? Rotate API key, with the arguments {"id":"key_102"}. This tool changes data.
      create_a_the_auth_api_api_key_rotate: pending
      model: The rotation is waiting for your approval.
      bob of globex denies it: 200 OK {"outcome":"declined"}
      model: The key was not rotated.

    The server has seen 1 rotation. The audit of the changes:
      acme account_acme ann end pending none, by policy
      acme account_acme ann start allowed none, by ann: it has leaked
      acme account_acme ann end allowed succeeded, by ann: it has leaked
      acme account_acme ann end denied none, by policy: the approval is refused: it was used already, and an approval is for one call
      globex account_globex bob end pending none, by policy
      globex account_globex bob end declined none, by bob: not before Monday
    "#);
    // The guide shows the same.
    let guide = std::fs::read_to_string(artifacts::root().join("docs/guide/examples.md"));
    assert!(guide.unwrap().contains(&format!("```text\n{text}```\n")));
}

/// A running service.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(folder: &Path) -> Self {
        let arguments = ["serve", "127.0.0.1:0", folder.to_str().unwrap()];
        let mut child = command("chat_service", &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        printed.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Listening on http://");
        let address = address.and_then(|rest| rest.strip_suffix('.'));
        let address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        child.stdout = Some(printed.into_inner());
        Self { child, address }
    }

    /// Sends a request, and returns its status and the rest of the response until the server closes it, or until
    /// `end` is read.
    fn send(&self, head: &str, token: &str, body: &str, end: Option<&str>) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let length = body.len();
        let connection = if end.is_some() { "keep-alive" } else { "close" };
        let (method_and_path, extra) = head.split_once('|').unwrap_or((head, ""));
        write!(
            stream,
            "{method_and_path} HTTP/1.1\r\nhost: chat\r\nauthorization: Bearer {token}\r\n{extra}\
             content-type: application/json\r\ncontent-length: {length}\r\nconnection: {connection}\r\n\r\n{body}"
        )
        .unwrap();
        let mut text = Vec::new();
        let mut buffer = [0; 1024];
        loop {
            let count = stream.read(&mut buffer).unwrap();
            text.extend_from_slice(&buffer[..count]);
            let is_end = end.is_some_and(|end| String::from_utf8_lossy(&text).contains(end));
            if count == 0 || is_end {
                break;
            }
        }
        let text = String::from_utf8(text).unwrap();
        let status = text[9..12].parse().unwrap();
        (status, text.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    fn json(&self, head: &str, token: &str, body: &Value) -> (u16, Value) {
        let (status, text) = self.send(head, token, &body.to_string(), None);
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// Begins a conversation, and waits until the change waits for its approval. Returns the conversation, the approval and
    /// the events.
    fn ask(&self, token: &str) -> (String, String, String) {
        let (status, begun) = self.json("POST /conversations", token, &json!({}));
        assert_eq!(status, 201);
        let id = begun["id"].as_str().unwrap().to_owned();
        let path = format!("POST /conversations/{id}/messages");
        let (status, _) = self.json(&path, token, &json!({ "text": WISH }));
        assert_eq!(status, 202);
        let events = self.events(&id, token, "");
        let (status, open) = self.json("GET /approvals", token, &json!({}));
        assert_eq!((status, open.as_array().unwrap().len()), (200, 1));
        (id, open[0]["id"].as_str().unwrap().to_owned(), events)
    }

    /// Returns the events until the model has answered. `extra` is a header.
    fn events(&self, id: &str, token: &str, extra: &str) -> String {
        let head = format!("GET /conversations/{id}/events");
        let (status, events) = self.send(&format!("{head}|{extra}"), token, "", Some("data: {}\n"));
        assert_eq!(status, 200);
        events
    }

    fn decide(&self, approval: &str, token: &str, granted: bool) -> (u16, Value) {
        let path = format!("POST /approvals/{approval}");
        self.json(&path, token, &json!({"granted": granted}))
    }

    /// Ends the service with Ctrl-C, and returns what it prints.
    fn interrupt(mut self) -> String {
        let id = self.child.id().to_string();
        let kill = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status();
        assert!(kill.unwrap().success());
        let mut printed = String::new();
        let mut output = self.child.stdout.take().unwrap();
        output.read_to_string(&mut printed).unwrap();
        assert!(self.child.wait().unwrap().success(), "{printed}");
        printed
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

#[test]
fn chat_service_carries_out_an_approval_in_another_process() {
    let folder = tempfile::TempDir::new().unwrap();
    let service = Service::start(folder.path());
    let (conversation, approval, events) = service.ask("token-of-ann");
    assert!(events.contains("event: approval\n"), "{events}");
    // As by kill -9.
    drop(service);
    let service = Service::start(folder.path());
    // What is stored is that of one customer.
    let path = format!("GET /conversations/{conversation}/events");
    for (head, token, expected) in [
        (path.as_str(), "token-of-bob", 404),
        (path.as_str(), "token-of-eve", 401),
        ("GET /approvals", "", 401),
    ] {
        let (status, _) = service.json(head, token, &json!({}));
        assert_eq!(status, expected, "{head} of {token}");
    }
    let (_, none) = service.json("GET /approvals", "token-of-bob", &json!({}));
    assert_eq!(none, json!([]));
    assert_eq!(service.decide(&approval, "token-of-bob", true).0, 404);
    // The request is carried out once.
    let (status, outcome) = service.decide(&approval, "token-of-ann", true);
    assert_eq!((status, outcome), (200, json!({"outcome": "succeeded"})));
    let events = service.events(&conversation, "token-of-ann", "");
    let said: String = texts(&events).concat();
    assert!(said.contains("has a new value"), "{said}");
    let (status, refused) = service.decide(&approval, "token-of-ann", true);
    assert_eq!(
        (status, refused),
        (
            409,
            json!({"error": "the approval is refused: it was used already, and an approval is for one call"})
        )
    );
    // A client that connects again continues after the last event that it has seen.
    let ids: Vec<&str> = events
        .lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .collect();
    let last_but_one = ids[ids.len() - 2];
    let header = format!("last-event-id: {last_but_one}\r\n");
    let rest = service.events(&conversation, "token-of-ann", &header);
    assert_eq!(rest.matches("event: ").count(), 1, "{rest}");
    let printed = service.interrupt();
    assert!(printed.starts_with("Stopped: 0 calls ended"), "{printed}");
}

#[test]
fn chat_service_continues_a_turn_that_was_not_over() {
    let folder = tempfile::TempDir::new().unwrap();
    let conversations = folder.path().join("conversations");
    std::fs::create_dir_all(&conversations).unwrap();
    // As a process leaves it that is killed during a turn.
    let id = "0123456789abcdef0123456789abcdef";
    let items = json!([{"role": "user", "content": WISH}]);
    let entry = json!({"customer": "acme", "user": "ann", "items": items});
    std::fs::write(conversations.join(format!("{id}.json")), entry.to_string()).unwrap();
    let service = Service::start(folder.path());
    let events = service.events(id, "token-of-ann", "");
    assert!(events.contains("event: approval\n"), "{events}");
    // A stream of events ends with the service.
    let stream = TcpStream::connect(&service.address).unwrap();
    let head = format!("GET /conversations/{id}/events HTTP/1.1\r\nhost: chat\r\n");
    write!(&stream, "{head}authorization: Bearer token-of-ann\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while line != "event: done\n" {
        line.clear();
        assert_ne!(reader.read_line(&mut line).unwrap(), 0);
    }
    service.interrupt();
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(
        rest.ends_with("0\r\n\r\n"),
        "the response ends in order: {rest}"
    );
}

/// Returns the pieces of text of events.
fn texts(events: &str) -> Vec<String> {
    let data = events
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    let data = data.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    data.filter_map(|data| Some(data["text"].as_str()?.to_owned()))
        .collect()
}

/// The change of a stored request, and the reason for which it is refused.
type Change = (fn(&mut Value), &'static str);

const FORGERIES: &[Change] = &[
    (
        |request| request["arguments"]["id"] = "key_101".into(),
        "it is for other arguments",
    ),
    (
        |request| request["principal"] = "bob".into(),
        "it is for another principal",
    ),
    (
        |request| request["account"] = "account_globex".into(),
        "it is for another account or another call",
    ),
    (
        |request| request["expires_at"] = 1_u64.into(),
        "it was changed, or it was sealed with another key",
    ),
    (
        |request| request["seal"] = "AAAA".into(),
        "it was changed, or it was sealed with another key",
    ),
];

#[test]
fn chat_service_refuses_a_stored_request_that_was_changed() {
    let folder = tempfile::TempDir::new().unwrap();
    let service = Service::start(folder.path());
    let (_, approval, _) = service.ask("token-of-ann");
    let file = folder.path().join(format!("approvals/{approval}.json"));
    let stored = std::fs::read_to_string(&file).unwrap();
    for (change, reason) in FORGERIES {
        let mut entry: Value = serde_json::from_str(&stored).unwrap();
        change(&mut entry["request"]);
        std::fs::write(&file, entry.to_string()).unwrap();
        let (status, refused) = service.decide(&approval, "token-of-ann", true);
        let error = format!("the approval is refused: {reason}");
        assert_eq!((status, refused), (409, json!({ "error": error })));
    }
    std::fs::write(&file, stored).unwrap();
    let (status, outcome) = service.decide(&approval, "token-of-ann", false);
    assert_eq!((status, outcome), (200, json!({"outcome": "declined"})));
    let audit = std::fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    for line in audit.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["customer"], "acme", "{line}");
        assert_eq!(entry["account"], "account_acme", "{line}");
    }
    // Nothing that was refused or declined was sent.
    assert!(!audit.contains("\"stage\":\"start\""), "{audit}");
}
