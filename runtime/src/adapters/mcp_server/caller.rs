//! The client that a call belongs to.

use std::fmt;
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rmcp::model::RequestMetaObject;

use crate::agent::Toolbox;
use crate::codec::Json;
use crate::context::{CallContext, TraceContext, hex};

/// A client, with its own count of calls and its own memory of identifiers.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) toolbox: Toolbox,
    /// The name that approvals are bound to. It may be a secret, such as a credential.
    pub(super) identity: Identity,
    /// The digest of the credentials; used approvals are bounded for each.
    pub(super) owner: [u8; 32],
    /// The principal that the program has authenticated.
    pub(super) principal: Option<String>,
    /// Keeps the state of the client while a call runs.
    pub(super) _lease: Option<Arc<dyn fmt::Debug + Send + Sync>>,
}

/// The fields of `_meta` that identify a call, the first of which counts.
const CALL_IDS: [&str; 2] = ["toolsmith/call_id", "claudecode/toolUseId"];

impl Caller {
    /// Returns the context of a call with this `_meta`.
    pub(super) fn context(&self, meta: &RequestMetaObject) -> CallContext {
        let text = |name: &str| meta.get(name).and_then(Json::as_str);
        let mut context = CallContext::new();
        if let Some(call_id) = CALL_IDS.iter().find_map(|name| text(name)) {
            context = context.call_id(call_id);
        }
        if let Some(parent) = text("traceparent")
            && let Ok(trace) = TraceContext::new(parent)
        {
            let state = text("tracestate").unwrap_or_default();
            // A trace is worth more than its state.
            context.trace = Some(trace.clone().with_state(state).unwrap_or(trace));
        }
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

    /// Returns a short digest of the name, for audits; empty without a name.
    fn label(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let digest = digest(&SHA256, self.0.as_bytes());
        hex(digest.as_ref().get(..8).unwrap_or_default())
    }
}

/// The name may be a credential.
impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity([hidden])")
    }
}
