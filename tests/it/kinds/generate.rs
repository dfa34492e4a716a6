//! The files that `generate` writes and the inputs that it refuses.

use std::collections::BTreeMap;
use std::path::Path;

use crate::scratch::{Scratch, xtask, xtask_error};

const FUNCTIONS: &str = r#"[
    {"name": "b", "input_schema": {"type": "object", "properties": {"x": {"type": "string"}}}},
    {"name": "a", "parameters": {"type": "object"}}
]"#;

/// Reads every file below a directory.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    found
}

fn arguments<'a>(input: &'a Path, out: &'a Path, name: &'a str) -> [&'a str; 7] {
    let (input, out) = (input.to_str().unwrap(), out.to_str().unwrap());
    ["generate", "--input", input, "--out", out, "--name", name]
}

#[test]
fn a_second_run_changes_nothing_and_keeps_names() {
    let scratch = Scratch::new();
    scratch.put("functions.json", FUNCTIONS);
    let (input, out) = (scratch.path("functions.json"), scratch.path("made"));
    xtask(&[], &arguments(&input, &out, "made"));
    let first = files(&out);
    // The catalog in the crate gives the same crate.
    xtask(&[], &arguments(&out.join("catalog.json"), &out, "made"));
    assert_eq!(files(&out), first);
    // The lock and the overlay are applied, and neither is removed.
    scratch.put(
        "made/catalog.overlay.toml",
        "[[change]]\ntool = \"a\"\neffect = \"reads\"\nreason = \"it only looks\"\n",
    );
    scratch.put("functions.json", &FUNCTIONS.replace("\"b\"", "\"c\""));
    xtask(&[], &arguments(&input, &out, "made"));
    let second = files(&out);
    let text =
        |path: &str| String::from_utf8(second[&out.join(path).display().to_string()].clone());
    assert!(text("catalog.lock.toml").unwrap().contains("[tools.b]"));
    assert!(text("src/registry.rs").unwrap().contains("Effect::Reads"));
    assert!(!out.join("src/b.rs").exists(), "an orphan goes");
}

#[test]
fn a_foreign_directory_is_not_changed() {
    let scratch = Scratch::new();
    scratch.put("functions.json", FUNCTIONS);
    scratch.put("mine/Cargo.toml", "[package]\nname = \"mine\"\n");
    let before = files(&scratch.path("mine"));
    let (input, out) = (scratch.path("functions.json"), scratch.path("mine"));
    let said = xtask_error(&arguments(&input, &out, "made"));
    assert!(
        said.contains("is not empty and was not written by"),
        "{said}"
    );
    assert!(said.contains("it contains Cargo.toml"), "{said}");
    assert_eq!(files(&scratch.path("mine")), before);
}

#[test]
fn invalid_inputs_are_refused() {
    let scratch = Scratch::new();
    scratch.put("functions.json", FUNCTIONS);
    scratch.put("other.json", "{\"openapi\": \"3.1.0\"}");
    let out = scratch.path("made");
    let said = xtask_error(&arguments(&scratch.path("functions.json"), &out, "std"));
    assert!(said.contains("`std` is not a valid crate name"), "{said}");
    let said = xtask_error(&arguments(&scratch.path("other.json"), &out, "made"));
    assert!(
        said.contains("this is not a catalog of a known kind"),
        "{said}"
    );
    let said = xtask_error(&arguments(&scratch.path("none.json"), &out, "made"));
    assert!(said.contains("cannot read"), "{said}");
    assert!(!out.exists());
}
