//! Reproduces the calls recorded from Truto's own client from their arguments.

use serde_json::Value;

use crate::setup;

/// A recorded call per line: `{tool, arguments, request: {method, target, body, content_type}}`.
const RECORDING: &str = include_str!("../../corpus/recorded_calls.jsonl");

#[tokio::test]
async fn recorded_calls_are_reproduced() {
    let mut count = 0;
    for line in RECORDING.lines().filter(|line| !line.is_empty()) {
        let call: Value = serde_json::from_str(line).unwrap();
        let tool = call["tool"].as_str().unwrap();
        let (client, transport) = setup::client();
        let outcome = client.call_tool(tool, call["arguments"].clone()).await;
        outcome.unwrap_or_else(|error| panic!("{tool}: {error}"));

        let received = transport.requests();
        let [sent] = received.as_slice() else {
            panic!("{tool}: {} requests", received.len());
        };
        let expected = &call["request"];
        let (path, query) = expected["target"]
            .as_str()
            .unwrap()
            .split_once('?')
            .unwrap();
        assert_eq!(sent.method.as_str(), expected["method"], "{tool}");
        assert_eq!(sent.path, path, "{tool}");
        assert_eq!(
            sorted(sent.query_pairs()),
            expected_pairs(path, query),
            "{tool}"
        );
        match expected["body"].as_str() {
            Some(body) => assert_eq!(sent.json(), serde_json::from_str::<Value>(body).unwrap()),
            None => assert!(sent.body.is_empty(), "{tool} sends a body"),
        }
        assert_eq!(
            sent.header("content-type"),
            expected["content_type"].as_str(),
            "{tool}"
        );
        count += 1;
    }
    assert_eq!(count, 67);
}

/// Returns the recorded pairs without two that our client does not send: an `id` that the path has as
/// well, and the empty cursor of the first page.
fn expected_pairs(path: &str, query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    let last_segment = path.rsplit('/').next().unwrap();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    let kept = pairs.filter(|(name, value)| {
        let is_repeated = *name == "id" && *value == last_segment;
        let is_first_cursor = *name == "next_cursor" && value.is_empty();
        !is_repeated && !is_first_cursor
    });
    sorted(
        kept.map(|(name, value)| (decode(name), decode(value)))
            .collect(),
    )
}

fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort();
    pairs
}
