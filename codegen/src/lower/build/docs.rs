//! Documentation from the catalog's descriptions, or from names where there are none.

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

/// Returns the documentation of a field.
pub(super) fn describe_field(field: &FieldSketch) -> Vec<String> {
    if let Some(description) = &field.sketch.description {
        return doc_lines(description);
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
