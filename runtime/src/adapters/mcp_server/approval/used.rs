//! The states that were used, so that each holds for one call.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::seal::{SealedState, StateProblem, milliseconds};

/// The number of used states of one client that are remembered until they expire. Beyond it, its approvals
/// are refused: forgetting one would allow it to be used again.
const MAX_OF_CLIENT: usize = 1_024;

/// The number of used states of all clients that are remembered.
const MAX: usize = 1 << 20;

/// A store of the approvals that were used, which several servers share.
///
/// Servers with one [`approval_key`](super::super::Server::approval_key) share it, so that an approval holds
/// for one call of all of them, also after a restart. In Redis, [`insert`](Self::insert) is `SET` with `NX` and
/// `PXAT`.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
/// use std::time::SystemTime;
/// use toolsmith_runtime::adapters::mcp_server::{Inserting, UsedState, UsedStates};
///
/// /// Shares the states among the servers of one process.
/// #[derive(Default)]
/// struct InMemory(Mutex<BTreeMap<String, SystemTime>>);
///
/// impl UsedStates for InMemory {
///     fn insert<'a>(&'a self, state: &'a UsedState) -> Inserting<'a> {
///         Box::pin(async move {
///             let mut states = self.0.lock().unwrap();
///             states.retain(|_, expiry| *expiry > SystemTime::now());
///             Ok(states.insert(state.id().to_owned(), state.expiry()).is_none())
///         })
///     }
/// }
/// ```
pub trait UsedStates: Send + Sync + 'static {
    /// Inserts a state if it is absent, and returns `true` if it was.
    ///
    /// Of several simultaneous insertions of one state, exactly one returns `true`. The store keeps the state
    /// at least until [`UsedState::expiry`].
    ///
    /// # Errors
    ///
    /// The store failed; the approval is refused, and nothing is sent.
    fn insert<'a>(&'a self, state: &'a UsedState) -> Inserting<'a>;
}

/// The insertion of a state.
pub type Inserting<'a> = Pin<Box<dyn Future<Output = io::Result<bool>> + Send + 'a>>;

/// An approval that a client uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedState {
    id: String,
    expiry: SystemTime,
}

impl UsedState {
    /// Returns the identifier of the approval: 32 random hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the time from which the approval is refused anyway.
    #[must_use]
    pub fn expiry(&self) -> SystemTime {
        self.expiry
    }
}

impl From<&SealedState> for UsedState {
    fn from(state: &SealedState) -> Self {
        Self {
            id: format!("{:032x}", u128::from_be_bytes(state.nonce)),
            expiry: UNIX_EPOCH + Duration::from_millis(state.expiry),
        }
    }
}

/// The store of a server.
pub(super) enum Used {
    Own(Mutex<OwnStates>),
    Shared(Arc<dyn UsedStates>),
}

impl Used {
    pub(super) fn new(shared: Option<Arc<dyn UsedStates>>) -> Self {
        match shared {
            Some(shared) => Self::Shared(shared),
            None => Self::Own(Mutex::default()),
        }
    }

    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
    }

    /// Returns `true` if this server knows that a state was used.
    pub(super) fn contains(&self, state: &SealedState, owner: &[u8; 32]) -> bool {
        match self {
            Self::Own(states) => {
                let states = states.lock().unwrap_or_else(PoisonError::into_inner);
                states.contains(state, owner)
            }
            Self::Shared(_) => false,
        }
    }

    /// Uses a state of a client with these credentials.
    ///
    /// # Errors
    ///
    /// The state was used already, too many are remembered, or the shared store failed.
    pub(super) async fn insert(
        &self,
        state: &SealedState,
        owner: &[u8; 32],
        now: SystemTime,
    ) -> Result<(), StateProblem> {
        match self {
            Self::Own(states) => {
                let mut states = states.lock().unwrap_or_else(PoisonError::into_inner);
                states.insert(state, owner, now)
            }
            Self::Shared(states) => match states.insert(&state.into()).await {
                Ok(true) => Ok(()),
                Ok(false) => Err(StateProblem::Used),
                Err(error) => {
                    tracing::error!(target: "toolsmith", %error, "the store of used approvals failed");
                    Err(StateProblem::Unavailable)
                }
            },
        }
    }
}

impl fmt::Debug for Used {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_shared() { "Shared" } else { "Own" })
    }
}

/// The states that one server has used, by the credentials of the client, with the time at which each expires.
#[derive(Debug, Default)]
pub(super) struct OwnStates {
    clients: BTreeMap<[u8; 32], BTreeMap<[u8; 16], u64>>,
    count: usize,
}

impl OwnStates {
    fn contains(&self, state: &SealedState, owner: &[u8; 32]) -> bool {
        let states = self.clients.get(owner);
        states.is_some_and(|states| states.contains_key(&state.nonce))
    }

    fn insert(
        &mut self,
        state: &SealedState,
        owner: &[u8; 32],
        now: SystemTime,
    ) -> Result<(), StateProblem> {
        if self.contains(state, owner) {
            return Err(StateProblem::Used);
        }
        if self.is_full(owner) {
            self.forget_expired(milliseconds(now));
        }
        if self.is_full(owner) {
            return Err(StateProblem::TooMany);
        }
        let states = self.clients.entry(*owner).or_default();
        states.insert(state.nonce, state.expiry);
        self.count += 1;
        Ok(())
    }

    fn is_full(&self, owner: &[u8; 32]) -> bool {
        let states = self.clients.get(owner).map_or(0, BTreeMap::len);
        states >= MAX_OF_CLIENT || self.count >= MAX
    }

    fn forget_expired(&mut self, now: u64) {
        self.clients.retain(|_, states| {
            states.retain(|_, expiry| *expiry > now);
            !states.is_empty()
        });
        self.count = self.clients.values().map(BTreeMap::len).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(index: usize, expiry: u64) -> SealedState {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&index.to_be_bytes());
        SealedState { nonce, expiry }
    }

    #[test]
    fn remembers_every_state_of_a_client_until_it_expires() {
        let (ann, bob) = ([1; 32], [2; 32]);
        let mut used = OwnStates::default();
        for index in 0..MAX_OF_CLIENT {
            used.insert(&state(index, 1_000), &ann, UNIX_EPOCH).unwrap();
        }
        let again = used.insert(&state(0, 1_000), &ann, UNIX_EPOCH);
        assert_eq!(again, Err(StateProblem::Used));
        let more = state(MAX_OF_CLIENT, 2_000);
        let refused = used.insert(&more, &ann, UNIX_EPOCH);
        assert_eq!(refused, Err(StateProblem::TooMany));
        used.insert(&more, &bob, UNIX_EPOCH)
            .expect("the bound of one client is not that of another");
        let later = UNIX_EPOCH + Duration::from_secs(1);
        used.insert(&more, &ann, later).unwrap();
        assert_eq!(used.count, 2, "the expired ones are forgotten");
    }
}
