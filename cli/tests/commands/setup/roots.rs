//! Tests of commands that run elsewhere than at the root of the project.

use super::fresh::{Fresh, PACKAGE};

#[test]
fn a_relative_root_and_a_folder_below_it_work() {
    let fresh = Fresh::with(&[
        ("sub/Cargo.toml", "[workspace]\nmembers = [\"apps/*\"]\n"),
        ("sub/apps/app/Cargo.toml", PACKAGE),
        ("sub/apps/app/src/main.rs", "fn main() {}\n"),
        ("sub/functions.json", super::fresh::FUNCTIONS),
    ]);
    fresh.run(&["init", "--root", "sub"]).with_status(0);
    let add = ["add", "functions", "rooms", "--file", "sub/functions.json"];
    let added = fresh.run(&[&add[..], &["--root", "sub"]].concat());
    let added = added.with_status(0).out;
    assert!(
        added.contains("cargo add --package app --path crates/tools"),
        "{added}"
    );
    fresh
        .run(&["remove", "rooms", "--root", "sub"])
        .with_status(0);
    let add = [
        "add",
        "functions",
        "rooms",
        "--file",
        "../../functions.json",
    ];
    let added = fresh.run_in("sub/apps/app", &[], &add).with_status(0).out;
    assert!(
        added.contains("cargo add --path ../../crates/tools"),
        "{added}"
    );
    let config = fresh.text("sub/toolsmith.toml");
    assert!(config.contains("file = \"functions.json\""), "{config}");
    let upgraded = fresh.run(&["upgrade", "--root", "sub"]).with_status(0);
    assert!(upgraded.out.contains("nothing to do"), "{}", upgraded.out);
}
