//! The builder of a client.

mod build;
pub(super) mod environment;
pub(super) mod settings;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use self::environment::Environment;
use self::settings::TransportChoice;
use super::Client;
use super::retry_policy::RetryPolicy;
use super::shared::{Payloads, ReconnectLinks};
use super::token::TokenProvider;
use crate::clock::Clock;
#[cfg(feature = "reqwest")]
use crate::http::HttpTransport;
use crate::http::{PlainHttp, Transport};
use crate::randomness::Randomness;
#[cfg(feature = "rate-limit-store")]
use crate::rate_limit;
use crate::rate_limit::{Quota, RateLimiter};
use crate::tools::{CatalogSpec, Full};

/// Builds a client. `C` is the type that [`build`](Self::build) returns; a generated crate sets it to its
/// client.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C = Client<Full>> {
    catalog: &'static CatalogSpec,
    token: Option<SecretString>,
    token_provider: Option<Arc<dyn TokenProvider>>,
    account: Option<String>,
    base_url: Option<String>,
    plain_http: PlainHttp,
    transport: TransportChoice,
    clock: Option<Arc<dyn Clock>>,
    randomness: Option<Arc<dyn Randomness>>,
    user_agent: String,
    connect_timeout: Option<Duration>,
    timeout: Duration,
    attempt_timeout: Duration,
    rate_limit_timeout: Duration,
    max_response_size: usize,
    retry: RetryPolicy,
    quota: Option<Quota>,
    rate_limiter: Option<RateLimiter>,
    #[cfg(feature = "rate-limit-store")]
    store: Option<Arc<dyn rate_limit::store::RateLimitStore>>,
    layers: Vec<Layer>,
    payloads: Payloads,
    labels_account: bool,
    reconnect_links: ReconnectLinks,
    made: PhantomData<fn() -> C>,
}

impl<C> ClientBuilder<C> {
    /// Creates a builder with the default settings.
    pub fn new(catalog: &'static CatalogSpec) -> Self {
        Self {
            catalog,
            token: None,
            token_provider: None,
            account: None,
            base_url: None,
            plain_http: PlainHttp::Loopback,
            transport: TransportChoice::Default,
            clock: None,
            randomness: None,
            user_agent: concat!("toolsmith/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: None,
            timeout: Duration::from_secs(120),
            attempt_timeout: Duration::from_secs(60),
            rate_limit_timeout: Duration::MAX,
            max_response_size: 32 * 1024 * 1024,
            retry: RetryPolicy::default(),
            quota: None,
            rate_limiter: None,
            #[cfg(feature = "rate-limit-store")]
            store: None,
            layers: Vec::new(),
            payloads: Payloads::Hidden,
            labels_account: false,
            reconnect_links: ReconnectLinks::OnRequest,
            made: PhantomData,
        }
    }

    /// Reads the token, account and base URL from the catalog's environment variables.
    ///
    /// Values that are not set can still be set on the builder. [`build`](Self::build) returns an error without
    /// a token or an account, and uses the catalog's base URL by default.
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

    /// Sets the token. It appears in no `Debug` output, error or log.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Gets tokens from a provider, which also renews them. A [`token`](Self::token) set in addition is used
    /// until it has to be renewed.
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.token_provider = Some(Arc::new(provider));
        self
    }

    /// Adds a link to the error of a call whose account must be reconnected:
    /// [`Error::reconnect_link`](crate::Error::reconnect_link). Each such error costs one more request; if that
    /// fails, the error has no link. By default, errors have none.
    ///
    /// Anyone who has the link can connect the account, so it appears in no log, message or reply to a model.
    pub fn reconnect_links(mut self) -> Self {
        self.reconnect_links = ReconnectLinks::InErrors;
        self
    }

