//! Strict lints of an adopter find nothing in generated code.

use std::process::Command;

use toolsmith_codegen::Options;
use toolsmith_codegen::options::{Enums, Features, Layout, NestedModule};

use super::{catalogs, features, runtime, write};
use crate::scratch::Scratch;

/// Lints of the compiler that need a nightly compiler, or that are about the build.
const NOT_ENABLED: [&str; 12] = [
    "deprecated_in_future",
    "fuzzy_provenance_casts",
    "linker_messages",
    "lossy_provenance_casts",
    "multiple_supertrait_upcastable",
    "must_not_suspend",
    "non_exhaustive_omitted_patterns",
    "resolving_to_items_shadowing_supertrait_items",
    "shadowing_supertrait_items",
    "unqualified_local_imports",
    "unstable_features",
    "unused_crate_dependencies",
];

/// Returns the lints that the compiler allows by default.
fn allowed_by_default() -> Vec<String> {
    let output = Command::new("rustc").args(["-W", "help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let lints = help.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, level) = (words.next()?, words.next()?);
        (level == "allow").then(|| name.replace('-', "_"))
    });
    let lints: Vec<String> = lints
        .filter(|lint| !NOT_ENABLED.contains(&lint.as_str()))
        .collect();
    assert!(lints.len() > 30, "{lints:?}");
    lints
}

/// Returns the lints of a workspace that enables all of them.
fn strict_lints() -> String {
    let mut lines = vec![
        "[workspace.lints.rust]".to_owned(),
        "unsafe_code = \"forbid\"".to_owned(),
        "warnings = \"warn\"".to_owned(),
    ];
    let allowed = allowed_by_default();
    let allowed = allowed.iter().filter(|lint| *lint != "unsafe_code");
    lines.extend(allowed.map(|lint| format!("{lint} = \"warn\"")));
    lines.push("[workspace.lints.clippy]".to_owned());
    for group in ["all", "pedantic", "nursery", "cargo", "restriction"] {
        lines.push(format!("{group} = {{ level = \"warn\", priority = -1 }}"));
    }
    // It is about enabling a group as a whole, as this test does.
    lines.push("blanket_clippy_restriction_lints = \"allow\"".to_owned());
    for forbidden in ["unwrap_used", "expect_used", "panic", "todo", "dbg_macro"] {
        lines.push(format!("{forbidden} = \"forbid\""));
    }
    lines.join("\n")
}

fn manifest(name: &str, edition: &str, rest: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n\
         [dependencies]\n{}\n\n{rest}\n\n[lints]\nworkspace = true\n",
        runtime()
    )
}

#[test]
fn all_lints_of_the_compiler_and_of_clippy_find_nothing() {
    let scratch = Scratch::new();
    let all = catalogs();
    let members = "members = [\"tools\", \"program\", \"single\"]";
    let workspace = format!(
        "[workspace]\nresolver = \"3\"\n{members}\n\n{}\n",
        strict_lints()
    );
    scratch.put("Cargo.toml", &workspace);
    let options = Options {
        features: Features::Resources,
        enums: Enums::Exhaustive,
        ..Options::default()
    };
    let output = write(&scratch, "tools", &all, &options);
    let tools = manifest("tools", "2024", &features(&output));
    scratch.put("tools/Cargo.toml", &tools);
    let module = NestedModule {
        path: "tools".to_owned(),
        folder: "src/tools".to_owned(),
    };
    let options = Options {
        layout: Layout::Nested(module),
        features: Features::None,
        ..Options::default()
    };
    // The module of a server needs a feature of the runtime, which a feature of the crate enables.
    let without_server: Vec<_> = all
        .iter()
        .filter(|it| it.name != "files")
        .cloned()
        .collect();
    write(&scratch, "program", &without_server, &options);
    scratch.put("program/Cargo.toml", &manifest("program", "2021", ""));
    scratch.put(
        "program/src/main.rs",
        "//! A program.\n#![allow(clippy::cargo, reason = \"it is a test\")]\n\nmod tools;\n\nfn main() {}\n",
    );
    let options = Options {
        crate_name: "single".to_owned(),
        layout: Layout::Root,
        ..Options::default()
    };
    let shop = all.iter().find(|catalog| catalog.name == "shop").unwrap();
    write(&scratch, "single", std::slice::from_ref(shop), &options);
    scratch.put("single/Cargo.toml", &manifest("single", "2024", ""));
    scratch.cargo(
        "",
        &[
            "clippy",
            "--quiet",
            "--offline",
            "--workspace",
            "--all-features",
        ],
    );
}
