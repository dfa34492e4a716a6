//! The page of likely mistakes shows the programs in `compile-fail/` and their messages.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use super::blocks::page;
use crate::artifacts::root;

#[test]
fn the_page_of_mistakes_shows_real_messages() {
    let folder = root().join("tests/compile-fail");
    let read = |file: String| std::fs::read_to_string(folder.join(file)).unwrap();
    let page = page("docs/guide/mistakes.md");
    let mut shown = BTreeSet::new();
    let blocks = page.blocks();
    for (index, block) in blocks.iter().enumerate() {
        let comment = block.comment.as_deref().unwrap_or_default();
        let Some(name) = comment.strip_prefix("compile-fail: ") else {
            continue;
        };
        assert_eq!(block.language, "rust,compile_fail");
        let program = without_indent(&read(format!("{name}.rs")));
        assert!(
            program.contains(without_indent(&block.text).trim_end()),
            "{name}.rs has no longer:\n{}",
            block.text
        );
        let [message, right] = [&blocks[index + 1], &blocks[index + 2]];
        assert_eq!((&*message.language, &*right.language), ("text", "rust"));
        let printed = read(format!("{name}.stderr"));
        for line in message.text.lines() {
            assert!(
                printed.contains(line),
                "{name}.stderr has no longer:\n{line}"
            );
        }
        shown.insert(format!("{name}.rs"));
    }
    let programs = std::fs::read_dir(&folder).unwrap();
    let programs = programs.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let programs: BTreeSet<String> = programs
        .filter(|name| Path::new(name).extension() == Some(OsStr::new("rs")))
        .collect();
    assert_eq!(shown, programs);
}

/// Removes the indentation of each line, and a line's `let _ =`.
fn without_indent(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix("let _ = ").unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}
