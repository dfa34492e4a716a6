//! Removed tools whose code stays for one release.

use serde_json::Value;
use toolsmith_testkit::fake_truto::{CatalogChange, FakeTruto};

use super::repository::{Repository, SNAPSHOT};
use crate::project::changed;

const ROLE: &str = "delete_a_the_auth_api_user_role_by_id";
const FILE: &str = "catalogs/the_auth_api.tombstones.json";
const ROLES: &str = "generated/src/the_auth_api/user_roles.rs";
const REGISTRY: &str = "generated/src/the_auth_api/registry.rs";

/// A repository that keeps the code of tools that are gone.
fn repository() -> Repository {
    let repository = Repository::new();
    let config = repository.project.text("toolsmith.toml");
    let config = format!("tombstones = true\n{config}");
    repository.project.put("toolsmith.toml", config.as_bytes());
    repository.run(&["regen", "--offline"]).with_status(0);
    repository.commit("keep tombstones");
    assert!(!repository.project.path(FILE).exists());
    repository
}

/// Sets the version of the generated crate.
fn release(repository: &Repository, from: &str, to: &str) {
    for path in ["Cargo.toml", "generated/Cargo.toml"] {
        let manifest = repository.project.text(path);
        let manifest = manifest.replace(
            &format!("version = \"{from}\""),
            &format!("version = \"{to}\""),
        );
        repository.project.put(path, manifest.as_bytes());
    }
}

/// Returns the lines of a text that are not in another one.
fn added<'t>(before: &str, after: &'t str) -> Vec<&'t str> {
    let mut before: Vec<&str> = before.lines().collect();
    let is_new = |line: &&str| match before.iter().position(|known| known == line) {
        Some(index) => {
            before.remove(index);
            false
        }
        None => true,
    };
    after.lines().filter(is_new).collect()
}

#[test]
fn the_code_of_a_removed_tool_stays_for_one_release() {
    let repository = repository();
    let project = &repository.project;
    let code = project.text(ROLES);
    repository.remove(ROLE);
    let ended = repository.run(&["regen", "--offline"]).with_status(0);
    assert!(ended.out.contains("Removed tools"), "{}", ended.out);
    assert!(ended.out.contains(ROLE), "{}", ended.out);
    // The method is deprecated, and nothing else of its code changes.
    let after = project.text(ROLES);
    let new = added(&code, &after).concat();
    assert!(new.contains("#[deprecated("), "{new}");
    assert!(new.contains("the nearest tool is"), "{new}");
    assert!(
        !added(&code, &after)
            .iter()
            .any(|line| line.contains("pub "))
    );
    assert!(
        added(&after, &code)
            .iter()
            .all(|line| !line.contains("pub "))
    );
    let registry = project.text(REGISTRY);
    let list = registry.split_once("];").unwrap().0;
    assert!(!list.contains("DELETE_USER_ROLE"), "{list}");
    assert!(registry.contains("removal: ToolSpec::removed_since("));
    let digest = project.path("generated/digest");
    let pages = crate::project::files(&digest).into_values();
    let digest: Vec<String> = pages.map(|page| String::from_utf8(page).unwrap()).collect();
    assert!(!digest.concat().contains(ROLE));
    // Another run changes nothing, with and without the last commit.
    let written = project.written();
    repository.run(&["check"]).with_status(0);
    repository.run(&["regen", "--offline"]).with_status(0);
    repository.commit("the role is gone");
    repository.run(&["regen", "--offline"]).with_status(0);
    assert_eq!(project.written(), written);
    let facts = repository
        .run(&["regen", "--offline", "--json"])
        .with_status(0)
        .json();
    assert_eq!(facts["catalogs"][0]["tombstones"][0]["tool"], ROLE);
    assert_eq!(facts["catalogs"][0]["tools"], 45);
    let listed = repository.run(&["list", "--json"]).with_status(0).out;
    assert!(!listed.contains(ROLE));
    // A version that may break callers has the code, and the one after it does not.
    for (from, to, stays) in [
        ("0.1.0", "0.1.7", true),
        ("0.1.7", "0.2.0", true),
        ("0.2.0", "0.3.0", false),
    ] {
        release(&repository, from, to);
        repository.run(&["regen", "--offline"]).with_status(0);
        assert_eq!(project.text(FILE).contains(ROLE), stays, "{to}");
        assert_eq!(project.text(ROLES).contains("#[deprecated("), stays, "{to}");
        repository.run(&["check"]).with_status(0);
    }
}

