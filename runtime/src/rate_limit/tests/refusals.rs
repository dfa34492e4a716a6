//! Refusals without an end.

use std::time::Duration;

use http::StatusCode;

use crate::rate_limit::LimitUpdate;
use crate::rate_limit::headers::RateLimitHeaders;
use crate::rate_limit::lane::Lane;

#[test]
fn a_server_that_refuses_for_hours_is_asked_once_a_minute() {
    let mut lane = Lane::new(None);
    let mut now = Duration::ZERO;
    let mut refused = 0;
    while refused < 300 {
        match lane.take(now) {
            Ok(pass) => {
                refused += 1;
                let limit = RateLimitHeaders::default();
                let update = LimitUpdate::new(StatusCode::TOO_MANY_REQUESTS, limit);
                lane.end(pass, now, Some(&update));
            }
            Err(at) => {
                assert!(at > now && at <= now + Duration::from_secs(60), "{refused}");
                now = at;
            }
        }
    }
    assert!(now > Duration::from_secs(60 * 250), "{now:?}");
}
