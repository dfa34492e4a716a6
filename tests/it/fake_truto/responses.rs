//! Every tool responds, and every response conforms to the schema of the tool.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::Value;
use toolsmith_testkit::fake_truto::FakeTruto;

use super::caller::{Caller, send};

const RECORDED: &str = include_str!("../../corpus/recorded_calls.jsonl");

/// A call of every tool, in an order in which no call removes what a later one needs.
const CALLS: &str = include_str!("calls.jsonl");

#[tokio::test]
async fn every_response_matches_its_schema() {
    let caller = Caller::start();
    let mut covered = BTreeSet::new();
    for line in CALLS.lines() {
        let call: Value = serde_json::from_str(line).unwrap();
        let name = call["tool"].as_str().unwrap();
        let answer = caller.ok(name, call["arguments"].clone()).await;
        check_shape(&caller.tools[name], &answer);
        covered.insert(name.to_owned());
    }
    assert!(covered.iter().eq(caller.tools.keys()));
}

#[track_caller]
fn check_shape(tool: &Value, answer: &Value) {
    let name = &tool["name"];
    let schema = &tool["response_schema"];
    match answer {
        answer if tool["method"] == "delete" => {
            assert!(answer["id"].is_string(), "{name}: {answer}");
        }
        Value::Null => assert!(schema.is_null(), "{name} answers with nothing"),
        Value::Array(records) => {
            assert!(!records.is_empty(), "{name} lists nothing");
            for record in records {
                check_record(name, schema, record);
            }
        }
        record => check_record(name, schema, record),
    }
}

#[track_caller]
fn check_record(name: &Value, schema: &Value, record: &Value) {
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(schema).unwrap();
    let problems: Vec<String> = validator
        .iter_errors(record)
        .map(|error| error.to_string())
        .collect();
    assert!(problems.is_empty(), "{name}: {problems:?} in {record}");
    // A field that is not in the schema is a mistake of the server.
    let known = schema["properties"].as_object().unwrap();
    let unknown = record
        .as_object()
        .unwrap()
        .keys()
        .find(|key| !known.contains_key(*key));
    assert_eq!(unknown, None, "{name}: {record}");
}

/// The records of the recorded calls do not exist here, but the requests are valid.
#[tokio::test]
async fn calls_recorded_from_the_official_client_are_valid() {
    let caller = Caller::start();
    for line in RECORDED.lines() {
        let call: Value = serde_json::from_str(line).unwrap();
        let request = &call["request"];
        let target = request["target"].as_str().unwrap();
        let target = target.replace("acc_551", caller.server.account_id());
        let mut sent = caller.request(request["method"].as_str().unwrap(), &target);
        if let (Some(body), Some(kind)) =
            (request["body"].as_str(), request["content_type"].as_str())
        {
            sent = sent.header("content-type", kind).body(body.to_owned());
        }
        let (status, answer) = send(sent).await;
        let refused = [StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY].contains(&status);
        let by_auth_api = answer["truto_is_remote_error"] == true;
        assert!(
            status.is_success() || (refused && by_auth_api),
            "{line}\n{status} {answer}"
        );
    }
}

#[test]
fn a_server_serves_blocking_programs_and_frees_its_port() {
    let server = FakeTruto::start().unwrap();
    let address = server.base_url().trim_start_matches("http://").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(server);
    assert!(std::net::TcpStream::connect(&address).is_err());
}
