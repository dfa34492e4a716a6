//! The limits of a provider over all tools of one request.

use super::rules::Limits;
use super::write::Counts;

/// The limits that remain after the tools admitted so far.
pub(super) struct RequestLimits {
    remaining: Limits,
}

impl RequestLimits {
    pub(super) fn new(limits: Limits) -> Self {
        Self { remaining: limits }
    }

    /// Returns `true` if a tool is within the limits, and subtracts it from the limits of the
    /// request. The limits of a single schema stay.
    pub(super) fn admit(&mut self, counts: Counts) -> bool {
        let limits = &mut self.remaining;
        let is_within = counts.properties <= limits.properties
            && counts.values <= limits.values
            && counts.text <= limits.text
            && limits.tools > 0
            && counts.optional <= limits.optional
            && counts.unions <= limits.unions;
        if is_within {
            subtract(&mut limits.tools, 1);
            subtract(&mut limits.optional, counts.optional);
            subtract(&mut limits.unions, counts.unions);
        }
        is_within
    }
}

fn subtract(limit: &mut usize, count: usize) {
    if *limit != usize::MAX {
        *limit -= count;
    }
}
