//! Patterns as lists write them, and the strings that they match.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;
use toolsmith_pattern::{Pattern, PatternTest};

/// The number of compiled patterns that are kept.
const MAX_COMPILED: usize = 200;

/// The tests of a pattern: an expression, and `true` if it must match. `None` for a pattern that is
/// not checked.
type Tests = Option<Vec<(Regex, bool)>>;

static COMPILED: Mutex<BTreeMap<String, Tests>> = Mutex::new(BTreeMap::new());

/// The greatest number of repetitions that regex engines accept, and compile in little memory.
const MAX_REPETITIONS: u32 = 1_000;

/// Returns a pattern in the syntax that all regex engines read alike; `None` if it has none.
pub(super) fn portable(pattern: &str) -> Option<String> {
    let portable = Pattern::parse(pattern).ok()?.portable()?;
    has_few_repetitions(&portable).then_some(portable)
}

/// Returns `false` for a pattern with a count such as `{100000}`.
fn has_few_repetitions(pattern: &str) -> bool {
    let counts = pattern.split('{').skip(1).filter_map(|rest| {
        let (counts, _) = rest.split_once('}')?;
        let is_count = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b',')
        };
        is_count(counts).then_some(counts)
    });
    let mut counts = counts.flat_map(|counts| counts.split(','));
    counts.all(|count| {
        let is_few = |count: u32| count <= MAX_REPETITIONS;
        count.is_empty() || count.parse().is_ok_and(is_few)
    })
}

/// Returns `true` if a pattern accepts a string, as the check of a tool does; `None` if the pattern is
/// not checked.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> Option<bool> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if compiled.len() >= MAX_COMPILED && !compiled.contains_key(pattern) {
        compiled.clear();
    }
    let tests = compiled
        .entry(pattern.to_owned())
        .or_insert_with(|| compile(pattern));
    let mut tests = tests.as_ref()?.iter();
    Some(tests.all(|(regex, expected)| regex.is_match(text) == *expected))
}

fn compile(pattern: &str) -> Tests {
    let tests = Pattern::parse(pattern).ok()?.tests().ok()?.into_iter();
    let compiled = tests.map(|test| match test {
        PatternTest::Matches(text) => Some((Regex::new(&text).ok()?, true)),
        PatternTest::Excludes(text) => Some((Regex::new(&text).ok()?, false)),
    });
    compiled.collect()
}
