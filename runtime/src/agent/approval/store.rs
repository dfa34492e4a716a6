//! The approvals that were used, so that each is used for one call.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::seal::{ApprovalProblem, SealedApproval, milliseconds};

/// The number of used approvals of one client that are remembered until they expire. Beyond it, its approvals
/// are refused: forgetting one would allow it to be used again.
const MAX_OF_CLIENT: usize = 1_024;

/// The number of used approvals of all clients that are remembered.
const MAX: usize = 1 << 20;

/// A store of the approvals that were used, which several processes share.
///
/// In Redis, [`claim`](Self::claim) is `SET` with `NX` and `PXAT` of [`ApprovalClaim::until`], and after a failure a
/// `GET` that tells whether the approval is used; [`finish`](Self::finish) is `SET` with `PXAT` of
/// [`ApprovalClaim::expiry`].
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
/// use std::time::SystemTime;
/// use toolsmith_runtime::agent::{ApprovalClaim, ApprovalStore, ClaimResult, ClaimFuture, FinishFuture};
///
/// /// Shares the approvals among the servers of one process: the end of a claim, or `None` if it is used.
/// #[derive(Default)]
/// struct InMemory(Mutex<BTreeMap<String, Option<SystemTime>>>);
///
/// impl ApprovalStore for InMemory {
///     fn claim<'a>(&'a self, claim: &'a ApprovalClaim) -> ClaimFuture<'a> {
///         Box::pin(async move {
///             let mut claims = self.0.lock().unwrap();
///             match claims.get(claim.id()) {
///                 Some(None) => Ok(ClaimResult::Used),
///                 Some(Some(until)) if *until > claim.now() => Ok(ClaimResult::InProgress),
///                 _ => {
///                     claims.insert(claim.id().to_owned(), Some(claim.until()));
///                     Ok(ClaimResult::Now)
///                 }
///             }
///         })
///     }
///
///     fn finish<'a>(&'a self, claim: &'a ApprovalClaim) -> FinishFuture<'a> {
///         Box::pin(async move {
///             self.0.lock().unwrap().insert(claim.id().to_owned(), None);
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait ApprovalStore: Send + Sync + 'static {
    /// Claims an approval until [`ApprovalClaim::until`], unless it is used or another claim is active.
    ///
    /// Of several simultaneous claims of one approval, exactly one is [`ClaimResult::Now`].
    ///
    /// # Errors
    ///
    /// The store failed; the approval is refused, and nothing is sent.
    fn claim<'a>(&'a self, claim: &'a ApprovalClaim) -> ClaimFuture<'a>;

    /// Marks an approval as used. The store keeps it at least until [`ApprovalClaim::expiry`].
    ///
    /// # Errors
    ///
    /// The store failed. The error is logged; the claim stays active until it ends.
    fn finish<'a>(&'a self, claim: &'a ApprovalClaim) -> FinishFuture<'a>;
}

/// The claim of an approval.
pub type ClaimFuture<'a> = Pin<Box<dyn Future<Output = io::Result<ClaimResult>> + Send + 'a>>;

/// The end of a claim.
pub type FinishFuture<'a> = Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>;

/// The result of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimResult {
    /// The approval was free, and is claimed now.
    Now,
    /// Another claim is active.
    InProgress,
    /// The approval was used.
    Used,
}

/// The claim of one process to an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalClaim {
    nonce: [u8; 16],
    id: String,
    /// The hash of the client's credentials, if approvals are bounded for each client.
    owner: Option<[u8; 32]>,
    now: SystemTime,
    until: SystemTime,
    expiry: SystemTime,
}

impl ApprovalClaim {
    pub(crate) fn new(
        sealed: &SealedApproval,
        owner: Option<[u8; 32]>,
        now: SystemTime,
        until: SystemTime,
    ) -> Self {
        Self {
            nonce: sealed.nonce,
            id: crate::context::hex(&sealed.nonce),
            owner,
            now,
            until,
            expiry: UNIX_EPOCH + Duration::from_millis(sealed.expiry),
        }
    }

    /// Returns the identifier of the approval: 32 random hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the time of the claim, by the clock of the client.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.now
    }

    /// Returns the time at which the claim ends, unless the approval is marked as used before.
    #[must_use]
    pub fn until(&self) -> SystemTime {
        self.until
    }

    /// Returns the time from which the approval is refused anyway.
    #[must_use]
    pub fn expiry(&self) -> SystemTime {
        self.expiry
    }
}

/// The store of a policy or a server.
#[derive(Clone)]
pub(crate) enum Store {
    Own(Arc<Mutex<OwnApprovals>>),
    Shared(Arc<dyn ApprovalStore>),
}

impl Store {
    pub(crate) fn new(shared: Option<Arc<dyn ApprovalStore>>) -> Self {
        match shared {
            Some(shared) => Self::Shared(shared),
            None => Self::Own(Arc::default()),
        }
    }

    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
    }

    /// Returns `true` if this process knows that an approval was claimed or used.
    #[cfg(feature = "mcp-server")]
    pub(crate) fn contains(&self, sealed: &SealedApproval, owner: Option<[u8; 32]>) -> bool {
        match self {
            Self::Own(approvals) => {
                let approvals = approvals.lock().unwrap_or_else(PoisonError::into_inner);
                approvals.get(owner, &sealed.nonce).is_some()
            }
            Self::Shared(_) => false,
        }
    }

    /// Claims an approval.
    ///
    /// # Errors
    ///
    /// It was used or is claimed already, too many are remembered, or the shared store failed.
    pub(crate) async fn claim(&self, claim: &ApprovalClaim) -> Result<(), ApprovalProblem> {
        let claimed = match self {
            Self::Own(approvals) => {
                let mut approvals = approvals.lock().unwrap_or_else(PoisonError::into_inner);
                approvals.claim(claim)?
            }
            Self::Shared(store) => store.claim(claim).await.map_err(|error| failed(&error))?,
        };
        match claimed {
            ClaimResult::Now => Ok(()),
            ClaimResult::InProgress => Err(ApprovalProblem::InProgress),
            ClaimResult::Used => Err(ApprovalProblem::Used),
        }
    }

    /// Marks a claimed approval as used. If the store fails, the claim stays active until it ends.
    pub(crate) async fn finish(&self, claim: &ApprovalClaim) {
        match self {
            Self::Own(approvals) => {
                let mut approvals = approvals.lock().unwrap_or_else(PoisonError::into_inner);
                approvals.finish(claim);
            }
            Self::Shared(store) => {
                if let Err(error) = store.finish(claim).await {
                    failed(&error);
                }
            }
        }
    }
}

