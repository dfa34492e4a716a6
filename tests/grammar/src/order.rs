//! The order of properties is that of the author.

use std::collections::BTreeMap;

use serde_json::Value;
use toolsmith_runtime::dialect::{Dialect, NoteKind, ToolList};

use crate::corpus::{self, Tool};

/// Returns the names of the root's properties in the order of the contract: own ones, those of
/// `allOf`, those of a reference.
fn names(document: &Value, schema: &Value, names: &mut Vec<String>, depth: usize) {
    if depth > 20 {
        return;
    }
    let own = schema["properties"].as_object().into_iter().flatten();
    for (name, _) in own {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        self::names(document, part, names, depth + 1);
    }
    let target = schema["$ref"]
        .as_str()
        .and_then(|target| target.strip_prefix('#'));
    if let Some(target) = target.and_then(|target| document.pointer(target)) {
        self::names(document, target, names, depth + 1);
    }
}

fn written(dialect: Dialect, list: &ToolList) -> Option<Value> {
    let definition = list.definitions().first()?;
    let text = serde_json::to_string(definition).unwrap();
    let definition: Value = serde_json::from_str(&text).unwrap();
    let function = definition.get("function").unwrap_or(&definition).clone();
    let keys = [
        "parameters",
        "input_schema",
        "parametersJsonSchema",
        "inputSchema",
    ];
    let found = keys.iter().find_map(|key| function.get(*key)).cloned();
    assert!(found.is_some() || matches!(dialect, Dialect::Gemini | Dialect::GeminiJsonSchema));
    found
}

fn check(dialect: Dialect, tool: &Tool) -> Result<usize, String> {
    let list = dialect.list_of([tool.definition()]).unwrap();
    let Some(written) = written(dialect, &list) else {
        return Ok(0);
    };
    let mut expected = Vec::new();
    names(&tool.schema, &tool.schema, &mut expected, 0);
    let is_renamed = |kind| list.notes().iter().any(|note| note.kind == kind);
    if is_renamed(NoteKind::Renamed)
        || is_renamed(NoteKind::Flattened)
        || is_renamed(NoteKind::Wrapped)
    {
        return Ok(0);
    }
    let listed = |value: &Value| -> Vec<String> {
        match value {
            Value::Object(members) => members.keys().cloned().collect(),
            Value::Array(names) => names
                .iter()
                .map(|name| name.as_str().unwrap().to_owned())
                .collect(),
            _ => Vec::new(),
        }
    };
    let properties = listed(&written["properties"]);
    let known: Vec<String> = properties
        .iter()
        .filter(|name| expected.contains(name))
        .cloned()
        .collect();
    let wanted: Vec<String> = expected
        .iter()
        .filter(|name| properties.contains(name))
        .cloned()
        .collect();
    if known != wanted {
        return Err(format!(
            "{} {}: {known:?}, not {wanted:?}",
            dialect.as_str(),
            tool.place
        ));
    }
    nested(&tool.schema, &written, 0)
        .map_err(|problem| format!("{} {}: {problem}", dialect.as_str(), tool.place))?;
    let ordering = listed(&written["propertyOrdering"]);
    let is_gemini = matches!(dialect, Dialect::Gemini | Dialect::GeminiJsonSchema);
    if is_gemini && properties.len() > 1 && ordering != properties {
        return Err(format!("{} {}: {ordering:?}", dialect.as_str(), tool.place));
    }
    let required = listed(&written["required"]);
    let is_complete = required == properties;
    if dialect == Dialect::OpenAiChatStrict && !is_complete && !properties.is_empty() {
        let is_strict = list.definitions()[0]["function"]["strict"] == true;
        if is_strict {
            return Err(format!("{} {}: {required:?}", dialect.as_str(), tool.place));
        }
    }
    Ok(1)
}

/// Compares the order of plain objects inside properties and arrays.
fn nested(author: &Value, written: &Value, depth: usize) -> Result<(), String> {
    let is_plain = ["$ref", "allOf", "anyOf", "oneOf"]
        .iter()
        .all(|key| author.get(*key).is_none());
    let (Some(own), Some(others)) = (
        author["properties"].as_object(),
        written["properties"].as_object(),
    ) else {
        return match (author.get("items"), written.get("items")) {
            (Some(own), Some(other)) if own.is_object() && depth < 30 => {
                nested(own, other, depth + 1)
            }
            _ => Ok(()),
        };
    };
    if !is_plain || depth > 30 {
        return Ok(());
    }
    let known: Vec<&String> = others
        .keys()
        .filter(|name| own.contains_key(*name))
        .collect();
    let wanted: Vec<&String> = own
        .keys()
        .filter(|name| others.contains_key(*name))
        .collect();
    if known != wanted {
        return Err(format!("{known:?}, not {wanted:?}"));
    }
    let each = own
        .iter()
        .filter_map(|(name, author)| Some((author, others.get(name)?)));
    each.into_iter()
        .try_for_each(|(author, written)| nested(author, written, depth + 1))
}

#[test]
fn every_list_of_the_corpus_has_the_order_of_its_author() {
    let Some(sources) = corpus::read() else {
        return;
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut broken = Vec::new();
    for dialect in Dialect::ALL {
        for tool in sources.values().flatten() {
            match check(dialect, tool) {
                Ok(count) => *counts.entry(dialect.as_str()).or_default() += count,
                Err(problem) => broken.push(problem),
            }
        }
    }
    println!("{counts:?}");
    let first: Vec<&String> = broken.iter().take(20).collect();
    assert!(broken.is_empty(), "{}: {first:#?}", broken.len());
    assert!(counts.values().all(|count| *count > 4_500), "{counts:?}");
}
