//! Reading of files. Files are written by the generator's plan only, all or none.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use toolsmith_codegen::SourceText;

/// The size limit of a catalog, in bytes. It is the same for a fetch.
const MAX_CATALOG_BYTES: u64 = 64_000_000;

/// Reads a text file.
///
/// # Errors
///
/// Returns an error if the file does not exist, cannot be read or is not UTF-8.
#[expect(clippy::disallowed_methods, reason = "this module reads the disk")]
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads the file of a catalog.
///
/// # Errors
///
/// Returns an error if the file cannot be read, is empty or too large, or is not UTF-8.
pub(crate) fn read_catalog(path: &Path) -> Result<SourceText> {
    let shown = path.display();
    if path.is_dir() {
        bail!("{shown} is a directory; pass the file of a catalog");
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        // One byte above the limit is enough to detect a larger file.
        .and_then(|file| file.take(MAX_CATALOG_BYTES + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() as u64 > MAX_CATALOG_BYTES {
        bail!(
            "{shown} is larger than {} MB, the limit for a catalog",
            MAX_CATALOG_BYTES / 1_000_000
        );
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        bail!("{shown} is empty; a catalog is a JSON document");
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bail!(
            "{shown} is not text: byte {} is not UTF-8; a catalog is a JSON document",
            error.utf8_error().valid_up_to()
        ),
    };
    Ok(SourceText {
        file: shown.to_string(),
        text,
    })
}

/// Reads a text file, or returns `None` if it does not exist.
///
/// # Errors
///
/// Returns an error if the file exists and cannot be read.
#[expect(clippy::disallowed_methods, reason = "this module reads the disk")]
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Checks that an output directory exists or can be created.
///
/// # Errors
///
/// Returns an error if it is a file, or below a file.
pub(crate) fn require_directory(out: &Path) -> Result<()> {
    // A `/` at the end would hide that the path is a file.
    let out: PathBuf = out.components().collect();
    match out.ancestors().find(|it| it.exists()) {
        Some(file) if file.is_file() => bail!(
            "{} is not a directory; --out takes a directory",
            file.display()
        ),
        _ => Ok(()),
    }
}

/// Resolves the links of the part of a path that exists, so that one directory has one name.
pub(crate) fn real_path(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for ancestor in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) {
            // To join nothing adds a `/`, so a directory would get another name once it exists.
            return if rest.as_os_str().is_empty() {
                real
            } else {
                real.join(rest)
            };
        }
    }
    path
}
