//! Assigned names stay when a catalog changes.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use toolsmith_codegen::{CatalogInput, Options, SourceText, generate};
use toolsmith_tests::corpus::{Dice, Source, check_crate, write_modules};

const WORDS: [&str; 12] = [
    "status", "type", "user-id", "userId", "user_id", "+1", "-1", "items", "self", "Option",
    "filter", "ünï",
];

fn schema(dice: &mut Dice, depth: usize) -> Json {
    let word = |dice: &mut Dice| WORDS[dice.roll(WORDS.len())];
    match dice.roll(if depth == 0 { 3 } else { 7 }) {
        0 => json!({"type": "string"}),
        1 => json!({"enum": [word(dice), word(dice)]}),
        2 => json!({"type": "integer"}),
        3 => json!({"type": "array", "items": schema(dice, depth - 1)}),
        4 => json!({"anyOf": [schema(dice, depth - 1), schema(dice, depth - 1)]}),
        5 => json!({"$ref": "#/$defs/shared"}),
        _ => {
            let (one, other) = (word(dice), word(dice));
            json!({"type": "object", "required": [one], "properties": {
                one: schema(dice, depth - 1), other: schema(dice, depth - 1),
            }})
        }
    }
}

fn tool(dice: &mut Dice) -> Json {
    let mut input = json!({"type": "object", "properties": {}});
    for _ in 0..dice.roll(4) {
        input["properties"][WORDS[dice.roll(WORDS.len())]] = schema(dice, 3);
    }
    input["$defs"]["shared"] =
        json!({"type": "object", "properties": {"next": {"$ref": "#/$defs/shared"}}});
    json!({
        "name": format!("{}_{}", WORDS[dice.roll(WORDS.len())], dice.roll(30)),
        "inputSchema": input,
        "outputSchema": schema(dice, 2),
    })
}

fn edit(dice: &mut Dice, tools: &mut Vec<Json>) {
    let place = dice.roll(tools.len());
    match dice.roll(4) {
        0 => tools.insert(place, tool(dice)),
        1 if tools.len() > 3 => drop(tools.remove(place)),
        2 => tools.rotate_left(place),
        _ => {
            let name = tools[place]["name"].clone();
            tools[place] = tool(dice);
            tools[place]["name"] = name;
        }
    }
    let mut names = std::collections::BTreeSet::new();
    tools.retain(|tool| names.insert(tool["name"].to_string()));
}

/// Returns the names in a lock, with the table and the key of each.
fn names(lock: &str) -> BTreeMap<String, String> {
    let mut table = String::new();
    let mut names = BTreeMap::new();
    for line in lock.lines() {
        if line.starts_with('[') {
            line.clone_into(&mut table);
        } else if let Some((key, value)) = line.split_once(" = \"") {
            // The structure of a type may change.
            if !["shape", "tag"].contains(&key) {
                names.insert(format!("{table} {key}"), value.to_owned());
            }
        }
    }
    names
}

#[test]
fn two_hundred_edits_rename_nothing() {
    let mut dice = Dice::new(7);
    let mut tools: Vec<Json> = Vec::new();
    for _ in 0..10 {
        edit_in(&mut dice, &mut tools);
    }
    let mut lock: Option<String> = None;
    let mut states: Vec<CatalogInput> = Vec::new();
    for round in 0..200 {
        edit(&mut dice, &mut tools);
        let mut input = Source::new("changing", &json!({"tools": tools})).input();
        input.lock = lock.as_ref().map(|text| SourceText {
            file: "changing.lock.toml".to_owned(),
            text: text.clone(),
        });
        let output = generate(std::slice::from_ref(&input), &Options::default())
            .unwrap_or_else(|problems| panic!("round {round}: {problems}"));
        let after = output.locks.into_iter().next().unwrap();
        let now = names(&after);
        for (place, name) in names(lock.as_deref().unwrap_or_default()) {
            // An enum that has become a struct has fields, and no variants that could keep
            // their names.
            let has_changed = has_other_form(&now, &place, &name);
            // Another tool may take the method of a removed one.
            let is_freed =
                place.ends_with("] method") && now.get(&place).is_some_and(|now| now == "\"");
            assert!(
                has_changed
                    || is_freed
                    || is_inherited(&now, &place, &name)
                    || now.get(&place) == Some(&name),
                "round {round}: {place} was {name}, is {:?}",
                now.get(&place)
            );
        }
        for (path, text) in &output.files.0 {
            if let Err(error) = syn::parse_file(text) {
                panic!("round {round}: {path}: {error}");
            }
        }
        if round % 50 == 49 {
            states.push(CatalogInput {
                name: format!("round_{round}"),
                ..input
            });
        }
        lock = Some(after);
    }
    compile(&states);
}

/// Returns `true` if a member with another spelling has the name of a member that is gone: `user_id` that
/// of `userId`.
fn is_inherited(now: &BTreeMap<String, String>, place: &str, name: &str) -> bool {
    let Some((table, _)) = place.split_once("] ") else {
        return false;
    };
    let mut members = now
        .iter()
        .filter(|(other, _)| other.starts_with(&format!("{table}] ")));
    !now.contains_key(place) && members.any(|(_, member)| member == name)
}

/// Returns `true` if all members of the type at `place` differ from `name` in capitalization: fields
/// and variants.
fn has_other_form(now: &BTreeMap<String, String>, place: &str, name: &str) -> bool {
    let Some((table, _)) = place
        .split_once("] ")
        .filter(|(table, _)| table.rsplit('.').next() == Some("names"))
    else {
        return false;
    };
    let has_capital = |name: &str| name.starts_with(|letter: char| letter.is_uppercase());
    let mut members = now
        .iter()
        .filter(|(place, _)| place.starts_with(&format!("{table}] ")));
    members.clone().next().is_some()
        && members.all(|(_, member)| has_capital(member) != has_capital(name))
}

/// Compiles the states as modules of one crate.
#[track_caller]
fn compile(states: &[CatalogInput]) {
    let output = generate(states, &Options::default()).unwrap();
    let features: Vec<&str> = states.iter().map(|state| state.name.as_str()).collect();
    let scratch = super::scratch();
    let sdk = write_modules(&scratch.join("states"), "states", &output, &features).unwrap();
    let target = crate::scratch::target();
    if let Err(problems) = check_crate(&sdk, &target, "build") {
        panic!("{problems}");
    }
}

fn edit_in(dice: &mut Dice, tools: &mut Vec<Json>) {
    let tool = tool(dice);
    if tools.iter().all(|known| known["name"] != tool["name"]) {
        tools.push(tool);
    }
}
