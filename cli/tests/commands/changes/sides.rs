//! The sides of a comparison, in real repositories.

use std::process::Command;

use serde_json::Value;

use super::repository::{Repository, SNAPSHOT};
use crate::project::{Ended, Project};

/// Returns the kinds of the changes of each catalog, each once.
fn kinds(ended: &Ended) -> Vec<(String, Vec<String>)> {
    let result = ended.json();
    let catalogs = result["catalogs"].as_array().unwrap().iter();
    let kinds = |catalog: &Value| {
        let changes = catalog["changes"].as_array().unwrap().iter();
        let mut ids: Vec<String> = changes
            .map(|change| change["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids.dedup();
        ids
    };
    catalogs
        .map(|catalog| (catalog["name"].as_str().unwrap().to_owned(), kinds(catalog)))
        .collect()
}

fn names(found: &[(String, Vec<String>)]) -> Vec<(&str, Vec<&str>)> {
    let found = found.iter();
    found
        .map(|(name, ids)| (name.as_str(), ids.iter().map(String::as_str).collect()))
        .collect()
}

const FUNCTIONS: &str = r#"[{"name": "book_room", "description": "Books a room.",
    "parameters": {"type": "object", "properties": {"room": {"type": "string"}}, "required": ["room"]}}]"#;

#[expect(clippy::disallowed_methods, reason = "the test edits a project")]
fn remove(project: &Project, file: &str) {
    std::fs::remove_file(project.path(file)).unwrap();
}

/// Adds a catalog of functions under a name.
fn add_rooms(repository: &Repository, name: &str) {
    let mut config = repository.project.text("toolsmith.toml");
    let table = format!("\n[catalog.{name}]\nkind = \"functions\"\nfile = \"functions.json\"\n");
    config.push_str(&table);
    let project = &repository.project;
    project.put("toolsmith.toml", config.as_bytes());
    project.put("functions.json", FUNCTIONS.as_bytes());
    repository.run(&["regen"]).with_status(0);
}

#[test]
fn catalogs_that_come_and_go_are_added_and_removed() {
    let repository = Repository::new();
    add_rooms(&repository, "rooms");
    let diff = ["diff", "--json"];
    let found = kinds(&repository.run(&diff).with_status(0));
    assert_eq!(
        names(&found),
        [
            ("rooms", vec!["tool-added", "tool-text-changed"]),
            ("the_auth_api", vec![])
        ]
    );
    repository.commit("rooms");
    let found = kinds(&repository.run(&["diff", "git:HEAD", "git:HEAD~1", "--json"]));
    assert_eq!(names(&found)[0], ("rooms", vec!["tool-removed"]));
    repository.run(&["remove", "rooms"]).with_status(0);
    let removed = repository.run(&diff).with_status(0);
    assert_eq!(names(&kinds(&removed))[0], ("rooms", vec!["tool-removed"]));
    // A catalog of the past has its name as well.
    let only = repository
        .run(&["diff", "--catalog", "rooms", "--json"])
        .with_status(0);
    assert_eq!(names(&kinds(&only)), [("rooms", vec!["tool-removed"])]);
    let ended = repository
        .run(&["diff", "--catalog", "rums"])
        .with_status(3);
    assert!(
        ended.err.contains("there is no catalog `rums`"),
        "{}",
        ended.err
    );
}

#[test]
fn a_revision_has_its_own_configuration() {
    let repository = Repository::new();
    let project = &repository.project;
    let config = project.text("toolsmith.toml");
    add_rooms(&repository, "rooms");
    repository.commit("rooms");
    // The snapshot moves, and the catalog of functions has another name.
    let moved = config.replace(
        "kind = \"truto\"",
        "kind = \"truto\"\nsnapshot = \"catalogs/auth.json\"",
    );
    project.put("toolsmith.toml", moved.as_bytes());
    project.put("catalogs/auth.json", project.text(SNAPSHOT).as_bytes());
    remove(project, SNAPSHOT);
    remove(project, "catalogs/rooms.json");
    remove(project, "catalogs/rooms.lock.toml");
    add_rooms(&repository, "halls");
    let ended = repository.run(&["diff", "--json"]).with_status(0);
    assert_eq!(
        names(&kinds(&ended)),
        [("halls", vec!["tool-moved"]), ("the_auth_api", vec![])]
    );
    let result = ended.json();
    let change = &result["catalogs"][0]["changes"][0];
    assert_eq!(change["grade"], "compile");
    assert_eq!(change["rust"]["before"], "mod rooms");
    assert_eq!(change["rust"]["after"], "mod halls");
    // A revision without a configuration that this version reads.
    project.put("toolsmith.toml", b"[catalog.a]\nkind = \"of later\"\n");
    repository.commit("broken");
    project.put("toolsmith.toml", moved.as_bytes());
    let ended = repository.run(&["diff", "--json"]).with_status(0);
    assert!(
        ended.err.contains("this version cannot read it"),
        "{}",
        ended.err
    );
    assert_eq!(names(&kinds(&ended)), [("the_auth_api", vec![])]);
}

