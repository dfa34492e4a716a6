//! The fleet: a server with one limit, and processes that share it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use toolsmith_testkit::fake_truto::{FakeTruto, RateLimit, Settings};

use crate::worker::{Limiter, OUTCOME, VARIABLE, now};

/// The plan of one run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) processes: u32,
    /// The tasks of each process, of one call each.
    pub(crate) tasks: u32,
    pub(crate) limit: u32,
    pub(crate) window: u32,
    /// The time after which a request to the store has failed.
    pub(crate) store_timeout: Duration,
}

impl Plan {
    /// Returns the plan of the promise: 400 tasks in eight processes, and 50 calls in ten seconds.
    pub(crate) fn full() -> Self {
        Self {
            processes: 8,
            tasks: 50,
            limit: 50,
            window: 10,
            store_timeout: Duration::from_millis(500),
        }
    }

    /// Returns the same with a fifth of the time.
    pub(crate) fn short() -> Self {
        Self {
            window: 2,
            ..Self::full()
        }
    }

    fn calls(self) -> u32 {
        self.processes * self.tasks
    }

    /// Returns the time that the limit needs for the tasks: the last window begins then.
    fn least_time(self) -> Duration {
        let windows = self.calls().div_ceil(self.limit) - 1;
        Duration::from_secs((windows * self.window).into())
    }
}

/// A run under way.
pub(crate) struct Fleet {
    plan: Plan,
    truto: FakeTruto,
    children: Vec<Child>,
    begin: u64,
}

/// The outcome of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The milliseconds since the begin at which calls were refused.
    pub(crate) refused: Vec<u64>,
    /// The durations of the tasks in milliseconds, for each process.
    pub(crate) waits: Vec<Vec<u64>>,
    pub(crate) took: Duration,
    pub(crate) used: f64,
    /// `true` if every process went on without the store for a time.
    pub(crate) was_alone: bool,
    /// `true` if every process used the store at the end.
    pub(crate) ended_shared: bool,
}

impl Fleet {
    /// Starts the processes.
    pub(crate) fn start(plan: Plan, limiter: Limiter, store: &str) -> Self {
        let truto = FakeTruto::start().unwrap();
        truto.set(Settings {
            rate_limit: Some(RateLimit {
                limit: plan.limit,
                window_seconds: plan.window,
            }),
            ..Settings::default()
        });
        let begin = now() + 1500;
        let settings = json!({
            "base_url": truto.base_url(),
            "token": truto.token(),
            "account": truto.account_id(),
            "store": store,
            "store_timeout": plan.store_timeout.as_secs_f64(),
            "limiter": format!("{limiter:?}"),
            "tasks": plan.tasks,
            "processes": plan.processes,
            "limit": plan.limit,
            "window": plan.window,
            "begin": begin,
        });
        let start = |_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "worker", "--nocapture"])
                .env(VARIABLE, settings.to_string())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let children = (0..plan.processes).map(start).collect();
        Self {
            plan,
            truto,
            children,
            begin,
        }
    }

    /// Waits until this time of the run.
    pub(crate) fn wait_until(&self, seconds: f64) {
        let at = self.begin + (seconds * 1000.0) as u64;
        std::thread::sleep(Duration::from_millis(at.saturating_sub(now())));
    }

    /// Returns the system's number of a process.
    pub(crate) fn process(&self, index: usize) -> u32 {
        self.children[index].id()
    }

    /// Kills a process of the fleet at once. Its tasks count as done.
    pub(crate) fn kill(&mut self, index: usize) {
        let mut child = self.children.remove(index);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Waits for the end of all processes.
    pub(crate) fn end(self) -> Outcome {
        let mut refused = Vec::new();
        let mut waits = Vec::new();
        let mut last = 0;
        let (mut was_alone, mut ended_shared) = (true, true);
        for mut child in self.children {
            let output = BufReader::new(child.stdout.take().unwrap());
            let lines = output.lines().map(Result::unwrap).collect::<Vec<_>>();
            assert!(child.wait().unwrap().success(), "{lines:?}");
            let line = lines.iter().find_map(|line| line.split_once(OUTCOME));
            let outcome: Value = serde_json::from_str(line.unwrap().1).unwrap();
            let number = |value: &Value| value.as_u64().unwrap();
            let elements = |value: &Value| value.as_array().unwrap().clone();
            refused.extend(
                elements(&outcome["refused"])
                    .iter()
                    .map(|at| number(at) - self.begin),
            );
            let ended = elements(&outcome["ended"]);
            last = ended
                .iter()
                .map(|end| number(&end[0]))
                .max()
                .unwrap_or(0)
                .max(last);
            waits.push(ended.iter().map(|end| number(&end[1])).collect());
            was_alone &= outcome["was_alone"].as_bool().unwrap();
            ended_shared &= outcome["is_shared"].as_bool().unwrap();
        }
        refused.sort_unstable();
        let took = Duration::from_millis(last - self.begin);
        let arrived = self.truto.requests().len();
        assert!(arrived >= refused.len());
        Outcome {
            refused,
            waits,
            took,
            used: self.plan.least_time().as_secs_f64() / took.as_secs_f64(),
            was_alone,
            ended_shared,
        }
    }
}

impl Outcome {
    /// Returns all waits in order.
    pub(crate) fn sorted(&self) -> Vec<u64> {
        let mut waits: Vec<u64> = self.waits.iter().flatten().copied().collect();
        waits.sort_unstable();
        waits
    }

    /// Returns the longest wait in medians.
    pub(crate) fn longest(&self) -> f64 {
        let waits = self.sorted();
        *waits.last().unwrap() as f64 / waits[waits.len() / 2] as f64
    }

    /// Returns the largest deviation of the mean wait of a process from that of all.
    pub(crate) fn unevenness(&self) -> f64 {
        let mean = |waits: &[u64]| waits.iter().sum::<u64>() as f64 / waits.len() as f64;
        let all = mean(&self.sorted());
        let each = self
            .waits
            .iter()
            .map(|waits| (mean(waits) / all - 1.0).abs());
        each.fold(0.0, f64::max)
    }

    /// Returns the number of refusals after a time in seconds.
    pub(crate) fn refused_after(&self, seconds: f64) -> usize {
        let after = (seconds * 1000.0) as u64;
        self.refused.iter().filter(|at| **at > after).count()
    }

    /// Returns a row of the table.
    pub(crate) fn row(&self, name: &str) -> String {
        format!(
            "| {name} | {} | {:.1} s | {:.3} | {:.2} | {:.0} % |",
            self.refused.len(),
            self.took.as_secs_f64(),
            self.used,
            self.longest(),
            self.unevenness() * 100.0
        )
    }
}
