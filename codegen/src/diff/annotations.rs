//! Changes of schemas that the generated types do not show: descriptions, defaults, examples, headers,
//! the bounds of records, the names of definitions.

use std::collections::BTreeMap;

use super::context::ToolComparison;
use super::kind::ChangeKind;
use crate::bound::Bound;
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
                comparison: &mut *comparison,
            };
            walk.compare(&old, &new, "");
        }
    }
}

struct Walk<'w, 'm> {
    direction: Direction,
    comparison: &'w mut ToolComparison<'m>,
}

impl Walk<'_, '_> {
    fn compare(&mut self, old: &Json, new: &Json, pointer: &str) {
        if old == new {
            return;
        }
        let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
            return;
        };
        let keywords = old.keys().chain(new.keys());
        let keywords: std::collections::BTreeSet<&String> = keywords.collect();
        for keyword in keywords {
            let (before, after) = (old.get(keyword), new.get(keyword));
            if before == after {
                continue;
            }
            match (holds(keyword), before, after) {
                (Holds::SchemaMap, Some(Json::Object(before)), Some(Json::Object(after))) => {
                    self.compare_maps(keyword, before, after, pointer);
                }
                (Holds::SchemaMap, None, Some(Json::Object(after))) => {
                    self.compare_maps(keyword, &Members::default(), after, pointer);
                }
                (Holds::Schema, Some(before), Some(after)) => {
                    self.compare_inner(keyword, before, after, pointer);
                }
                (Holds::SchemaMap | Holds::Schema, ..) => {}
                _ => self.compare_keyword(keyword, before, after, pointer),
            }
        }
    }

    fn compare_inner(&mut self, keyword: &str, old: &Json, new: &Json, pointer: &str) {
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

    fn compare_maps(&mut self, keyword: &str, old: &Members, new: &Members, pointer: &str) {
        let is_definitions = matches!(keyword, "$defs" | "definitions");
        for (name, old) in old {
            if let Some(new) = new.get(name) {
                let pointer = if is_definitions {
                    pointer.to_owned()
                } else {
                    child(pointer, name)
                };
                self.compare(old, new, &pointer);
            }
        }
        if self.direction == Direction::Request && !is_definitions {
            let gone = || old.iter().filter(|(name, _)| !new.contains_key(name));
            for (name, schema) in new.iter().filter(|(name, _)| !old.contains_key(name)) {
                // An argument under another name has the same text.
                if gone().all(|(_, gone)| description(gone) != description(schema)) {
                    self.report_new_text(schema, &child(pointer, name));
                }
            }
        }
        if is_definitions {
            self.find_renamed_definitions(old, new);
        }
    }

    /// Reports the description of a new argument, which a model reads from now on.
    fn report_new_text(&mut self, schema: &Json, pointer: &str) {
        if let Some(text) = description(schema) {
            let change = self
                .comparison
                .at(ChangeKind::ToolTextChanged, self.direction, pointer);
            self.comparison
                .push(change.values(None, Some(text.to_owned())));
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
            "pattern" | "uniqueItems" if !is_request => ChangeKind::FieldBoundChanged,
            _ if !is_request && Bound::parse(keyword).is_some() => ChangeKind::FieldBoundChanged,
            "contentEncoding" | "contentMediaType" | "readOnly" | "writeOnly" | "deprecated"
            | "default" | "example" | "examples" => ChangeKind::AnnotationChanged,
            _ if keyword.starts_with("x-") => ChangeKind::AnnotationChanged,
            _ => return,
        };
        let text = |json: &Json| match json {
            Json::String(text) if kind == ChangeKind::ToolTextChanged => text.clone(),
            json => compact(&Layout::from(json)),
        };
        let change = self.comparison.at(kind, self.direction, pointer);
        self.comparison
            .push(change.values(before.map(text), after.map(text)));
    }
}

fn description(schema: &Json) -> Option<&str> {
    match schema.as_object()?.get("description")? {
        Json::String(text) => Some(text),
        _ => None,
    }
}
