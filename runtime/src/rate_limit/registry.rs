//! The lanes of the process. Clients with the same base URL, token and account share them.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::gate::Gate;
use super::lane::Lane;
use super::queue::Queue;
use super::quota::{Quota, Rate};
use crate::clock::{Clock, SystemClock};

/// The owner of a lane.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner {
    address: String,
    /// A hash, so that the token is stored in as few places as possible.
    token: u64,
    /// `None` for the lane of the token.
    account: Option<String>,
}

/// The lanes of the process. A lane lives as long as a client uses it.
static LANES: Mutex<BTreeMap<Owner, Weak<Queue>>> = Mutex::new(BTreeMap::new());

/// The clock of the lanes.
static CLOCK: OnceLock<Arc<dyn Clock>> = OnceLock::new();

impl Owner {
    pub(crate) fn new(address: &str, token: &str, account: &str) -> Self {
        static HASHER: OnceLock<RandomState> = OnceLock::new();
        Self {
            address: address.to_owned(),
            token: HASHER.get_or_init(RandomState::new).hash_one(token),
            account: Some(account.to_owned()),
        }
    }

    fn of_token(&self) -> Self {
        Self {
            account: None,
            ..self.clone()
        }
    }
}

/// Returns the gate that all clients of `owner` share. If this client sets a quota, it applies to
/// all of them.
pub(crate) fn shared_gate(owner: Owner, asked: Option<Quota>, usual: Quota) -> Gate {
    let clock = CLOCK.get_or_init(|| Arc::new(SystemClock::default()));
    let mut lanes = LANES.lock().unwrap_or_else(PoisonError::into_inner);
    lanes.retain(|_, lane| lane.strong_count() > 0);
    let slow_start = asked.and_then(|limits| limits.slow_start);
    let mut find = |owner: Owner, asked: Option<Option<Rate>>, usual: Option<Rate>| {
        if let Some(queue) = lanes.get(&owner).and_then(Weak::upgrade) {
            if let Some(rate) = asked {
                queue.set_quota(rate, slow_start, clock.elapsed());
            }
            return queue;
        }
        let lane = Lane::with_slow_start(asked.unwrap_or(usual), slow_start);
        let queue = Arc::new(Queue::new(lane));
        lanes.insert(owner, Arc::downgrade(&queue));
        queue
    };
    Gate {
        token: find(
            owner.of_token(),
            asked.map(|limits| limits.token),
            usual.token,
        ),
        account: find(owner, asked.map(|limits| limits.account), usual.account),
        clock: Arc::clone(clock),
        #[cfg(feature = "rate-limit-store")]
        store: None,
    }
}
