//! The lanes on a simulated clock, against servers with every kind of window.

mod concurrent_calls;
#[cfg(feature = "rate-limit-store")]
mod fleets;
mod held_and_scope;
mod interleavings;
#[cfg(feature = "rate-limit-store")]
mod leases;
#[cfg(feature = "rate-limit-store")]
mod outages;
mod quotas;
mod refusals;
#[cfg(feature = "rate-limit-store")]
mod shared_lanes;
#[cfg(feature = "rate-limit-store")]
mod shared_quotas;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use proptest::prelude::*;

use super::headers::RateLimitHeaders;
use super::lane::{Lane, Pass};
use super::quota::Rate;
use super::{Gate, LimitUpdate, Quota, RateLimiter, Turn};
use crate::clock::SystemClock;

const TEN: Duration = Duration::from_secs(10);

/// The form in which a server reports the end of its window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Naming {
    /// In whole seconds, rounded up or down, in every response.
    Ceiling,
    Floor,
    /// Only in refusals.
    RetryAfter,
    /// As `Ceiling`, with twice the limit.
    Overstated,
}

/// A server with windows of ten seconds that begin with the first call after the previous one.
pub(super) struct Server {
    limit: u64,
    naming: Naming,
    began: Option<Duration>,
    used: u64,
    /// The calls that earlier windows would have accepted.
    lost: u64,
}

impl Server {
    pub(super) fn new(limit: u64, naming: Naming) -> Self {
        Self {
            limit,
            naming,
            began: None,
            used: 0,
            lost: 0,
        }
    }

    pub(super) fn answer(&mut self, now: Duration) -> LimitUpdate {
        if self.began.is_none_or(|began| now >= began + TEN) {
            self.lost += self.began.map_or(0, |_| self.limit - self.used);
            self.began = Some(now);
            self.used = 0;
        }
        let is_refused = self.used >= self.limit;
        self.used += u64::from(!is_refused);
        let left = (self.began.unwrap_or(now) + TEN).saturating_sub(now);
        let seconds = match self.naming {
            Naming::Floor => left.as_secs(),
            _ => left.as_secs() + u64::from(left.subsec_nanos() > 0),
        };
        let seconds = Duration::from_secs(seconds);
        let limit = if self.naming == Naming::RetryAfter {
            RateLimitHeaders {
                retry_after: is_refused.then_some(seconds),
                ..RateLimitHeaders::default()
            }
        } else {
            let more = u64::from(self.naming == Naming::Overstated) * self.limit;
            RateLimitHeaders {
                limit: Some(self.limit + more),
                remaining: Some(self.limit - self.used + more),
                reset: Some(seconds),
                ..RateLimitHeaders::default()
            }
        };
        let status = if is_refused {
            StatusCode::TOO_MANY_REQUESTS
        } else {
            StatusCode::OK
        };
        LimitUpdate::new(status, limit)
    }
}

/// The result of many concurrent calls.
#[derive(Debug)]
struct Outcome {
    refused: u64,
    took: Duration,
}

/// Sends `calls` calls through a lane. The latency is 20 ms in each direction.
fn run(lane: Lane, server: Server, calls: u64) -> Outcome {
    run_over(Duration::from_millis(20), lane, server, calls)
}

fn run_over(way: Duration, mut lane: Lane, mut server: Server, calls: u64) -> Outcome {
    let mut now = Duration::from_millis(1234);
    let began = now;
    let (mut left, mut refused) = (calls, 0);
    let mut arriving: BTreeMap<(Duration, u64), Pass> = BTreeMap::new();
    let mut coming_back: BTreeMap<(Duration, u64), (Pass, LimitUpdate)> = BTreeMap::new();
    let mut serial = 0;
    while left > 0 || !arriving.is_empty() || !coming_back.is_empty() {
        let mut next = None;
        while left > 0 {
            match lane.take(now) {
                Ok(pass) => {
                    left -= 1;
                    serial += 1;
                    arriving.insert((now + way, serial), pass);
                }
                Err(at) => {
                    assert!(at > now, "{at:?} is not after {now:?}: {lane:?}");
                    next = Some(at);
                    break;
                }
            }
        }
        let events = [
            next,
            arriving.keys().next().map(|(at, _)| *at),
            coming_back.keys().next().map(|(at, _)| *at),
        ];
        now = events.into_iter().flatten().min().unwrap();
        while let Some(entry) = arriving.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((_, serial), pass) = entry.remove_entry();
            coming_back.insert((now + way, serial), (pass, server.answer(now)));
        }
        while let Some(entry) = coming_back
            .first_entry()
            .filter(|entry| entry.key().0 <= now)
        {
            let (pass, update) = entry.remove();
            lane.end(pass, now, Some(&update));
            if update.is_refused() {
                refused += 1;
                left += 1;
            }
        }
    }
    Outcome {
        refused,
        took: now.saturating_sub(began),
    }
}

