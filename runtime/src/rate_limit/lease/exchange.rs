//! The messages between a lane and the store of rate limits.

use std::time::Duration;

/// A request of one process for calls of one lane, with what the process has learned from the
/// server since its last request.
///
/// All counts are totals and not differences, so a request that arrives twice, or whose reply is
/// lost, changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[allow(
    clippy::struct_excessive_bools,
    reason = "they are independent facts of one process"
)]
pub struct LeaseRequest {
    /// The random identifier of the process in this lane.
    pub process: u64,
    /// The number of the request, from 1. A request whose number is not higher than that of an
    /// earlier one of the process has no effect and leases nothing; its reply says to ask again soon.
    pub turn: u64,
    /// The epoch of the last [`Lease`]; 0 before the first one. The counts and the report concern
    /// this epoch, and are void in another one.
    pub epoch: u64,
    /// The number of calls of the epoch that are leased and not sent, or in flight.
    pub held: u64,
    /// The number of calls of the epoch that ended without a report of the calls left.
    pub spent: u64,
    /// The number of calls that wait.
    pub waiting: u64,
    /// The number of further calls that the process can use soon.
    pub ahead: u64,
    /// `true` if the server has accepted a call since the last request.
    pub has_response: bool,
    /// The calls left, as the server reported them.
    pub remaining: Option<Remaining>,
    /// The time until the next window of the server.
    pub reset: Option<Duration>,
    /// The number of calls in one window of the server, if it has named it since the last request.
    pub limit: Option<u64>,
    /// The length of the window, if the server has named it since the last request.
    pub window: Option<Duration>,
    /// The number of calls in one window as the process last knew it, for a store that has lost it.
    pub known_limit: Option<u64>,
    /// The length of the window as the process last knew it, for a store that has lost it.
    pub known_window: Option<Duration>,
    /// The refusal since the last request: of several, the one whose wait ends last.
    pub refusal: Option<LeaseRefusal>,
    /// The client-side limit: a number of calls in any period of this length.
    pub quota: Option<(u64, Duration)>,
    /// The number of calls in flight before the first response.
    pub slow_start: u64,
    /// The calls that the process has sent, for the client-side limit.
    pub sent: SentCalls,
    /// The time, counted from this request, in which the process sends the calls that it holds. It sends
    /// none of them later, so those under a client-side limit count from then on.
    pub sent_within: Duration,
    /// `true` if the process has sent calls without a lease that the window of the server may still
    /// count.
    pub is_resumed: bool,
    /// `true` if the store has replied to the process in the last minute, so that a store without this
    /// lane has lost it.
    pub knows_lane: bool,
    /// `true` if the process no longer uses the lane.
    pub leaves: bool,
    /// `true` if everything that was learned from the server is to be forgotten.
    pub forgets: bool,
}

/// The calls that a process has sent, with and without a lease, for the client-side limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentCalls {
    /// The number of all calls that the process has sent.
    pub total: u64,
    /// The same at the last request that the store has replied to.
    pub known: u64,
    /// The number of leased calls of the epoch that are not sent.
    pub unsent: u64,
    /// The calls in the last period of the client-side limit, by quarters of the period, the newest
    /// first.
    pub recent: [u64; 4],
}

/// The calls left in the window of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remaining {
    /// The number of calls.
    pub calls: u64,
    /// The [serial number](Lease::serial) of the lease of the call whose response reported them; 0 if
    /// it is not known.
    pub serial: u64,
}

/// A refusal of a call by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeaseRefusal {
    /// The time until the server accepts calls again, if it named one.
    pub wait: Option<Duration>,
}

/// The reply of the store to a [`LeaseRequest`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The epoch: the window of the server that the lease belongs to. Each one has a higher number
    /// than all before, even if the store has lost its state.
    pub epoch: u64,
    /// The serial number of the state that the lease is based on.
    pub serial: u64,
    /// The number of calls that may be sent, in addition to those held.
    pub calls: u64,
    /// The time for which the calls held may be sent, counted from the request.
    pub valid_for: Duration,
    /// The time after which waiting calls should ask again; zero if any time is right.
    pub ask_again_in: Duration,
    /// `true` if other processes wait for the next response, so that it is reported at once.
    pub is_awaited: bool,
    /// `true` if the store does not decide yet, because it has lost its state: calls continue with
    /// the local share until the process has asked again.
    pub is_standby: bool,
    /// The number of calls in one window, if it is known.
    pub limit: Option<u64>,
    /// The length of the window, if it is known.
    pub window: Option<Duration>,
    /// The time until the window ends.
    pub reset: Duration,
    /// The number of calls that no process has leased yet, if it is known.
    pub left: Option<u64>,
    /// The number of processes that use the lane.
    pub processes: u64,
    /// The number of waiting calls of other processes.
    pub others: u64,
}

impl Remaining {
    /// Creates a report of this number of calls.
    #[must_use]
    pub fn new(calls: u64, serial: u64) -> Self {
        Self { calls, serial }
    }
}

impl LeaseRefusal {
    /// Creates a refusal that named this wait.
    #[must_use]
    pub fn new(wait: Option<Duration>) -> Self {
        Self { wait }
    }
}
