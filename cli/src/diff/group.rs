//! Changes that several tools have in common.

use std::collections::BTreeMap;

use toolsmith_codegen::diff::Grade;

use super::result::ChangeResult;
use crate::text::escaped::visible_name;

/// A change, and the tools that have it.
#[derive(Debug)]
pub(super) struct Group<'r> {
    pub(super) change: &'r ChangeResult,
    pub(super) tools: Vec<&'r str>,
}

impl Group<'_> {
    /// Returns the tools in words: `list_keys`, or `list_keys and 2 more tools`. `quote` marks a name.
    pub(super) fn tools_with(&self, quote: impl Fn(&str) -> String) -> String {
        match self.tools[..] {
            [] | [""] => "catalog".to_owned(),
            [tool] => quote(tool),
            [first, second] => format!("{} and {}", quote(first), quote(second)),
            [first, ref rest @ ..] => format!("{} and {} more tools", quote(first), rest.len()),
        }
    }

    /// Returns the tools in words, for plain text.
    pub(super) fn tools(&self) -> String {
        self.tools_with(|tool| visible_name(tool).into_owned())
    }
}

/// Returns all changes in their order, each once.
pub(super) fn group_all(changes: &[ChangeResult]) -> Vec<Group<'_>> {
    group_changes(changes.iter())
}

/// Returns the texts for which nothing is generated, each once.
pub(super) fn group_refused(changes: &[ChangeResult]) -> Vec<Group<'_>> {
    group_changes(changes.iter().filter(|change| change.is_refused()))
}

/// Returns the other changes of texts that a model reads, each once.
pub(super) fn group_texts(changes: &[ChangeResult]) -> Vec<Group<'_>> {
    let changes = changes.iter().filter(|change| change.is_text());
    group_changes(changes.filter(|change| !change.is_refused()))
}

/// Returns the other changes of one grade, each once.
pub(super) fn group_grade(changes: &[ChangeResult], grade: Grade) -> Vec<Group<'_>> {
    let changes = changes.iter().filter(|change| !change.is_text());
    group_changes(changes.filter(|change| change.grade == grade))
}

fn group_changes<'r>(changes: impl Iterator<Item = &'r ChangeResult>) -> Vec<Group<'r>> {
    let mut groups: Vec<Group<'r>> = Vec::new();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for change in changes {
        let rust = change.rust.as_ref();
        let rust = rust.map(|rust| (&rust.item, rust.before.as_deref(), rust.after.as_deref()));
        let values = (change.before.as_deref(), change.after.as_deref());
        let key = (
            change.id,
            &*change.place,
            values,
            rust,
            change.accepted.as_deref(),
        );
        if let Some(group) = known.get(&key).and_then(|index| groups.get_mut(*index)) {
            group.tools.push(&change.tool);
        } else {
            known.insert(key, groups.len());
            groups.push(Group {
                change,
                tools: vec![&change.tool],
            });
        }
    }
    groups
}

/// The meaning of a text that is refused, for a heading.
pub(super) const REFUSED: &str = "nothing is generated until the overlay corrects or allows it";

/// Returns the meaning of a grade for a heading.
pub(super) fn meaning(grade: Grade) -> &'static str {
    match grade {
        Grade::Compile => "callers stop compiling",
        Grade::Wire => "callers compile and send or read something else",
        Grade::Behaviour => "calls are refused, retried or paged differently",
        Grade::Additive => "callers can do more",
        Grade::Docs => "documentation",
    }
}
