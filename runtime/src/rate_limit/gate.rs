//! The gate that every attempt of a call passes: the lanes of its token and of its account.

use std::future::poll_fn;
use std::sync::Arc;
#[cfg(feature = "rate-limit-store")]
use std::sync::OnceLock;
use std::task::Poll;
use std::time::Duration;

use super::lane::{POLL_TIME, Pass, Reason};
use super::queue::{Queue, Waiting};
use super::quota::Quota;
use super::refusal::RefusalKind;
use super::registry::Lanes;
use super::response_limits::LimitUpdate;
#[cfg(feature = "rate-limit-store")]
use super::store::StoreLink;
use crate::clock::{Clock, Sleep};

/// The lanes of a token and of an account, and their clock.
pub(crate) struct Gate {
    pub(super) token: Arc<Queue>,
    pub(super) account: Arc<Queue>,
    pub(super) clock: Arc<dyn Clock>,
    /// All lanes of the token.
    pub(super) lanes: Arc<Lanes>,
    #[cfg(feature = "rate-limit-store")]
    pub(super) account_id: Arc<str>,
    /// The store, once the lanes are shared between processes. Another client of the token may share
    /// them after this one was built.
    #[cfg(feature = "rate-limit-store")]
    pub(super) store: OnceLock<StoreLink>,
}

impl Gate {
    /// Creates the gate of an account. If the client sets a quota, it applies to this account.
    pub(crate) fn new(lanes: &Arc<Lanes>, account: &Arc<str>, asked: Option<Quota>) -> Self {
        let gate = Self {
            token: Arc::clone(lanes.token()),
            account: lanes.account(account, asked),
            clock: Arc::clone(lanes.clock()),
            lanes: Arc::clone(lanes),
            #[cfg(feature = "rate-limit-store")]
            account_id: Arc::clone(account),
            #[cfg(feature = "rate-limit-store")]
            store: OnceLock::new(),
        };
        #[cfg(feature = "rate-limit-store")]
        let _link = gate.store();
        gate
    }

    /// Creates a gate that is not shared.
    #[cfg(any(test, feature = "mcp-client"))]
    pub(crate) fn own(limits: Quota, clock: Arc<dyn Clock>) -> Self {
        Self::new(&Arc::new(Lanes::own(limits, clock)), &Arc::from(""), None)
    }

    /// Returns all lanes of the token.
    pub(crate) fn lanes(&self) -> &Arc<Lanes> {
        &self.lanes
    }

    /// Shares the lanes with other processes.
    #[cfg(all(test, feature = "rate-limit-store"))]
    pub(crate) fn with_store(self, store: StoreLink) -> Self {
        store.share(&self.token, &self.account);
        let _is_first = self.store.set(store);
        self
    }

    /// Returns the store; `None` if the lanes are not shared between processes. Each call asks, so neither case
    /// takes a lock.
    #[cfg(feature = "rate-limit-store")]
    pub(super) fn store(&self) -> Option<&StoreLink> {
        if let Some(store) = self.store.get() {
            return Some(store);
        }
        let store = self.lanes.link(&self.account_id)?;
        store.share(&self.token, &self.account);
        Some(self.store.get_or_init(|| store))
    }

    /// Makes sure that someone asks the store for calls of a lane.
    #[cfg(feature = "rate-limit-store")]
    fn drive(&self, queue: &Arc<Queue>) {
        match self.store() {
            Some(store) if Arc::ptr_eq(queue, &self.account) => {
                store.drive_account(queue, &self.clock);
            }
            Some(store) => store.drive_token(queue, &self.clock),
            None => {}
        }
    }

