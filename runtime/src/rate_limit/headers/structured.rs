//! `RateLimit` and `RateLimit-Policy`: lists of structured fields (RFC 9651), and the forms of
//! earlier drafts.

use std::time::Duration;

use super::{RateLimitHeaders, believable, count};

/// One member of a list: `"burst";r=0;t=5`.
pub(super) struct Item<'a> {
    pub(super) name: &'a str,
    /// `r=0;t=5`
    parameters: &'a str,
}

impl<'a> Item<'a> {
    fn parse(member: &'a str) -> Self {
        let (name, parameters) = split_once(member, b';').unwrap_or((member, ""));
        Self {
            name: name.trim(),
            parameters,
        }
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        let parameters = split(self.parameters, b';').map(str::trim);
        let mut pairs = parameters.filter_map(|part| part.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.parameter(name).and_then(count)
    }

    pub(super) fn seconds(&self, name: &str) -> Option<Duration> {
        self.number(name)
            .map(Duration::from_secs)
            .and_then(believable)
    }

    /// Returns the number of calls that a policy allows: `"burst";q=100;w=60`, or `100;w=60`.
    fn calls(&self) -> Option<u64> {
        self.number("q").or_else(|| count(self.name))
    }

    /// Returns `true` if a policy limits calls, and not bytes or concurrency.
    fn is_of_calls(&self) -> bool {
        let unit = self.parameter("qu");
        unit.is_none_or(|unit| unit.trim_matches('"') == "requests")
    }

    fn has_name_of(&self, other: &Self) -> bool {
        self.name.trim_matches('"') == other.name.trim_matches('"')
    }
}

/// Parses the members of a list, which may be split over several headers.
fn items<'a>(lines: &[&'a str]) -> Vec<Item<'a>> {
    let members = lines.iter().flat_map(|line| members(line));
    members.collect()
}

/// Parses the members of a list on one line.
pub(super) fn members(line: &str) -> impl Iterator<Item = Item<'_>> {
    split(line, b',').map(Item::parse)
}

/// `RateLimit: "burst";r=0;t=5` with `RateLimit-Policy: "burst";q=100;w=60`, or, as an earlier
/// draft had it, `RateLimit: limit=100, remaining=0, reset=5` with `RateLimit-Policy: 100;w=60`.
pub(super) fn read(states: &[&str], policies: &[&str]) -> RateLimitHeaders {
    let states = items(states);
    let policies = items(policies);
    let policy_of = |state: &Item<'_>| policies.iter().find(|policy| policy.has_name_of(state));
    // The limit with the fewest calls left applies; of two exhausted limits, the one with the
    // longer wait.
    let tightest = states
        .iter()
        .filter(|state| policy_of(state).is_none_or(Item::is_of_calls))
        .filter_map(|state| Some((state.number("r")?, state)))
        .min_by_key(|(left, state)| (*left, u64::MAX - state.number("t").unwrap_or(0)));
    match tightest {
        Some((left, state)) => {
            let sole = || Some(policies.first()?).filter(|_| policies.len() == 1);
            let policy = policy_of(state).or_else(sole);
            RateLimitHeaders {
                limit: policy.and_then(Item::calls),
                window: policy.and_then(|policy| policy.seconds("w")),
                remaining: Some(left),
                reset: state.seconds("t"),
                retry_after: None,
            }
        }
        None => read_members(&states, &policies),
    }
}

/// Reads a list whose members are the parts of one limit. Its policy is the one with the same
/// number of calls, or the first.
fn read_members(states: &[Item<'_>], policies: &[Item<'_>]) -> RateLimitHeaders {
    let member = |name: &str| {
        let value = |item: &Item<'_>| item.name.strip_prefix(name)?.strip_prefix('=').map(count);
        states.iter().find_map(value).flatten()
    };
    let limit = member("limit");
    let mut of_calls = policies.iter().filter(|policy| policy.is_of_calls());
    let same = policies
        .iter()
        .find(|policy| limit.is_some() && policy.calls() == limit);
    let policy = same.or_else(|| of_calls.next());
    RateLimitHeaders {
        limit: limit.or_else(|| policy.and_then(Item::calls)),
        window: policy.and_then(|policy| policy.seconds("w")),
        remaining: member("remaining"),
        reset: member("reset")
            .map(Duration::from_secs)
            .and_then(believable),
        retry_after: None,
    }
}

/// Splits a string at the first `mark` outside quotes.
fn split_once(text: &str, mark: u8) -> Option<(&str, &str)> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let is_mark = |byte: u8| {
        if is_escaped {
            is_escaped = false;
            return false;
        }
        match byte {
            b'\\' => is_escaped = is_quoted,
            b'"' => is_quoted = !is_quoted,
            _ => {}
        }
        byte == mark && !is_quoted
    };
    let at = text.bytes().position(is_mark)?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(1..)?))
}

/// Splits a string at the marks outside quotes.
fn split(text: &str, mark: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (part, after) = match split_once(text, mark) {
            Some((part, after)) => (part, Some(after)),
            None => (text, None),
        };
        rest = after;
        Some(part)
    })
}
