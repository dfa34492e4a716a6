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
use crate::transport::{MemoryTransport, MockResponse};

/// All recorded metrics by name and labels.
#[derive(Clone, Default)]
pub(super) struct Counts(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    values: BTreeMap<String, Vec<f64>>,
    described: BTreeMap<String, String>,
}

struct Entry(String, Counts);

impl Entry {
    fn push(&self, value: f64) {
        let mut state = self.1.0.lock().unwrap();
        state.values.entry(self.0.clone()).or_default().push(value);
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

    /// Returns the values of each metric, by its name and labels.
    pub(super) fn all(&self) -> Vec<(String, Vec<f64>)> {
        let state = self.0.lock().unwrap();
        let values = state.values.iter();
        values
            .map(|(name, all)| (name.clone(), all.clone()))
            .collect()
    }

    /// Returns the units and descriptions, by name.
    pub(super) fn described(&self) -> BTreeMap<String, String> {
        self.0.lock().unwrap().described.clone()
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>, description: &SharedString) {
        let unit = unit.map_or("none", |unit| unit.as_str());
        let text = format!("{unit}: {description}");
        let described = &mut self.0.lock().unwrap().described;
        described.insert(name.as_str().to_owned(), text);
    }

    fn sums(&self) -> Vec<(String, f64)> {
        let sum = |(name, all): (String, Vec<f64>)| (name, all.iter().sum());
        self.all().into_iter().map(sum).collect()
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(&name, unit, &description);
    }

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(&name, unit, &description);
    }

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
pub(super) fn counted<F: Future<Output = ()>>(work: impl FnOnce() -> F) -> Counts {
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

const READ: &str = "toolsmith.catalog=shop gen_ai.tool.name=get_single_shop_project_by_id";
const WRITE: &str = "toolsmith.catalog=shop gen_ai.tool.name=create_a_shop_project";

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
            format!("toolsmith.calls {READ} toolsmith.outcome=succeeded"),
            1.0,
        ),
        (
            format!("toolsmith.calls {READ} toolsmith.outcome=api_error"),
            1.0,
        ),
        (
            format!("toolsmith.calls {READ} toolsmith.outcome=timeout"),
            1.0,
        ),
        (
            format!("toolsmith.calls {READ} toolsmith.outcome=cancelled"),
            1.0,
        ),
        (
            format!("toolsmith.calls {READ} toolsmith.outcome=rate_limited"),
            1.0,
        ),
        (
            format!("toolsmith.calls {WRITE} toolsmith.outcome=transport"),
            1.0,
        ),
        (format!("toolsmith.attempts {READ}"), 7.0),
        (format!("toolsmith.attempts {WRITE}"), 1.0),
    ] {
        assert_eq!(sum(&name), Some(expected), "{name} in {sums:#?}");
    }
    let calls = sums
        .iter()
        .filter(|(name, _)| name.starts_with("toolsmith.calls "));
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
    let call = format!("gen_ai.execute_tool.duration {READ} gen_ai.operation.name=execute_tool");
    for (error, seconds) in [
        ("", 7.0),
        (" error.type=404", 0.0),
        (" error.type=timeout", 5.0),
        (" error.type=cancelled", 2.0),
        (" error.type=429", 0.0),
    ] {
        let durations = values(&format!("{call}{error}"));
        assert!(
            durations.len() == 1 && (durations[0] - seconds).abs() < 1.5,
            "{error}: {durations:?} in {all:#?}"
        );
    }
    let request = "http.request.method=GET server.address=api.shop.test server.port=443 url.template=/proxy/projects/{id}";
    let attempts = |end: &str| {
        let name = format!("http.client.request.duration {READ} {request} {end}");
        values(&name).len()
    };
    for (end, count) in [
        ("http.response.status_code=200", 1),
        ("http.response.status_code=404 error.type=404", 1),
        ("http.response.status_code=429 error.type=429", 2),
        ("http.response.status_code=500 error.type=500", 1),
        ("error.type=timeout", 1),
    ] {
        assert_eq!(attempts(end), count, "{end} in {all:#?}");
    }
    let waits = values(&format!(
        "toolsmith.wait.duration {READ} toolsmith.wait.reason=retry"
    ));
    assert!(
        waits.len() == 2 && (waits[0] - 7.0).abs() < 0.1,
        "{waits:?}"
    );
    let waits = values(&format!(
        "toolsmith.wait.duration {READ} toolsmith.wait.reason=rate_limit"
    ));
    assert!(
        waits.len() == 1 && (waits[0] - 7.0).abs() < 0.1,
        "{waits:?}"
    );
}

#[test]
fn metrics_have_the_account_if_the_program_asks() {
    for is_asked in [false, true] {
        let counts = counted(|| async move {
            let transport =
                MemoryTransport::respond_with(|_| MockResponse::json(200, &project("p")));
            let builder = Client::builder()
                .token("t")
                .account("acc_1")
                .transport(transport);
            let builder = if is_asked {
                builder.account_in_metrics()
            } else {
                builder
            };
            let client = builder.build().unwrap();
            get(&client).await;
            get(&client.for_account("acc_2")).await;
        });
        for account in ["acc_1", "acc_2"] {
            let label = format!("toolsmith.account.id={account}");
            let labelled = |(name, _): &(String, Vec<f64>)| name.contains(&label);
            let count = counts
                .all()
                .iter()
                .filter(|metric| labelled(metric))
                .count();
            // Calls, attempts, the duration of the call and that of the request.
            assert_eq!(count, if is_asked { 4 } else { 0 }, "{:#?}", counts.all());
        }
    }
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
