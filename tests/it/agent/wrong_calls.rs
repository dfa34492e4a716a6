//! A thousand wrong calls as models make them: each is refused with the right form.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use generated::the_auth_api::TOOLS;
use serde_json::{Map, Value, json};
use toolsmith_runtime::ToolSpec;
use toolsmith_runtime::agent::{ReplyOutcome, Toolbox};
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};
use toolsmith_testkit::golden::assert_golden;

use crate::setup;

/// Valid calls, recorded from Truto's own client.
const RECORDING: &str = include_str!("../../corpus/recorded_calls.jsonl");

/// The table with the results.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/agent/wrong_calls.md");

const CALLS: usize = 1000;

/// The kinds of mistakes.
const KINDS: [&str; 9] = [
    "a value that the enum does not have",
    "an enum value in another case",
    "a misspelled argument",
    "an unknown argument",
    "a missing required argument",
    "a value of another type",
    "null for an optional argument",
    "an identifier of another kind",
    "the arguments as a JSON string",
];

/// A call with one mistake.
struct Wrong {
    tool: &'static ToolSpec,
    arguments: Value,
    /// The place of the mistake.
    path: String,
    /// The expected correction: a suggestion, or strings in the explanation.
    right: Right,
}

enum Right {
    Suggestion(Value),
    Texts(Vec<String>),
}

/// A deterministic random number generator (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        match choices.len() {
            0 => None,
            length => choices.get(self.below(length)),
        }
    }
}

#[tokio::test]
async fn refusals_name_the_place_and_the_right_form() {
    let (toolbox, sent) = informed_toolbox().await;
    let before = sent.requests().len();
    let right = right_calls();
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    let mut tally: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut failures = Vec::new();
    let mut count = 0;
    while count < CALLS {
        let kind = count % KINDS.len();
        let (tool, arguments) = chance.of(&right).unwrap();
        let Some(wrong) = spoil(kind, tool, arguments, &mut chance) else {
            continue;
        };
        count += 1;
        let entry = tally.entry(kind).or_default();
        entry.0 += 1;
        match judge(&toolbox, &wrong).await {
            Ok(()) => entry.1 += 1,
            Err(text) => failures.push(format!("{}: {}\n{text}", KINDS[kind], wrong.arguments)),
        }
    }
    assert_eq!(sent.requests().len(), before, "a wrong call was sent");
    let good: usize = tally.values().map(|(_, good)| good).sum();
    assert!(
        good * 100 >= CALLS * 99,
        "{good} of {CALLS}\n{}",
        failures.join("\n\n")
    );
    println!("{}", failures.join("\n\n"));
    assert_golden(Path::new(TABLE), &render(&tally));
}

/// Checks that a call is refused with the place and the right form; the error is the reply.
async fn judge(toolbox: &Toolbox, wrong: &Wrong) -> Result<(), String> {
    let reply = toolbox.call(wrong.tool.name, wrong.arguments.clone()).await;
    let text = reply.text().to_owned();
    let ReplyOutcome::Refused(refusal) = reply.outcome() else {
        return Err(text);
    };
    let faults = refusal.faults.iter();
    let mut here = faults.filter(|fault| fault.problem.path == wrong.path);
    let is_helpful = here.any(|fault| match &wrong.right {
        Right::Suggestion(value) => fault.to_json()["suggestion"] == *value,
        Right::Texts(texts) => {
            let text = fault.to_string();
            texts.iter().all(|part| text.contains(part))
        }
    });
    if is_helpful { Ok(()) } else { Err(text) }
}

/// Creates a toolbox that has listed everything and so knows the identifiers.
async fn informed_toolbox() -> (Toolbox, MemoryTransport) {
    let transport = MemoryTransport::respond_with(|received| {
        let resource = received.path.rsplit('/').next().unwrap();
        let id = |number: usize| format!("{}_{number}", resource.trim_end_matches('s'));
        let records: Vec<Value> = (1..=3).map(|number| json!({"id": id(number)})).collect();
        MockResponse::json(200, &json!({"result": records}))
    });
    let toolbox = setup::client_on(&transport).toolbox();
    for (tool, arguments) in right_calls() {
        if tool.method == "list" {
            let reply = toolbox.call(tool.name, arguments).await;
            assert!(!reply.is_error(), "{reply}");
        }
    }
    (toolbox, transport)
}

