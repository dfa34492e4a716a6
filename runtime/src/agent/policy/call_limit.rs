//! Limits on the number of calls.

use std::fmt;
use std::time::Duration;

use crate::tools::ToolFilter;

/// A limit on the number of calls, in total or within a window of time.
///
/// | limit | counts the calls of |
/// |---|---|
/// | `CallLimit::new(50)` | the toolbox and its clones; in an [MCP server](crate::adapters), one client |
/// | `.per_principal()` | one [principal](crate::CallContext::principal), in all its sessions |
/// | `.in_all()` | all clients of the server |
///
/// Refused calls and dry runs do not count, and a call that waits for a person counts from its approval.
/// A count is kept as long as its toolbox, or its MCP server; that of a client of a server ends with its
/// session.
///
/// ```
/// use std::time::Duration;
///
/// use toolsmith_runtime::ToolFilter;
/// use toolsmith_runtime::agent::{CallLimit, Policy};
///
/// const HOUR: Duration = Duration::from_secs(60 * 60);
/// let policy = Policy::new()
///     .max_calls(50)
///     .limit(CallLimit::new(1_000).per_principal().within(HOUR))
///     .limit(CallLimit::new(5).per_principal().within(24 * HOUR).for_each_of(ToolFilter::destroys()));
/// # let _ = policy;
/// ```
#[derive(Debug, Clone)]
pub struct CallLimit {
    pub(in crate::agent) calls: u64,
    pub(in crate::agent) window: Option<Duration>,
    /// The tools that each have the limit; `None` if all tools share it.
    pub(in crate::agent) tools: Option<ToolFilter>,
    pub(in crate::agent) scope: LimitScope,
}

/// The calls that a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::agent) enum LimitScope {
    /// Those of the toolbox: of one client of a server.
    Client,
    /// Those of one principal.
    Principal,
    /// Those of all clients.
    All,
}

/// The error of a call that the limits of a policy do not allow.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::agent) struct LimitReached {
    /// The limit, and the time of the next call if there is one.
    pub(in crate::agent) reason: String,
    /// `true` if the same call is allowed later.
    pub(in crate::agent) is_temporary: bool,
}

impl CallLimit {
    /// Limits the number of calls of a toolbox and its clones.
    #[must_use]
    pub fn new(calls: u64) -> Self {
        Self {
            calls,
            window: None,
            tools: None,
            scope: LimitScope::Client,
        }
    }

    /// Counts the calls of each principal across its sessions. Calls without a principal share one count; an MCP
    /// server uses the client's credentials instead. At most 4,096 clients with unverified credentials are counted
    /// at a time; the calls of further ones are refused.
    #[must_use]
    pub fn per_principal(mut self) -> Self {
        self.scope = LimitScope::Principal;
        self
    }

    /// Limits the calls of all clients together.
    #[must_use]
    pub fn in_all(mut self) -> Self {
        self.scope = LimitScope::All;
        self
    }

    /// Limits calls within a sliding window of this length, with a precision of 1/1000 of it.
    #[must_use]
    pub fn within(mut self, window: Duration) -> Self {
        self.window = Some(window);
        self
    }

    /// Applies the limit to each of these tools separately, instead of to all tools together.
    #[must_use]
    pub fn for_each_of(mut self, tools: ToolFilter) -> Self {
        self.tools = Some(tools);
        self
    }
}

/// Names the limit: `3 calls to this tool in 60 s for this user`.
impl fmt::Display for CallLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.calls;
        write!(
            formatter,
            "{calls} {}",
            if calls == 1 { "call" } else { "calls" }
        )?;
        if self.tools.is_some() {
            formatter.write_str(" to this tool")?;
        }
        if let Some(window) = self.window {
            write!(formatter, " in {}", Period(window))?;
        }
        formatter.write_str(match self.scope {
            LimitScope::Client => "",
            LimitScope::Principal => " for this user",
            LimitScope::All => " for all users together",
        })
    }
}

/// A period in seconds, or in milliseconds if it is shorter than ten seconds and not whole.
pub(in crate::agent) struct Period(pub(in crate::agent) Duration);

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanoseconds) = (self.0.as_secs(), self.0.subsec_nanos());
        match nanoseconds {
            0 => write!(formatter, "{seconds} s"),
            _ if seconds < 10 => write!(formatter, "{} ms", self.0.as_nanos().div_ceil(1_000_000)),
            _ => write!(formatter, "{} s", seconds.saturating_add(1)),
        }
    }
}
