//! The words of descriptions, and where descriptions are placed.

use crate::tree::{Members, Tree};

/// The length of a value in bytes up to which it is quoted.
const MAX_QUOTED_LENGTH: usize = 300;

/// The length of a list of values in bytes, beyond which the rest is left out.
const MAX_LIST_LENGTH: usize = 2_000;

/// Appends words to a description.
pub(super) fn append(description: Option<String>, words: &[String]) -> Option<String> {
    let description = description.filter(|text| !text.trim().is_empty());
    match (description, words) {
        (description, []) => description,
        (None, words) => Some(words.join("; ")),
        (Some(text), words) => Some(format!("{} ({})", text.trim_end(), words.join("; "))),
    }
}

/// Returns the first branch of a union, at any depth, or the schema itself if it is not a union.
pub(super) fn innermost(schema: &mut Members) -> &mut Members {
    let is_union = |schema: &Members| {
        let branches = schema.get("anyOf").and_then(Tree::as_array);
        branches.is_some_and(|branches| branches.first().is_some_and(Tree::is_object))
    };
    if !is_union(schema) {
        return schema;
    }
    let branches = schema.get_mut("anyOf").and_then(Tree::as_array_mut);
    match branches.and_then(|branches| branches.first_mut()) {
        Some(Tree::Object(first)) => innermost(first),
        _ => unreachable!("the first branch is an object"),
    }
}

/// Sets a description, after the title and the type.
pub(super) fn describe(schema: &mut Members, text: String) {
    let before = ["title", "type"];
    let index = before
        .iter()
        .filter_map(|keyword| schema.get_index_of(*keyword));
    let index = index.max().map_or(0, |index| index + 1);
    match schema.get_mut("description") {
        Some(description) => *description = Tree::String(text),
        None => {
            schema.shift_insert(index, "description".to_owned(), Tree::String(text));
        }
    }
}

/// Returns a value as JSON, or `None` if it is long.
pub(super) fn quoted(value: &Tree) -> Option<String> {
    let text = value.to_string();
    (text.len() <= MAX_QUOTED_LENGTH).then_some(text)
}

/// Describes a keyword that the provider's schema cannot express.
pub(super) fn further_constraint(keyword: &str) -> String {
    format!("a further constraint (`{keyword}`) applies that cannot be shown here")
}

/// Lists the allowed values, as many as fit.
pub(super) fn one_of(values: &[Tree]) -> String {
    let mut text = String::from("one of ");
    for (index, value) in values.iter().enumerate() {
        let value = value.to_string();
        if text.len() + value.len() > MAX_LIST_LENGTH {
            text.push_str(", and others");
            break;
        }
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&value);
    }
    text
}
