//! The rate-limit headers of a response. Pure: the time is a parameter.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

mod structured;
mod time;

use time::{Times, number, seconds};

/// The rate-limit headers of a response.
///
/// All fields are optional, because APIs send all, some or none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitHeaders {
    /// The number of calls in one window.
    pub limit: Option<u64>,
    /// The length of the window.
    pub window: Option<Duration>,
    /// The number of calls left in this window.
    pub remaining: Option<u64>,
    /// The time until the next window, counted from the response.
    pub reset: Option<Duration>,
    /// The wait that the server asks for before a retry, counted from the response.
    pub retry_after: Option<Duration>,
}

/// The headers with one number each.
#[derive(Default)]
struct SingleFields<'a> {
    limit: Option<&'a str>,
    remaining: Option<&'a str>,
    reset: Option<&'a str>,
}

impl SingleFields<'_> {
    fn is_present(&self) -> bool {
        self.limit.is_some() || self.remaining.is_some() || self.reset.is_some()
    }
}

/// The headers that concern limits, found in one pass, which is faster than a lookup of each name.
/// A value that is not a string is empty.
#[derive(Default)]
struct LimitFields<'a> {
    retry_after_ms: Option<&'a str>,
    retry_after: Option<&'a str>,
    standard: SingleFields<'a>,
    prefixed: SingleFields<'a>,
    /// The limit of requests, of APIs that have others.
    requests: SingleFields<'a>,
    /// Lists, each of which may be split over several headers.
    states: Vec<&'a str>,
    policies: Vec<&'a str>,
}

impl<'a> LimitFields<'a> {
    /// Finds the headers; `None` if there are none.
    fn of(headers: &'a HeaderMap) -> Option<Self> {
        let mut fields = Self::default();
        let mut is_any = false;
        for (name, value) in headers {
            let name = name.as_str();
            // Most headers concern something else, which their first letters show.
            if !matches!(
                name.as_bytes(),
                [b'r', ..] | [b'x', b'-', b'r', ..] | [b'a', b'n', ..]
            ) {
                continue;
            }
            let text = || value.to_str().unwrap_or_default().trim_ascii();
            is_any = true;
            if let Some(field) = fields.single_field(name) {
                // The first of several headers with the same name counts.
                field.get_or_insert_with(text);
            } else if let Some(list) = fields.list_field(name) {
                list.push(text());
            }
        }
        is_any.then_some(fields)
    }

    fn single_field(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
        Some(match name {
            "retry-after-ms" => &mut self.retry_after_ms,
            "retry-after" => &mut self.retry_after,
            "ratelimit-limit" => &mut self.standard.limit,
            "ratelimit-remaining" => &mut self.standard.remaining,
            "ratelimit-reset" => &mut self.standard.reset,
            "x-ratelimit-limit" => &mut self.prefixed.limit,
            "x-ratelimit-remaining" => &mut self.prefixed.remaining,
            "x-ratelimit-reset" => &mut self.prefixed.reset,
            "x-ratelimit-limit-requests" | "anthropic-ratelimit-requests-limit" => {
                &mut self.requests.limit
            }
            "x-ratelimit-remaining-requests" | "anthropic-ratelimit-requests-remaining" => {
                &mut self.requests.remaining
            }
            "x-ratelimit-reset-requests" | "anthropic-ratelimit-requests-reset" => {
                &mut self.requests.reset
            }
            _ => return None,
        })
    }

    fn list_field(&mut self, name: &str) -> Option<&mut Vec<&'a str>> {
        match name {
            "ratelimit" => Some(&mut self.states),
            "ratelimit-policy" => Some(&mut self.policies),
            _ => None,
        }
    }
}

