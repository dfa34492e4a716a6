//! The calls of a client, of its principal and of all clients, which limits of each scope count.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::agent::counts::call_counts::{CallCounts, CountKey, Entered};
use crate::agent::policy::Policy;
use crate::agent::policy::call_limit::{CallLimit, LimitReached, LimitScope};
use crate::agent::tool_set::ToolEntry;
use crate::clock::Clock;

/// The number of principals that are kept in any case.
const MIN_PRINCIPALS: usize = 64;

/// The number of clients with unchecked credentials whose calls are counted at a time.
const MAX_UNCHECKED: usize = 4_096;

/// The name by which limits of principals count the calls of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CountLabel {
    /// The name; empty if the client has none.
    name: Arc<str>,
    /// `true` if the client may have made the name up.
    is_unchecked: bool,
}

/// The counts that the clients of a server share.
#[derive(Default)]
pub(in crate::agent) struct SharedCounts {
    /// The clock of the server, if the toolboxes of its clients may have different ones.
    pub(in crate::agent) clock: Option<Arc<dyn Clock>>,
    counts: Mutex<ScopedCounts>,
}

#[derive(Debug, Default)]
struct ScopedCounts {
    all: CallCounts,
    checked: LabelCounts,
    unchecked: LabelCounts,
}

/// The counts of principals, by their names.
#[derive(Debug, Default)]
struct LabelCounts {
    by_name: BTreeMap<Arc<str>, CallCounts>,
    /// The number of names at which those without recent calls are forgotten.
    forget_at: usize,
}

/// The call that is counted.
#[derive(Clone, Copy)]
pub(in crate::agent) struct CountedAs<'a> {
    pub(in crate::agent) label: &'a CountLabel,
    pub(in crate::agent) now: Duration,
}

/// The counts that a call was added to.
#[derive(Debug, Default)]
pub(in crate::agent) struct Added {
    own: Vec<Entered>,
    /// The principal, if a limit counts its calls.
    principal: Option<(CountLabel, Vec<Entered>)>,
    all: Vec<Entered>,
}

/// A call, and the limits that hold for it.
struct LimitedCall<'a> {
    limits: Vec<&'a CallLimit>,
    tool: &'static str,
    call: CountedAs<'a>,
}

/// Counts a call of a client whose own counts are `own`.
///
/// # Errors
///
/// The policy allows no more calls; the error says which limit is reached.
pub(in crate::agent) fn add(
    own: &mut CallCounts,
    shared: &SharedCounts,
    policy: &Policy,
    tool: ToolEntry<'_>,
    call: CountedAs<'_>,
) -> Result<Added, LimitReached> {
    let call = LimitedCall::new(policy, tool, call);
    let mut locked = call.is_shared().then(|| shared.lock());
    let mut nothing = ScopedCounts::default();
    let scoped = locked.as_deref_mut().unwrap_or(&mut nothing);
    call.check(own, scoped)?;
    Ok(call.enter(own, scoped))
}

/// Counts a call that was made before, also beyond the limits.
pub(in crate::agent) fn restore(
    own: &mut CallCounts,
    shared: &SharedCounts,
    policy: &Policy,
    tool: ToolEntry<'_>,
    call: CountedAs<'_>,
) {
    let call = LimitedCall::new(policy, tool, call);
    call.enter(own, &mut shared.lock());
}