fn right_calls() -> Vec<(&'static ToolSpec, Value)> {
    let calls = RECORDING.lines().filter(|line| !line.is_empty());
    let calls = calls.map(|line| {
        let call: Value = serde_json::from_str(line).unwrap();
        let name = call["tool"].as_str().unwrap();
        let tool = TOOLS.iter().find(|tool| tool.name == name).unwrap();
        (*tool, call["arguments"].clone())
    });
    calls.collect()
}

/// Returns the schema of an argument.
fn schema_of(tool: &ToolSpec, name: &str) -> Value {
    let schemas = [tool.body_schema, tool.query_schema];
    let schemas = schemas.map(|text| serde_json::from_str(text).unwrap_or(Value::Null));
    let mut declared = schemas.iter().map(|schema| &schema["properties"][name]);
    let found = declared.find(|schema| schema.is_object());
    found.cloned().unwrap_or(json!({"type": "string"}))
}

fn spoil(
    kind: usize,
    tool: &'static ToolSpec,
    arguments: &Value,
    chance: &mut Chance,
) -> Option<Wrong> {
    let given = arguments.as_object()?;
    let names: Vec<&'static str> = tool.shape.fields().map(|field| field.name).collect();
    let (changed, path, right) = match kind {
        0 | 1 => spoil_enum(kind, tool, given, &names, chance)?,
        2 => misspell(given, chance)?,
        3 => {
            let extra = *chance.of(&["verbose", "reason", "dryRun", "format", "x-trace", "why"])?;
            let texts = ["no such argument", "this tool takes ", "leave it out"];
            let right = Right::Texts(texts.map(str::to_owned).to_vec());
            (with(given, extra, json!("yes")), extra.to_owned(), right)
        }
        4 => leave_out(tool, given, chance)?,
        5 => spoil_type(tool, given, chance)?,
        6 => {
            let optional = tool.shape.fields();
            let optional: Vec<&str> = optional
                .filter(|field| !field.required && !field.nullable)
                .map(|field| field.name)
                .collect();
            let name = *chance.of(&optional)?;
            let remedy = match tool.method {
                "update" => "leaving it out keeps its value",
                _ => "leave it out",
            };
            let right = Right::Texts(vec![remedy.to_owned()]);
            (with(given, name, Value::Null), name.to_owned(), right)
        }
        7 => other_identifier(tool, given, chance)?,
        _ => {
            // A secret is not repeated.
            let right = match arguments.get("key") {
                Some(_) => Right::Texts(vec!["write the same value as an object".to_owned()]),
                None => Right::Suggestion(arguments.clone()),
            };
            let text = arguments.to_string();
            return Some(Wrong {
                tool,
                arguments: Value::String(text),
                path: String::new(),
                right,
            });
        }
    };
    Some(Wrong {
        tool,
        arguments: changed,
        path: format!("/{path}"),
        right,
    })
}

type Spoiled = (Value, String, Right);

fn with(given: &Map<String, Value>, name: &str, value: Value) -> Value {
    let mut changed = given.clone();
    changed.insert(name.to_owned(), value);
    Value::Object(changed)
}

