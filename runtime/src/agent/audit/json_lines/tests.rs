//! Records after writes that failed, to any medium.

#![expect(clippy::disallowed_methods, reason = "an audit is a file")]

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::JsonLines;
use super::rotation::{Rotating, place};
use crate::agent::audit::{Audit as _, AuditEntry, AuditStage, DecidedBy, Decision};
use crate::codec::Json;
use crate::context::CallContext;
use crate::error::CallOutcome;

/// Records a call of the tool `name`.
fn record(lines: &JsonLines, name: &str) -> io::Result<()> {
    lines.record(&AuditEntry {
        at: SystemTime::UNIX_EPOCH,
        stage: AuditStage::Start,
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

/// Returns the tools in the files, the latest first, and removes them.
fn rotated(path: &std::path::Path, count: usize) -> Vec<Vec<Option<String>>> {
    let older = |number: usize| PathBuf::from(format!("{}.{number}", path.display()));
    let paths = std::iter::once(path.to_owned()).chain((1..count).map(older));
    let files = paths.map(|path| {
        let text = fs::read(&path).unwrap();
        fs::remove_file(path).unwrap();
        tools(&text)
    });
    let files = files.collect();
    assert!(!older(count).exists());
    files
}

#[test]
fn rotation_splits_and_loses_no_record() {
    let path = file("rotated");
    let lines = JsonLines::append(&path).unwrap();
    record(&lines, "a").unwrap();
    let line = fs::metadata(&path).unwrap().len();
    let lines = lines.rotate(2 * line, 9).unwrap();
    let other = lines.clone().with("customer", 5);
    for name in ["b", "c", "d"] {
        record(&lines, name).unwrap();
    }
    // A longer record has a separate file.
    record(&other, &"e".repeat(300)).unwrap();
    record(&other, "f").unwrap();
    let long = "e".repeat(300);
    let expected = [
        some(&["f"]),
        some(&[&long]),
        some(&["c", "d"]),
        some(&["a", "b"]),
    ];
    assert_eq!(rotated(&path, 4), expected);
}

#[test]
fn rotation_keeps_a_number_of_older_files() {
    let path = file("older");
    let lines = JsonLines::append(&path).unwrap().rotate(1, 2).unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        record(&lines, name).unwrap();
    }
    let expected = [some(&["e"]), some(&["d"]), some(&["c"])];
    assert_eq!(rotated(&path, 3), expected);
}

#[test]
fn rotation_goes_on_after_a_process_that_died() {
    let path = file("gap");
    let older = |number: usize| format!("{}.{number}", path.display());
    // It died after it had renamed the second and the first, and left half a line.
    fs::write(older(3), "{\"tool\": \"a\"}\n").unwrap();
    fs::write(older(2), "{\"tool\": \"b\"}\n").unwrap();
    fs::write(&path, "{\"tool\": \"c\"}\n{\"to").unwrap();
    let lines = JsonLines::append(&path).unwrap().rotate(1, 3).unwrap();
    record(&lines, "d").unwrap();
    let half = fs::read(older(1)).unwrap();
    assert_eq!(
        half, b"{\"tool\": \"c\"}\n{\"to",
        "half a line stays as it is"
    );
    fs::write(older(1), "{\"tool\": \"c\"}\n").unwrap();
    let expected = [some(&["d"]), some(&["c"]), some(&["b"]), some(&["a"])];
    assert_eq!(rotated(&path, 4), expected);
    // It died before it had opened a new file.
    fs::write(older(1), "{\"tool\": \"a\"}\n").unwrap();
    let lines = JsonLines::append(&path).unwrap().rotate(1, 3).unwrap();
    fs::remove_file(&path).unwrap();
    record(&lines, "b").unwrap();
    assert_eq!(rotated(&path, 2), [some(&["b"]), some(&["a"])]);
}

#[test]
fn a_file_that_cannot_be_renamed_gets_the_records() {
    let path = file("stuck");
    let folder = format!("{}.1", path.display());
    fs::create_dir_all(format!("{folder}/x")).unwrap();
    let lines = JsonLines::append(&path).unwrap().rotate(1, 1).unwrap();
    record(&lines, "a").unwrap();
    record(&lines, "b").unwrap();
    assert_eq!(tools(&fs::read(&path).unwrap()), some(&["a", "b"]));
    fs::remove_dir_all(folder).unwrap();
    fs::remove_file(path).unwrap();
}

#[test]
fn only_a_file_is_rotated() {
    let error = JsonLines::to(io::sink()).rotate(1, 1).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

#[test]
fn fields_of_the_program_hide_none_of_the_entry() {
    let medium = Medium {
        text: Arc::default(),
        left: Arc::new(Mutex::new(usize::MAX)),
    };
    let lines = JsonLines::to(medium.clone()).with("region", "eu");
    let one = lines.clone().with("customer", "c_1").with("tool", "mine");
    record(&one, "a").unwrap();
    record(&lines, "b").unwrap();
    let text = String::from_utf8(medium.text.lock().unwrap().clone()).unwrap();
    let lines: Vec<Json> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["tool"], "a");
    assert_eq!(lines[0]["_tool"], "mine");
    assert_eq!(
        (&lines[0]["customer"], &lines[0]["region"]),
        (&"c_1".into(), &"eu".into())
    );
    assert_eq!(
        (&lines[1]["customer"], &lines[1]["region"]),
        (&Json::Null, &"eu".into())
    );
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

#[test]
fn two_writers_of_one_process_rotate_one_file() {
    let path = file("shared");
    let open = || JsonLines::append(&path).unwrap();
    record(&open(), "00").unwrap();
    let line = fs::metadata(&path).unwrap().len();
    let writers = [0, 1].map(|_| open().rotate(2 * line, 3).unwrap());
    // One of them rotates, and the other goes on in the new file.
    for (number, name) in ["01", "02", "03", "04", "05", "06", "07"]
        .iter()
        .enumerate()
    {
        record(&writers[number / 2 % 2], name).unwrap();
    }
    let expected = [
        some(&["06", "07"]),
        some(&["04", "05"]),
        some(&["02", "03"]),
        some(&["00", "01"]),
    ];
    assert_eq!(rotated(&path, 4), expected);
    // At the same time, no line is lost and no file is too large.
    let writers = [0, 1].map(|_| open().rotate(4 * line, 99).unwrap());
    std::thread::scope(|scope| {
        for writer in &writers {
            scope.spawn(move || (0..50).for_each(|_| record(writer, "00").unwrap()));
        }
    });
    let counts = rotated(&path, 25).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(counts, [4; 25]);
}

#[test]
fn writers_know_a_rotated_file_by_any_path_to_it() {
    let path = file("numbered");
    let name = path.file_name().unwrap();
    let folder = path.parent().unwrap();
    let other = folder
        .join(".")
        .join("..")
        .join(folder.file_name().unwrap());
    let other = other.join(name);
    let known = place(&path).unwrap();
    assert_eq!(place(&other).unwrap(), known);
    // A name alone is a file of the working directory.
    let here = std::env::current_dir().unwrap().canonicalize().unwrap();
    assert_eq!(place(name.as_ref()).unwrap(), here.join(name));

    let writers =
        [&path, &other].map(|path| JsonLines::append(path).unwrap().rotate(1, 3).unwrap());
    let number = || Rotating::lock().number(&known);
    let before = number();
    for (index, name) in ["00", "01", "02", "03"].iter().enumerate() {
        record(&writers[index % 2], name).unwrap();
        // The first line fits into the empty file.
        assert_eq!(number(), before + u64::try_from(index).unwrap());
    }
    let expected = ["03", "02", "01", "00"].map(|name| some(&[name]));
    assert_eq!(rotated(&path, 4), expected);
}
