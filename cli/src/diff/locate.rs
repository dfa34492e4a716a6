//! The lines of the generated code that changes are about.

use std::collections::BTreeMap;
use std::path::Path;

use toolsmith_codegen::diff::RustItem;

use super::result::{CodeLocation, RustResult};
use crate::system::disk;

/// Generated files by their paths from the root of the workspace.
pub(crate) type Sources = BTreeMap<String, String>;

/// Reads the Rust files of a folder of the workspace. Files that cannot be read are left out: without them
/// a change has no line.
pub(crate) fn read_sources(root: &Path, folder: &str) -> Sources {
    let mut sources = Sources::new();
    let mut folders = vec![folder.trim_end_matches('/').to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(root.join(&folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push(path);
            } else if entry.path().extension().is_some_and(|end| end == "rs")
                && let Ok(text) = disk::read(&entry.path())
            {
                sources.insert(path, text);
            }
        }
    }
    sources
}

/// Returns the files of one catalog: those in its own folder, or its own file.
pub(crate) fn sources_of(catalog: &str, folder: &str, sources: &Sources) -> Sources {
    let folder = folder.trim_end_matches('/');
    let of_catalog = |path: &str| {
        let path = path.strip_prefix(folder);
        let path = path.and_then(|path| path.strip_prefix('/')?.strip_prefix(catalog));
        path.is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    };
    let files = sources.iter().filter(|(path, _)| of_catalog(path));
    files
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect()
}

/// Returns the lines of the tools in a snapshot, from 1.
pub(crate) fn read_tool_lines(snapshot: &str) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    for (index, line) in snapshot.lines().enumerate() {
        let name = line.trim_start().strip_prefix("\"name\":");
        let name = name.map(|rest| rest.trim().trim_end_matches(','));
        if let Some(Ok(name)) = name.map(serde_json::from_str::<String>) {
            lines.entry(name).or_insert(index + 1);
        }
    }
    lines
}

/// The types in generated files, so that many changes are located by reading the files once.
pub(crate) struct TypeLines<'s> {
    types: BTreeMap<&'s str, TypeLine<'s>>,
}

/// The place of a type.
struct TypeLine<'s> {
    file: &'s str,
    /// The text of the file from the line on.
    text: &'s str,
    /// The line, from 1.
    line: usize,
}

impl<'s> TypeLines<'s> {
    /// Finds the types in the files of one catalog.
    pub(crate) fn of(sources: &'s Sources) -> Self {
        let mut types = BTreeMap::new();
        for (file, source) in sources {
            let mut start = 0;
            for (index, line) in source.split_inclusive('\n').enumerate() {
                if let Some(name) = type_name(line) {
                    types.entry(name).or_insert_with(|| TypeLine {
                        file,
                        text: source.get(start..).unwrap_or_default(),
                        line: index + 1,
                    });
                }
                start += line.len();
            }
        }
        Self { types }
    }

    /// Finds the line of an item: of the member if it exists, or else of the type.
    pub(crate) fn locate(&self, rust: &RustResult) -> Option<CodeLocation> {
        let RustItem { owner, member } = &rust.item;
        let TypeLine { file, text, line } = self.types.get(owner.as_str())?;
        // A member is after its type; that of another type may come first.
        let member = member.as_deref();
        let after =
            member.and_then(|member| text.lines().position(|line| defines_member(line, member)));
        Some(CodeLocation {
            file: (*file).to_owned(),
            line: line + after.unwrap_or(0),
        })
    }
}

/// Returns the name of the type that a line defines.
fn type_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mut keywords = ["pub struct ", "pub enum "].iter();
    let rest = keywords.find_map(|keyword| line.strip_prefix(keyword))?;
    let name = rest.trim_start_matches("r#");
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    name.get(..end.unwrap_or(name.len()))
}

fn defines_member(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("fn ").unwrap_or(line);
    line.strip_prefix(name).is_some_and(ends_word)
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_without_code_has_its_line_in_the_snapshot() {
        let snapshot = "[\n  {\n    \"name\": \"list_keys\",\n    \"resource\": \"keys\"\n  }\n]\n";
        let lines = read_tool_lines(snapshot);
        assert_eq!(lines, BTreeMap::from([("list_keys".to_owned(), 3)]));
    }

    #[test]
    fn searches_the_files_of_one_catalog() {
        let paths = [
            "src/keys/mod.rs",
            "src/keys2/mod.rs",
            "src/keys.rs",
            "src/a.rs",
        ];
        let sources = paths.map(|path| (path.to_owned(), String::new())).into();
        let found: Vec<String> = sources_of("keys", "src", &sources).into_keys().collect();
        assert_eq!(found, ["src/keys.rs", "src/keys/mod.rs"]);
    }

    #[test]
    fn finds_the_line_of_a_member_and_of_its_type() {
        let text = "pub struct ListKeysPage {\n}\npub struct ListKeys {\n    pub limit: u64,\n}\n\
            impl ListKeys {\n    pub fn new() -> Self {\n";
        let sources = Sources::from([("src/keys.rs".to_owned(), text.to_owned())]);
        for (member, line) in [
            (None, 3),
            (Some("limit"), 4),
            (Some("new"), 7),
            (Some("gone"), 3),
        ] {
            let rust = RustResult {
                item: RustItem {
                    owner: "ListKeys".to_owned(),
                    member: member.map(str::to_owned),
                },
                before: None,
                after: None,
            };
            let found = TypeLines::of(&sources).locate(&rust).unwrap();
            assert_eq!(
                (found.file.as_str(), found.line),
                ("src/keys.rs", line),
                "{member:?}"
            );
        }
    }
}
