//! Follows the first page of the guide step by step, as a reader does.
//!
//! Comments in the page say what to do with a block: `<!-- run -->`, `<!-- file: PATH -->`, and
//! `<!-- output -->` for what the command before prints.

use std::path::PathBuf;
use std::process::Command;

use toolsmith_testkit::cargo::cargo;

use super::blocks::{Block, page};
use crate::artifacts::{self, root};
use crate::scratch::{Scratch, target};

/// A reader: the current directory, and what the last command printed.
struct Reader {
    directory: PathBuf,
    printed: String,
}

impl Reader {
    #[track_caller]
    fn follow(&mut self, block: &Block) {
        let comment = block.comment.as_deref().unwrap_or_default();
        if comment == "run" {
            for line in block.text.lines() {
                self.run(line);
            }
        } else if comment == "output" {
            assert_eq!(self.printed, block.text, "line {}", block.line);
        } else if let Some(path) = comment.strip_prefix("file: ") {
            std::fs::write(self.directory.join(path), &block.text).unwrap();
        }
    }

    #[track_caller]
    fn run(&mut self, line: &str) {
        let line = line.split(" #").next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut command = match words.as_slice() {
            ["cd", folder] => {
                self.directory.push(folder);
                return;
            }
            ["cargo", "toolsmith", arguments @ ..] => {
                let mut command = Command::new(artifacts::program("toolsmith"));
                command.args(arguments);
                if arguments.first() == Some(&"init") {
                    let runtime = root().join("runtime").canonicalize().unwrap();
                    command.arg("--runtime-path").arg(runtime);
                }
                command
            }
            ["cargo", arguments @ ..] => {
                let mut command = cargo();
                command.args(arguments);
                command
            }
            _ => panic!("the guide has a command that the test does not know: {line}"),
        };
        let output = command
            .current_dir(&self.directory)
            // The command would take the package of this test for its project.
            .env_remove("CARGO_MANIFEST_DIR")
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_NET_OFFLINE", "true")
            .env("RUSTFLAGS", "-Dwarnings")
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        self.printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{line}\n{}\n{error}", self.printed);
        if words.starts_with(&["cargo", "new"]) {
            // The versions of this repository, so that nothing is downloaded.
            let lock = self.directory.join(words[2]).join("Cargo.lock");
            std::fs::copy(root().join("Cargo.lock"), lock).unwrap();
        }
    }
}

#[test]
fn the_first_page_gives_a_working_program_at_each_step() {
    let scratch = Scratch::new();
    let mut reader = Reader {
        directory: scratch.path(""),
        printed: String::new(),
    };
    let blocks = page("docs/guide/first-client.md").blocks();
    for block in &blocks {
        reader.follow(block);
    }
    let outputs = blocks
        .iter()
        .filter(|block| block.comment.as_deref() == Some("output"));
    assert_eq!(outputs.count(), 2);
    // The files to commit are complete.
    let check = Command::new(artifacts::program("toolsmith"))
        .arg("check")
        .current_dir(&reader.directory)
        .env_remove("CARGO_MANIFEST_DIR")
        .status()
        .unwrap();
    assert!(check.success());
}
