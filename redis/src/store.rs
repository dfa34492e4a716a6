//! The store, and its settings.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::IntoConnectionInfo as _;
use toolsmith_runtime::rate_limit::store::{LaneKey, LeaseRequest, RateLimitStore, StoreFuture};

use crate::connection::{Limits, Servers, SharedConnection};
use crate::error::Error;
use crate::failure::Secrets;
use crate::script;

/// A store of rate limits in Redis or Valkey. Clones share its connection.
///
/// ```no_run
/// use toolsmith_redis::RedisStore;
///
/// # fn main() -> Result<(), toolsmith_redis::Error> {
/// let store = RedisStore::builder("rediss://limits.example.com").prefix("crm-agents").build()?;
/// # let _ = store;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    connection: SharedConnection,
    prefix: String,
    timeout: Duration,
    expected_processes: u64,
}

impl RedisStore {
    /// Starts a store with the default settings at this URL: `redis://` or, with TLS, `rediss://`,
    /// with the credentials and the number of the database, for example
    /// `rediss://user:password@limits.example.com:6380/0`.
    pub fn builder(url: impl Into<String>) -> RedisStoreBuilder {
        RedisStoreBuilder {
            urls: vec![url.into()],
            prefix: "toolsmith".to_owned(),
            timeout: Duration::from_millis(500),
            connect_timeout: Duration::from_secs(5),
            expected_processes: 1,
            is_cluster: false,
            #[cfg(feature = "tls")]
            certificates: Certificates::default(),
        }
    }

    /// Creates a store with the default settings at this URL.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is invalid. Nothing is sent yet.
    pub fn new(url: impl Into<String>) -> Result<Self, Error> {
        Self::builder(url).build()
    }

    /// Returns the key of a lane. The part in braces decides about the node of a cluster.
    fn key(&self, lane: &LaneKey) -> String {
        format!("{}:{{{lane}}}", self.0.prefix)
    }
}

impl RateLimitStore for RedisStore {
    fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a> {
        Box::pin(async move {
            let arguments = script::arguments(&request);
            let key = self.key(lane);
            let reply = self.0.connection.run(key, &arguments).await?;
            script::lease(&reply)
        })
    }

    fn timeout(&self) -> Duration {
        self.0.timeout
    }

    fn expected_processes(&self) -> u64 {
        self.0.expected_processes
    }

    fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the URL, which may contain a password.
        formatter
            .debug_struct("RedisStore")
            .field("prefix", &self.0.prefix)
            .field("timeout", &self.0.timeout)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`RedisStore`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct RedisStoreBuilder {
    urls: Vec<String>,
    prefix: String,
    timeout: Duration,
    connect_timeout: Duration,
    expected_processes: u64,
    is_cluster: bool,
    #[cfg(feature = "tls")]
    certificates: Certificates,
}

/// The certificates of a private authority, as PEM.
#[cfg(feature = "tls")]
#[derive(Default)]
struct Certificates {
    roots: Option<Vec<u8>>,
    /// The chain of the client, and its key.
    client: Option<(Vec<u8>, Vec<u8>)>,
}

impl RedisStoreBuilder {
    /// Sets the prefix of all keys. The default is `toolsmith`. Programs with the same prefix share
    /// the limits of the accounts that they have in common.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets the time after which a request to the store has failed. The default is 500 ms. Set a longer
    /// one if the round trip to the store takes longer: calls wait at most twice this time for the store.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the longest time to connect. The default is 5 s. Calls do not wait for it: after the
    /// [timeout](Self::timeout), they continue with a local share until the connection is made.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the number of processes among which a limit is divided while the store does not respond.
    /// The default is 1. If the store knew more processes that use the account, their number counts.
    pub fn expected_processes(mut self, processes: u64) -> Self {
        self.expected_processes = processes;
        self
    }

    /// Trusts these authorities, in PEM, and not those of the system, when the URL begins with
    /// `rediss://`.
    ///
    /// ```no_run
    /// use toolsmith_redis::RedisStore;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let authority = std::fs::read("store-ca.pem")?;
    /// let builder = RedisStore::builder("rediss://limits.internal:6380");
    /// let store = builder.root_certificates(authority).build()?;
    /// # let _ = store;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "tls")]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates.roots = Some(pem.into());
        self
    }

    /// Shows this certificate to the store: the chain and its private key, both in PEM.
    #[cfg(feature = "tls")]
    pub fn client_certificate(
        mut self,
        chain: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.certificates.client = Some((chain.into(), key.into()));
        self
    }

