//! The context of the call that an error belongs to.

use super::Error;
use crate::context::CallContext;

impl Error {
    /// Returns the context of the call, if it had one.
    #[must_use]
    pub fn context(&self) -> Option<&CallContext> {
        match self {
            Self::Config { context, .. }
            | Self::UnknownTool { context, .. }
            | Self::ToolRemoved { context, .. }
            | Self::AccessDenied { context, .. }
            | Self::Arguments { context, .. }
            | Self::Timeout { context, .. }
            | Self::Transport { context, .. }
            | Self::Draining { context, .. } => context.as_deref(),
            Self::Token(error) => error.context.as_deref(),
            Self::Api(error) => error.context.as_deref(),
            Self::RateLimited(error) => error.context.as_deref(),
            Self::Decode(error) => error.context.as_deref(),
            Self::Incomplete(error) => error.context.as_deref(),
            Self::Tool(error) => error.context.as_deref(),
            Self::InputRequired(error) => error.context.as_deref(),
            Self::ToolsChanged(_) => None,
        }
    }

    /// Sets the context of the call.
    pub(crate) fn in_context(mut self, of: Option<&CallContext>) -> Self {
        if let Some(of) = of {
            self.set_context(of);
        }
        self
    }

    /// Sets the context of the call.
    pub(crate) fn set_context(&mut self, of: &CallContext) {
        let place = match self {
            Self::Config { context, .. }
            | Self::UnknownTool { context, .. }
            | Self::ToolRemoved { context, .. }
            | Self::AccessDenied { context, .. }
            | Self::Arguments { context, .. }
            | Self::Timeout { context, .. }
            | Self::Transport { context, .. }
            | Self::Draining { context, .. } => context,
            Self::Token(error) => &mut error.context,
            Self::Api(error) => &mut error.context,
            Self::RateLimited(error) => &mut error.context,
            Self::Decode(error) => &mut error.context,
            Self::Incomplete(error) => &mut error.context,
            Self::Tool(error) => &mut error.context,
            Self::InputRequired(error) => &mut error.context,
            Self::ToolsChanged(_) => return,
        };
        *place = Some(Box::new(of.clone()));
    }
}
