//! Rate limits: what an answer's headers say of them. Pure; the time is a parameter.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header};

mod structured;

/// What an answer says of the rate limit it was counted against.
///
/// Everything is optional: an API may send all of it, some or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitHeaders {
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

/// The headers that hold one number each.
#[derive(Default)]
struct SingleFields<'a> {
    limit: Option<&'a str>,
    remaining: Option<&'a str>,
    reset: Option<&'a str>,
}

impl SingleFields<'_> {
    fn is_there(&self) -> bool {
        self.limit.is_some() || self.remaining.is_some() || self.reset.is_some()
    }
}

/// The headers that speak of limits, found in one pass: an answer has few headers, and looking
/// each name up that there might be would cost every call more. One that is no text is empty here,
/// which says nothing.
#[derive(Default)]
struct Told<'a> {
    retry_after_ms: Option<&'a str>,
    retry_after: Option<&'a str>,
    standard: SingleFields<'a>,
    customary: SingleFields<'a>,
    /// Lists, each of which may stand in several headers.
    states: Vec<&'a str>,
    policies: Vec<&'a str>,
}

impl<'a> Told<'a> {
    fn of(headers: &'a HeaderMap) -> Self {
        let mut told = Self::default();
        for (name, value) in headers {
            let name = name.as_str();
            // Most headers speak of something else, as their first letters tell.
            if !matches!(name.as_bytes(), [b'r', ..] | [b'x', b'-', b'r', ..]) {
                continue;
            }
            let text = || value.to_str().unwrap_or_default().trim_ascii();
            if let Some(place) = told.place_of(name) {
                // Of several with the same name the first counts.
                place.get_or_insert_with(text);
            } else if let Some(list) = told.list_of(name) {
                list.push(text());
            }
        }
        told
    }

    fn place_of(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
        Some(match name {
            "retry-after-ms" => &mut self.retry_after_ms,
            "retry-after" => &mut self.retry_after,
            "ratelimit-limit" => &mut self.standard.limit,
            "ratelimit-remaining" => &mut self.standard.remaining,
            "ratelimit-reset" => &mut self.standard.reset,
            "x-ratelimit-limit" => &mut self.customary.limit,
            "x-ratelimit-remaining" => &mut self.customary.remaining,
            "x-ratelimit-reset" => &mut self.customary.reset,
            _ => return None,
        })
    }

    fn list_of(&mut self, name: &str) -> Option<&mut Vec<&'a str>> {
        match name {
            "ratelimit" => Some(&mut self.states),
            "ratelimit-policy" => Some(&mut self.policies),
            _ => None,
        }
    }
}

/// The time of day, which only dates are read by: most answers have none.
type Now<'a> = &'a dyn Fn() -> SystemTime;

impl RateLimitHeaders {
    /// Reads the headers of an answer that came at `now`.
    ///
    /// Understood are `retry-after-ms`, `retry-after` (seconds, fractions of them, a date),
    /// `ratelimit-limit: 110;w=10`, `ratelimit-remaining`, `ratelimit-reset` (seconds, or an epoch
    /// time), the same with `x-` before them, and the fields `RateLimit` and `RateLimit-Policy`.
    /// Dates count from the `Date` of the answer, if it has one: clocks differ.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap, now: SystemTime) -> Self {
        Self::read(headers, &|| now)
    }

    /// The same, where the time is looked up only if it is needed.
    pub(crate) fn read(headers: &HeaderMap, now: Now<'_>) -> Self {
        let told = Told::of(headers);
        let now: Now<'_> = &|| date_of(headers).unwrap_or_else(now);
        let mut found = Self {
            retry_after: retry_after(&told, now),
            ..Self::from_single_fields(&told.standard, now)
        };
        if !(told.states.is_empty() && told.policies.is_empty()) {
            found.fill(structured::read(&told.states, &told.policies));
        }
        if told.customary.is_there() {
            found.fill(Self::from_single_fields(&told.customary, now));
        }
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
    fn from_single_fields(told: &SingleFields<'_>, now: Now<'_>) -> Self {
        let (limit, window) = told.limit.map_or((None, None), calls_and_window);
        Self {
            limit,
            window,
            remaining: told.remaining.and_then(count),
            reset: told.reset.and_then(|value| reset(value, now)),
            retry_after: None,
        }
    }
}

