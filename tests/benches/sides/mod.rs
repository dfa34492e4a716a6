//! The two compared sides: the same call of the same server with the same request.

mod calls;

use std::io;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use toolsmith_testkit::fake_truto::FakeTruto;

use calls::{ByHand, Ours};

/// Both sides, their server, and their runtime.
pub(crate) struct Sides {
    ours: Ours,
    by_hand: ByHand,
    runtime: Runtime,
    _server: FakeTruto,
}

impl Sides {
    pub(crate) fn start() -> io::Result<Self> {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let server = FakeTruto::start()?;
        // One thread, so that the measurement covers the whole call and nothing of the server.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            ours: Ours::new(server.base_url()),
            by_hand: ByHand::new(server.base_url()),
            runtime,
            _server: server,
        })
    }

    /// Measures this many calls of the generated client.
    pub(crate) fn ours(&self, count: u32) -> Duration {
        let begun = Instant::now();
        for _ in 0..count {
            self.runtime.block_on(self.ours.call());
        }
        begun.elapsed()
    }

    /// Measures this many calls written by hand.
    pub(crate) fn by_hand(&self, count: u32) -> Duration {
        let begun = Instant::now();
        for _ in 0..count {
            self.runtime.block_on(self.by_hand.call());
        }
        begun.elapsed()
    }
}
