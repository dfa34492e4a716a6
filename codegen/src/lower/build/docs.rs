//! Documentation from the catalog's descriptions, or from names where there are none.

use std::collections::{BTreeMap, BTreeSet};

use crate::lower::name::{Use, UseKind};
use crate::lower::sketch::{FieldSketch, SketchKind};
use crate::lower::words::{capitalize, noun_words, phrase, split_words};

/// Returns the documentation of a type.
pub(super) fn describe_type(usage: &Use<'_>) -> Vec<String> {
    if usage.kind == UseKind::Record {
        let words = noun_words(&first_proposal(usage));
        return match words.as_slice() {
            [] => vec![sentence(&words)],
            words => vec![format!("One {}.", phrase(words))],
        };
    }
    if let Some(description) = &usage.sketch.description {
        return doc_lines(description);
    }
    let words = split_words(&first_proposal(usage));
    vec![sentence(&words)]
}

/// Returns the words as a sentence. A type without a name in the catalog, such as the element of a
/// list, has none.
pub(super) fn sentence(words: &[String]) -> String {
    match words {
        [] => "One value.".to_owned(),
        words => format!("{}.", capitalize(&phrase(words))),
    }
}

/// The names on the wire that consist of the same words as another one, such as `fooBar` and `foo_bar`.
pub(super) struct Lookalikes<'a>(BTreeSet<&'a str>);

impl<'a> Lookalikes<'a> {
    /// Finds the names among those of one type.
    pub(super) fn among(names: impl Iterator<Item = &'a str>) -> Self {
        let mut by_words: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
        for name in names {
            by_words.entry(split_words(name)).or_default().push(name);
        }
        let alike = by_words.into_values().filter(|names| names.len() > 1);
        Self(alike.flatten().collect())
    }

    /// Returns `true` if the words of a name do not say which one it is.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// Returns the documentation of a field; none if only the name on the wire tells it from another one.
pub(super) fn describe_field(field: &FieldSketch, lookalikes: &Lookalikes<'_>) -> Vec<String> {
    if let Some(description) = &field.sketch.description {
        return doc_lines(description);
    }
    if lookalikes.has(&field.wire) {
        return Vec::new();
    }
    let text = match &field.sketch.kind {
        SketchKind::Id(kind) => format!("Identifier of the {}", phrase(&split_words(kind.text()))),
        _ => capitalize(&phrase(&split_words(&field.wire))),
    };
    let text = if text.is_empty() {
        "An argument".to_owned()
    } else {
        text
    };
    vec![format!("{text}.")]
}

/// Splits a description into trimmed lines.
pub(super) fn doc_lines(description: &str) -> Vec<String> {
    let lines = description.trim().lines();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

fn first_proposal(usage: &Use<'_>) -> String {
    usage.proposals().into_iter().next().unwrap_or_default()
}