impl RateLimitHeaders {
    /// Parses the headers of a response that was received at `now`.
    ///
    /// The supported headers are `retry-after-ms`, `retry-after`, `ratelimit-limit: 110;w=10`,
    /// `ratelimit-remaining`, `ratelimit-reset`, the same with the prefix `x-`, the limit of requests
    /// of OpenAI and Anthropic (`x-ratelimit-reset-requests`, `anthropic-ratelimit-requests-reset`),
    /// and the fields `RateLimit` and `RateLimit-Policy`.
    ///
    /// A wait is a number of seconds with or without a fraction, a duration (`6m0s`, `250ms`), a date
    /// of HTTP or of RFC 3339, or, for a reset, an epoch time. Dates are relative to the `Date` of
    /// the response, if it has one, because clocks differ; where the two clocks differ by more than
    /// two seconds, the shorter wait counts that is not in the past.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap, now: SystemTime) -> Self {
        Self::read(headers, &|| now)
    }

    /// Parses the headers and reads the time only if it is needed.
    pub(crate) fn read(headers: &HeaderMap, now: &dyn Fn() -> SystemTime) -> Self {
        let Some(fields) = LimitFields::of(headers) else {
            return Self::default();
        };
        let times = Times { headers, now };
        let mut found = Self {
            retry_after: retry_after(&fields, &times),
            ..Self::from_single_fields(&fields.standard, &times)
        };
        if !(fields.states.is_empty() && fields.policies.is_empty()) {
            found.fill(structured::read(&fields.states, &fields.policies));
        }
        for fields in [&fields.prefixed, &fields.requests] {
            if fields.is_present() {
                found.fill(Self::from_single_fields(fields, &times));
            }
        }
        found
    }

    /// Returns the wait before a retry: the one that the server asks for, or the time until the
    /// next window. If there are both, the longer one counts, unless calls are left in the window.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let has_left = self.remaining.is_some_and(|remaining| remaining > 0);
        match self.retry_after {
            Some(wait) if has_left && !wait.is_zero() => Some(wait),
            wait => wait.max(self.reset),
        }
    }

    /// Returns `true` if no calls are left in the window.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.remaining == Some(0)
    }

    /// Sets the unknown fields from `other`. If both are about one limit, the later reset holds.
    fn fill(&mut self, other: Self) {
        let is_same =
            |one: Option<u64>, other: Option<u64>| one.is_none() || other.is_none() || one == other;
        if is_same(self.limit, other.limit) && is_same(self.remaining, other.remaining) {
            self.reset = self.reset.max(other.reset);
        }
        self.limit = self.limit.or(other.limit);
        self.window = self.window.or(other.window);
        self.remaining = self.remaining.or(other.remaining);
        self.reset = self.reset.or(other.reset);
    }

    /// `ratelimit-limit: 110;w=10`, `ratelimit-remaining: 109`, `ratelimit-reset: 60`.
    fn from_single_fields(fields: &SingleFields<'_>, times: &Times<'_>) -> Self {
        let (limit, window) = fields.limit.map_or((None, None), calls_and_window);
        Self {
            limit,
            window,
            remaining: fields.remaining.and_then(count),
            reset: fields.reset.and_then(|value| times.reset(value)),
            retry_after: None,
        }
    }
}

/// `110;w=10`. The first of several limits counts; its window may follow further on, as in `10,
/// 10;w=1, 500;w=60`.
fn calls_and_window(value: &str) -> (Option<u64>, Option<Duration>) {
    // The usual form, which is faster to parse.
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

/// `retry-after-ms` is more precise, so it takes precedence over seconds that it is rounded to. If the two
/// contradict each other, the longer wait holds.
fn retry_after(fields: &LimitFields<'_>, times: &Times<'_>) -> Option<Duration> {
    let milliseconds = fields.retry_after_ms.and_then(number);
    let exactly = milliseconds.and_then(|milliseconds| seconds(milliseconds / 1000.0));
    let rounded = fields.retry_after.and_then(|value| times.wait(value));
    match (exactly, rounded) {
        (Some(exactly), Some(rounded))
            if exactly.is_zero() || exactly.abs_diff(rounded) >= SECOND =>
        {
            Some(exactly.max(rounded))
        }
        (exactly, rounded) => exactly.or(rounded),
    }
}

/// The difference from which a wait in seconds is not the rounded one in milliseconds.
const SECOND: Duration = Duration::from_secs(1);

/// Drops a wait of more than a year, which is an error of the server. It would block every call of
/// the account.
fn believable(wait: Duration) -> Option<Duration> {
    const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);
    (wait <= YEAR).then_some(wait)
}

/// Splits a number with few digits from the start of `text`.
fn leading_number(text: &str) -> Option<(u64, &str)> {
    const FEW: usize = 18;
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let add = |number, digit| number * 10 + u64::from(digit - b'0');
    (1..=FEW)
        .contains(&length)
        .then(|| (digits.bytes().fold(0, add), rest))
}

/// Parses a number with few digits, the usual form.
fn whole_number(text: &str) -> Option<u64> {
    leading_number(text)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(number, _)| number)
}

/// Parses a number of calls; a negative number counts as 0.
fn count(value: &str) -> Option<u64> {
    if let Some(count) = whole_number(value) {
        return Some(count);
    }
    match value.parse() {
        Ok(count) => Some(count),
        Err(_) => value.parse::<i64>().ok().map(|_| 0),
    }
}

#[cfg(test)]
mod tests;