fn spoil_enum(
    kind: usize,
    tool: &ToolSpec,
    given: &Map<String, Value>,
    names: &[&'static str],
    chance: &mut Chance,
) -> Option<Spoiled> {
    let allowed = |name: &str| schema_of(tool, name)["enum"].as_array().cloned();
    let enums: Vec<&&str> = names
        .iter()
        .filter(|name| allowed(name).is_some())
        .collect();
    let name = **chance.of(&enums)?;
    let allowed = allowed(name)?;
    let right = chance.of(&allowed)?.as_str()?;
    let (wrong, correction) = if kind == 0 {
        let wrong = *chance.of(&["quarterly", "hourly", "superuser", "any", "1"])?;
        let all = allowed.iter().map(Value::to_string).collect();
        (wrong.to_owned(), Right::Texts(all))
    } else {
        let wrong = if chance.below(2) == 0 {
            right.to_uppercase()
        } else {
            right[..1].to_uppercase() + &right[1..]
        };
        (wrong, Right::Suggestion(json!(right)))
    };
    let is_right = allowed.iter().any(|value| value == wrong.as_str());
    (!is_right).then(|| (with(given, name, json!(wrong)), name.to_owned(), correction))
}

fn misspell(given: &Map<String, Value>, chance: &mut Chance) -> Option<Spoiled> {
    let names: Vec<&String> = given.keys().filter(|name| name.len() > 3).collect();
    let name = *chance.of(&names)?;
    let place = 1 + chance.below(name.len() - 2);
    let wrong = match chance.below(3) {
        0 => name[..place].to_owned() + &name[place + 1..],
        1 => {
            let mut letters: Vec<char> = name.chars().collect();
            letters.swap(place, place - 1);
            letters.into_iter().collect()
        }
        _ => {
            let snake = |letter: char| match letter {
                letter if letter.is_uppercase() => format!("_{}", letter.to_lowercase()),
                letter => letter.to_string(),
            };
            name.chars().map(snake).collect::<String>()
        }
    };
    if given.contains_key(&wrong) {
        return None;
    }
    let mut changed = given.clone();
    let value = changed.remove(name)?;
    changed.insert(wrong.clone(), value);
    let right = Right::Suggestion(json!(name));
    Some((Value::Object(changed), wrong, right))
}

fn leave_out(tool: &ToolSpec, given: &Map<String, Value>, chance: &mut Chance) -> Option<Spoiled> {
    let required: Vec<_> = tool.shape.fields().filter(|field| field.required).collect();
    let name = chance.of(&required)?.name;
    let mut changed = given.clone();
    changed.remove(name)?;
    let mut texts = vec!["expected ".to_owned()];
    let pointer = format!("/{name}");
    let identifier = tool.takes.iter().find(|taken| taken.pointer() == pointer);
    if let Some(giver) = identifier.and_then(|taken| taken.kind().sources.first()) {
        texts.push(format!("call {} first", giver.name));
    }
    if let Some(values) = schema_of(tool, name)["enum"].as_array() {
        texts.extend(values.iter().map(Value::to_string));
    }
    Some((Value::Object(changed), name.to_owned(), Right::Texts(texts)))
}

fn spoil_type(tool: &ToolSpec, given: &Map<String, Value>, chance: &mut Chance) -> Option<Spoiled> {
    let names: Vec<&String> = given.keys().collect();
    let name = *chance.of(&names)?;
    let right = given.get(name)?;
    if right.as_array().is_some_and(|list| list.len() != 1) || right.is_object() {
        return None;
    }
    let wrong = match right {
        Value::Array(list) => list[0].clone(),
        Value::String(_) if chance.below(2) == 0 => json!([right]),
        Value::String(_) => json!({"value": right}),
        other => json!(other.to_string()),
    };
    let changed = with(given, name, wrong.clone());
    if tool.check(&changed).is_ok() {
        return None;
    }
    let correction = if wrong.is_object() {
        Right::Texts(vec!["expected ".to_owned()])
    } else {
        Right::Suggestion(right.clone())
    };
    Some((changed, name.clone(), correction))
}

fn other_identifier(
    tool: &'static ToolSpec,
    given: &Map<String, Value>,
    chance: &mut Chance,
) -> Option<Spoiled> {
    let listed: Vec<_> = tool
        .takes
        .iter()
        .filter(|taken| taken.kind().is_listed() && !taken.pointer().contains('*'))
        .collect();
    let taken = *chance.of(&listed)?;
    let others = [
        "account_2",
        "project_1",
        "api_key_3",
        "webhook_1",
        "invitation_2",
    ];
    let other = *chance.of(&others)?;
    let kind = taken.kind().noun.to_lowercase().replace(' ', "_");
    if other.starts_with(&kind) {
        return None;
    }
    let name = taken.pointer().trim_start_matches('/');
    let source = taken
        .kind()
        .sources
        .iter()
        .find(|giver| giver.name != tool.name);
    let mut texts = vec![format!("{}, found", taken.kind().noun)];
    texts.extend(source.map(|giver| format!("call {} first", giver.name)));
    Some((
        with(given, name, json!(other)),
        name.to_owned(),
        Right::Texts(texts),
    ))
}

fn render(tally: &BTreeMap<usize, (usize, usize)>) -> String {
    let mut table = "\
# Wrong calls and their replies

A thousand calls of the 46 tools of The Auth API, each with one mistake. A reply is helpful if it names
the exact place and the right form: the value to write, all allowed values, what an argument takes, or
the tool that provides an identifier. `tests/it/agent/wrong_calls.rs` makes the calls and compares this
table.

| mistake | calls | helpful replies |
|---|---|---|
"
    .to_owned();
    let mut all = (0, 0);
    for (kind, (count, good)) in tally {
        let _ = writeln!(table, "| {} | {count} | {good} |", KINDS[*kind]);
        all = (all.0 + count, all.1 + good);
    }
    let _ = writeln!(table, "| all | {} | {} |", all.0, all.1);
    table
}
