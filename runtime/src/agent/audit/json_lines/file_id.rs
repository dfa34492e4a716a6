//! The identity of a file, which a new name does not change.

use std::fs::Metadata;

/// The device of a file, and its number there.
pub(super) type FileId = (u64, u64);

/// Returns the identity of a file, where the standard library has one.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
pub(super) fn file_id(metadata: &Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// Returns the identity of a file, where the standard library has one. The time of its creation is not one: Windows
/// gives a new file that of an old one with the same name.
#[cfg(not(unix))]
pub(super) fn file_id(_: &Metadata) -> Option<FileId> {
    None
}
