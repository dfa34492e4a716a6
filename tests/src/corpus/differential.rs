//! Random schemas and calls, judged by python-jsonschema and by the generated code. Each difference
//! has a rule, which the guide lists.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};
use toolsmith_codegen::report::Precision;
use toolsmith_pattern::Pattern;

use super::closed::closed;
use super::differences::{
    Cause, RecordCause, Tally, add_types, is_same, judge, judge_record, read_problems,
};
use super::made::validator;
use super::{Instance, Source, ask, check_crate, write_crate};

/// The number of tools in one crate.
const TOOLS_PER_CRATE: usize = 250;

/// The size of a run.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// The seed; the same seed gives the same schemas and calls.
    pub seed: u64,
    /// The number of schemas.
    pub schemas: usize,
    /// The number of calls of each schema.
    pub calls: usize,
}

/// The relation of our verdict on a call to that of python-jsonschema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Both accept it.
    BothAccept,
    /// Both refuse it.
    BothRefuse,
    /// We refuse a name that the schema neither lists nor explicitly allows.
    UnlistedName,
    /// We refuse a value whose type differs from the one that a schema without a type implies.
    ImpliedType,
    /// We refuse an integer of more than 64 bits.
    LongInteger,
    /// We check a format, which is an annotation for the validator.
    Format,
    /// Python reads the pattern or divides the number otherwise than ECMA-262 and decimal arithmetic
    /// do; another validator agrees with us.
    OtherEngine,
    /// We accept a null that `nullable` allows.
    Nullable,
    /// We read a `oneOf` of overlapping scalars as `anyOf`.
    OverlappingBranches,
    /// We accept a value because a keyword is not checked, which the report says.
    Reported,
    /// No rule explains the difference.
    Unexplained,
    /// The call is accepted and changed on the way.
    Changed,
    /// The program gave no result.
    NoAnswer,
}

/// The outcome of a run.
#[derive(Debug, Default)]
pub struct Differential {
    /// The verdicts on calls.
    pub calls: Tally<Rule>,
    /// The verdicts on the same values as records.
    pub records: Tally<RecordCause>,
}

/// Runs the comparison in `folder`. Returns `None` if Python or its package jsonschema is missing.
///
/// # Errors
///
/// The script fails, or a generated crate does not compile or run.
pub fn run_differential(
    extent: Extent,
    folder: &Path,
    target: &Path,
) -> Result<Option<Differential>, String> {
    let Some(document) = make(extent)? else {
        return Ok(None);
    };
    let source = Source::new("differential", &document);
    let instances: Vec<Instance> = document["calls"]
        .as_array()
        .into_iter()
        .flatten()
        .map(read_call)
        .collect();
    let mut outcome = Differential::default();
    let indices: Vec<usize> = (0..source.tools.len()).collect();
    for (number, chunk) in indices.chunks(TOOLS_PER_CRATE).enumerate() {
        let first = chunk.first().copied().unwrap_or(0);
        let mut part = source.only(chunk).mirrored();
        part.name = format!("differential-{number}");
        let calls = instances
            .iter()
            .filter(|instance| chunk.contains(&instance.index));
        let calls: Vec<Instance> = calls
            .map(|instance| Instance {
                index: instance.index - first,
                ..instance.clone()
            })
            .collect();
        judge_part(
            &part,
            &calls,
            &folder.join(&part.name),
            target,
            &mut outcome,
        )?;
    }
    Ok(Some(outcome))
}

/// Runs the script.
fn make(extent: Extent) -> Result<Option<Json>, String> {
    const MISSING: i32 = 2;
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("differential/schemas.py");
    let numbers = [
        extent.seed.to_string(),
        extent.schemas.to_string(),
        extent.calls.to_string(),
    ];
    let output = Command::new("python3")
        .args(["-W", "ignore"])
        .arg(script)
        .args(numbers)
        .output();
    let Ok(output) = output else {
        return Ok(None);
    };
    if output.status.code() == Some(MISSING) {
        return Ok(None);
    }
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let document = serde_json::from_slice(&output.stdout);
    document.map(Some).map_err(|error| error.to_string())
}

fn read_call(call: &Json) -> Instance {
    Instance {
        index: usize::try_from(call["tool"].as_u64().unwrap_or(0)).unwrap_or(0),
        how: call["how"].as_str().unwrap_or_default().to_owned(),
        value: call["arguments"].clone(),
        record: call["arguments"].clone(),
        is_valid: call["valid"] == json!(true),
        paths: Vec::new(),
    }
}

