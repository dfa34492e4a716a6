//! The session of the older era.

use std::sync::{Arc, MutexGuard, PoisonError};

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use ring::digest::{SHA256, digest};

use super::outgoing::Outgoing;
use super::{CLOSE_TIMEOUT, Connection, PROTOCOL_VERSION, SESSION_ID};
use crate::transport::progress::CallProgress;

/// The state that only the older era has.
#[derive(Default, Clone)]
pub(super) struct Legacy {
    pub(super) session: Option<HeaderValue>,
    /// The hash of the session's identifier, for spans.
    pub(super) label: Option<Arc<str>>,
    pub(super) version: Option<HeaderValue>,
    /// `true` if the server or the client has ended the session.
    is_ended: bool,
}

impl Legacy {
    pub(super) fn set_session(&mut self, session: Option<&HeaderValue>) {
        self.label = session.map(|session| label(session.as_bytes()));
        self.session = session.cloned();
        self.is_ended = false;
    }

    /// Marks the session as ended. Returns `true` if there is one that had not ended.
    pub(super) fn end_session(&mut self) -> bool {
        self.session.is_some() && !std::mem::replace(&mut self.is_ended, true)
    }
}

/// Returns a short hash of the identifier of a session, because the identifier may serve as a
/// credential. The spans of Toolsmith's server have the same hash.
fn label(session: &[u8]) -> Arc<str> {
    let hash = digest(&SHA256, session);
    let (start, _) = hash.as_ref().split_first_chunk().unwrap_or((&[0; 8], &[]));
    format!("{:016x}", u64::from_be_bytes(*start)).into()
}

impl Connection {
    pub(super) fn legacy(&self) -> MutexGuard<'_, Legacy> {
        self.legacy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_legacy(&self) -> bool {
        self.legacy().version.is_some()
    }

    /// Adds the headers of the session.
    pub(super) fn headers(&self, mut headers: HeaderMap) -> HeaderMap {
        let Legacy {
            session, version, ..
        } = self.legacy().clone();
        let known = [(SESSION_ID, session), (PROTOCOL_VERSION, version)];
        for (name, value) in known {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// Ends the session. A server that does not allow that responds with 405.
    pub(super) async fn delete_session(&self) {
        let deletion = Outgoing {
            method: Method::DELETE,
            body: Bytes::new(),
            headers: self.headers(HeaderMap::new()),
            progress: CallProgress::default(),
        };
        let ending = self.send_once(&deletion);
        let _in_time = tokio::time::timeout(CLOSE_TIMEOUT, ending).await.is_ok();
    }
}
