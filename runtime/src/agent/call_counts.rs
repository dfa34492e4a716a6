//! The number of calls made.

use std::collections::BTreeMap;

use super::policy::Policy;
use super::tool_set::ToolEntry;
use crate::tools::ToolSpec;

/// The number of calls made, in total and of each tool.
#[derive(Debug, Default)]
pub(super) struct CallCounts {
    total: u64,
    by_tool: BTreeMap<&'static str, u64>,
}

impl CallCounts {
    /// Counts a call.
    ///
    /// # Errors
    ///
    /// The policy allows no more calls; the error says which limit is reached.
    pub(super) fn add(&mut self, policy: &Policy, tool: ToolEntry<'_>) -> Result<(), String> {
        if let Some(limit) = policy.max_calls
            && self.total >= limit
        {
            return Err(format!("the limit of {} is reached", calls(limit)));
        }
        let made = self
            .by_tool
            .get(tool.spec.name)
            .copied()
            .unwrap_or_default();
        let mut limits = policy.max_calls_for.iter();
        let reached = limits.find(|(tools, limit)| made >= *limit && tools.selects(tool.view()));
        if let Some((_, limit)) = reached {
            let limit = calls(*limit);
            return Err(format!("the limit of {limit} to this tool is reached"));
        }
        self.total += 1;
        *self.by_tool.entry(tool.spec.name).or_default() += 1;
        Ok(())
    }

    /// Removes a call that was counted and not made.
    pub(super) fn remove(&mut self, tool: &ToolSpec) {
        self.total = self.total.saturating_sub(1);
        if let Some(made) = self.by_tool.get_mut(tool.name) {
            *made = made.saturating_sub(1);
        }
    }
}

fn calls(count: u64) -> String {
    let noun = if count == 1 { "call" } else { "calls" };
    format!("{count} {noun}")
}
