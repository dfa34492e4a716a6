//! Lists of running MCP servers, which are read like the same lists in a file.
#![cfg(unix)]

use crate::project::Project;

/// A server of the older era as a shell script. `LIST` is the result of its list.
const SERVER: &str = r#"while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  case "$line" in
    *server/discover*) echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"no"}}' ;;
    *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18"}}' ;;
    *tools/list*) printf '%s\n' '{"jsonrpc":"2.0","id":'$id',"result":LIST}' ;;
  esac
done"#;

/// A list with an odd entry between two tools; the properties are not in alphabetical order.
fn list(odd: &str) -> String {
    let get = r#"{"name":"get_note","inputSchema":{"type":"object","properties":{"zone":{"type":"string"},"id":{"type":"string"}}},"annotations":{"readOnlyHint":true}}"#;
    let ping = r#"{"name":"ping_me","inputSchema":{"type":"object","additionalProperties":false}}"#;
    let odd = if odd.is_empty() {
        String::new()
    } else {
        format!("{odd},")
    };
    format!("{{\"tools\":[{get},{odd}{ping}]}}")
}

fn project(script: &str) -> Project {
    let project = Project::copy();
    project.put("server.sh", script.as_bytes());
    let config = project.text("toolsmith.toml");
    let catalog = "\n[catalog.live]\nkind = \"mcp\"\ncommand = \"sh\"\nargs = [\"SERVER\"]\n";
    let server = project.path("server.sh");
    let catalog = catalog.replace("SERVER", server.to_str().unwrap());
    project.put("toolsmith.toml", format!("{config}{catalog}").as_bytes());
    project
}

