//! How many calls were made.

use std::collections::BTreeMap;

use super::policy::Policy;
use crate::tools::ToolSpec;

/// How many calls were made, in all and of each tool.
#[derive(Debug, Default)]
pub(super) struct Counts {
    all: u64,
    of: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// Counts a call, unless the policy allows no more.
    ///
    /// # Errors
    ///
    /// The limit that is used up, in words.
    pub(super) fn take(&mut self, policy: &Policy, tool: &'static ToolSpec) -> Result<(), String> {
        if let Some(most) = policy.max_calls
            && self.all >= most
        {
            return Err(format!("all {most} calls that are allowed were made"));
        }
        let made = self.of.get(tool.name).copied().unwrap_or_default();
        let limits = policy.max_calls_for.iter();
        let mut limits = limits.filter(|(tools, _)| tools.matches(tool));
        if let Some((_, most)) = limits.find(|(_, most)| made >= *most) {
            return Err(format!(
                "all {most} calls of this tool that are allowed were made"
            ));
        }
        self.all += 1;
        *self.of.entry(tool.name).or_default() += 1;
        Ok(())
    }

    /// Takes a call back that was not made after all.
    pub(super) fn give_back(&mut self, tool: &ToolSpec) {
        self.all = self.all.saturating_sub(1);
        if let Some(made) = self.of.get_mut(tool.name) {
            *made = made.saturating_sub(1);
        }
    }
}
