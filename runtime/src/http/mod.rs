//! HTTP: from the arguments of a tool to a request, and from a response to a value.

mod auth;
mod response;
mod transport;
mod uri;

pub(crate) use auth::Token;
pub use response::Response;
pub(crate) use response::{Shown, read_record, read_result};
#[cfg(feature = "reqwest")]
pub use transport::HttpTransport;
pub(crate) use transport::too_large;
pub use transport::{Body, Transport, TransportFuture};
#[cfg(any(test, feature = "test-util"))]
pub use transport::{CannedReply, MemoryTransport, Player, Received, Recorder};
#[cfg(feature = "tower")]
pub use transport::{TowerTransport, TransportService};
pub(crate) use uri::{BaseUrl, CURSOR, PlainHttp, Target};
