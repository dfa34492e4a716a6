//! The values of the configuration as arguments of a command.

use super::values::{address_problem, is_variable};

/// Parses the name of an environment variable.
///
/// # Errors
///
/// Returns an error if the text is not a name of a variable.
pub(crate) fn parse_variable(text: &str) -> Result<String, String> {
    if is_variable(text) {
        return Ok(text.to_owned());
    }
    // The argument is not repeated, because it may be a secret.
    Err("this must name an environment variable, not contain the value".to_owned())
}

/// Parses the argument `--url`.
///
/// # Errors
///
/// Returns an error if the text is not an address of a server.
pub(crate) fn parse_url(text: &str) -> Result<String, String> {
    checked_address("--url", text)
}

/// Returns the address of an option.
///
/// # Errors
///
/// Returns an error if the text is not an address of a server.
pub(crate) fn checked_address(option: &str, text: &str) -> Result<String, String> {
    address_problem(option, text).map_or_else(|| Ok(text.to_owned()), Err)
}
