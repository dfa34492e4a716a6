//! Accepted changes: a file of those that a team has agreed on.

use serde::Deserialize;

use super::result::ChangeResult;

/// The accepted changes of a project.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accepted {
    #[serde(default)]
    accept: Vec<Entry>,
}

/// One accepted change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The kind: `arg-became-required`.
    id: String,
    /// The name of the tool.
    tool: String,
    /// The place inside the tool, as `diff` prints it. All places without it.
    place: Option<String>,
    /// The reason.
    reason: String,
    /// The last day on which the entry applies: `2027-01-31`.
    until: Option<String>,
}

impl Accepted {
    /// Marks the changes that are accepted. Returns a sentence about each entry that is expired or
    /// matches no change.
    pub(crate) fn apply<'c>(
        &self,
        changes: impl Iterator<Item = &'c mut ChangeResult>,
        today: &str,
    ) -> Vec<String> {
        let mut is_used = vec![false; self.accept.len()];
        for change in changes {
            for (entry, is_used) in self.accept.iter().zip(&mut is_used) {
                if entry.is_about(change) {
                    *is_used = true;
                    if !entry.is_expired(today) {
                        change.accepted = Some(entry.reason.clone());
                    }
                }
            }
        }
        let entries = self.accept.iter().zip(is_used);
        entries
            .filter_map(|(entry, is_used)| entry.complaint(is_used, today))
            .collect()
    }
}

impl Entry {
    fn is_about(&self, change: &ChangeResult) -> bool {
        let is_place = self.place.as_ref().is_none_or(|place| *place == change.place);
        self.id == change.id && self.tool == change.tool && is_place
    }

    /// Dates of this form are ordered as texts.
    fn is_expired(&self, today: &str) -> bool {
        self.until.as_deref().is_some_and(|until| until < today)
    }

    fn complaint(&self, is_used: bool, today: &str) -> Option<String> {
        let name = format!("`{}` of `{}`", self.id, self.tool);
        if self.reason.trim().is_empty() {
            return Some(format!("{name} has no reason; write one"));
        }
        if let Some(until) = self.until.as_deref().filter(|until| !is_date(until)) {
            return Some(format!("{name} has `until = \"{until}\"`; write a date such as 2027-01-31"));
        }
        if !is_used {
            return Some(format!("{name} is accepted, but there is no such change; remove the entry"));
        }
        let expired = self.is_expired(today);
        let until = self.until.as_deref().filter(|_| expired);
        until.map(|until| format!("{name} was accepted until {until}; decide again"))
    }
}

fn is_date(text: &str) -> bool {
    let form = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    form.eq("0000-00-00".bytes())
}
