//! The context of comparing one tool: the types of both models, and the changes found so far.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, ChangePlace, ChangedPart};
use super::kind::ChangeKind;
use crate::model::{Api, Choice, Direction, Field, Rest, Struct, Union};

/// The named types of a model.
pub(super) struct TypeIndex<'m> {
    structs: BTreeMap<&'m str, &'m Struct>,
    choices: BTreeMap<&'m str, &'m Choice>,
    unions: BTreeMap<&'m str, &'m Union>,
}

impl<'m> TypeIndex<'m> {
    pub(super) fn of(api: &'m Api) -> Self {
        let structs = api.structs.iter().map(|item| (item.name.as_str(), item));
        let choices = api.choices.iter().map(|item| (item.name.as_str(), item));
        let unions = api.unions.iter().map(|item| (item.name.as_str(), item));
        Self {
            structs: structs.collect(),
            choices: choices.collect(),
            unions: unions.collect(),
        }
    }

    pub(super) fn find_struct(&self, name: &str) -> Option<&'m Struct> {
        self.structs.get(name).copied()
    }

    pub(super) fn find_choice(&self, name: &str) -> Option<&'m Choice> {
        self.choices.get(name).copied()
    }

    pub(super) fn find_union(&self, name: &str) -> Option<&'m Union> {
        self.unions.get(name).copied()
    }
}

/// An object that is sent, as one of the two models has it.
#[derive(Clone, Copy)]
pub(super) struct SentObject<'m> {
    /// The name of the type.
    pub(super) name: &'m str,
    pub(super) fields: &'m [Field],
    pub(super) rest: Option<&'m Rest>,
}

/// The types of both models.
pub(super) struct TypesOfBoth<'m> {
    pub(super) before: TypeIndex<'m>,
    pub(super) after: TypeIndex<'m>,
}

/// The comparison of one tool.
pub(super) struct ToolComparison<'m> {
    pub(super) types: &'m TypesOfBoth<'m>,
    tool: &'m str,
    /// The pairs of types that are already compared, so that recursive types end.
    seen: BTreeSet<(&'m str, &'m str, bool)>,
    found: Vec<Change>,
}

impl<'m> ToolComparison<'m> {
    pub(super) fn new(types: &'m TypesOfBoth<'m>, tool: &'m str) -> Self {
        Self {
            types,
            tool,
            seen: BTreeSet::new(),
            found: Vec::new(),
        }
    }

    /// Returns a change of the tool as a whole.
    pub(super) fn of_tool(&self, kind: ChangeKind) -> Change {
        Change::new(kind, self.tool, ChangePlace::TOOL)
    }

    /// Returns a change at a place of the arguments or of the record.
    pub(super) fn at(&self, kind: ChangeKind, direction: Direction, pointer: &str) -> Change {
        let part = match direction {
            Direction::Request => ChangedPart::Arguments,
            Direction::Response => ChangedPart::Response,
        };
        let place = ChangePlace {
            part,
            pointer: pointer.to_owned(),
        };
        Change::new(kind, self.tool, place)
    }

    pub(super) fn push(&mut self, change: Change) {
        self.found.push(change);
    }

    /// Returns `true` at the first visit of a pair of named types.
    pub(super) fn visit(&mut self, before: &'m str, after: &'m str, direction: Direction) -> bool {
        self.seen
            .insert((before, after, direction == Direction::Request))
    }

    pub(super) fn finish(self) -> Vec<Change> {
        self.found
    }
}
