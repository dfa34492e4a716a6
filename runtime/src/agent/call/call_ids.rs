//! The calls that were made, by the identifiers that the provider of the model gave to them.

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use crate::agent::arguments::Arguments;
use crate::agent::reply::{Reply, ReplyOutcome};
use crate::codec::Json;
use crate::context::{CallContext, canonical};

/// The number of calls that are remembered; a new one replaces the oldest that has ended.
const MAX_CALLS: usize = 1_024;

/// The size of the replies that are kept, in bytes. Beyond it the oldest are dropped.
const MAX_REPLY_BYTES: usize = 4 * 1024 * 1024;

/// The hash of an identifier, within a session and a principal.
type Key = [u8; 32];

/// The calls that were made.
#[derive(Debug, Default)]
pub(in crate::agent) struct CallIds(Mutex<Calls>);

#[derive(Debug, Default)]
struct Calls {
    known: BTreeMap<Key, KnownCall>,
    /// The calls that have ended, the oldest first.
    ended: VecDeque<Key>,
    reply_bytes: usize,
}

#[derive(Debug)]
struct KnownCall {
    /// The hash of tool and arguments; `None` for a stored request that is resumed.
    hash: Option<Key>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The call is being made.
    Running(Waiting),
    /// A person has to approve the call.
    Open(Reply),
    /// A person has declined the call.
    Declined(Reply),
    /// The approval of the call was used elsewhere, maybe in another process, so the call may have been sent.
    Elsewhere(Reply),
    /// A stored request was resumed, and nothing was sent. It can be resumed again.
    Unsent,
    /// The call was dropped before its end, and may have been sent.
    Cancelled,
    /// The call was made. The reply is dropped if too many are kept.
    Made(Option<(Reply, usize)>),
}

/// The calls that wait for the end of one that is being made.
#[derive(Debug, Default)]
struct Waiting {
    wakers: Vec<Waker>,
    /// The reply to the call, if a person declines it before it is known to wait for that.
    declined: Option<Reply>,
}

/// The identity of a call.
pub(in crate::agent) struct CallKey {
    key: Key,
    hash: Option<Key>,
}

/// The result of a claim to make a call.
pub(in crate::agent) enum CallClaim<'a> {
    /// The call was not made before.
    New(RunningCall<'a>),
    /// The call was made before, and this is its reply.
    Made(Box<Reply>),
    /// The call must not be made; the error is the reason.
    Refused(&'static str),
}

/// A call that is being made. If it is dropped before its end, it is made again with the same arguments only.
pub(in crate::agent) struct RunningCall<'a> {
    calls: &'a CallIds,
    key: Key,
    /// `true` for a stored request that is resumed.
    is_resumed: bool,
    is_over: bool,
}

impl CallKey {
    /// Returns the identity of a call, if it has an identifier.
    pub(in crate::agent) fn new(
        context: &CallContext,
        name: &str,
        arguments: &Arguments,
    ) -> Option<Self> {
        let call_id = context.call_id.as_deref().filter(|id| !id.is_empty())?;
        let session = context.session.as_deref().unwrap_or_default();
        let principal = context.principal.as_deref().unwrap_or_default();
        let arguments = match arguments.parsed() {
            Ok(json) => canonical(json),
            Err(problem) => Json::from(problem).to_string(),
        };
        Some(Self {
            key: hash(&[session, principal, call_id]),
            hash: Some(hash(&[name, &arguments])),
        })
    }

    /// Returns the identity of the call of a stored request, whose arguments may be repaired ones.
    pub(in crate::agent) fn of_request(context: &CallContext, name: &str) -> Option<Self> {
        let key = Self::new(context, name, &Json::Null.into())?;
        Some(Self { hash: None, ..key })
    }
}

