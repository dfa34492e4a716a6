//! Tests of the pinned version and of `upgrade`.

use super::fresh::Fresh;
use crate::project::changed;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns a project with a catalog that is pinned to a version.
fn pinned(version: &str) -> Fresh {
    let fresh = Fresh::project();
    let add = ["add", "functions", "rooms", "--file", "functions.json"];
    fresh.run(&add).with_status(0);
    let config = fresh.text("toolsmith.toml");
    let line = format!("version = \"{VERSION}\"");
    assert!(config.contains(&line), "{config}");
    let pinned = format!("version = '{version}'  # pinned");
    fresh.put("toolsmith.toml", &config.replace(&line, &pinned));
    fresh
}

#[test]
fn another_version_writes_nothing_and_names_the_command_that_helps() {
    for (version, has_upgrade) in [("0.0.1", true), ("99.1.0", false)] {
        let fresh = pinned(version);
        // A newer version may have keys that this one does not know.
        let config = fresh.text("toolsmith.toml");
        fresh.put("toolsmith.toml", &format!("new_key = 1\n{config}"));
        let before = fresh.files();
        for arguments in [
            &["regen", "--offline"][..],
            &["check"],
            &["regen", "--check"],
            &["add", "functions", "more", "--file", "functions.json"],
            &["remove", "rooms"],
            &["digest"],
            &["init", "--ci", "github"],
        ] {
            let ended = fresh.run(arguments).with_status(3);
            let install = format!("cargo install toolsmith --locked --version {version}");
            assert!(ended.err.contains(&install), "{arguments:?}: {}", ended.err);
            assert_eq!(ended.err.contains("upgrade"), has_upgrade, "{}", ended.err);
        }
        assert_eq!(changed(&before, &fresh.files()), [""; 0]);
        fresh.put("toolsmith.toml", &config);
        let listed = fresh.run(&["list"]).with_status(0);
        let note = format!("pinned to {version}");
        assert!(listed.err.contains(&note), "{}", listed.err);
    }
}

#[test]
fn rejects_a_pin_that_is_not_a_version() {
    let fresh = pinned("1");
    let ended = fresh.run(&["list"]).with_status(3);
    assert!(
        ended.err.contains("toolsmith.toml, line 5"),
        "{}",
        ended.err
    );
}

#[test]
fn upgrade_moves_the_versions_and_shows_the_changes_of_the_api() {
    let fresh = pinned("0.0.1");
    let runtime = format!("toolsmith-runtime = \"{VERSION}\"");
    let manifest = fresh.text("crates/tools/Cargo.toml");
    let old = manifest.replace(&runtime, "toolsmith-runtime = \"0.0.1\" # runtime");
    fresh.put("crates/tools/Cargo.toml", &old);
    // The older version generated another API.
    let source = "crates/tools/src/rooms/book_room.rs";
    let text = fresh.text(source);
    let older = text.replace("days: i64)", "days: u64)").replace(
        "impl BookRoom {",
        "impl BookRoom {\n    pub fn gone(&self) {}\n",
    );
    assert_ne!(text, older, "{text}");
    fresh.put(source, &older);
    let before = fresh.files();
    let shown = fresh.run(&["upgrade", "--dry-run"]).with_status(0);
    assert_eq!(changed(&before, &fresh.files()), [""; 0]);
    let done = fresh.run(&["upgrade"]).with_status(0);
    for ended in [&shown, &done] {
        for part in [
            "2 changes of the public API",
            "rooms::BookRoom::gone",
            "- pub fn gone(&self)",
            "rooms::BookRoom::new",
            "days: u64",
            "days: i64",
        ] {
            assert!(ended.out.contains(part), "no {part} in {}", ended.out);
        }
    }
    let config = fresh.text("toolsmith.toml");
    assert!(
        config.contains(&format!("version = \"{VERSION}\"  # pinned")),
        "{config}"
    );
    let manifest = fresh.text("crates/tools/Cargo.toml");
    assert!(
        manifest.contains(&format!("{runtime} # runtime")),
        "{manifest}"
    );
    assert_eq!(fresh.text(source), text);
    let again = fresh.run(&["upgrade"]).with_status(0);
    assert!(again.out.contains("nothing to do"), "{}", again.out);
    assert!(again.out.contains("unchanged"), "{}", again.out);
}

#[test]
fn upgrade_refuses_to_go_back() {
    let fresh = pinned("99.1.0");
    let before = fresh.files();
    let ended = fresh.run(&["upgrade"]).with_status(3);
    assert!(
        ended.err.contains("newer than this version"),
        "{}",
        ended.err
    );
    assert_eq!(changed(&before, &fresh.files()), [""; 0]);
}

#[test]
fn upgrade_adds_a_pin_to_a_project_without_one() {
    let fresh = pinned("0.0.1");
    let config = fresh.text("toolsmith.toml");
    let config = config.replace("version = '0.0.1'  # pinned\n", "");
    fresh.put("toolsmith.toml", &config);
    fresh.run(&["regen", "--offline"]).with_status(0);
    fresh.run(&["upgrade"]).with_status(0);
    let expected = format!("version = \"{VERSION}\"\n{config}");
    assert_eq!(fresh.text("toolsmith.toml"), expected);
}

#[test]
fn upgrade_moves_the_version_in_the_manifest_of_the_package() {
    let line = format!("toolsmith-runtime = \"{VERSION}\"");
    for (target, package) in [
        ("crate = \".\"", "Cargo.toml"),
        ("module = \"crates/app/src/tools\"", "crates/app/Cargo.toml"),
    ] {
        let fresh = Fresh::with(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
            ("crates/app/src/lib.rs", ""),
        ]);
        let manifest = format!("{}{line}\n", super::fresh::PACKAGE);
        fresh.put(package, &manifest);
        fresh.put(
            "toolsmith.toml",
            &format!("version = \"{VERSION}\"\n{target}\n"),
        );
        fresh.run(&["regen", "--offline"]).with_status(0);
        let settled = fresh.text(package);
        assert!(settled.contains(&line), "{settled}");
        fresh.put(package, &settled.replace(VERSION, "0.0.1"));
        fresh.put(
            "toolsmith.toml",
            &format!("version = \"0.0.1\"\n{target}\n"),
        );
        let before = fresh.files();
        fresh.run(&["upgrade"]).with_status(0);
        let mut changes = [package, "toolsmith.toml"];
        changes.sort_unstable();
        assert_eq!(changed(&before, &fresh.files()), changes);
        let upgraded = fresh.text(package);
        assert!(upgraded.contains(&line), "{upgraded}");
    }
}
