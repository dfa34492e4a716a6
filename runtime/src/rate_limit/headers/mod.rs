//! The rate-limit headers of a response. Pure: the time is a parameter.

use std::cmp::Reverse;
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

/// The header of one number. Those of one limit follow each other: its calls, those left, its reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field(usize);

const RETRY_AFTER_MS: Field = Field(0);
const RETRY_AFTER: Field = Field(1);

/// The headers of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LimitGroup(usize);

const STANDARD: LimitGroup = LimitGroup(2);
const PREFIXED: LimitGroup = LimitGroup(5);
/// The limit of requests, of APIs that have others.
const REQUESTS: LimitGroup = LimitGroup(8);

const FIELD_COUNT: usize = 11;

impl LimitGroup {
    const fn limit(self) -> Field {
        Field(self.0)
    }

    const fn remaining(self) -> Field {
        Field(self.0 + 1)
    }

    const fn reset(self) -> Field {
        Field(self.0 + 2)
    }
}

/// The headers that concern limits, found in one pass, which is faster than a lookup of each name.
/// A value that is not a string is empty.
#[derive(Default)]
struct LimitFields<'a> {
    /// The first header of each name.
    numbers: [Option<&'a str>; FIELD_COUNT],
    /// The others.
    repeated: Vec<(Field, &'a str)>,
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
            if let Some(field) = number_field(name) {
                fields.add(field, text());
            } else if let Some(list) = fields.list_field(name) {
                list.push(text());
            }
        }
        is_any.then_some(fields)
    }

    fn add(&mut self, field: Field, text: &'a str) {
        match self.numbers.get_mut(field.0) {
            Some(first @ None) => *first = Some(text),
            _ => self.repeated.push((field, text)),
        }
    }

    fn list_field(&mut self, name: &str) -> Option<&mut Vec<&'a str>> {
        match name {
            "ratelimit" => Some(&mut self.states),
            "ratelimit-policy" => Some(&mut self.policies),
            _ => None,
        }
    }

    fn first(&self, field: Field) -> Option<&'a str> {
        self.numbers.get(field.0).copied().flatten()
    }

    /// Returns what `parse` reads in the headers of this name, in order. Several may be joined to one, as
    /// in `1, 120`.
    fn all<T>(&self, field: Field, parse: impl Fn(&'a str) -> Option<T>) -> Vec<T> {
        let repeated = self.repeated.iter().filter(|(other, _)| *other == field);
        let lines = self
            .first(field)
            .into_iter()
            .chain(repeated.map(|(_, text)| *text));
        let mut all = Vec::new();
        for line in lines {
            match parse(line) {
                Some(value) => all.push(value),
                None => all.extend(parts_of(line).filter_map(&parse)),
            }
        }
        all
    }

    /// Returns what `parse` reads in the header of this name, or the largest value in several of them.
    fn largest<T: Ord>(&self, field: Field, parse: impl Fn(&'a str) -> Option<T>) -> Option<T> {
        let first = self.first(field)?;
        if self.repeated.is_empty()
            && let Some(value) = parse(first)
        {
            return Some(value);
        }
        self.all(field, parse).into_iter().max()
    }

    fn has(&self, group: LimitGroup) -> bool {
        let fields = [group.limit(), group.remaining(), group.reset()];
        fields.into_iter().any(|field| self.first(field).is_some())
    }

    /// Returns the limit whose headers are these: `ratelimit-limit: 110;w=10`, `ratelimit-remaining: 109`,
    /// `ratelimit-reset: 60`.
    fn limit(&self, group: LimitGroup, times: &Times<'_>) -> RateLimitHeaders {
        let (limit, window) = self
            .first(group.limit())
            .map_or((None, None), calls_and_window);
        let (remaining, reset) = self.remaining_and_reset(group, times);
        RateLimitHeaders {
            limit,
            window,
            remaining,
            reset,
            retry_after: None,
        }
    }

    /// Returns the calls left and the reset. Of several, the fewest calls left count, and the latest
    /// reset of those.
    fn remaining_and_reset(
        &self,
        group: LimitGroup,
        times: &Times<'_>,
    ) -> (Option<u64>, Option<Duration>) {
        let of_reset = |value: &'a str| times.reset(value);
        let fewest = |value: &'a str| count(value).map(Reverse);
        let remaining = self
            .largest(group.remaining(), fewest)
            .map(|Reverse(fewest)| fewest);
        let reset = self.largest(group.reset(), of_reset);
        if self.repeated.is_empty() && !self.is_joined(group.reset()) {
            return (remaining, reset);
        }
        let (counts, resets) = (
            self.all(group.remaining(), count),
            self.all(group.reset(), of_reset),
        );
        if counts.len() != resets.len() {
            return (remaining, reset);
        }
        let of_fewest = counts.into_iter().zip(resets);
        let of_fewest = of_fewest.filter(|(count, _)| Some(*count) == remaining);
        (remaining, of_fewest.map(|(_, reset)| reset).max().or(reset))
    }

    fn is_joined(&self, field: Field) -> bool {
        self.first(field).is_some_and(|text| text.contains(','))
    }
}

fn number_field(name: &str) -> Option<Field> {
    Some(match name {
        "retry-after-ms" => RETRY_AFTER_MS,
        "retry-after" => RETRY_AFTER,
        "ratelimit-limit" => STANDARD.limit(),
        "ratelimit-remaining" => STANDARD.remaining(),
        "ratelimit-reset" => STANDARD.reset(),
        "x-ratelimit-limit" => PREFIXED.limit(),
        "x-ratelimit-remaining" => PREFIXED.remaining(),
        "x-ratelimit-reset" => PREFIXED.reset(),
        "x-ratelimit-limit-requests" | "anthropic-ratelimit-requests-limit" => REQUESTS.limit(),
        "x-ratelimit-remaining-requests" | "anthropic-ratelimit-requests-remaining" => {
            REQUESTS.remaining()
        }
        "x-ratelimit-reset-requests" | "anthropic-ratelimit-requests-reset" => REQUESTS.reset(),
        _ => return None,
    })
}

/// Returns the parts of a line that joins several headers. A date has a comma as well.
fn parts_of(line: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(line.match_indices(',').map(|(at, _)| at + 1));
    starts.flat_map(|start| {
        let rest = line.get(start..).unwrap_or_default();
        let mut ends = rest.match_indices(',').map(|(at, _)| at);
        let (one, two) = (ends.next(), ends.next());
        let part = |end: Option<usize>| rest.get(..end.unwrap_or(rest.len()));
        let date = one.and_then(|_| part(two));
        [part(one), date].into_iter().flatten().map(str::trim_ascii)
    })
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
    /// two seconds, the shorter wait counts that is not in the past. Of several headers with one name, the
    /// longest wait and the fewest calls left count.
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
            ..fields.limit(STANDARD, &times)
        };
        if !(fields.states.is_empty() && fields.policies.is_empty()) {
            found.fill(structured::read(&fields.states, &fields.policies));
        }
        for group in [PREFIXED, REQUESTS] {
            if fields.has(group) {
                found.fill(fields.limit(group, &times));
            }
        }
        found
    }

    /// Returns the wait before a retry: the one that the server asks for, or the time until the
    /// next window. If there are both, the longer one counts. If calls are left in the window, its end is
    /// not the end of a wait.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.retry_after.max(self.awaited_reset())
    }

    /// Returns the time until the next window, unless calls are left in this one.
    pub(super) fn awaited_reset(&self) -> Option<Duration> {
        let has_left = self.remaining.is_some_and(|remaining| remaining > 0);
        self.reset.filter(|_| !has_left)
    }

    /// Returns `true` if no calls are left in the window.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.remaining == Some(0)
    }

    /// Sets the unknown fields from `other`. If both are about one limit, the later reset holds. Of two
    /// limits, one without calls left precedes one with some, and of two without, the one with the later
    /// reset counts.
    fn fill(&mut self, other: Self) {
        let is_same =
            |one: Option<u64>, other: Option<u64>| one.is_none() || other.is_none() || one == other;
        if is_same(self.limit, other.limit) && is_same(self.remaining, other.remaining) {
            self.reset = self.reset.max(other.reset);
        } else if other.is_spent()
            && self.remaining.is_some()
            && (!self.is_spent() || other.reset > self.reset)
        {
            let retry_after = self.retry_after;
            *self = Self {
                retry_after,
                ..other
            };
            return;
        }
        self.limit = self.limit.or(other.limit);
        self.window = self.window.or(other.window);
        self.remaining = self.remaining.or(other.remaining);
        self.reset = self.reset.or(other.reset);
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
    let milliseconds = |value| seconds(number(value)? / 1000.0);
    let exactly = fields.largest(RETRY_AFTER_MS, milliseconds);
    let rounded = fields.largest(RETRY_AFTER, |value| times.wait(value));
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
