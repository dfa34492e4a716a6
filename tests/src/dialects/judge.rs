//! Values through a dialect: whether they come back, and whether its schema takes them.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Value as Json, json};
use toolsmith_runtime::dialect::{Change, ToolList};

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It came back, and the schema of the dialect takes it if the tool's own does.
    Same,
    /// It came back, but the dialect's schema does not take it though the tool's own does.
    Narrower(String),
    /// What came back is something else.
    Changed,
}

/// Counts of outcomes, with an example of each.
#[derive(Debug, Default)]
pub struct Tally {
    /// How often each was met.
    pub counts: BTreeMap<Outcome, usize>,
    /// The first of each.
    pub examples: BTreeMap<Outcome, String>,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, outcome: Outcome, example: impl FnOnce() -> String) {
        *self.counts.entry(outcome.clone()).or_default() += 1;
        self.examples.entry(outcome).or_insert_with(example);
    }
}

/// The schema of the arguments in a definition of any dialect, as JSON Schema.
#[must_use]
pub fn arguments_schema(definition: &Json) -> Json {
    let function = definition.get("function").unwrap_or(definition);
    let keys = [
        "parameters",
        "input_schema",
        "parametersJsonSchema",
        "inputSchema",
    ];
    let found = keys.iter().find_map(|key| function.get(*key));
    found.map_or_else(|| json!({"type": "object"}), as_json_schema)
}

/// `nullable` and the format `enum` are of OpenAPI.
fn as_json_schema(schema: &Json) -> Json {
    match schema {
        Json::Object(members) => {
            let is_schema = members.get("nullable") == Some(&Json::Bool(true));
            let mut plain: serde_json::Map<String, Json> = members
                .iter()
                .filter(|(key, value)| !(*key == "nullable" && value.is_boolean()))
                .filter(|(key, value)| !(*key == "format" && **value == "enum"))
                .map(|(key, value)| (key.clone(), as_json_schema(value)))
                .collect();
            if is_schema {
                let inner = std::mem::take(&mut plain);
                plain.insert("anyOf".to_owned(), json!([inner, {"type": "null"}]));
            }
            Json::Object(plain)
        }
        Json::Array(elements) => elements.iter().map(as_json_schema).collect(),
        other => other.clone(),
    }
}

/// Takes one value there and back.
#[must_use]
pub fn judge_instance(
    list: &ToolList,
    tool: &str,
    validator: &Validator,
    value: &Json,
    is_valid: bool,
) -> Outcome {
    let Some((name, encoded)) = list.name_of(tool).zip(list.encode(tool, value)) else {
        return Outcome::Changed;
    };
    let is_back = list
        .resolve(name, &encoded)
        .is_ok_and(|call| call.arguments == *value && call.tool == tool);
    if !is_back {
        return Outcome::Changed;
    }
    if !is_valid {
        return Outcome::Same;
    }
    match validator.iter_errors(&encoded).next() {
        None => Outcome::Same,
        Some(error) => {
            let place = error.schema_path().to_string();
            let keyword = place
                .rsplit('/')
                .find(|step| step.parse::<usize>().is_err());
            Outcome::Narrower(cause(list, tool, keyword.unwrap_or_default()))
        }
    }
}

/// Why a dialect's schema says no: by the keyword that does, and what the list says it could not
/// keep.
fn cause(list: &ToolList, tool: &str, keyword: &str) -> String {
    let is_noted = |change: Change| {
        let mut notes = list.notes().iter();
        notes.any(|note| note.tool == tool && note.change == change)
    };
    let closed = is_noted(Change::ClosedObject);
    let null = is_noted(Change::NullIsAbsent);
    let text = is_noted(Change::Text);
    let inferred = is_noted(Change::Inferred);
    let because = match keyword {
        "additionalProperties" if closed => "a property that the schema does not name",
        "anyOf" | "type" if null => "null that is the default",
        "type" if inferred => "a type that the schema does not name",
        "anyOf" if closed => "a property that the schema does not name, in a branch",
        "anyOf" if text => "a text that is the JSON of another branch",
        _ => "unexplained",
    };
    format!("{keyword}: {because}")
}