fn judge_part(
    source: &Source,
    calls: &[Instance],
    folder: &Path,
    target: &Path,
    outcome: &mut Differential,
) -> Result<(), String> {
    let output = source.generate()?;
    let sdk = write_crate(folder, &source.name, &output).map_err(|error| error.to_string())?;
    check_crate(&sdk, target, "build")?;
    let answers = ask(source, calls, &sdk, target).map_err(|error| error.to_string())?;
    let reports = output.reports.iter().flat_map(|report| &report.tools);
    let reports: Vec<_> = reports.collect();
    for (call, answer) in calls.iter().zip(&answers) {
        let name = source.tool_name(call.index);
        let schema = &source.tools[call.index]["inputSchema"];
        let places = reports.iter().filter(|tool| tool.name == name);
        let mut places = places.flat_map(|tool| &tool.places);
        let is_reported = places.any(|place| place.precision != Precision::Exact);
        let example =
            |answer: &Json| format!("{name} {}\n      {schema}\n      -> {answer}", call.value);
        let request = &answer["request"];
        let rule = explain(schema, call, request, is_reported);
        outcome.calls.add(rule, || example(request));
        let record = &answer["record"];
        let mut meant = schema.clone();
        rewrite_patterns(&mut meant);
        let cause = judge_record(&meant, call, record);
        outcome.records.add(cause, || example(record));
    }
    Ok(())
}

/// Returns the rule that explains our verdict on a call.
fn explain(schema: &Json, call: &Instance, answer: &Json, is_reported: bool) -> Rule {
    let is_accepted = answer.get("encoded").is_some();
    match (is_accepted, call.is_valid) {
        (true, _) if !is_same(&answer["encoded"], &call.value) => Rule::Changed,
        (true, true) => Rule::BothAccept,
        (false, false) if answer.get("problems").is_some() => Rule::BothRefuse,
        (true, false) => explain_acceptance(schema, &call.value, is_reported),
        (false, _) => explain_refusal(schema, call, answer),
    }
}

fn explain_refusal(schema: &Json, call: &Instance, answer: &Json) -> Rule {
    let mut meant = schema.clone();
    rewrite_patterns(&mut meant);
    let problems = read_problems(answer).unwrap_or_default();
    let is_step = |text: &str| text.contains("a multiple of ");
    match judge(&meant, call, answer) {
        Cause::UnlistedName => Rule::UnlistedName,
        Cause::MeantType => Rule::ImpliedType,
        Cause::BigInteger => Rule::LongInteger,
        Cause::Format => Rule::Format,
        Cause::ValidatorsDiffer => Rule::OtherEngine,
        Cause::NoAnswer => Rule::NoAnswer,
        // The other validator divides binary fractions as well.
        _ if problems.iter().any(|(_, text)| is_step(text)) => Rule::OtherEngine,
        _ if !fits_formats(&meant, &call.value) => Rule::Format,
        _ if !is_valid(&closed(&meant), &call.value) => Rule::UnlistedName,
        // The problem of a union may be that of another variant.
        _ if !is_valid(&with_short_integers(&meant), &call.value) => Rule::LongInteger,
        // A `oneOf` of several branches that allow null forbids it.
        _ if !is_valid(&with_nulls(&meant), &call.value) => Rule::Nullable,
        _ => Rule::Unexplained,
    }
}

/// Returns `true` if a value is valid when formats are checked.
fn fits_formats(schema: &Json, value: &Json) -> bool {
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema);
    validator.is_ok_and(|validator| validator.is_valid(value))
}

/// Returns a schema whose integers are those of `i64`.
fn with_short_integers(schema: &Json) -> Json {
    let mut short = schema.clone();
    shorten_integers(&mut short);
    short
}

fn shorten_integers(json: &mut Json) {
    each_part(json, &mut shorten_integers);
    let is_integer = json["type"] == json!("integer")
        || json["type"].as_array().is_some_and(|types| {
            types.contains(&json!("integer")) && !types.contains(&json!("number"))
        });
    if is_integer {
        let range = json!({"minimum": i64::MIN, "maximum": i64::MAX});
        *json = json!({"allOf": [json.take(), range]});
    }
}

