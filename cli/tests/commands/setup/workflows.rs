//! Tests of the workflows that `init --ci github` writes.

use super::fresh::Fresh;
use crate::project::changed;

const CHECK: &str = ".github/workflows/toolsmith-check.yml";
const UPDATE: &str = ".github/workflows/toolsmith-update.yml";

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
        "contents: write",
        "pull-requests: write",
        "--draft",
        "secrets.TOOLSMITH_PULL_REQUEST_TOKEN || github.token",
        "working-directory: \".\"",
    ] {
        assert!(update.contains(part), "no {part} in {update}");
    }
    // Text of a catalog or of an event is never a part of a script.
    for script in update.split("run:").skip(1) {
        let script = script.split("      - ").next().unwrap();
        let script = script.split("\n        env:").next().unwrap();
        assert!(!script.contains("${{"), "{script}");
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
