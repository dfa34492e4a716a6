//! The connection to a server or a cluster. It is made in the background, and made again after a fault.
//!
//! Connecting and each request are separate tasks, because the caller of a request waits for a short time
//! only. A caller that has left cancels neither: a slow server is reached in the end, and its late
//! replies show that the connection is alive.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::Shared;
use redis::aio::MultiplexedConnection;
#[cfg(feature = "cluster")]
use redis::cluster_async::ClusterConnection;
use redis::{Cmd, RedisResult, Script, Value};
use tokio::time::{Instant, timeout};
use toolsmith_runtime::rate_limit::store::StoreError;

use crate::failure::{Failure, Secrets};

/// The servers to connect to.
pub(crate) enum Servers {
    One(Box<redis::Client>),
    #[cfg(feature = "cluster")]
    Cluster(Box<redis::cluster::ClusterClient>),
}

/// The longest times of the steps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The time to connect, to authenticate and to load the script.
    pub(crate) connect: Duration,
    /// The time after which a connection without any reply counts as broken. Requests go on in the
    /// background for as long.
    pub(crate) reply: Duration,
}

#[derive(Clone)]
enum Connection {
    One(MultiplexedConnection),
    #[cfg(feature = "cluster")]
    Cluster(ClusterConnection),
}

/// The outcome of a task that connects.
type Connecting = Shared<Pin<Box<dyn Future<Output = Result<Connection, String>> + Send>>>;

/// The error of a task that has ended with its runtime.
const STOPPED: &str = "the runtime of tokio has stopped";

/// A connection that all requests share.
pub(crate) struct SharedConnection(Arc<Inner>);

struct Inner {
    servers: Servers,
    source: &'static str,
    /// The name of the script: the hash of its source.
    hash: String,
    limits: Limits,
    secrets: Secrets,
    current: Mutex<Option<Arc<Link>>>,
}

/// A connection that is being made, or was made.
struct Link {
    connecting: Connecting,
    began: Instant,
    /// The number of replies so far.
    replies: AtomicU64,
}

/// A run of the script.
struct Request {
    key: String,
    arguments: Vec<i64>,
}

impl SharedConnection {
    /// Creates a connection on which this script is run. Nothing is sent yet.
    pub(crate) fn new(
        servers: Servers,
        source: &'static str,
        limits: Limits,
        secrets: Secrets,
    ) -> Self {
        Self(Arc::new(Inner {
            servers,
            source,
            hash: Script::new(source).get_hash().to_owned(),
            limits,
            secrets,
            current: Mutex::default(),
        }))
    }

    /// Runs the script. The caller bounds the time.
    pub(crate) async fn run(&self, key: String, arguments: &[i64]) -> Result<Vec<i64>, StoreError> {
        let arguments = arguments.to_vec();
        let request = Arc::new(Request { key, arguments });
        let (link, was_connected) = self.link();
        let mut outcome = self.run_over(&link, &request).await;
        let is_closed = outcome.as_ref().is_err_and(Failure::is_closed);
        if was_connected && is_closed {
            // Servers and proxies close idle connections.
            outcome = self.run_over(&self.link().0, &request).await;
        }
        outcome.map_err(Failure::into_error)
    }

    async fn run_over(
        &self,
        link: &Arc<Link>,
        request: &Arc<Request>,
    ) -> Result<Vec<i64>, Failure> {
        let connection = match link.connecting.clone().await {
            Ok(connection) => connection,
            Err(message) => {
                self.0.close(link);
                return Err(Failure::new(message));
            }
        };
        let (inner, link) = (Arc::clone(&self.0), Arc::clone(link));
        let request = Arc::clone(request);
        let task = tokio::spawn(async move { inner.request(&link, connection, &request).await });
        let outcome = task.await;
        outcome.unwrap_or_else(|_| Err(Failure::new(STOPPED.to_owned())))
    }