fn is_valid(schema: &Json, value: &Json) -> bool {
    let validator = validator(schema);
    validator.is_some_and(|validator| validator.is_valid(value))
}

fn with_nulls(schema: &Json) -> Json {
    let mut nullable = schema.clone();
    allow_nulls(&mut nullable);
    nullable
}

fn explain_acceptance(schema: &Json, value: &Json, is_reported: bool) -> Rule {
    let is_taken = |schema: &Json| is_valid(schema, value);
    let mut meant = schema.clone();
    let has_dropped = rewrite_patterns(&mut meant);
    if is_taken(&meant) {
        return if has_dropped {
            Rule::Reported
        } else {
            Rule::OtherEngine
        };
    }
    allow_nulls(&mut meant);
    if is_taken(&meant) {
        return Rule::Nullable;
    }
    let mut implied = meant.clone();
    add_types(&mut implied);
    if is_taken(&implied) {
        return Rule::ImpliedType;
    }
    // A branch of a `oneOf` that does not list a name does not fit.
    if is_taken(&closed(&meant)) {
        return Rule::UnlistedName;
    }
    join_scalars(&mut meant);
    match (is_taken(&meant), is_reported) {
        (true, _) => Rule::OverlappingBranches,
        (false, true) => Rule::Reported,
        (false, false) => Rule::Unexplained,
    }
}

/// Writes patterns so that all engines read them alike, and drops those that are not checked.
/// Returns `true` if it dropped one.
fn rewrite_patterns(json: &mut Json) -> bool {
    let mut has_dropped = false;
    if let Json::Object(members) = json
        && let Some(text) = members.get("pattern").and_then(Json::as_str)
    {
        let parsed = Pattern::parse(text);
        let tests = parsed.clone().and_then(|parsed| parsed.tests());
        let portable = parsed.ok().and_then(|parsed| parsed.portable());
        match (tests, portable) {
            (Err(_), _) => {
                members.remove("pattern");
                has_dropped = true;
            }
            (Ok(_), Some(text)) => {
                members.insert("pattern".to_owned(), json!(text));
            }
            // The other validator has look-ahead and reads it alike.
            (Ok(_), None) => {}
        }
    }
    if let Some(Json::Object(patterns)) = json.get_mut("patternProperties") {
        let rewritten = std::mem::take(patterns)
            .into_iter()
            .filter_map(|(text, schema)| {
                let parsed = Pattern::parse(&text).ok();
                let portable = parsed.as_ref().and_then(Pattern::portable);
                has_dropped |= parsed.is_none();
                parsed.map(|_| (portable.unwrap_or(text), schema))
            });
        *patterns = rewritten.collect();
    }
    each_part(json, &mut |part| has_dropped |= rewrite_patterns(part));
    has_dropped
}

/// Writes `nullable` as a union with null.
fn allow_nulls(json: &mut Json) {
    each_part(json, &mut allow_nulls);
    if json["nullable"] == json!(true) {
        *json = json!({"anyOf": [json.take(), {"type": "null"}]});
    }
}

/// Writes a `oneOf` that has several branches for scalars, not all of which list values, as `anyOf`.
fn join_scalars(json: &mut Json) {
    each_part(json, &mut join_scalars);
    let lists = |branch: &Json| branch.get("enum").is_some() || branch.get("const").is_some();
    let is_scalar = |branch: &Json| {
        let is_list = |name: &Json| matches!(name.as_str(), Some("array" | "object"));
        let types = branch["type"].as_array().cloned();
        let types = types.unwrap_or_else(|| vec![branch["type"].clone()]);
        branch.get("properties").is_none()
            && branch.get("$ref").is_none()
            && !types.iter().any(is_list)
    };
    let branches = json["oneOf"].as_array();
    let branches = branches.filter(|branches| !branches.iter().all(lists));
    let scalars = branches.map_or(0, |branches| {
        branches.iter().filter(|one| is_scalar(one)).count()
    });
    if let (2.., Json::Object(members)) = (scalars, json)
        && let Some(branches) = members.remove("oneOf")
    {
        members.insert("anyOf".to_owned(), branches);
    }
}

fn each_part(json: &mut Json, visit: &mut dyn FnMut(&mut Json)) {
    match json {
        Json::Object(members) => {
            for (keyword, part) in members {
                if !matches!(keyword.as_str(), "enum" | "const" | "default") {
                    visit(part);
                }
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(visit),
        _ => {}
    }
}
