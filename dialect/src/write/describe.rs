//! Keywords as words in the description, for dialects that do not know them.

use super::words::{append, describe, innermost, quoted};
use super::writer::Writer;
use crate::note::NoteKind;
use crate::rules::Form;
use crate::schema::Node;
use crate::tree::{Members, Tree};

impl Writer<'_> {
    /// Sets the description of a schema.
    pub(super) fn describe(
        &mut self,
        schema: &mut Members,
        description: Option<String>,
        words: &[String],
    ) {
        if let Some(text) = append(description, words) {
            if self.rules.form == Form::OpenApi && schema.contains_key("anyOf") {
                // Gemini accepts no other keyword next to a union.
                let first = innermost(schema);
                let described = match first.get("description").and_then(Tree::as_str) {
                    Some(own) if own != text => format!("{text} ({own})"),
                    _ => text,
                };
                describe(first, described);
                return;
            }
            describe(schema, text);
        }
    }

    /// Expresses the keywords of `node` that are not kept in words.
    pub(super) fn words(&mut self, node: &Node, is_kept: impl Fn(&str) -> bool) -> Vec<String> {
        let facet = |keyword: &str| node.facets.get(keyword).filter(|_| !is_kept(keyword));
        let mut words = bounds_in_words(&facet);
        if facet("deprecated").is_some() {
            words.push("deprecated".to_owned());
        }
        let admitted = |value: &&Tree| self.graph.admits_annotation(node, value);
        let default = facet("default").filter(|value| !value.is_null());
        if let Some(value) = default.filter(admitted).and_then(quoted) {
            words.push(format!("default {value}"));
        }
        let first_example = || facet("examples")?.as_array()?.first();
        let example = facet("example").or_else(first_example);
        if let Some(value) = example.filter(admitted).and_then(quoted) {
            words.push(format!("for example {value}"));
        }
        self.describe_rules(node, &is_kept, &mut words);
        words
    }

    /// Expresses rules in words, and notes all keywords that are described or dropped.
    fn describe_rules(
        &mut self,
        node: &Node,
        is_kept: &dyn Fn(&str) -> bool,
        words: &mut Vec<String>,
    ) {
        for keyword in node.facets.keys().filter(|keyword| !is_kept(keyword)) {
            let is_null_default =
                keyword == "default" && node.facets.get(keyword) == Some(&Tree::Null);
            if !is_null_default {
                self.note(node, keyword, NoteKind::Described);
            }
        }
        for set in &node.conditions {
            let mut others = set
                .iter()
                .filter(|(keyword, _)| !is_kept(keyword))
                .peekable();
            if others.peek().is_none() {
                continue;
            }
            let described = self.describe_conditions(set);
            if !described.is_empty() && !words.contains(&described) {
                words.push(described);
            }
            for (keyword, _) in others {
                self.note(node, keyword, NoteKind::Described);
            }
        }
        for (keyword, _) in &node.lost {
            self.note(node, keyword, NoteKind::Dropped);
        }
    }
}

/// Expresses the bounds, the pattern and the format of `node` in words.
pub(super) fn words_of_facets(node: &Node) -> Vec<String> {
    bounds_in_words(&|keyword| node.facets.get(keyword))
}

/// Expresses bounds, patterns and formats in words.
fn bounds_in_words<'a>(facet: &dyn Fn(&str) -> Option<&'a Tree>) -> Vec<String> {
    let mut words = Vec::new();
    for (low, high, what) in [
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
        ("minProperties", "maxProperties", " properties"),
    ] {
        match (facet(low), facet(high)) {
            (Some(low), Some(high)) if low == high => {
                words.push(format!("exactly {low}{what}"));
            }
            (Some(low), Some(high)) => words.push(format!("between {low} and {high}{what}")),
            (Some(low), None) => words.push(format!("at least {low}{what}")),
            (None, Some(high)) => words.push(format!("at most {high}{what}")),
            (None, None) => {}
        }
    }
    for (keyword, before) in [
        ("exclusiveMinimum", "more than "),
        ("exclusiveMaximum", "less than "),
        ("multipleOf", "a multiple of "),
        ("format", "format "),
        ("contentEncoding", "encoded as "),
        ("contentMediaType", "content of type "),
        ("pattern", "matches "),
    ] {
        if let Some(value) = facet(keyword) {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            words.push(format!("{before}{value}"));
        }
    }
    if facet("uniqueItems").is_some() {
        words.push("unique items".to_owned());
    }
    words
}
