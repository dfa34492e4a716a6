//! The settings of approvals: key, store and times.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::request::{ApprovalRequest, RequestedTool};
use super::seal::{ApprovalProblem, Seal, SealedApproval};
use super::store::{ApprovalClaim, ApprovalStore, Store};
use crate::codec::Json;
use crate::context::{CallContext, IdempotencyKey};
use crate::tools::{Effect, ToolSpec};

/// The default of the time that a person has to decide.
const EXPIRY: Duration = Duration::from_secs(24 * 60 * 60);

/// The default of the time for which a process holds the approval of a call that it makes.
const LEASE: Duration = Duration::from_secs(300);

/// The settings of a policy's approvals.
///
/// A request is sealed with an HMAC-SHA256 over its identifier, its expiry, the tool, the arguments, the account
/// and the context. Only the holder of the key can make or change a request, so a database that stores
/// requests need not be trusted. By default the key is random, and requests are valid in this process.
///
/// An approval is used once. The process that carries a call out claims its request in a store, and marks it
/// as used when there is a reply. If the process dies in between, another may claim it after the
/// [`lease`](Self::lease); it sends the same idempotency key, so that a server that has seen the call does
/// not repeat it. By default the store is in this process. For requests that are valid in several processes, set
/// [`key`](Self::key) and [`store`](Self::store).
///
/// ```
/// use std::time::Duration;
/// use toolsmith_runtime::ToolFilter;
/// use toolsmith_runtime::agent::{ApprovalRequest, ApprovalStore, Approvals, Policy};
///
/// fn policy(key: [u8; 32], store: impl ApprovalStore) -> Policy {
///     let approvals = Approvals::new().key(key).store(store).expire_after(Duration::from_secs(3600));
///     Policy::new().approvals(approvals).approve_later(ToolFilter::mutating(), |request: ApprovalRequest| async move {
///         let _stored_in_the_database = serde_json::to_string(&request)?;
///         Ok(())
///     })
/// }
/// ```
#[derive(Clone)]
pub struct Approvals {
    key: Option<[u8; 32]>,
    store: Store,
    expiry: Duration,
    lease: Duration,
    /// Made when it is first needed.
    seal: Arc<OnceLock<Option<Seal>>>,
}

/// A call that a person has to approve.
pub(in crate::agent) struct Subject<'a> {
    pub(in crate::agent) tool: &'static ToolSpec,
    pub(in crate::agent) arguments: &'a Json,
    pub(in crate::agent) catalog: &'a str,
    pub(in crate::agent) account: Option<String>,
    pub(in crate::agent) context: CallContext,
}

impl Approvals {
    /// Creates settings for requests that are valid in this process for 24 hours.
    #[must_use]
    pub fn new() -> Self {
        Self {
            key: None,
            store: Store::new(None),
            expiry: EXPIRY,
            lease: LEASE,
            seal: Arc::default(),
        }
    }

    /// Sets the key that seals requests. It must be random and secret: anyone who knows it can approve every call.
    #[must_use]
    pub fn key(mut self, key: [u8; 32]) -> Self {
        self.key = Some(key);
        self.seal = Arc::default();
        self
    }

    /// Sets a store of used requests that several processes share. Without one, a process refuses requests sealed by
    /// other processes, including itself before a restart.
    #[must_use]
    pub fn store(mut self, store: impl ApprovalStore) -> Self {
        self.store = Store::new(Some(Arc::new(store)));
        self.seal = Arc::default();
        self
    }

    /// Sets the time that a person has to decide; by default, 24 hours. With `Duration::MAX`, a request is
    /// valid until the year 10000.
    #[must_use]
    pub fn expire_after(mut self, time: Duration) -> Self {
        self.expiry = time;
        self
    }

    /// Sets how long an approval is reserved for the process that makes its call; by default, 5 minutes. It should
    /// be longer than the timeout of a call: after it, another process may make the call again.
    #[must_use]
    pub fn lease(mut self, time: Duration) -> Self {
        self.lease = time;
        self
    }

    /// Returns the request for a call. A call that changes data gets an idempotency key if it has none.
    pub(in crate::agent) fn request(
        &self,
        subject: Subject<'_>,
        now: SystemTime,
    ) -> ApprovalRequest {
        let tool = subject.tool;
        let seal = self.seal();
        let nonce = seal.and_then(|_| Seal::nonce()).unwrap_or_default();
        let mut request = ApprovalRequest {
            id: crate::context::hex(&nonce),
            tool: RequestedTool::from(tool),
            arguments: subject.arguments.clone(),
            catalog: subject.catalog.to_owned(),
            account: subject.account,
            context: subject.context,
            expires_at: whole_milliseconds(later(now, self.expiry)),
            seal: String::new(),
        };
        // An identifier that is not random would give several calls one key.
        if seal.is_some()
            && tool.effect != Effect::Reads
            && request.context.idempotency_key.is_none()
        {
            let key = IdempotencyKey::derive("approval", &request.id, tool.name, subject.arguments);
            request.context.idempotency_key = Some(key);
        }
        if let Some(seal) = seal {
            request.seal = seal.seal(&nonce, &request.binding(), request.expires_at);
        }
        request
    }