    /// Sets the identifier of the account that is connected to Truto: its integrated account. It is not an
    /// identifier of the API itself, such as a generated `AccountId`; with one, every call fails with
    /// [`is_account_not_found`](crate::Error::is_account_not_found). For other accounts, use
    /// [`Client::for_account`].
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Sets the base URL of the API.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Allows plain HTTP to other machines. Everyone on the network path can read the token.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = PlainHttp::Anywhere;
        self
    }

    /// Sends requests with this reqwest client and its timeouts, proxies, redirects and decompression.
    /// Cannot be combined with [`connect_timeout`](Self::connect_timeout). An HTTP/2 client keeps using a stuck
    /// connection; use [`http_client_with`](Self::http_client_with) to avoid that.
    /// [`HttpTransport::client_builder`] returns a builder that works without an installed TLS provider.
    ///
    /// The client's proxies apply to all requests, including plain HTTP and requests to this machine, in which a
    /// proxy can read the token. For such a base URL, build the client with `no_proxy()`.
    #[cfg(feature = "reqwest")]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.transport = TransportChoice::Http(Ok(HttpTransport::from(client)));
        self
    }

    /// Sends requests with the reqwest client that `make` creates, like
    /// [`http_client`](Self::http_client). After an attempt that timed out without a response, it
    /// creates another client, because HTTP/2 would use the same connection again.
    ///
    /// ```
    /// # use toolsmith_runtime::ClientBuilder;
    /// # fn configure(builder: ClientBuilder) -> ClientBuilder {
    /// builder.http_client_with(|| reqwest::Client::builder().https_only(true).build())
    /// # }
    /// ```
    #[cfg(feature = "reqwest")]
    pub fn http_client_with(
        mut self,
        make: impl Fn() -> Result<reqwest::Client, reqwest::Error> + Send + Sync + 'static,
    ) -> Self {
        self.transport = TransportChoice::Http(HttpTransport::with(make));
        self
    }

    /// Sends requests through this transport. It shares the rate limiter of its token, like HTTP, unless
    /// it [reaches no server](Transport::reaches_server).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = TransportChoice::Custom(Arc::new(transport));
        self
    }

    /// Wraps the transport, for example to add headers, to record calls or to cache responses. Every
    /// attempt of a call goes through the wrapper. The last layer added is the outermost.
    ///
    /// ```
    /// # use toolsmith_runtime::transport::{Body, Transport, TransportFuture};
    /// # use toolsmith_runtime::ClientBuilder;
    /// struct Marked<T>(T);
    ///
    /// impl<T: Transport> Transport for Marked<T> {
    ///     fn send(&self, mut request: http::Request<Body>) -> TransportFuture<'_> {
    ///         let value = http::HeaderValue::from_static("nightly-report");
    ///         request.headers_mut().insert("x-program", value);
    ///         self.0.send(request)
    ///     }
    /// }
    ///
    /// fn mark(builder: ClientBuilder) -> ClientBuilder {
    ///     builder.layer(Marked)
    /// }
    /// ```
    pub fn layer<T: Transport>(
        mut self,
        wrap: impl FnOnce(Arc<dyn Transport>) -> T + Send + Sync + 'static,
    ) -> Self {
        self.layers
            .push(Box::new(|transport| Arc::new(wrap(transport))));
        self
    }

    /// Wraps the transport in a layer of `tower`.
    #[cfg(feature = "tower")]
    pub fn tower_layer<L>(self, layer: L) -> Self
    where
        L: tower_layer::Layer<crate::http::TransportService> + Send + Sync + 'static,
        crate::http::TowerTransport<L::Service>: Transport,
    {
        self.layer(move |transport| {
            let service = crate::http::TransportService::new(transport);
            crate::http::TowerTransport::new(layer.layer(service))
        })
    }

    /// Sets the clock, for tests or platforms without one. A client with a separate clock does not share rate
    /// limits by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets the source of random numbers for retry jitter and idempotency keys.
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.randomness = Some(Arc::new(randomness));
        self
    }

    /// Sets the user agent. The default is `toolsmith/{version}`.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets the timeout of connecting. The default is 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets the timeout of a call over all its attempts. The default is two minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout of each attempt. The default is one minute. An attempt that exceeds it counts
    /// as a broken connection.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets the maximum wait for the rate limit. By default, a call waits as long as its timeout allows.
    ///
    /// A call that would wait longer fails at once with [`Error::RateLimited`](crate::Error::RateLimited);
    /// [`Error::retry_after`](crate::Error::retry_after) returns the wait, so the program can wait in another way,
    /// for example with a durable timer. Zero never waits. With a rate-limit store, allow at least one second for
    /// the store to respond.
    ///
    /// ```
    /// use std::time::Duration;
    /// use toolsmith_runtime::{Client, ClientBuilder, Error, Json};
    ///
    /// fn impatient(builder: ClientBuilder) -> ClientBuilder {
    ///     builder.rate_limit_timeout(Duration::from_secs(1))
    /// }
    ///
    /// /// Makes a call, or returns the time after which to make it again.
    /// async fn call(client: &Client, name: &str, arguments: Json) -> Result<Result<Json, Duration>, Error> {
    ///     match client.call_tool(name, arguments).await {
    ///         Err(error) if error.is_rate_limited() => Ok(Err(error.retry_after().unwrap_or_default())),
    ///         outcome => outcome.map(Ok),
    ///     }
    /// }
    /// ```
    pub fn rate_limit_timeout(mut self, timeout: Duration) -> Self {
        self.rate_limit_timeout = timeout;
        self
    }

    /// Enforces these limits client-side, in addition to the server's. The default is
    /// [`Quota::truto`] at Truto's address, and no limit at another address or through a transport that
    /// [reaches no server](Transport::reaches_server). They apply to all clients that share the rate
    /// limiter.
    ///
    /// The rate limiter also starts slowly: until the first response arrives, ten calls may start at once, and
    /// ten more each second. See [`Quota::slow_start`].
    pub fn quota(mut self, quota: Quota) -> Self {
        self.quota = Some(quota);
        self
    }

    /// Shares the rate limiter of another client.
    ///
    /// By default, clients with the same base URL and token share the token's limit, and clients with the same
    /// account also share the account's. A client has separate limits if it has a separate clock, a token provider
    /// without a first token, or a transport that [reaches no server](Transport::reaches_server). The shared
    /// limiter keeps its quota, so this cannot be combined with [`quota`](Self::quota).
    pub fn rate_limiter(mut self, limiter: &RateLimiter) -> Self {
        self.rate_limiter = Some(limiter.clone());
        self
    }

    /// Shares the rate limit with other processes through this store. If several clients share a limiter, the
    /// first store set applies to all of them. While the store does not respond, each process continues with a
    /// share of the last known limit; see [`RateLimitStatus::store`](rate_limit::RateLimitStatus::store).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use toolsmith_runtime::ClientBuilder;
    /// use toolsmith_runtime::rate_limit::store::MemoryStore;
    ///
    /// fn share(builder: ClientBuilder, store: &Arc<MemoryStore>) -> ClientBuilder {
    ///     builder.rate_limit_store(Arc::clone(store))
    /// }
    /// ```
    #[cfg(feature = "rate-limit-store")]
    pub fn rate_limit_store(mut self, store: impl rate_limit::store::RateLimitStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Logs arguments and responses as events at level `TRACE`. The token and fields such as `apiKey` or
    /// `password` are redacted. A response that is not JSON or exceeds 128 KiB is not logged in full.
    pub fn log_payloads(mut self) -> Self {
        self.payloads = Payloads::Logged;
        self
    }

    /// Adds the account to the labels of metrics, as `toolsmith.account.id`. They lack it by default, because
    /// every account adds a time series to each metric.
    #[cfg(feature = "metrics")]
    pub fn account_in_metrics(mut self) -> Self {
        self.labels_account = true;
        self
    }

    /// Sets the maximum size of a response in bytes. The default is 32 MiB.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Sets the retry policy.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }
}

/// A wrapper of a transport.
type Layer = Box<dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync>;

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
