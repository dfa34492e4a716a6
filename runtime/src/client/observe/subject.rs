//! The tool whose calls are observed.

use tracing::Span;
use tracing::field::Empty;

use crate::context::CallContext;
use crate::telemetry;
use crate::tools::{CatalogSpec, ToolSpec};

/// The tool whose calls are observed, and the party that carries them out.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) catalog: &'static CatalogSpec,
    pub(crate) spec: &'static ToolSpec,
    pub(crate) kind: ToolKind,
    /// The account on which the tool acts, if the client has one.
    pub(crate) account: Option<&'a str>,
    /// `true` if metrics have the account as a label.
    #[cfg_attr(
        not(feature = "metrics"),
        expect(dead_code, reason = "metrics alone read it")
    )]
    pub(crate) labels_account: bool,
}

/// The party that carries a call out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolKind {
    /// The program: a function.
    Function,
    /// Another system: an API, or an MCP server.
    Extension,
    /// The API, for a request about the account itself, which no model calls.
    Account,
}

impl ToolKind {
    /// Returns the value of `gen_ai.tool.type`.
    fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Extension | Self::Account => "extension",
        }
    }
}

impl Subject<'_> {
    /// Creates the span of a call over all its attempts. It continues the trace of the context.
    pub(crate) fn call_span(&self, context: Option<&CallContext>) -> Span {
        if self.kind == ToolKind::Account {
            return self.account_span();
        }
        let span = tracing::info_span!(
            target: "toolsmith",
            "execute_tool",
            otel.name = format_args!("execute_tool {}", self.spec.name),
            otel.kind = "internal",
            otel.status_code = Empty,
            gen_ai.operation.name = "execute_tool",
            gen_ai.tool.name = self.spec.name,
            "gen_ai.tool.type" = self.kind.as_str(),
            gen_ai.tool.call.id = context.and_then(|context| context.call_id.as_deref()).map(telemetry::cut),
            gen_ai.conversation.id = context.and_then(|context| context.session.as_deref()),
            enduser.id = context.and_then(|context| context.principal.as_deref()),
            "error.type" = Empty,
            toolsmith.catalog = self.catalog.name,
            toolsmith.account.id = self.account,
            toolsmith.attempts = Empty,
        );
        if let Some(trace) = context.and_then(|context| context.trace.as_ref()) {
            telemetry::continue_trace(trace, &span, &Span::current());
        }
        span
    }

    fn account_span(&self) -> Span {
        tracing::info_span!(
            target: "toolsmith",
            "account_request",
            otel.name = self.spec.name,
            otel.kind = "internal",
            otel.status_code = Empty,
            "error.type" = Empty,
            toolsmith.catalog = self.catalog.name,
            toolsmith.account.id = self.account,
            toolsmith.attempts = Empty,
        )
    }
}
