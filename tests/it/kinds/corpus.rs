//! Catalogs that others wrote: each gives a crate that compiles without a warning. They lie beside
//! the project and are no part of it.

use crate::artifacts::root;
use crate::scratch::{Scratch, xtask};

/// A sample with something of everything: forms, sizes, nested schemas, odd names.
const SAMPLE: [&str; 8] = [
    "anthropic-cookbook",
    "mcp-filesystem",
    "mcp-github",
    "mcp-hubspot",
    "mcp-line-bot",
    "mcp-playwright",
    "mcp-py-aws-ecs",
    "tau-bench",
];

#[test]
fn catalogs_of_others_give_crates_that_compile() {
    let corpus = root().join("../shared/corpus");
    if !corpus.is_dir() {
        println!("skipped: there is no {}", corpus.display());
        return;
    }
    for name in SAMPLE {
        let scratch = Scratch::new();
        let input = corpus.join(format!("{name}.json"));
        let out = scratch.path("made");
        let (input, out) = (input.to_str().unwrap(), out.to_str().unwrap());
        xtask(
            &[],
            &["generate", "--input", input, "--out", out, "--name", name],
        );
        scratch.cargo("made", &["check", "--quiet"]);
    }
}
