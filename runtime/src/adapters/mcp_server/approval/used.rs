//! The states that were used, so that each holds for one call.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::seal::{SealedState, StateProblem, milliseconds};

/// The number of used states that are remembered until they expire. Beyond it, approvals are refused:
/// forgetting one would allow it to be used again.
const MAX_USED_STATES: usize = 65_536;

/// The states that were used, with the time at which each expires.
#[derive(Debug, Default)]
pub(super) struct UsedStates(BTreeMap<[u8; 16], u64>);

impl UsedStates {
    pub(super) fn contains(&self, state: &SealedState) -> bool {
        self.0.contains_key(&state.nonce)
    }

    /// Remembers a state.
    ///
    /// # Errors
    ///
    /// The state was used already, or too many are remembered.
    pub(super) fn insert(
        &mut self,
        state: &SealedState,
        now: SystemTime,
    ) -> Result<(), StateProblem> {
        if self.contains(state) {
            return Err(StateProblem::Used);
        }
        if self.0.len() >= MAX_USED_STATES {
            let now = milliseconds(now);
            self.0.retain(|_, expiry| *expiry > now);
        }
        if self.0.len() >= MAX_USED_STATES {
            return Err(StateProblem::TooMany);
        }
        self.0.insert(state.nonce, state.expiry);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn state(index: usize, expiry: u64) -> SealedState {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&index.to_be_bytes());
        SealedState { nonce, expiry }
    }

    #[test]
    fn remembers_every_state_until_it_expires() {
        let mut used = UsedStates::default();
        for index in 0..MAX_USED_STATES {
            used.insert(&state(index, 1_000), UNIX_EPOCH).unwrap();
        }
        let again = used.insert(&state(0, 1_000), UNIX_EPOCH);
        assert_eq!(again, Err(StateProblem::Used));
        let more = used.insert(&state(MAX_USED_STATES, 2_000), UNIX_EPOCH);
        assert_eq!(more, Err(StateProblem::TooMany));
        let later = UNIX_EPOCH + Duration::from_secs(1);
        used.insert(&state(MAX_USED_STATES, 2_000), later).unwrap();
        assert_eq!(used.0.len(), 1, "the expired ones are forgotten");
    }
}
