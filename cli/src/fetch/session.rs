//! A session with an MCP server, before it is opened.

use secrecy::SecretString;
use toolsmith_codegen::options::McpEndpoint;

use super::Missing;
use crate::environment::Environment;

/// Variables without which hardly a program runs; a server that is started gets these and those
/// that the configuration names, and so no token that is meant for another.
const USUAL_VARIABLES: [&str; 22] = [
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

/// A session with a server that is yet to be opened.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(super) catalog: &'a str,
    pub(super) server: &'a McpEndpoint,
    /// The values of the variables that the server is given.
    pub(super) given: Vec<(String, SecretString)>,
}

impl<'a> Session<'a> {
    /// Looks the variables up.
    ///
    /// # Errors
    ///
    /// Those that are not set.
    pub(crate) fn find(
        catalog: &'a str,
        server: &'a McpEndpoint,
        environment: &Environment,
    ) -> Result<Self, Missing> {
        let names: Vec<&String> = match server {
            McpEndpoint::Http { token_variable, .. } => token_variable.iter().collect(),
            McpEndpoint::Command { variables, .. } => variables.iter().collect(),
        };
        let mut given = Vec::new();
        let mut missing = Vec::new();
        for name in names {
            match environment.get(name) {
                Some(value) => given.push((name.clone(), SecretString::from(value))),
                None => missing.push(name.clone()),
            }
        }
        if !missing.is_empty() {
            return Err(Missing { variables: missing });
        }
        if let McpEndpoint::Command { .. } = server {
            let usual = USUAL_VARIABLES.iter();
            let usual = usual.filter_map(|name| Some(((*name).to_owned(), environment.get(name)?)));
            given.extend(usual.map(|(name, value)| (name, SecretString::from(value))));
        }
        Ok(Self {
            catalog,
            server,
            given,
        })
    }

    /// The server, as it is shown.
    pub(crate) fn address(&self) -> String {
        match self.server {
            McpEndpoint::Http { url, .. } => url.clone(),
            McpEndpoint::Command {
                program, arguments, ..
            } => {
                let words = [program].into_iter().chain(arguments);
                words.map(String::as_str).collect::<Vec<_>>().join(" ")
            }
        }
    }
}
