//! Compares the JSON of every command with docs/json.md.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fresh::Fresh;

const PAGE: &str = include_str!("../../../../docs/json.md");

/// Returns the section of a command.
fn section(command: &str) -> &'static str {
    let heading = format!("## `{command} --json`");
    let start = PAGE.find(&heading);
    let start = start.unwrap_or_else(|| panic!("no section on {command}"));
    let rest = &PAGE[start + heading.len()..];
    rest.split("\n## ").next().unwrap()
}

/// Returns the keys in the first column of the first table of a text.
fn table_keys(text: &str) -> BTreeSet<String> {
    let rows = text.lines().skip_while(|line| !line.starts_with("|---"));
    let rows = rows.skip(1).take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| {
        let column = row.split('|').nth(1).unwrap().to_owned();
        let names = column.split('`').skip(1).step_by(2).map(str::to_owned);
        names.collect::<Vec<_>>()
    })
    .collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    let object = value.as_object();
    let object = object.unwrap_or_else(|| panic!("{value} is not an object"));
    object.keys().cloned().collect()
}

#[track_caller]
fn check(command: &str, actual: &Value) {
    let documented = table_keys(section(command));
    assert_eq!(documented, keys(actual), "{command}");
    assert_eq!(actual["exit_status"], 0, "{command}");
}

#[test]
fn the_json_of_every_command_is_documented() {
    let fresh = Fresh::package();
    let json = |arguments: &[&str]| fresh.run(arguments).with_status(0).json();
    check("init", &json(&["init", "--json"]));
    let added = json(&[
        "add",
        "functions",
        "rooms",
        "--file",
        "functions.json",
        "--json",
    ]);
    check("add", &added);
    let steps = added["steps"].as_array().unwrap();
    let last = steps.last().unwrap();
    assert_eq!(last["file"], "src/main.rs");
    assert!(last["lines"].as_array().unwrap().len() >= 5);
    let regen = json(&["regen", "--json"]);
    check("regen", &regen);
    check("regen", &json(&["check", "--json"]));
    let catalog = section("regen").split("Each catalog:").nth(1).unwrap();
    assert_eq!(table_keys(catalog), keys(&regen["catalogs"][0]));
    let generate = [
        "generate",
        "--input",
        "functions.json",
        "--out",
        "made",
        "--name",
        "made",
        "--digest",
        "--json",
    ];
    check("generate", &json(&generate));
    check("upgrade", &json(&["upgrade", "--json"]));
    check("graph", &json(&["graph", "--json"]));
    check("digest", &json(&["digest", "--json"]));
    check("completions", &json(&["completions", "fish", "--json"]));
    let listed = json(&["list", "--json"]);
    let example = section("list").split("```").nth(1).unwrap();
    let example: Value = serde_json::from_str(example.strip_prefix("json").unwrap()).unwrap();
    assert_eq!(keys(&example[0]), keys(&listed[0]));
    let tool = keys(&listed[0]["tools"][0]);
    assert_eq!(keys(&example[0]["tools"][0]), tool);
    let explained = json(&["explain", "book_room", "--json"]);
    let documented: BTreeSet<String> = &table_keys(section("explain")) | &tool;
    assert_eq!(documented, keys(&explained[0]));
    let place = section("explain").split("Each place:").nth(1).unwrap();
    for key in keys(&explained[0]["places"][0]) {
        assert!(table_keys(place).contains(&key), "{key}");
    }
    check("remove", &json(&["remove", "rooms", "--json"]));
}

#[test]
fn every_command_has_a_section() {
    let fresh = Fresh::with(&[]);
    let help = fresh.run(&["--help"]).with_status(0).out;
    let commands = help.split("\nOptions:").next().unwrap();
    let commands = commands.lines().filter_map(|line| line.strip_prefix("  "));
    let names = commands.filter_map(|line| line.split(' ').next());
    for name in names.filter(|name| !matches!(*name, "help" | "check")) {
        assert!(!section(name).is_empty(), "{name}");
    }
}

/// Returns the keys of all changes of a result.
fn keys_of_changes(catalog: &Value, key: &str) -> BTreeSet<String> {
    let changes = catalog[key].as_array().unwrap();
    assert!(!changes.is_empty(), "{catalog}");
    changes.iter().flat_map(keys).collect()
}

#[test]
fn the_changes_of_diff_and_regen_are_documented() {
    let fresh = Fresh::project();
    let add = ["add", "functions", "rooms", "--file", "functions.json"];
    fresh.run(&add).with_status(0);
    let before = fresh.text("functions.json");
    // A swap of the argument, and a tool that is gone.
    let after = before.replace("\"room\"", "\"hall\"").replace(
        "\"required\": [\"hall\", \"days\"]",
        "\"required\": [\"days\", \"hall\"]",
    );
    let after = after.replace("\"hall\": {\"type\": \"string\"}, \"days\"", "\"nights\"");
    let after = after.replace("[\"days\", \"hall\"]", "[\"nights\"]");
    fresh.put(
        "old.json",
        &before.replace(
            "\"required\": [\"room\", \"days\"]",
            "\"required\": [\"days\"]",
        ),
    );
    fresh.put("new.json", &after.replace("list_rooms", "list_halls"));
    let accept = "[[accept]]\nid = \"tool-removed\"\ntool = \"list_rooms\"\nreason = \"agreed\"\n";
    fresh.put("toolsmith.accept.toml", accept);
    let diff = ["diff", "old.json", "new.json", "--json"];
    let result = fresh.run(&diff).with_status(0).json();
    check("diff", &result);
    let table = section("diff").split("Each change:").nth(1).unwrap();
    let documented = table_keys(table);
    assert_eq!(
        documented,
        keys_of_changes(&result["catalogs"][0], "changes")
    );
    let catalog: BTreeSet<String> = ["name", "changes"].map(str::to_owned).into();
    assert_eq!(keys(&result["catalogs"][0]), catalog);
    for change in result["catalogs"][0]["changes"].as_array().unwrap() {
        let grade = format!("`{}`", change["grade"]);
        assert!(table.contains(&grade), "{grade}");
        assert_eq!(change["rust"].is_null(), change["rust"]["item"].is_null());
        assert!(change["location"]["line"].is_u64());
    }
    for version in ["before_1_0", "after_1_0"] {
        let value = format!("`{}`", result["semver"][version]);
        assert!(section("diff").contains(&value), "{value}");
    }
    // A silent change of the only argument.
    fresh.put("functions.json", &fresh.text("old.json"));
    fresh.run(&["regen"]).with_status(0);
    fresh.put("functions.json", &fresh.text("new.json"));
    let result = fresh
        .run(&["check", "--fetch", "--json"])
        .with_status(2)
        .json();
    let catalog = &result["catalogs"][0];
    assert!(keys_of_changes(catalog, "changes").is_subset(&documented));
    assert!(keys_of_changes(catalog, "silent").is_subset(&documented));
    assert_eq!(catalog["silent"][0]["id"], "arg-required-swapped");
}
