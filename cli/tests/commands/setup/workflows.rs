//! Tests of the workflows that `init --ci github` writes.

#[cfg(unix)]
use std::process::Command;

use super::fresh::Fresh;
#[cfg(unix)]
use crate::project::Ended;
use crate::project::changed;

pub(super) const CHECK: &str = ".github/workflows/toolsmith-check.yml";
pub(super) const UPDATE: &str = ".github/workflows/toolsmith-update.yml";

#[test]
fn adds_two_workflows_to_a_project() {
    let fresh = Fresh::project();
    let before = fresh.files();
    let init = ["init", "--ci", "github"];
    let ended = fresh.run(&init).with_status(0);
    let after = fresh.files();
    assert_eq!(changed(&before, &after), [CHECK, UPDATE]);
    for part in [
        "Allow GitHub Actions to create and approve pull requests",
        "default token",
    ] {
        assert!(ended.out.contains(part), "no {part} in {}", ended.out);
    }
    fresh.put(CHECK, "mine\n");
    fresh.run(&init).with_status(0);
    assert_eq!(fresh.text(CHECK), "mine\n");
    let update = fresh.text(UPDATE);
    for part in [
        "toolsmith regen --fetch",
        "toolsmith diff --format markdown",
        "contents: write",
        "pull-requests: write",
        "--draft",
        "secrets.TOOLSMITH_PULL_REQUEST_TOKEN || github.token",
        "working-directory: \".\"",
        // A pull request from a fork is never adopted.
        "--json number,isCrossRepository --jq \"$own[0].number // empty\"",
        "own='[.[] | select(.isCrossRepository | not)]'",
    ] {
        assert!(update.contains(part), "no {part} in {update}");
    }
    // Text of a catalog or of an event is never a part of a script.
    for script in update.split("run:").skip(1) {
        let script = script.split("      - ").next().unwrap();
        let script = script.split("\n        env:").next().unwrap();
        let lines = script
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        let script: Vec<&str> = lines.collect();
        assert!(!script.concat().contains("${{"), "{script:?}");
    }
}

#[test]
fn the_update_gets_the_variables_that_catalogs_need() {
    let fresh = Fresh::project();
    let config = fresh.text("toolsmith.toml");
    let catalogs = "\n[catalog.auth]\nkind = \"truto\"\naccount = { env = \"AUTH_ID\" }\n\n[catalog.notes]\nkind = \"mcp\"\ncommand = \"notes\"\nenv = [\"NOTES_KEY\"]\n";
    fresh.put("toolsmith.toml", &format!("{config}{catalogs}"));
    let ended = fresh.run(&["init", "--ci", "github"]).with_status(0);
    let update = fresh.text(UPDATE);
    for name in ["AUTH_ID", "NOTES_KEY", "TRUTO_API_TOKEN"] {
        let line = format!("          {name}: ${{{{ secrets.{name} }}}}\n");
        assert!(update.contains(&line), "no {line} in {update}");
        assert!(ended.out.contains(name), "{}", ended.out);
    }
}

#[test]
fn the_variables_of_a_later_catalog_are_a_step() {
    let fresh = Fresh::project();
    fresh.run(&["init", "--ci", "github"]).with_status(0);
    let update = fresh.text(UPDATE);
    let config = fresh.text("toolsmith.toml");
    let catalog = "\n[catalog.notes]\nkind = \"mcp\"\ncommand = \"notes\"\nenv = [\"NOTES_ID\", \"NOTES_KEY\"]\n";
    fresh.put("toolsmith.toml", &format!("{config}{catalog}"));
    let tools = r#"{"tools": [{"name": "read", "inputSchema": {"type": "object"}}]}"#;
    fresh.put("catalogs/notes.json", tools);
    let line = |name: &str| format!("          {name}: ${{{{ secrets.{name} }}}}");
    // The program that is pasted comes last.
    let add = [
        "add",
        "functions",
        "rooms",
        "--file",
        "functions.json",
        "--json",
    ];
    let steps = fresh.run(&add).with_status(0).json()["steps"].clone();
    let steps = steps.as_array().unwrap();
    let step = &steps[steps.len() - 2];
    assert_eq!(step["file"], UPDATE);
    assert_eq!(
        step["lines"],
        serde_json::json!([line("NOTES_ID"), line("NOTES_KEY")])
    );
    // A variable may have another secret.
    let partly = update.replace(
        "          NO_COLOR",
        "          NOTES_ID: 1\n          NO_COLOR",
    );
    fresh.put(UPDATE, &partly);
    let ended = fresh.run(&["init", "--ci", "github"]).with_status(0);
    assert!(ended.out.contains(&line("NOTES_KEY")), "{}", ended.out);
    assert!(!ended.out.contains(&line("NOTES_ID")), "{}", ended.out);
    assert_eq!(fresh.text(UPDATE), partly);
}

#[test]
fn workflows_are_at_the_root_of_the_repository() {
    let fresh = Fresh::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("services/app/Cargo.toml", super::fresh::PACKAGE),
        ("services/app/src/main.rs", "fn main() {}\n"),
    ]);
    let init = ["init", "--ci", "github"];
    fresh.run_in("services/app", &[], &init).with_status(0);
    let update = fresh.text(UPDATE);
    assert!(
        update.contains("working-directory: \"services/app\""),
        "{update}"
    );
    assert!(fresh.path("services/app/toolsmith.toml").is_file());
}

