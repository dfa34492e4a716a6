//! The queue of a lane: calls are sent in the order of their arrival.
//!
//! Every event that may open the lane (an arrival, a response, an alarm) grants passes to the first
//! calls of the queue. So no call depends on another one being polled, and none is overtaken. Every
//! waiting call has its own alarm. When the expected time of the first call changes, all are woken
//! to reset theirs.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;

use super::lane::{Lane, LaneState, Pass};
use super::quota::Rate;
use super::sync::Mutex;
use super::window::LimitUpdate;

/// A lane and the calls that wait for it.
pub(crate) struct Queue {
    state: Mutex<State>,
}

struct State {
    lane: Lane,
    last_ticket: u64,
    waiting: BTreeMap<u64, Waker>,
    /// The calls with a pass that they have not taken yet.
    granted: BTreeMap<u64, Granted>,
    /// The expected time of the first call, as last reported to the waiting calls.
    opens: Duration,
    /// The version. Every change increments it, so that watchers notice.
    version: u64,
    watchers: Vec<Waker>,
}

/// A pass that was granted to a waiting call.
struct Granted {
    pass: Pass,
    waker: Waker,
    /// Until this time, earlier calls take their passes first, so that they reach the next lane
    /// first as well. A call that is not polled does not block the others longer.
    yields_until: Duration,
}

/// The time for which a call lets earlier ones take their passes.
const YIELD_TIME: Duration = Duration::from_millis(1);

/// The position of a waiting call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The time to ask again: the expected time of the call.
    pub(crate) until: Duration,
    /// The number of calls ahead.
    pub(crate) ahead: usize,
}

impl Queue {
    pub(crate) fn new(lane: Lane) -> Self {
        Self {
            state: Mutex::new(State {
                lane,
                last_ticket: 0,
                waiting: BTreeMap::new(),
                granted: BTreeMap::new(),
                opens: Duration::MAX,
                version: 0,
                watchers: Vec::new(),
            }),
        }
    }

    /// Adds a call. Returns its ticket, which it keeps over all its attempts, and a pass if it may
    /// be sent at once.
    pub(crate) fn arrive(&self, now: Duration) -> (u64, Option<Pass>) {
        self.change(now, |state, _| {
            state.last_ticket += 1;
            let is_free = state.waiting.is_empty() && state.granted.is_empty();
            let pass = is_free.then(|| state.lane.take(now).ok()).flatten();
            (state.last_ticket, pass)
        })
    }

    /// Adds a call unless it has a ticket from an earlier attempt. Returns the ticket if the call
    /// has to wait.
    pub(super) fn enter(&self, ticket: &mut Option<u64>, now: Duration) -> Result<Pass, u64> {
        if let Some(ticket) = *ticket {
            return Err(ticket);
        }
        let (number, pass) = self.arrive(now);
        *ticket = Some(number);
        pass.ok_or(number)
    }

    /// Returns the pass of a ticket, or waits for it.
    pub(crate) fn poll(&self, ticket: u64, now: Duration, waker: &Waker) -> Result<Pass, Waiting> {
        self.change(now, |state, wake| {
            match state.granted.get_mut(&ticket) {
                Some(granted) => granted.waker.clone_from(waker),
                // Before passes are granted, so that this call can get one.
                None => drop(state.waiting.insert(ticket, waker.clone())),
            }
            state.let_go(now, wake);
            if state.yields(ticket, now) {
                let (until, ahead) = (now, 0);
                return Err(Waiting { until, ahead });
            }
            if let Some(pass) = state.take_granted(ticket, wake) {
                return Ok(state.lane.go(pass, now));
            }
            let ahead = state.ahead_of(ticket);
            let until = state
                .lane
                .opens(now, u64::try_from(ahead).unwrap_or(u64::MAX));
            Err(Waiting { until, ahead })
        })
    }

    /// Removes a waiting call.
    pub(crate) fn leave(&self, ticket: u64, now: Duration) {
        self.change(now, |state, wake| {
            state.waiting.remove(&ticket);
            if let Some(pass) = state.take_granted(ticket, wake) {
                state.lane.give_back(pass);
            }
        });
    }

    /// Marks a call as not sent yet, because another lane is not open.
    pub(super) fn hold(&self, pass: Pass, now: Duration) -> Pass {
        self.change(now, |state, _| state.lane.hold(pass))
    }

