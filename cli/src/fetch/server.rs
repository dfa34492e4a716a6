//! MCP servers as sources of catalogs.

use toolsmith_codegen::options::{McpSettings, McpUrl};
use url::Url;

use super::MissingVariables;
use crate::program::Program;
use crate::system::environment::Environment;

/// An MCP server whose tools are a catalog.
#[derive(Clone, Copy)]
pub(crate) struct Server<'a> {
    /// The name of the catalog.
    pub(super) catalog: &'a str,
    /// The endpoint of the server.
    pub(super) endpoint: &'a McpSettings,
    /// The source of its environment variables.
    pub(super) environment: &'a Environment,
    /// The remedy if the tokens of an authorization are not valid; without it none are used.
    pub(super) login: Option<Reauthorization>,
}

/// The way in which a person authorizes the program again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reauthorization {
    /// The command `login` of a program.
    Login(Program),
    /// The command that failed, which asks again.
    SameCommand,
}

impl<'a> Server<'a> {
    /// Checks that the variables of a server are set.
    ///
    /// # Errors
    ///
    /// Returns those that are not set.
    pub(crate) fn find(
        catalog: &'a str,
        endpoint: &'a McpSettings,
        environment: &'a Environment,
    ) -> Result<Self, MissingVariables> {
        let is_missing = |name: &&&str| environment.get(name).is_none();
        let variables = required_variables(endpoint);
        let missing: Vec<String> = variables
            .iter()
            .filter(is_missing)
            .map(|name| (*name).to_owned())
            .collect();
        if missing.is_empty() {
            Ok(Self {
                catalog,
                endpoint,
                environment,
                login: None,
            })
        } else {
            Err(MissingVariables { variables: missing })
        }
    }

    /// Uses the tokens of an authorization by a person.
    pub(crate) fn with_login(self, remedy: Reauthorization) -> Self {
        Self {
            login: Some(remedy),
            ..self
        }
    }

    /// Returns the URL, if the server is reached over HTTP. It may be a secret.
    pub(super) fn url(&self) -> Option<String> {
        match self.endpoint {
            McpSettings::Http { url, .. } => match url {
                McpUrl::Literal(url) => Some(url.clone()),
                McpUrl::Variable(name) => self.environment.get(name),
            },
            McpSettings::Command { .. } => None,
        }
    }

    /// Returns the name of the catalog.
    pub(crate) fn catalog(&self) -> &str {
        self.catalog
    }

    /// Returns the scheme and host of the URL, or the command, for messages. The rest of a URL may be a
    /// secret.
    pub(crate) fn address(&self) -> String {
        match self.endpoint {
            McpSettings::Http { url, .. } => self.origin(url),
            McpSettings::Command {
                program, arguments, ..
            } => {
                let words = [program].into_iter().chain(arguments);
                words.map(String::as_str).collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn origin(&self, url: &McpUrl) -> String {
        let found = self.url().and_then(|url| Url::parse(&url).ok());
        match (found.filter(Url::has_host), url) {
            (Some(url), _) => url.origin().ascii_serialization(),
            (None, McpUrl::Literal(_)) => "the MCP server".to_owned(),
            (None, McpUrl::Variable(name)) => format!("the URL in {name}"),
        }
    }
}

/// Returns the variables that must be set to reach a server.
pub(crate) fn required_variables(endpoint: &McpSettings) -> Vec<&str> {
    match endpoint {
        McpSettings::Http {
            url,
            token_variable,
        } => {
            let url = match url {
                McpUrl::Literal(_) => None,
                McpUrl::Variable(name) => Some(name),
            };
            url.into_iter()
                .chain(token_variable)
                .map(String::as_str)
                .collect()
        }
        McpSettings::Command { variables, .. } => variables.iter().map(String::as_str).collect(),
    }
}
