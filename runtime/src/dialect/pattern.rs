//! Patterns as lists write them.

use toolsmith_pattern::Pattern;

/// Returns a pattern in the syntax that all regex engines read alike; `None` if it has none.
pub(super) fn portable(pattern: &str) -> Option<String> {
    Pattern::parse(pattern).ok()?.portable()
}