/// `110;w=10`, of which several may stand there: the first counts. Its window may stand beside the
/// same number further on, as in `10, 10;w=1, 500;w=60`.
fn calls_and_window(value: &str) -> (Option<u64>, Option<Duration>) {
    // As most answers say it, and quicker to read.
    let window = |rest: &str| whole_number(rest.strip_prefix(";w=")?);
    match leading_number(value).map(|(calls, rest)| (calls, rest, window(rest))) {
        Some((calls, "", _)) => return (Some(calls), None),
        Some((calls, _, Some(window))) => {
            return (Some(calls), believable(Duration::from_secs(window)));
        }
        _ => {}
    }
    let mut members = structured::members(value);
    let Some(first) = members.next() else {
        return (None, None);
    };
    let same = |item: &structured::Item<'_>| item.name == first.name;
    let again = || members.filter(same).find_map(|item| item.seconds("w"));
    (count(first.name), first.seconds("w").or_else(again))
}

/// `retry-after-ms` says it more exactly, so it comes first.
fn retry_after(told: &Told<'_>, now: Now<'_>) -> Option<Duration> {
    let milliseconds = told.retry_after_ms.and_then(number);
    let exactly = milliseconds.and_then(|milliseconds| seconds(milliseconds / 1000.0));
    if exactly.is_some() {
        return exactly;
    }
    let value = told.retry_after?;
    if let Some(number) = number(value) {
        return seconds(number);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    believable(date.duration_since(now()).unwrap_or_default())
}

/// The server's own time, by which it counts: a clock that is wrong on either side would make a
/// date a wait of minutes or none at all.
fn date_of(headers: &HeaderMap) -> Option<SystemTime> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    httpdate::parse_http_date(date).ok()
}

/// Seconds from now, or an epoch time in seconds or, as some send it, milliseconds or less.
fn reset(value: &str, now: Now<'_>) -> Option<Duration> {
    const EPOCH_SECONDS: f64 = 1e9;
    /// From these on it is counted in milliseconds, microseconds, nanoseconds.
    const FINER: [f64; 3] = [1e12, 1e15, 1e18];
    if let Some(few) = whole_number(value).filter(|seconds| *seconds <= u16::MAX.into()) {
        // As most answers say it, and quicker to read.
        return Some(Duration::from_secs(few));
    }
    let value = number(value)?;
    if value <= EPOCH_SECONDS {
        return seconds(value);
    }
    let finer = FINER.iter().filter(|least| value > **least);
    let since_epoch = finer.fold(value, |value, _| value / 1000.0);
    let since_epoch = Duration::try_from_secs_f64(since_epoch).ok()?;
    let time = UNIX_EPOCH.checked_add(since_epoch)?;
    believable(time.duration_since(now()).unwrap_or_default())
}

/// No limit is spent for more than a year: what says so is a slip, and says nothing. Believed, it
/// would hold up every call of the account for good.
fn believable(wait: Duration) -> Option<Duration> {
    const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);
    (wait <= YEAR).then_some(wait)
}

fn number(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number of few digits at the beginning of `text`, and what stands behind it.
fn leading_number(text: &str) -> Option<(u64, &str)> {
    const FEW: usize = 18;
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let add = |number, digit| number * 10 + u64::from(digit - b'0');
    (1..=FEW)
        .contains(&length)
        .then(|| (digits.bytes().fold(0, add), rest))
}

/// A number of few digits and nothing else, as most answers say it.
fn whole_number(text: &str) -> Option<u64> {
    leading_number(text)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(number, _)| number)
}

/// A count of calls; one below zero means that there are none.
fn count(value: &str) -> Option<u64> {
    if let Some(count) = whole_number(value) {
        return Some(count);
    }
    match value.parse() {
        Ok(count) => Some(count),
        Err(_) => value.parse::<i64>().ok().map(|_| 0),
    }
}

/// A negative number of seconds is in the past: there is nothing to wait for.
fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number.max(0.0))
        .ok()
        .and_then(believable)
}

#[cfg(test)]
mod tests;
