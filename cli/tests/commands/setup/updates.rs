//! The steps of the workflows, run in a repository with a `gh`, a `cargo` and the real `toolsmith`.

use serde_json::Value;

use super::fresh::Fresh;
use super::workflows::{CHECK, STEP, UPDATE, bash, script};
use crate::project::Ended;

const GH: &str = "#!/bin/sh
echo \"$@\" >> \"$RUNNER_TEMP/log\"
while [ $# -gt 0 ]; do
  if [ \"$1\" = --body-file ]; then cp \"$2\" \"$RUNNER_TEMP/posted.md\"; fi
  shift
done
";

const CARGO: &str = "#!/bin/sh
if [ -e \"$RUNNER_TEMP/broken\" ]; then echo 'error[E0061]: ### this takes 2 arguments' >&2; exit 101; fi
";

/// A project with a catalog of functions, its workflows and its remote.
fn repository() -> Fresh {
    let fresh = Fresh::project();
    let add = ["add", "functions", "rooms", "--file", "functions.json"];
    fresh.run(&add).with_status(0);
    fresh.run(&["init", "--ci", "github"]).with_status(0);
    let toolsmith = format!(
        "#!/bin/sh\nunset CARGO_MANIFEST_DIR TOOLSMITH_CALLED_AS\nexec '{}' \"$@\"\n",
        env!("CARGO_BIN_EXE_toolsmith")
    );
    for (tool, text) in [("gh", GH), ("cargo", CARGO), ("toolsmith", &toolsmith)] {
        fresh.put(&format!("tools/{tool}"), text);
    }
    fresh.put(".gitignore", "tools/\ntemp/\nremote/\ntarget/\n");
    let setup = "chmod +x tools/* && git init -q --bare remote && git init -q -b main \
                 && git config user.email a@b.test && git config user.name A && git add -A \
                 && git commit -qm first && git remote add origin ./remote && git push -q origin main";
    bash(&fresh, "", &[], setup).with_status(0);
    fresh
}

/// The result of the update.
struct Updated {
    status: String,
    log: String,
    posted: String,
    out: String,
}

/// Runs the steps of the update.
fn update(fresh: &Fresh) -> Updated {
    for file in ["output", "log", "summary", "posted.md"] {
        fresh.put(&format!("temp/{file}"), "");
    }
    bash(fresh, "", &[], "git checkout -q main").with_status(0);
    let workflow = fresh.text(UPDATE);
    let step = |name: &str, variables: &[(&str, &str)]| -> Ended {
        bash(fresh, "", variables, &script(&workflow, name)).with_status(0)
    };
    let out = step("Fetch and regenerate", &[("NO_COLOR", "1")]).out;
    step(
        "Compile the project with the new code, and grade the changes",
        &[],
    );
    let output = fresh.text("temp/output");
    let value = |key: &str| {
        let line = output.lines().find_map(|line| line.strip_prefix(key));
        line.unwrap_or_default().to_owned()
    };
    let (status, graded) = (value("status="), value("graded="));
    if status != "unchanged" {
        let variables = [("STATUS", status.as_str()), ("GRADED", &graded)];
        step("Write the text of the pull request", &variables);
    }
    let mut variables = STEP.to_vec();
    variables[0] = ("STATUS", &status);
    step("Open, update or close the pull request", &variables);
    Updated {
        log: fresh.text("temp/log"),
        posted: fresh.text("temp/posted.md"),
        out,
        status,
    }
}

/// Changes the file of functions, on `main`.
fn change(fresh: &Fresh, from: &str, to: &str) {
    bash(fresh, "", &[], "git checkout -q main").with_status(0);
    let functions = fresh.text("functions.json");
    assert!(functions.contains(from));
    fresh.put("functions.json", &functions.replace(from, to));
    bash(fresh, "", &[], "git commit -qam functions").with_status(0);
}

#[test]
fn the_update_is_a_draft_if_something_breaks() {
    let fresh = repository();
    let updated = update(&fresh);
    assert_eq!(updated.status, "unchanged", "{}", updated.out);
    assert!(!updated.log.contains("pr create"), "{}", updated.log);

    // A new tool.
    change(
        &fresh,
        "[\n",
        "[\n{\"name\": \"paint\", \"description\": \"Paints `x` @team | y.\"},\n",
    );
    let updated = update(&fresh);
    assert_eq!(updated.status, "compiles", "{}", updated.posted);
    assert!(
        updated.log.contains("pr create --head toolsmith/update"),
        "{}",
        updated.log
    );
    assert!(!updated.log.contains("--draft"), "{}", updated.log);
    for part in [
        "## Changes of the catalogs",
        "Nothing breaks.",
        "| tool-added",
        "`paint`",
    ] {
        assert!(
            updated.posted.contains(part),
            "no {part} in {}",
            updated.posted
        );
    }
    assert!(!updated.posted.contains("@team"), "{}", updated.posted);

    // A compile break.
    change(&fresh, "\"days\"]", "\"days\", \"guests\"]");
    let guests = "\"days\": {\"type\": \"integer\"}, \"guests\": {\"type\": \"integer\"}";
    change(&fresh, "\"days\": {\"type\": \"integer\"}", guests);
    let updated = update(&fresh);
    assert_eq!(updated.status, "graded", "{}", updated.posted);
    assert!(updated.log.contains("--draft"), "{}", updated.log);
    assert!(updated.posted.contains("break"), "{}", updated.posted);
    assert!(
        updated.posted.contains("This is a draft"),
        "{}",
        updated.posted
    );
    fresh.put("temp/broken", "");
    let updated = update(&fresh);
    assert_eq!(updated.status, "breaks");
    assert!(
        updated.posted.contains("does **not compile**"),
        "{}",
        updated.posted
    );
    assert!(
        updated.posted.contains("\n    error[E0061]: ### this"),
        "{}",
        updated.posted
    );
}

#[test]
fn the_update_does_not_stop_at_a_silent_change() {
    let fresh = repository();
    change(&fresh, "\"days\"", "\"nights\"");
    let updated = update(&fresh);
    assert_eq!(updated.status, "graded", "{}", updated.posted);
    assert!(updated.log.contains("--draft"), "{}", updated.log);
    for part in [
        "**Silent changes**: programs compile and send something else",
        "\n      arg-required-swapped  book_room  argument /nights  days -> nights",
        "**1 is silent**",
    ] {
        assert!(
            updated.posted.contains(part),
            "no {part} in {}",
            updated.posted
        );
    }
    let silent = updated.posted.find("**Silent changes**").unwrap();
    assert!(silent < updated.posted.find("## Changes of the catalogs").unwrap());
    // The text of catalogs is between the marks that end and begin workflow commands.
    assert_eq!(
        updated.out.matches("::stop-commands::").count(),
        2,
        "{}",
        updated.out
    );
}

#[test]
fn the_check_grades_the_changes_of_a_pull_request() {
    let fresh = repository();
    let check = |name: &str| {
        fresh.put("temp/summary", "");
        bash(&fresh, "", &[], &script(&fresh.text(CHECK), name))
    };
    let grade = "Grade the changes of the catalogs";
    let first = check(grade).with_status(0);
    assert!(
        first.out.contains("no commit before this one"),
        "{}",
        first.out
    );
    change(
        &fresh,
        "\"days\": {\"type\": \"integer\"}",
        "\"days\": {\"type\": \"string\"}",
    );
    fresh.run(&["regen"]).with_status(0);
    bash(&fresh, "", &[], "git add -A && git commit -qm update").with_status(0);
    let graded = check(grade).with_status(0);
    let start = "::error file=crates/tools/src/rooms/";
    assert!(graded.out.starts_with(start), "{}", graded.out);
    let summary = fresh.text("temp/summary");
    assert!(
        summary.contains("**1 change breaks callers.**"),
        "{summary}"
    );
    let checked = check("Check the generated code").with_status(0);
    let lines: Vec<&str> = checked.out.lines().collect();
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    assert_eq!(token.len(), 32);
    assert_eq!(*lines.last().unwrap(), format!("::{token}::"));
    fresh.put("crates/tools/src/rooms/mod.rs", "");
    check("Check the generated code").with_status(1);
}

#[test]
fn the_workflows_are_valid_yaml() {
    let fresh = repository();
    for (file, job, permissions) in [
        (CHECK, "check", r#"{"contents":"read"}"#),
        (
            UPDATE,
            "update",
            r#"{"contents":"write","pull-requests":"write"}"#,
        ),
    ] {
        let workflow: Value = serde_saphyr::from_str(&fresh.text(file)).unwrap();
        assert_eq!(workflow["permissions"].to_string(), permissions, "{file}");
        assert!(workflow["on"].is_object(), "{file}");
        let steps = workflow["jobs"][job]["steps"].as_array().unwrap();
        for step in steps {
            let step = step.as_object().unwrap();
            assert_ne!(
                step.contains_key("run"),
                step.contains_key("uses"),
                "{step:?}"
            );
            if let Some(run) = step.get("run") {
                assert!(!run.as_str().unwrap().contains("${{"), "{run}");
                let parsed = bash(
                    &fresh,
                    "",
                    &[("SCRIPT", run.as_str().unwrap())],
                    "bash -n -c \"$SCRIPT\"",
                );
                parsed.with_status(0);
            }
        }
    }
}
