//! Changes of schemas that the generated types do not show: descriptions, defaults, examples, headers,
//! the bounds of records, the names of definitions.

use std::collections::{BTreeMap, BTreeSet};

use super::argument_texts::{argument_texts, description};
use super::context::ToolComparison;
use super::kind::ChangeKind;
use super::limits::{Expanded, Limit, constrains, find_limits, is_limit_of_schemas, names_integer};
use crate::model::{Direction, Format, ToolMetadata};
use crate::schema::{Holds, holds};
use crate::source::{Json, Layout, Members, child, compact, parse_json};

/// Compares the annotations of the schemas of two tools.
pub(super) fn compare_annotations(
    before: &ToolMetadata,
    after: &ToolMetadata,
    comparison: &mut ToolComparison<'_>,
) {
    for (old, new, direction, other) in [
        (
            &before.query_schema,
            &after.query_schema,
            Direction::Request,
            before.body_schema.as_str(),
        ),
        (
            &before.body_schema,
            &after.body_schema,
            Direction::Request,
            before.query_schema.as_str(),
        ),
        (
            &before.response_schema,
            &after.response_schema,
            Direction::Response,
            "",
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
                moved: argument_texts(other),
                roots: (&old, &new),
                seen: BTreeMap::new(),
                is_in_limit: false,
                only_limits: false,
                comparison: &mut *comparison,
            };
            walk.compare(&old, &new, "");
            walk.compare_definitions();
        }
    }
}

struct Walk<'w, 'm> {
    direction: Direction,
    /// The former arguments in the other schema of the request, with their descriptions. One of them that is
    /// now in this schema is not new to a model.
    moved: BTreeMap<String, Option<String>>,
    /// The schemas in which references are found.
    roots: (&'w Json, &'w Json),
    /// The references that were followed, as pairs, so that each target is compared once, with `true` if its
    /// limits were compared as well.
    seen: BTreeMap<(Vec<&'w str>, Vec<&'w str>), bool>,
    /// `true` inside a schema that limits values as a whole, such as that of `not`. The text of the limit
    /// shows all that it refuses.
    is_in_limit: bool,
    /// `true` if all but the limits was compared before.
    only_limits: bool,
    comparison: &'w mut ToolComparison<'m>,
}

