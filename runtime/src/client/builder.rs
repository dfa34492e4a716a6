//! Setting a client up.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use secrecy::SecretString;

use super::environment::{Environment, explain_account, explain_token};
use super::{Client, Shared};
use crate::access::Full;
use crate::auth::Token;
use crate::catalog::CatalogSpec;
use crate::error::Error;
use crate::retry::Retry;
use crate::time::{Clock, SystemClock};
use crate::transport::{HttpTransport, Transport};
use crate::uri::{BaseUrl, PlainHttp};

/// Sets a client up. `C` is the client that it makes, so that a generated crate's builder makes
/// that crate's client.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C = Client<Full>> {
    catalog: &'static CatalogSpec,
    token: Option<SecretString>,
    account: Option<String>,
    base_url: Option<String>,
    plain_http: PlainHttp,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    user_agent: String,
    connect_timeout: Duration,
    timeout: Duration,
    max_answer_size: usize,
    retry: Retry,
    made: PhantomData<fn() -> C>,
}

impl<C> ClientBuilder<C> {
    /// Starts with nothing but the defaults.
    pub fn new(catalog: &'static CatalogSpec) -> Self {
        Self {
            catalog,
            token: None,
            account: None,
            base_url: None,
            plain_http: PlainHttp::Loopback,
            transport: None,
            clock: None,
            user_agent: concat!("toolsmith/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(120),
            max_answer_size: 32 * 1024 * 1024,
            retry: Retry::default(),
            made: PhantomData,
        }
    }

    /// Starts with what the environment variables say that the catalog names. What is missing
    /// can still be given; what is not is an error of [`build`](Self::build).
    pub fn from_env(catalog: &'static CatalogSpec) -> Self {
        Self::new(catalog).environment(|name| std::env::var(name).ok())
    }

    fn environment(mut self, look_up: impl Fn(&str) -> Option<String>) -> Self {
        let found = Environment::read(self.catalog, look_up);
        self.token = found.token;
        self.account = found.account;
        self.base_url = found.base_url;
        self
    }

    /// The token that calls prove their right with. It appears in no `Debug`, error or log.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The identifier of the integrated account.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Another address of the API.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Allows plain HTTP beyond this machine: everyone on the way can read the token.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = PlainHttp::Anywhere;
        self
    }

    /// Calls through a reqwest client that is set up already. Its own timeouts and redirects
    /// apply, [`connect_timeout`](Self::connect_timeout) does not.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.transport(HttpTransport::from(client))
    }

    /// Calls through another transport.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Waits by another clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// What calls say that they come from, instead of `toolsmith/{version}`.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How long connecting may take: 10 seconds unless said otherwise.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a call may take over all its tries: two minutes unless said otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many bytes an answer may have: 32 MiB unless said otherwise.
    pub fn max_answer_size(mut self, bytes: usize) -> Self {
        self.max_answer_size = bytes;
        self
    }

    /// When calls are tried again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with what is missing or wrong and what to do about it.
    pub fn build(self) -> Result<C, Error>
    where
        C: From<Client<Full>>,
    {
        self.build_shared().map(|shared| {
            C::from(Client {
                shared: Arc::new(shared),
                access: PhantomData,
            })
        })
    }

    fn build_shared(self) -> Result<Shared, Error> {
        let variables = &self.catalog.variables;
        let missing_token = || Error::config(explain_token(variables));
        let token = Token::new(self.token.ok_or_else(missing_token)?).ok_or_else(|| {
            Error::config("the token is empty or holds what cannot stand in a header, as a newline")
        })?;
        let account = self.account.filter(|account| !account.is_empty());
        let account = account.ok_or_else(|| Error::config(explain_account(variables)))?;
        let base_url = self.base_url.as_deref().unwrap_or(self.catalog.base_url);
        let base_url = BaseUrl::parse(base_url, self.plain_http).map_err(|problem| {
            let name = variables.base_url;
            Error::config(format!(
                "the base URL (`base_url(..)` or `{name}`) {problem}"
            ))
        })?;
        let user_agent = HeaderValue::try_from(self.user_agent)
            .map_err(|_| Error::config("the user agent holds what cannot stand in a header"))?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::new(self.connect_timeout)?),
        };
        Ok(Shared {
            catalog: self.catalog,
            transport,
            clock: self
                .clock
                .unwrap_or_else(|| Arc::new(SystemClock::default())),
            token,
            account,
            base_url,
            user_agent,
            timeout: self.timeout,
            max_answer_size: self.max_answer_size,
            retry: self.retry,
        })
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("catalog", &self.catalog.name)
            .field("account", &self.account)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
