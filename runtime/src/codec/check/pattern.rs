//! Patterns, each compiled once per process.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;

static COMPILED: Mutex<BTreeMap<&'static str, Option<Regex>>> = Mutex::new(BTreeMap::new());

/// Returns `true` if `pattern` matches a part of `text`. An invalid pattern, which the generator
/// leaves out, matches everything.
pub(super) fn is_found(pattern: &'static str, text: &str) -> bool {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled
        .entry(pattern)
        .or_insert_with(|| Regex::new(pattern).ok())
        .clone();
    drop(compiled);
    regex.is_none_or(|regex| regex.is_match(text))
}
