//! The two eras of the protocol.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::options::Options;
use crate::message;
use crate::transport::http::PROTOCOL_VERSION;
use crate::transport::{CallProgress, Request};

/// The version of the newer era.
pub(super) const MODERN_VERSION: &str = "2026-07-28";

/// The versions of the older era, the latest first.
pub(super) const LEGACY_VERSIONS: [&str; 4] =
    ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// The first version, which some servers still name. It is spoken as the next one.
pub(super) const FIRST_VERSION: &str = "2024-10-07";

const METHOD: HeaderName = HeaderName::from_static("mcp-method");

/// The era that a connection speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Era {
    /// A session that begins with `initialize`.
    Legacy {
        /// The version of the server.
        version: String,
    },
    /// Every request names the version, the client and its capabilities.
    Modern,
}

impl Era {
    /// Returns the protocol version.
    pub(super) fn version(&self) -> &str {
        match self {
            Self::Legacy { version } => version,
            Self::Modern => MODERN_VERSION,
        }
    }

    /// Returns the metadata of every request of the newer era.
    pub(super) fn meta(&self, options: &Options) -> Value {
        match self {
            Self::Legacy { .. } => json!({}),
            Self::Modern => json!({
                "io.modelcontextprotocol/protocolVersion": MODERN_VERSION,
                "io.modelcontextprotocol/clientInfo": options.client_info(),
                "io.modelcontextprotocol/clientCapabilities": options.capabilities(),
            }),
        }
    }

    /// Adds what every request of the era has to parameters.
    pub(super) fn params(&self, params: &Value, options: &Options) -> Value {
        let mut params = params.clone();
        if let (Self::Modern, Value::Object(members)) = (self, &mut params) {
            let meta = members.entry("_meta").or_insert_with(|| json!({}));
            if let (Value::Object(meta), Value::Object(own)) = (meta, self.meta(options)) {
                meta.extend(own);
            }
        }
        params
    }

    /// Creates a request with the headers of the era.
    pub(super) fn request(&self, id: u64, method: &str, params: &Value) -> Request {
        let mut headers = Self::no_headers();
        if let (Self::Modern, Ok(value)) = (self, HeaderValue::from_str(method)) {
            headers.insert(METHOD, value);
            headers.insert(PROTOCOL_VERSION, HeaderValue::from_static(MODERN_VERSION));
        }
        Request {
            id,
            body: message::request(id, method, params),
            headers,
            opens_session: method == "initialize",
            progress: CallProgress::default(),
        }
    }

    /// Returns the headers of a message of the older era.
    pub(super) fn no_headers() -> HeaderMap {
        HeaderMap::new()
    }
}
