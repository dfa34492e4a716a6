//! The code blocks of the pages.

use std::ffi::OsStr;
use std::path::Path;

use crate::artifacts::root;

/// A page of the documentation.
pub(crate) struct Page {
    /// The path from the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A code block.
#[derive(Debug)]
pub(crate) struct Block {
    /// The words after the opening fence: `rust`, `sh`, `toml`.
    pub(crate) language: String,
    /// The comment in front of the block, without `<!--` and `-->`.
    pub(crate) comment: Option<String>,
    /// The line of the opening fence.
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// Returns every page that people read: the README, the guide and the references.
pub(crate) fn pages() -> Vec<Page> {
    let mut paths: Vec<String> = vec!["README.md".to_owned()];
    for folder in ["docs", "docs/guide"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let pages = names.filter(|name| Path::new(name).extension() == Some(OsStr::new("md")));
        paths.extend(pages.map(|name| format!("{folder}/{name}")));
    }
    paths.sort();
    let page = |path: String| Page {
        text: read(&root().join(&path)),
        path,
    };
    paths.into_iter().map(page).collect()
}

/// Returns a page.
#[track_caller]
pub(crate) fn page(path: &str) -> Page {
    let found = pages().into_iter().find(|page| page.path == path);
    found.unwrap_or_else(|| panic!("no page is called {path}"))
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path);
    text.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .replace("\r\n", "\n")
}

impl Page {
    /// Returns the code blocks. A block inside a list is moved to the margin.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(Block, usize)> = None;
        let mut comment = None;
        for (index, line) in self.text.lines().enumerate() {
            let trimmed = line.trim_start();
            match open.take() {
                Some((block, _)) if trimmed == "```" => blocks.push(block),
                Some((mut block, indent)) => {
                    block.text.push_str(line.get(indent..).unwrap_or(trimmed));
                    block.text.push('\n');
                    open = Some((block, indent));
                }
                None => match trimmed.strip_prefix("```") {
                    Some(language) => {
                        let block = Block {
                            language: language.to_owned(),
                            comment: comment.take(),
                            line: index + 1,
                            text: String::new(),
                        };
                        open = Some((block, line.len() - trimmed.len()));
                    }
                    None if trimmed.starts_with("<!--") => {
                        let text = trimmed.trim_start_matches("<!--").trim_end_matches("-->");
                        comment = Some(text.trim().to_owned());
                    }
                    None if trimmed.is_empty() => {}
                    None => comment = None,
                },
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.path);
        blocks
    }

    /// Returns the code blocks of a language.
    pub(crate) fn blocks_of(&self, language: &str) -> Vec<Block> {
        let mut blocks = self.blocks();
        blocks.retain(|block| block.language == language);
        blocks
    }
}
