//! Reading the environment, and saying what is missing from it.

use secrecy::SecretString;

use crate::catalog::{CatalogSpec, Variables};

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Environment {
    pub(super) token: Option<SecretString>,
    pub(super) account: Option<String>,
    pub(super) base_url: Option<String>,
}

impl Environment {
    /// Reads the variables that `catalog` names. One that is empty counts as not set, as shells
    /// and compose files leave them; one that is not Unicode as well.
    pub(super) fn read(catalog: &CatalogSpec, look_up: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &str| {
            let value = look_up(name)?;
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let variables = &catalog.variables;
        Self {
            token: variables
                .token
                .iter()
                .find_map(|name| read(name))
                .map(SecretString::from),
            account: read(variables.account),
            base_url: read(variables.base_url),
        }
    }
}

/// What to do about a token that is not there.
pub(super) fn explain_token(variables: &Variables) -> String {
    let names: Vec<String> = variables
        .token
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    format!(
        "there is no token: set the environment variable {} to an API token, or give one to the \
         builder by `token(..)`",
        names.join(" or ")
    )
}

/// What to do about an account that is not there.
pub(super) fn explain_account(variables: &Variables) -> String {
    format!(
        "there is no account: set the environment variable `{}` to the identifier of the \
         integrated account, or give it to the builder by `account(..)`",
        variables.account
    )
}
