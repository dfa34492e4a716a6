//! MCP servers as sources of catalogs.

use toolsmith_codegen::options::{McpEndpoint, McpUrl};
use url::Url;

use super::MissingVariables;
use crate::environment::Environment;

/// An MCP server whose tools are a catalog.
#[derive(Clone, Copy)]
pub(crate) struct Server<'a> {
    /// The name of the catalog.
    pub(super) catalog: &'a str,
    /// The endpoint of the server.
    pub(super) endpoint: &'a McpEndpoint,
    /// The source of its environment variables.
    pub(super) environment: &'a Environment,
}

impl<'a> Server<'a> {
    /// Checks that the variables of a server are set.
    ///
    /// # Errors
    ///
    /// Returns those that are not set.
    pub(crate) fn find(
        catalog: &'a str,
        endpoint: &'a McpEndpoint,
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
            })
        } else {
            Err(MissingVariables { variables: missing })
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
            McpEndpoint::Http { url, .. } => self.origin(url),
            McpEndpoint::Command {
                program, arguments, ..
            } => {
                let words = [program].into_iter().chain(arguments);
                words.map(String::as_str).collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn origin(&self, url: &McpUrl) -> String {
        let (url, unknown) = match url {
            McpUrl::Literal(url) => (Some(url.clone()), "the MCP server".to_owned()),
            McpUrl::Variable(name) => (self.environment.get(name), format!("the URL in {name}")),
        };
        let url = url.and_then(|url| Url::parse(&url).ok());
        let url = url.filter(Url::has_host);
        url.map_or(unknown, |url| url.origin().ascii_serialization())
    }
}

/// Returns the variables that must be set to reach a server.
pub(crate) fn required_variables(endpoint: &McpEndpoint) -> Vec<&str> {
    match endpoint {
        McpEndpoint::Http {
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
        McpEndpoint::Command { variables, .. } => variables.iter().map(String::as_str).collect(),
    }
}
