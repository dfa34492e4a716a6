//! Tests of runs at the same time in one project.

use std::fs::File;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::project::{Ended, Files, Project, changed};

/// The file that a run locks.
const LOCKED: &str = "target/toolsmith/project";

/// The number of concurrent pairs.
const PAIRS: usize = 20;

/// Removes or empties generated files, so that a run has to write them.
fn damage(project: &Project, expected: &Files, round: usize) -> usize {
    let sources = expected.keys().filter(|path| path.ends_with(".rs"));
    let damaged: Vec<&String> = sources.skip(round % 3).step_by(3).collect();
    for path in &damaged {
        project.put(path, b"");
    }
    damaged.len()
}

/// Runs commands at the same time.
fn at_once<const N: usize>(project: &Project, commands: [&[&str]; N]) -> [Ended; N] {
    std::thread::scope(|scope| {
        let runs = commands.map(|arguments| scope.spawn(|| project.run(arguments)));
        runs.map(|run| run.join().unwrap())
    })
}

#[test]
fn concurrent_runs_write_the_right_files() {
    let project = Project::settled();
    let expected = project.written();
    for round in 0..PAIRS {
        let damaged = damage(&project, &expected, round);
        let regen: &[&str] = &["regen", "--offline"];
        let check: &[&str] = &["regen", "--check", "--json"];
        let [one, other, check] = at_once(&project, [regen, regen, check]);
        one.with_status(0);
        other.with_status(0);
        // A check sees the files before or after a run, never in between.
        let files = check.json()["files"].as_array().unwrap().len();
        assert!(files == 0 || files == damaged, "{files} of {damaged}");
        assert_eq!(check.status, i32::from(files > 0), "{check:?}");
        assert_eq!(changed(&expected, &project.written()), [""; 0]);
    }
}

#[test]
fn concurrent_runs_of_generate_write_the_right_files() {
    let project = Project::copy();
    let functions = r#"[{"name": "a", "parameters": {"type": "object"}}]"#;
    project.put("functions.json", functions.as_bytes());
    project.put("runtime/Cargo.toml", b"[package]\nname = \"runtime\"\n");
    let path = |path: &str| project.path(path).to_str().unwrap().to_owned();
    let (input, runtime) = (path("functions.json"), path("runtime"));
    let arguments = |out: &str| -> Vec<String> {
        let given = [
            "generate",
            "--input",
            &input,
            "--runtime",
            &runtime,
            "--name",
            "made",
        ];
        let given = given.into_iter().chain(["--out", out]);
        given.map(str::to_owned).collect()
    };
    let run = |out: &str| {
        let arguments = arguments(out);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        project.run(&arguments)
    };
    run(&path("expected")).with_status(0);
    let expected = crate::project::files(&project.path("expected"));
    for round in 0..PAIRS {
        let out = path(&format!("made_{}", round / 2));
        std::thread::scope(|scope| {
            let runs = [(); 2].map(|()| scope.spawn(|| run(&out)));
            for run in runs {
                run.join().unwrap().with_status(0);
            }
        });
        let made = crate::project::files(&project.path(&out));
        let differing = changed(&expected, &made);
        assert!(
            differing.iter().all(|path| path == "README.md"),
            "{differing:?}"
        );
    }
}

/// Starts `regen` and returns it once it waits or has ended.
fn start(project: &Project, arguments: &[&str]) -> Child {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_toolsmith"));
    command.arg("--root").arg(project.path(""));
    command
        .args(arguments)
        .stderr(Stdio::piped())
        .stdout(Stdio::null());
    command.spawn().unwrap()
}

#[test]
fn a_run_says_what_it_waits_for() {
    let project = Project::settled();
    let held = File::options()
        .write(true)
        .open(project.path(LOCKED))
        .unwrap();
    held.lock().unwrap();
    project.put(LOCKED, b"`cargo xtask regen`, process 12");
    for arguments in [&["regen", "--offline"], &["regen", "--check"]] {
        let waiting = start(&project, arguments);
        std::thread::sleep(Duration::from_millis(1500));
        held.unlock().unwrap();
        let ended = waiting.wait_with_output().unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        assert!(ended.status.success(), "{err}");
        assert!(
            err.contains("waiting for `cargo xtask regen`, process 12, which holds "),
            "{err}"
        );
        project.put(LOCKED, b"`cargo xtask regen`, process 12");
        held.lock().unwrap();
    }
}

#[test]
fn a_file_that_a_crash_left_behind_blocks_nobody() {
    let project = Project::settled();
    project.put(LOCKED, b"`cargo xtask regen`, process 12");
    let begun = Instant::now();
    let ended = project.run(&["regen", "--offline"]).with_status(0);
    assert!(!ended.err.contains("waiting"), "{}", ended.err);
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[cfg(unix)]
#[test]
fn a_killed_run_releases_its_lock() {
    let project = Project::settled();
    let server = "[catalog.hanging]\nkind = \"mcp\"\ncommand = \"sleep\"\nargs = [\"20\"]\n";
    let config = project.text("toolsmith.toml");
    project.put("toolsmith.toml", format!("{config}\n{server}").as_bytes());
    let mut hanging = start(&project, &["regen", "--fetch", "hanging"]);
    let is_locked = || {
        let file = File::open(project.path(LOCKED)).unwrap();
        file.try_lock_shared().is_err()
    };
    let begun = Instant::now();
    while !is_locked() {
        assert!(
            begun.elapsed() < Duration::from_secs(15),
            "it takes no lock"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    hanging.kill().unwrap();
    hanging.wait().unwrap();
    project.put("toolsmith.toml", config.as_bytes());
    // The server that it started still runs, and holds nothing.
    let ended = project.run(&["regen", "--offline"]).with_status(0);
    assert!(!ended.err.contains("waiting"), "{}", ended.err);
}
