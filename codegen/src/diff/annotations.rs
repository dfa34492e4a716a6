//! Changes of schemas that the generated types do not show: descriptions, defaults, examples, headers,
//! the bounds of records, the names of definitions.

use std::collections::{BTreeMap, BTreeSet};

use super::context::ToolComparison;
use super::expanded::Expanded;
use super::kind::ChangeKind;
use super::limits::find_limits;
use crate::model::{Direction, ToolMetadata};
use crate::schema::{Holds, holds};
use crate::source::{Json, Layout, Members, child, compact, parse_json};

/// Compares the annotations of the schemas of two tools.
pub(super) fn compare_annotations(
    before: &ToolMetadata,
    after: &ToolMetadata,
    comparison: &mut ToolComparison<'_>,
) {
    for (old, new, direction) in [
        (
            &before.query_schema,
            &after.query_schema,
            Direction::Request,
        ),
        (&before.body_schema, &after.body_schema, Direction::Request),
        (
            &before.response_schema,
            &after.response_schema,
            Direction::Response,
        ),
    ] {
        if old == new || new.is_empty() || (old.is_empty() && direction == Direction::Response) {
            continue;
        }
        // The first argument of a tool has a text as well.
        let old = if old.is_empty() { "{}" } else { old };
        // The texts are compiled schemas, so they are valid JSON.
        if let (Ok(old), Ok(new)) = (parse_json("", old), parse_json("", new)) {
            let mut walk = Walk {
                direction,
                roots: (&old, &new),
                seen: BTreeSet::new(),
                comparison: &mut *comparison,
            };
            walk.compare(&old, &new, "");
            walk.compare_definitions();
        }
    }
}

struct Walk<'w, 'm> {
    direction: Direction,
    /// The schemas in which references are found.
    roots: (&'w Json, &'w Json),
    /// The references that were followed, as pairs, so that each target is compared once.
    seen: BTreeSet<(Vec<&'w str>, Vec<&'w str>)>,
    comparison: &'w mut ToolComparison<'m>,
}

