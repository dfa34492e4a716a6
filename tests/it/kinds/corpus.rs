//! Third-party catalogs: each becomes a crate that compiles without a warning. The catalogs are not
//! part of the repository.

use toolsmith_tests::corpus::corpus_folder;

use crate::scratch::{Scratch, xtask};

/// A varied sample: all forms, several sizes, nested schemas, unusual names.
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
fn third_party_catalogs_compile() {
    let Some(corpus) = corpus_folder() else {
        println!("skipped: the corpus is not next to the workspace");
        return;
    };
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
