//! Tests of `regen` without a network.

use crate::project::{Project, changed, run_here};

#[test]
fn the_committed_code_is_up_to_date() {
    let ended = run_here(&["regen", "--check"]).with_status(0);
    assert!(ended.out.contains("up to date"), "{}", ended.out);
}

#[test]
fn an_overlay_that_the_configuration_names_has_to_exist() {
    let project = Project::settled();
    let before = project.written();
    let config = project.text("toolsmith.toml");
    let named = config.replace(
        "[catalog.the_auth_api]\n",
        "[catalog.the_auth_api]\noverlay = \"fixes/auth.toml\"\n",
    );
    assert_ne!(config, named);
    project.put("toolsmith.toml", named.as_bytes());
    for command in [
        &["regen", "--offline"][..],
        &["list"],
        &["explain", "api_keys.rotate"],
    ] {
        let ended = project.run(command).with_status(3);
        let problem = "the overlay of catalog `the_auth_api`, fixes/auth.toml, does not exist";
        assert!(ended.err.contains(problem), "{command:?}: {}", ended.err);
    }
    project.put("toolsmith.toml", config.as_bytes());
    assert_eq!(changed(&before, &project.written()), [""; 0]);
}

#[test]
fn a_catalog_without_a_snapshot_hides_no_other() {
    let project = Project::settled();
    let config = project.text("toolsmith.toml");
    let absent = "\n[catalog.absent]\nkind = \"functions\"\nfile = \"absent.json\"\n";
    project.put("toolsmith.toml", format!("{config}{absent}").as_bytes());
    project.run(&["list", "the_auth_api"]).with_status(0);
    let out = project.path("pages");
    let digest = ["digest", "the_auth_api", "--out", out.to_str().unwrap()];
    project.run(&digest).with_status(0);
    let explained = project.run(&["explain", "api_keys.rotate"]).with_status(0);
    let note = "not searched: catalog `absent` has no snapshot yet";
    assert!(explained.err.contains(note), "{}", explained.err);
    let ended = project.run(&["list", "absent"]).with_status(3);
    assert!(ended.err.contains("no snapshot yet"), "{}", ended.err);
}

#[test]
fn uses_the_snapshot_without_credentials() {
    let project = Project::settled();
    let before = project.written();
    let ended = project.run(&["regen"]).with_status(0);
    assert_eq!(
        ended.err,
        "the_auth_api: uses the snapshot, because TRUTO_API_TOKEN and THE_AUTH_API_ACCOUNT_ID are not set\n"
    );
    assert_eq!(changed(&before, &project.written()), [""; 0]);
}

#[test]
fn restores_files_with_the_same_bytes() {
    let project = Project::settled();
    let before = project.written();
    let sources = before
        .keys()
        .filter(|path| path.starts_with("generated/src/"));
    let emptied: Vec<_> = sources
        .filter(|path| *path != "generated/src/lib.rs")
        .collect();
    assert!(!emptied.is_empty());
    for path in &emptied {
        project.put(path, b"");
    }
    let ended = project.run(&["regen", "--offline"]).with_status(0);
    assert_eq!(changed(&before, &project.written()), [""; 0]);
    let written = format!("{} files written", emptied.len());
    assert!(ended.out.contains(&written), "{}", ended.out);
}

#[test]
fn removes_only_generated_files() {
    let project = Project::settled();
    let header = project.text("generated/src/lib.rs");
    let header = header.lines().next().unwrap();
    let own = format!("{header}\n\n//! Of a catalog that has gone.\n");
    project.put("generated/src/old.rs", own.as_bytes());
    project.put("generated/src/the_auth_api/mine.rs", b"//! Mine.\n");
    let ended = project.run(&["regen", "--offline"]).with_status(0);
    assert!(!project.path("generated/src/old.rs").exists());
    assert_eq!(
        project.text("generated/src/the_auth_api/mine.rs"),
        "//! Mine.\n"
    );
    assert!(
        ended.out.contains("deleted       generated/src/old.rs"),
        "{}",
        ended.out
    );
    assert!(
        ended
            .out
            .contains("kept          generated/src/the_auth_api/mine.rs  (not generated"),
        "{}",
        ended.out
    );
}

#[test]
fn a_check_shows_every_difference_and_writes_nothing() {
    let project = Project::settled();
    for path in ["generated/src/lib.rs", "generated/src/the_auth_api/mod.rs"] {
        let text = project.text(path).replacen("//! ", "//! Not ", 1);
        project.put(path, text.as_bytes());
    }
    let manifest = project.text("generated/Cargo.toml");
    let manifest = manifest.replace("default = [\"the_auth_api\"]\n", "default = []\n");
    assert!(manifest.contains("\nthe_auth_api = []\n"), "{manifest}");
    let manifest = manifest.replace("\nthe_auth_api = []\n", "\n");
    project.put("generated/Cargo.toml", manifest.as_bytes());
    let before = project.written();
    let ended = project.run(&["regen", "--check"]).with_status(1);
    for path in ["lib.rs", "the_auth_api/mod.rs"] {
        let line = format!("would update  generated/src/{path}");
        assert!(ended.out.contains(&line), "{}", ended.out);
    }
    assert!(ended.out.contains("    -//! Not "), "{}", ended.out);
    assert!(
        ended.out.contains("    +the_auth_api = []"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("To update: cargo xtask regen --offline"),
        "{}",
        ended.out
    );
    assert_eq!(changed(&before, &project.written()), [""; 0]);
}

#[test]
fn prints_json() {
    let project = Project::settled();
    project.put("generated/src/the_auth_api/mine.rs", b"//! Mine.\n");
    let facts = project
        .run(&["regen", "--check", "--json"])
        .with_status(0)
        .json();
    assert_eq!(facts["exit_status"], 0);
    assert_eq!(facts["mode"], "check");
    assert_eq!(facts["catalogs"][0]["name"], "the_auth_api");
    assert_eq!(facts["catalogs"][0]["tools"], 46);
    assert_eq!(facts["strays"][0], "generated/src/the_auth_api/mine.rs");
    assert_eq!(facts["files"], serde_json::json!([]));
}

#[test]
fn an_invalid_snapshot_changes_nothing() {
    let project = Project::settled();
    let snapshot = "catalogs/the_auth_api.json";
    let cut = project.text(snapshot);
    project.put(snapshot, &cut.as_bytes()[..cut.len() / 2]);
    let before = project.written();
    let ended = project.run(&["regen", "--json"]).with_status(3);
    assert!(
        ended.err.contains("error: ") && ended.err.contains(snapshot),
        "{}",
        ended.err
    );
    let facts = ended.json();
    assert_eq!(facts["exit_status"], 3);
    assert_eq!(facts["error"]["problems"][0]["file"], snapshot);
    assert_eq!(changed(&before, &project.written()), [""; 0]);
}

#[test]
fn denies_loosened_places() {
    let project = Project::settled();
    let loosened = project
        .run(&["regen", "--offline", "--json"])
        .with_status(0)
        .json();
    let loosened = loosened["catalogs"][0]["loosened"]
        .as_array()
        .unwrap()
        .len();
    project.put("generated/src/the_auth_api/mod.rs", b"");
    let before = project.written();
    let ended = project.run(&["regen", "--offline", "--deny-loosened"]);
    if loosened == 0 {
        ended.with_status(0);
        return;
    }
    let ended = ended.with_status(1);
    assert!(ended.out.contains("nothing was written"), "{}", ended.out);
    assert_eq!(changed(&before, &project.written()), [""; 0]);
}
