//! Progress notifications for a running call.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::progress::Step;

/// The interval of notifications that a call is still running.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);

/// Notifies a client of the progress of a call, if the client asked for it.
pub(super) struct Progress {
    peer: Peer<RoleServer>,
    token: Option<ProgressToken>,
    /// The number of notifications, which is the value of the progress.
    sent: u32,
    start: Instant,
    heartbeats: Interval,
}

impl Progress {
    pub(super) fn new(context: &RequestContext<RoleServer>) -> Self {
        let start = Instant::now();
        let mut heartbeats = interval_at(start + HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL);
        heartbeats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            peer: context.peer.clone(),
            token: context.meta.get_progress_token(),
            sent: 0,
            start,
            heartbeats,
        }
    }

    /// Waits for the next heartbeat, and returns the time since the start of the call.
    pub(super) async fn heartbeat(&mut self) -> Duration {
        self.heartbeats.tick().await.duration_since(self.start)
    }

    pub(super) async fn still_running(&mut self, elapsed: Duration) {
        self.notify(format!("still running after {} s", elapsed.as_secs()))
            .await;
    }

    pub(super) async fn step(&mut self, step: Step) {
        let message = match step {
            Step::WaitingForRateLimit { wait } => {
                format!("the rate limit is exhausted; waiting {} s", seconds(wait))
            }
            Step::Retrying { wait } => format!("retrying in {} s", seconds(wait)),
            Step::Sending { attempt: 1 } => "request sent".to_owned(),
            Step::Sending { attempt } => format!("request sent (attempt {attempt})"),
        };
        self.notify(message).await;
    }

    pub(super) async fn notify(&mut self, message: String) {
        let Some(token) = &self.token else {
            return;
        };
        self.sent += 1;
        let progress = ProgressNotificationParam::new(token.clone(), self.sent.into());
        let sent = self
            .peer
            .notify_progress(progress.with_message(message))
            .await;
        if let Err(error) = sent {
            // The call continues: its response may still reach the client.
            tracing::debug!(target: "toolsmith", %error, "a progress notification could not be sent");
        }
    }
}

/// Returns a duration in whole seconds, rounded up.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs()
        .saturating_add(u64::from(wait.subsec_nanos() > 0))
}
