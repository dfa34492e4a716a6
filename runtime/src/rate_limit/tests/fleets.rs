//! The promise of a shared limit, in random fleets on a paused clock: no call is refused, no call of a
//! window is left unused while calls wait, and every process gets its share.
//!
//! A thousand fleets take a minute: `FLEETS=1000 cargo test -p toolsmith-runtime --features
//! rate-limit-store --lib fleets`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::sleep;

use super::shared_lanes::{Fleet, mean};
use super::{Naming, TEN};
use crate::rate_limit::Quota;

const LIMIT: u64 = 50;

/// A fleet and the server it calls.
#[derive(Debug, Clone)]
struct Plan {
    /// The number of tasks of each process, and the time at which it starts.
    processes: Vec<(u32, Duration)>,
    /// The age of the server's first window.
    age: Duration,
    latency: Duration,
    jitter: Duration,
    store_delay: u64,
    /// The time at which the store is lost, and for how long.
    loss: Option<(Duration, Duration)>,
    /// `true` if the store comes back with the state that it had.
    keeps_state: bool,
}

/// The outcome of a plan.
#[derive(Debug)]
struct Outcome {
    took: Duration,
    refused: Vec<Duration>,
    /// The calls that windows before the last one would have accepted.
    lost: u64,
    waits: Vec<(usize, Duration)>,
    requests: u64,
}

fn milliseconds(range: std::ops::Range<u64>) -> impl Strategy<Value = Duration> {
    range.prop_map(Duration::from_millis)
}

/// Returns eight processes with 50 tasks each, as the promise has them.
fn even_processes() -> impl Strategy<Value = Vec<(u32, Duration)>> {
    prop::collection::vec((Just(50), milliseconds(0..100)), 8)
}

/// Returns a few processes with few or many tasks.
fn uneven_processes() -> impl Strategy<Value = Vec<(u32, Duration)>> {
    prop::collection::vec((1..120_u32, milliseconds(0..15_000)), 2..9)
}

fn any_plan(processes: impl Strategy<Value = Vec<(u32, Duration)>>) -> impl Strategy<Value = Plan> {
    let times = (
        milliseconds(0..9000),
        milliseconds(2..120),
        milliseconds(0..80),
        0..20_u64,
    );
    (processes, times).prop_map(|(processes, (age, latency, jitter, store_delay))| Plan {
        processes,
        age,
        latency,
        jitter,
        store_delay,
        loss: None,
        keeps_state: false,
    })
}

impl Plan {
    fn calls(&self) -> u64 {
        self.processes
            .iter()
            .map(|(tasks, _)| u64::from(*tasks))
            .sum()
    }

    /// Returns the time that the server needs for all calls, if they arrive at once.
    fn least_time(&self) -> Duration {
        let windows = u32::try_from(self.calls().div_ceil(LIMIT) - 1).unwrap();
        (TEN * windows).saturating_sub(self.age)
    }

    fn run(&self) -> Outcome {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(self.carry_out())
    }

    async fn carry_out(&self) -> Outcome {
        let mut fleet = Fleet::new(LIMIT, Naming::Ceiling);
        fleet.latency = self.latency;
        fleet.jitter = self.jitter;
        fleet.store.delay.store(self.store_delay, Ordering::Relaxed);
        fleet.server.lock().unwrap().began = Some(Duration::ZERO);
        sleep(self.age).await;
        let mut tasks = Vec::new();
        let mut starts: Vec<_> = self.processes.iter().enumerate().collect();
        starts.sort_by_key(|(_, (_, at))| *at);
        // A gate of a process that has ended all its tasks stays, as a client does.
        let mut gates = Vec::new();
        let mut loss = self.loss;
        let begin = fleet.began.elapsed();
        for (process, (count, at)) in starts {
            sleep((begin + *at).saturating_sub(fleet.began.elapsed())).await;
            let gate = fleet.process(Quota::unlimited());
            tasks.extend((0..*count).map(|_| fleet.task(process, &gate)));
            gates.push(gate);
        }
        if let Some((at, time)) = loss.take() {
            sleep((begin + at).saturating_sub(fleet.began.elapsed())).await;
            fleet.store.is_down.store(true, Ordering::Relaxed);
            if !self.keeps_state {
                fleet.store.store.clear();
            }
            sleep(time).await;
            fleet.store.is_down.store(false, Ordering::Relaxed);
        }
        for task in tasks {
            task.await.unwrap();
        }
        let waits = fleet.waits.lock().unwrap().clone();
        let refused = fleet.refused.lock().unwrap();
        Outcome {
            took: fleet.began.elapsed().saturating_sub(begin),
            refused: refused.iter().map(|at| at.saturating_sub(begin)).collect(),
            lost: fleet.server.lock().unwrap().lost,
            waits,
            requests: fleet.requests(),
        }
    }
}

