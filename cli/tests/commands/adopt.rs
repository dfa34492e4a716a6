//! Tests of `regen` in the projects of adopters: other crates, modules, selections.

use crate::project::{Project, files};

/// The catalog of this repository.
const CATALOG: &str = "\n[catalog.the_auth_api]\nkind = \"truto\"\naccount = { env = \"A\" }\n";

const MANIFEST: &str =
    "[package]\nname = \"auth-tools\"   # ours\nversion = \"0.1.0\"\n\n[lints]\nworkspace = true\n";

/// Makes a project with these keys, and the crate `crates/auth-tools`.
fn with_crate(keys: &str, catalog: &str) -> Project {
    let config = format!("crate = \"crates/auth-tools\"\n{keys}{CATALOG}{catalog}");
    Project::with(&[
        ("toolsmith.toml", &config),
        ("crates/auth-tools/Cargo.toml", MANIFEST),
    ])
}

#[test]
fn generates_into_the_crate_that_the_configuration_names() {
    let project = with_crate("runtime = { version = \"0.1\" }\n", "");
    project.run(&["regen", "--offline"]).with_status(0);
    project.run(&["digest"]).with_status(0);
    let read = |path: &str| project.text(&format!("crates/auth-tools/{path}"));
    let module = read("src/the_auth_api/mod.rs");
    assert!(
        module.contains("//! use auth_tools::the_auth_api::{"),
        "{module}"
    );
    let registry = read("src/the_auth_api/registry.rs");
    assert!(registry.contains("\"auth_tools::the_auth_api::ListProjects\""));
    let generated = files(&project.path("crates"));
    let with_name = generated
        .iter()
        .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("generated::"));
    assert_eq!(with_name.count(), 0, "the name of another crate");
    let index = read("digest/the_auth_api/index.md");
    assert!(index.contains("auth_tools::the_auth_api"), "{index}");
    let features = "\n[features] # toolsmith added this table\ndefault = [\"the_auth_api\"]\nthe_auth_api = []\n";
    let dependencies = "\n[dependencies]\ntoolsmith-runtime = \"0.1\"\n";
    assert_eq!(
        read("Cargo.toml"),
        format!("{MANIFEST}{features}{dependencies}")
    );
    assert!(!project.path("generated").exists());
    project.run(&["regen", "--check"]).with_status(0);
}

#[test]
fn a_name_in_the_manifest_or_the_configuration_names_the_crate() {
    let manifest = format!(
        "{MANIFEST}\n[lib]\nname = \"tools\"\n\n[dependencies]\ntoolsmith-runtime.workspace = true\n"
    );
    for (keys, expected) in [
        ("", "use tools::"),
        ("crate_name = \"other-name\"\n", "use other_name::"),
    ] {
        let project = with_crate(keys, "");
        project.put("crates/auth-tools/Cargo.toml", manifest.as_bytes());
        project.run(&["regen", "--offline"]).with_status(0);
        let module = project.text("crates/auth-tools/src/the_auth_api/mod.rs");
        assert!(module.contains(expected), "{module}");
        let updated = project.text("crates/auth-tools/Cargo.toml");
        assert!(updated.starts_with(&manifest), "{updated}");
    }
}

#[test]
fn generates_a_module_of_a_crate_and_leaves_its_manifest_alone() {
    let config = format!("module = \"app/src/agent/tools\"\n{CATALOG}");
    let manifest = "[package]\nname = \"app\"\n\n[features]\nthe_auth_api = [\"std\"]\n\n[dependencies]\ntoolsmith-runtime = '0.1'\n";
    let project = Project::with(&[
        ("toolsmith.toml", &config),
        ("app/Cargo.toml", manifest),
        ("app/src/main.rs", "mod agent;\n\nfn main() {}\n"),
    ]);
    project.run(&["regen", "--offline"]).with_status(0);
    project.run(&["digest"]).with_status(0);
    assert_eq!(project.text("app/Cargo.toml"), manifest);
    assert_eq!(
        project.text("app/src/main.rs"),
        "mod agent;\n\nfn main() {}\n"
    );
    let root = project.text("app/src/agent/tools/mod.rs");
    assert!(
        root.contains("\npub mod the_auth_api;\n") && !root.contains("#[cfg("),
        "{root}"
    );
    let module = project.text("app/src/agent/tools/the_auth_api/mod.rs");
    assert!(
        module.contains("//! use crate::agent::tools::the_auth_api::{"),
        "{module}"
    );
    assert!(module.contains("//! ```ignore"), "{module}");
    let index = project.text("app/src/agent/tools/digest/the_auth_api/index.md");
    assert!(
        index.contains("crate::agent::tools::the_auth_api"),
        "{index}"
    );
    project.run(&["regen", "--check"]).with_status(0);
    project.put("app/Cargo.toml", b"[package]\nname = \"app\"\n");
    let problem = project.run(&["regen", "--offline"]).with_status(3).err;
    assert!(
        problem.contains("app/Cargo.toml does not depend on toolsmith-runtime"),
        "{problem}"
    );
}

#[test]
fn the_headers_do_not_depend_on_the_program_that_runs() {
    let project = with_crate("runtime = \"0.1\"\n", "");
    let header = || {
        project
            .text("crates/auth-tools/src/lib.rs")
            .lines()
            .next()
            .unwrap()
            .to_owned()
    };
    for program in ["toolsmith", "cargo toolsmith"] {
        project
            .run_as(program, &["regen", "--offline"])
            .with_status(0);
        assert_eq!(
            header(),
            "// @generated by `cargo toolsmith regen`. Do not edit."
        );
    }
    let project = with_crate("runtime = \"0.1\"\ncommand = \"cargo xtask\"\n", "");
    project
        .run_as("toolsmith", &["regen", "--offline"])
        .with_status(0);
    let first = project.text("crates/auth-tools/src/lib.rs");
    assert!(
        first.starts_with("// @generated by `cargo xtask regen`"),
        "{first}"
    );
}

