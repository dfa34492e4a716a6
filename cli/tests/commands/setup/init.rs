//! Tests of `init`.

use super::fresh::{Fresh, PACKAGE};
use crate::project::changed;

/// Returns the paths of the files that a run made or changed.
#[track_caller]
fn init(fresh: &Fresh, arguments: &[&str]) -> Vec<String> {
    let before = fresh.files();
    let arguments = [&["init"], arguments].concat();
    let ended = fresh.run(&arguments).with_status(0);
    let files = fresh.files();
    let made = changed(&before, &files);
    for path in &made {
        assert!(ended.out.contains(path.as_str()), "{path} in {}", ended.out);
    }
    let again = fresh.run(&arguments).with_status(0);
    assert_eq!(changed(&files, &fresh.files()), [""; 0], "{}", again.out);
    assert!(again.out.contains("nothing to do"), "{}", again.out);
    made
}

#[test]
fn makes_a_crate_in_a_package() {
    let fresh = Fresh::package();
    let made = init(&fresh, &[]);
    assert_eq!(
        made,
        [
            ".gitattributes",
            "Cargo.toml",
            "crates/tools/Cargo.toml",
            "crates/tools/src/lib.rs",
            "toolsmith.toml",
        ]
    );
    let manifest = fresh.text("Cargo.toml");
    let workspace = "\n[workspace]\nmembers = [\"crates/tools\"]\n";
    assert_eq!(manifest, format!("{PACKAGE}{workspace}"));
    let own = fresh.text("crates/tools/Cargo.toml");
    assert!(own.contains("edition = \"2024\"\n"), "{own}");
    for inherited in ["workspace = true", "license", "rust-version", "[lints]"] {
        assert!(!own.contains(inherited), "{inherited} in {own}");
    }
    fresh.run(&["check"]).with_status(0);
}

#[test]
fn makes_a_workspace_in_an_empty_folder() {
    let fresh = Fresh::with(&[]);
    let made = init(&fresh, &["--crate-dir", "crates/rooms"]);
    assert!(made.contains(&".gitignore".to_owned()), "{made:?}");
    let manifest = fresh.text("Cargo.toml");
    assert!(manifest.contains("members = [\"crates/*\"]"), "{manifest}");
    let own = fresh.text("crates/rooms/Cargo.toml");
    assert!(own.contains("name = \"rooms\""), "{own}");
    let module = fresh.run(&["init", "--module", "src/tools"]).with_status(3);
    assert!(module.err.contains("without a package"), "{}", module.err);
}

#[test]
fn inherits_what_the_workspace_defines_and_nothing_else() {
    for (workspace, present, absent) in [
        (
            "[workspace.package]\nedition = \"2021\"\nlicense = \"MIT\"\nrust-version = \"1.99\"\n\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n\n[workspace.dependencies]\ntoolsmith-runtime = { path = \"../runtime\" }\n",
            vec![
                "edition.workspace = true",
                "license.workspace = true",
                "rust-version.workspace = true",
                "[lints]\nworkspace = true",
                "toolsmith-runtime = { workspace = true }",
            ],
            vec!["edition = \"2024\"", "license-file"],
        ),
        (
            "[workspace.package]\nlicense-file = \"LICENSE\"\nauthors = [\"me\"]\n\n[workspace.dependencies]\nserde = \"1\"\n",
            vec![
                "edition = \"2024\"",
                "license-file.workspace = true",
                "toolsmith-runtime = \"",
            ],
            vec!["license.workspace", "rust-version", "[lints]", "authors"],
        ),
        (
            "[workspace.lints.rust]\nunsafe_code = \"forbid\"\nunused_results = { level = \"forbid\" }\n",
            vec!["are not inherited: it forbids some"],
            vec!["[lints]"],
        ),
        (
            "exclude = [\"crates/tools\"]\n\n[workspace.package]\nedition = \"2021\"\n",
            vec!["edition = \"2024\""],
            vec!["workspace"],
        ),
    ] {
        let manifest = format!("[workspace]\nmembers = [\"crates/*\"]\n{workspace}");
        let fresh = Fresh::with(&[
            ("Cargo.toml", &manifest),
            ("crates/app/Cargo.toml", PACKAGE),
            ("crates/app/src/main.rs", "fn main() {}\n"),
        ]);
        // A run in a member finds the workspace.
        let ended = fresh.run_in("crates/app", &[], &["init", "--crate-dir", "../tools"]);
        ended.with_status(0);
        assert_eq!(fresh.text("Cargo.toml"), manifest);
        assert!(fresh.path("toolsmith.toml").is_file());
        let own = fresh.text("crates/tools/Cargo.toml");
        for part in present {
            assert!(own.contains(part), "no {part} in {own}");
        }
        for part in absent {
            assert!(!own.contains(part), "{part} in {own}");
        }
    }
}

#[test]
fn adds_a_member_and_keeps_the_format_of_the_manifest() {
    let manifest = "# Ours.\r\n[workspace]\r\nmembers = [\r\n    \"app\", # first\r\n]\r\n";
    let fresh = Fresh::with(&[
        ("Cargo.toml", manifest),
        ("app/Cargo.toml", PACKAGE),
        ("app/src/main.rs", "fn main() {}\n"),
        (".gitattributes", "*.png binary\r\n"),
    ]);
    init(
        &fresh,
        &["--crate-dir", "auth tools", "--name", "auth-tools"],
    );
    let expected = manifest.replace("# first\r\n", "# first\r\n    \"auth tools\",\r\n");
    assert_eq!(fresh.text("Cargo.toml"), expected);
    let attributes = fresh.text(".gitattributes");
    assert!(
        attributes.starts_with("*.png binary\r\n\"/auth tools/src/**\" text"),
        "{attributes:?}"
    );
}