#[test]
fn diff_reports_the_end_of_a_tool_and_that_of_its_code() {
    let repository = repository();
    repository.remove(ROLE);
    repository.run(&["regen", "--offline"]).with_status(0);
    let changes = |arguments: &[&str]| -> Vec<Value> {
        let found = repository.run(&[&["diff", "--format", "json"], arguments].concat());
        let found = found.with_status(0).json();
        found["catalogs"][0]["changes"].as_array().unwrap().clone()
    };
    let found = changes(&[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["id"], "tool-removed");
    assert_eq!(found[0]["grade"], "compile");
    let code = found[0]["rust"]["after"].as_str().unwrap();
    assert!(code.starts_with("#[deprecated]"), "{code}");
    repository.commit("the role is gone");
    assert_eq!(changes(&[]).len(), 0);
    // A file has the tools of the catalog, and the project has the tombstones.
    let file = repository.project.path(SNAPSHOT);
    let sides = ["git:HEAD", file.to_str().unwrap()];
    assert_eq!(changes(&sides), Vec::<Value>::new());
    // A person ends it.
    repository.project.put(FILE, b"{\"result\": []}");
    repository.run(&["regen", "--offline"]).with_status(0);
    let found = changes(&[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["id"], "tool-removed");
    assert!(found[0]["rust"]["after"].is_null());
    // The tool is back.
    let first = repository.git(&["rev-list", "--max-parents=0", "HEAD"]);
    repository.git(&["checkout", "--quiet", &first, "--", SNAPSHOT]);
    repository.run(&["regen", "--offline"]).with_status(0);
    let found = changes(&[]);
    let ids: Vec<&Value> = found.iter().map(|change| &change["id"]).collect();
    assert!(ids.contains(&&Value::from("tool-added")), "{ids:?}");
}

#[test]
fn a_fetch_that_loses_a_tool_needs_no_git() {
    let server = FakeTruto::start().unwrap();
    let repository = repository();
    std::fs::remove_dir_all(repository.project.path(".git")).unwrap();
    let run = |arguments: &[&str]| repository.project.run_against(&server, arguments);
    run(&["regen", "--fetch"]).with_status(0);
    let change = CatalogChange {
        tool: ROLE.to_owned(),
        pointer: String::new(),
        value: None,
    };
    server.change_catalog(&[change]).unwrap();
    run(&["regen", "--fetch"]).with_status(0);
    assert!(repository.project.text(FILE).contains(ROLE));
    assert!(repository.project.text(ROLES).contains("#[deprecated("));
    let before = repository.project.written();
    run(&["regen", "--fetch"]).with_status(0);
    assert_eq!(
        changed(&before, &repository.project.written()),
        Vec::<String>::new()
    );
}

#[test]
fn a_tool_whose_definition_is_lost_gets_no_tombstone() {
    let repository = repository();
    std::fs::remove_dir_all(repository.project.path(".git")).unwrap();
    repository.remove(ROLE);
    let ended = repository.run(&["regen", "--offline"]).with_status(0);
    assert!(ended.err.contains("gets no tombstone"), "{}", ended.err);
    assert!(!repository.project.path(FILE).exists());
    let ended = repository.run(&["regen", "--offline"]).with_status(0);
    assert!(!ended.err.contains("gets no tombstone"), "{}", ended.err);
}

#[test]
fn a_merge_conflict_in_the_code_loses_no_tombstone() {
    for has_commit in [true, false] {
        let repository = repository();
        let project = &repository.project;
        repository.remove(ROLE);
        let mut code = project.text(REGISTRY);
        code.push_str("<<<<<<< HEAD\n=======\n>>>>>>> other\n");
        project.put(REGISTRY, code.as_bytes());
        if !has_commit {
            // Only the lock has the tools, and the snapshot of the last commit.
            repository.commit("a conflict");
            let first = repository.git(&["rev-list", "--max-parents=0", "HEAD"]);
            repository.git(&["checkout", "--quiet", &first, "--", SNAPSHOT]);
            repository.commit("the snapshot of before");
            repository.remove(ROLE);
        }
        let ended = repository.run(&["regen", "--offline"]).with_status(0);
        let place = if has_commit { "last commit" } else { "lock" };
        assert!(ended.err.contains("is not valid Rust"), "{}", ended.err);
        assert!(ended.err.contains(place), "{}", ended.err);
        assert!(project.text(FILE).contains(ROLE));
        assert!(project.text(ROLES).contains("#[deprecated("));
        assert!(!project.text(REGISTRY).contains("<<<<<<<"));
    }
}
