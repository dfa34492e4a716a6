//! The state of one process in a lane.

/// The state of one process.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Process {
    /// The number of its last request.
    pub(super) turn: u64,
    pub(super) epoch: u64,
    /// The calls that it holds in the epoch.
    pub(super) out: u64,
    /// The calls of the epoch that ended without a report of the calls left.
    pub(super) spent: u64,
    pub(super) waiting: u64,
    /// The calls that it holds ahead of need.
    pub(super) ahead: u64,
    /// The time until which it counts as waiting.
    pub(super) waits_until: u64,
    /// The time after which it has crashed.
    pub(super) expires: u64,
}

impl Process {
    /// Begins an epoch.
    pub(super) fn enter(&mut self, epoch: u64) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.out = 0;
            self.spent = 0;
            self.ahead = 0;
        }
    }
}
