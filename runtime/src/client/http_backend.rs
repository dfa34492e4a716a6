//! The backend of an account: HTTP, with retries and the rate limit.

use std::fmt;
use std::sync::Arc;

use super::account::Account;
use super::backend::{Backend, sealed};
use super::builder::ClientBuilder;
use super::call::Call;
use super::shared::Shared;
use super::tool_call::{ToolCall, refused};
use super::{Client, Full};
use crate::client::call::prepared_call::PreparedCall;
use crate::clock::Clock;
use crate::codec::Json;
use crate::error::Error;
use crate::http::RequestParts;
use crate::rate_limit::RateLimiter;
use crate::scrubber::Scrubber;
use crate::tools::{CatalogSpec, ToolSpec};

/// The backend of an account: HTTP.
#[derive(Clone)]
pub struct HttpBackend(Arc<Account>);

impl HttpBackend {
    pub(super) fn new(account: Account) -> Self {
        Self(Arc::new(account))
    }
}

impl sealed::Sealed for HttpBackend {}

impl Backend for HttpBackend {
    type Call<T> = Call<T>;

    fn catalog(&self) -> &'static CatalogSpec {
        self.0.shared.catalog
    }

    fn call_by_name(&self, call: Result<ToolCall, Error>) -> Call<Json> {
        Call::new_json(call.map(|call| PreparedCall::new(&self.0, call)))
    }

    fn describe(&self, client: &mut fmt::DebugStruct<'_, '_>) {
        client
            .field("account", &self.0.id)
            .field("base_url", &self.0.shared.base_url.as_str());
    }
}

impl fmt::Debug for HttpBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_struct("HttpBackend");
        self.describe(&mut printed);
        printed.finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client from the environment variables that the catalog names.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`], which names the variable that is missing or invalid.
    pub fn from_env(catalog: &'static CatalogSpec) -> Result<Self, Error> {
        ClientBuilder::from_env(catalog).build()
    }

    /// Returns a builder of a client.
    pub fn builder(catalog: &'static CatalogSpec) -> ClientBuilder<Self> {
        ClientBuilder::new(catalog)
    }

    pub(super) fn from_account(account: Account) -> Client<Full> {
        Client::from_backend(HttpBackend::new(account))
    }
}

impl<A> Client<A> {
    /// Returns a client for another account of the same token.
    ///
    /// Both share everything except the account: connections, settings, token and the rate limit of the
    /// token. The account has its own rate limit, which all clients of the account share. An account
    /// takes little memory, so that a program can have a client for each of thousands, or create one
    /// for each call.
    ///
    /// The state of an account's rate limit is kept while a client uses the account and until its window, quota
    /// and pauses have expired. Expired states are dropped as other accounts are used.
    ///
    /// An empty identifier is an error when a call is awaited.
    ///
    /// ```
    /// use toolsmith_runtime::{Client, Error, Json};
    ///
    /// async fn count(client: &Client, accounts: &[String], arguments: &Json) -> Result<(), Error> {
    ///     for account in accounts {
    ///         let client = client.for_account(account);
    ///         client.call_tool("list_all_the_auth_api_projects", arguments.clone()).await?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn for_account(&self, account: impl AsRef<str>) -> Self {
        let account = self.own_account().sibling(account.as_ref());
        Self::from_backend(HttpBackend::new(account))
    }

    /// Returns the identifier of the account.
    #[must_use]
    pub fn account_id(&self) -> &str {
        &self.own_account().id
    }

    /// Returns the rate limiter, which shows what is left of the rate limit.
    #[must_use]
    pub fn rate_limiter(&self) -> RateLimiter {
        self.own_account().rate_limiter()
    }

    pub(super) fn own_account(&self) -> &Arc<Account> {
        &self.backend().0
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.own_account().shared
    }

    /// Returns the integrated account.
    pub(crate) fn account(&self) -> &str {
        self.account_id()
    }

    /// Returns the scrubber of the client's secrets.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        self.shared().credentials.scrubber()
    }

    /// Returns the clock of the client.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.shared().clock)
    }

    /// Returns the parts of the request that a call with valid arguments would send.
    pub(crate) fn request_parts(
        &self,
        spec: &'static ToolSpec,
        arguments: &Json,
    ) -> Result<RequestParts, Error> {
        RequestParts::build(spec, self.own_account().id_for(spec)?, arguments, None)
            .map_err(|source| refused(spec, source))
    }
}
