//! Schemas as one set of keywords: references and compositions are written out where that is possible.

use std::collections::BTreeMap;

use crate::source::{Json, find};

/// References to follow from one schema. A circle of references ends there.
const MAX_REFERENCES: usize = 8;

/// The keywords of a schema, with those of its references and compositions.
pub(super) struct Expanded<'j> {
    pub(super) keywords: BTreeMap<&'j str, &'j Json>,
    /// The references that were followed.
    pub(super) references: Vec<&'j str>,
}

impl<'j> Expanded<'j> {
    /// Writes out a schema of the document `root`. Returns `None` for a schema that is not an object.
    pub(super) fn of(schema: &'j Json, root: &'j Json) -> Option<Self> {
        let mut expanded = Self {
            keywords: BTreeMap::new(),
            references: Vec::new(),
        };
        expanded.add(schema, root).then_some(expanded)
    }

    /// Adds the keywords of a schema. Those that are there already stay: they are closer to the place.
    fn add(&mut self, schema: &'j Json, root: &'j Json) -> bool {
        let Some(members) = schema.as_object() else {
            return false;
        };
        for (keyword, value) in members {
            if !matches!(keyword.as_str(), "$ref" | "allOf") {
                self.keywords.entry(keyword).or_insert(value);
            }
        }
        if let Some(reference) = members.get("$ref") {
            self.follow(reference, root);
        }
        if let Some(parts) = members.get("allOf") {
            self.compose(parts, root);
        }
        true
    }

    fn follow(&mut self, reference: &'j Json, root: &'j Json) {
        let text = reference.as_str().unwrap_or_default();
        let target = text.strip_prefix('#').and_then(|at| find(root, at));
        match target {
            Some(target) if self.references.len() < MAX_REFERENCES => {
                self.references.push(text);
                self.add(target, root);
            }
            _ => {
                self.keywords.insert("$ref", reference);
            }
        }
    }

    /// Adds the parts of a composition, unless two of them say different things with one keyword.
    fn compose(&mut self, parts: &'j Json, root: &'j Json) {
        let expanded = parts.as_array().map(|parts| {
            let parts = parts.iter().map(|part| Self::of(part, root));
            parts.collect::<Option<Vec<Self>>>()
        });
        let mut merged = self.keywords.clone();
        let mut is_conflicting = false;
        let parts_of = expanded.flatten();
        for part in parts_of.iter().flatten() {
            for (keyword, value) in &part.keywords {
                let known = merged.entry(keyword).or_insert(value);
                is_conflicting |= *known != *value && !is_text(keyword);
            }
        }
        match parts_of {
            Some(parts) if !is_conflicting => {
                self.keywords = merged;
                let references = parts.into_iter().flat_map(|part| part.references);
                self.references.extend(references);
            }
            _ => {
                self.keywords.insert("allOf", parts);
            }
        }
    }
}

/// Returns `true` if the keyword of the place hides that of a part.
fn is_text(keyword: &str) -> bool {
    matches!(keyword, "title" | "description")
}
