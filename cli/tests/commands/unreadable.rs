//! Tests of tools that cannot be read, of entries that are not functions, and of effects that nothing
//! declares.

use serde_json::json;

use crate::project::Project;

/// Returns a project whose second catalog is this list of functions. `keys` are further keys of its
/// configuration.
fn project(functions: &str, keys: &str) -> Project {
    let project = Project::copy();
    let config = project.text("toolsmith.toml");
    let catalog =
        format!("\n[catalog.rooms]\nkind = \"functions\"\nfile = \"functions.json\"\n{keys}");
    project.put("toolsmith.toml", format!("{config}{catalog}").as_bytes());
    project.put("functions.json", functions.as_bytes());
    project
}

const BROKEN: &str = r#"{"tools": [
    {"name": "book_room", "parameters": {"type": "object"}, "annotations": {"readOnlyHint": false}},
    null,
    {"name": "cancel_room", "parameters": 7}
]}"#;

#[test]
fn an_unreadable_tool_is_an_error_that_names_its_place() {
    let project = project(BROKEN, "");
    let ended = project.run(&["regen"]).with_status(3);
    let place = "functions.json#/tools/1";
    assert!(ended.err.contains(place), "{}", ended.err);
    let json = project.run(&["regen", "--json"]).with_status(3).json();
    assert_eq!(json["error"]["problems"][0]["place"], "/tools/1");
}

#[test]
fn unreadable_tools_are_skipped_and_listed_on_request() {
    for (keys, option) in [
        ("skip_unreadable = true\n", None),
        ("", Some("--skip-unreadable")),
    ] {
        let project = project(BROKEN, keys);
        let run = |arguments: &[&str]| {
            let arguments: Vec<&str> = arguments.iter().copied().chain(option).collect();
            project.run(&arguments).with_status(0)
        };
        let ended = run(&["regen"]);
        for part in [
            "2 skipped",
            "Skipped in rooms: 2 unreadable tools",
            "(no name)  /tools/",
            "a tool must be an object, but this is null",
            "cancel_room  /tools/",
            "a schema must be an object, but this is a number",
        ] {
            assert!(ended.out.contains(part), "no {part} in {}", ended.out);
        }
        assert!(
            project
                .text("generated/src/rooms/mod.rs")
                .contains("BookRoom")
        );
        // The snapshot has them too, so that every run lists them.
        for arguments in [
            ["regen", "--check", "--json"].as_slice(),
            &["regen", "--offline", "--json"],
            &["regen", "rooms", "--check", "--fetch", "--json"],
        ] {
            let json = run(arguments).json();
            let catalog = json["catalogs"].as_array().unwrap();
            let catalog = catalog.iter().find(|catalog| catalog["name"] == "rooms");
            let catalog = catalog.unwrap();
            assert_eq!(catalog["tools"], 1);
            assert_eq!(
                catalog["skipped"],
                json!([
                    {"tool": null, "pointer": "/tools/2", "why": "a tool must be an object, but this is null"},
                    {"tool": "cancel_room", "pointer": "/tools/1", "why": "a schema must be an object, but this is a number (at `/inputSchema`)"},
                ])
            );
        }
        let listed = run(&["list", "rooms"]);
        assert!(listed.out.contains("book_room"), "{}", listed.out);
    }
    let project = project(BROKEN, "skip_unreadable = \"yes\"\n");
    let ended = project.run(&["regen"]).with_status(3);
    assert!(ended.err.contains("skip_unreadable"), "{}", ended.err);
}

#[test]
fn every_command_lists_the_tools_that_it_skips() {
    let project = project(BROKEN, "skip_unreadable = true\n");
    project.run(&["regen"]).with_status(0);
    let snapshot = project.path("catalogs/rooms.json");
    let snapshot = snapshot.to_str().unwrap();
    for arguments in [
        &["list", "rooms"][..],
        &["explain", "book_room"],
        &["digest"],
        &["upgrade", "--dry-run"],
        &["diff", snapshot, snapshot, "--catalog", "rooms"],
    ] {
        let ended = project.run(arguments).with_status(0);
        for part in ["Skipped in rooms: 2 unreadable tools", "cancel_room"] {
            let text = format!("{}{}", ended.out, ended.err);
            assert!(text.contains(part), "{arguments:?}: no {part} in {text}");
        }
    }
    let listed = project.run(&["list", "rooms", "--json"]).json();
    assert_eq!(listed[0]["skipped"][1]["tool"], "cancel_room", "{listed}");
    let ended = project.run(&["explain", "cancel_room"]).with_status(3);
    let part = "`cancel_room` cannot be read and is skipped";
    assert!(ended.err.contains(part), "{}", ended.err);
}

#[test]
fn a_catalog_that_was_added_with_skipped_tools_stays_so() {
    for (entry, name) in [
        ("{\"name\": \"half\", \"description\": \"\\ud83d\"}", "half"),
        ("{\"name\": \"odd\", \"parameters\": 5}", "odd"),
        ("null", "(no name)"),
    ] {
        let project = Project::copy();
        let functions = format!("[{{\"name\": \"book_room\"}}, {entry}]");
        project.put("functions.json", functions.as_bytes());
        let file = project.path("functions.json");
        let file = file.to_str().unwrap();
        let add = ["add", "functions", "rooms", "--file", file];
        project.run(&add).with_status(3);
        let ended = project.run(&[&add[..], &["--skip-unreadable"]].concat());
        let ended = ended.with_status(0);
        for part in ["Skipped in rooms: 1 unreadable tool", name] {
            assert!(ended.out.contains(part), "no {part} in {}", ended.out);
        }
        let config = project.text("toolsmith.toml");
        assert!(config.contains("skip_unreadable = true"), "{config}");
        project.run(&["regen", "rooms"]).with_status(0);
    }
}