/// Counts a call as made at another time, and no longer at that of `added`.
///
/// # Errors
///
/// The policy allows no more calls at that time; then the call is in no count, and `added` is empty.
pub(in crate::agent) fn renew(
    own: &mut CallCounts,
    shared: &SharedCounts,
    policy: &Policy,
    tool: ToolEntry<'_>,
    (call, added): (CountedAs<'_>, &mut Added),
) -> Result<(), LimitReached> {
    let call = LimitedCall::new(policy, tool, call);
    let mut scoped = shared.lock();
    own.remove(&added.own);
    scoped.remove(added);
    *added = Added::default();
    call.check(own, &mut scoped)?;
    *added = call.enter(own, &mut scoped);
    Ok(())
}

/// Removes a call that was counted and not made.
pub(in crate::agent) fn remove(own: &mut CallCounts, shared: &SharedCounts, added: &Added) {
    own.remove(&added.own);
    if added.principal.is_some() || !added.all.is_empty() {
        shared.lock().remove(added);
    }
}

impl<'a> LimitedCall<'a> {
    fn new(policy: &'a Policy, tool: ToolEntry<'a>, call: CountedAs<'a>) -> Self {
        Self {
            limits: policy.limits_of(tool.view()).collect(),
            tool: tool.spec.name,
            call,
        }
    }

    fn counts(&self, scope: LimitScope) -> bool {
        self.limits.iter().any(|limit| limit.scope == scope)
    }

    fn is_shared(&self) -> bool {
        self.counts(LimitScope::Principal) || self.counts(LimitScope::All)
    }

    /// Returns the counts of a scope that the limits read.
    fn keys(&self, scope: LimitScope) -> impl Iterator<Item = CountKey> + '_ {
        let limits = self.limits.iter().filter(move |limit| limit.scope == scope);
        limits.map(|limit| CountKey::new(limit, self.tool))
    }

    /// Checks that the limits allow the call.
    ///
    /// # Errors
    ///
    /// A limit is reached, or the table of counts is full.
    fn check(&self, own: &mut CallCounts, scoped: &mut ScopedCounts) -> Result<(), LimitReached> {
        let CountedAs { label, now } = self.call;
        if self.counts(LimitScope::Principal) {
            scoped.make_room(label, now)?;
        }
        let mut nothing = CallCounts::default();
        for limit in &self.limits {
            let counts = match limit.scope {
                LimitScope::Client => &mut *own,
                LimitScope::Principal => {
                    let known = scoped.labels(label).by_name.get_mut(&label.name);
                    known.unwrap_or(&mut nothing)
                }
                LimitScope::All => &mut scoped.all,
            };
            counts.check(limit, self.tool, now)?;
        }
        Ok(())
    }

    /// Adds the call to the counts. A principal takes memory only if a limit counts its calls.
    fn enter(&self, own: &mut CallCounts, scoped: &mut ScopedCounts) -> Added {
        let CountedAs { label, now } = self.call;
        let own_keys = CountKey::totals(self.tool).into_iter();
        let principal = self.counts(LimitScope::Principal).then(|| {
            let by_name = &mut scoped.labels(label).by_name;
            let counts = by_name.entry(Arc::clone(&label.name)).or_default();
            let entered = counts.add(self.keys(LimitScope::Principal), now);
            (label.clone(), entered)
        });
        Added {
            own: own.add(own_keys.chain(self.keys(LimitScope::Client)), now),
            principal,
            all: scoped.all.add(self.keys(LimitScope::All), now),
        }
    }
}

impl ScopedCounts {
    fn labels(&mut self, label: &CountLabel) -> &mut LabelCounts {
        if label.is_unchecked {
            &mut self.unchecked
        } else {
            &mut self.checked
        }
    }

    /// Forgets names whose calls have left their windows, when there are many more than before.
    ///
    /// # Errors
    ///
    /// The name is a new one that its client may have made up, and as many others have calls that count.
    fn make_room(&mut self, label: &CountLabel, now: Duration) -> Result<(), LimitReached> {
        let labels = self.labels(label);
        let names = labels.by_name.len();
        let is_full = label.is_unchecked
            && names >= MAX_UNCHECKED
            && !labels.by_name.contains_key(&label.name);
        if is_full || names >= labels.forget_at.max(MIN_PRINCIPALS) {
            labels.by_name.retain(|_, counts| counts.counts_at(now));
            labels.forget_at = labels.by_name.len().saturating_mul(2);
        }
        if is_full && labels.by_name.len() >= MAX_UNCHECKED {
            return Err(LimitReached {
                reason: format!(
                    "this user's calls cannot be counted: the server already counts the maximum of {MAX_UNCHECKED} unauthenticated users"
                ),
                is_temporary: false,
            });
        }
        Ok(())
    }

    /// Removes a call from all counts but those of its client.
    fn remove(&mut self, added: &Added) {
        self.all.remove(&added.all);
        if let Some((label, entered)) = &added.principal
            && let Some(counts) = self.labels(label).by_name.get_mut(&label.name)
        {
            counts.remove(entered);
        }
    }
}

impl CountLabel {
    /// Creates the name of a client that the program has authenticated.
    pub(crate) fn checked(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            is_unchecked: false,
        }
    }

    /// Creates a name that the client may have made up.
    #[cfg(any(test, feature = "mcp-server"))]
    pub(crate) fn unchecked(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            is_unchecked: true,
        }
    }
}

impl SharedCounts {
    /// Creates the counts of toolboxes that may have different clocks.
    #[cfg(feature = "mcp-server")]
    pub(in crate::agent) fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock: Some(clock),
            ..Self::default()
        }
    }

    fn lock(&self) -> MutexGuard<'_, ScopedCounts> {
        let counts = self.counts.lock();
        counts.unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
impl SharedCounts {
    /// Returns the number of times that are kept for a principal.
    pub(in crate::agent) fn times_of(&self, principal: &str) -> usize {
        let counts = self.lock();
        let counts = counts.checked.by_name.get(principal);
        counts.map_or(0, CallCounts::times)
    }

    /// Returns the number of principals, and of the names that clients may have made up.
    pub(in crate::agent) fn principals(&self) -> (usize, usize) {
        let counts = self.lock();
        let names = |labels: &LabelCounts| labels.by_name.len();
        (names(&counts.checked), names(&counts.unchecked))
    }
}

impl fmt::Debug for SharedCounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SharedCounts")
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}
