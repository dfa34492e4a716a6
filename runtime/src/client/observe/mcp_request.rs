//! The observation of a request to an MCP server, whose span is that of the session.

use std::time::Duration;

use toolsmith_mcp::session::Round;

use super::subject::Subject;

/// Records the duration of a request of a call; `round` is its end, `None` if it timed out.
#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, reason = "there are no metrics")
)]
pub(crate) fn mcp_request(
    subject: Subject<'_>,
    transport: &'static str,
    round: Option<&Round>,
    took: Duration,
) {
    #[cfg(feature = "metrics")]
    {
        let error_type = match round {
            None => Some("timeout".into()),
            Some(Round::Ended(reply)) => match &reply.outcome {
                Ok(result) => {
                    toolsmith_mcp::session::is_tool_error(result).then(|| "tool_error".into())
                }
                Err(error) => Some(error.error_label().into()),
            },
            Some(_) => None,
        };
        super::metrics::mcp_request(subject, transport, error_type, took);
    }
}
