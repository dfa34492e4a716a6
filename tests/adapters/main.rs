//! One toolbox of three catalogs and own functions, in every adapter.
//!
//! The catalogs are an account over HTTP, an MCP server over HTTP, and functions. The test is a separate program,
//! because the adapters need features that no other test needs.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic fails a test"
)]

mod adapter;
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "generated for other crates"
)]
#[path = "../golden_compiled/golden.rs"]
mod golden;

use std::borrow::Cow;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use toolsmith_runtime::adapters::mcp_server::Server;
use toolsmith_runtime::agent::schemars::{JsonSchema, Schema, SchemaGenerator};
use toolsmith_runtime::agent::{Audit, AuditEntry, AuditStage, Policy, Tool, Toolbox};
use toolsmith_runtime::functions::{FunctionHandler, HandlerError};
use toolsmith_runtime::mcp::Endpoint;
use toolsmith_runtime::{Effect, ToolFilter};
use toolsmith_testkit::fake_truto::FakeTruto;

use adapter::{Adapter, Kind};

/// The functions of the catalog `weather`.
struct Weather;

impl FunctionHandler for Weather {
    async fn call(&self, _name: &str, arguments: Json) -> Result<Json, HandlerError> {
        Ok(json!(format!(
            "rain in {}",
            arguments["city"].as_str().unwrap()
        )))
    }
}

/// Starts an MCP server with the tools of the catalog `files`, and returns its address and the calls that it gets.
async fn start_files() -> (String, Arc<Mutex<Vec<String>>>) {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let tool = |name: &'static str, response: Json| {
        let calls = Arc::clone(&calls);
        let schema = json!({"type": "object", "additionalProperties": true});
        Tool::from_json_fn(name, "A tool.", schema, move |arguments: Json| {
            calls.lock().unwrap().push(format!("{name} {arguments}"));
            let response = response.clone();
            async move { Ok::<_, Infallible>(response) }
        })
    };
    let entry = json!({"name": "notes.txt", "kind": "file"});
    let tools = Toolbox::of(
        "remote",
        [
            tool("read_text_file", json!({"content": "three lines"})),
            tool("list_directory", json!({"entries": [entry]})),
            tool("write_file", json!({})),
        ],
    );
    let http = Server::new(tools.unwrap()).http();
    let bound = http.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let url = bound.url();
    tokio::spawn(bound.serve());
    (url, calls)
}

#[derive(serde::Deserialize)]
struct Square {
    side: f64,
}

impl JsonSchema for Square {
    fn schema_name() -> Cow<'static, str> {
        "Square".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let properties = json!({"side": {"type": "number"}});
        let schema = json!({"type": "object", "properties": properties, "required": ["side"]});
        schema.try_into().unwrap()
    }
}

/// Returns the functions of the program itself. One has the name of a tool of the MCP server.
fn own() -> Toolbox {
    let area = Tool::from_fn(
        "area",
        "Returns the area of a square.",
        |square: Square| async move { Ok::<_, Infallible>(square.side * square.side) },
    );
    let schema = json!({"type": "object", "properties": {}});
    let list = Tool::from_json_fn(
        "list_directory",
        "Lists the own files.",
        schema,
        |_| async { Ok::<_, Infallible>(json!(["own.txt"])) },
    );
    Toolbox::of("own", [area, list.effect(Effect::Reads)]).unwrap()
}

/// Keeps what the audit says about the end of each call.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Audit for Seen {
    fn record(&self, entry: &AuditEntry<'_>) -> io::Result<()> {
        if entry.stage == AuditStage::End {
            let (catalog, account) = (entry.catalog.unwrap_or("-"), entry.account.unwrap_or("-"));
            let (decision, outcome) = (entry.decision, entry.outcome.as_str());
            let line = format!("{catalog} {account} {} {decision} {outcome}", entry.name);
            self.0.lock().unwrap().push(line);
        }
        Ok(())
    }
}

