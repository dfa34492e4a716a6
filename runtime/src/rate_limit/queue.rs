//! The queue before a lane: calls go in the order in which they came.
//!
//! Whoever finds that calls may go (one that comes, one that is answered, one whose alarm rings)
//! lets the first of the queue go, whoever that is. So no call depends on another's being polled,
//! and none is overtaken. Every waiting call has an alarm of its own; where the time of the first
//! changes, all are woken to set theirs anew.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;

use super::lane::{Lane, LaneState, Pass};
use super::quota::Rate;
use super::sync::Mutex;
use super::window::Heard;

/// A lane and those who wait before it.
pub(crate) struct Queue {
    state: Mutex<State>,
}

struct State {
    lane: Lane,
    last_ticket: u64,
    waiting: BTreeMap<u64, Waker>,
    /// Calls that have a pass and have not taken it yet.
    granted: BTreeMap<u64, Granted>,
    /// When the first of the queue may go, as those who wait were last told.
    opens: Duration,
    /// Grows with every change, so that watchers see whether they missed one.
    version: u64,
    watchers: Vec<Waker>,
}

/// A pass that waits for its call.
struct Granted {
    pass: Pass,
    waker: Waker,
    /// Until then those before it come first, so that they do to the next lane as well; a call that
    /// nobody polls holds the others up no longer.
    yields_until: Duration,
}

/// How long a call that may go lets those before it take their passes.
const COURTESY: Duration = Duration::from_millis(1);

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// When to ask again: when the call may probably go, as far as can be known.
    pub(crate) until: Duration,
    /// How many are before it.
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

    /// A ticket for a call, which keeps its place over all its tries, and a pass if it may go at
    /// once.
    pub(crate) fn arrive(&self, now: Duration) -> (u64, Option<Pass>) {
        self.change(now, |state, _| {
            state.last_ticket += 1;
            let is_free = state.waiting.is_empty() && state.granted.is_empty();
            let pass = is_free.then(|| state.lane.take(now).ok()).flatten();
            (state.last_ticket, pass)
        })
    }

    /// The same for a call that may have its ticket already, from a try before; the ticket alone if
    /// it has to wait.
    pub(super) fn enter(&self, ticket: &mut Option<u64>, now: Duration) -> Result<Pass, u64> {
        if let Some(ticket) = *ticket {
            return Err(ticket);
        }
        let (number, pass) = self.arrive(now);
        *ticket = Some(number);
        pass.ok_or(number)
    }

    /// Whether the call of a ticket may go; else it waits from now on, or still.
    pub(crate) fn poll(&self, ticket: u64, now: Duration, waker: &Waker) -> Result<Pass, Waiting> {
        self.change(now, |state, wake| {
            match state.granted.get_mut(&ticket) {
                Some(granted) => granted.waker.clone_from(waker),
                // Before the others are let go, so that it is among them.
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

    /// The call of a ticket no longer waits.
    pub(crate) fn leave(&self, ticket: u64, now: Duration) {
        self.change(now, |state, wake| {
            state.waiting.remove(&ticket);
            if let Some(pass) = state.take_granted(ticket, wake) {
                state.lane.give_back(pass);
            }
        });
    }

    /// The call of a pass cannot go yet, for a reason of another lane.
    pub(super) fn hold(&self, pass: Pass, now: Duration) -> Pass {
        self.change(now, |state, _| state.lane.hold(pass))
    }

    /// Such a call goes.
    pub(super) fn go(&self, pass: Pass, now: Duration) -> Pass {
        self.change(now, |state, _| state.lane.go(pass, now))
    }

    /// The call of a pass was not sent.
    pub(crate) fn give_back(&self, pass: Pass, now: Duration) {
        self.change(now, |state, _| state.lane.give_back(pass));
    }

    /// The call of a pass was answered, or ended without an answer.
    pub(crate) fn end(&self, pass: Pass, now: Duration, heard: Option<&Heard>) {
        self.change(now, |state, _| state.lane.end(pass, now, heard));
    }

    /// Keeps another limit from now on.
    pub(super) fn keep(&self, rate: Option<Rate>, now: Duration) {
        self.change(now, |state, _| state.lane.keep(rate));
    }

    /// The limit that is kept from this side.
    pub(super) fn kept(&self) -> Option<Rate> {
        self.state.lock().lane.kept()
    }

    /// What is known of the lane, and how many wait before it.
    pub(super) fn state(&self, now: Duration) -> (LaneState, usize) {
        let mut state = self.state.lock();
        let waiting = state.waiting.len();
        let ahead = u64::try_from(waiting).unwrap_or(u64::MAX);
        (state.lane.state(now, ahead), waiting)
    }

    /// Which change was the last one; `waker` is woken at the next.
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

    /// Changes the state and lets go who may go then. Wakers run when the lock is free again.
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
    /// Lets the first of the queue go, as many as may.
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
                        yields_until: now.saturating_add(COURTESY),
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

    /// Whether a call that may go lets those before it go first.
    fn yields(&self, ticket: u64, now: Duration) -> bool {
        let is_first = self
            .granted
            .first_key_value()
            .is_none_or(|(first, _)| *first == ticket);
        let granted = self.granted.get(&ticket);
        !is_first && granted.is_some_and(|granted| now < granted.yields_until)
    }

    /// The pass of a call, if it has one; the next call that has one is told.
    fn take_granted(&mut self, ticket: u64, wake: &mut Vec<Waker>) -> Option<Pass> {
        let taken = self.granted.remove(&ticket)?;
        let next = self.granted.values().next();
        wake.extend(next.map(|granted| granted.waker.clone()));
        Some(taken.pass)
    }

    fn ahead_of(&self, ticket: u64) -> usize {
        match self.waiting.last_key_value() {
            // Who has just come is the last one, which need not be counted.
            Some((&last, _)) if last == ticket => self.waiting.len() - 1,
            _ => self.waiting.range(..ticket).count(),
        }
    }
}
