//! The clients that the server keeps state for: bounded in number and in age.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rmcp::transport::streamable_http_server::SessionId;
use tokio::time::Instant;

use super::super::caller::Owner;
use crate::agent::ClientMemory;

/// The bounds of the clients that the server keeps state for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) clients: usize,
    /// The number of clients of one principal, or else of the same accounts.
    pub(super) of_one_owner: usize,
    pub(super) idle: Duration,
    pub(super) age: Duration,
}

/// The number of names that the clients of one principal may have.
const MAX_NAMES: usize = 64;

impl Default for Limits {
    fn default() -> Self {
        Self {
            clients: 1_000,
            of_one_owner: usize::MAX,
            idle: Duration::from_secs(30 * 60),
            age: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// A client that the server keeps state for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A session, up to 2025-11-25.
    Session(SessionId),
    /// A client of 2026-07-28: the hash of its credentials, or of these and its name.
    Client([u8; 32]),
}

/// The clients that the server keeps state for.
#[derive(Debug)]
pub(super) struct Slots {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    slots: BTreeMap<Key, Slot>,
    /// The owners of the sessions that are being opened.
    reserved: Vec<Owner>,
}

#[derive(Debug)]
struct Slot {
    start: Instant,
    last_use: Instant,
    /// The number of requests and streams that are open.
    open: usize,
    /// The credentials that the slot was filled with.
    owner: Owner,
    /// The state of a client; that of a session is in its handler.
    memory: Option<ClientMemory>,
}

/// The server is at its client limit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full {
    /// The time until the next client is forgotten.
    pub(super) retry_after: Duration,
    /// `true` if only the clients of the same principal are at their limit.
    pub(super) is_of_owner: bool,
}

impl State {
    /// Returns the number of clients of this principal that have a name.
    fn names_of(&self, owner: &Owner) -> usize {
        let named = self.slots.iter().filter(|(key, slot)| {
            slot.owner.place == owner.place
                && matches!(key, Key::Client(name) if *name != slot.owner.client)
        });
        named.count()
    }

    /// Ends a reservation.
    fn give_back(&mut self, owner: &Owner) {
        if let Some(index) = self.reserved.iter().position(|found| found == owner) {
            self.reserved.swap_remove(index);
        }
    }

