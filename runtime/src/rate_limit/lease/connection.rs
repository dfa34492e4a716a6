//! The state of the connection of a lane to the store, for the program. Pure: the time is a parameter.

use std::time::Duration;

use super::{LeasedCalls, Mode};

/// The reasons of outages without an error of the store.
const NOT_POLLED: &str = "the runtime of tokio that asks the store is not polled";
const STOPPED: &str = "the runtime of tokio that asked the store has stopped";
const LOST: &str =
    "the store has lost its state, or was away, and waits for the reports of all processes";

/// The state of the store for the account of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreState {
    /// The store has not responded yet.
    Connecting,
    /// The store decides how many calls may be sent.
    Connected {
        /// The number of processes that use the account.
        processes: u64,
    },
    /// The store does not respond with a lease for the account, or has lost its state. Calls continue with
    /// a local share of the last known limit. `RateLimiter::store_error` returns the reason.
    Unreachable {
        /// The number of calls in one window of this process; `None` if no limit is known, so that
        /// only the process itself limits its calls.
        share: Option<u64>,
    },
}

impl LeasedCalls {
    /// Returns the state of the connection.
    pub(in crate::rate_limit) fn store_state(&self, now: Duration) -> StoreState {
        if self.is_unreachable(now) {
            let share = self.share.own_rate().map(|rate| rate.calls);
            return StoreState::Unreachable { share };
        }
        if self.mode == Mode::Connecting {
            return StoreState::Connecting;
        }
        StoreState::Connected {
            processes: self.share.processes(),
        }
    }

    /// Returns the reason for which the store is unreachable, if it is.
    pub(in crate::rate_limit) fn store_error(&self, now: Duration) -> Option<&str> {
        let reason = match self.mode {
            _ if !self.is_unreachable(now) => return None,
            _ if self.driver.is_given_up() => NOT_POLLED,
            Mode::Standby { .. } => LOST,
            _ => self.failure.as_deref().unwrap_or(STOPPED),
        };
        Some(reason)
    }

    fn is_unreachable(&self, now: Duration) -> bool {
        self.is_alone(now) || !self.mode.is_shared()
    }
}
