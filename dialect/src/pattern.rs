//! Patterns as lists write them, and the strings that they match.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex::Regex;
use toolsmith_pattern::{Pattern, PatternTest};

/// The number of compiled patterns that are kept. It is more than one tool has: if the patterns of an object
/// did not fit, each would be compiled again for each name.
const MAX_COMPILED: usize = 2_000;

/// The tests of a pattern: an expression, and `true` if it must match. `None` for a pattern that is
/// not checked.
type Tests = Option<Vec<(Regex, bool)>>;

static COMPILED: Mutex<BTreeMap<String, Arc<Tests>>> = Mutex::new(BTreeMap::new());

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
    let tests = compiled(pattern);
    let mut tests = tests.as_ref().as_ref()?.iter();
    Some(tests.all(|(regex, expected)| regex.is_match(text) == *expected))
}

/// Returns the tests of a pattern. No thread waits while another one compiles or matches.
fn compiled(pattern: &str) -> Arc<Tests> {
    let lock = || COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(tests) = lock().get(pattern) {
        return Arc::clone(tests);
    }
    let tests = Arc::new(compile(pattern));
    let mut compiled = lock();
    if compiled.len() >= MAX_COMPILED {
        compiled.clear();
    }
    compiled.insert(pattern.to_owned(), Arc::clone(&tests));
    tests
}

fn compile(pattern: &str) -> Tests {
    let tests = Pattern::parse(pattern).ok()?.tests().ok()?.into_iter();
    let compiled = tests.map(|test| match test {
        PatternTest::Matches(text) => Some((Regex::new(&text).ok()?, true)),
        PatternTest::Excludes(text) => Some((Regex::new(&text).ok()?, false)),
    });
    compiled.collect()
}
