//! The failure to get a token.

use std::fmt;
use std::sync::Arc;

use super::Attempt;
use super::display::display_attempts;
use super::transport::sources;
use crate::context::CallContext;
use crate::scrubber::Scrubber;
use crate::single_line::Line;

/// The failure of a [`TokenProvider`](crate::client::TokenProvider). All calls that waited for the
/// token get it, and the next call asks the provider again.
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenError {
    /// The tool.
    pub tool: &'static str,
    /// The message of the provider.
    pub message: String,
    /// The number of attempts; 0 if nothing was sent.
    pub attempt_count: u32,
    /// The failed attempts, in order.
    pub attempts: Vec<Attempt>,
    /// The context of the call, if it had one.
    pub context: Option<Box<CallContext>>,
    source: Arc<dyn std::error::Error + Send + Sync>,
    /// The causes of the source without secrets, if they contain any.
    clean_causes: Option<Arc<CleanCause>>,
}

/// The cause of an error without secrets, and its own.
#[derive(Debug)]
struct CleanCause {
    message: String,
    cause: Option<Box<Self>>,
}

impl CleanCause {
    /// Removes secrets from the causes of an error. Returns `None` if there are none.
    fn of_causes(
        source: &(dyn std::error::Error + 'static),
        scrubber: &Scrubber,
    ) -> Option<Box<Self>> {
        let has_secret = |cause: &(dyn std::error::Error + 'static)| {
            scrubber.finds(cause.to_string().as_bytes())
                || scrubber.finds(format!("{cause:?}").as_bytes())
        };
        if !sources(source).skip(1).any(has_secret) {
            return None;
        }
        let messages: Vec<String> = sources(source)
            .skip(1)
            .take(MAX_CAUSES)
            .map(|cause| scrubber.string(cause.to_string()))
            .collect();
        let link = |cause, message| Some(Box::new(Self { message, cause }));
        messages.into_iter().rev().fold(None, link)
    }
}

/// The number of causes of an error that are kept.
const MAX_CAUSES: usize = 32;

impl fmt::Display for CleanCause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for CleanCause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl TokenError {
    pub(crate) fn new(
        tool: &'static str,
        source: Arc<dyn std::error::Error + Send + Sync>,
        scrubber: &Scrubber,
    ) -> Self {
        Self {
            tool,
            message: scrubber.string(source.to_string()),
            attempt_count: 0,
            attempts: Vec::new(),
            context: None,
            clean_causes: CleanCause::of_causes(&*source, scrubber).map(Arc::from),
            source,
        }
    }

    /// Sets the failed attempts.
    pub(crate) fn after(self, attempts: &[Attempt]) -> Self {
        Self {
            attempt_count: u32::try_from(attempts.len()).unwrap_or(u32::MAX),
            attempts: attempts.to_vec(),
            ..self
        }
    }

    /// Returns the error of the provider, unchanged: it contains a token if the provider puts one there.
    #[must_use]
    pub fn cause(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.source
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = Line::short(&self.message);
        write!(
            formatter,
            "{}: the token provider failed: {message}",
            self.tool
        )?;
        if self.attempt_count == 0 {
            formatter.write_str(" (nothing was sent)")?;
        }
        display_attempts(self.attempt_count, formatter)
    }
}

/// The message is that of the cause, so the source is that of the cause, without the client's tokens.
impl std::error::Error for TokenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.clean_causes.as_deref() {
            Some(clean) => Some(clean),
            None => self.cause().source(),
        }
    }
}

impl fmt::Debug for TokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenError")
            .field("tool", &self.tool)
            .field("message", &self.message)
            .field("attempt_count", &self.attempt_count)
            .field("attempts", &self.attempts)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}
