//! The bounds of the numbers in a request.

use super::NO_LIMIT;
use crate::rate_limit::lease::{LeaseRequest, Remaining, SentCalls};

/// Returns a request whose numbers are small enough to be added. Some are those of a server, which may
/// report any.
pub(super) fn bounded(request: &LeaseRequest) -> LeaseRequest {
    let bound = |number: u64| number.min(NO_LIMIT);
    let remaining = request.remaining;
    LeaseRequest {
        turn: bound(request.turn),
        epoch: bound(request.epoch),
        held: bound(request.held),
        spent: bound(request.spent),
        waiting: bound(request.waiting),
        ahead: bound(request.ahead),
        remaining: remaining.map(|left| Remaining::new(bound(left.calls), bound(left.serial))),
        limit: request.limit.map(bound),
        known_limit: request.known_limit.map(bound),
        quota: request.quota.map(|(calls, window)| (bound(calls), window)),
        slow_start: bound(request.slow_start),
        sent: SentCalls {
            total: bound(request.sent.total),
            known: bound(request.sent.known),
            unsent: bound(request.sent.unsent),
            recent: request.sent.recent.map(bound),
        },
        ..request.clone()
    }
}
