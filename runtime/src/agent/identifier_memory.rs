//! The identifiers that answers have shown, so that one of another kind is known when it comes.

use std::collections::{BTreeMap, VecDeque};

use super::place;
use crate::codec::Json;
use crate::tools::{IdKind, ToolSpec};

/// How many identifiers are remembered; the oldest is forgotten for a new one.
const LIMIT: usize = 4096;

/// How many bytes an identifier may have: what is longer is none, and would only fill the memory.
const LONGEST: usize = 256;

/// How many identifiers must share a beginning before it tells their kind.
const ENOUGH: usize = 3;

/// The identifiers that were seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    kinds: BTreeMap<String, Vec<Sighting>>,
    order: VecDeque<String>,
}

/// Where an identifier was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sighting {
    /// What it identifies.
    pub(super) kind: &'static IdKind,
    /// The tool that gave it, or took it without complaint.
    pub(super) tool: &'static ToolSpec,
}

impl Seen {
    /// Remembers what an answer shows, and what the tool took for it.
    pub(super) fn learn(&mut self, tool: &'static ToolSpec, arguments: &Json, answer: &Json) {
        for argument in tool.takes {
            self.learn_all(tool, argument.kind(), arguments, argument.pointer());
        }
        for field in tool.gives {
            for record in records(answer) {
                self.learn_all(tool, field.kind(), record, field.pointer());
            }
        }
    }

    fn learn_all(
        &mut self,
        tool: &'static ToolSpec,
        kind: &'static IdKind,
        json: &Json,
        pattern: &str,
    ) {
        for (_, value) in place::find(json, pattern) {
            if let Some(value) = value.as_str().filter(|value| is_short(value)) {
                self.insert(value, Sighting { kind, tool });
            }
        }
    }

    fn insert(&mut self, value: &str, sighting: Sighting) {
        if let Some(known) = self.kinds.get_mut(value) {
            if !known
                .iter()
                .any(|known| known.kind.name == sighting.kind.name)
            {
                known.push(sighting);
            }
            return;
        }
        if self.order.len() >= LIMIT
            && let Some(oldest) = self.order.pop_front()
        {
            self.kinds.remove(&oldest);
        }
        self.order.push_back(value.to_owned());
        self.kinds.insert(value.to_owned(), vec![sighting]);
    }

    /// What `value` identifies instead, if it was seen, and never as a `kind`.
    ///
    /// Only where the things of the kind can be listed: there the right one is to be found, and
    /// if this one should be right after all, the list shows it, and it passes.
    pub(super) fn other_kind(&self, value: &str, kind: &IdKind) -> Option<Sighting> {
        let sightings = self.kinds.get(value)?;
        let is_right = |sighting: &Sighting| sighting.kind.name == kind.name;
        if sightings.iter().any(is_right) || !kind.is_listed() {
            return None;
        }
        let is_telling = |sighting: &&Sighting| sighting.kind.is_listed();
        sightings.iter().find(is_telling).copied()
    }

    /// The kind whose identifiers begin as `value` does, if it is another, and no other's do.
    ///
    /// A guess: good for a hint after the API did not know the identifier, not for a refusal.
    pub(super) fn likely_kind(&self, value: &str, kind: &IdKind) -> Option<&'static IdKind> {
        let prefix = prefix(value)?;
        let mut alike = 0_usize;
        let mut likely: Option<&'static IdKind> = None;
        for (known, sightings) in self.kinds.range(prefix.to_owned()..) {
            if !known.starts_with(prefix) {
                break;
            }
            for sighting in sightings {
                match likely {
                    Some(likely) if likely.name != sighting.kind.name => return None,
                    _ => likely = Some(sighting.kind),
                }
            }
            alike += 1;
        }
        likely.filter(|likely| alike >= ENOUGH && likely.name != kind.name)
    }
}

fn is_short(value: &str) -> bool {
    !value.is_empty() && value.len() <= LONGEST
}

/// `prj_` in `prj_112`.
fn prefix(value: &str) -> Option<&str> {
    let end = value.find(['_', '-', ':'])? + 1;
    value.get(..end).filter(|prefix| prefix.len() > 1)
}

/// The records of an answer: those of a page or of a bare list, else the answer itself.
fn records(answer: &Json) -> Vec<&Json> {
    let list = match answer {
        Json::Array(records) => Some(records),
        Json::Object(fields) => fields.get("result").and_then(Json::as_array),
        _ => None,
    };
    match list {
        Some(records) => records.iter().collect(),
        None => vec![answer],
    }
}
