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
        (
            r#"{"name":"bad","inputSchema":7}"#,
            "/tools/1/inputSchema",
            3,
        ),
        ("null", "/tools/1", 3),
        (r#"{"name":"bad","inputSchema":{a:1}}"#, "bad", 3),
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
