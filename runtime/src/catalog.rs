//! What is known of a catalog while the program runs.

use crate::codec;
use crate::tool::ToolSpec;

/// One catalog, as a generated crate describes it.
#[derive(Debug)]
pub struct CatalogSpec {
    /// Its name, as in `the_auth_api`.
    pub name: &'static str,
    /// The environment variables that a client is set up from.
    pub variables: Variables,
    /// The address of the API unless another is given.
    pub base_url: &'static str,
    /// The tools, sorted by name.
    pub tools: &'static [&'static ToolSpec],
}

/// Names of environment variables.
#[derive(Debug, Clone, Copy)]
pub struct Variables {
    /// Those that may hold the token; the first that is set counts.
    pub token: &'static [&'static str],
    /// The one that holds the account's identifier.
    pub account: &'static str,
    /// The one that overrides the address of the API.
    pub base_url: &'static str,
}

impl CatalogSpec {
    /// A catalog that is not called over HTTP, so that no variables lead to an account.
    #[must_use]
    pub const fn of_tools(name: &'static str, tools: &'static [&'static ToolSpec]) -> Self {
        Self {
            name,
            variables: Variables {
                token: &[],
                account: "",
                base_url: "",
            },
            base_url: "",
            tools,
        }
    }

    /// The tool of this name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&'static ToolSpec> {
        let index = self
            .tools
            .binary_search_by(|tool| tool.name.cmp(name))
            .ok()?;
        self.tools.get(index).copied()
    }

    /// The name of a tool that `name` was probably meant to be.
    pub(crate) fn nearest_name(&self, name: &str) -> Option<&'static str> {
        codec::nearest(name, self.tools.iter().map(|tool| tool.name))
    }
}
