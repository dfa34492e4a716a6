//! Records after writes that failed, to any medium.

#![expect(clippy::disallowed_methods, reason = "an audit is a file")]

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::JsonLines;
use crate::agent::audit::{Audit as _, DecidedBy, Decision, Entry, Stage};
use crate::codec::Json;
use crate::context::CallContext;
use crate::error::CallOutcome;

/// Records a call of the tool `name`.
fn record(lines: &JsonLines, name: &str) -> io::Result<()> {
    lines.record(&Entry {
        at: SystemTime::UNIX_EPOCH,
        stage: Stage::Start,
        name,
        tool: None,
        catalog: None,
        decision: Decision::Allowed,
        by: &DecidedBy::Policy,
        reason: None,
        outcome: CallOutcome::None,
        duration: Duration::ZERO,
        arguments: &Json::Null,
        account: None,
        context: &CallContext::new(),
        idempotency_key: None,
        approval: None,
    })
}

/// Returns the tool of each line, and `None` for a line that is incomplete.
fn tools(text: &[u8]) -> Vec<Option<String>> {
    assert_eq!(text.last(), Some(&b'\n'));
    let text = String::from_utf8(text.to_vec()).unwrap();
    let tool = |line: &str| {
        let json: Json = serde_json::from_str(line).ok()?;
        Some(json["tool"].as_str()?.to_owned())
    };
    text.lines().map(tool).collect()
}

fn some(names: &[&str]) -> Vec<Option<String>> {
    let name = |name: &&str| Some((*name).to_owned()).filter(|name| name != "-");
    names.iter().map(name).collect()
}

fn file(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("toolsmith-{}-{name}", std::process::id()));
    let _missing = fs::remove_file(&path);
    path
}

/// A medium with room for a number of bytes.
#[derive(Clone)]
struct Medium {
    text: Arc<Mutex<Vec<u8>>>,
    left: Arc<Mutex<usize>>,
}

impl io::Write for Medium {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut left = self.left.lock().unwrap();
        if *left == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(*left);
        *left -= taken;
        self.text.lock().unwrap().extend(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_record_after_half_a_line_has_its_own_line() {
    for (room, second) in [(1, "-"), (30, "-"), (100, "-"), (usize::MAX, "b")] {
        let medium = Medium {
            text: Arc::default(),
            left: Arc::new(Mutex::new(usize::MAX)),
        };
        let lines = JsonLines::to(medium.clone());
        record(&lines, "a").unwrap();
        let line = medium.text.lock().unwrap().len();
        *medium.left.lock().unwrap() = room.min(line - 1);
        // A line that lacks nothing but its line break can be read.
        record(&lines, "b").unwrap_err();
        record(&lines, "c").unwrap_err();
        *medium.left.lock().unwrap() = usize::MAX;
        record(&lines, "d").unwrap();
        record(&lines, "e").unwrap();
        let text = medium.text.lock().unwrap().clone();
        assert_eq!(tools(&text), some(&["a", second, "d", "e"]), "{room}");
    }
}

#[test]
fn half_a_line_of_another_process_is_ended_first() {
    let path = file("half-line");
    fs::write(&path, "{\"tool\": \"a\"}\n{\"tool\": \"b\", \"eff").unwrap();
    let lines = JsonLines::append(&path).unwrap();
    record(&lines, "c").unwrap();
    let mut other = fs::OpenOptions::new().append(true).open(&path).unwrap();
    other.write_all(b"{\"to").unwrap();
    record(&lines, "d").unwrap();
    record(&lines, "e").unwrap();
    let text = fs::read(&path).unwrap();
    assert_eq!(tools(&text), some(&["a", "-", "c", "-", "d", "e"]));
    fs::remove_file(path).unwrap();
}

/// The name of the file, in the process with a limit.
const LIMITED_FILE: &str = "TOOLSMITH_TEST_LIMITED_AUDIT";

/// The system cuts a write at the limit of a file's size, as a full disk does.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_reached_its_size_limit_loses_no_later_record() {
    use std::process::Command;

    if let Some(path) = std::env::var_os(LIMITED_FILE) {
        return write_beyond_limit(&PathBuf::from(path));
    }
    let is_there = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !is_there("bash") || !is_there("prlimit") {
        return;
    }
    let path = file("limited");
    let script = "trap '' XFSZ; ulimit -S -f 1; exec \"$@\"";
    let name =
        "agent::audit::json_lines::tests::a_file_that_reached_its_size_limit_loses_no_later_record";
    let output = Command::new("bash")
        .args(["-c", script, "bash"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(LIMITED_FILE, &path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = fs::read(&path).unwrap();
    let tools = tools(&text);
    let incomplete = tools.iter().filter(|tool| tool.is_none()).count();
    assert_eq!(incomplete, 1, "{tools:?}");
    assert_eq!(tools.last(), Some(&Some("after".to_owned())));
    fs::remove_file(path).unwrap();
}

/// Writes until the limit of this process, and again after it was lifted.
fn write_beyond_limit(path: &std::path::Path) {
    let lines = JsonLines::append(path).unwrap();
    let written = (0..100)
        .take_while(|_| record(&lines, "before").is_ok())
        .count();
    assert!((1..100).contains(&written), "{written}");
    record(&lines, "lost").unwrap_err();
    let lifted = std::process::Command::new("prlimit")
        .args([
            "--fsize=unlimited",
            "--pid",
            &std::process::id().to_string(),
        ])
        .status();
    assert!(lifted.unwrap().success());
    record(&lines, "after").unwrap();
    let found = tools(&fs::read(path).unwrap());
    assert_eq!(found.len(), written + 2, "{found:?}");
}
