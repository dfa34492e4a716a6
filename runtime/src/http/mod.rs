//! HTTP: from the arguments of a tool to a request, and from a response to a value.

mod auth;
mod exact_cursor;
mod response;
pub mod transport;
mod uri;

pub(crate) use auth::Token;
pub use response::Response;
pub(crate) use response::{
    ReadContext, ReadFn, is_blank, read_json, read_json_result, read_record, read_result,
};
#[cfg(feature = "reqwest")]
pub(crate) use transport::HttpTransport;
pub(crate) use transport::{Body, TimedOut, Transport, TransportFuture};
#[cfg(feature = "tower")]
pub(crate) use transport::{TowerTransport, TransportService};
pub(crate) use uri::{BaseUrl, CURSOR, PlainHttp, RequestParts};
