//! The queue of a lane: calls are sent in the order of their arrival.
//!
//! Every event that may open the lane (an arrival, a response, an alarm) grants passes to the first
//! calls of the queue. So no call depends on another one being polled, and none is overtaken. Every
//! waiting call has its own alarm, shortly after the lane opens: the later in the queue, the later.
//! A call that does not take its pass is not polled, so the pass goes to the next one.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;

use super::attribution::Scope;
use super::lane::{Lane, LaneState, Pass, Reason};
use super::quota::Rate;
use super::refusal::RefusalKind;
use super::response_limits::LimitUpdate;
use super::sync::Mutex;

/// A lane and the calls that wait for it.
pub(crate) struct Queue {
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    pub(super) lane: Lane,
    last_ticket: u64,
    /// The number of calls that stepped back.
    steps: u64,
    pub(super) waiting: BTreeMap<u64, Waker>,
    /// The calls with a pass that they have not taken yet.
    granted: BTreeMap<u64, Granted>,
    /// The time at which the lane opens for the first call.
    opens: Duration,
    /// The same, as last reported to the waiting calls.
    announced: Duration,
    /// The time at which a pass was last granted or taken.
    progress: Duration,
    /// The owner of the limit, if this is the lane of a token.
    pub(super) scope: Scope,
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

/// The difference between two tickets, so that a call can step behind another one.
const TICKET_STEP: u64 = 1 << 24;

/// The time after which a pass that no call takes is granted to the next one.
const TAKE_TIME: Duration = Duration::from_millis(10);

/// The change of the opening time at which all waiting calls are woken, because some of them may no
/// longer have the time.
const LATER: Duration = Duration::from_millis(500);

/// The position of a waiting call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The expected time of the call.
    pub(crate) until: Duration,
    /// The time to ask again.
    pub(crate) alarm: Duration,
    /// The number of calls ahead.
    pub(crate) ahead: usize,
    /// The reason if the lane should be open at this time.
    pub(crate) reason: Reason,
}

/// The effect of a response on a lane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// The meaning of a refusal.
    pub(super) refusal: Option<RefusalKind>,
    /// The number of calls that the server has not refused.
    pub(super) accepted: u64,
    /// `true` if other calls wait.
    pub(super) has_waiting: bool,
    /// `true` if a refusal says that the window which other responses reported is used up.
    pub(super) is_spent: bool,
}

impl Queue {
    pub(crate) fn new(lane: Lane) -> Self {
        Self {
            state: Mutex::new(State {
                lane,
                last_ticket: 0,
                steps: 0,
                waiting: BTreeMap::new(),
                granted: BTreeMap::new(),
                opens: Duration::ZERO,
                announced: Duration::MAX,
                progress: Duration::ZERO,
                scope: Scope::default(),
                version: 0,
                watchers: Vec::new(),
            }),
        }
    }

