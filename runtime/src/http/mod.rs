//! HTTP: from the arguments of a tool to a request, and from a response to a value.

mod auth;
mod response;
pub mod transport;
mod uri;

pub(crate) use auth::Token;
pub use response::Response;
pub(crate) use response::{Shown, read_record, read_result};
#[cfg(feature = "reqwest")]
pub use transport::HttpTransport;
#[cfg(feature = "mcp-client")]
pub(crate) use transport::install_crypto_provider;
pub(crate) use transport::too_large;
pub use transport::{Body, Transport, TransportFuture};
#[cfg(any(test, feature = "test-util"))]
pub use transport::{MemoryTransport, MockResponse, RecordedRequest, Recorder, Replayer};
#[cfg(feature = "tower")]
pub use transport::{TowerTransport, TransportService};
#[cfg(feature = "mcp-client")]
pub(crate) use uri::is_loopback;
pub(crate) use uri::{BaseUrl, CURSOR, PlainHttp, Target};
