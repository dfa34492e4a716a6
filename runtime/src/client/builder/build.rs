//! Builds a client from its settings.

use std::sync::Arc;

use super::{ClientBuilder, Layer};
use crate::client::Client;
use crate::client::account::Account;
use crate::client::builder::settings::{self, TransportChoice};
use crate::client::exchange::request;
use crate::client::shared::Shared;
use crate::client::token::Credentials;
use crate::clock::Clock;
use crate::error::Error;
use crate::http::{BaseUrl, Token};
#[cfg(feature = "rate-limit-store")]
use crate::rate_limit::LanesInStore;
use crate::rate_limit::{Lanes, Owner, Quota};
use crate::tools::Full;

impl<C> ClientBuilder<C> {
    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`], which explains what is missing or invalid and how to fix it.
    pub fn build(self) -> Result<C, Error>
    where
        C: From<Client<Full>>,
    {
        let account = self.build_account()?;
        Ok(C::from(Client::from_account(account)))
    }

    /// Refuses settings that would have no effect.
    fn check_conflicts(&self) -> Result<(), Error> {
        if self.connect_timeout.is_some() && !matches!(self.transport, TransportChoice::Default) {
            return Err(Error::config(
                "`connect_timeout(..)` cannot be combined with a custom transport or HTTP client: \
                 set the timeout there",
            ));
        }
        if self.quota.is_some() && self.rate_limiter.is_some() {
            return Err(Error::config(
                "`quota(..)` cannot be combined with `rate_limiter(..)`: set the quota on the client \
                 that owns the rate limiter",
            ));
        }
        #[cfg(feature = "rate-limit-store")]
        if self.store.is_some() && self.rate_limiter.is_some() {
            return Err(Error::config(
                "`rate_limit_store(..)` cannot be combined with `rate_limiter(..)`: set the store on \
                 the client that owns the rate limiter",
            ));
        }
        #[cfg(feature = "rate-limit-store")]
        if self.store.is_some() && self.token.is_none() && self.token_provider.is_some() {
            return Err(Error::config(
                "`rate_limit_store(..)` needs a token to derive its keys: also set the first token \
                 with `token(..)`",
            ));
        }
        Ok(())
    }

    fn build_account(mut self) -> Result<Account, Error> {
        self.check_conflicts()?;
        let variables = &self.catalog.variables;
        let token = match self.token.take() {
            None if self.token_provider.is_some() => None,
            None if self.account.is_none() => return Err(settings::neither(variables)),
            token => Some(settings::token(token, variables)?),
        };
        let account = settings::account(self.account.take(), variables)?;
        let address = self.base_url.as_deref().unwrap_or(self.catalog.base_url);
        let base_url = settings::base_url(address, self.plain_http, variables)?;
        let is_own_clock = self.clock.is_some();
        let clock = settings::clock(self.clock.take())?;
        let lanes = match &self.rate_limiter {
            Some(limiter) => Arc::clone(limiter.0.lanes()),
            None => self.lanes(&base_url, token.as_ref(), (&clock, is_own_clock)),
        };
        #[cfg(feature = "rate-limit-store")]
        if let (Some(store), Some(token)) = (self.store.take(), &token) {
            lanes.share_in(LanesInStore {
                store,
                base_url: base_url.as_str().to_owned(),
                token: token.secret().clone(),
            });
        }
        let (limiter, quota) = (self.rate_limiter.take(), self.quota);
        let shared = self.build_shared(base_url, token, clock, lanes)?;
        Ok(Account::new(&account, shared, limiter, quota))
    }

    /// Returns the lanes of the token: those of the process, unless the client has its own clock, its
    /// requests reach no server, or its first token is not known yet.
    fn lanes(
        &self,
        base_url: &BaseUrl,
        token: Option<&Token>,
        (clock, is_own_clock): (&Arc<dyn Clock>, bool),
    ) -> Arc<Lanes> {
        let usual = Quota::of_host(base_url.host());
        let is_shared = !is_own_clock && self.transport.reaches_server();
        if let Some(token) = token.filter(|_| is_shared) {
            let owner = Owner::new(base_url.as_str(), token.expose());
            return Lanes::shared(owner, self.quota, usual);
        }
        let usual = if self.transport.reaches_server() {
            usual
        } else {
            // Requests that reach no server are those of a test, which is not to wait for Truto.
            Quota::unlimited()
        };
        let quota = self.quota.unwrap_or(usual);
        Arc::new(Lanes::own(quota, Arc::clone(clock)))
    }

    fn build_shared(
        self,
        base_url: BaseUrl,
        token: Option<Token>,
        clock: Arc<dyn Clock>,
        lanes: Arc<Lanes>,
    ) -> Result<Shared, Error> {
        let credentials = match (self.token_provider, token) {
            (Some(provider), token) => {
                Credentials::of_provider(provider, token, Arc::clone(&clock))
            }
            (None, Some(token)) => Credentials::Fixed(token),
            (None, None) => Credentials::Fixed(settings::token(None, &self.catalog.variables)?),
        };
        let headers = request::headers(&credentials, settings::user_agent(self.user_agent)?);
        let transport = self.transport.build(&base_url, self.connect_timeout)?;
        let wrap = |transport, layer: Layer| layer(transport);
        Ok(Shared {
            catalog: self.catalog,
            transport: self.layers.into_iter().fold(transport, wrap),
            clock,
            randomness: settings::randomness(self.randomness)?,
            credentials,
            lanes,
            base_url,
            headers,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            rate_limit_timeout: self.rate_limit_timeout,
            max_response_size: self.max_response_size,
            retry: self.retry,
            payloads: self.payloads,
            labels_account: self.labels_account,
            reconnect_links: self.reconnect_links,
            drain: Arc::default(),
        })
    }
}
