//! Tests of the rules with small examples and with this repository.

use std::path::Path;

use super::sources::SourceFile;
use super::*;

#[test]
fn the_command_is_valid_and_documented() {
    let mut command = command();
    command.clone().debug_assert();
    let help = command.render_help().to_string();
    assert!(
        help.contains("Examples:") && help.contains("Exit status:"),
        "{help}"
    );
    assert!(
        help.lines().all(|line| line.chars().count() <= 100),
        "{help}"
    );
}

/// Returns the findings in these files.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let files = files
        .iter()
        .map(|(path, text)| SourceFile::new((*path).to_owned(), (*text).to_owned()));
    let findings = inspect(&Sources::of(files.collect()));
    findings
        .iter()
        .map(|finding| format!("{}:{}: {}", finding.file, finding.line, finding.message))
        .collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(found(files), expected);
}

#[test]
fn finds_imports_against_the_layers() {
    let text = "//! A.\nuse crate::emit::Unit;\nfn f() -> crate::write::Plan {\n    format!(\"{}\", crate::lower::NAME)\n}\n";
    check(
        &[("codegen/src/model/types.rs", text)],
        &[
            "codegen/src/model/types.rs:2: 'model/types' must not import 'emit'",
            "codegen/src/model/types.rs:3: 'model/types' must not import 'write'",
            "codegen/src/model/types.rs:4: 'model/types' must not import 'lower'",
        ],
    );
}

#[test]
fn follows_reexports_of_the_root() {
    check(
        &[
            (
                "codegen/src/lib.rs",
                "//! Root.\npub use diag::{Diagnostics};\npub struct Output;\n",
            ),
            (
                "codegen/src/model/mod.rs",
                "//! A.\nuse crate::{Diagnostics, Output};\n",
            ),
        ],
        &[
            "codegen/src/model/mod.rs:2: 'model' must not import 'diag'",
            "codegen/src/model/mod.rs:2: 'model' must not import `Output` of the crate's root",
        ],
    );
}

#[test]
fn follows_exported_macros() {
    let written = "//! A.\n#[macro_export]\nmacro_rules! ids { () => {} }\n";
    check(
        &[
            ("runtime/src/codec/bridge.rs", written),
            ("runtime/src/codegen.rs", "//! A.\npub use crate::ids;\n"),
        ],
        &[],
    );
}

#[test]
fn resolves_super() {
    check(
        &[
            (
                "runtime/src/error/mod.rs",
                "//! A.\nuse super::http::Response;\nuse super::tools::Effect;\n",
            ),
            (
                "runtime/src/codec/walk.rs",
                "//! A.\nuse super::Json;\nuse super::super::client::Call;\n",
            ),
        ],
        &[
            "runtime/src/codec/walk.rs:3: 'codec' must not import 'client'",
            "runtime/src/error/mod.rs:2: 'error' must not import 'http'",
        ],
    );
}

#[test]
fn ignores_tests_and_quoted_code() {
    check(
        &[
            (
                "codegen/src/model/mod.rs",
                "//! A.\n#[cfg(test)]\nmod tests;\nfn f() { quote!(crate::emit::X) }\nmacro_rules! m { () => { $crate::emit::X } }\n#[cfg(test)]\nmod more { use crate::emit::Unit; }\n",
            ),
            (
                "codegen/src/model/tests.rs",
                "//! A.\nuse crate::emit::Unit;\n",
            ),
        ],
        &[],
    );
}

#[test]
fn finds_a_module_without_a_layer() {
    check(
        &[("runtime/src/misc.rs", "//! A.\n")],
        &["runtime/src/misc.rs:1: 'misc' has no layer: add it to xtask/src/tidy/rules.rs"],
    );
}

#[test]
fn finds_a_forbidden_dependency_except_in_tests() {
    let text = "[package]\nname = \"toolsmith\"\n[dependencies]\ntoolsmith-codegen = {}\nr = { package = \"toolsmith-testkit\" }\n[dev-dependencies]\ngenerated = {}\n";
    check(
        &[("Cargo.toml", text)],
        &["Cargo.toml:5: 'toolsmith' must not depend on 'toolsmith-testkit'"],
    );
}

