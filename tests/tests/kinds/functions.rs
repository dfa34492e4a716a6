//! Function definitions in every form that providers have, called through the user's own code.

use crate::setup::{Scratch, root, xtask};

#[test]
fn functions_are_called_through_whatever_the_user_implements() {
    let scratch = Scratch::new();
    let catalog = root().join("tests/tests/kinds/catalogs/shapes.json");
    let out = scratch.path("shapes");
    let arguments = [
        "generate",
        "--input",
        catalog.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--name",
        "all-shapes",
    ];
    xtask(&[], &arguments);
    let program = include_str!("programs/functions.rs");
    scratch.put_program("program", "all-shapes = { path = \"../shapes\" }", program);
    let printed = scratch.cargo("program", &["run", "--quiet"]);
    assert_eq!(printed, include_str!("programs/functions.out"));
    // The documentation of the crate shows calls that compile.
    scratch.cargo("shapes", &["test", "--quiet", "--doc"]);
}