impl<'w> Walk<'w, '_> {
    fn compare(&mut self, old: &'w Json, new: &'w Json, pointer: &str) {
        let (Some(old_keywords), Some(new_keywords)) = (
            Expanded::of(old, self.roots.0),
            Expanded::of(new, self.roots.1),
        ) else {
            return;
        };
        let key = (
            old_keywords.references.clone(),
            new_keywords.references.clone(),
        );
        let only_limits = self.only_limits;
        if !key.0.is_empty() || !key.1.is_empty() {
            let has_limits = self.direction == Direction::Request || !self.is_in_limit;
            let known = self.seen.get(&key).copied();
            if known.is_some() && !self.only_limits {
                self.compare_own(old, new, pointer);
            }
            match known {
                None => self.only_limits = false,
                Some(false) if has_limits => self.only_limits = true,
                Some(_) => return,
            }
            self.seen.insert(key, has_limits);
        }
        self.compare_keywords(&old_keywords, &new_keywords, pointer);
        self.only_limits = only_limits;
    }

    /// Compares what two schemas say next to a reference that was followed before.
    fn compare_own(&mut self, old: &Json, new: &Json, pointer: &str) {
        let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
            return;
        };
        let keywords: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for keyword in keywords {
            let (before, after) = (old.get(keyword), new.get(keyword));
            if holds(keyword) == Holds::Value && before != after {
                self.compare_keyword(keyword, before, after, pointer);
            }
        }
    }

    fn compare_keywords(&mut self, old: &Expanded<'w>, new: &Expanded<'w>, pointer: &str) {
        self.compare_hidden_texts(old, new, pointer);
        let (old, new) = (&old.keywords, &new.keywords);
        if self.direction == Direction::Response && !self.is_in_limit {
            self.compare_limits(old, new, pointer);
        }
        let keywords: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for keyword in keywords {
            let (before, after) = (old.get(keyword).copied(), new.get(keyword).copied());
            let is_in_limit = self.is_in_limit;
            self.is_in_limit |= is_limit_of_schemas(keyword);
            let held = match keyword {
                // It has schemas or lists of names, which are not walked.
                "dependencies" => Holds::SchemaMap,
                keyword => holds(keyword),
            };
            match (held, before, after) {
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
            self.is_in_limit = is_in_limit;
        }
    }

    /// Compares the texts for which others are read at the same place.
    fn compare_hidden_texts(&mut self, old: &Expanded<'_>, new: &Expanded<'_>, pointer: &str) {
        if self.only_limits {
            return;
        }
        let missing = |one: &Expanded<'_>, other: &Expanded<'_>| {
            let is_shown = |text: &&str| {
                let shown = ["title", "description"].map(|keyword| other.keywords.get(keyword));
                let shown = shown
                    .into_iter()
                    .flatten()
                    .filter_map(|shown| shown.as_str());
                let mut texts = shown.chain(other.hidden_texts.iter().copied());
                texts.any(|other| is_same_text(other, text))
            };
            let texts = one.hidden_texts.iter().copied();
            let texts: Vec<&str> = texts.filter(|text| !is_shown(text)).collect();
            Some(texts.join("\n")).filter(|text| !text.is_empty())
        };
        let (removed, added) = (missing(old, new), missing(new, old));
        if (&removed, &added) != (&None, &None) {
            let kind = ChangeKind::ToolTextChanged;
            let change = self.comparison.at(kind, self.direction, pointer);
            self.comparison.push(change.values(removed, added));
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
                let is_seen = self.seen.keys().any(|(old, new)| {
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
                let has_moved = pointer.is_empty()
                    && self
                        .moved
                        .get(name)
                        .is_some_and(|old| old.as_deref() == text);
                if has_moved || text.is_some() && gone().any(|(_, gone)| description(gone) == text)
                {
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
        // Bounds are compared as those of integers if both sides are integers.
        let is_integer = [old, new].iter().all(|keywords| {
            let ty = keywords.get("type");
            ty.is_some_and(|ty| names_integer(ty))
        });
        let (old, new) = (
            find_limits(old, is_integer, self.roots.0),
            find_limits(new, is_integer, self.roots.1),
        );
        let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let (before, after) = (old.get(key), new.get(key));
            let is_same = before
                .zip(after)
                .is_some_and(|(before, after)| before.is_same_as(after));
            if !is_same {
                let kind = ChangeKind::FieldBoundChanged;
                let change = self.comparison.at(kind, self.direction, pointer);
                self.comparison
                    .push(change.values(before.map(Limit::words), after.map(Limit::words)));
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
            _ if self.only_limits => return,
            "description" | "title" => ChangeKind::ToolTextChanged,
            "default" if is_request => ChangeKind::ArgDefaultChanged,
            "example" | "examples" if is_request => ChangeKind::ArgExampleChanged,
            "x-mcp-header" if is_request => ChangeKind::ArgHeaderChanged,
            "format" if is_request && !is_shown_format(before) && !is_shown_format(after) => {
                ChangeKind::AnnotationChanged
            }
            "$comment" => return,
            keyword if constrains(keyword) => return,
            _ => ChangeKind::AnnotationChanged,
        };
        let [before, after] = [before, after].map(|value| value.filter(|it| says(keyword, it)));
        if before == after {
            return;
        }
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

/// Returns `true` if the types or the checks show a format.
fn is_shown_format(format: Option<&Json>) -> bool {
    let name = format.and_then(Json::as_str).unwrap_or_default();
    let mut checked = Format::ALL.into_iter();
    matches!(name, "date" | "date-time") || checked.any(|format| format.as_str() == name)
}

/// Returns `true` if the value of an annotation says more than a missing one.
fn says(keyword: &str, value: &Json) -> bool {
    match (keyword, value) {
        ("default" | "example", _) => true,
        (_, Json::Null) => false,
        ("readOnly" | "writeOnly" | "deprecated", value) => *value != Json::Bool(false),
        (_, Json::Array(elements)) => !elements.is_empty(),
        (_, Json::String(text)) => !text.is_empty(),
        _ => true,
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
