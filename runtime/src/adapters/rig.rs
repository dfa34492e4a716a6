//! A toolbox as tools of [`rig`](rig_core).
//!
//! ```
//! use rig_core::tool::DynamicTool;
//! use toolsmith_runtime::Client;
//! use toolsmith_runtime::adapters::rig;
//! use toolsmith_runtime::dialect::{Dialect, ListError};
//!
//! /// Returns the tools for an agent that uses a model of Anthropic.
//! fn tools(client: &Client) -> Result<Vec<DynamicTool>, ListError> {
//!     rig::tools(client.toolbox(), Dialect::Anthropic)
//! }
//! ```

use std::pin::Pin;
use std::sync::Arc;

use rig_core::message::ToolName;
use rig_core::tool::{
    ContextValue, DynamicTool, ToolContext, ToolErrorKind, ToolExecutionError, ToolOutput,
};
use toolsmith_dialect::{Dialect, ListError};

use super::dialect_tools::{DialectTools, Parts};
use crate::agent::{Reply, ReplyOutcome, Toolbox};
use crate::codec::Json;
use crate::context::CallContext;
use crate::error::Error;

pub use rig_core;

/// The context of a call, which a program inserts into the context that rig gives to a tool, because rig does not
/// tell tools the identifiers of calls.
///
/// ```
/// use rig_core::tool::{ToolContext, ToolContextError};
/// use toolsmith_runtime::CallContext;
///
/// fn context(call_id: &str) -> Result<ToolContext, ToolContextError> {
///     let mut context = ToolContext::new();
///     context.insert(CallContext::new().call_id(call_id))?;
///     Ok(context)
/// }
/// ```
impl ContextValue for CallContext {
    const KEY: &'static str = "toolsmith";
}

/// Returns the tools that the model may call, for an agent of rig. `dialect` is that of the provider
/// that rig uses.
///
/// # Errors
///
/// Returns an error if there are more tools than a request of the provider may have.
pub fn tools(toolbox: Toolbox, dialect: Dialect) -> Result<Vec<DynamicTool>, ListError> {
    let tools = Arc::new(DialectTools::new(toolbox, dialect)?);
    let definitions = tools.definitions().iter();
    Ok(definitions
        .filter_map(|definition| tool(&tools, Parts::of(definition)))
        .collect())
}

/// Returns one of the tools. A name that rig does not accept gives `None`; catalogs have none.
fn tool(tools: &Arc<DialectTools>, parts: Parts) -> Option<DynamicTool> {
    let name = ToolName::new(parts.name.as_str()).ok()?;
    let tools = Arc::clone(tools);
    let call = callback(move |context, arguments| {
        let (tools, name) = (Arc::clone(&tools), parts.name.clone());
        // A context that cannot be read has no identifier, either.
        let context = context.get::<CallContext>().ok().flatten();
        let output = async move {
            let context = context.unwrap_or_default();
            output(&tools.call_in(context, &name, &arguments).await)
        };
        Box::pin(output)
    });
    Some(DynamicTool::new_with_context(
        name,
        parts.description,
        parts.parameters,
        call,
    ))
}

/// The future of a tool of rig.
type Output<'a> = Pin<Box<dyn Future<Output = Result<ToolOutput, ToolExecutionError>> + Send + 'a>>;

/// Returns the function, whose future may borrow the context.
fn callback<F>(function: F) -> F
where
    F: for<'a> Fn(&'a mut ToolContext, Json) -> Output<'a>,
{
    function
}

/// Returns a reply in the types of rig. The model reads the same text in both cases.
fn output(reply: &Reply) -> Result<ToolOutput, ToolExecutionError> {
    let text = reply.text().to_owned();
    let error = match reply.outcome() {
        ReplyOutcome::Refused(_) | ReplyOutcome::Unreadable { .. } => {
            ToolExecutionError::invalid_args(text)
        }
        ReplyOutcome::Unknown { .. } => ToolExecutionError::not_found(text),
        ReplyOutcome::Denied { .. }
        | ReplyOutcome::ApprovalRequired(_)
        | ReplyOutcome::Pending(_)
        | ReplyOutcome::DecidedElsewhere(_)
        | ReplyOutcome::Declined { .. } => ToolExecutionError::refused(text),
        ReplyOutcome::Failed(error) => failure(error, text),
        _ => return Ok(ToolOutput::text(text)),
    };
    Err(error.with_code(reply.outcome().as_str()))
}

fn failure(error: &Error, text: String) -> ToolExecutionError {
    let kind = match error {
        Error::RateLimited(_) => ToolErrorKind::RateLimited,
        Error::Timeout { .. } => ToolErrorKind::Timeout,
        Error::Transport { .. } => ToolErrorKind::Network,
        Error::Arguments { .. } => ToolErrorKind::InvalidArgs,
        Error::Api(_) | Error::Tool(_) | Error::Decode(_) => ToolErrorKind::Provider,
        _ => ToolErrorKind::Other,
    };
    let failure = ToolExecutionError::new(kind, text).with_retryable(error.is_retryable());
    match error.status() {
        Some(status) => failure.with_http_status(status.as_u16()),
        None => failure,
    }
}