    /// Adds another node of the cluster from which its nodes are found.
    #[cfg(feature = "cluster")]
    pub fn node(mut self, url: impl Into<String>) -> Self {
        self.urls.push(url.into());
        self.cluster()
    }

    /// Connects to the cluster that the server belongs to.
    #[cfg(feature = "cluster")]
    pub fn cluster(mut self) -> Self {
        self.is_cluster = true;
        self
    }

    /// Builds the store. Nothing is sent yet: the first request connects.
    ///
    /// # Errors
    ///
    /// Returns an error if a URL, the prefix or a certificate is invalid.
    pub fn build(self) -> Result<RedisStore, Error> {
        if self.prefix.is_empty() || self.prefix.contains(['{', '}']) {
            return Err(Error::new(
                "the key prefix must not be empty or contain braces; use letters, digits and `-`",
            ));
        }
        #[cfg(feature = "tls")]
        if self.urls.iter().any(|url| is_encrypted(url)) {
            // Fails if the program has installed a provider, and that one is used then.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let timeout = self.timeout.max(Duration::from_millis(1));
        let limits = Limits {
            connect: self.connect_timeout.max(timeout),
            reply: reply_limit(timeout),
        };
        let servers = self.servers(limits)?;
        let secrets = self.secrets();
        Ok(RedisStore(Arc::new(Inner {
            connection: SharedConnection::new(servers, script::SOURCE, limits, secrets),
            prefix: self.prefix,
            timeout,
            expected_processes: self.expected_processes.max(1),
        })))
    }

    /// Returns the passwords in the URLs.
    fn secrets(&self) -> Secrets {
        let password = |url: &String| {
            let server = url.as_str().into_connection_info().ok()?;
            server.redis_settings().password().map(str::to_owned)
        };
        Secrets(self.urls.iter().filter_map(password).collect())
    }

    fn servers(&self, limits: Limits) -> Result<Servers, Error> {
        // The error of the client is not shown, because the URL may contain a password.
        let invalid = |_| {
            let remedy = if cfg!(feature = "tls") {
                ""
            } else {
                "; `rediss://` needs the feature `tls`"
            };
            let message = "invalid store URL; expected `redis://host:port/0`";
            Error::new(format!("{message}{remedy}"))
        };
        #[cfg(feature = "cluster")]
        if self.is_cluster {
            let urls = self.urls.iter().map(String::as_str);
            let client = redis::cluster::ClusterClient::builder(urls)
                .connection_timeout(limits.connect)
                .response_timeout(limits.reply);
            #[cfg_attr(not(feature = "tls"), allow(unused_mut, reason = "TLS changes it"))]
            let mut client = client;
            #[cfg(feature = "tls")]
            if let Some(certificates) = self.certificates.get() {
                client = client.certs(certificates);
            }
            let client = client.build().map_err(invalid)?;
            return Ok(Servers::Cluster(Box::new(client)));
        }
        let _ = (self.is_cluster, limits);
        let url = self.urls.first().map(String::as_str).unwrap_or_default();
        let client = redis::Client::open(url).map_err(invalid)?;
        #[cfg(feature = "tls")]
        if let Some(certificates) = self.certificates.get() {
            let client = redis::Client::build_with_tls(url, certificates).map_err(|_| {
                Error::new(
                    "the certificates are not valid PEM, or the URL does not begin with `rediss://`",
                )
            })?;
            return Ok(Servers::One(Box::new(client)));
        }
        Ok(Servers::One(Box::new(client)))
    }
}

#[cfg(feature = "tls")]
impl Certificates {
    /// Returns the certificates for the client; `None` if there are none.
    fn get(&self) -> Option<redis::TlsCertificates> {
        let client = self.client.as_ref();
        if client.is_none() && self.roots.is_none() {
            return None;
        }
        Some(redis::TlsCertificates {
            client_tls: client.map(|(chain, key)| redis::ClientTlsConfig {
                client_cert: chain.clone(),
                client_key: key.clone(),
            }),
            root_cert: self.roots.clone(),
        })
    }
}

/// Returns the time without any reply after which a connection counts as broken. It is longer than the
/// timeout, so that a slow server does not lose its connection.
fn reply_limit(timeout: Duration) -> Duration {
    timeout.saturating_mul(4).max(Duration::from_secs(2))
}

#[cfg(feature = "tls")]
fn is_encrypted(url: &str) -> bool {
    url.starts_with("rediss:") || url.starts_with("valkeys:")
}

impl fmt::Debug for RedisStoreBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RedisStoreBuilder")
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
