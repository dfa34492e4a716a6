//! The gate that every attempt of a call passes: the lanes of its token and of its account.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::lane::{Lane, Pass};
use super::queue::Queue;
use super::quota::Quota;
use super::window::Heard;
use crate::clock::{Clock, Sleep};

/// The two lanes that a call passes, and the clock that their times are of.
pub(crate) struct Gate {
    pub(super) token: Arc<Queue>,
    pub(super) account: Arc<Queue>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Gate {
    /// A gate that nobody else has.
    pub(crate) fn own(limits: Quota, clock: Arc<dyn Clock>) -> Self {
        Self {
            token: Arc::new(Queue::new(Lane::new(limits.token))),
            account: Arc::new(Queue::new(Lane::new(limits.account))),
            clock,
        }
    }

    /// Waits until a call may go, for less than `patience`: one that goes when its time is over would
    /// be sent for nothing.
    ///
    /// The lane of the account comes first: it is the narrow one, and who waits before it takes
    /// no place from the token's other accounts.
    pub(crate) async fn enter<'a>(
        &'a self,
        turn: &mut Turn,
        patience: Duration,
    ) -> Result<Permit<'a>, TooLong> {
        // By the clock of the gate: that of a client that shares it may have begun elsewhere.
        let came = self.clock.elapsed();
        let deadline = came.saturating_add(patience);
        let (account, now) = match self.account.enter(&mut turn.account, came) {
            Ok(pass) => (pass, came),
            Err(ticket) => self.wait(&self.account, ticket, deadline).await?,
        };
        // From here on the pass is given back, whatever becomes of this future.
        let mut permit = Permit {
            gate: self,
            account: Some(account),
            token: None,
            has_waited: now > came,
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

    /// Whether a limit is the one that is kept for the token.
    fn is_of_token(&self, limit: Option<u64>) -> bool {
        let is_kept = |queue: &Queue| queue.kept().map(|rate| rate.calls) == limit;
        limit.is_some() && is_kept(&self.token) && !is_kept(&self.account)
    }

    /// Waits for the turn of a ticket: a pass, and when it was given.
    async fn wait(
        &self,
        queue: &Queue,
        ticket: u64,
        deadline: Duration,
    ) -> Result<(Pass, Duration), TooLong> {
        let place = Place {
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
                // Never a loop without a pause, whatever the estimate says.
                let until = waiting.until.max(now + Duration::from_millis(1));
                let is_set = alarm.as_ref().is_some_and(|(at, _)| *at == until);
                if !is_set {
                    alarm = Some((until, self.clock.sleep(until.saturating_sub(now))));
                }
                let rang = match &mut alarm {
                    Some((_, sleep)) => sleep.as_mut().poll(context).is_ready(),
                    None => false,
                };
                if !rang {
                    return Poll::Pending;
                }
                alarm = None;
            }
        })
        .await
    }
}

/// The places of one call in the queues. It keeps them over all its tries, so that a call that
/// was refused is before those that came later.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    account: Option<u64>,
    token: Option<u64>,
}

/// The wait is longer than the call has time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooLong {
    /// How long it would have been.
    pub(crate) wait: Duration,
    /// How many calls were before it.
    pub(crate) ahead: usize,
}

/// A place in a queue that is given up when it is dropped.
struct Place<'a> {
    queue: &'a Queue,
    ticket: u64,
    clock: &'a dyn Clock,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.leave(self.ticket, self.clock.elapsed());
    }
}

/// The right to one try. Dropped without a word, the try ended without an answer; before it is
/// whole, nothing was sent.
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    account: Option<Pass>,
    token: Option<Pass>,
    has_waited: bool,
}

impl Permit<'_> {
    /// Whether time passed until it was given.
    pub(crate) fn has_waited(&self) -> bool {
        self.has_waited
    }

    /// The lane of the token does not let it go yet.
    fn hold(&mut self, now: Duration) {
        let account = self.account.take();
        self.account = account.map(|pass| self.gate.account.hold(pass, now));
    }

    /// Now it does.
    fn go(&mut self, token: Pass, now: Duration) {
        self.token = Some(token);
        self.has_waited = true;
        let account = self.account.take();
        self.account = account.map(|pass| self.gate.account.go(pass, now));
    }

    /// Tells the lanes what the answer says. What it says of limits is the account's, unless the
    /// limit that it names is the token's.
    pub(crate) fn answered(mut self, heard: &Heard) {
        let now = self.gate.clock.elapsed();
        let silence = Heard::default();
        let is_of_token = self.gate.is_of_token(heard.limit.limit);
        let (account, token) = if is_of_token {
            (&silence, heard)
        } else {
            (heard, &silence)
        };
        self.end(now, Some(account), Some(token));
    }

    fn end(&mut self, now: Duration, account: Option<&Heard>, token: Option<&Heard>) {
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
