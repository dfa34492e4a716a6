//! Changes that several tools have in common.

use toolsmith_codegen::diff::Grade;

use super::result::ChangeResult;

/// A change, and the tools that have it.
#[derive(Debug)]
pub(super) struct Group<'r> {
    pub(super) change: &'r ChangeResult,
    pub(super) tools: Vec<&'r str>,
}

impl Group<'_> {
    /// Returns the tools in words: `list_keys`, or `list_keys and 2 more tools`.
    pub(super) fn tools(&self) -> String {
        match self.tools[..] {
            [] | [""] => "catalog".to_owned(),
            [tool] => tool.to_owned(),
            [first, second] => format!("{first} and {second}"),
            [first, ref rest @ ..] => format!("{first} and {} more tools", rest.len()),
        }
    }
}

/// Returns the changes of one grade, each once.
pub(super) fn group_changes<'r>(
    changes: impl Iterator<Item = &'r ChangeResult>,
    grade: Grade,
) -> Vec<Group<'r>> {
    let mut groups: Vec<Group<'r>> = Vec::new();
    for change in changes.filter(|change| change.grade == grade) {
        let is_same = |group: &&mut Group<'r>| {
            let other = group.change;
            let rust = |change: &'r ChangeResult| {
                let rust = change.rust.as_ref();
                rust.map(|rust| (&*rust.item, rust.before.as_deref(), rust.after.as_deref()))
            };
            other.id == change.id
                && other.place == change.place
                && other.before == change.before
                && other.after == change.after
                && rust(other) == rust(change)
                && other.accepted == change.accepted
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.tools.push(&change.tool),
            None => groups.push(Group {
                change,
                tools: vec![&change.tool],
            }),
        }
    }
    groups
}

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