/// Returns the script of a step.
#[cfg(unix)]
pub(super) fn script(workflow: &str, step: &str) -> String {
    let (_, after) = workflow.split_once(&format!("- name: {step}\n")).unwrap();
    let (_, lines) = after.split_once("        run: |\n").unwrap();
    let lines = lines
        .lines()
        .map_while(|line| line.strip_prefix("          "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Runs a script as GitHub does.
#[cfg(unix)]
pub(super) fn bash(fresh: &Fresh, folder: &str, variables: &[(&str, &str)], script: &str) -> Ended {
    let tools = fresh.path("tools");
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
    command.current_dir(fresh.path(folder)).env("PATH", path);
    command.env("RUNNER_TEMP", fresh.path("temp"));
    command.env("GITHUB_OUTPUT", fresh.path("temp/output"));
    command.env("GITHUB_STEP_SUMMARY", fresh.path("temp/summary"));
    Ended::of(command.envs(variables.iter().copied()).output().unwrap())
}

#[cfg(unix)]
#[test]
fn the_workflows_read_the_version_in_every_form() {
    let fresh = Fresh::package();
    fresh.run(&["init", "--ci", "github"]).with_status(0);
    fresh.put("temp/output", "");
    let read = script(&fresh.text(UPDATE), "Read the pinned version");
    assert_eq!(read, script(&fresh.text(CHECK), "Read the pinned version"));
    for (config, version) in [
        ("# Mine.\nversion = \"0.1.0\"\n", "0.1.0"),
        (
            "version='0.1.0-rc.1'  # pinned\r\n[catalog.a]\r\n",
            "0.1.0-rc.1",
        ),
        (
            "  \"version\" = \"1.2.3\"\n[runtime]\nversion = \"9.9.9\"\n",
            "1.2.3",
        ),
    ] {
        fresh.put("toolsmith.toml", config);
        fresh.put("temp/output", "");
        bash(&fresh, "", &[], &read).with_status(0);
        assert_eq!(fresh.text("temp/output"), format!("version={version}\n"));
    }
    fresh.put("toolsmith.toml", "[runtime]\nversion = \"9.9.9\"\n");
    let ended = bash(&fresh, "", &[], &read).with_status(1);
    assert!(ended.out.contains("toolsmith upgrade"), "{}", ended.out);
}

#[test]
fn workflows_pin_the_version_of_a_project_without_one() {
    let fresh = Fresh::project();
    let config = fresh.text("toolsmith.toml");
    let line = format!("version = \"{}\"\n", env!("CARGO_PKG_VERSION"));
    let unpinned = config.replace(&line, "");
    for (config, expected) in [
        (unpinned.clone(), format!("{line}{unpinned}")),
        (config.replace('"', "'"), config.replace('"', "'")),
    ] {
        fresh.put("toolsmith.toml", &config);
        fresh.run(&["init", "--ci", "github"]).with_status(0);
        assert_eq!(fresh.text("toolsmith.toml"), expected);
    }
}

/// Creates a repository, its remote, and a `gh` that logs its arguments and lists no pull requests.
#[cfg(unix)]
fn repository() -> (Fresh, String) {
    let fresh = Fresh::package();
    fresh.run(&["init", "--ci", "github"]).with_status(0);
    let update = script(
        &fresh.text(UPDATE),
        "Open, update or close the pull request",
    );
    let gh = "#!/bin/sh\necho \"$@\" >> \"$RUNNER_TEMP/log\"\n";
    fresh.put("tools/gh", gh);
    fresh.put("temp/log", "");
    let setup = "chmod +x tools/gh && git init -q --bare remote && git init -q -b main work && cd work \
                 && git config user.email a@b.test && git config user.name A && echo 1 > a \
                 && git add a && git commit -qm first && git remote add origin ../remote && git push -q origin main";
    bash(&fresh, "", &[], setup).with_status(0);
    (fresh, update)
}

/// The variables of the last step of the update.
#[cfg(unix)]
pub(super) const STEP: [(&str, &str); 4] = [
    ("STATUS", "compiles"),
    ("BASE", "main"),
    ("BRANCH", "toolsmith/update"),
    (
        "EMAIL",
        "41898282+github-actions[bot]@users.noreply.github.com",
    ),
];

#[cfg(unix)]
#[test]
fn the_update_replaces_its_own_commit_and_keeps_that_of_a_person() {
    let (fresh, update) = repository();
    let run = |text: &str| {
        let change = format!("git checkout -q main && echo {text} > a && git add a\n{update}");
        bash(&fresh, "work", &STEP, &change).with_status(0)
    };
    let tip = "git -C ../remote show toolsmith/update:a";
    run("2");
    run("3");
    assert_eq!(bash(&fresh, "work", &[], tip).out.trim(), "3");
    let log = fresh.text("temp/log");
    assert!(
        log.contains("pr create --head toolsmith/update --base main"),
        "{log}"
    );
    let person = "git checkout -q toolsmith/update && git config user.email p@x.test && echo mine > a \
                  && git commit -qam mine && git push -q origin toolsmith/update";
    bash(&fresh, "work", &[], person).with_status(0);
    let ended = run("4");
    assert!(
        ended.out.contains("left the branch as it is"),
        "{}",
        ended.out
    );
    assert!(fresh.text("temp/summary").contains("toolsmith/update"));
    assert_eq!(bash(&fresh, "work", &[], tip).out.trim(), "mine");
}
