//! Transports: they carry messages, and end every request with a response or an error.

mod answers;
#[cfg(unix)]
mod group;
pub(crate) mod http;
mod lines;
mod parts;
mod pending;
mod process;
mod progress;
mod stdio;
mod tail;

use std::sync::Arc;

use reqwest::header::HeaderMap;

use http::{Asked, HttpLink};
pub use parts::Head;
pub(crate) use parts::{Ended, Reply, Request};
pub(crate) use process::Launch;
pub(crate) use progress::CallProgress;
pub(crate) use stdio::StdioLink;

/// The other end of a connection, as spans name it.
#[derive(Debug, Default)]
pub(crate) struct Peer {
    /// `tcp` or `pipe`.
    pub(crate) transport: &'static str,
    pub(crate) protocol: Option<&'static str>,
    pub(crate) address: Option<String>,
    pub(crate) port: Option<u16>,
    /// A hash of the session of the older era, if the server has named one.
    pub(crate) session: Option<Arc<str>>,
}

/// A connection with a server.
pub(crate) enum Link {
    Stdio(StdioLink),
    Http(HttpLink),
}

impl Link {
    /// Sends a request and waits for its end. Dropping the future cancels the request.
    pub(crate) async fn exchange(&self, request: Request) -> Reply {
        match self {
            Self::Stdio(link) => link.exchange(request).await.into(),
            Self::Http(link) => link.exchange(request).await,
        }
    }

    /// Sends a notification.
    pub(crate) async fn notify(&self, body: String, headers: HeaderMap) {
        match self {
            Self::Stdio(link) => link.notify(body),
            Self::Http(link) => link.notify(body, headers).await,
        }
    }

    /// Returns the other end.
    pub(crate) fn peer(&self) -> Peer {
        match self {
            Self::Stdio(_) => Peer {
                transport: "pipe",
                ..Peer::default()
            },
            Self::Http(link) => link.peer(),
        }
    }

    /// Returns the questions to the source of tokens, if there is one.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        match self {
            Self::Stdio(_) => None,
            Self::Http(link) => link.asked(),
        }
    }

    /// Tells the link that the server is of the older era, with this version.
    pub(crate) fn set_legacy(&self, version: &str) {
        if let Self::Http(link) = self {
            link.set_legacy(version);
        }
    }

    /// Listens to the requests of a server of the older era, if the program answers some.
    pub(crate) async fn listen(&self) {
        if let Self::Http(link) = self {
            link.listen().await;
        }
    }

    /// Returns why the connection ended, if it did.
    pub(crate) fn ended(&self) -> Option<Ended> {
        match self {
            Self::Stdio(link) => link.ended(),
            Self::Http(_) => None,
        }
    }

    /// Closes the connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::Stdio(link) => link.close().await,
            Self::Http(link) => link.close().await,
        }
    }
}
