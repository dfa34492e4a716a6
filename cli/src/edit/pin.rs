//! The version of the generator in `toolsmith.toml`.

use anyhow::Result;
use toml_edit::Document;

use super::{line_end, splice};

/// The key of the version.
pub(crate) const PIN: &str = "version";

/// Returns the configuration with the pinned version replaced, or added in the first line. Every other
/// byte stays.
///
/// # Errors
///
/// Returns an error if the configuration is not valid TOML.
pub(crate) fn set_pin(config: &str, version: &str) -> Result<String> {
    let document = Document::parse(config)?;
    let found = document.get(PIN).and_then(toml_edit::Item::span);
    Ok(match found {
        Some(span) => splice(config, span, &format!("\"{version}\"")),
        None => format!("{PIN} = \"{version}\"{}{config}", line_end(config)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_the_version_and_nothing_else() {
        let config = "# Mine.\nversion   =  '0.1.0'   # pinned\r\n[catalog.a]\n";
        let expected = "# Mine.\nversion   =  \"0.2.0\"   # pinned\r\n[catalog.a]\n";
        assert_eq!(set_pin(config, "0.2.0").unwrap(), expected);
        let config = "[catalog.a]\r\n";
        let expected = "version = \"0.2.0\"\r\n[catalog.a]\r\n";
        assert_eq!(set_pin(config, "0.2.0").unwrap(), expected);
    }
}
