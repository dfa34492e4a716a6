//! The observation of a call that is not made by an HTTP client of an account.

use std::time::Duration;

use tokio::time::Instant;
use tracing::Span;

use super::subject::{Subject, ToolKind};
use crate::client::tool_call::ToolCall;
use crate::error::Error;
use crate::tools::CatalogSpec;

/// The span and the counts of one call. If it is dropped before the call ended, the call was cancelled.
pub(crate) struct Observation {
    subject: Subject<'static>,
    span: Span,
    /// `None` where there is no clock.
    began: Option<Instant>,
    attempts: u32,
    has_ended: bool,
}

impl Observation {
    /// Begins the observation.
    pub(crate) fn begin(catalog: &'static CatalogSpec, call: &ToolCall, kind: ToolKind) -> Self {
        let subject = Subject {
            catalog,
            spec: call.spec,
            kind,
            account: None,
            labels_account: false,
        };
        Self {
            subject,
            span: subject.call_span(call.context.as_deref()),
            began: (!cfg!(all(target_family = "wasm", target_os = "unknown"))).then(Instant::now),
            attempts: 0,
            has_ended: false,
        }
    }

    /// Returns the span of the call.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Returns the tool that is observed.
    #[cfg(feature = "mcp-client")]
    pub(crate) fn subject(&self) -> Subject<'static> {
        self.subject
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

    /// Records the end of the call, with its error if it failed.
    pub(crate) fn end(&mut self, failure: Option<&Error>) {
        self.has_ended = true;
        let took = || self.took();
        let counts = (self.attempts, &took as &dyn Fn() -> Duration);
        super::ended(self.subject, &self.span, counts, failure);
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        if !self.has_ended {
            let took = self.took();
            super::cancelled(self.subject, &self.span, (self.attempts, took));
        }
    }
}
