//! The identifiers that responses have shown, to detect an identifier of another kind.

use std::collections::{BTreeMap, VecDeque};

use super::page::page_records;
use super::pointer;
use crate::codec::{Json, Problem, ProblemKind, shorten};
use crate::tools::{IdKind, ToolSpec};

/// The number of identifiers that are remembered; a new one replaces the oldest.
const MAX_IDENTIFIERS: usize = 4096;

/// The length of an identifier in bytes. Longer strings are not remembered.
const MAX_IDENTIFIER_BYTES: usize = 256;

/// The number of identifiers with the same prefix from which the prefix indicates their kind.
const MIN_IDENTIFIERS_PER_PREFIX: usize = 3;

/// The identifiers that were seen.
#[derive(Debug, Default)]
pub(super) struct IdentifierMemory {
    sightings: BTreeMap<String, Vec<Sighting>>,
    /// The identifiers, the oldest first.
    order: VecDeque<String>,
}

/// An occurrence of an identifier.
#[derive(Debug, Clone, Copy)]
struct Sighting {
    /// The kind of thing that it identifies.
    kind: &'static IdKind,
    /// The tool that returned it, or accepted it as an argument.
    tool: &'static ToolSpec,
}

impl IdentifierMemory {
    /// Remembers the identifiers in a response and in the arguments that led to it.
    pub(super) fn learn(&mut self, tool: &'static ToolSpec, arguments: &Json, response: &Json) {
        for argument in tool.takes {
            self.learn_matches(tool, argument.kind(), arguments, argument.pointer());
        }
        for field in tool.gives {
            for record in records(response) {
                self.learn_matches(tool, field.kind(), record, field.pointer());
            }
        }
    }

    fn learn_matches(
        &mut self,
        tool: &'static ToolSpec,
        kind: &'static IdKind,
        json: &Json,
        pattern: &str,
    ) {
        pointer::visit(json, pattern, &mut |value| {
            if let Some(value) = value.as_str().filter(|value| is_identifier(value)) {
                self.insert(value, Sighting { kind, tool });
            }
        });
    }

    fn insert(&mut self, value: &str, sighting: Sighting) {
        if let Some(known) = self.sightings.get_mut(value) {
            if !known
                .iter()
                .any(|known| known.kind.name == sighting.kind.name)
            {
                known.push(sighting);
            }
            return;
        }
        if self.order.len() >= MAX_IDENTIFIERS
            && let Some(oldest) = self.order.pop_front()
        {
            self.sightings.remove(&oldest);
        }
        self.order.push_back(value.to_owned());
        self.sightings.insert(value.to_owned(), vec![sighting]);
    }

    /// Returns a problem for each identifier in the arguments that was only seen as another kind.
    pub(super) fn problems(&self, tool: &ToolSpec, arguments: &Json) -> Vec<Problem> {
        let mut problems = Vec::new();
        for argument in tool.takes {
            // Most calls have none, and then no path is needed.
            let mut has_other = false;
            pointer::visit(arguments, argument.pointer(), &mut |value| {
                let text = value.as_str();
                has_other |=
                    text.is_some_and(|text| self.other_kind(text, argument.kind()).is_some());
            });
            if !has_other {
                continue;
            }
            for (path, value) in pointer::find(arguments, argument.pointer()) {
                let Some(text) = value.as_str() else {
                    continue;
                };
                if let Some(sighting) = self.other_kind(text, argument.kind()) {
                    let kind = ProblemKind::OtherIdentifier {
                        expected: argument.kind().noun,
                        found: shorten(value),
                        kind: sighting.kind.noun,
                        given_by: sighting.tool.name,
                    };
                    problems.push(Problem { path, kind });
                }
            }
        }
        problems
    }

    /// Returns a sighting of `value` as another kind, if it was never seen as a `kind`.
    ///
    /// Returns `None` if no tool lists identifiers of this kind: then a model could not find the
    /// right one, and a valid one could never be learned.
    fn other_kind(&self, value: &str, kind: &IdKind) -> Option<Sighting> {
        let sightings = self.sightings.get(value)?;
        let is_expected = |sighting: &Sighting| sighting.kind.name == kind.name;
        if sightings.iter().any(is_expected) || !kind.is_listed() {
            return None;
        }
        let is_listed = |sighting: &&Sighting| sighting.kind.is_listed();
        sightings.iter().find(is_listed).copied()
    }

    /// Returns the kind that `value` probably has, if it is another than `kind`: the kind of all
    /// identifiers with the same prefix.
    ///
    /// This is a guess for a hint after the API did not find the identifier. It does not justify
    /// refusing a call.
    pub(super) fn likely_kind(&self, value: &str, kind: &IdKind) -> Option<&'static IdKind> {
        let prefix = prefix(value)?;
        let mut count = 0_usize;
        let mut likely: Option<&'static IdKind> = None;
        for (known, sightings) in self.sightings.range(prefix.to_owned()..) {
            if !known.starts_with(prefix) {
                break;
            }
            for sighting in sightings {
                match likely {
                    Some(likely) if likely.name != sighting.kind.name => return None,
                    _ => likely = Some(sighting.kind),
                }
            }
            count += 1;
        }
        likely.filter(|likely| count >= MIN_IDENTIFIERS_PER_PREFIX && likely.name != kind.name)
    }
}

fn is_identifier(value: &str) -> bool {
    !value.is_empty() && value.len() <= MAX_IDENTIFIER_BYTES
}

/// Returns the prefix of an identifier, such as `prj_` of `prj_112`.
fn prefix(value: &str) -> Option<&str> {
    let end = value.find(['_', '-', ':'])? + 1;
    value.get(..end).filter(|prefix| prefix.len() > 1)
}

/// Returns the records of a page or of a bare list; otherwise the response is the only record.
fn records(response: &Json) -> &[Json] {
    page_records(response).unwrap_or(std::slice::from_ref(response))
}
