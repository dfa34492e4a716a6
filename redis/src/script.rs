//! The script that carries out a request, and the encoding of its arguments and its reply.

use std::time::Duration;

use toolsmith_runtime::rate_limit::store::{Lease, LeaseRequest, StoreError};

/// The script. It needs one key, and touches no other.
pub(crate) const SOURCE: &str = include_str!("exchange.lua");

/// The number of arguments.
const ARGUMENTS: usize = 32;

/// The value of an argument that is absent.
const ABSENT: i64 = -1;

/// The largest argument that is exact in Lua.
const MAX: i64 = 1_000_000_000_000_000;

/// Returns the arguments of a request.
pub(crate) fn arguments(request: &LeaseRequest) -> [i64; ARGUMENTS] {
    let refusal = request.refusal;
    let (quota, quota_window) = match request.quota {
        Some((calls, window)) => (number(calls), milliseconds(window)),
        None => (ABSENT, ABSENT),
    };
    let sent = request.sent;
    let [recent_1, recent_2, recent_3, recent_4] = sent.recent.map(number);
    [
        // Not clamped, because it is a name.
        i64::try_from(request.process).unwrap_or(MAX),
        number(request.turn),
        number(request.epoch),
        number(request.held),
        number(request.spent),
        number(request.waiting),
        number(request.ahead),
        request.has_response.into(),
        request.remaining.map_or(ABSENT, |left| number(left.calls)),
        request.remaining.map_or(ABSENT, |left| number(left.serial)),
        request.reset.map_or(ABSENT, milliseconds),
        request.limit.map_or(ABSENT, number),
        request.window.map_or(ABSENT, milliseconds),
        refusal.is_some().into(),
        refusal
            .and_then(|refusal| refusal.wait)
            .map_or(ABSENT, milliseconds),
        quota,
        quota_window,
        number(request.slow_start),
        request.is_resumed.into(),
        request.leaves.into(),
        request.forgets.into(),
        request.known_limit.map_or(ABSENT, number),
        request.known_window.map_or(ABSENT, milliseconds),
        request.knows_lane.into(),
        number(sent.total),
        number(sent.known),
        number(sent.unsent),
        recent_1,
        recent_2,
        recent_3,
        recent_4,
        milliseconds(request.sent_within),
    ]
}

/// Reads the reply of the script.
pub(crate) fn lease(reply: &[i64]) -> Result<Lease, StoreError> {
    let &[
        epoch,
        serial,
        calls,
        valid_for,
        ask_again_in,
        is_awaited,
        is_standby,
        limit,
        window,
        left,
        reset,
        processes,
        others,
    ] = reply
    else {
        return Err(StoreError::new(
            "unexpected reply length; another version may be using the same prefix",
        ));
    };
    let known = |value: i64| u64::try_from(value).ok();
    let count = |value: i64| u64::try_from(value).unwrap_or(0);
    let time = |value: i64| Duration::from_millis(count(value));
    let mut lease = Lease::default();
    lease.epoch = count(epoch);
    lease.serial = count(serial);
    lease.calls = count(calls);
    lease.valid_for = time(valid_for);
    lease.ask_again_in = time(ask_again_in);
    lease.is_awaited = is_awaited != 0;
    lease.is_standby = is_standby != 0;
    lease.limit = known(limit);
    lease.window = known(window).map(Duration::from_millis);
    lease.left = known(left);
    lease.reset = time(reset);
    lease.processes = count(processes);
    lease.others = count(others);
    Ok(lease)
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(MAX).min(MAX)
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(MAX).min(MAX)
}

#[cfg(test)]
#[path = "tests/script.rs"]
mod tests;
