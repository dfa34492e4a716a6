//! Keywords as words, for dialects that do not know them.

use serde_json::Map;

use super::Writer;
use crate::codec::Json;
use crate::dialect::note::Change;
use crate::dialect::provider::Form;
use crate::dialect::schema::{Node, Rule};

/// Longer than this no value is quoted.
const MAX_VALUE: usize = 300;

/// A description with what else is to be said.
pub(super) fn text(description: Option<String>, words: &[String]) -> Option<String> {
    let description = description.filter(|text| !text.trim().is_empty());
    match (description, words) {
        (description, []) => description,
        (None, words) => Some(words.join("; ")),
        (Some(text), words) => Some(format!("{} ({})", text.trim_end(), words.join("; "))),
    }
}

impl Writer<'_> {
    pub(super) fn describe(
        &mut self,
        schema: &mut Map<String, Json>,
        description: Option<String>,
        words: &[String],
    ) {
        if let Some(text) = text(description, words) {
            if self.rules.form == Form::OpenApi && schema.contains_key("anyOf") {
                // Beside a union nothing else may stand.
                let first = innermost(schema);
                let own = first.remove("description");
                let own = own
                    .as_ref()
                    .and_then(Json::as_str)
                    .filter(|own| *own != text);
                let text = own.map_or_else(|| text.clone(), |own| format!("{text} ({own})"));
                first.insert("description".to_owned(), Json::String(text));
                return;
            }
            schema.insert("description".to_owned(), Json::String(text));
        }
    }

    /// What `node` says by keywords that are not kept, in words.
    pub(super) fn words(&mut self, node: &Node, is_kept: impl Fn(&str) -> bool) -> Vec<String> {
        let facet = |keyword: &str| node.facets.get(keyword).filter(|_| !is_kept(keyword));
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
            ("contentMediaType", "holds "),
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
            words.push("no item twice".to_owned());
        }
        if facet("deprecated").is_some() {
            words.push("deprecated".to_owned());
        }
        if let Some(value) = facet("default").filter(|value| !value.is_null()) {
            words.extend(quoted(value).map(|value| format!("default {value}")));
        }
        let example = facet("example").or_else(|| facet("examples")?.get(0));
        if let Some(value) = example.and_then(quoted) {
            words.push(format!("for example {value}"));
        }
        self.other_words(node, &is_kept, &mut words);
        words
    }

    /// Rules in words; and notes of all that is said, or cannot be.
    fn other_words(
        &mut self,
        node: &Node,
        is_kept: &dyn Fn(&str) -> bool,
        words: &mut Vec<String>,
    ) {
        for keyword in node.facets.keys().filter(|keyword| !is_kept(keyword)) {
            let is_nothing = keyword == "default" && node.facets.get(keyword) == Some(&Json::Null);
            if !is_nothing {
                self.note(node, keyword, Change::Described);
            }
        }
        for (keyword, rule) in node.rules.iter().filter(|(keyword, _)| !is_kept(keyword)) {
            words.push(self.rule(keyword, rule));
            self.note(node, keyword, Change::Described);
        }
        for (keyword, _) in &node.lost {
            self.note(node, keyword, Change::Dropped);
        }
    }

    fn rule(&self, keyword: &str, rule: &Rule) -> String {
        let value = match rule {
            Rule::Value(value) => quoted(value),
            Rule::Schema(id) => {
                let node = self.graph.node(*id);
                let values = node
                    .values
                    .as_ref()
                    .map(|values| Json::Array(values.clone()));
                match (values, keyword) {
                    (Some(values), "not") => {
                        quoted(&values).map(|values| format!("not one of {values}"))
                    }
                    _ if !node.required.is_empty() && node.properties.is_empty() => {
                        Some(format!("{keyword} {} given", node.required.join(" and ")))
                    }
                    _ => None,
                }
            }
            Rule::Map(_) => None,
        };
        match (keyword, value) {
            ("not" | "if" | "then" | "else", Some(value)) => value,
            (_, Some(value)) => format!("{keyword} {value}"),
            (_, None) => format!("a further rule holds ({keyword})"),
        }
    }
}

/// The first branch of a union, at any depth; the schema itself if it is none.
pub(super) fn innermost(schema: &mut Map<String, Json>) -> &mut Map<String, Json> {
    let first = schema.get("anyOf").and_then(|branches| branches.get(0));
    if !first.is_some_and(Json::is_object) {
        return schema;
    }
    let first = schema
        .get_mut("anyOf")
        .and_then(|branches| branches.get_mut(0));
    match first {
        Some(Json::Object(first)) => innermost(first),
        _ => unreachable!("a union was seen to begin with an object"),
    }
}

/// A value as JSON; none if it is long.
pub(super) fn quoted(value: &Json) -> Option<String> {
    let text = value.to_string();
    (text.len() <= MAX_VALUE).then_some(text)
}

/// The values that are right, as many of them as fit.
pub(super) fn one_of(values: &[Json]) -> String {
    let mut text = String::from("one of ");
    for (index, value) in values.iter().enumerate() {
        let value = value.to_string();
        if text.len() + value.len() > 2_000 {
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
