//! A collector of OTLP over HTTP.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use axum::routing::post;
use axum::{Json, Router};
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime;

use crate::program::export_to;

/// A span as the collector received it.
#[derive(Debug, Clone)]
pub struct ReceivedSpan {
    /// The identifier of the trace: 32 hexadecimal digits.
    pub trace: String,
    /// The identifier of the span: 16 hexadecimal digits.
    pub id: String,
    /// The identifier of the parent; empty for the first span of a trace.
    pub parent: String,
    /// The name.
    pub name: String,
    /// The kind: 1 for internal, 2 for server, 3 for client.
    pub kind: u64,
    /// The status: 0 for none, 2 for an error.
    pub status: u64,
    /// The attributes, all as text.
    pub attributes: BTreeMap<String, String>,
}

impl ReceivedSpan {
    fn read(json: &Value) -> Self {
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let attributes = json["attributes"].as_array().into_iter().flatten();
        let attribute = |attribute: &Value| {
            let (_, value) = attribute["value"].as_object()?.iter().next()?;
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            Some((attribute["key"].as_str()?.to_owned(), value))
        };
        Self {
            trace: text("traceId"),
            id: text("spanId"),
            parent: text("parentSpanId"),
            name: text("name"),
            kind: json["kind"].as_u64().unwrap_or_default(),
            status: json["status"]["code"].as_u64().unwrap_or_default(),
            attributes: attributes.filter_map(attribute).collect(),
        }
    }

    /// Returns an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The collector of the process, and the provider that exports to it.
pub struct Collector {
    spans: Arc<Mutex<Vec<ReceivedSpan>>>,
    provider: SdkTracerProvider,
}

impl Collector {
    /// Returns the collector of the process. The first call starts it, and the export of spans.
    ///
    /// # Panics
    ///
    /// It cannot be started.
    pub fn get() -> &'static Self {
        static COLLECTOR: OnceLock<Collector> = OnceLock::new();
        // The exporter blocks, so a thread without a runtime makes it.
        COLLECTOR.get_or_init(|| thread::spawn(Self::start).join().unwrap())
    }

    fn start() -> Self {
        let spans = Arc::<Mutex<Vec<ReceivedSpan>>>::default();
        let received = Arc::clone(&spans);
        let receive = move |Json(export): Json<Value>| {
            let of = |json: &Value, name: &str| json[name].as_array().cloned().unwrap_or_default();
            for resource in of(&export, "resourceSpans") {
                for scope in of(&resource, "scopeSpans") {
                    let new = of(&scope, "spans");
                    let new = new.iter().map(ReceivedSpan::read);
                    received.lock().unwrap().extend(new);
                }
            }
            async { Json(serde_json::json!({})) }
        };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let router = Router::new().route("/v1/traces", post(receive));
                let listener = TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        let provider = export_to(&format!("http://{address}/v1/traces"));
        Self { spans, provider }
    }

    /// Exports what has ended, and returns the spans of a trace.
    ///
    /// # Panics
    ///
    /// The collector cannot be reached.
    pub fn trace(&self, id: &str) -> Vec<ReceivedSpan> {
        self.provider.force_flush().unwrap();
        let spans = self.spans.lock().unwrap();
        let of_trace = spans.iter().filter(|span| span.trace == id);
        of_trace.cloned().collect()
    }
}
