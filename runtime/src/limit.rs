//! Rate limits: what an answer's headers say of them. Pure; the time is a parameter.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;

/// What an answer says of the rate limit it was counted against.
///
/// Everything is optional: an API may send all of it, some or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Calls in one window.
    pub limit: Option<u64>,
    /// The length of the window.
    pub window: Option<Duration>,
    /// Calls left in this window.
    pub remaining: Option<u64>,
    /// When the next window begins, counted from the answer.
    pub reset: Option<Duration>,
    /// How long the server asks to wait before another try, counted from the answer.
    pub retry_after: Option<Duration>,
}

impl RateLimit {
    /// Reads the headers of an answer that came at `now`.
    ///
    /// Understood are `retry-after-ms`, `retry-after` (seconds, fractions of them, a date),
    /// `ratelimit-limit: 110;w=10`, `ratelimit-remaining`, `ratelimit-reset` (seconds, or an epoch
    /// time), the same with `x-` before them, and the fields `RateLimit` and `RateLimit-Policy`.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap, now: SystemTime) -> Self {
        let mut found = Self {
            retry_after: retry_after(headers, now),
            ..Self::default()
        };
        found.fill(Self::from_single_fields(headers, "ratelimit", now));
        found.fill(Self::from_structured_fields(headers));
        found.fill(Self::from_single_fields(headers, "x-ratelimit", now));
        found
    }

    /// How long to wait before another try, if the answer says: what it asks for, else until the
    /// next window.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.retry_after.or(self.reset)
    }

    /// Whether the window has no calls left.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.remaining == Some(0)
    }

    /// Takes from `other` what is not known yet.
    fn fill(&mut self, other: Self) {
        self.limit = self.limit.or(other.limit);
        self.window = self.window.or(other.window);
        self.remaining = self.remaining.or(other.remaining);
        self.reset = self.reset.or(other.reset);
    }

    /// `ratelimit-limit: 110;w=10`, `ratelimit-remaining: 109`, `ratelimit-reset: 60`.
    fn from_single_fields(headers: &HeaderMap, prefix: &str, now: SystemTime) -> Self {
        let field = |name| text(headers, &format!("{prefix}-{name}"));
        let limit = field("limit").and_then(|value| parse_items(value).into_iter().next());
        Self {
            limit: limit.as_ref().and_then(|item| count(item.name)),
            window: limit.as_ref().and_then(|item| item.seconds("w")),
            remaining: field("remaining").and_then(count),
            reset: field("reset").and_then(|value| reset(value, now)),
            retry_after: None,
        }
    }

    /// `RateLimit: "burst";r=0;t=5` with `RateLimit-Policy: "burst";q=100;w=60`, or, as an earlier
    /// draft had it, `RateLimit: limit=100, remaining=0, reset=5` with `RateLimit-Policy: 100;w=60`.
    fn from_structured_fields(headers: &HeaderMap) -> Self {
        let states = text(headers, "ratelimit").map_or_else(Vec::new, parse_items);
        let policies = text(headers, "ratelimit-policy").map_or_else(Vec::new, parse_items);
        let member = |name: &str| {
            let prefix = |item: &Item<'_>| {
                item.name
                    .strip_prefix(name)?
                    .strip_prefix('=')
                    .and_then(count)
            };
            states.iter().find_map(prefix)
        };
        // Of several limits, the one that is nearest to its end decides; of two that are spent,
        // the one that is spent for longer.
        let tightest = states
            .iter()
            .filter_map(|item| Some((item.number("r")?, item)))
            .min_by_key(|(left, item)| (*left, u64::MAX - item.number("t").unwrap_or(0)));
        let state = tightest.map(|(_, item)| item);
        let named = |item: &&Item<'_>| state.is_some_and(|state| state.name == item.name);
        let policy = policies.iter().find(named).or(policies.first());
        Self {
            limit: policy
                .and_then(|item| item.number("q").or_else(|| count(item.name)))
                .or_else(|| member("limit")),
            window: policy.and_then(|item| item.seconds("w")),
            remaining: tightest
                .map(|(left, _)| left)
                .or_else(|| member("remaining")),
            reset: state
                .and_then(|item| item.seconds("t"))
                .or_else(|| member("reset").map(Duration::from_secs)),
            retry_after: None,
        }
    }
}

/// One member of a list: `"burst";r=0;t=5`.
struct Item<'a> {
    name: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

impl Item<'_> {
    fn number(&self, name: &str) -> Option<u64> {
        let (_, value) = self.parameters.iter().find(|(key, _)| *key == name)?;
        count(value)
    }

    fn seconds(&self, name: &str) -> Option<Duration> {
        self.number(name).map(Duration::from_secs)
    }
}

/// Names of limits hold neither commas nor semicolons in practice; one that does is misread as
/// an item without parameters, which says nothing.
fn parse_items(value: &str) -> Vec<Item<'_>> {
    value.split(',').map(parse_item).collect()
}

fn parse_item(member: &str) -> Item<'_> {
    let mut parts = member.split(';').map(str::trim);
    Item {
        name: parts.next().unwrap_or_default(),
        parameters: parts.filter_map(|part| part.split_once('=')).collect(),
    }
}

/// `retry-after-ms` says it more exactly, so it comes first.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let milliseconds = text(headers, "retry-after-ms").and_then(number);
    if let Some(milliseconds) = milliseconds {
        return seconds(milliseconds / 1000.0);
    }
    let value = text(headers, "retry-after")?;
    if let Some(number) = number(value) {
        return seconds(number);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// Seconds from now, or an epoch time in seconds or, as some send it, milliseconds.
fn reset(value: &str, now: SystemTime) -> Option<Duration> {
    const EPOCH_SECONDS: f64 = 1e9;
    const EPOCH_MILLISECONDS: f64 = 1e12;
    let value = number(value)?;
    if value <= EPOCH_SECONDS {
        return seconds(value);
    }
    let since_epoch = if value > EPOCH_MILLISECONDS {
        value / 1000.0
    } else {
        value
    };
    let time = UNIX_EPOCH.checked_add(seconds(since_epoch)?)?;
    Some(time.duration_since(now).unwrap_or_default())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn number(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A count of calls; one below zero means that there are none.
fn count(value: &str) -> Option<u64> {
    match value.parse() {
        Ok(count) => Some(count),
        Err(_) => value.parse::<i64>().ok().map(|_| 0),
    }
}

/// A negative number of seconds is in the past: there is nothing to wait for.
fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number.max(0.0)).ok()
}
