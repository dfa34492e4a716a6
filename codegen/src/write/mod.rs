//! From tokens to files: rendered, planned, applied.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::emit::Unit;
use crate::options::Options;

/// Files as values: text by path from the root of the generated crate, with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree(pub BTreeMap<String, String>);

/// What has to be done to a directory so that it holds a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Every file of the tree and every orphan, by path.
    pub files: Vec<PlannedFile>,
    /// Files where only generated ones belong that do not bear the header; they stay.
    pub strays: Vec<String>,
}

/// One file of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// The path from the root.
    pub path: String,
    /// What has to be done.
    pub action: Action,
    /// The text on disk, if there is any.
    pub before: Option<String>,
    /// The text to be, unless it goes.
    pub after: Option<String>,
}

/// What has to be done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is not there yet.
    Create,
    /// It says something else.
    Update,
    /// Nothing generates it any more.
    Delete,
    /// Nothing.
    Keep,
}

/// Renders the units.
pub(crate) fn render(units: &[Unit], options: &Options) -> FileTree {
    let _ = (units, options);
    FileTree::default()
}

/// Compares `tree` with the files under `root`.
///
/// # Errors
///
/// A file that cannot be read.
pub fn plan(tree: &FileTree, root: &Path) -> io::Result<Plan> {
    let _ = (tree, root);
    Ok(Plan {
        files: Vec::new(),
        strays: Vec::new(),
    })
}

impl Plan {
    /// Whether the directory holds the tree already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.action == Action::Keep)
    }

    /// Does it: each file whole or not at all, those that stay the same untouched, orphans last.
    ///
    /// # Errors
    ///
    /// A file that cannot be written, with its path.
    pub fn apply(&self, root: &Path) -> io::Result<()> {
        let _ = root;
        Ok(())
    }
}
