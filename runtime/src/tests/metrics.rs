//! Metrics: each call, attempt and wait is recorded once, with the right labels.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};

use super::shop::{Client, CreateProject, GetProject};
use super::{project, scripted};
use crate::RetryPolicy;
use crate::error::TransportErrorKind;
use crate::transport::MockResponse;

/// All recorded metrics by name and labels.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<BTreeMap<String, Vec<f64>>>>);

struct Entry(String, Counts);

impl Entry {
    fn push(&self, value: f64) {
        let mut counts = self.1.0.lock().unwrap();
        counts.entry(self.0.clone()).or_default().push(value);
    }
}

impl CounterFn for Entry {
    fn increment(&self, value: u64) {
        self.push(f64::from(u32::try_from(value).unwrap()));
    }

    fn absolute(&self, _value: u64) {
        panic!("counters only grow");
    }
}

impl HistogramFn for Entry {
    fn record(&self, value: f64) {
        self.push(value);
    }
}

impl Counts {
    fn entry(&self, key: &Key) -> Arc<Entry> {
        let labels = key.labels();
        let labels: Vec<_> = labels
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        Arc::new(Entry(name, self.clone()))
    }

    fn all(&self) -> Vec<(String, Vec<f64>)> {
        let counts = self.0.lock().unwrap();
        counts
            .iter()
            .map(|(name, all)| (name.clone(), all.clone()))
            .collect()
    }

    fn sums(&self) -> Vec<(String, f64)> {
        let sum = |(name, all): (String, Vec<f64>)| (name, all.iter().sum());
        self.all().into_iter().map(sum).collect()
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.entry(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.entry(key))
    }
}

/// Returns the metrics of `work`, on a paused clock.
fn counted<F: Future<Output = ()>>(work: impl FnOnce() -> F) -> Counts {
    let counts = Counts::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    metrics::with_local_recorder(&counts, || runtime.block_on(work()));
    counts
}

async fn get(client: &Client) {
    let _ = client.projects().get(GetProject::new("p")).await;
}

const READ: &str = "catalog=shop tool=get_single_shop_project_by_id";
const WRITE: &str = "catalog=shop tool=create_a_shop_project";

/// Makes calls that end in every way.
fn calls() -> Counts {
    let good = || MockResponse::json(200, &project("p"));
    let broken = || MockResponse::error(TransportErrorKind::Broken, "it broke");
    counted(|| async move {
        // A refusal and a broken connection before a success: one call with three attempts.
        let limited = MockResponse::new(429).header("retry-after", "7");
        let slow = || good().after(Duration::from_secs(3600));
        let (client, _) = scripted([
            limited,
            MockResponse::new(500),
            good(),
            MockResponse::new(404),
            broken(),
            slow(),
            slow(),
            MockResponse::new(429).header("retry-after", "9999"),
        ]);
        get(&client).await;
        get(&client).await;
        let create = client.projects().create(CreateProject::new("a", "acc_1"));
        create.retry(RetryPolicy::never()).await.unwrap_err();
        let call = client.projects().get(GetProject::new("p"));
        call.timeout(Duration::from_secs(5)).await.unwrap_err();
        let call = client.projects().get(GetProject::new("p"));
        assert!(
            tokio::time::timeout(Duration::from_secs(2), call)
                .await
                .is_err()
        );
        get(&client).await;
    })
}

#[test]
fn counts_each_call_and_attempt_once() {
    let counts = calls();
    let sums = counts.sums();
    let sum = |name: &str| {
        sums.iter()
            .find(|(key, _)| key == name)
            .map(|(_, sum)| *sum)
    };
    for (name, expected) in [
        (
            format!("toolsmith_calls_total {READ} outcome=succeeded"),
            1.0,
        ),
        (
            format!("toolsmith_calls_total {READ} outcome=api_error"),
            1.0,
        ),
        (format!("toolsmith_calls_total {READ} outcome=timeout"), 1.0),
        (
            format!("toolsmith_calls_total {READ} outcome=cancelled"),
            1.0,
        ),
        (
            format!("toolsmith_calls_total {READ} outcome=rate_limited"),
            1.0,
        ),
        (
            format!("toolsmith_calls_total {WRITE} outcome=transport"),
            1.0,
        ),
        (format!("toolsmith_attempts_total {READ}"), 7.0),
        (format!("toolsmith_attempts_total {WRITE}"), 1.0),
    ] {
        assert_eq!(sum(&name), Some(expected), "{name} in {sums:#?}");
    }
    let calls = sums
        .iter()
        .filter(|(name, _)| name.starts_with("toolsmith_calls_total"));
    assert_eq!(calls.count(), 6, "{sums:#?}");
}

#[test]
fn measures_each_call_and_wait_once() {
    let counts = calls();
    let all = counts.all();
    let values = |name: &str| {
        let found = all.iter().find(|(key, _)| key == name);
        found.map_or(&[][..], |(_, values)| values)
    };
    let durations = values(&format!("toolsmith_call_seconds {READ}"));
    assert_eq!(durations.len(), 5, "{durations:?}");
    assert!((durations[0] - 7.0).abs() < 1.5, "{durations:?}");
    assert!(
        (durations[2] - 5.0).abs() < 0.1 && (durations[3] - 2.0).abs() < 0.1,
        "{durations:?}"
    );
    let tool = "tool=get_single_shop_project_by_id";
    let waits = values(&format!("toolsmith_wait_seconds {tool} reason=retry"));
    assert!(
        waits.len() == 2 && (waits[0] - 7.0).abs() < 0.1,
        "{waits:?}"
    );
    let waits = values(&format!("toolsmith_wait_seconds {tool} reason=rate_limit"));
    assert!(
        waits.len() == 1 && (waits[0] - 7.0).abs() < 0.1,
        "{waits:?}"
    );
}

#[test]
fn does_not_count_a_call_with_invalid_arguments() {
    let counts = counted(|| async {
        let (client, _) = scripted([]);
        let call = client.projects().get(GetProject::new(".."));
        call.await.unwrap_err();
    });
    assert_eq!(counts.all(), []);
}