#[test]
fn names_the_files_of_a_removed_catalog() {
    let other = "\n[catalog.other]\nkind = \"functions\"\nfile = \"other.json\"\n";
    let project = with_crate("runtime = \"0.1\"\n", other);
    project.put(
        "other.json",
        br#"[{"name": "a", "parameters": {"type": "object"}}]"#,
    );
    project.run(&["regen"]).with_status(0);
    let manifest = project.text("crates/auth-tools/Cargo.toml");
    assert!(
        manifest.contains("default = [\"other\", \"the_auth_api\"]"),
        "{manifest}"
    );
    let config = project.text("toolsmith.toml").replace(other, "");
    project.put("toolsmith.toml", config.as_bytes());
    let out = project.run(&["regen", "--offline"]).with_status(0).out;
    assert!(
        out.contains("deleted       crates/auth-tools/src/other/mod.rs"),
        "{out}"
    );
    for file in ["catalogs/other.json", "catalogs/other.lock.toml"] {
        assert!(
            out.contains(&format!("kept          {file}  (no catalog uses it")),
            "{out}"
        );
    }
    assert!(!project.path("crates/auth-tools/src/other").exists());
    let manifest = project.text("crates/auth-tools/Cargo.toml");
    assert!(!manifest.contains("other"), "{manifest}");
    let facts = project.run(&["regen", "--offline", "--json"]).json();
    let unused = serde_json::json!(["catalogs/other.json", "catalogs/other.lock.toml"]);
    assert_eq!(facts["unused"], unused);
}

#[test]
fn keeps_the_default_features_that_the_user_chose() {
    let project = with_crate("runtime = \"0.1\"\nfeatures = \"resources\"\n", "");
    project.run(&["regen", "--offline"]).with_status(0);
    let manifest = project.text("crates/auth-tools/Cargo.toml");
    let chosen = manifest.replace(
        "default = [\"the_auth_api\"]",
        "default = [\"the_auth_api-projects\"] # enough",
    );
    assert_ne!(manifest, chosen);
    project.put("crates/auth-tools/Cargo.toml", chosen.as_bytes());
    project.run(&["regen", "--offline"]).with_status(0);
    assert_eq!(project.text("crates/auth-tools/Cargo.toml"), chosen);
}

#[test]
fn never_replaces_a_file_that_it_did_not_write() {
    let project = with_crate("runtime = \"0.1\"\n", "");
    project.put("crates/auth-tools/src/lib.rs", b"//! Mine.\n");
    let problem = project.run(&["regen", "--offline"]).with_status(3).err;
    assert!(
        problem.contains("crates/auth-tools/src/lib.rs was not generated"),
        "{problem}"
    );
    assert_eq!(project.text("crates/auth-tools/src/lib.rs"), "//! Mine.\n");
    assert!(!project.path("crates/auth-tools/src/the_auth_api").exists());
    // A header below the marks of a merge conflict counts.
    let conflict = b"<<<<<<< ours\n// @generated by `cargo xtask regen`. Do not edit.\n=======\n";
    project.put("crates/auth-tools/src/lib.rs", conflict);
    project.run(&["regen", "--offline"]).with_status(0);
}

#[test]
fn a_missing_manifest_is_named() {
    let project = Project::with(&[("toolsmith.toml", CATALOG)]);
    let problem = project.run(&["regen", "--offline"]).with_status(3).err;
    assert!(
        problem.contains("there is no generated/Cargo.toml"),
        "{problem}"
    );
    assert!(problem.contains("cargo xtask init"), "{problem}");
}

#[test]
fn selects_tools_by_name_resource_and_pattern() {
    let keys = "runtime = \"0.1\"\n";
    let select = |lines: &str| with_crate(keys, lines);
    let tools = |project: &Project| -> Vec<String> {
        let facts = project.run(&["list", "--json"]).with_status(0).json();
        let tools = facts[0]["tools"].as_array().unwrap().iter();
        tools
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let project = select(
        "include = [\"projects\", \"list_all_*\"]\nexclude = [\"delete_*\", \"webhooks\"]\n",
    );
    let facts = project
        .run(&["regen", "--offline", "--json"])
        .with_status(0)
        .json();
    let found = tools(&project);
    assert_eq!(found.len(), 12, "{found:?}");
    let is_selected = |name: &String| name.contains("_project") || name.starts_with("list_all_");
    assert!(found.iter().all(is_selected), "{found:?}");
    let is_excluded = |name: &String| name.contains("webhook") || name.starts_with("delete");
    assert!(!found.iter().any(is_excluded), "{found:?}");
    let excluded = facts["catalogs"][0]["excluded"].as_array().unwrap().len();
    assert_eq!(excluded + found.len(), 46);
    // The snapshot and the names of all tools stay.
    let lock = project.text("catalogs/the_auth_api.lock.toml");
    assert!(lock.contains("webhooks"), "{lock}");
    assert!(
        project
            .text("catalogs/the_auth_api.json")
            .contains("webhooks")
    );
    let problem = select("exclude = [\"projcts\"]\n")
        .run(&["regen", "--offline"])
        .with_status(3)
        .err;
    assert!(
        problem.contains("`exclude` lists \"projcts\", which matches no tool"),
        "{problem}"
    );
    assert!(problem.contains("did you mean `projects`?"), "{problem}");
    let problem = select("exclude = [\"*\"]\n")
        .run(&["regen", "--offline"])
        .with_status(3)
        .err;
    assert!(
        problem.contains("leave no tool of the catalog"),
        "{problem}"
    );
}