    /// Adds a call. Returns its ticket, which it keeps over all its attempts, and a pass if it may
    /// be sent at once.
    pub(crate) fn arrive(&self, now: Duration) -> (u64, Option<Pass>) {
        self.change(now, |state, _| {
            state.last_ticket += TICKET_STEP;
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

    /// Returns the position of a call whose time is over.
    pub(super) fn expired(&self, ticket: u64, now: Duration) -> Waiting {
        self.state.lock().waiting(ticket, now)
    }

    /// Returns the pass of a ticket, or waits for it.
    pub(crate) fn poll(&self, ticket: u64, now: Duration, waker: &Waker) -> Result<Pass, Waiting> {
        self.change(now, |state, wake| {
            match state.granted.get_mut(&ticket) {
                Some(granted) => {
                    granted.waker.clone_from(waker);
                    // It is about to take its pass.
                    state.progress = now;
                }
                // Before passes are granted, so that this call can get one.
                None => drop(state.waiting.insert(ticket, waker.clone())),
            }
            state.let_go(now, wake);
            if state.yields(ticket, now) {
                return Err(Waiting {
                    until: now,
                    alarm: now,
                    ahead: 0,
                    reason: Reason::Time,
                });
            }
            if let Some(pass) = state.take_granted(ticket, wake) {
                state.progress = now;
                match state.lane.go(pass, now) {
                    Ok(pass) => return Ok(pass),
                    Err(opens) => {
                        state.opens = opens;
                        state.waiting.insert(ticket, waker.clone());
                    }
                }
            }
            Err(state.waiting(ticket, now))
        })
    }

    /// Returns the ticket of a call that lets the next waiting one go first, because it was refused
    /// itself and the other may not be.
    pub(super) fn step_back(&self, ticket: u64) -> u64 {
        let mut state = self.state.lock();
        let next = state.waiting.range(ticket.saturating_add(1)..).next();
        let Some((&next, _)) = next else {
            return ticket;
        };
        // Each step gives another ticket, because a call that is being sent has one as well.
        state.steps = state.steps % (TICKET_STEP - 1) + 1;
        next - next % TICKET_STEP + state.steps
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

    /// Returns the pass of a call that was not sent.
    pub(crate) fn give_back(&self, pass: Pass, now: Duration) {
        self.change(now, |state, _| state.lane.give_back(pass));
    }

    /// Ends a call, with or without a response.
    pub(crate) fn end(&self, pass: Pass, now: Duration, update: Option<&LimitUpdate>) -> Ended {
        self.change(now, |state, _| state.end(pass, now, update))
    }

    /// Returns the number of calls that the current window of the server may have counted, and the quota.
    pub(super) fn known(&self) -> (u64, Option<Rate>) {
        let state = self.state.lock();
        (state.lane.sent_in_window(), state.lane.quota())
    }

    /// Forgets everything that was learned from the server.
    pub(super) fn forget(&self, now: Duration) {
        self.change(now, |state, _| {
            state.lane.forget();
            state.scope = Scope::default();
        });
    }

    /// Changes the quota, and the number of calls before the first response if one is given.
    pub(super) fn set_quota(&self, rate: Option<Rate>, slow_start: Option<u64>, now: Duration) {
        self.change(now, |state, _| {
            state.lane.set_quota(rate);
            if let Some(calls) = slow_start {
                state.lane.set_slow_start(calls);
            }
        });
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
    pub(super) fn change<T>(
        &self,
        now: Duration,
        change: impl FnOnce(&mut State, &mut Vec<Waker>) -> T,
    ) -> T {
        let mut wake = Vec::new();
        let changed = {
            let mut state = self.state.lock();
            let changed = change(&mut state, &mut wake);
            state.version += 1;
            if !state.is_private() {
                state.report(now, &mut wake);
            }
            changed
        };
        if !wake.is_empty() {
            wake.into_iter().for_each(Waker::wake);
        }
        changed
    }
}

impl State {
    /// Ends a call, with or without a response.
    pub(super) fn end(&mut self, pass: Pass, now: Duration, update: Option<&LimitUpdate>) -> Ended {
        // Before the lane learns from the refusal.
        let is_spent = update.is_some_and(|update| self.lane.is_spent(update));
        Ended {
            refusal: self.lane.end(pass, now, update),
            accepted: self.lane.accepted(),
            has_waiting: !self.waiting.is_empty(),
            is_spent,
        }
    }

    /// Returns `true` if no other call, watcher or process may have to know of a change.
    fn is_private(&self) -> bool {
        let is_alone = self.waiting.is_empty() && self.watchers.is_empty();
        is_alone && !self.lane.is_leased()
    }

    /// Grants passes, and adds those to `wake` who have to know of a change.
    #[inline(never)]
    fn report(&mut self, now: Duration, wake: &mut Vec<Waker>) {
        self.let_go(now, wake);
        wake.append(&mut self.watchers);
        let waiting = self.waiting.len();
        wake.extend(self.lane.woken_driver(now, waiting));
    }

    /// Grants passes to the first calls of the queue.
    fn let_go(&mut self, now: Duration, wake: &mut Vec<Waker>) {
        self.revoke(now);
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
                    self.progress = now;
                }
                Err(opens) => {
                    self.opens = opens;
                    let is_earlier = opens < self.announced;
                    if is_earlier || opens >= self.announced.saturating_add(LATER) {
                        self.announced = opens;
                        wake.extend(self.waiting.values().cloned());
                    }
                    return;
                }
            }
        }
    }

    /// Takes back the passes of calls that do not take them, although others wait. Such a call is
    /// not polled; when it is, it is in the queue again, in its old place.
    fn revoke(&mut self, now: Duration) {
        if self.granted.is_empty() || self.waiting.is_empty() {
            return;
        }
        if now < self.progress.saturating_add(TAKE_TIME) {
            return;
        }
        while let Some((_, granted)) = self.granted.pop_last() {
            self.lane.give_back(granted.pass);
        }
    }

    /// Returns the position of a call that has no pass.
    fn waiting(&self, ticket: u64, now: Duration) -> Waiting {
        /// The maximum delay of an alarm.
        const MAX_DELAY: u64 = 1000;
        let ahead = self.ahead_of(ticket);
        let position = u64::try_from(ahead).unwrap_or(u64::MAX);
        let alarm = if self.granted.is_empty() {
            // The calls ahead are most likely polled, and then this one need not ask.
            let delay = Duration::from_millis(position.min(MAX_DELAY));
            self.opens.saturating_add(delay)
        } else {
            let delay = Duration::from_millis(position.min(5));
            self.progress.saturating_add(TAKE_TIME + delay)
        };
        Waiting {
            until: self.lane.opens(now, position),
            alarm,
            ahead,
            reason: self.lane.reason(now),
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
