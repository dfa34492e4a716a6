//! The text files of the repository, read once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use syn::visit::Visit;
use syn::{Attribute, ItemMod, Meta};

use super::finding::Finding;

/// Every text file of the repository.
pub(super) struct Sources {
    /// The files, by path.
    pub(super) files: Vec<SourceFile>,
}

/// One text file.
pub(super) struct SourceFile {
    /// Its path from the root, with `/`.
    pub(super) path: String,
    /// Its contents.
    pub(super) text: String,
    /// Its syntax tree, if it is valid Rust.
    pub(super) rust: Option<syn::File>,
    /// `true` if the whole file is test code.
    pub(super) is_test: bool,
}

impl Sources {
    /// Reads and parses every file that is committed or not ignored.
    pub(super) fn read(root: &Path) -> Result<Self> {
        Ok(Self::of(read_files(root)?))
    }

    /// Creates the sources from files.
    pub(super) fn of(mut files: Vec<SourceFile>) -> Self {
        for file in files.iter_mut().filter(|file| file.is_rust()) {
            file.rust = syn::parse_file(&file.text).ok();
        }
        let tests: BTreeSet<String> = files.iter().flat_map(declared_tests).collect();
        for file in &mut files {
            let is_declared = tests.iter().any(|test| {
                let rest = file.path.strip_prefix(test.as_str());
                rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            });
            let is_target = file
                .path
                .split('/')
                .rev()
                .skip(1)
                .any(|part| part == "tests" || part == "benches")
                && !file.path.contains("/src/");
            file.is_test = is_declared || is_target;
        }
        Self { files }
    }

    /// Returns the Rust files with their syntax trees.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&SourceFile, &syn::File)> {
        self.files
            .iter()
            .filter_map(|file| Some((file, file.rust.as_ref()?)))
    }
}

impl SourceFile {
    /// Creates a file that is not parsed yet.
    pub(super) fn new(path: String, text: String) -> Self {
        Self {
            path,
            text,
            rust: None,
            is_test: false,
        }
    }

    /// Returns `true` if this is a Rust file, valid or not.
    pub(super) fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    }

    /// Creates a finding in this file.
    pub(super) fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding {
            file: self.path.clone(),
            line,
            message: message.into(),
        }
    }

    /// Returns the directory of this file's child modules: `src/lower` for `src/lower/mod.rs` and
    /// `src/lower.rs`.
    fn module_directory(&self) -> &str {
        let (directory, file) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        match file {
            "mod.rs" | "lib.rs" | "main.rs" => directory,
            _ => self.path.trim_end_matches(".rs"),
        }
    }
}

/// Reads every file that is committed or not ignored.
pub(super) fn read_files(root: &Path) -> Result<Vec<SourceFile>> {
    let paths = listed(root)?.into_iter();
    let files = paths.filter_map(|path| {
        let text = read_text(&root.join(&path))?;
        Some(SourceFile::new(path, text))
    });
    Ok(files.collect())
}

/// Returns `true` if an item is compiled for tests only.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        Meta::Path(path) => path
            .segments
            .last()
            .is_some_and(|last| last.ident == "test"),
        _ => false,
    })
}

/// Returns the files, without `.rs`, of the modules that a file declares for tests only.
fn declared_tests(file: &SourceFile) -> Vec<String> {
    struct Declared(Vec<String>);

    impl Visit<'_> for Declared {
        fn visit_item_mod(&mut self, module: &ItemMod) {
            if is_for_tests(&module.attrs) && module.content.is_none() {
                self.0.push(module.ident.to_string());
            }
        }
    }

    let Some(rust) = &file.rust else {
        return Vec::new();
    };
    let mut declared = Declared(Vec::new());
    declared.visit_file(rust);
    let directory = file.module_directory();
    let paths = declared.0.iter().map(|name| format!("{directory}/{name}"));
    paths.collect()
}

/// Returns the paths of the files that git lists, or of all files without git.
fn listed(root: &Path) -> Result<Vec<String>> {
    let listing = Command::new("git")
        .arg("-C")
        .arg(root)
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .output();
    if let Ok(listing) = listing
        && listing.status.success()
    {
        let text = String::from_utf8_lossy(&listing.stdout);
        let paths: BTreeSet<String> = text
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(str::to_owned)
            .collect();
        return Ok(paths.into_iter().collect());
    }
    let files = files_below(root)?;
    let relative = files.iter().filter_map(|file| {
        let relative = file.strip_prefix(root).ok()?;
        Some(relative.to_str()?.replace('\\', "/"))
    });
    Ok(relative.collect())
}

/// Reads a file, or returns `None` if it does not exist or is not UTF-8.
fn read_text(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    String::from_utf8(bytes).ok()
}

/// Returns every file below a directory in order, without hidden directories and `target`.
///
/// # Errors
///
/// Returns an error if a directory cannot be listed.
fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        let entries = std::fs::read_dir(&directory)
            .with_context(|| format!("cannot list {}", directory.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot list {}", directory.display()))?;
            let name = entry.file_name();
            let is_skipped = name == "target" || name.to_string_lossy().starts_with('.');
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match (is_directory, is_skipped) {
                (true, true) => {}
                (true, false) => waiting.push(entry.path()),
                (false, _) => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(files)
}