#[test]
fn files_and_the_live_catalog_are_sides() {
    let repository = Repository::new();
    add_rooms(&repository, "rooms");
    repository.commit("rooms");
    let project = &repository.project;
    project.put(
        "new.json",
        FUNCTIONS.replace("\"string\"", "\"integer\"").as_bytes(),
    );
    let (old, new) = (project.path("functions.json"), project.path("new.json"));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let diff = ["diff", old, new, "--catalog", "rooms", "--json"];
    let found = kinds(&repository.run(&diff).with_status(0));
    assert_eq!(names(&found), [("rooms", vec!["arg-type-narrowed"])]);
    let ended = repository.run(&["diff", old, new]).with_status(3);
    assert!(
        ended.err.contains("choose one with --catalog"),
        "{}",
        ended.err
    );
    project.put(
        "functions.json",
        FUNCTIONS.replace("Books", "Reserves").as_bytes(),
    );
    let live = ["diff", "git:HEAD", "live", "--catalog", "rooms", "--json"];
    let found = kinds(&repository.run(&live).with_status(0));
    assert_eq!(names(&found), [("rooms", vec!["tool-text-changed"])]);
    let found = kinds(&repository.run(&["diff", "git:HEAD", new, "--catalog", "rooms", "--json"]));
    assert_eq!(names(&found), [("rooms", vec!["arg-type-narrowed"])]);
    // Two files need no snapshot.
    remove(project, "catalogs/rooms.json");
    let diff = ["diff", new, new, "--catalog", "rooms", "--json"];
    let found = kinds(&repository.run(&diff).with_status(0));
    assert_eq!(names(&found), [("rooms", vec![])]);
}

#[test]
fn a_project_may_be_inside_a_repository() {
    let repository = Repository::new();
    let project = &repository.project;
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("a folder/projéct");
    std::fs::create_dir_all(inner.parent().unwrap()).unwrap();
    let clone = Command::new("git")
        .args(["clone", "--quiet"])
        .arg(project.path(""))
        .arg(&inner)
        .output();
    Ended::of(clone.unwrap()).with_status(0);
    std::fs::rename(inner.join(".git"), inner.join("git-before")).unwrap();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b.test"])
            .args(arguments)
            .current_dir(outer.path())
            .output();
        Ended::of(output.unwrap()).with_status(0)
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "first"]);
    let snapshot = inner.join(SNAPSHOT);
    let text = project.text(SNAPSHOT);
    write(
        &snapshot,
        &text.replace("Fetch one API key.", "Fetch a key."),
    );
    let ended = Command::new(env!("CARGO_BIN_EXE_toolsmith"))
        .arg("--root")
        .arg(&inner)
        .args(["diff", "--json"])
        // As in a hook of git.
        .env("GIT_DIR", project.path(".git"))
        .output();
    let ended = Ended::of(ended.unwrap()).with_status(0);
    assert_eq!(
        names(&kinds(&ended)),
        [("the_auth_api", vec!["tool-text-changed"])]
    );
    let result = ended.json();
    let file = &result["catalogs"][0]["changes"][0]["location"]["file"];
    assert_eq!(*file, format!("a folder/projéct/{SNAPSHOT}"));
}

#[expect(clippy::disallowed_methods, reason = "the test edits a project")]
fn write(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

#[test]
fn problems_with_git_have_a_remedy() {
    let project = Project::settled();
    let fails = |project: &Project, variables: &[(&str, &str)], side: &str, parts: &[&str]| {
        let ended = project.run_with(variables, &["diff", side]).with_status(3);
        for part in parts {
            assert!(ended.err.contains(part), "no {part} in {}", ended.err);
        }
    };
    // The folder of temporary files may be in a repository itself.
    let ceiling = project.path("..");
    let outside = [("GIT_CEILING_DIRECTORIES", ceiling.to_str().unwrap())];
    fails(
        &project,
        &outside,
        "git:HEAD",
        &["is not in a git repository", "git init"],
    );
    let no_git = [("PATH", "")];
    fails(
        &project,
        &no_git,
        "git:HEAD",
        &["cannot run git", "install it"],
    );
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(project.path(""))
            .output();
        Ended::of(output.unwrap()).with_status(0)
    };
    git(&["init", "--quiet"]);
    fails(&project, &[], "git:HEAD", &["has no commit yet"]);

    let repository = Repository::new();
    repository.git(&["tag", "v1.0"]);
    fails(
        &repository.project,
        &[],
        "git:v1.1",
        &["`v1.1`", "did you mean `v1.0`?"],
    );
    fails(
        &repository.project,
        &[],
        "git:0123456",
        &["`0123456`", "git fetch --tags"],
    );
    fails(
        &repository.project,
        &[],
        "git:",
        &["name a revision, such as git:HEAD"],
    );
    fails(
        &repository.project,
        &[],
        "git:--output=x",
        &["`--output=x`"],
    );
    assert!(!repository.project.path("x").exists());
}

#[test]
fn a_shallow_clone_says_so() {
    let repository = Repository::new();
    repository.commit("second");
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repository.project.path("").display());
    let output = Command::new("git")
        .args(["clone", "--quiet", "--depth", "1", &url, "."])
        .current_dir(clone.path())
        .output();
    Ended::of(output.unwrap()).with_status(0);
    let ended = Command::new(env!("CARGO_BIN_EXE_toolsmith"))
        .arg("--root")
        .arg(clone.path())
        .args(["diff", "git:HEAD~1"])
        .output();
    let ended = Ended::of(ended.unwrap()).with_status(3);
    for part in [
        "the clone is shallow",
        "git fetch --unshallow",
        "fetch-depth: 0",
    ] {
        assert!(ended.err.contains(part), "no {part} in {}", ended.err);
    }
}

#[test]
fn a_correction_of_a_tool_that_is_gone_is_left_out_alone() {
    let repository = Repository::new();
    repository.remove("create_a_the_auth_api_webhooks_ping");
    let ended = repository.run(&["diff", "--json"]).with_status(0);
    let note = "compared without a change of the overlay";
    assert!(ended.err.contains(note), "{}", ended.err);
    assert_eq!(
        names(&kinds(&ended)),
        [("the_auth_api", vec!["tool-removed"])]
    );
    let change = &ended.json()["catalogs"][0]["changes"][0];
    // The correction moves the tool, in the code that exists.
    assert_eq!(change["rust"]["before"], "webhooks().ping(PingWebhook)");
}
