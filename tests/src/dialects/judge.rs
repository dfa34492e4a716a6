//! Round trips of values through a dialect.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Value as Json, json};
use toolsmith_runtime::dialect::{Definition, Dialect, NoteKind, ToolList};

use crate::corpus::{Instance, Source};

use super::problems;

/// The result of mapping a value to a dialect and back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoundTrip {
    /// The value is unchanged, and the dialect's schema accepts it if the tool's own does.
    Same,
    /// The value is unchanged, but the dialect's schema refuses it although the tool's own accepts
    /// it; the reason.
    Narrower(String),
    /// The value is different.
    Changed,
}

/// Counts of round trips by result, with an example of each.
#[derive(Debug, Default)]
pub struct Tally {
    /// The number of round trips with each result.
    pub counts: BTreeMap<RoundTrip, usize>,
    /// The first round trip with each result.
    pub examples: BTreeMap<RoundTrip, String>,
}

impl Tally {
    /// Counts a round trip.
    pub fn add(&mut self, result: RoundTrip, example: impl FnOnce() -> String) {
        *self.counts.entry(result.clone()).or_default() += 1;
        self.examples.entry(result).or_insert_with(example);
    }
}

/// Returns the schema of the arguments in a definition of any dialect, as JSON Schema.
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

/// Replaces `nullable` and the format `enum` of `OpenAPI`.
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

/// Maps one value to the dialect and back.
fn judge_instance(
    list: &ToolList,
    tool: &str,
    validator: &Validator,
    value: &Json,
    is_valid: bool,
) -> RoundTrip {
    let Some((name, encoded)) = list.name_of(tool).zip(list.encode(tool, value)) else {
        return RoundTrip::Changed;
    };
    let is_unchanged = list
        .resolve(name, &encoded)
        .is_ok_and(|call| call.arguments == *value && call.tool == tool);
    if !is_unchanged {
        return RoundTrip::Changed;
    }
    if !is_valid {
        return RoundTrip::Same;
    }
    match validator.iter_errors(&encoded).next() {
        None => RoundTrip::Same,
        Some(error) => {
            let place = error.schema_path().to_string();
            let keyword = place
                .rsplit('/')
                .find(|step| step.parse::<usize>().is_err());
            RoundTrip::Narrower(cause(list, tool, keyword.unwrap_or_default()))
        }
    }
}

/// Explains why a dialect's schema refuses a value, by the keyword that refuses it and the notes of
/// the list.
fn cause(list: &ToolList, tool: &str, keyword: &str) -> String {
    let is_noted = |kind: NoteKind| {
        let mut notes = list.notes().iter();
        notes.any(|note| note.tool == tool && note.kind == kind)
    };
    let closed = is_noted(NoteKind::ClosedObject);
    let null = is_noted(NoteKind::NullIsAbsent);
    let text = is_noted(NoteKind::JsonString);
    let inferred = is_noted(NoteKind::Inferred);
    let because = match keyword {
        "additionalProperties" if closed => "a property that the schema does not name",
        "anyOf" | "type" if null => "null as the default",
        "type" if inferred => "a type that the schema does not name",
        "anyOf" if closed => "a property that the schema does not name, in a branch",
        "anyOf" if text => "a string that is the JSON of another branch",
        _ => "unexplained",
    };
    format!("{keyword}: {because}")
}

/// Returns the definition of a tool of the corpus.
#[must_use]
pub fn definition_of(tool: &Json) -> Definition<'_> {
    let name = tool["name"].as_str().unwrap_or_default();
    let description = tool["description"].as_str().unwrap_or_default();
    Definition::new(name, description, schema_of(tool))
}

fn schema_of(tool: &Json) -> Json {
    let keys = ["inputSchema", "input_schema", "parameters"];
    let tool = tool.get("function").unwrap_or(tool);
    let found = keys.iter().find_map(|key| tool.get(*key));
    found.cloned().unwrap_or_else(|| json!({"type": "object"}))
}

/// Returns the rules that the tools of a source break in a dialect, and the size of the list in
/// characters. The tools are checked as one list and one by one: a single tool is never loosened to
/// stay within the limits of a request.
#[must_use]
pub fn judge_source(dialect: Dialect, source: &Source) -> (Vec<String>, usize) {
    let mut limits = dialect.request_limits();
    limits.tools = usize::MAX;
    let list = dialect
        .options()
        .limits(limits)
        .list_of(source.tools.iter().map(definition_of));
    let Ok(list) = list else {
        return (vec![format!("{}: no list", source.name)], 0);
    };
    let mut broken = problems(dialect, list.definitions());
    if dialect == Dialect::AnthropicStrict {
        for tool in &source.tools {
            let Ok(alone) = dialect.list_of([definition_of(tool)]) else {
                continue;
            };
            broken.extend(problems(dialect, alone.definitions()));
        }
    }
    (broken, list.size())
}

/// Maps the instances of a source to the dialect and back.
pub fn judge_instances(
    dialect: Dialect,
    source: &Source,
    instances: &[Instance],
    tally: &mut Tally,
) {
    let mut by_tool: BTreeMap<usize, Vec<&Instance>> = BTreeMap::new();
    for instance in instances {
        by_tool.entry(instance.index).or_default().push(instance);
    }
    for (index, instances) in by_tool {
        let Some(tool) = source.tools.get(index) else {
            continue;
        };
        let Ok(list) = dialect.list_of([definition_of(tool)]) else {
            continue;
        };
        let Some(definition) = list.definitions().first() else {
            continue;
        };
        let Ok(validator) = jsonschema::validator_for(&arguments_schema(definition)) else {
            tally.add(RoundTrip::Changed, || format!("no schema: {definition}"));
            continue;
        };
        // The instances were judged by another validator, which reads some patterns differently.
        let own = jsonschema::validator_for(&schema_of(tool));
        let agrees = |value: &Json| own.as_ref().is_ok_and(|own| own.is_valid(value));
        let name = source.tool_name(index);
        for instance in instances {
            let is_valid = instance.is_valid && agrees(&instance.value);
            let result = judge_instance(&list, name, &validator, &instance.value, is_valid);
            tally.add(result, || {
                format!("{}/{name} {}", source.name, instance.value)
            });
        }
    }
}