#[track_caller]
fn check(lane: Lane, naming: Naming, refused_at_most: u64) {
    let outcome = run(lane, Server::new(50, naming), 1000);
    // They need twenty windows; nineteen have to pass.
    let ideal = TEN * 19;
    assert!(outcome.refused <= refused_at_most, "{outcome:?}");
    assert!(
        ideal.as_secs_f64() / outcome.took.as_secs_f64() >= 0.95,
        "{outcome:?}"
    );
}

#[test]
fn a_thousand_concurrent_calls_respect_a_reported_window() {
    check(Lane::new(None), Naming::Ceiling, 0);
}

#[test]
fn a_slow_response_does_not_exceed_the_limit() {
    for way in [300, 600, 1500] {
        let way = Duration::from_millis(way);
        let server = Server::new(50, Naming::Ceiling);
        let outcome = run_over(way, Lane::new(None), server, 1000);
        assert!(outcome.refused <= 10, "{way:?}: {outcome:?}");
        // Each window is probed for half a second and begins with a call in flight.
        let each = TEN + Duration::from_millis(500) + 2 * way;
        assert!(outcome.took <= 20 * each, "{way:?}: {outcome:?}");
    }
}

/// Returns the response to an accepted call.
fn reported(remaining: u64) -> LimitUpdate {
    let limit = RateLimitHeaders {
        limit: Some(50),
        remaining: Some(remaining),
        reset: Some(TEN),
        ..RateLimitHeaders::default()
    };
    LimitUpdate::new(StatusCode::OK, limit)
}

#[test]
fn responses_that_overtake_each_other_do_not_raise_the_calls_left() {
    let at = Duration::from_millis;
    let mut lane = Lane::new(None);
    let mut passes: Vec<_> = (0..10).map(|_| lane.take(at(0)).unwrap()).collect();
    // The server counted the calls in the reverse order. Another program made 38 calls before.
    for (remaining, pass) in (2..12).zip(passes.drain(..)) {
        lane.end(pass, at(20), Some(&reported(remaining)));
    }
    assert_eq!(lane.state(at(20), 0).left, Some(2));
    // The response to a later call shows that more are left.
    let pass = lane.take(at(30)).unwrap();
    lane.end(pass, at(50), Some(&reported(8)));
    assert_eq!(lane.state(at(50), 0).left, Some(8));
}

#[test]
fn adapts_to_a_server_that_rounds_down() {
    let outcome = run(Lane::new(None), Server::new(50, Naming::Floor), 1000);
    assert!(outcome.refused <= 10, "{outcome:?}");
    assert!(outcome.took <= Duration::from_secs(225), "{outcome:?}");
}

#[test]
fn learns_a_limit_from_refusals() {
    let outcome = run(Lane::new(None), Server::new(50, Naming::RetryAfter), 3000);
    assert!(outcome.took <= TEN * 63, "{outcome:?}");
    // Calls before the first refusal cannot know the limit.
    assert!(outcome.refused <= 2950 + 60, "{outcome:?}");
}

#[test]
fn a_quota_prevents_refusals() {
    let rate = Quota::truto().account;
    for naming in [Naming::Ceiling, Naming::Floor, Naming::RetryAfter] {
        check(Lane::new(rate), naming, 0);
    }
}

#[test]
fn accepts_a_window_without_an_end() {
    let rate = Rate {
        calls: 1,
        window: Duration::MAX,
    };
    let mut lane = Lane::new(Some(rate));
    lane.take(TEN).unwrap();
    assert_eq!(lane.take(TEN), Err(Duration::MAX));
    assert_eq!(lane.opens(TEN, u64::MAX), Duration::MAX);
}

#[test]
fn applies_trutos_quota_only_at_its_address() {
    assert_eq!(Quota::of_host("api.truto.one"), Quota::truto());
    for host in ["127.0.0.1", "truto.one.evil.test", "nottruto.one"] {
        assert_eq!(Quota::of_host(host), Quota::unlimited());
    }
}

