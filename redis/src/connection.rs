//! The connection to a server or a cluster: made at the first request, and made again after a fault.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::Shared;
use redis::aio::MultiplexedConnection;
#[cfg(feature = "cluster")]
use redis::cluster_async::ClusterConnection;
use redis::{RedisError, RedisResult, Script};
use toolsmith_runtime::rate_limit::store::StoreError;

/// The servers to connect to.
pub(crate) enum Servers {
    One(Box<redis::Client>),
    #[cfg(feature = "cluster")]
    Cluster(Box<redis::cluster::ClusterClient>),
}

#[derive(Clone)]
enum Connection {
    One(MultiplexedConnection),
    #[cfg(feature = "cluster")]
    Cluster(ClusterConnection),
}

/// A connection that is made, or that was made. All requests that wait for it drive it.
type Connecting = Shared<Pin<Box<dyn Future<Output = Result<Connection, String>> + Send>>>;

/// A connection that all requests share.
pub(crate) struct SharedConnection {
    servers: Arc<Servers>,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    connection: Option<Connecting>,
    /// The number of the connection, so that an old request does not close a new one.
    number: u64,
}

impl SharedConnection {
    pub(crate) fn new(servers: Servers) -> Self {
        Self {
            servers: Arc::new(servers),
            current: Mutex::default(),
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs the script. The caller bounds the time: a request that is dropped before it has ended
    /// closes the connection, because it may be stuck.
    pub(crate) async fn run(
        &self,
        script: &Script,
        key: &str,
        arguments: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        let (connection, number) = self.connection();
        let mut fuse = Fuse {
            shared: self,
            number,
            is_lit: true,
        };
        let connection = connection.await.map_err(StoreError::new)?;
        let mut invocation = script.key(key);
        invocation.arg(arguments);
        let outcome: RedisResult<Vec<i64>> = match connection {
            Connection::One(mut connection) => invocation.invoke_async(&mut connection).await,
            #[cfg(feature = "cluster")]
            Connection::Cluster(mut connection) => invocation.invoke_async(&mut connection).await,
        };
        // Also after an error of the server: it may have become a replica.
        fuse.is_lit = outcome.is_err();
        outcome.map_err(error)
    }

    /// Returns the connection, which is made now if there is none, and its number.
    fn connection(&self) -> (Connecting, u64) {
        let mut current = self.current();
        if let Some(connection) = &current.connection {
            return (connection.clone(), current.number);
        }
        let servers = Arc::clone(&self.servers);
        let connecting = async move { servers.connect().await.map_err(|error| error.to_string()) };
        let connection = connecting.boxed().shared();
        current.connection = Some(connection.clone());
        current.number += 1;
        (connection, current.number)
    }
}

impl Servers {
    async fn connect(&self) -> RedisResult<Connection> {
        Ok(match self {
            Self::One(client) => {
                let config = redis::AsyncConnectionConfig::new()
                    .set_connection_timeout(None)
                    .set_response_timeout(None);
                let connecting = client.get_multiplexed_async_connection_with_config(&config);
                Connection::One(connecting.await?)
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(client) => Connection::Cluster(client.get_async_connection().await?),
        })
    }
}

/// Closes a connection when it is dropped, unless the request has ended.
struct Fuse<'a> {
    shared: &'a SharedConnection,
    number: u64,
    is_lit: bool,
}

impl Drop for Fuse<'_> {
    fn drop(&mut self) {
        let mut current = self.shared.current();
        if self.is_lit && current.number == self.number {
            current.connection = None;
        }
    }
}

/// Creates the error of a request. Errors of the client contain no address and no password.
#[allow(clippy::needless_pass_by_value, reason = "it is a mapping of an error")]
fn error(error: RedisError) -> StoreError {
    StoreError::new(error.to_string())
}

#[cfg(test)]
#[path = "tests/connections.rs"]
mod tests;
