//! Schemas that are easily misread, with values that they allow and values that they do not.

use std::path::Path;

use serde_json::{Value as Json, json};
use toolsmith_testkit::cargo::cargo;

use super::differences::{is_same, read_problems};
use super::{Instance, Source, ask, check_crate, write_crate};

/// The schemas and values, as a list of `name`, `schema`, `good`, `bad` and `says`: values that are not
/// allowed, with the problems that a caller reads.
const CASES: &str = include_str!("../../differential/cases.json");

/// As above: objects whose properties only `then`, `else` or `dependentSchemas` name.
const CONDITIONS: &str = include_str!("../../differential/conditions.json");

/// A schema of arguments with values that it allows.
#[derive(Debug)]
pub struct Case {
    /// The name.
    pub name: String,
    /// The schema of the arguments.
    pub schema: Json,
    /// Arguments that the check of the tool accepts.
    pub good: Vec<Json>,
}

/// Returns the cases whose properties only conditions name. [`run_cases`] checks their values with the
/// generated code.
#[must_use]
pub fn conditional_cases() -> Vec<Case> {
    let cases: Vec<Json> = serde_json::from_str(CONDITIONS).unwrap_or_default();
    let cases = cases.iter().enumerate().map(|(index, case)| {
        let good = read_calls((index, case)).into_iter();
        Case {
            name: case["name"].as_str().unwrap_or_default().to_owned(),
            schema: arguments(case),
            good: good
                .filter(|call| call.is_valid)
                .map(|call| call.value)
                .collect(),
        }
    });
    cases.collect()
}

/// Runs the cases in `folder`, as arguments and as records. Returns a line for each wrong verdict.
///
/// # Errors
///
/// The generated crate does not compile or run.
pub fn run_cases(folder: &Path, target: &Path) -> Result<Vec<String>, String> {
    let mut cases = Vec::new();
    for text in [CASES, CONDITIONS] {
        let read: Vec<Json> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        cases.extend(read);
    }
    let tools = cases.iter().enumerate().map(|(index, case)| {
        json!({
            "name": format!("case_{index}"),
            "inputSchema": arguments(case),
            "outputSchema": arguments(case),
        })
    });
    let source = Source::new("cases", &json!({"tools": tools.collect::<Vec<_>>()}));
    let calls = cases.iter().enumerate().flat_map(read_calls);
    let calls: Vec<Instance> = calls.collect();
    let output = source.generate()?;
    let sdk = write_crate(folder, "cases", &output).map_err(|error| error.to_string())?;
    let mut wrong = unicode_features(&sdk.folder)?;
    check_crate(&sdk, target, "build")?;
    let answers = ask(&source, &calls, &sdk, target).map_err(|error| error.to_string())?;
    for (call, answer) in calls.iter().zip(&answers) {
        let problems = read_problems(&answer["request"]).unwrap_or_default();
        let problems: Vec<String> = problems
            .iter()
            .map(|(path, text)| format!("{path}: {text}"))
            .collect();
        if !call.paths.is_empty() && call.paths != problems {
            let expected = &call.paths;
            wrong.push(format!(
                "{} {}: {problems:#?} instead of {expected:#?}",
                call.how, call.value
            ));
        }
        let request = &answer["request"];
        let is_kept = |encoded: &Json| is_same(encoded, &call.value);
        let is_right = if call.is_valid {
            is_kept(&request["encoded"]) && is_kept(&answer["record"]["encoded"])
        } else {
            request.get("problems").is_some()
        };
        if !is_right {
            wrong.push(format!("{} {}: {answer}", call.how, call.value));
        }
    }
    Ok(wrong)
}

/// Returns the schema of the arguments of a tool: that of a case, or one whose property `v` has it.
fn arguments(case: &Json) -> Json {
    let mut schema = if is_root(case) {
        case["schema"].clone()
    } else {
        json!({"type": "object", "properties": {"v": case["schema"]}, "required": ["v"]})
    };
    schema["$id"] = json!("https://example.com/types/");
    schema["$defs"] = definitions();
    schema
}

/// Returns `true` if the schema of a case is that of all arguments.
fn is_root(case: &Json) -> bool {
    case["at"] == "root"
}

/// Returns the definitions to which the schemas refer.
fn definitions() -> Json {
    let pair = json!({"a": {"type": "string"}, "b": {"type": "string"}});
    let branches = json!([{"required": ["a"]}, {"required": ["b"]}]);
    json!({
            "Id": {"type": "string"},
            "Letter": {"enum": ["a", "b", "c"]},
            "Pair": {"type": "object", "properties": pair},
            "AnyOne": {"anyOf": branches},
            "JustOne": {"oneOf": branches},
            "JustB": {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]},
            "Link": {"$ref": "#/$defs/Id", "maxLength": 3},
            "Owner": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            "Maybe": {"anyOf": [{"$ref": "#/$defs/Owner"}, {"type": "null"}]},
            "Alias": {"$ref": "#/$defs/Maybe"},
            "Lists": {"type": "array", "items": {"$ref": "#/$defs/Lists"}},
            "Folder": {"$id": "sub/", "$defs": {"leaf": {"$id": "leaf", "type": "integer"}}},
            "Steps": {"anyOf": [
                {"additionalProperties": false, "properties": {"stay": {"type": "string"}}, "required": ["stay"], "type": "object"},
                {"additionalProperties": false, "properties": {"move": {"const": null}}, "required": ["move"], "type": "object"},
            ]},
            "Loop": {"type": "object", "properties": {
                "next": {"$ref": "#/$defs/Loop", "properties": {"y": {"type": "integer"}}}
            }},
            "Conditional": {
                "type": "object",
                "properties": {"on": {"type": "boolean"}},
                "if": {"properties": {"on": {"const": true}}, "required": ["on"]},
                "then": {"properties": {"x": {"type": "string"}}, "required": ["x"]},
            },
            "Node": {"type": ["object", "null"], "properties": {"next": {"$ref": "#/$defs/Node"}}}
    })
}

fn read_calls((index, case): (usize, &Json)) -> Vec<Instance> {
    let lists = [("good", true), ("bad", false), ("says", false)];
    let calls = lists.into_iter().flat_map(|(list, is_valid)| {
        let values = case[list].as_array().into_iter().flatten();
        values.map(move |entry| {
            let (value, says) = match (list, entry.as_array().map(Vec::as_slice)) {
                ("says", Some([value, says @ ..])) => (value, says),
                _ => (entry, &[][..]),
            };
            let value = if is_root(case) {
                value.clone()
            } else {
                json!({"v": value})
            };
            Instance {
                index,
                how: case["name"].as_str().unwrap_or_default().to_owned(),
                record: value.clone(),
                is_valid,
                paths: says
                    .iter()
                    .filter_map(Json::as_str)
                    .map(str::to_owned)
                    .collect(),
                value,
            }
        })
    });
    calls.collect()
}

/// Returns the features with Unicode tables that a program of the crate in `folder` alone enables.
fn unicode_features(folder: &Path) -> Result<Vec<String>, String> {
    let arguments = ["tree", "--offline", "--edges", "features"];
    let output = cargo()
        .args(arguments)
        .args(["--invert", "regex-syntax"])
        .current_dir(folder)
        .output()
        .map_err(|error| error.to_string())?;
    let tree = String::from_utf8_lossy(&output.stdout).into_owned();
    if !tree.contains("toolsmith-runtime") {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let lines = tree.lines().filter(|line| line.contains("\"unicode"));
    Ok(lines.map(str::to_owned).collect())
}