#[test]
fn keeps_counted_calls_when_the_quota_changes() {
    let rate = |calls| Some(Rate { calls, window: TEN });
    let mut lane = Lane::new(rate(3));
    let second = Duration::from_secs;
    for at in 0..3 {
        lane.take(second(at)).unwrap();
    }
    lane.set_quota(rate(4));
    lane.take(second(3)).unwrap();
    let after = |at: u64| second(at) + TEN + TEN / 40;
    assert_eq!(lane.take(second(4)), Err(after(0)));
    // After the fourth, three are still one too many.
    lane.set_quota(rate(2));
    assert_eq!(lane.take(second(4)), Err(after(2)));
    lane.set_quota(None);
    lane.take(second(4)).unwrap();
}

#[test]
fn gives_back_the_place_of_its_own_call() {
    let rate = Rate {
        calls: 2,
        window: TEN,
    };
    let mut lane = Lane::new(Some(rate));
    let second = Duration::from_secs;
    let unsent = lane.take(second(0)).unwrap();
    lane.take(second(9)).unwrap();
    lane.give_back(unsent);
    // Calls of the ninth second count until the twentieth.
    lane.take(second(11)).unwrap();
    assert!(lane.take(second(12)).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_held_call_takes_nothing_from_the_account() {
    let limits = Quota::unlimited()
        .per_token(1, TEN)
        .per_account(5, Duration::from_secs(60));
    let gate = Arc::new(Gate::own(limits, Arc::new(SystemClock::default())));
    let sent = gate.enter(&mut Turn::default(), TEN).await.ok();
    sent.unwrap().complete(&LimitUpdate::default());
    for _ in 0..20 {
        let mut turn = Turn::default();
        let waiting = gate.enter(&mut turn, 2 * TEN);
        let waiting = tokio::time::timeout(Duration::from_millis(1), waiting);
        assert!(waiting.await.is_err());
        let refused = gate.enter(&mut turn, Duration::from_millis(1)).await;
        assert!(refused.is_err());
    }
    let state = RateLimiter(Arc::clone(&gate)).status();
    assert_eq!((state.in_flight, state.waiting), (0, 0));
    let (account, _) = gate.account.state(gate.clock.elapsed());
    assert_eq!(account.left, Some(4));
}

#[tokio::test(start_paused = true)]
async fn reports_expired_calls_without_an_event() {
    let limits = Quota::unlimited().per_account(2, TEN);
    let gate = Arc::new(Gate::own(limits, Arc::new(SystemClock::default())));
    let limiter = RateLimiter(Arc::clone(&gate));
    for _ in 0..2 {
        let permit = gate.enter(&mut Turn::default(), TEN).await.ok();
        permit.unwrap().complete(&LimitUpdate::default());
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    let mut watch = limiter.watch();
    assert_eq!(watch.next().await.left, Some(0));
    let began = tokio::time::Instant::now();
    for (left, seconds) in [(1, 8), (2, 9)] {
        assert_eq!(watch.next().await.left, Some(left));
        assert_eq!(began.elapsed().as_secs(), seconds);
        assert_eq!(limiter.status().left, Some(left));
    }
    let idle = tokio::time::timeout(Duration::from_secs(3600), watch.next());
    assert!(idle.await.is_err(), "nothing changes any more");
}

proptest! {
    /// In any state, a full lane reports when to ask again, and opens then if there is no new
    /// event.
    #[test]
    fn a_lane_never_closes_forever(events in prop::collection::vec(any::<(u8, u8, u16)>(), 1..80)) {
        let mut lane = Lane::new(None);
        let mut now = Duration::ZERO;
        let mut under_way = Vec::new();
        for (kind, number, wait) in events {
            now += Duration::from_millis(wait.into());
            match kind % 4 {
                0 | 1 => under_way.extend(lane.take(now)),
                _ if under_way.is_empty() => {}
                event => {
                    let pass = under_way.swap_remove(usize::from(number) % under_way.len());
                    let limit = RateLimitHeaders {
                        limit: (number % 3 > 0).then_some(u64::from(number % 7)),
                        remaining: (number % 2 > 0).then_some(u64::from(number % 5)),
                        reset: Some(Duration::from_secs(u64::from(number) % 20)),
                        ..RateLimitHeaders::default()
                    };
                    let status = if event == 2 { StatusCode::OK } else { StatusCode::TOO_MANY_REQUESTS };
                    lane.end(pass, now, Some(&LimitUpdate::new(status, limit)));
                }
            }
        }
        let mut asked = 0;
        while let Err(at) = lane.take(now) {
            prop_assert!(at > now, "{at:?} {now:?} {lane:?}");
            now = at;
            asked += 1;
            // Each second without a response allows one more call in flight.
            prop_assert!(asked < 5 + under_way.len(), "{lane:?}");
        }
    }
}
