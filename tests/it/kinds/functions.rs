//! Function definitions in the form of every provider, called through a handler of the program.

use crate::artifacts::root;
use crate::digest_program::{DIGEST_LINTS, digest_program, read_pages};
use crate::scratch::{Scratch, xtask};

#[test]
fn functions_are_called_through_the_handler() {
    let scratch = Scratch::new();
    let catalog = root().join("tests/corpus/function_shapes.json");
    let out = scratch.path("shapes");
    let arguments = [
        "generate",
        "--input",
        catalog.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--name",
        "all-shapes",
        "--digest",
    ];
    xtask(&[], &arguments);
    let program = include_str!("programs/functions.rs");
    scratch.put_program("program", "all-shapes = { path = \"../shapes\" }", program);
    let printed = scratch.cargo("program", &["run", "--quiet"]);
    assert_eq!(printed, include_str!("programs/functions.out"));
    // A program made from its digest compiles.
    let digest = digest_program(&read_pages(&out.join("digest")), "all_shapes");
    assert_eq!(digest.calls, 9, "every function is called");
    let source = format!("{DIGEST_LINTS}\n{}\nfn main() {{}}\n", digest.text);
    scratch.put_program("digest", "all-shapes = { path = \"../shapes\" }", &source);
    scratch.cargo("digest", &["test", "--quiet"]);
    // The examples in the documentation of the crate compile.
    scratch.cargo("shapes", &["test", "--quiet", "--doc"]);
}