#[test]
fn lengths_do_not_count_tests_comments_and_blank_lines() {
    let body = "    let _ = 1;\n".repeat(61);
    let comments = "    // Why.\n\n".repeat(61);
    let long = format!("//! A.\nfn long() {{\n{body}}}\nfn short() {{\n{comments}}}\n");
    check(
        &[("codegen/src/lower/a.rs", &long)],
        &["codegen/src/lower/a.rs:2: function `long` has 61 lines; the limit is 60"],
    );
    let items = "const A: u8 = 1;\n".repeat(400);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{items}}}\n");
    check(
        &[("codegen/src/lower/a.rs", &format!("//! A.\n{tests}"))],
        &[],
    );
    check(
        &[("codegen/src/lower/a.rs", &format!("//! A.\n{items}"))],
        &["codegen/src/lower/a.rs:1: 401 lines without test modules; the limit is 400"],
    );
}

#[test]
fn checks_module_docs_headers_and_trailing_spaces() {
    check(
        &[
            ("generated/src/a.rs", "//! A.\n"),
            ("tests/src/b.rs", "struct A; \n"),
        ],
        &[
            "generated/src/a.rs:1: a generated file must begin with `// @generated by`",
            "tests/src/b.rs:1: the module doc is missing: begin with `//!` and the purpose of the file",
            "tests/src/b.rs:1: trailing spaces",
        ],
    );
}

#[test]
fn finds_machine_specific_paths() {
    let path = format!("see {}home/me/x\n", '/');
    check(
        &[
            ("README.md", &path),
            ("a.md", "https://example.com/home/\n"),
        ],
        &[&format!(
            "README.md:1: `{}home/` is a machine-specific path",
            '/'
        )],
    );
}

#[test]
fn finds_cycles_between_files_and_folders() {
    check(
        &[
            (
                "xtask/src/a/mod.rs",
                "//! A.\nmod one;\nmod two;\npub(crate) use one::One;\n",
            ),
            ("xtask/src/a/one.rs", "//! A.\nuse super::two::Two;\n"),
            (
                "xtask/src/a/two.rs",
                "//! A.\nuse super::One;\nuse crate::b::B;\n",
            ),
            ("xtask/src/b.rs", "//! A.\nuse crate::a::One;\n"),
        ],
        &[
            "xtask/src/a/mod.rs:1: 'a' has no layer: add it to xtask/src/tidy/rules.rs",
            "xtask/src/a/one.rs:1: 'a' has no layer: add it to xtask/src/tidy/rules.rs",
            "xtask/src/a/one.rs:2: 'one' must not import 'two': cycle one -> two -> one",
            "xtask/src/a/two.rs:1: 'a' has no layer: add it to xtask/src/tidy/rules.rs",
            "xtask/src/a/two.rs:2: 'two' must not import 'one': cycle two -> one -> two",
            "xtask/src/a/two.rs:3: 'a' must not import 'b': cycle a -> b -> a",
            "xtask/src/b.rs:1: 'b' has no layer: add it to xtask/src/tidy/rules.rs",
            "xtask/src/b.rs:2: 'b' must not import 'a': cycle b -> a -> b",
        ],
    );
}

#[test]
fn modules_and_their_children_may_import_each_other() {
    check(
        &[
            ("xtask/src/main.rs", "//! A.\nuse crate::a::A;\n"),
            ("xtask/src/a/mod.rs", "//! A.\nuse self::one::One;\n"),
            (
                "xtask/src/a/one.rs",
                "//! A.\nuse super::A;\nuse crate::Root;\n",
            ),
        ],
        // There is no cycle.
        &[
            "xtask/src/a/mod.rs:1: 'a' has no layer: add it to xtask/src/tidy/rules.rs",
            "xtask/src/a/one.rs:1: 'a' has no layer: add it to xtask/src/tidy/rules.rs",
        ],
    );
}

#[test]
fn this_repository_is_tidy() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.parent().unwrap();
    let sources = Sources::read(root).unwrap();
    let findings = inspect(&sources);
    assert!(
        findings.is_empty(),
        "\n{}",
        render(&findings, sources.files.len())
    );
}
