//! The environment of a child process.

use secrecy::SecretString;

use crate::endpoint::{CommandEndpoint, Value};
use crate::error::OpenError;

/// Variables that almost every program needs. A server gets these and the ones that its endpoint
/// names, so that it never sees a token that is meant for another.
const COMMON_VARIABLES: [&str; 22] = [
    "APPDATA",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LOCALAPPDATA",
    "LOGNAME",
    "NO_PROXY",
    "PATH",
    "PATHEXT",
    "PROGRAMFILES",
    "SHELL",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "USER",
    "USERNAME",
    "USERPROFILE",
    "XDG_CONFIG_HOME",
];

/// Looks up an environment variable. Returns `None` if it is not set or blank.
pub(crate) fn look_up(
    name: &str,
    variables: &impl Fn(&str) -> Option<String>,
) -> Option<SecretString> {
    let value = variables(name).filter(|value| !value.trim().is_empty());
    value.map(SecretString::from)
}

/// Returns the values of the variables that are common to all programs.
pub(crate) fn common(variables: &impl Fn(&str) -> Option<String>) -> Vec<(String, SecretString)> {
    let names = COMMON_VARIABLES.iter();
    names
        .filter_map(|name| Some(((*name).to_owned(), look_up(name, variables)?)))
        .collect()
}

/// Returns the values of the variables that an endpoint names.
pub(crate) fn named(
    endpoint: &CommandEndpoint,
    variables: &impl Fn(&str) -> Option<String>,
) -> Result<Vec<(String, SecretString)>, OpenError> {
    let mut named = Vec::new();
    let mut missing = Vec::new();
    for variable in &endpoint.variables {
        let value = match &variable.value {
            Value::Given(value) => Some(value.clone()),
            Value::Inherited => look_up(&variable.name, variables),
        };
        match value {
            Some(value) => named.push((variable.name.clone(), value)),
            None => missing.push(variable.name.clone()),
        }
    }
    if missing.is_empty() {
        Ok(named)
    } else {
        Err(OpenError::MissingVariables(missing))
    }
}
