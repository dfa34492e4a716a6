//! Reading files. What is written goes through the generator's plan, which writes whole files or none.

use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context, Result, bail};
use toolsmith_codegen::SourceText;

/// The size of a catalog at most, in bytes: as much as is fetched.
const CATALOG_BYTES: u64 = 64_000_000;

/// Reads a text file that has to be there.
///
/// # Errors
///
/// It cannot be read, or is not text.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that touches the disk"
)]
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads the file of a catalog that somebody named, whatever it is.
///
/// # Errors
///
/// It cannot be read, is empty or too large, or is no text.
pub(crate) fn read_catalog(path: &Path) -> Result<SourceText> {
    let shown = path.display();
    if path.is_dir() {
        bail!("{shown} is a directory; name the file of a catalog in it");
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        // One byte more than is allowed tells that there is more.
        .and_then(|file| file.take(CATALOG_BYTES + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() as u64 > CATALOG_BYTES {
        bail!(
            "{shown} is larger than {} MB, and so no catalog",
            CATALOG_BYTES / 1_000_000
        );
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        bail!("{shown} is empty; a catalog is a JSON document");
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bail!(
            "{shown} is no text: its byte {} is not UTF-8; a catalog is a JSON document",
            error.utf8_error().valid_up_to()
        ),
    };
    Ok(SourceText {
        file: shown.to_string(),
        text,
    })
}

/// Reads a text file, if it is there.
///
/// # Errors
///
/// It is there and cannot be read.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that touches the disk"
)]
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}
