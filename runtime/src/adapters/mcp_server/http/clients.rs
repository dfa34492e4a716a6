//! The clients of 2026-07-28, which has no sessions.

use std::sync::{Arc, OnceLock};

use axum::extract::ConnectInfo;
use axum::extract::connect_info::Connected;
use axum::http::request::Parts;
use axum::serve::IncomingStream;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use rmcp::model::RequestMetaObject;
use serde_json::{Map, json};
use tokio::net::TcpListener;

use super::super::caller::{ClientState, Identity, Owner};
use super::headers::Authorization;
use super::slots::{Full, Slots};
use crate::agent::{ClientMemory, CountLabel, MemoryKind, ServerCounts, Toolbox};
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

/// The state of a connection whose client has no other name.
#[derive(Debug, Clone, Default)]
pub(super) struct Connection(Arc<OnceLock<ClientMemory>>);

impl Connected<IncomingStream<'_, TcpListener>> for Connection {
    fn connect_info(_: IncomingStream<'_, TcpListener>) -> Self {
        Self::default()
    }
}

/// The clients of 2026-07-28.
#[derive(Debug)]
pub(super) struct Clients {
    counts: ServerCounts,
    slots: Arc<Slots>,
    /// The state of the clients that cannot be distinguished.
    anonymous: ClientMemory,
}

impl Clients {
    pub(super) fn new(counts: &ServerCounts, slots: Arc<Slots>) -> Self {
        Self {
            anonymous: counts.client(MemoryKind::Counts),
            counts: counts.clone(),
            slots,
        }
    }

    /// Returns the client of a request.
    ///
    /// # Errors
    ///
    /// The client is new, and the server is at its client limit.
    pub(super) fn client(
        &self,
        parts: &Parts,
        credentials: &Credentials,
        meta: &RequestMetaObject,
    ) -> Result<ClientState, Full> {
        let Credentials { json, owner, .. } = credentials;
        let key = meta.get(CLIENT_KEY).filter(|key| !key.is_null());
        let new = || self.counts.client(MemoryKind::CountsAndIdentifiers);
        let (memory, lease) = if owner.is_known {
            let name = key.map(|key| sha_256(json!([owner.client, key]).to_string().as_bytes()));
            let (memory, lease) = self.slots.client(*owner, name, new)?;
            (memory, Some(Arc::new(lease) as _))
        } else {
            let connection = parts.extensions.get::<ConnectInfo<Connection>>();
            let memory = match connection {
                Some(ConnectInfo(Connection(memory))) => memory.get_or_init(new),
                None => &self.anonymous,
            };
            (memory.clone(), None)
        };
        Ok(ClientState {
            memory,
            identity: Identity::new(&json!([json, key]).to_string()),
            lease,
        })
    }
}

/// The credentials of a request.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    /// The credentials without the secret in them; null if there are none.
    json: Json,
    pub(super) owner: Owner,
    /// The name by which limits of principals count the calls of a request without a principal.
    pub(super) label: CountLabel,
}

impl Credentials {
    /// Returns the credentials of a request, to which its accounts belong if the program has made its tools.
    ///
    /// Without a principal, the `Authorization` belongs to them, also next to accounts: a session is that of one client.
    /// `is_checked` is `true` if the server has checked it; else a client can make others up, so it distinguishes
    /// clients and their places only if nothing else does.
    pub(super) fn new(parts: &Parts, made: Option<&Toolbox>, is_checked: bool) -> Self {
        let mut fields = Map::new();
        if let Some(principal) = principal(parts) {
            fields.insert("principal".to_owned(), principal.into());
        }
        let customer = made.and_then(Toolbox::principal);
        if let Some(customer) = customer {
            fields.insert("customer".to_owned(), customer.into());
        }
        let accounts = made.map(Toolbox::accounts).unwrap_or_default();
        let accounts = (!accounts.is_empty()).then(|| json!(accounts));
        let authorization = Authorization::read(&parts.headers).filter(|_| fields.is_empty());
        let authorization = authorization.map(|authorization| {
            let hash = URL_SAFE_NO_PAD.encode(sha_256(&authorization.canonical()));
            json!({ "authorization": hash })
        });
        // A token may be renewed; then its customer has the same principal or accounts.
        let principals = (!fields.is_empty()).then(|| Json::Object(fields.clone()));
        let bound = principals.as_ref().or(accounts.as_ref());
        let is_unchecked = bound.is_none() && !is_checked;
        let place = bound.or(authorization.as_ref());
        let place = place.map(Json::to_string).unwrap_or_default();
        let client = bound.map(|_| json!([principals, accounts]));
        if let Some(Json::Object(authorization)) = authorization {
            fields.extend(authorization);
        }
        fields.extend(accounts.map(|accounts| ("accounts".to_owned(), accounts)));
        let json = if fields.is_empty() {
            Json::Null
        } else {
            Json::Object(fields)
        };
        let client = client.as_ref().unwrap_or(&json);
        let owner = Owner {
            hash: sha_256(json.to_string().as_bytes()),
            client: sha_256(client.to_string().as_bytes()),
            place: sha_256(place.as_bytes()),
            is_known: !json.is_null(),
        };
        let label = if is_unchecked {
            CountLabel::unchecked(place)
        } else {
            CountLabel::checked(place)
        };
        Self { json, owner, label }
    }
}

/// Returns the principal of a request.
pub(super) fn principal(parts: &Parts) -> Option<&str> {
    parts.extensions.get::<Principal>().map(Principal::name)
}

fn sha_256(bytes: &[u8]) -> [u8; 32] {
    let mut array = [0; 32];
    array.copy_from_slice(digest(&SHA256, bytes).as_ref());
    array
}
