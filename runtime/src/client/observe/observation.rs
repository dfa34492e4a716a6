//! The observation of a call that is not made by an HTTP client of an account.

use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;
use tracing::Span;

use crate::client::tool_call::ToolCall;
use crate::error::Error;
use crate::tools::{CatalogSpec, ToolSpec};

/// The span and the counts of one call. If it is dropped before the call ended, the call was cancelled.
pub(crate) struct Observation {
    catalog: &'static CatalogSpec,
    spec: &'static ToolSpec,
    span: Span,
    /// `None` where there is no clock.
    began: Option<Instant>,
    attempts: u32,
    has_ended: bool,
}

impl Observation {
    /// Begins the observation.
    pub(crate) fn begin(catalog: &'static CatalogSpec, call: &ToolCall) -> Self {
        let spec = call.spec;
        Self {
            catalog,
            spec,
            span: super::call_span(catalog, spec, call.context.as_deref()),
            began: (!cfg!(all(target_family = "wasm", target_os = "unknown"))).then(Instant::now),
            attempts: 0,
            has_ended: false,
        }
    }

    /// Returns the span of the call.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Counts an attempt.
    pub(crate) fn attempt(&mut self) {
        self.attempts += 1;
    }

    /// Returns the number of attempts.
    #[cfg(feature = "mcp-client")]
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the time since the beginning.
    pub(crate) fn took(&self) -> Duration {
        self.began.map_or(Duration::ZERO, |began| began.elapsed())
    }

    /// Records the end of the call, with the status of its response or its error.
    pub(crate) fn end(&mut self, outcome: Result<Option<StatusCode>, &Error>) {
        self.has_ended = true;
        let took = || self.took();
        let counts = (self.attempts, &took as &dyn Fn() -> Duration);
        super::ended(self.catalog, self.spec, &self.span, counts, outcome);
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        if !self.has_ended {
            let took = self.took();
            super::cancelled(self.catalog, self.spec, (self.attempts, took));
        }
    }
}