    /// Returns the number of places that clients of this principal have.
    fn places_of(&self, owner: &Owner) -> usize {
        let slots = self.slots.values().map(|slot| &slot.owner);
        slots
            .chain(&self.reserved)
            .filter(|found| found.place == owner.place)
            .count()
    }
}

impl Slots {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: Mutex::default(),
        }
    }

    /// Reserves the place of a session that a client with these credentials is opening.
    ///
    /// # Errors
    ///
    /// There is no place.
    pub(super) fn reserve(self: &Arc<Self>, owner: Owner) -> Result<Reservation, Full> {
        let mut state = self.state();
        self.has_place(&state, &owner)?;
        state.reserved.push(owner);
        Ok(Reservation {
            slots: Some(Arc::clone(self)),
            owner,
        })
    }

    /// Returns the state of a client, which is made if the client is new.
    ///
    /// `name` is the hash by which clients with the same credentials differ. Beyond 64 names of a principal, such a
    /// client is the one without a name.
    ///
    /// # Errors
    ///
    /// The client is new, and there is no place.
    pub(super) fn client(
        self: &Arc<Self>,
        owner: Owner,
        name: Option<[u8; 32]>,
        memory: impl FnOnce() -> ClientMemory,
    ) -> Result<(ClientMemory, Lease), Full> {
        let mut key = Key::Client(name.unwrap_or(owner.client));
        let mut state = self.state();
        if let Some(known) = self.known(&mut state, &key) {
            return Ok(known);
        }
        state.slots.retain(|key, slot| {
            matches!(key, Key::Session(_)) || self.remaining(slot) > Duration::ZERO
        });
        if name.is_some() && state.names_of(&owner) >= MAX_NAMES {
            key = Key::Client(owner.client);
            if let Some(known) = self.known(&mut state, &key) {
                return Ok(known);
            }
        }
        self.has_place(&state, &owner)?;
        let memory = memory();
        let slot = Slot {
            memory: Some(memory.clone()),
            ..Slot::new(1, owner)
        };
        state.slots.insert(key.clone(), slot);
        Ok((memory, self.lease_of(key)))
    }

    /// Keeps a client while a request or a stream of it is open. Returns `None` if the client is unknown
    /// or expired.
    pub(super) fn lease(self: &Arc<Self>, key: &Key) -> Option<Lease> {
        self.lease_in(&mut self.state(), key)
    }

    /// Returns `true` if a session exists and belongs to a client with other credentials.
    pub(super) fn is_foreign(&self, id: &SessionId, owner: &Owner) -> bool {
        let state = self.state();
        let slot = state.slots.get(&Key::Session(Arc::clone(id)));
        slot.is_some_and(|slot| slot.owner != *owner)
    }

    pub(super) fn remove(&self, key: &Key) {
        self.state().slots.remove(key);
    }

    /// Forgets the clients that are expired, and returns their sessions.
    pub(super) fn take_expired(&self) -> Vec<SessionId> {
        let mut sessions = Vec::new();
        self.state().slots.retain(|key, slot| {
            let is_alive = self.remaining(slot) > Duration::ZERO;
            if let (Key::Session(id), false) = (key, is_alive) {
                sessions.push(Arc::clone(id));
            }
            is_alive
        });
        sessions
    }

    fn known(self: &Arc<Self>, state: &mut State, key: &Key) -> Option<(ClientMemory, Lease)> {
        let memory = state.slots.get(key)?.memory.clone()?;
        Some((memory, self.lease_in(state, key)?))
    }

    fn lease_in(self: &Arc<Self>, state: &mut State, key: &Key) -> Option<Lease> {
        let slot = state.slots.get_mut(key)?;
        if self.remaining(slot).is_zero() {
            return None;
        }
        slot.open += 1;
        slot.last_use = Instant::now();
        Some(self.lease_of(key.clone()))
    }

    fn lease_of(self: &Arc<Self>, key: Key) -> Lease {
        Lease {
            slots: Arc::clone(self),
            key,
        }
    }

    /// Returns the time until a client expires.
    fn remaining(&self, slot: &Slot) -> Duration {
        let age = self.limits.age.saturating_sub(slot.start.elapsed());
        if slot.open > 0 {
            return age;
        }
        age.min(self.limits.idle.saturating_sub(slot.last_use.elapsed()))
    }

    fn has_place(&self, state: &State, owner: &Owner) -> Result<(), Full> {
        let Limits {
            clients,
            of_one_owner,
            ..
        } = self.limits;
        let is_of_owner = if state.slots.len() + state.reserved.len() >= clients {
            false
        } else if owner.is_known && state.places_of(owner) >= of_one_owner {
            true
        } else {
            return Ok(());
        };
        let slots = state.slots.values();
        let slots = slots.filter(|slot| !is_of_owner || slot.owner.place == owner.place);
        let times = slots.map(|slot| self.remaining(slot));
        Err(Full {
            retry_after: times.min().unwrap_or(self.limits.idle),
            is_of_owner,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    fn new(open: usize, owner: Owner) -> Self {
        Self {
            start: Instant::now(),
            last_use: Instant::now(),
            open,
            owner,
            memory: None,
        }
    }
}

/// The place of a session that is being opened. Dropping it gives the place back.
#[derive(Debug)]
pub(super) struct Reservation {
    /// `None` once the place was given away.
    slots: Option<Arc<Slots>>,
    owner: Owner,
}

impl Reservation {
    /// Gives the place to a session.
    pub(super) fn fill(mut self, id: &SessionId) {
        if let Some(slots) = self.slots.take() {
            let mut state = slots.state();
            state.give_back(&self.owner);
            let key = Key::Session(Arc::clone(id));
            state.slots.insert(key, Slot::new(0, self.owner));
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(slots) = &self.slots {
            slots.state().give_back(&self.owner);
        }
    }
}

/// Keeps a client while a request or a stream of it is open.
#[derive(Debug)]
pub(super) struct Lease {
    slots: Arc<Slots>,
    key: Key,
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(slot) = self.slots.state().slots.get_mut(&self.key) {
            slot.open = slot.open.saturating_sub(1);
            slot.last_use = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        clients: 2,
        of_one_owner: 2,
        idle: Duration::from_secs(10),
        age: Duration::from_secs(60),
    };

    fn open(slots: &Arc<Slots>, id: &str) -> Result<Key, Full> {
        let id: SessionId = id.into();
        slots.reserve(Owner::default())?.fill(&id);
        Ok(Key::Session(id))
    }

    #[tokio::test(start_paused = true)]
    async fn clients_are_bounded_in_number_and_age() {
        let slots = Arc::new(Slots::new(LIMITS));
        let reserved = slots.reserve(Owner::default()).unwrap();
        let one = open(&slots, "1").unwrap();
        let full = open(&slots, "2").unwrap_err();
        assert_eq!(full.retry_after, LIMITS.idle);
        drop(reserved);
        let two = open(&slots, "2").unwrap();
        let lease = slots.lease(&one).unwrap();
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!(open(&slots, "3").unwrap_err().retry_after.as_secs(), 1);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(slots.lease(&two).is_none(), "idle");
        assert_eq!(slots.take_expired(), ["2".into()]);
        assert!(slots.lease(&one).is_some(), "a request is open");
        drop(lease);
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(
            slots.lease(&one).is_some(),
            "the idle time starts at the end of the request"
        );
        let lease = slots.lease(&one).unwrap();
        tokio::time::advance(LIMITS.age).await;
        assert!(slots.lease(&one).is_none(), "too old");
        assert_eq!(slots.take_expired(), ["1".into()]);
        drop(lease);
    }
}
