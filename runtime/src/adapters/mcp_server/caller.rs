//! The client that a call belongs to.

use std::fmt;
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rmcp::model::RequestMetaObject;

use crate::agent::{ClientMemory, CountLabel, Toolbox};
use crate::codec::Json;
use crate::context::{CallContext, TraceContext, hex};

/// A request, as the program has authenticated it.
#[derive(Debug, Clone)]
pub(super) struct Requester {
    /// The tools of the request.
    pub(super) toolbox: Toolbox,
    /// The principal that the program has authenticated.
    pub(super) principal: Option<String>,
    /// The hashes of the credentials.
    pub(super) owner: Owner,
    /// The name by which limits of principals count calls without a principal.
    pub(super) label: Option<CountLabel>,
}

/// The hashes of the credentials of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Owner {
    /// The hash of all of them; a session, its calls and its approvals are bound to it.
    pub(super) hash: [u8; 32],
    /// The hash of those that a client cannot make up, if there are any; a client without a session is known by it.
    pub(super) client: [u8; 32],
    /// The hash of the principal, or else of the accounts; the places of clients and used approvals are bounded for
    /// each.
    pub(super) place: [u8; 32],
    /// `false` for requests without credentials, which may be those of different clients.
    pub(super) is_known: bool,
}

/// A client that makes requests.
#[derive(Debug, Clone)]
pub(super) struct ClientState {
    /// Its count of calls, and its memory of identifiers.
    pub(super) memory: ClientMemory,
    /// The name that approvals are bound to. It may be a secret, such as a credential.
    pub(super) identity: Identity,
    /// Keeps the state of the client while a call runs.
    pub(super) lease: Option<Arc<dyn fmt::Debug + Send + Sync>>,
}

/// A client that makes a call, with the tools of the request.
#[derive(Debug)]
pub(super) struct Caller {
    /// The tools, with the memory of the client.
    pub(super) toolbox: Toolbox,
    pub(super) identity: Identity,
    /// The hash of the principal, or else of the accounts; used approvals are bounded for each.
    pub(super) owner: [u8; 32],
    principal: Option<String>,
    _lease: Option<Arc<dyn fmt::Debug + Send + Sync>>,
}

/// The fields of `_meta` that identify a call, the first of which counts.
const CALL_IDS: [&str; 2] = ["toolsmith/call_id", "claudecode/toolUseId"];

impl Caller {
    pub(super) fn new(requester: Requester, client: ClientState) -> Self {
        let toolbox = requester.toolbox.with_absent_nulls();
        Self {
            toolbox: toolbox.for_client(&client.memory, requester.label),
            identity: client.identity,
            owner: requester.owner.place,
            principal: requester.principal,
            _lease: client.lease,
        }
    }

    /// Returns the context of a call with this `_meta`, which belongs to `trace`.
    pub(super) fn context(
        &self,
        meta: &RequestMetaObject,
        trace: Option<TraceContext>,
    ) -> CallContext {
        let text = |name: &str| meta.get(name).and_then(Json::as_str);
        let mut context = CallContext::new();
        if let Some(call_id) = CALL_IDS.iter().find_map(|name| text(name)) {
            context = context.call_id(call_id);
        }
        context.trace = trace;
        context.principal.clone_from(&self.principal);
        context.session = Some(self.identity.label()).filter(|label| !label.is_empty());
        context
    }
}

/// The name of a client for approvals.
#[derive(Clone, Default)]
pub(super) struct Identity(Arc<str>);

impl Identity {
    pub(super) fn new(name: &str) -> Self {
        Self(name.into())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns a short hash of the name, for audits and spans; empty without a name.
    pub(super) fn label(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let hash = digest(&SHA256, self.0.as_bytes());
        hex(hash.as_ref().get(..8).unwrap_or_default())
    }
}

/// The name may be a credential.
impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity([hidden])")
    }
}
