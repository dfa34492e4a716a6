//! The test suite of JSON Schema as a source: each schema is used for an argument and for a record.

use std::io;
use std::path::Path;

use serde_json::{Value as Json, json};

use toolsmith_codegen::report::Precision;

use super::differences::{is_big, is_meant, is_same, is_unlisted, read_problems};
use super::{Instance, Sdk, Source, Tally, ask};

/// The required part of the suite for one draft.
#[derive(Debug)]
pub struct Suite {
    /// A tool for each schema, which is the schema of its argument `value` and of its record.
    pub source: Source,
    /// The tests: the value, its validity, and the description.
    pub instances: Vec<Instance>,
}

/// The outcome of a test, once as an argument and once as a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuiteCause {
    /// Valid, accepted, and encoded unchanged.
    Valid,
    /// Valid, at a place of type `Json`.
    ValidJson,
    /// Valid as a record.
    ValidRecord,
    /// Invalid and refused.
    Invalid,
    /// Invalid and accepted, and the report has a loosened or unchecked place.
    InvalidReported,
    /// Invalid and accepted as a record, because records are lenient.
    InvalidRecord,
    /// Invalid and refused as a record.
    InvalidRecordRefused,
    /// Valid and refused for a name that the schema does not list, by design.
    UnlistedName,
    /// Valid and refused because a schema without a type implies one, by design.
    MeantType,
    /// Valid and refused as a record for the same reason.
    MeantTypeRecord,
    /// Valid, with an integer of more than 64 bits.
    BigInteger,
    /// Valid and wrongly refused.
    WronglyRefused,
    /// Valid and wrongly refused as a record.
    WronglyRefusedRecord,
    /// Invalid and accepted without a report.
    WronglyAccepted,
    /// Changed by the round trip.
    Changed,
}

impl Suite {
    /// Runs each test with the compiled crate.
    ///
    /// # Errors
    ///
    /// The program of the crate does not run.
    pub fn judge(&self, sdk: &Sdk, target: &Path, tally: &mut Tally<SuiteCause>) -> io::Result<()> {
        let answers = ask(&self.source, &self.instances, sdk, target)?;
        let output = self
            .source
            .generate_allowing(has_nul)
            .map_err(io::Error::other)?;
        let reports: Vec<_> = output
            .reports
            .iter()
            .flat_map(|report| &report.tools)
            .collect();
        for (instance, answer) in self.instances.iter().zip(&answers) {
            let name = self.source.tool_name(instance.index);
            let places = reports.iter().filter(|tool| tool.name == name);
            let places: Vec<_> = places
                .flat_map(|tool| &tool.places)
                .filter(|place| place.pointer.starts_with("/inputSchema"))
                .collect();
            let is_reported = places
                .iter()
                .any(|place| place.precision != Precision::Exact);
            let is_json = places.iter().all(|place| place.rust.contains("Json"));
            let tool = &self.source.tools[instance.index];
            let mut add = |cause, answer: &Json| {
                tally.add(cause, || {
                    let schema = &tool["outputSchema"];
                    format!(
                        "{name} {} {}\n      {schema}\n      -> {answer}",
                        instance.how, instance.record
                    )
                });
            };
            let request = judge_request(tool, instance, &answer["request"], is_reported, is_json);
            add(request, &answer["request"]);
            add(
                judge_record(tool, instance, &answer["record"]),
                &answer["record"],
            );
        }
        Ok(())
    }
}

fn judge_request(
    tool: &Json,
    instance: &Instance,
    answer: &Json,
    is_reported: bool,
    is_json: bool,
) -> SuiteCause {
    if let Some(encoded) = answer.get("encoded") {
        return match (instance.is_valid, is_same(encoded, &instance.value)) {
            (true, false) => SuiteCause::Changed,
            (true, true) if is_json => SuiteCause::ValidJson,
            (true, true) => SuiteCause::Valid,
            (false, _) if is_reported => SuiteCause::InvalidReported,
            (false, _) => SuiteCause::WronglyAccepted,
        };
    }
    if !instance.is_valid {
        return SuiteCause::Invalid;
    }
    let problems = read_problems(answer).unwrap_or_default();
    let mut texts = problems.iter().map(|(_, text)| text);
    if texts.clone().any(|text| is_unlisted(text)) {
        SuiteCause::UnlistedName
    } else if texts.all(|text| is_big(text)) {
        SuiteCause::BigInteger
    } else if is_meant(&tool["inputSchema"], &instance.value) {
        SuiteCause::WronglyRefused
    } else {
        SuiteCause::MeantType
    }
}

