//! The set-up of a program that exports spans in one trace: the lines of `docs/telemetry.md`.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use toolsmith_runtime::telemetry::{Propagator, set_propagator};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

struct W3c(TraceContextPropagator);

impl Propagator for W3c {
    fn inject(&self, span: &Span, fields: &mut HashMap<String, String>) {
        self.0.inject_context(&span.context(), fields);
    }

    fn extract(&self, fields: &HashMap<String, String>, span: &Span) {
        let _ = span.set_parent(self.0.extract(fields));
    }
}

/// Exports the spans of the program and of the library to a collector.
pub fn export_to(collector: &str) -> SdkTracerProvider {
    let provider = toolsmith_runtime::transport::rustls::crypto::ring::default_provider();
    let _ = provider.install_default();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(collector)
        .build()
        .unwrap();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .build();
    // The spans of the exporter's own requests would be exported in turn.
    let targets = Targets::new()
        .with_target("toolsmith", tracing::Level::INFO)
        .with_target("program", tracing::Level::INFO);
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("program"));
    tracing_subscriber::registry()
        .with(layer.with_filter(targets))
        .init();
    set_propagator(W3c(TraceContextPropagator::new())).unwrap();
    provider
}
