//! Function definitions in the form of every provider, called through a handler of the program.

use crate::artifacts::root;
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
    // The code blocks in the index of its digest compile.
    let index = std::fs::read(out.join("digest/index.md")).unwrap();
    let index = String::from_utf8(index).unwrap();
    let blocks = index.split("```rust\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let modules = blocks.enumerate();
    let modules: Vec<String> = modules
        .map(|(number, block)| format!("pub mod part_{number} {{\n{block}}}\n"))
        .collect();
    let modules = modules.concat();
    assert_eq!(modules.matches("pub mod").count(), 2);
    let program = format!("#![allow(dead_code)]\n{modules}fn main() {{}}\n");
    scratch.put("shapes/examples/index.rs", &program);
    scratch.cargo("shapes", &["build", "--quiet", "--examples"]);
    // The examples in the documentation of the crate compile.
    scratch.cargo("shapes", &["test", "--quiet", "--doc"]);
}