fn failed(error: &io::Error) -> ApprovalProblem {
    tracing::error!(target: "toolsmith", %error, "the store of used approvals failed");
    ApprovalProblem::Unavailable
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_shared() { "Shared" } else { "Own" })
    }
}

/// The approvals that one process has used, by the credentials of the client.
#[derive(Debug, Default)]
pub(crate) struct OwnApprovals {
    clients: BTreeMap<Option<[u8; 32]>, BTreeMap<[u8; 16], Used>>,
    count: usize,
}

/// An approval that was claimed or used. Times are in milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
struct Used {
    expiry: u64,
    /// The end of the claim; `None` if the approval is used.
    until: Option<u64>,
}

impl OwnApprovals {
    fn get(&self, owner: Option<[u8; 32]>, nonce: &[u8; 16]) -> Option<Used> {
        self.clients.get(&owner)?.get(nonce).copied()
    }

    fn claim(&mut self, claim: &ApprovalClaim) -> Result<ClaimResult, ApprovalProblem> {
        let now = milliseconds(claim.now);
        let known = self.get(claim.owner, &claim.nonce);
        match known {
            Some(Used { until: None, .. }) => return Ok(ClaimResult::Used),
            Some(Used {
                until: Some(until), ..
            }) if until > now => return Ok(ClaimResult::InProgress),
            _ => {}
        }
        if known.is_none() && self.is_full(claim.owner) {
            self.forget_expired(now);
            if self.is_full(claim.owner) {
                return Err(ApprovalProblem::TooMany);
            }
        }
        self.put(claim, Some(milliseconds(claim.until)));
        Ok(ClaimResult::Now)
    }

    fn finish(&mut self, claim: &ApprovalClaim) {
        self.put(claim, None);
    }

    fn put(&mut self, claim: &ApprovalClaim, until: Option<u64>) {
        let used = Used {
            expiry: milliseconds(claim.expiry),
            until,
        };
        let approvals = self.clients.entry(claim.owner).or_default();
        if approvals.insert(claim.nonce, used).is_none() {
            self.count += 1;
        }
    }

    fn is_full(&self, owner: Option<[u8; 32]>) -> bool {
        let approvals = self.clients.get(&owner).map_or(0, BTreeMap::len);
        (owner.is_some() && approvals >= MAX_OF_CLIENT) || self.count >= MAX
    }

    fn forget_expired(&mut self, now: u64) {
        self.clients.retain(|_, approvals| {
            approvals.retain(|_, used| used.expiry > now);
            !approvals.is_empty()
        });
        self.count = self.clients.values().map(BTreeMap::len).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(index: usize, owner: u8, now: u64, until: u64, expiry: u64) -> ApprovalClaim {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&index.to_be_bytes());
        let time = |milliseconds| UNIX_EPOCH + Duration::from_millis(milliseconds);
        let sealed = SealedApproval { nonce, expiry };
        ApprovalClaim::new(&sealed, Some([owner; 32]), time(now), time(until))
    }

    #[test]
    fn remembers_every_approval_of_a_client_until_it_expires() {
        let mut used = OwnApprovals::default();
        for index in 0..MAX_OF_CLIENT {
            let claim = claim(index, 1, 0, 1_000, 1_000);
            assert_eq!(used.claim(&claim), Ok(ClaimResult::Now));
            used.finish(&claim);
        }
        let again = used.claim(&claim(0, 1, 0, 1_000, 1_000));
        assert_eq!(again, Ok(ClaimResult::Used));
        let refused = used.claim(&claim(MAX_OF_CLIENT, 1, 0, 2_000, 2_000));
        assert_eq!(refused, Err(ApprovalProblem::TooMany));
        used.claim(&claim(MAX_OF_CLIENT, 2, 0, 2_000, 2_000))
            .expect("the bound of one client is not that of another");
        let later = used.claim(&claim(MAX_OF_CLIENT, 1, 1_000, 2_000, 2_000));
        assert_eq!(later, Ok(ClaimResult::Now));
        assert_eq!(used.count, 2, "the expired ones are forgotten");
    }

    #[test]
    fn a_claim_without_an_end_is_free_again_after_its_lease() {
        let mut used = OwnApprovals::default();
        let first = claim(1, 1, 0, 100, 1_000);
        assert_eq!(used.claim(&first), Ok(ClaimResult::Now));
        let early = used.claim(&claim(1, 1, 99, 200, 1_000));
        assert_eq!(early, Ok(ClaimResult::InProgress));
        let late = claim(1, 1, 100, 200, 1_000);
        assert_eq!(used.claim(&late), Ok(ClaimResult::Now));
        used.finish(&late);
        let last = used.claim(&claim(1, 1, 900, 950, 1_000));
        assert_eq!(last, Ok(ClaimResult::Used));
        assert_eq!(used.count, 1);
    }
}
