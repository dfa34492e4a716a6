//! Requests of any contents.

use std::time::Duration;

use proptest::prelude::*;
use toolsmith_runtime::rate_limit::store::{LeaseRefusal, LeaseRequest, Remaining};

/// A request of one of three processes to a server of any kind, and the time in milliseconds before it.
pub(super) fn any_request() -> impl Strategy<Value = (u64, LeaseRequest, bool)> {
    let some = |up_to: u64| prop::option::weighted(0.3, 0..up_to);
    let counts = (1..4_u64, 0..30_u64, 0..60_u64, 0..30_u64, 0..20_u64);
    let lessons = (any::<bool>(), some(20), 0..9_u64, some(20_000), some(30));
    let refusal = prop::option::weighted(0.3, some(20_000));
    let quota = some(12);
    let flags = (0..40_u8, prop::bool::weighted(0.8));
    let after = prop_oneof![0..300_u64, 0..30_000_u64];
    (counts, lessons, refusal, quota, flags, after).prop_map(
        |(counts, lessons, refusal, quota, (flag, is_current), after)| {
            let time = Duration::from_millis;
            let mut request = LeaseRequest::default();
            (request.process, request.held) = (counts.0, counts.1);
            (request.spent, request.waiting, request.ahead) = (counts.2, counts.3, counts.4);
            request.has_response = lessons.0;
            request.remaining = lessons.1.map(|calls| Remaining::new(calls, lessons.2));
            request.reset = lessons.3.map(time);
            request.limit = lessons.4.filter(|_| flag % 2 == 0);
            request.window = lessons.4.filter(|_| flag % 5 == 0).map(|_| time(4000));
            request.refusal = refusal.map(|wait| LeaseRefusal::new(wait.map(time)));
            request.quota = quota.map(|calls| (calls, time(2000)));
            request.slow_start = 6;
            request.leaves = flag == 1;
            request.forgets = flag == 2;
            request.is_resumed = flag % 7 == 3;
            request.knows_lane = flag % 3 == 0;
            request.epoch = if flag % 4 == 0 {
                u64::MAX >> flag
            } else {
                u64::from(flag)
            };
            request.sent.total = counts.2;
            request.sent_within = time(20 * counts.1);
            request.sent.known = counts.1;
            request.sent.unsent = counts.4 / 4;
            request.sent.recent = [counts.1 / 4, counts.3 / 8, counts.4 / 8, counts.2 / 9];
            (after, request, is_current)
        },
    )
}