#[test]
fn an_odd_tool_of_a_running_server_is_named_and_costs_no_other() {
    for (odd, named, status) in [
        (r#"{"name":"bad","inputSchema":7}"#, "(tool `bad`)", 3),
        ("null", "this is null", 3),
        (r#"{"name":"bad","inputSchema":{a:1}}"#, "(tool `bad`)", 3),
        (r#"{"name":"bad","inputSchema":null}"#, "", 0),
        (
            r#"{"name":"bad","description":"no schema, cut \ud83d"}"#,
            "",
            0,
        ),
        (
            r#"{"name":"bad","inputSchema":"{\"type\": \"object\"}"}"#,
            "",
            0,
        ),
        (
            r#"{"name":"bad","annotations":{"readOnlyHint":"true","title":5},"inputSchema":{}}"#,
            "",
            0,
        ),
    ] {
        let project = project(&SERVER.replace("LIST", &list(odd)));
        let arguments = ["regen", "live", "--fetch"];
        let ended = project.run(&arguments).with_status(status);
        assert!(ended.err.contains(named), "{odd}: {}", ended.err);
        if status != 0 {
            let skipping = [&arguments[..], &["--skip-unreadable"]].concat();
            let ended = project.run(&skipping).with_status(0);
            assert!(ended.out.contains("1 skipped"), "{odd}: {}", ended.out);
        }
        let snapshot = project.text("catalogs/live.json");
        let at = |name: &str| snapshot.find(name).unwrap();
        assert!(
            at("get_note") < at("ping_me") && at("\"zone\"") < at("\"id\""),
            "{snapshot}"
        );
    }
}

#[test]
fn a_server_of_the_newer_era_alone_is_listed() {
    let discovered = r#"'{"jsonrpc":"2.0","id":'$id',"result":{"supportedVersions":["2026-07-28"],"capabilities":{}}}'"#;
    let refused = r#"'{"jsonrpc":"2.0","id":'$id',"error":{"code":-32022,"message":"Unsupported protocol version","data":{"supported":["2026-07-28"],"requested":"2025-11-25"}}}'"#;
    let odd = r#"{"name":"route","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}},"required":["region"]}}"#;
    let script = SERVER.replace("LIST", &list(odd));
    let mut lines: Vec<String> = script.lines().map(str::to_owned).collect();
    lines[3] = format!("*server/discover*) echo {discovered} ;;");
    lines[4] = format!("*'\"initialize\"'*) echo {refused} ;;");
    let project = project(&lines.join("\n"));
    project.run(&["regen", "live", "--fetch"]).with_status(0);
    let registry = project.text("generated/src/live/registry.rs");
    let header = "headers: &[HeaderArgument {\n        path: &[\"region\"],\n        name: \"Region\",\n    }],";
    assert!(registry.contains(header), "{registry}");
}

#[test]
fn a_server_that_ends_at_start_is_reported_with_its_last_output() {
    let project = project("echo 'missing API key' >&2\nexit 4\n");
    let ended = project.run(&["regen", "live", "--fetch"]).with_status(3);
    for part in ["exit status: 4", "missing API key"] {
        assert!(ended.err.contains(part), "{part} in {}", ended.err);
    }
}

#[test]
fn the_instructions_of_a_server_are_kept_and_their_change_is_reported() {
    let script = |instructions: &str| {
        let version = r#""protocolVersion":"2025-06-18""#;
        let with = format!("{version},\"instructions\":{instructions}");
        SERVER.replace("LIST", &list("")).replace(version, &with)
    };
    let project = project(&script(r#""List notes first.""#));
    let run = |arguments: &[&str]| project.run(&[arguments, &["--json"]].concat());
    run(&["regen", "live", "--fetch"]).with_status(0);
    let start = "{\n  \"instructions\": \"List notes first.\",\n  \"tools\": [";
    assert!(project.text("catalogs/live.json").starts_with(start));
    run(&["check", "live", "--fetch"]).with_status(0);
    // The instructions are the only change.
    for (instructions, before, after) in [
        (
            r#""List notes twice.""#,
            Some("List notes first."),
            Some("List notes twice."),
        ),
        (r#""""#, Some("List notes first."), None),
    ] {
        project.put("server.sh", script(instructions).as_bytes());
        let facts = run(&["check", "live", "--fetch"]).with_status(2).json();
        let live = facts["catalogs"].as_array().unwrap();
        let live = live.iter().find(|one| one["name"] == "live").unwrap();
        let [change] = live["changes"].as_array().unwrap().as_slice() else {
            panic!("one change: {live}");
        };
        assert_eq!(change["id"], "server-text-changed");
        assert_eq!(change["reviewed_text"], true);
        assert_eq!(change["before"], serde_json::json!(before));
        assert_eq!(change["after"], serde_json::json!(after));
    }
    // Hidden characters in them are an error with a remedy.
    project.put("server.sh", script("\"List\u{200b} notes.\"").as_bytes());
    let refused = run(&["regen", "live", "--fetch"]).with_status(3).json();
    let problem = &refused["error"]["problems"][0];
    let what = "hidden characters in the text at `/instructions`: U+200B";
    assert_eq!(problem["what"], what);
    let help = problem["help"].as_str().unwrap();
    let change = r#"at = "/instructions", allow = ["text-hidden-characters"]"#;
    assert!(help.contains(change) && help.contains("`set`"), "{help}");
    let overlay = "[[change]]\nat = \"/instructions\"\nallow = [\"text-hidden-characters\"]\nreason = \"r\"\n";
    project.put("catalogs/live.overlay.toml", overlay.as_bytes());
    run(&["regen", "live", "--fetch"]).with_status(0);
}

/// Instructions that contain the time differ in each fetch. The overlay replaces them or leaves them out.
#[test]
fn instructions_that_vary_are_no_change_with_an_overlay() {
    let script = |instructions: &str| {
        let version = r#""protocolVersion":"2025-06-18""#;
        let with = format!("{version},\"instructions\":\"{instructions}\"");
        SERVER.replace("LIST", &list("")).replace(version, &with)
    };
    let project = project(&script("It is 10:00."));
    let run = |arguments: &[&str]| project.run(arguments);
    run(&["regen", "live", "--fetch"]).with_status(0);
    project.put("server.sh", script("It is 10:01.").as_bytes());
    run(&["check", "live", "--fetch"]).with_status(2);
    for (action, start) in [
        ("remove = true", "{\n  \"tools\": ["),
        (
            "set = \"The time is in each answer.\"",
            "{\n  \"instructions\": \"The time is in each answer.\",\n  \"tools\": [",
        ),
    ] {
        let change = format!("[[change]]\nat = \"/instructions\"\n{action}\nreason = \"time\"\n");
        project.put("catalogs/live.overlay.toml", change.as_bytes());
        run(&["regen", "live", "--fetch"]).with_status(0);
        assert!(project.text("catalogs/live.json").starts_with(start));
        for time in ["11:00", "11:01"] {
            let text = script(&format!("It is {time}."));
            project.put("server.sh", text.as_bytes());
            run(&["check", "live", "--fetch"]).with_status(0);
            run(&["regen", "live", "--fetch"]).with_status(0);
            assert!(project.text("catalogs/live.json").starts_with(start));
        }
    }
    // The correction has become useless.
    project.put("server.sh", SERVER.replace("LIST", &list("")).as_bytes());
    let ended = run(&["regen", "live", "--fetch"]).with_status(0);
    let remark = "the server has no instructions, and the overlay replaces them";
    assert!(ended.err.contains(remark), "{}", ended.err);
    // The value has to be a text.
    for (change, problem) in [
        ("set = \"\"", "the instructions of a server are a text"),
        ("set = 1", "the instructions of a server are a text"),
        (
            "set = \"a\"\n[[change]]\nat = \"/instructions\"\nremove = true\nreason = \"b\"",
            "an earlier change replaces the instructions as well",
        ),
    ] {
        let change = format!("[[change]]\nreason = \"a\"\nat = \"/instructions\"\n{change}\n");
        project.put("catalogs/live.overlay.toml", change.as_bytes());
        let ended = run(&["regen", "live"]).with_status(3);
        assert!(ended.err.contains(problem), "{}", ended.err);
    }
}
