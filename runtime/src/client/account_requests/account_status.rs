//! The status of an account.

use std::fmt;

use http::Method;

use crate::client::Client;
use crate::client::account_requests::account_request::{self, text};
use crate::codec::Shape;
use crate::error::Error;
use crate::tools::{Effect, ToolSpec};

/// The status of an integrated account at Truto.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccountStatus {
    /// The account is connected: `active`.
    Active,
    /// The account is being connected: `connecting`.
    Connecting,
    /// A step after the installation failed: `post_install_error`.
    PostInstallError,
    /// The validation of the connection failed: `validation_error`.
    ValidationError,
    /// The user has to connect the account again: `needs_reauth`.
    NeedsReauthorization,
    /// A status that is new to this version.
    Other(String),
}

impl AccountStatus {
    /// Reads a status; an unknown one is kept.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "connecting" => Self::Connecting,
            "post_install_error" => Self::PostInstallError,
            "validation_error" => Self::ValidationError,
            "needs_reauth" => Self::NeedsReauthorization,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Returns the status as Truto writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Connecting => "connecting",
            Self::PostInstallError => "post_install_error",
            Self::ValidationError => "validation_error",
            Self::NeedsReauthorization => "needs_reauth",
            Self::Other(other) => other,
        }
    }

    /// Returns `true` if the account is connected, so that its tools can be called.
    #[must_use]
    pub fn is_active(&self) -> bool {
        *self == Self::Active
    }

    /// Returns `true` if the user has to connect the account again: its credentials are no longer valid,
    /// or connecting it failed.
    #[must_use]
    pub fn needs_reauthorization(&self) -> bool {
        matches!(
            self,
            Self::NeedsReauthorization | Self::PostInstallError | Self::ValidationError
        )
    }
}

impl fmt::Display for AccountStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The request for the status, as a tool.
static ACCOUNT_STATUS: ToolSpec =
    ToolSpec::new("account_status", Effect::Reads, &Shape::NESTED, Ok);

impl<A> Client<A> {
    /// Returns the status of the account, to see before a run whether its calls can succeed.
    ///
    /// It takes one call of the rate limit.
    ///
    /// ```
    /// use toolsmith_runtime::{Client, Error};
    ///
    /// /// Returns the accounts that can be called.
    /// async fn usable(client: &Client, accounts: Vec<String>) -> Result<Vec<String>, Error> {
    ///     let mut usable = Vec::new();
    ///     for account in accounts {
    ///         let status = client.for_account(&account).account_status().await?;
    ///         if status.is_active() {
    ///             usable.push(account);
    ///         } else {
    ///             eprintln!("{account} is {status}");
    ///         }
    ///     }
    ///     Ok(usable)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of a call; [`Error::is_account_not_found`] if there is no such account.
    pub async fn account_status(&self) -> Result<AccountStatus, Error> {
        let account = self.own_account();
        let id = account.id_for(&ACCOUNT_STATUS)?;
        let request = (Method::GET, &["integrated-account", id][..], None);
        let sent = account_request::send(account, &ACCOUNT_STATUS, request, None).await?;
        text(&sent, "status").map(AccountStatus::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_written_as_it_was_read() {
        for status in [
            "active",
            "connecting",
            "post_install_error",
            "validation_error",
            "needs_reauth",
            "on_holiday",
            "",
        ] {
            assert_eq!(AccountStatus::parse(status).to_string(), status);
        }
    }
}
