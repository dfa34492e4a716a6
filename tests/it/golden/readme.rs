//! The excerpt in the README matches the generated crate.

use std::path::Path;

#[test]
#[allow(clippy::disallowed_methods, reason = "a test reads what is checked in")]
fn excerpts_in_the_readme_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| {
        let text = std::fs::read_to_string(root.join(path));
        text.unwrap_or_else(|error| panic!("{path}: {error}"))
            .replace("\r\n", "\n")
    };
    let readme = read("README.md");
    let (_, rest) = readme.split_once("An excerpt of `").unwrap();
    let (path, rest) = rest.split_once('`').unwrap();
    let (_, rest) = rest.split_once("```rust\n").unwrap();
    let (excerpt, _) = rest.split_once("\n}\n```").unwrap();
    let file = read(path);
    for part in excerpt.split("\n\n") {
        assert!(file.contains(part), "{path} has no longer:\n{part}");
    }
}