    /// Returns the connection, and `true` if it is made. If there is none, or if the runtime that makes it
    /// is not polled, another one is made now.
    fn link(&self) -> (Arc<Link>, bool) {
        let mut current = self.0.current();
        if let Some(link) = &*current {
            let outcome = link.connecting.clone().now_or_never();
            if outcome.is_some() || link.began.elapsed() <= self.0.limits.connect {
                return (Arc::clone(link), outcome.is_some_and(|it| it.is_ok()));
            }
        }
        let task = tokio::spawn(Arc::clone(&self.0).connect());
        let connecting = async move { task.await.unwrap_or_else(|_| Err(STOPPED.to_owned())) };
        let link = Arc::new(Link {
            connecting: connecting.boxed().shared(),
            began: Instant::now(),
            replies: AtomicU64::new(0),
        });
        *current = Some(Arc::clone(&link));
        (link, false)
    }
}

impl Inner {
    fn current(&self) -> MutexGuard<'_, Option<Arc<Link>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes a connection, unless another one has replaced it.
    fn close(&self, link: &Arc<Link>) {
        let mut current = self.current();
        if current.as_ref().is_some_and(|it| Arc::ptr_eq(it, link)) {
            *current = None;
        }
    }

    async fn connect(self: Arc<Self>) -> Result<Connection, String> {
        let connecting = async {
            let mut connection = self.servers.connect().await?;
            // A first request without the script would take twice as long. An error of the server is
            // reported by that request.
            let mut load = redis::cmd("SCRIPT");
            load.arg("LOAD").arg(self.source);
            match connection.query(&load).await {
                Err(error) if !Failure::is_of_server(&error) => Err(error),
                _ => Ok(connection),
            }
        };
        let Ok(outcome) = timeout(self.limits.connect, connecting).await else {
            let time = self.limits.connect.as_millis();
            return Err(format!("no connection in {time} ms"));
        };
        outcome.map_err(|error| self.secrets.describe(&error))
    }

    /// Runs the script, and closes the connection if it is broken.
    async fn request(
        &self,
        link: &Arc<Link>,
        mut connection: Connection,
        request: &Request,
    ) -> Result<Vec<i64>, Failure> {
        let replies = link.replies.load(Ordering::Relaxed);
        let evaluation = self.evaluate(&mut connection, request);
        let failure = match timeout(self.limits.reply, evaluation).await {
            Ok(Ok(value)) => match redis::from_redis_value(value) {
                Ok(reply) => {
                    link.replies.fetch_add(1, Ordering::Relaxed);
                    return Ok(reply);
                }
                Err(_) => Failure::of_reply(),
            },
            Ok(Err(error)) => Failure::of(&error, &self.secrets),
            Err(_) => {
                let time = self.limits.reply.as_millis();
                Failure::new(format!("no response in {time} ms"))
            }
        };
        if failure.is_reply() {
            link.replies.fetch_add(1, Ordering::Relaxed);
        } else if failure.is_definite() || link.replies.load(Ordering::Relaxed) == replies {
            self.close(link);
        }
        Err(failure)
    }

    async fn evaluate(&self, connection: &mut Connection, request: &Request) -> RedisResult<Value> {
        let run = |command: &str, script: &str| {
            let mut command = redis::cmd(command);
            command.arg(script).arg(1);
            command.arg(&request.key).arg(&request.arguments);
            command
        };
        let command = run("EVALSHA", &self.hash);
        match connection.query(&command).await {
            // The server has lost its scripts. It keeps those that it runs.
            Err(error) if Failure::is_missing_script(&error) => {
                connection.query(&run("EVAL", self.source)).await
            }
            outcome => outcome,
        }
    }
}

impl Connection {
    async fn query(&mut self, command: &Cmd) -> RedisResult<Value> {
        match self {
            Self::One(connection) => command.query_async(connection).await,
            #[cfg(feature = "cluster")]
            Self::Cluster(connection) => command.query_async(connection).await,
        }
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
