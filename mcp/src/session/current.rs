//! The connection of a session, and what is known about the server.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::era::Era;
use super::negotiate::Agreement;
use crate::transport::Link;

/// The number of times that a connection is made again within [`RECENT`].
const MAX_RECENT: usize = 5;
const RECENT: Duration = Duration::from_secs(60);

/// The wait before the second new connection within [`RECENT`]; it doubles with each further one.
const BACKOFF: Duration = Duration::from_millis(200);

/// The time after which a server that was not able to state its era is asked again.
const ERA_PAUSE: Duration = Duration::from_secs(2);

/// The connection, and when it was made again.
#[derive(Default)]
pub(super) struct Current {
    pub(super) live: Option<Arc<Live>>,
    /// The era of the server, as far as it is known.
    pub(super) era: Option<Era>,
    /// The instructions of the server, as it last stated them.
    pub(super) instructions: Option<String>,
    recent: VecDeque<Instant>,
    /// The time until which the server is not asked for its era again.
    era_settled: Option<Instant>,
    /// `true` if the server ended the last session while its connection was usable.
    pub(super) has_lost_session: bool,
}

/// A connection whose era is known.
pub(super) struct Live {
    pub(super) link: Link,
    pub(super) era: Era,
}

/// A new connection.
pub(super) struct Opened {
    pub(super) link: Link,
    pub(super) agreed: Agreement,
}

impl Current {
    /// Sets the connection. One whose era is known states no instructions again.
    pub(super) fn set(&mut self, opened: Opened) -> Arc<Live> {
        let Opened { link, agreed } = opened;
        let live = Arc::new(Live {
            link,
            era: agreed.era.clone(),
        });
        if agreed.instructions.is_some() || agreed.era != Era::Modern {
            self.instructions = agreed.instructions;
        }
        self.era = Some(agreed.era);
        self.live = Some(Arc::clone(&live));
        live
    }

    /// Returns the number of times that a connection was made again lately.
    pub(super) fn recent_count(&self) -> usize {
        self.recent.len()
    }

    /// Returns `true` unless the server was asked for its era lately.
    pub(super) fn may_ask_for_era(&self) -> bool {
        let settled = self.era_settled;
        settled.is_none_or(|settled| Instant::now() >= settled)
    }

    /// Notes that the server speaks the era that is known, or that it is silent.
    pub(super) fn settle_era(&mut self) {
        self.era_settled = Some(Instant::now() + RECENT);
    }

    /// Notes that the server was asked for its era and cannot respond now. The next connection does not count as a repeated one.
    pub(super) fn postpone_era(&mut self) {
        self.era_settled = Some(Instant::now() + ERA_PAUSE);
        self.recent.pop_back();
    }

    /// Counts another connection. Returns the wait before it; `None` if there were too many.
    pub(super) fn next_wait(&mut self) -> Option<Duration> {
        let now = Instant::now();
        while self
            .recent
            .front()
            .is_some_and(|made| now.saturating_duration_since(*made) > RECENT)
        {
            self.recent.pop_front();
        }
        let count = self.recent.len();
        if count >= MAX_RECENT {
            return None;
        }
        self.recent.push_back(now);
        let doublings = u32::try_from(count).unwrap_or(u32::MAX);
        Some(match doublings.checked_sub(1) {
            None => Duration::ZERO,
            Some(doublings) => BACKOFF.saturating_mul(2_u32.saturating_pow(doublings)),
        })
    }
}