    /// Waits for the permit of a call. The wait is shorter than `patience`, because a call that is
    /// sent when its timeout expires is useless.
    ///
    /// The lane of the account comes first. It is the narrower one, and calls that wait for it take
    /// no place from other accounts of the token.
    pub(crate) async fn enter<'a>(
        &'a self,
        turn: &mut Turn,
        patience: Duration,
    ) -> Result<Permit<'a>, TooLong> {
        #[cfg(feature = "rate-limit-store")]
        self.drive(&self.account);
        // The clock of the gate, because the clock of a client that shares it may have another
        // origin.
        let arrived = self.clock.elapsed();
        let deadline = arrived.saturating_add(patience);
        let mut now = arrived;
        // Dropping the future gives its passes back.
        let mut permit = Permit {
            gate: self,
            account: None,
            token: None,
            has_waited: false,
            is_sent: false,
        };
        loop {
            let account = match self.account.enter(&mut turn.account, now) {
                Ok(pass) => pass,
                Err(ticket) => {
                    let pass;
                    (pass, now) = self.wait(&self.account, ticket, deadline, None).await?;
                    pass
                }
            };
            permit.account = Some(account);
            permit.has_waited = now > arrived;
            #[cfg(feature = "rate-limit-store")]
            self.drive(&self.token);
            let ticket = match self.token.enter(&mut turn.token, now) {
                Ok(pass) => {
                    permit.token = Some(pass);
                    return Ok(permit);
                }
                Err(ticket) => ticket,
            };
            let held = permit.hold(now);
            let pass;
            (pass, now) = self.wait(&self.token, ticket, deadline, held).await?;
            permit.has_waited = now > arrived;
            if permit.go(pass, now) {
                return Ok(permit);
            }
            // The account was refused meanwhile.
        }
    }

    /// Lets the next waiting call go before this one.
    pub(crate) fn step_back(&self, turn: &mut Turn) {
        let back = |queue: &Queue, ticket: u64| queue.step_back(ticket);
        turn.account = turn.account.map(|ticket| back(&self.account, ticket));
        turn.token = turn.token.map(|ticket| back(&self.token, ticket));
    }

    /// Waits for the turn of a ticket. Returns the pass and its time. `held` is the number of the call
    /// in the lane of the account, if it has a place there.
    async fn wait(
        &self,
        queue: &Arc<Queue>,
        ticket: u64,
        deadline: Duration,
        held: Option<u64>,
    ) -> Result<(Pass, Duration), TooLong> {
        let place = QueuePosition {
            queue,
            ticket,
            clock: &*self.clock,
        };
        let mut alarm: Option<(Duration, Sleep)> = None;
        poll_fn(|context| {
            loop {
                #[cfg(feature = "rate-limit-store")]
                self.drive(queue);
                let now = self.clock.elapsed();
                let waiting = if now >= deadline {
                    queue.expired(place.ticket, now)
                } else {
                    match queue.poll(place.ticket, now, context.waker()) {
                        Ok(pass) => return Poll::Ready(Ok((pass, now))),
                        Err(waiting) => waiting,
                    }
                };
                if waiting.until.max(now) >= deadline {
                    return Poll::Ready(Err(TooLong::new(waiting, now)));
                }
                // Pauses regardless of the estimate.
                let until = waiting
                    .alarm
                    .min(deadline)
                    .max(now + Duration::from_millis(1));
                let until = match held {
                    Some(number) => {
                        self.account.keep(number, now);
                        until.min(now + POLL_TIME)
                    }
                    None => until,
                };
                let is_soon = |at: Duration| held.is_some() && now < at && at < until;
                let is_set = alarm
                    .as_ref()
                    .is_some_and(|(at, _)| *at == until || is_soon(*at));
                if !is_set {
                    alarm = Some((until, self.clock.sleep(until.saturating_sub(now))));
                }
                let has_fired = match &mut alarm {
                    Some((_, sleep)) => sleep.as_mut().poll(context).is_ready(),
                    None => false,
                };
                if !has_fired {
                    return Poll::Pending;
                }
                alarm = None;
            }
        })
        .await
    }
}

impl Queue {
    /// Marks a call as not sent yet, because another lane is not open.
    fn hold(&self, pass: Pass, now: Duration) -> Pass {
        self.change(now, |state, _| state.lane.hold(pass, now))
    }

    /// Lets a held call keep its place, because it is polled.
    fn keep(&self, number: u64, now: Duration) {
        self.state.lock().lane.keep(number, now);
    }

