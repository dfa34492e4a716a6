//! The trace of a call, as W3C Trace Context writes it.

use std::fmt;

use http::HeaderValue;

const PARENT: &str = "traceparent";

const STATE: &str = "tracestate";

/// The trace to which a call belongs: `traceparent` and `tracestate` of W3C Trace Context.
///
/// It is sent as the headers of these names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    parent: String,
    state: Option<String>,
}

/// The error of a `traceparent` or `tracestate` that is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTrace(&'static str);

impl fmt::Display for InvalidTrace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for InvalidTrace {}

impl TraceContext {
    /// Creates a context from a `traceparent`: `00-{trace}-{parent}-{flags}` in lower-case hexadecimal digits.
    ///
    /// ```
    /// use toolsmith_runtime::context::TraceContext;
    ///
    /// let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    /// assert_eq!(TraceContext::new(parent)?.trace_id(), "0af7651916cd43dd8448eb211c80319c");
    /// # Ok::<(), toolsmith_runtime::context::InvalidTrace>(())
    /// ```
    ///
    /// # Errors
    ///
    /// It is not a valid `traceparent`.
    pub fn new(parent: &str) -> Result<Self, InvalidTrace> {
        let mut parts = parent.split('-');
        let mut part = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length)?;
            let is_hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
            part.bytes().all(is_hex).then_some(part)
        };
        let is_zero = |part: &str| part.bytes().all(|byte| byte == b'0');
        let read = (part(2), part(32), part(16), part(2));
        let (Some(version), Some(trace), Some(span), Some(_)) = read else {
            return Err(InvalidTrace(
                "`traceparent` is not of the form 00-{trace}-{parent}-{flags}",
            ));
        };
        // Later versions may have more parts; this one has none.
        let has_more = parts.next().is_some();
        let is_visible = parent.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_visible
            || version == "ff"
            || is_zero(trace)
            || is_zero(span)
            || (version == "00" && has_more)
        {
            return Err(InvalidTrace("`traceparent` has an invalid part"));
        }
        Ok(Self {
            parent: parent.to_owned(),
            state: None,
        })
    }

    /// Sets the `tracestate`.
    ///
    /// # Errors
    ///
    /// It is not a valid value of a header.
    pub fn with_state(mut self, state: &str) -> Result<Self, InvalidTrace> {
        if HeaderValue::from_str(state).is_err() || !state.is_ascii() {
            return Err(InvalidTrace(
                "`tracestate` is not a valid value of a header",
            ));
        }
        self.state = Some(state.to_owned()).filter(|state| !state.is_empty());
        Ok(self)
    }

    /// Returns the `traceparent`.
    #[must_use]
    pub fn parent(&self) -> &str {
        &self.parent
    }

    /// Returns the `tracestate`, if there is one.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Reads the fields `traceparent` and `tracestate`, if the first one is valid. A trace is worth more than
    /// its state, so an invalid state is left out.
    pub(crate) fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let trace = Self::new(field(PARENT)?.trim()).ok()?;
        let state = field(STATE).unwrap_or_default();
        Some(trace.clone().with_state(state).unwrap_or(trace))
    }

    /// Returns the fields `traceparent` and, if there is one, `tracestate`.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let state = self.state().map(|state| (STATE, state));
        [(PARENT, self.parent())].into_iter().chain(state)
    }

    /// Returns the identifier of the trace: 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        self.parent.get(3..35).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_is_checked() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        for (parent, is_valid) in [
            (format!("00-{trace}-b7ad6b7169203331-01"), true),
            (format!("01-{trace}-b7ad6b7169203331-01-more"), true),
            (format!("00-{trace}-b7ad6b7169203331-01-more"), false),
            (format!("ff-{trace}-b7ad6b7169203331-01"), false),
            (format!("00-{trace}-0000000000000000-01"), false),
            (format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)), false),
            (
                format!("00-{}-b7ad6b7169203331-01", trace.to_uppercase()),
                false,
            ),
            (format!("00-{trace}-b7ad6b7169203331"), false),
            (format!("00-{trace}-b7ad6b7169203331-01\r\n"), false),
            (format!("01-{trace}-b7ad6b7169203331-01-\r\n"), false),
            (String::new(), false),
        ] {
            assert_eq!(TraceContext::new(&parent).is_ok(), is_valid, "{parent}");
        }
    }
}