    /// Checks that a request is sealed, unchanged and not expired.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is not sealed, was changed or has expired.
    pub(in crate::agent) fn verify(
        &self,
        request: &ApprovalRequest,
        now: SystemTime,
    ) -> Result<SealedApproval, ApprovalProblem> {
        let seal = self.seal().ok_or(ApprovalProblem::Forged)?;
        let sealed = seal.open(&request.seal, &request.binding(), now)?;
        let is_same = crate::context::hex(&sealed.nonce) == request.id
            && sealed.expiry == super::seal::milliseconds(request.expires_at);
        if is_same {
            Ok(sealed)
        } else {
            Err(ApprovalProblem::Forged)
        }
    }

    /// Claims a request, so that no other process carries it out.
    ///
    /// # Errors
    ///
    /// Returns an error if the request has expired, was used or is claimed by another process, or if the store failed.
    pub(in crate::agent) async fn claim(
        &self,
        sealed: &SealedApproval,
        now: SystemTime,
    ) -> Result<ApprovalClaim, ApprovalProblem> {
        sealed.check_expiry(now)?;
        let until = later(now, self.lease);
        let claim = ApprovalClaim::new(sealed, None, now, until);
        self.store.claim(&claim).await?;
        Ok(claim)
    }

    /// Marks a claimed request as used.
    pub(in crate::agent) async fn finish(&self, claim: &ApprovalClaim) {
        self.store.finish(claim).await;
    }

    fn seal(&self) -> Option<&Seal> {
        let make = || Seal::new(self.key, self.store.is_shared());
        self.seal.get_or_init(make).as_ref()
    }
}

/// The end of the year 9999, in seconds since 1970. Every system and every store has this time.
const FAR: Duration = Duration::from_secs(253_402_300_799);

/// Returns the time after a duration of any length. A time after the year 9999 is its end.
pub(crate) fn later(now: SystemTime, time: Duration) -> SystemTime {
    let far = UNIX_EPOCH.checked_add(FAR).unwrap_or(now).max(now);
    now.checked_add(time).map_or(far, |later| later.min(far))
}

/// Returns a time without the part that a stored request does not keep.
fn whole_milliseconds(time: SystemTime) -> SystemTime {
    let milliseconds = Duration::from_millis(super::seal::milliseconds(time));
    UNIX_EPOCH.checked_add(milliseconds).unwrap_or(time)
}

impl Default for Approvals {
    fn default() -> Self {
        Self::new()
    }
}

/// Leaves the key out.
impl fmt::Debug for Approvals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Approvals")
            .field("key", &self.key.map(|_| "[hidden]"))
            .field("store", &self.store)
            .field("expire_after", &self.expiry)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_any_length_ends_after_now() {
        let now = UNIX_EPOCH + Duration::from_secs(1_796_000_000);
        let far = UNIX_EPOCH + FAR;
        for (time, expected) in [
            (Duration::ZERO, now),
            (Duration::from_secs(60), now + Duration::from_secs(60)),
            (Duration::from_secs(u64::from(u32::MAX) * 1_000), far),
            (Duration::from_secs(u64::MAX / 4), far),
            (Duration::from_millis(u64::MAX), far),
            (Duration::MAX, far),
        ] {
            assert_eq!(later(now, time), expected, "{time:?}");
        }
        assert_eq!(whole_milliseconds(far), far);
    }

    #[tokio::test]
    async fn a_lease_and_an_expiry_without_end_hold() {
        let approvals = Approvals::new()
            .lease(Duration::MAX)
            .expire_after(Duration::MAX);
        let now = SystemTime::now();
        let sealed = SealedApproval {
            nonce: [1; 16],
            expiry: super::super::seal::milliseconds(later(now, Duration::MAX)),
        };
        let hour = Duration::from_secs(3_600);
        let claim = approvals.claim(&sealed, now).await.unwrap();
        for later in [now, now + hour, now + 100_000 * hour] {
            let second = approvals.claim(&sealed, later).await;
            assert_eq!(second, Err(ApprovalProblem::InProgress));
        }
        approvals.finish(&claim).await;
        let third = approvals.claim(&sealed, now + hour).await;
        assert_eq!(third, Err(ApprovalProblem::Used));
    }
}
