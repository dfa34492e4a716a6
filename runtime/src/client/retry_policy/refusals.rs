//! The refusals of one call that do not count as attempts.

use crate::rate_limit::{RefusalKind, Verdict};

/// The refusals of one call by the rate limit of the server.
///
/// A refusal counts as an attempt only if the window should have been open for the call. It does not
/// if other calls explain it: one of them was refused while this one was in flight, or the lane that
/// they share was refused again after it had waited as long as the server said.
#[derive(Debug, Default)]
pub(in crate::client) struct Refusals {
    uncounted: u32,
    /// `true` if other calls explain the last response, which was a refusal.
    is_last_explained: bool,
    /// The number of attempts of this call that were not refused.
    accepted: u64,
    /// The number of other calls that the server had accepted at the last refusal.
    others_before: Option<u64>,
}

impl Refusals {
    /// Records a response. Returns `true` if another call should go before the next attempt, because
    /// the refusal may concern this call alone.
    pub(in crate::client) fn record(&mut self, verdict: Option<Verdict>) -> bool {
        self.is_last_explained = false;
        let Some(verdict) = verdict else {
            return false;
        };
        let Some(refusal) = verdict.refusal else {
            self.accepted += 1;
            return false;
        };
        let others = verdict.accepted.saturating_sub(self.accepted);
        let before = self.others_before.replace(others);
        let counts = self.counts(refusal, &verdict, others, before);
        if !counts {
            self.is_last_explained = true;
            self.uncounted = self.uncounted.saturating_add(1);
        }
        counts || refusal == RefusalKind::Repeated
    }

    fn counts(
        &self,
        refusal: RefusalKind,
        verdict: &Verdict,
        others: u64,
        before: Option<u64>,
    ) -> bool {
        if refusal == RefusalKind::Late {
            return false;
        }
        // The server has accepted others since, so the refusal concerns this call, unless it says that
        // they have used up the window.
        let was_open = !verdict.is_spent && before.is_some_and(|before| others > before);
        let of_token = verdict.accepted_of_token.saturating_sub(self.accepted);
        let is_alone = of_token == 0 && !verdict.has_waiting;
        was_open || is_alone
    }

    /// Returns `true` if the last response was a refusal that does not count.
    pub(in crate::client) fn is_last_explained(&self) -> bool {
        self.is_last_explained
    }

    /// Returns the number of attempts that do not count.
    pub(in crate::client) fn uncounted(&self) -> u32 {
        self.uncounted
    }
}