    /// Returns the pass with which a held call is sent now; `None` if it has to wait again.
    fn go(&self, pass: Pass, now: Duration) -> Option<Pass> {
        self.change(now, |state, _| state.lane.go(pass, now).ok())
    }
}

/// The tickets of one call. It keeps them over all its attempts, so that a rate-limited call
/// precedes later ones.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    account: Option<u64>,
    token: Option<u64>,
}

/// The error of a wait that would be too long for the call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooLong {
    /// The expected wait.
    pub(crate) wait: Duration,
    /// The number of calls ahead in the queue.
    pub(crate) ahead: usize,
    /// The reason for which the call waited.
    pub(crate) reason: Reason,
}

impl TooLong {
    fn new(waiting: Waiting, now: Duration) -> Self {
        let reason = if waiting.until <= now {
            waiting.reason
        } else {
            Reason::Limit
        };
        Self {
            wait: waiting.until.saturating_sub(now),
            ahead: waiting.ahead,
            reason,
        }
    }
}

/// The effect of a response on the lanes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    /// The meaning of a refusal; `None` if the call was not refused.
    pub(crate) refusal: Option<RefusalKind>,
    /// The number of calls of the account that the server has not refused so far.
    pub(crate) accepted: u64,
    /// The same for the token.
    pub(crate) accepted_of_token: u64,
    /// `true` if other calls wait.
    pub(crate) has_waiting: bool,
    /// `true` if a refusal says that the window which other responses reported is used up.
    pub(crate) is_spent: bool,
}

/// A position in a queue. Dropping it leaves the queue.
struct QueuePosition<'a> {
    queue: &'a Queue,
    ticket: u64,
    clock: &'a dyn Clock,
}

impl Drop for QueuePosition<'_> {
    fn drop(&mut self) {
        self.queue.leave(self.ticket, self.clock.elapsed());
    }
}

/// The permit of one attempt. If it is dropped, nothing was sent, or the attempt ended without a response.
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    account: Option<Pass>,
    token: Option<Pass>,
    has_waited: bool,
    is_sent: bool,
}

impl Permit<'_> {
    /// Returns `true` if the call waited for it.
    pub(crate) fn has_waited(&self) -> bool {
        self.has_waited
    }

    /// Marks the attempt as sent. Until then, dropping the permit gives its passes back.
    pub(crate) fn mark_sent(&mut self) {
        self.is_sent = true;
    }

    /// Marks the pass of the account as held, because the lane of the token is not open yet. Returns the
    /// number of the call in that lane.
    fn hold(&mut self, now: Duration) -> Option<u64> {
        let account = self.account.take()?;
        self.account = Some(self.gate.account.hold(account, now));
        Some(account.number())
    }

    /// Marks both passes as sent. Returns `false` if the account has no place for the call any more;
    /// then both passes are given back.
    fn go(&mut self, token: Pass, now: Duration) -> bool {
        let account = self.account.take();
        self.account = account.and_then(|pass| self.gate.account.go(pass, now));
        if self.account.is_some() {
            self.token = Some(token);
        } else {
            self.gate.token.give_back(token, now);
        }
        self.account.is_some()
    }

    /// Updates the lanes with a response. Its limit is that of the account, unless it was found to
    /// be that of the token.
    pub(crate) fn complete(mut self, update: &LimitUpdate) -> Option<Verdict> {
        let (account, token) = (self.account.take()?, self.token.take()?);
        let gate = self.gate;
        let now = gate.clock.elapsed();
        let (account, token) = gate.end((account, token), now, update);
        Some(Verdict {
            refusal: account.refusal.or(token.refusal),
            accepted: account.accepted,
            accepted_of_token: token.accepted,
            has_waiting: account.has_waiting || token.has_waiting,
            is_spent: account.is_spent || token.is_spent,
        })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let now = self.gate.clock.elapsed();
        let lanes = [
            (&self.gate.account, self.account.take()),
            (&self.gate.token, self.token.take()),
        ];
        for (lane, pass) in lanes {
            match pass {
                Some(pass) if self.is_sent => drop(lane.end(pass, now, None)),
                Some(pass) => lane.give_back(pass, now),
                None => {}
            }
        }
    }
}
