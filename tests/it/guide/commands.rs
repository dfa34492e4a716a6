//! The shell commands in the guide exist, with all their options.

use std::process::Command;

use super::blocks::pages;
use crate::artifacts;

#[test]
fn commands_in_the_guide_exist() {
    let mut count = 0;
    for page in pages() {
        for block in page.blocks_of("sh") {
            let text = block.text.replace("\\\n", " ");
            for line in text.lines() {
                let Some((program, arguments)) = toolsmith_command(line) else {
                    continue;
                };
                let output = Command::new(artifacts::program(program))
                    .args(&arguments)
                    .arg("--help")
                    .output()
                    .unwrap();
                let error = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{}: {line}\n{error}", page.path);
                count += 1;
            }
        }
    }
    assert!(count > 10, "only {count} commands");
}

/// Returns the program and the arguments of a command of ours.
fn toolsmith_command(line: &str) -> Option<(&'static str, Vec<String>)> {
    let line = line.split(" #").next().unwrap_or_default().trim();
    let prefixes = [
        ("cargo toolsmith ", "toolsmith"),
        ("toolsmith ", "toolsmith"),
        ("cargo xtask ", "xtask"),
    ];
    let (rest, program) = prefixes
        .into_iter()
        .find_map(|(prefix, program)| Some((line.strip_prefix(prefix)?, program)))?;
    let words = rest
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']));
    // What follows `--command` belongs to the program that is started.
    let words = words.take_while(|word| *word != "--command");
    Some((program, words.map(str::to_owned).collect()))
}