impl CallIds {
    /// Claims a call. If it is being made, waits for its end. `is_decided` if a person has approved it.
    pub(in crate::agent) async fn claim(
        &self,
        call: &CallKey,
        is_decided: bool,
        now: SystemTime,
    ) -> CallClaim<'_> {
        poll_fn(|context| {
            let mut calls = self.lock();
            let Some(known) = calls.known.get_mut(&call.key) else {
                return Poll::Ready(self.run(&mut calls, call));
            };
            if known.state.is_over(now) {
                return Poll::Ready(self.run(&mut calls, call));
            }
            let is_other = known.is_other_than(call);
            if is_other && !matches!(known.state, State::Declined(_)) {
                let reason = "its call identifier is already used by another call";
                return Poll::Ready(CallClaim::Refused(reason));
            }
            Poll::Ready(match &mut known.state {
                State::Running(Waiting { wakers, .. }) => {
                    if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                        wakers.push(context.waker().clone());
                    }
                    return Poll::Pending;
                }
                State::Open(reply) | State::Declined(reply) | State::Elsewhere(reply)
                    if !is_decided && !is_other =>
                {
                    CallClaim::Made(Box::new(reply.clone()))
                }
                State::Open(_)
                | State::Declined(_)
                | State::Elsewhere(_)
                | State::Unsent
                | State::Cancelled => self.run(&mut calls, call),
                State::Made(Some((reply, _))) => CallClaim::Made(Box::new(reply.clone())),
                State::Made(None) => {
                    CallClaim::Refused("it was already made, and its reply is no longer available")
                }
            })
        })
        .await
    }

    fn run(&self, calls: &mut Calls, call: &CallKey) -> CallClaim<'_> {
        calls.ended.retain(|key| *key != call.key);
        let known = calls.known.remove(&call.key);
        let hash = call.hash.or_else(|| known?.hash);
        let state = State::Running(Waiting::default());
        calls.known.insert(call.key, KnownCall { hash, state });
        CallClaim::New(RunningCall {
            calls: self,
            key: call.key,
            is_resumed: call.hash.is_none(),
            is_over: false,
        })
    }

    /// Remembers that a person declined a call that waits for that, so that the next one with its identifier
    /// gets this reply.
    pub(in crate::agent) fn decline(&self, call: &CallKey, reply: &Reply) {
        let mut calls = self.lock();
        let known = calls.known.get_mut(&call.key);
        let Some(known) = known.filter(|known| !known.is_other_than(call)) else {
            return;
        };
        match &mut known.state {
            State::Open(_) => known.state = State::Declined(reply.clone()),
            State::Running(waiting) => waiting.declined = Some(reply.clone()),
            State::Declined(_)
            | State::Elsewhere(_)
            | State::Unsent
            | State::Cancelled
            | State::Made(_) => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KnownCall {
    /// Returns `true` if the tool or the arguments of a call are others.
    fn is_other_than(&self, call: &CallKey) -> bool {
        matches!((&self.hash, &call.hash), (Some(one), Some(other)) if one != other)
    }
}

impl State {
    /// Returns `true` if a person can no longer approve the call, because its request has expired.
    fn is_over(&self, now: SystemTime) -> bool {
        let State::Open(reply) = self else {
            return false;
        };
        match reply.outcome() {
            ReplyOutcome::ApprovalRequired(request) | ReplyOutcome::Pending(request) => {
                request.expires_at <= now
            }
            _ => true,
        }
    }
}

impl Calls {
    /// Ends a running call, and wakes the calls that wait for it.
    fn end(&mut self, key: Key, state: Option<State>) {
        let Some(known) = self.known.get_mut(&key) else {
            return;
        };
        let mut declined = None;
        if let State::Running(waiting) = &mut known.state {
            waiting.wakers.drain(..).for_each(Waker::wake);
            declined = waiting.declined.take();
        }
        let state = match (state, declined) {
            (Some(State::Open(_)), Some(reply)) => State::Declined(reply),
            (Some(state), _) => state,
            (None, _) => {
                self.known.remove(&key);
                return;
            }
        };
        if let State::Made(Some((_, bytes))) = &state {
            self.reply_bytes += bytes;
        }
        known.state = state;
        self.ended.push_back(key);
        self.forget();
    }

    /// Forgets the oldest calls and replies, if there are too many.
    fn forget(&mut self) {
        while self.ended.len() > MAX_CALLS {
            if let Some(oldest) = self.ended.pop_front() {
                self.drop_reply(&oldest);
                self.known.remove(&oldest);
            }
        }
        // The last reply is kept, also if it is large.
        let older = self.ended.len().saturating_sub(1);
        let keys: Vec<Key> = self.ended.iter().take(older).copied().collect();
        for key in keys {
            if self.reply_bytes <= MAX_REPLY_BYTES {
                return;
            }
            self.drop_reply(&key);
        }
    }

    fn drop_reply(&mut self, key: &Key) {
        let known = self.known.get_mut(key);
        if let Some(State::Made(reply)) = known.map(|known| &mut known.state)
            && let Some((_, bytes)) = reply.take()
        {
            self.reply_bytes = self.reply_bytes.saturating_sub(bytes);
        }
    }
}

impl RunningCall<'_> {
    /// Remembers the reply to the call. A call of which nothing was sent leaves its identifier free, for
    /// other arguments as well.
    pub(in crate::agent) fn end(mut self, reply: &Reply) {
        self.is_over = true;
        let text = reply.text().len();
        let state = match reply.outcome() {
            ReplyOutcome::Succeeded(response) => {
                Some(State::Made(Some((reply.clone(), text + size(response)))))
            }
            outcome if outcome.was_sent() => Some(State::Made(Some((reply.clone(), text)))),
            ReplyOutcome::ApprovalRequired(_) | ReplyOutcome::Pending(_) => {
                Some(State::Open(reply.clone()))
            }
            ReplyOutcome::DecidedElsewhere(_) => Some(State::Elsewhere(reply.clone())),
            ReplyOutcome::Declined { .. } => Some(State::Declined(reply.clone())),
            _ => self.is_resumed.then_some(State::Unsent),
        };
        self.calls.lock().end(self.key, state);
    }
}

impl Drop for RunningCall<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.calls.lock().end(self.key, Some(State::Cancelled));
        }
    }
}

/// Returns the approximate size of JSON in bytes.
fn size(json: &Json) -> usize {
    const VALUE: usize = size_of::<Json>();
    VALUE
        + match json {
            Json::String(text) => text.len(),
            Json::Array(elements) => elements.iter().map(size).sum(),
            Json::Object(fields) => {
                let fields = fields.iter();
                fields
                    .map(|(name, value)| VALUE + name.len() + size(value))
                    .sum()
            }
            _ => 0,
        }
}

/// Returns the hash of strings, each after its length.
fn hash(parts: &[&str]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
