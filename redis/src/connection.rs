//! The connection to a server or a cluster: made at the first request, and made again after a fault.

use std::sync::{Mutex, MutexGuard, PoisonError};

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

/// A connection that all requests share.
pub(crate) struct SharedConnection {
    servers: Servers,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    connection: Option<Connection>,
    /// The number of the connection, so that an old request does not close a new one.
    number: u64,
}

impl SharedConnection {
    pub(crate) fn new(servers: Servers) -> Self {
        Self {
            servers,
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
        let (connection, number) = self.connection().await.map_err(error)?;
        let mut fuse = Fuse {
            shared: self,
            number,
            is_lit: true,
        };
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

    async fn connection(&self) -> RedisResult<(Connection, u64)> {
        {
            let current = self.current();
            if let Some(connection) = &current.connection {
                return Ok((connection.clone(), current.number));
            }
        }
        let connection = match &self.servers {
            Servers::One(client) => {
                let config = redis::AsyncConnectionConfig::new()
                    .set_connection_timeout(None)
                    .set_response_timeout(None);
                let connecting = client.get_multiplexed_async_connection_with_config(&config);
                Connection::One(connecting.await?)
            }
            #[cfg(feature = "cluster")]
            Servers::Cluster(client) => Connection::Cluster(client.get_async_connection().await?),
        };
        let mut current = self.current();
        current.number += 1;
        current.connection = Some(connection.clone());
        Ok((connection, current.number))
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
