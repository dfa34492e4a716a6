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
    /// The calls of the epoch that it was given.
    pub(super) got: u64,
    pub(super) waiting: u64,
    /// The time until which it counts as waiting.
    pub(super) waits_until: u64,
    /// The time after which it has crashed.
    pub(super) expires: u64,
    /// The calls that it has ever sent.
    pub(super) sent: u64,
    /// The calls that count under the client-side limit and are not known to be sent.
    pub(super) reserved: u64,
    /// The end of the bucket that contains them.
    pub(super) reserved_at: u64,
}

/// The other processes of a lane, as far as they matter for a share.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Others {
    /// The calls that wait in them.
    pub(super) waiting: u64,
    /// The calls that those with waiting calls were given in this epoch.
    pub(super) got: u64,
    /// The calls that all of them were given in this epoch.
    pub(super) all_got: u64,
    /// The calls of an earlier epoch that they hold until they ask.
    pub(super) stale: u64,
}

impl Process {
    pub(super) fn times(&mut self) -> [&mut u64; 3] {
        [
            &mut self.waits_until,
            &mut self.expires,
            &mut self.reserved_at,
        ]
    }

    /// Returns the calls that it was given in this epoch.
    pub(super) fn got_in(&self, epoch: u64) -> u64 {
        if self.epoch == epoch { self.got } else { 0 }
    }

    /// Begins an epoch.
    pub(super) fn enter(&mut self, epoch: u64) {
        self.epoch = epoch;
        self.out = 0;
        self.spent = 0;
        self.got = 0;
    }
}