impl Outcome {
    /// Returns the longest wait in medians.
    fn longest(&self) -> f64 {
        let mut waits: Vec<_> = self.waits.iter().map(|(_, wait)| *wait).collect();
        waits.sort_unstable();
        let median = waits.get(waits.len() / 2).unwrap();
        waits.last().unwrap().div_duration_f64(*median)
    }

    /// Returns the largest deviation of the mean wait of a process from that of all.
    fn unevenness(&self, processes: usize) -> f64 {
        let all = mean(self.waits.iter().map(|(_, wait)| *wait));
        let of = |process| {
            let own = self.waits.iter().filter(move |(of, _)| *of == process);
            mean(own.map(|(_, wait)| *wait))
        };
        let each = (0..processes).map(|process| (of(process) / all - 1.0).abs());
        each.fold(0.0, f64::max)
    }

    fn summary(&self) -> String {
        let waits = self.longest();
        format!(
            "{:?}, {} lost, longest {waits:.2}, {} requests, refused {:?}",
            self.took, self.lost, self.requests, self.refused
        )
    }
}

/// The number of fleets: a few, or that of the variable `FLEETS`.
fn fleets(few: u32) -> ProptestConfig {
    let asked = std::env::var("FLEETS").ok();
    let cases = asked.and_then(|count| count.parse().ok()).unwrap_or(few);
    ProptestConfig {
        cases,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(fleets(12))]

    #[test]
    fn eight_processes_use_the_whole_limit_of_every_window(plan in any_plan(even_processes())) {
        let outcome = plan.run();
        let summary = outcome.summary();
        prop_assert!(outcome.refused.is_empty(), "{summary}");
        prop_assert_eq!(outcome.lost, 0, "{}", summary);
        let used = plan.least_time().div_duration_f64(outcome.took);
        prop_assert!(used >= 0.95, "{used:.3} of the limit: {summary}");
        prop_assert!(outcome.longest() <= 2.0, "{summary}");
        let unevenness = outcome.unevenness(plan.processes.len());
        prop_assert!(unevenness < 0.2, "{unevenness:.2}: {summary}");
    }

    #[test]
    fn uneven_processes_that_come_and_go_are_not_refused(plan in any_plan(uneven_processes())) {
        let outcome = plan.run();
        let summary = outcome.summary();
        prop_assert!(outcome.refused.is_empty(), "{summary}");
        let late = plan.processes.iter().map(|(_, at)| *at).max().unwrap();
        let windows = u32::try_from(plan.calls().div_ceil(LIMIT)).unwrap();
        // Each window may cost the rounding of its end and a probe.
        let most = late + (TEN + Duration::from_millis(400)) * windows;
        prop_assert!(outcome.took <= most, "{most:?}: {summary}");
    }

    #[test]
    fn a_store_that_is_lost_and_comes_back_costs_little(
        mut plan in any_plan(even_processes()),
        at in milliseconds(5000..40_000),
        time in prop_oneof![Just(Duration::ZERO), milliseconds(0..20_000)],
        keeps_state in any::<bool>(),
    ) {
        (plan.loss, plan.keeps_state) = (Some((at, time)), keeps_state);
        let outcome = plan.run();
        let summary = outcome.summary();
        // In the window of the loss.
        let after = at + TEN + Duration::from_millis(200);
        prop_assert!(
            outcome.refused.iter().all(|refused| *refused <= after),
            "after {after:?}: {summary}"
        );
        let used = plan.least_time().div_duration_f64(outcome.took);
        prop_assert!(used >= 0.7, "{used:.3} of the limit: {summary}");
    }
}
