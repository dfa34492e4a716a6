//! The possible effect of a call that failed.

use super::{Attempt, Error, TimeoutPhase};

impl Error {
    /// Returns `true` if the call was carried out, or may have been, by any of its attempts.
    ///
    /// An attempt without a connection, and one that the rate limit refused, was not carried out. If this
    /// is `false`, the call is safe to repeat. If it is `true` for a write, look whether the write is
    /// there before you repeat it, or repeat it with the same
    /// [idempotency key](crate::context::IdempotencyKey). A call that is dropped returns no error; it may
    /// have been carried out as well.
    ///
    /// ```
    /// use toolsmith_runtime::Error;
    ///
    /// fn advice(error: &Error) -> &'static str {
    ///     if error.may_have_taken_effect() {
    ///         "look before you repeat it"
    ///     } else if error.is_retryable() {
    ///         "nothing was done; repeat it later"
    ///     } else {
    ///         "nothing was done"
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn may_have_taken_effect(&self) -> bool {
        let any_of = |attempts: &[Attempt]| attempts.iter().any(Attempt::may_have_taken_effect);
        match self {
            Self::Config { .. }
            | Self::UnknownTool { .. }
            | Self::ToolRemoved { .. }
            | Self::ToolsChanged(_)
            | Self::AccessDenied { .. }
            | Self::Arguments { .. } => false,
            Self::RateLimited(error) => any_of(&error.attempts),
            Self::Token(error) => any_of(&error.attempts),
            Self::Draining { attempts, .. } => any_of(attempts),
            Self::Timeout {
                phase,
                attempt_count,
                attempts,
                ..
            } => {
                // The last attempt is not among those of a backend that keeps none.
                let is_kept =
                    u32::try_from(attempts.len()).is_ok_and(|kept| kept >= *attempt_count);
                any_of(attempts)
                    || match phase {
                        TimeoutPhase::Reading => true,
                        TimeoutPhase::Response => !is_kept,
                        TimeoutPhase::Sending | TimeoutPhase::Token => false,
                    }
            }
            Self::Transport {
                source,
                attempt_count,
                attempts,
                ..
            } => {
                let is_sent = *attempt_count > 0 && source.kind().may_have_been_sent();
                is_sent || any_of(attempts)
            }
            // The server responded.
            Self::Api(_)
            | Self::Decode(_)
            | Self::Incomplete(_)
            | Self::Tool(_)
            | Self::InputRequired(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use http::StatusCode;

    use super::*;
    use crate::error::{TokenError, TransportError, TransportErrorKind as Kind};
    use crate::scrubber::Scrubber;
    use crate::tools::Effect;

    fn attempt(status: Option<u16>, kind: Option<Kind>) -> Attempt {
        Attempt {
            status: status.map(|status| StatusCode::from_u16(status).unwrap()),
            kind,
            began: Duration::ZERO,
            waited: Duration::ZERO,
            took: Duration::ZERO,
        }
    }

    fn transport(kind: Kind, attempts: Vec<Attempt>) -> Error {
        Error::Transport {
            tool: "create",
            source: TransportError::new(kind, "it failed"),
            attempt_count: u32::try_from(attempts.len()).unwrap(),
            attempts,
            context: None,
        }
    }

    fn timeout(phase: TimeoutPhase, attempt_count: u32, attempts: Vec<Attempt>) -> Error {
        Error::Timeout {
            tool: "create",
            limit: Duration::from_secs(1),
            phase,
            attempt_count,
            attempts,
            context: None,
        }
    }

    fn token(attempts: &[Attempt]) -> Error {
        let source: Box<dyn std::error::Error + Send + Sync> = "sealed".into();
        let error = TokenError::new("create", Arc::from(source), &Scrubber::default());
        Error::Token(Box::new(error.after(attempts)))
    }

    fn draining(attempts: Vec<Attempt>) -> Error {
        Error::Draining {
            tool: "create",
            attempt_count: u32::try_from(attempts.len()).unwrap(),
            attempts,
            context: None,
        }
    }

    #[test]
    fn a_call_may_have_taken_effect_if_any_of_its_attempts_was_sent() {
        let unsent = attempt(None, Some(Kind::Connect));
        let refused = attempt(Some(429), None);
        let lost = attempt(None, Some(Kind::Timeout));
        let failed = attempt(Some(502), None);
        let nothing = [
            vec![],
            vec![unsent],
            vec![refused],
            vec![refused, unsent, refused, unsent],
        ];
        let something = [
            vec![lost, unsent],
            vec![failed, refused],
            vec![unsent, lost],
        ];
        for (all, may) in [(&nothing[..], false), (&something[..], true)] {
            for attempts in all {
                let count = u32::try_from(attempts.len()).unwrap();
                let attempts = || attempts.clone();
                for error in [
                    transport(Kind::Connect, attempts()),
                    transport(Kind::Tls, attempts()),
                    transport(Kind::Request, attempts()),
                    transport(Kind::Closed, attempts()),
                    timeout(TimeoutPhase::Response, count, attempts()),
                    timeout(TimeoutPhase::Token, count, attempts()),
                    token(&attempts()),
                    draining(attempts()),
                ] {
                    assert_eq!(error.may_have_taken_effect(), may, "{error:?}");
                    let is_unsent = matches!(&error, Error::Transport { source, .. }
                        if source.kind() == Kind::Connect);
                    assert_eq!(error.is_connect(), is_unsent && !may, "{error:?}");
                }
            }
        }
    }

    #[test]
    fn the_last_attempt_decides_if_there_is_no_other() {
        let lost = attempt(None, Some(Kind::Timeout));
        for (error, may) in [
            (transport(Kind::Broken, vec![lost]), true),
            (
                transport(Kind::TooLarge, vec![attempt(None, Some(Kind::TooLarge))]),
                true,
            ),
            (timeout(TimeoutPhase::Reading, 1, Vec::new()), true),
            // A backend that does not keep attempts.
            (timeout(TimeoutPhase::Response, 1, Vec::new()), true),
            (
                Error::AccessDenied {
                    tool: "create",
                    effect: Effect::Writes,
                    context: None,
                },
                false,
            ),
            (
                Error::ToolRemoved {
                    tool: "create",
                    since: "2026-11-30",
                    nearest: None,
                    context: None,
                },
                false,
            ),
        ] {
            assert_eq!(error.may_have_taken_effect(), may, "{error:?}");
        }
    }
}
