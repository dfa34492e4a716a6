//! The files that the rules are about, read once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use syn::visit::Visit;
use syn::{Attribute, ItemMod, Meta};

use super::Finding;

/// Every text file of the repository.
pub(super) struct Sources {
    /// The files, by path.
    pub(super) files: Vec<SourceFile>,
}

/// One text file.
pub(super) struct SourceFile {
    /// Its path from the root, with `/`.
    pub(super) path: String,
    /// What it says.
    pub(super) text: String,
    /// What it says as Rust, if it is Rust and can be parsed.
    pub(super) rust: Option<syn::File>,
    /// Whether all of it is test code.
    pub(super) is_test: bool,
}

impl Sources {
    /// Reads every file that is checked in, or would be.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for path in listed(root)? {
            if let Some(text) = read_text(&root.join(&path)) {
                files.push(SourceFile::new(path, text));
            }
        }
        Ok(Self::of(files))
    }

    /// These files.
    pub(super) fn of(mut files: Vec<SourceFile>) -> Self {
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

    /// The files of Rust, with their syntax trees.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&SourceFile, &syn::File)> {
        self.files
            .iter()
            .filter_map(|file| Some((file, file.rust.as_ref()?)))
    }
}

impl SourceFile {
    /// A file, parsed if it is Rust.
    pub(super) fn new(path: String, text: String) -> Self {
        let mut file = Self {
            path,
            text,
            rust: None,
            is_test: false,
        };
        if file.is_rust() {
            file.rust = syn::parse_file(&file.text).ok();
        }
        file
    }

    /// Whether this is Rust, sound or not.
    pub(super) fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    }

    /// Something is not as it should be here.
    pub(super) fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding {
            file: self.path.clone(),
            line,
            message: message.into(),
        }
    }

    /// The directory of this file's child modules: `src/lower` for `src/lower/mod.rs` and `src/lower.rs`.
    fn module_directory(&self) -> &str {
        let (directory, file) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        match file {
            "mod.rs" | "lib.rs" | "main.rs" => directory,
            _ => self.path.trim_end_matches(".rs"),
        }
    }
}

/// Whether an item is compiled for tests only.
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

/// The modules in files of their own that a file declares for tests only, without `.rs`.
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

/// The paths of the files: as git knows them, else all there are.
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

/// Reads a file, if it is there and is text; other bytes are nobody's business here.
fn read_text(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    String::from_utf8(bytes).ok()
}

/// Every file below a directory, in order; hidden directories and `target` are left out.
///
/// # Errors
///
/// A directory cannot be listed.
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