#[test]
fn warns_about_an_old_rust_version_of_the_workspace() {
    let manifest = "[workspace]\n[workspace.package]\nrust-version = \"1.70\"\n";
    let fresh = Fresh::with(&[("Cargo.toml", manifest)]);
    let ended = fresh.run(&["init"]).with_status(0);
    assert!(ended.out.contains("raise `rust-version`"), "{}", ended.out);
}

#[test]
fn refuses_a_module_of_a_package_of_the_edition_2015() {
    let package = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n";
    let fresh = Fresh::with(&[("Cargo.toml", package), ("src/main.rs", "fn main() {}\n")]);
    let before = fresh.files();
    let ended = fresh.run(&["init", "--module", "src/tools"]).with_status(3);
    assert!(ended.err.contains("edition = \"2024\""), "{}", ended.err);
    assert_eq!(changed(&before, &fresh.files()), [""; 0]);
}

#[test]
fn makes_a_module_and_prints_or_writes_its_declaration() {
    let library = "//! Docs.\n\npub mod other;\n\npub fn f() {}\n";
    for (arguments, source) in [
        (&["--module", "src/tools"][..], library.to_owned()),
        (
            &["--module", "src/tools", "--write"],
            library.replace("other;\n", "other;\npub mod tools;\n"),
        ),
    ] {
        let fresh = Fresh::with(&[
            ("Cargo.toml", PACKAGE),
            ("src/lib.rs", library),
            ("src/other.rs", ""),
        ]);
        let before = fresh.run(&[&["init"], arguments].concat()).with_status(0);
        let is_printed = before.out.contains("    pub mod tools;");
        assert_eq!(
            is_printed,
            !arguments.contains(&"--write"),
            "{}",
            before.out
        );
        assert_eq!(fresh.text("src/lib.rs"), source);
        assert!(fresh.path("src/tools/mod.rs").is_file());
        let manifest = fresh.text("Cargo.toml");
        assert!(manifest.contains("toolsmith-runtime = \""), "{manifest}");
        assert!(!manifest.contains("[workspace]"), "{manifest}");
        fresh.run(&["check"]).with_status(0);
    }
}

#[test]
fn the_declaration_of_a_module_without_a_parent_names_the_file() {
    let fresh = Fresh::package();
    let init = ["init", "--module", "src/api/tools", "--json"];
    let steps = fresh.run(&init).with_status(0).json()["steps"].clone();
    let step = serde_json::json!({
        "what": "declare the module", "file": "src/api/mod.rs", "lines": ["pub mod tools;"]
    });
    assert_eq!(steps[0], step, "{steps}");
}

#[test]
fn never_overwrites() {
    for (path, arguments, part) in [
        ("crates/tools/README.md", &["init"][..], "is not empty"),
        ("crates/tools", &["init"], "is not a directory"),
        ("mine/x", &["init", "--crate-dir", "mine"], "is not empty"),
        (
            "src/tools.rs",
            &["init", "--module", "src/tools"],
            "the same module",
        ),
        (
            "src/tools/mod.rs",
            &["init", "--module", "src/tools"],
            "is not empty",
        ),
        ("x", &["init", "--module", "tools"], "below `src`"),
        (
            "x",
            &["init", "--module", "src/my-tools"],
            "name of a module",
        ),
        (
            "x",
            &["init", "--crate-dir", "../elsewhere"],
            "inside of the project",
        ),
        ("x", &["init", "--crate-dir", "."], "inside of the project"),
        ("x", &["init", "--name", "app"], "has a package `app`"),
        ("x", &["init", "--name", "a b"], "not a valid crate name"),
        ("x", &["init", "--name", "std"], "reserved name"),
        ("x", &["init", "--runtime-path", "none"], "is not a crate"),
    ] {
        let fresh = Fresh::package();
        fresh.put(path, "mine\n");
        let before = fresh.files();
        let ended = fresh.run(arguments).with_status(3);
        assert!(ended.err.contains(part), "{part} in {}", ended.err);
        assert_eq!(
            ended.err.trim_end().matches("\n\n").count(),
            0,
            "{}",
            ended.err
        );
        assert_eq!(changed(&before, &fresh.files()), [""; 0], "{path}");
    }
}

#[test]
fn an_existing_configuration_decides_the_place() {
    let fresh = Fresh::project();
    let before = fresh.files();
    for arguments in [
        &["init", "--crate-dir", "crates/other"][..],
        &["init", "--module", "src/tools"],
        &["init", "--name", "other"],
    ] {
        let ended = fresh.run(arguments).with_status(3);
        assert!(ended.err.contains("already"), "{}", ended.err);
    }
    let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime");
    for option in ["--runtime-path", "--runtime"] {
        let ended = fresh.run(&["init", option, runtime]).with_status(3);
        let help = "toolsmith.toml exists; set `runtime = { path = \"";
        assert!(ended.err.contains(help), "{}", ended.err);
        assert!(ended.err.contains("regen --offline"), "{}", ended.err);
    }
    let same = ["init", "--crate-dir", "crates/tools", "--name", "tools"];
    fresh.run(&same).with_status(0);
    assert_eq!(changed(&before, &fresh.files()), [""; 0]);
}
