//! Accepted changes: a file of those that a team has agreed on.

use jiff::civil::Date;
use serde::Deserialize;

use super::result::{CatalogDiff, ChangeResult};

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
    /// The name of the catalog. Every catalog without it.
    catalog: Option<String>,
    /// The name of the tool.
    tool: String,
    /// The place inside the tool, as `diff` prints it. All places without it.
    place: Option<String>,
    /// The reason.
    reason: String,
    /// The last day on which the entry applies: `2027-01-31`.
    until: Option<Until>,
}

impl Accepted {
    /// Marks the changes that are accepted. Returns a sentence about each entry that is expired or
    /// matches no change. An entry that may be about a catalog that is not compared is not judged;
    /// `is_complete` says that all of them are.
    pub(crate) fn apply(
        &self,
        catalogs: &mut [CatalogDiff],
        is_complete: bool,
        today: Date,
    ) -> Vec<String> {
        let mut is_used = vec![false; self.accept.len()];
        for catalog in &mut *catalogs {
            for change in &mut catalog.changes {
                for (entry, is_used) in self.accept.iter().zip(&mut is_used) {
                    if entry.is_about(&catalog.name, change) {
                        *is_used = true;
                        if !entry.is_expired(today) {
                            change.accepted = Some(entry.reason.clone());
                        }
                    }
                }
            }
        }
        let is_judged = |entry: &Entry| match &entry.catalog {
            _ if is_complete => true,
            Some(name) => catalogs.iter().any(|catalog| catalog.name == *name),
            None => false,
        };
        let entries = self.accept.iter().zip(is_used);
        entries
            .filter(|(entry, is_used)| *is_used || is_judged(entry))
            .filter_map(|(entry, is_used)| entry.complaint(is_used, today))
            .collect()
    }
}

impl Entry {
    fn is_about(&self, catalog: &str, change: &ChangeResult) -> bool {
        let is_catalog = self.catalog.as_ref().is_none_or(|name| name == catalog);
        let is_place = self
            .place
            .as_ref()
            .is_none_or(|place| *place == change.place);
        is_catalog && self.id == change.id && self.tool == change.tool && is_place
    }

    fn is_expired(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.0 < today)
    }

    fn complaint(&self, is_used: bool, today: Date) -> Option<String> {
        let name = format!("`{}` of `{}`", self.id, self.tool);
        if self.reason.trim().is_empty() {
            return Some(format!("{name} has no reason; write one"));
        }
        if !is_used {
            return Some(format!(
                "{name} is accepted, but there is no such change; remove the entry"
            ));
        }
        let until = self.until.as_ref().filter(|_| self.is_expired(today));
        until.map(|Until(until)| format!("{name} was accepted until {until}; decide again"))
    }
}

/// A day: `2027-01-31`.
#[derive(Debug, Clone, Copy)]
struct Until(Date);

impl<'de> Deserialize<'de> for Until {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let date = text.parse().map_err(|_| {
            serde::de::Error::custom(format!(
                "`{text}` is not a date; write one such as 2027-01-31"
            ))
        })?;
        Ok(Self(date))
    }
}

#[cfg(test)]
mod tests {
    use toolsmith_codegen::diff::Grade;

    use super::*;

    fn change(id: &'static str, tool: &str) -> ChangeResult {
        ChangeResult {
            id,
            grade: Grade::Compile,
            silent: false,
            reviewed_text: false,
            tool: tool.to_owned(),
            place: "argument /a".to_owned(),
            before: None,
            after: None,
            rust: None,
            accepted: None,
            location: None,
            summary: "",
        }
    }

    #[test]
    fn an_entry_belongs_to_its_catalog() {
        let text = r#"
            [[accept]]
            id = "tool-removed"
            catalog = "other"
            tool = "list_keys"
            reason = "agreed"

            [[accept]]
            id = "tool-removed"
            tool = "gone"
            reason = "agreed"
        "#;
        let accepted: Accepted = toml::from_str(text).unwrap();
        let mut catalogs = [CatalogDiff {
            name: "demo".to_owned(),
            changes: vec![change("tool-removed", "list_keys")],
        }];
        let today = jiff::civil::date(2026, 11, 30);
        assert_eq!(accepted.apply(&mut catalogs, false, today), [""; 0]);
        assert_eq!(catalogs[0].changes[0].accepted, None);
        assert_eq!(accepted.apply(&mut catalogs, true, today).len(), 2);
    }

    #[test]
    fn reports_entries_that_no_longer_apply() {
        let text = r#"
            [[accept]]
            id = "arg-required-added"
            tool = "list_keys"
            reason = "agreed"
            until = "2026-12-31"

            [[accept]]
            id = "tool-removed"
            tool = "list_keys"
            reason = "agreed"

            [[accept]]
            id = "arg-required-added"
            tool = "old_keys"
            reason = "agreed"
            until = "2026-11-29"
        "#;
        let accepted: Accepted = toml::from_str(text).unwrap();
        let mut catalogs = [CatalogDiff {
            name: "demo".to_owned(),
            changes: vec![
                change("arg-required-added", "list_keys"),
                change("arg-required-added", "old_keys"),
            ],
        }];
        let today = jiff::civil::date(2026, 11, 30);
        let complaints = accepted.apply(&mut catalogs, true, today);
        let changes = &catalogs[0].changes;
        assert_eq!(changes[0].accepted.as_deref(), Some("agreed"));
        assert_eq!(changes[1].accepted, None);
        assert_eq!(
            complaints,
            [
                "`tool-removed` of `list_keys` is accepted, but there is no such change; remove the entry",
                "`arg-required-added` of `old_keys` was accepted until 2026-11-29; decide again",
            ]
        );
    }
}