#[test]
fn a_place_in_an_edited_snapshot_is_that_of_the_file() {
    let project = project(r#"[{"name": "a"}, {"name": "b"}]"#, "");
    project.run(&["regen"]).with_status(0);
    let edited = r#"{"tools": [{"name": "b"}, {"name": "c"}, {"name": "a", "inputSchema": 5}]}"#;
    project.put("catalogs/rooms.json", edited.as_bytes());
    let ended = project.run(&["regen", "--offline"]).with_status(3);
    let place = "catalogs/rooms.json#/tools/2";
    assert!(ended.err.contains(place), "{}", ended.err);
    // An empty document of this kind.
    project.put("catalogs/rooms.json", b"");
    let ended = project.run(&["regen", "--offline"]).with_status(3);
    assert!(
        ended.err.contains(r#"write `{"tools": []}`"#),
        "{}",
        ended.err
    );
}

#[test]
fn generate_skips_unreadable_tools_on_request() {
    let project = project(BROKEN, "");
    let (out, runtime) = (project.path("made"), crate::generate::runtime_of_project());
    let (out, input) = (out.to_str().unwrap(), project.path("functions.json"));
    let input = input.to_str().unwrap();
    let generate = [
        "generate",
        "--input",
        input,
        "--out",
        out,
        "--name",
        "made",
        "--runtime",
        &runtime,
    ];
    let ended = project.run(&generate).with_status(3);
    assert!(ended.err.contains("#/tools/1"), "{}", ended.err);
    let skipping = [&generate[..], &["--skip-unreadable"]].concat();
    let ended = project.run(&skipping).with_status(0);
    assert!(ended.out.contains("2 skipped"), "{}", ended.out);
    let json = project.run(&[&skipping[..], &["--json"]].concat()).json();
    assert_eq!(json["skipped"][1]["tool"], "cancel_room");
    assert_eq!(json["skipped"][1]["pointer"], "/tools/2", "{json}");
    assert!(project.text("made/README.md").contains("--skip-unreadable"));
}

#[test]
fn names_entries_that_are_not_functions() {
    let functions = r#"{"tools": [
        {"googleSearch": {}}, {"urlContext": {}}, {"codeExecution": {}}, {"googleMaps": {}},
        {"fileSearch": {}}, {"computerUse": {}}, {"type": "custom", "custom": {"name": "write_sql"}},
        {"functionDeclarations": [{"name": "book_room"}]}
    ]}"#;
    let left_out = [
        "googleSearch",
        "urlContext",
        "codeExecution",
        "googleMaps",
        "fileSearch",
        "computerUse",
        "write_sql",
    ];
    let project = project(functions, "");
    let ended = project.run(&["regen", "--json"]).with_status(0);
    for name in left_out {
        assert!(
            ended.err.contains(&format!("`{name}`")),
            "no {name} in {}",
            ended.err
        );
    }
    let json = ended.json();
    let catalogs = json["catalogs"].as_array().unwrap();
    let catalog = catalogs
        .iter()
        .find(|catalog| catalog["name"] == "rooms")
        .unwrap();
    assert_eq!(catalog["tools"], 1);
    let named = catalog["left_out"].as_array().unwrap().iter();
    assert!(named.map(|entry| &entry["tool"]).eq(left_out), "{catalog}");
    project.put("functions.json", br#"[{"googleSearch": {}}]"#);
    let ended = project.run(&["regen"]).with_status(3);
    assert!(
        ended.err.contains("the list contains no function"),
        "{}",
        ended.err
    );
}

#[test]
fn remarks_once_on_tools_that_count_as_writes() {
    let functions = r#"[{"name": "book_room"}, {"name": "get_room"}, {"name": "cancel_room"}]"#;
    let project = project(functions, "");
    let ended = project.run(&["regen"]).with_status(0);
    for part in [
        "3 of 3 tools count as writes, such as `get_room`",
        "catalogs/rooms.overlay.toml",
        "effect = \"reads\"",
    ] {
        assert!(ended.err.contains(part), "no {part} in {}", ended.err);
    }
    assert_eq!(ended.err.matches("as write").count(), 1, "{}", ended.err);
    let overlay = ["book_room", "get_room", "cancel_room"].map(|tool| {
        let effect = if tool == "get_room" {
            "reads"
        } else {
            "writes"
        };
        format!("[[change]]\ntool = \"{tool}\"\neffect = \"{effect}\"\nreason = \"it does\"\n")
    });
    project.put("catalogs/rooms.overlay.toml", overlay.concat().as_bytes());
    let ended = project.run(&["regen"]).with_status(0);
    assert!(!ended.err.contains("as write"), "{}", ended.err);
    let listed = project.run(&["list", "rooms", "--json"]).json();
    let effects = listed[0]["tools"].as_array().unwrap().iter();
    assert!(
        effects
            .map(|tool| &tool["effect"])
            .eq(["writes", "writes", "reads"])
    );
}
