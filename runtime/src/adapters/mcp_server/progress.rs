//! What a client is told of a call that runs.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::progress::Step;

/// How often a call that says nothing is said to run still.
const BEAT: Duration = Duration::from_secs(5);

/// Tells a client of a call, if it wants to know.
pub(super) struct Progress {
    peer: Peer<RoleServer>,
    token: Option<ProgressToken>,
    /// How often it was told something; it has to grow.
    told: u32,
    began: Instant,
    beats: Interval,
}

impl Progress {
    pub(super) fn new(context: &RequestContext<RoleServer>) -> Self {
        let began = Instant::now();
        let mut beats = interval_at(began + BEAT, BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            peer: context.peer.clone(),
            token: context.meta.get_progress_token(),
            told: 0,
            began,
            beats,
        }
    }

    /// Waits for the next moment to say that the call still runs.
    pub(super) async fn beat(&mut self) -> Duration {
        self.beats.tick().await.duration_since(self.began)
    }

    pub(super) async fn still_runs(&mut self, since: Duration) {
        self.say(format!("still running after {} s", since.as_secs()))
            .await;
    }

    pub(super) async fn step(&mut self, step: Step) {
        let message = match step {
            Step::WaitingForRateLimit { wait } => {
                format!("the rate limit is spent; waiting {} s", seconds(wait))
            }
            Step::Retrying { wait } => format!("trying again in {} s", seconds(wait)),
            Step::Sending { attempt: 1 } => "sent".to_owned(),
            Step::Sending { attempt } => format!("sent, try {attempt}"),
        };
        self.say(message).await;
    }

    pub(super) async fn say(&mut self, message: String) {
        let Some(token) = &self.token else {
            return;
        };
        self.told += 1;
        let progress = ProgressNotificationParam::new(token.clone(), self.told.into());
        let told = self
            .peer
            .notify_progress(progress.with_message(message))
            .await;
        if let Err(error) = told {
            // The call goes on: its answer may still reach the client.
            tracing::debug!(target: "toolsmith", %error, "progress was not told");
        }
    }
}

/// Whole seconds, rounded up.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs()
        .saturating_add(u64::from(wait.subsec_nanos() > 0))
}