impl<'w> Walk<'w, '_> {
    fn compare(&mut self, old: &'w Json, new: &'w Json, pointer: &str) {
        let (Some(old), Some(new)) = (
            Expanded::of(old, self.roots.0),
            Expanded::of(new, self.roots.1),
        ) else {
            return;
        };
        let references = (old.references, new.references);
        let is_referred = references != (Vec::new(), Vec::new());
        if is_referred && !self.seen.insert(references) {
            return;
        }
        let (old, new) = (&old.keywords, &new.keywords);
        if self.direction == Direction::Response {
            self.compare_limits(old, new, pointer);
        }
        let keywords: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for keyword in keywords {
            let (before, after) = (old.get(keyword).copied(), new.get(keyword).copied());
            match (holds(keyword), before, after) {
                (Holds::SchemaMap, ..) if is_definitions(keyword) => {}
                (Holds::SchemaMap, Some(Json::Object(before)), Some(Json::Object(after))) => {
                    self.compare_maps(before, after, pointer);
                }
                (Holds::SchemaMap, None, Some(Json::Object(after))) => {
                    self.report_new_texts(&Members::default(), after, pointer);
                }
                (Holds::Schema, Some(before), Some(after)) => {
                    self.compare_inner(keyword, before, after, pointer);
                }
                (Holds::SchemaMap | Holds::Schema, ..) => {}
                _ if before == after => {}
                _ => self.compare_keyword(keyword, before, after, pointer),
            }
        }
    }

    /// Compares the definitions to which nothing refers, and finds those with another name.
    fn compare_definitions(&mut self) {
        for keyword in ["$defs", "definitions"] {
            let find = |root: &'w Json| root.as_object()?.get(keyword)?.as_object();
            let (Some(old), Some(new)) = (find(self.roots.0), find(self.roots.1)) else {
                continue;
            };
            for (name, old) in old {
                let reference = child(&format!("#/{keyword}"), name);
                let is_seen = self.seen.iter().any(|(old, new)| {
                    let mut references = old.iter().chain(new);
                    references.any(|seen| *seen == reference)
                });
                if let (Some(new), false) = (new.get(name), is_seen) {
                    self.compare(old, new, "");
                }
            }
            self.find_renamed_definitions(old, new);
        }
    }

    fn compare_inner(&mut self, keyword: &str, old: &'w Json, new: &'w Json, pointer: &str) {
        match (old, new) {
            (Json::Array(old), Json::Array(new)) => {
                for (index, (old, new)) in old.iter().zip(new).enumerate() {
                    // Branches describe the same place.
                    let pointer = match keyword {
                        "items" | "prefixItems" => child(pointer, &index.to_string()),
                        _ => pointer.to_owned(),
                    };
                    self.compare(old, new, &pointer);
                }
            }
            (old, new) => {
                let pointer = match keyword {
                    "items" | "additionalProperties" => child(pointer, "*"),
                    _ => pointer.to_owned(),
                };
                self.compare(old, new, &pointer);
            }
        }
    }

    fn compare_maps(&mut self, old: &'w Members, new: &'w Members, pointer: &str) {
        for (name, old) in old {
            if let Some(new) = new.get(name) {
                self.compare(old, new, &child(pointer, name));
            }
        }
        self.report_new_texts(old, new, pointer);
    }

    fn report_new_texts(&mut self, old: &Members, new: &'w Members, pointer: &str) {
        if self.direction == Direction::Request {
            let gone = || old.iter().filter(|(name, _)| !new.contains_key(name));
            for (name, schema) in new.iter().filter(|(name, _)| !old.contains_key(name)) {
                // An argument under another name has the same text.
                let text = description(schema);
                if text.is_some() && gone().any(|(_, gone)| description(gone) == text) {
                    continue;
                }
                self.report_new_text(schema, &child(pointer, name));
            }
        }
    }

    /// Reports the description of a new argument, which a model reads from now on.
    fn report_new_text(&mut self, schema: &'w Json, pointer: &str) {
        let expanded = Expanded::of(schema, self.roots.1);
        let description = expanded.and_then(|schema| schema.keywords.get("description").copied());
        if let Some(Json::String(text)) = description {
            let change = self
                .comparison
                .at(ChangeKind::ToolTextChanged, self.direction, pointer);
            self.comparison
                .push(change.values(None, Some(text.clone())));
        }
    }

    /// Reports definitions that have another name and the same schema.
    fn find_renamed_definitions(&mut self, old: &Members, new: &Members) {
        let text = |schema: &Json| compact(&Layout::from(schema));
        let gone = old.iter().filter(|(name, _)| !new.contains_key(name));
        let mut gone: BTreeMap<String, &String> =
            gone.map(|(name, schema)| (text(schema), name)).collect();
        for (name, schema) in new {
            if old.contains_key(name) {
                continue;
            }
            if let Some(before) = gone.remove(&text(schema)) {
                let change = self
                    .comparison
                    .at(ChangeKind::DefinitionRenamed, self.direction, "");
                let change = change.values(Some(before.clone()), Some(name.clone()));
                self.comparison.push(change);
            }
        }
    }

    /// Compares the limits of a record. Nothing checks them.
    fn compare_limits(
        &mut self,
        old: &BTreeMap<&str, &Json>,
        new: &BTreeMap<&str, &Json>,
        pointer: &str,
    ) {
        let (old, new) = (find_limits(old), find_limits(new));
        let keywords: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for keyword in keywords {
            let (before, after) = (old.get(keyword), new.get(keyword));
            if before != after {
                let words = |value: &String| format!("{keyword} {value}");
                let kind = ChangeKind::FieldBoundChanged;
                let change = self.comparison.at(kind, self.direction, pointer);
                self.comparison
                    .push(change.values(before.map(words), after.map(words)));
            }
        }
    }

    fn compare_keyword(
        &mut self,
        keyword: &str,
        before: Option<&Json>,
        after: Option<&Json>,
        pointer: &str,
    ) {
        let is_request = self.direction == Direction::Request;
        let kind = match keyword {
            "description" | "title" => ChangeKind::ToolTextChanged,
            "default" if is_request => ChangeKind::ArgDefaultChanged,
            "example" | "examples" if is_request => ChangeKind::ArgExampleChanged,
            "x-mcp-header" if is_request => ChangeKind::ArgHeaderChanged,
            "contentEncoding" | "contentMediaType" | "readOnly" | "writeOnly" | "deprecated"
            | "default" | "example" | "examples" => ChangeKind::AnnotationChanged,
            _ if keyword.starts_with("x-") => ChangeKind::AnnotationChanged,
            _ => return,
        };
        if kind == ChangeKind::ToolTextChanged && has_same_words(before, after) {
            return;
        }
        let text = |json: &Json| match json {
            Json::String(text) if kind == ChangeKind::ToolTextChanged => text.clone(),
            json => compact(&Layout::from(json)),
        };
        let change = self.comparison.at(kind, self.direction, pointer);
        self.comparison
            .push(change.values(before.map(text), after.map(text)));
    }
}

/// Returns `true` if two texts differ in white space alone. A text that is missing has no words.
fn has_same_words(before: Option<&Json>, after: Option<&Json>) -> bool {
    let text = |json: Option<&Json>| match json {
        None => Some(String::new()),
        Some(Json::String(text)) => Some(text.clone()),
        Some(_) => None,
    };
    text(before)
        .zip(text(after))
        .is_some_and(|(before, after)| is_same_text(&before, &after))
}

/// Returns `true` if two texts differ in white space alone.
pub(super) fn is_same_text(before: &str, after: &str) -> bool {
    before.split_whitespace().eq(after.split_whitespace())
}

fn is_definitions(keyword: &str) -> bool {
    matches!(keyword, "$defs" | "definitions")
}

fn description(schema: &Json) -> Option<&str> {
    match schema.as_object()?.get("description")? {
        Json::String(text) => Some(text),
        _ => None,
    }
}
