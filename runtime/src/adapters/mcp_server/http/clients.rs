//! The clients of 2026-07-28, which has no sessions.

use std::sync::{Arc, OnceLock};

use axum::extract::ConnectInfo;
use axum::extract::connect_info::Connected;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use axum::serve::IncomingStream;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use rmcp::model::RequestMetaObject;
use serde_json::json;
use tokio::net::TcpListener;

use super::super::caller::{Caller, Identity};
use super::super::handler::Shared;
use super::slots::{Full, Owner, Slots};
use crate::agent::{MemoryKind, Toolbox};
use crate::codec::Json;

/// The key of `_meta` by which clients with the same credentials differ. Without credentials it is ignored, so
/// that a client cannot get another count of calls, or all places, with made-up names.
const CLIENT_KEY: &str = "toolsmith/client";

/// The client of a request, as the program has authenticated it.
///
/// A middleware of the program inserts it into the extensions of the request. Requests with the same
/// principal share the count of calls and the memory of identifiers, and an approval of one principal is
/// refused from another.
///
/// ```
/// use axum::extract::Request;
/// use axum::middleware::{Next, from_fn};
/// use axum::response::Response;
/// use toolsmith_runtime::adapters::mcp_server::{Principal, Server};
///
/// async fn authenticate(mut request: Request, next: Next) -> Response {
///     // After the check of the request's credentials.
///     request.extensions_mut().insert(Principal::new("ann"));
///     next.run(request).await
/// }
///
/// fn router(server: Server) -> axum::Router {
///     server.http().into_router().layer(from_fn(authenticate))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal(String);

impl Principal {
    /// Creates the principal of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// The tools of a connection whose client has no other name.
#[derive(Debug, Clone, Default)]
pub(super) struct Connection(Arc<OnceLock<Toolbox>>);

impl Connected<IncomingStream<'_, TcpListener>> for Connection {
    fn connect_info(_: IncomingStream<'_, TcpListener>) -> Self {
        Self::default()
    }
}

/// The clients of 2026-07-28.
#[derive(Debug)]
pub(super) struct Clients {
    shared: Arc<Shared>,
    slots: Arc<Slots>,
    /// The tools of the clients that cannot be distinguished.
    anonymous: Toolbox,
}

impl Clients {
    pub(super) fn new(shared: Arc<Shared>, slots: Arc<Slots>) -> Self {
        Self {
            anonymous: shared.toolbox(MemoryKind::Counts),
            shared,
            slots,
        }
    }

    /// Returns the client of a request.
    ///
    /// # Errors
    ///
    /// The client is new, and the server is at its client limit.
    pub(super) fn caller(&self, parts: &Parts, meta: &RequestMetaObject) -> Result<Caller, Full> {
        let credentials = credentials(&parts.headers, &parts.extensions);
        let key = meta.get(CLIENT_KEY).filter(|key| !key.is_null());
        let name = json!([credentials, key]).to_string();
        let new = || self.shared.toolbox(MemoryKind::CountsAndIdentifiers);
        let owner = owner(&parts.headers, &parts.extensions);
        let (toolbox, lease) = if credentials.is_null() {
            let connection = parts.extensions.get::<ConnectInfo<Connection>>();
            let toolbox = match connection {
                Some(ConnectInfo(Connection(toolbox))) => toolbox.get_or_init(new),
                None => &self.anonymous,
            };
            (toolbox.clone(), None)
        } else {
            let (toolbox, lease) =
                self.slots
                    .client(owner, key.map(|_| sha_256(name.as_bytes())), new)?;
            (toolbox, Some(Arc::new(lease) as _))
        };
        Ok(Caller {
            toolbox,
            identity: Identity::new(&name),
            owner,
            principal: parts
                .extensions
                .get::<Principal>()
                .map(|principal| principal.name().to_owned()),
            _lease: lease,
        })
    }
}

/// Returns the digest of the credentials of a request.
pub(super) fn owner(headers: &HeaderMap, extensions: &Extensions) -> Owner {
    sha_256(credentials(headers, extensions).to_string().as_bytes())
}

/// Returns the credentials of a request, without the secret in them; null if there are none.
fn credentials(headers: &HeaderMap, extensions: &Extensions) -> Json {
    if let Some(principal) = extensions.get::<Principal>() {
        return json!({"principal": principal.name()});
    }
    let Some(authorization) = headers.get(header::AUTHORIZATION) else {
        return Json::Null;
    };
    let digest = sha_256(authorization.as_bytes());
    json!({"authorization": URL_SAFE_NO_PAD.encode(digest)})
}

fn sha_256(bytes: &[u8]) -> [u8; 32] {
    let mut array = [0; 32];
    array.copy_from_slice(digest(&SHA256, bytes).as_ref());
    array
}
