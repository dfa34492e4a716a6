//! The gate that every attempt of a call passes: the lanes of its token and of its account.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::lane::{Lane, Pass};
use super::queue::Queue;
use super::quota::Quota;
use super::window::LimitUpdate;
use crate::clock::{Clock, Sleep};

/// The lanes of a token and of an account, and their clock.
pub(crate) struct Gate {
    pub(super) token: Arc<Queue>,
    pub(super) account: Arc<Queue>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Gate {
    /// Creates a gate that is not shared.
    pub(crate) fn own(limits: Quota, clock: Arc<dyn Clock>) -> Self {
        Self {
            token: Arc::new(Queue::new(Lane::new(limits.token))),
            account: Arc::new(Queue::new(Lane::new(limits.account))),
            clock,
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
        // The clock of the gate, because the clock of a client that shares it may have another
        // origin.
        let arrived = self.clock.elapsed();
        let deadline = arrived.saturating_add(patience);
        let (account, now) = match self.account.enter(&mut turn.account, arrived) {
            Ok(pass) => (pass, arrived),
            Err(ticket) => self.wait(&self.account, ticket, deadline).await?,
        };
        // From here on, dropping the future gives the pass back.
        let mut permit = Permit {
            gate: self,
            account: Some(account),
            token: None,
            has_waited: now > arrived,
        };
        match self.token.enter(&mut turn.token, now) {
            Ok(pass) => permit.token = Some(pass),
            Err(ticket) => {
                permit.hold(now);
                let (pass, now) = self.wait(&self.token, ticket, deadline).await?;
                permit.go(pass, now);
            }
        }
        Ok(permit)
    }

    /// Returns `true` if `limit` is the quota of the token and not that of the account.
    fn is_of_token(&self, limit: Option<u64>) -> bool {
        let has_limit = |queue: &Queue| queue.quota().map(|rate| rate.calls) == limit;
        limit.is_some() && has_limit(&self.token) && !has_limit(&self.account)
    }

    /// Waits for the turn of a ticket. Returns the pass and its time.
    async fn wait(
        &self,
        queue: &Queue,
        ticket: u64,
        deadline: Duration,
    ) -> Result<(Pass, Duration), TooLong> {
        let place = QueuePosition {
            queue,
            ticket,
            clock: &*self.clock,
        };
        let mut alarm: Option<(Duration, Sleep)> = None;
        poll_fn(|context| {
            loop {
                let now = self.clock.elapsed();
                let waiting = match queue.poll(place.ticket, now, context.waker()) {
                    Ok(pass) => return Poll::Ready(Ok((pass, now))),
                    Err(waiting) => waiting,
                };
                if waiting.until >= deadline {
                    let wait = waiting.until.saturating_sub(now);
                    let ahead = waiting.ahead;
                    return Poll::Ready(Err(TooLong { wait, ahead }));
                }
                // Pauses regardless of the estimate.
                let until = waiting.until.max(now + Duration::from_millis(1));
                let is_set = alarm.as_ref().is_some_and(|(at, _)| *at == until);
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

/// The permit of one attempt. If it is dropped, the attempt ended without a response; if it is
/// incomplete, nothing was sent.
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    account: Option<Pass>,
    token: Option<Pass>,
    has_waited: bool,
}

impl Permit<'_> {
    /// Returns `true` if the call waited for it.
    pub(crate) fn has_waited(&self) -> bool {
        self.has_waited
    }

    /// Marks the pass of the account as held, because the lane of the token is not open yet.
    fn hold(&mut self, now: Duration) {
        let account = self.account.take();
        self.account = account.map(|pass| self.gate.account.hold(pass, now));
    }

    /// Marks both passes as sent.
    fn go(&mut self, token: Pass, now: Duration) {
        self.token = Some(token);
        self.has_waited = true;
        let account = self.account.take();
        self.account = account.map(|pass| self.gate.account.go(pass, now));
    }

    /// Updates the lanes with a response. Its limit is that of the account, unless it equals the
    /// quota of the token.
    pub(crate) fn complete(mut self, update: &LimitUpdate) {
        let now = self.gate.clock.elapsed();
        let silence = LimitUpdate::default();
        let is_of_token = self.gate.is_of_token(update.limit.limit);
        let (account, token) = if is_of_token {
            (&silence, update)
        } else {
            (update, &silence)
        };
        self.end(now, Some(account), Some(token));
    }

    fn end(&mut self, now: Duration, account: Option<&LimitUpdate>, token: Option<&LimitUpdate>) {
        if let Some(pass) = self.account.take() {
            self.gate.account.end(pass, now, account);
        }
        if let Some(pass) = self.token.take() {
            self.gate.token.end(pass, now, token);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.token.is_some() {
            self.end(self.gate.clock.elapsed(), None, None);
        } else if let Some(pass) = self.account.take() {
            self.gate.account.give_back(pass, self.gate.clock.elapsed());
        }
    }
}