/// The calls: the tool, its arguments, whether it is called, a part of the reply, and the entry of the audit.
/// One refusal follows from an identifier that another catalog has shown.
const CALLS: &str = r#"
list_all_the_auth_api_projects | {"accountId": "acc_8923"} | made | prj_4411 | the_auth_api ia_551 list_all_the_auth_api_projects allowed succeeded
read_text_file | {"path": "notes.txt"} | made | three lines | files - read_text_file allowed succeeded
get_weather | {"city": "Oslo"} | made | rain in Oslo | weather - get_weather allowed succeeded
area | {"side": 3} | made | 9 | own - area allowed succeeded
own_list_directory | {} | made | own.txt | own - own_list_directory allowed succeeded
files_list_directory | {"path": "."} | made | notes.txt | files - files_list_directory allowed succeeded
get_weather | {"town": "Oslo"} | not made | /town: no such argument | weather - get_weather refused none
area | {"side": "three"} | not made | /side: expected | own - area refused none
list_all_the_auth_api_projects | {"accountId": "prj_4411"} | not made | which identifies a project | the_auth_api ia_551 list_all_the_auth_api_projects refused none
write_file | {"path": "a", "content": "b"} | not made | approve | files - write_file approval_required none
get_weather | {"city": "Rome"} | made | rain in Rome | weather - get_weather allowed succeeded
area | {"side": 4} | not made | the limit of 7 calls has been reached | own - area denied none
"#;

fn calls() -> Vec<(&'static str, Json, bool, &'static str, &'static str)> {
    let lines = CALLS.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let fields: Vec<_> = line.split(" | ").collect();
            let [tool, arguments, made, part, entry] = fields[..] else {
                panic!("{line}");
            };
            let arguments = serde_json::from_str(arguments).unwrap();
            (tool, arguments, made == "made", part, entry)
        })
        .collect()
}

#[tokio::test]
async fn one_policy_and_one_audit_hold_for_all_catalogs_in_every_adapter() {
    let truto = FakeTruto::start().unwrap();
    let client = generated::the_auth_api::Client::builder();
    let client = client.token(truto.token()).account(truto.account_id());
    let client = client.base_url(truto.base_url()).build().unwrap();
    let (url, received) = start_files().await;
    let files = golden::files::Client::connect_to(Endpoint::http(url))
        .await
        .unwrap();
    let weather = golden::weather::Client::new(Weather);
    for kind in [Kind::Rig, Kind::Chat, Kind::Responses, Kind::Mcp] {
        let parts = [client.toolbox(), files.toolbox(), weather.toolbox(), own()];
        let seen = Seen::default();
        let policy = Policy::new()
            .max_calls(7)
            .require_approval(ToolFilter::catalog("files").and(ToolFilter::destroys()));
        let toolbox = Toolbox::join(parts)
            .unwrap()
            .policy(policy)
            .audit(seen.clone());
        let names: Vec<&str> = toolbox.tools().map(|tool| tool.name).collect();
        let sent = truto.requests().len();
        received.lock().unwrap().clear();
        let adapter = Adapter::new(kind, toolbox.clone()).await;
        assert_eq!(adapter.names().await, names, "{kind:?}");
        for (name, arguments, is_made, expected, _) in calls() {
            let (is_error, text) = adapter.call(name, &arguments).await;
            assert_eq!(is_error, !is_made, "{kind:?} {name}: {text}");
            assert!(text.contains(expected), "{kind:?} {name}: {text}");
        }
        let entries: Vec<&str> = calls().iter().map(|call| call.4).collect();
        assert_eq!(*seen.0.lock().unwrap(), entries, "{kind:?}");
        assert_eq!(truto.requests().len() - sent, 1, "{kind:?}");
        let expected = [
            r#"read_text_file {"path":"notes.txt"}"#,
            r#"list_directory {"path":"."}"#,
        ];
        assert_eq!(*received.lock().unwrap(), expected, "{kind:?}");
    }
}