fn judge_record(tool: &Json, instance: &Instance, answer: &Json) -> SuiteCause {
    if let Some(encoded) = answer.get("encoded") {
        return match (is_same(encoded, &instance.record), instance.is_valid) {
            (false, _) => SuiteCause::Changed,
            (true, true) => SuiteCause::ValidRecord,
            (true, false) => SuiteCause::InvalidRecord,
        };
    }
    let problems = read_problems(answer).unwrap_or_default();
    if !instance.is_valid {
        SuiteCause::InvalidRecordRefused
    } else if problems.iter().all(|(_, text)| is_big(text)) {
        SuiteCause::BigInteger
    } else if is_meant(&tool["outputSchema"], &instance.record) {
        SuiteCause::WronglyRefusedRecord
    } else {
        SuiteCause::MeantTypeRecord
    }
}

/// Reads the tests of `draft` (`draft7`).
///
/// # Errors
///
/// A file cannot be read.
pub fn read_suite(corpus: &Path, draft: &str) -> io::Result<Suite> {
    let folder = corpus.join("json-schema-test-suite/tests").join(draft);
    let mut files: Vec<_> = std::fs::read_dir(folder)?.flatten().collect();
    files.sort_by_key(std::fs::DirEntry::path);
    let mut tools = Vec::new();
    let mut instances = Vec::new();
    for file in files.iter().filter(|file| file.path().is_file()) {
        let groups: Json = serde_json::from_slice(&std::fs::read(file.path())?)?;
        let file = file.path();
        let file = file
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        for group in groups.as_array().into_iter().flatten() {
            let index = tools.len();
            tools.push(tool(index, file, &group["schema"]));
            for test in group["tests"].as_array().into_iter().flatten() {
                let words = |json: &Json| json.as_str().unwrap_or_default().to_owned();
                let (group, test_words) =
                    (words(&group["description"]), words(&test["description"]));
                instances.push(Instance {
                    index,
                    how: format!("{file}: {group}: {test_words}"),
                    value: json!({"value": test["data"]}),
                    record: test["data"].clone(),
                    is_valid: test["valid"] == json!(true),
                    paths: Vec::new(),
                });
            }
        }
    }
    let source = Source::new(draft, &json!({"tools": tools}));
    Ok(Suite { source, instances })
}

/// Returns `true` for a tool with the character NUL in a text, which is refused unless it is allowed.
#[must_use]
pub fn has_nul(tool: &Json) -> bool {
    tool.to_string().contains("\\u0000")
}

fn tool(index: usize, file: &str, schema: &Json) -> Json {
    let mut inner = schema.clone();
    if schema.get("$id").is_none() {
        move_references(&mut inner);
    }
    if let Some(members) = inner.as_object_mut() {
        members.remove("$schema");
    }
    json!({
        "name": format!("{file}_{index}"),
        "inputSchema": {"type": "object", "properties": {"value": inner}, "required": ["value"]},
        "outputSchema": schema,
    })
}

/// Adjusts the references of a schema that moves below a property.
fn move_references(json: &mut Json) {
    match json {
        Json::Object(members) => {
            for (keyword, value) in members {
                match (keyword.as_str(), value.as_str()) {
                    ("$ref", Some(text)) if text == "#" || text.starts_with("#/") => {
                        *value = json!(text.replacen('#', "#/properties/value", 1));
                    }
                    ("const" | "enum", _) => {}
                    _ => move_references(value),
                }
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(move_references),
        _ => {}
    }
}