    /// Marks a held call as sent.
    pub(super) fn go(&self, pass: Pass, now: Duration) -> Pass {
        self.change(now, |state, _| state.lane.go(pass, now))
    }

    /// Returns the pass of a call that was not sent.
    pub(crate) fn give_back(&self, pass: Pass, now: Duration) {
        self.change(now, |state, _| state.lane.give_back(pass));
    }

    /// Ends a call, with or without a response.
    pub(crate) fn end(&self, pass: Pass, now: Duration, update: Option<&LimitUpdate>) {
        self.change(now, |state, _| state.lane.end(pass, now, update));
    }

    /// Changes the quota.
    pub(super) fn set_quota(&self, rate: Option<Rate>, now: Duration) {
        self.change(now, |state, _| state.lane.set_quota(rate));
    }

    /// Returns the quota.
    pub(super) fn quota(&self) -> Option<Rate> {
        self.state.lock().lane.quota()
    }

    /// Returns the state of the lane and the number of waiting calls.
    pub(super) fn state(&self, now: Duration) -> (LaneState, usize) {
        let mut state = self.state.lock();
        let waiting = state.waiting.len();
        let ahead = u64::try_from(waiting).unwrap_or(u64::MAX);
        (state.lane.state(now, ahead), waiting)
    }

    /// Returns the version if it differs from `seen`; otherwise `waker` is woken at the next
    /// change.
    pub(super) fn watch(&self, seen: u64, waker: &Waker) -> Option<u64> {
        let mut state = self.state.lock();
        if state.version != seen {
            return Some(state.version);
        }
        if !state.watchers.iter().any(|known| known.will_wake(waker)) {
            state.watchers.push(waker.clone());
        }
        None
    }

    /// Changes the state and grants passes. Wakers run after the lock is released.
    fn change<T>(&self, now: Duration, change: impl FnOnce(&mut State, &mut Vec<Waker>) -> T) -> T {
        let mut wake = Vec::new();
        let changed = {
            let mut state = self.state.lock();
            let changed = change(&mut state, &mut wake);
            state.let_go(now, &mut wake);
            state.version += 1;
            wake.append(&mut state.watchers);
            changed
        };
        wake.into_iter().for_each(Waker::wake);
        changed
    }
}

impl State {
    /// Grants passes to the first calls of the queue.
    fn let_go(&mut self, now: Duration, wake: &mut Vec<Waker>) {
        while let Some((&ticket, _)) = self.waiting.first_key_value() {
            match self.lane.take(now) {
                Ok(pass) => {
                    let Some(waker) = self.waiting.remove(&ticket) else {
                        return self.lane.give_back(pass);
                    };
                    wake.push(waker.clone());
                    let granted = Granted {
                        pass,
                        waker,
                        yields_until: now.saturating_add(YIELD_TIME),
                    };
                    self.granted.insert(ticket, granted);
                }
                Err(opens) => {
                    if opens != self.opens {
                        self.opens = opens;
                        wake.extend(self.waiting.values().cloned());
                    }
                    return;
                }
            }
        }
    }

    /// Returns `true` if a granted call waits for earlier ones to take their passes.
    fn yields(&self, ticket: u64, now: Duration) -> bool {
        let is_first = self
            .granted
            .first_key_value()
            .is_none_or(|(first, _)| *first == ticket);
        let granted = self.granted.get(&ticket);
        !is_first && granted.is_some_and(|granted| now < granted.yields_until)
    }

    /// Takes the pass of a call, if it has one, and wakes the next granted call.
    fn take_granted(&mut self, ticket: u64, wake: &mut Vec<Waker>) -> Option<Pass> {
        let taken = self.granted.remove(&ticket)?;
        let next = self.granted.values().next();
        wake.extend(next.map(|granted| granted.waker.clone()));
        Some(taken.pass)
    }

    fn ahead_of(&self, ticket: u64) -> usize {
        match self.waiting.last_key_value() {
            // A call that has just arrived is the last one, so nothing needs to be counted.
            Some((&last, _)) if last == ticket => self.waiting.len() - 1,
            _ => self.waiting.range(..ticket).count(),
        }
    }
}
