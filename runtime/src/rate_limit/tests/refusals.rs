//! Refusals without an end.

use std::time::Duration;

use http::StatusCode;

use crate::rate_limit::LimitUpdate;
use crate::rate_limit::headers::RateLimitHeaders;
use crate::rate_limit::lane::Lane;
use crate::rate_limit::observed::ObservedLength;
use crate::rate_limit::tests::{Naming, Server, run_over};

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

#[test]
fn a_call_that_was_accepted_too_early_does_not_shorten_the_window() {
    let at = Duration::from_millis;
    let mut length = ObservedLength::default();
    length.refused(at(100));
    length.accepted(at(0));
    assert_eq!(length.get(), None);
    length.accepted(at(200));
    length.accepted(at(1));
    assert!(length.get() > Some(at(100)), "{length:?}");
}

#[test]
fn learns_a_limit_that_is_lower_than_the_reported_one() {
    let mut outcomes = Vec::new();
    for way in [2, 20, 200].map(Duration::from_millis) {
        for windows in [10, 20, 80] {
            let server = Server::new(50, Naming::Overstated);
            let outcome = run_over(way, Lane::new(None), server, 50 * windows);
            // A single refusal may concern an endpoint, so the first two windows show the limit. Then
            // a higher one is tried now and then.
            let is_good = outcome.refused <= 100 + 10 + windows / 2;
            outcomes.push((is_good, way, windows, outcome));
        }
    }
    assert!(outcomes.iter().all(|outcome| outcome.0), "{outcomes:#?}");
}
