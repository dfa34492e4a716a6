//! A tape contains no secrets, and calls that contain some are still found on it.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::redactor::SecretFields;
use crate::transport::{Body, MemoryTransport, MockResponse, Recorder, Replayer, Transport};
use crate::{Json, Redactor};

fn request(target: &str, body: &Json) -> Request<Body> {
    let mut request = Request::post(format!("https://api.test{target}"))
        .header("authorization", "Bearer s3cr3t-canary")
        .body(Body::from(Bytes::from(body.to_string())))
        .unwrap();
    request.extensions_mut().insert(SecretFields(&["marked"]));
    request
}

async fn sent(transport: &impl Transport, target: &str, body: &Json) -> Option<Json> {
    let response = transport.send(request(target, body)).await.ok()?;
    let body = response.into_body().collect(10_000).await.unwrap();
    Some(serde_json::from_slice(&body).unwrap())
}

/// The calls, each as a target, a body and a response.
fn calls() -> Vec<(&'static str, Json, Json)> {
    vec![
        (
            "/keys/rotate?id=1",
            json!({"id": "k_1", "oldKey": "live-old"}),
            json!({"id": "k_1", "key": "live-new", "expires": 5, "count": {"keys": 7, "tokens": ["live-t"]}}),
        ),
        (
            "/login?user=a&password=live%20pw&filter%5Btoken%5D%5B0%5D=live-q",
            json!({"secret": {"a": ["live-s"]}, "pin": 1234, "marked": "live-m", "note": "with s3cr3t-canary"}),
            json!({"result": [{"session": {"cookie": "live-c", "isSecret": true}}], "marked": 99, "signature": null,
                "json": "{\"apiKey\": \"live-j\"}", "text": "s3cr3t\\u002dcanary"}),
        ),
    ]
}

#[tokio::test]
async fn a_tape_contains_no_secrets_and_is_found_by_them() {
    let responses = calls()
        .into_iter()
        .map(|(_, _, response)| MockResponse::json(200, &response));
    let memory = MemoryTransport::script(responses);
    let recorder = Recorder::new()
        .redactor(Redactor::default().field("pin"))
        .redact("k_1");
    let recording = recorder.clone().around(memory);
    for (target, body, response) in calls() {
        assert_eq!(sent(&recording, target, &body).await, Some(response));
    }
    let tape = recorder.tape();
    for secret in ["live", "1234", "99", "canary", "k_1"] {
        assert!(!tape.contains(secret), "{secret} in {tape}");
    }

    let replayer = Replayer::from_tape(&tape).unwrap();
    let mut responses = Vec::new();
    for (target, body, _) in calls() {
        responses.push(sent(&replayer, target, &body).await.unwrap());
    }
    assert_eq!(replayer.unplayed(), 0);
    assert_eq!(
        responses[0],
        json!({"id": "[hidden]", "key": "[hidden]", "expires": 5, "count": {"keys": 7, "tokens": ["[hidden]"]}})
    );
    assert_eq!(
        responses[1],
        json!({"result": [{"session": {"cookie": "[hidden]", "isSecret": true}}], "marked": 0, "signature": null,
            "json": "{\"apiKey\":\"[hidden]\"}", "text": "[hidden]"})
    );
    let (target, mut body, _) = calls().remove(0);
    body["oldKey"] = json!({"another": "secret"});
    assert!(sent(&replayer, target, &body).await.is_some());
    for wrong in [
        json!({"id": "k_1", "oldKey": null}),
        json!({"id": "k_1"}),
        json!({"oldKey": "a", "id": "k_1", "more": 1}),
    ] {
        assert_eq!(sent(&replayer, target, &wrong).await, None, "{wrong}");
    }
    let error = replayer
        .send(request("/else?token=live-x", &json!({"key": "live-y"})))
        .await
        .unwrap_err();
    assert!(!error.to_string().contains("live"), "{error}");
}

#[tokio::test]
async fn a_field_that_is_not_a_secret_can_be_kept() {
    let response = json!({"key": "PROJ-1", "token": "live"});
    let memory = MemoryTransport::script([MockResponse::json(200, &response)]);
    let recorder = Recorder::new().redactor(Redactor::default().keep("key"));
    let recording = recorder.clone().around(memory);
    sent(&recording, "/issues?key=PROJ-1", &json!({"key": "PROJ-1"}))
        .await
        .unwrap();
    let replayer = Replayer::from_tape(&recorder.tape()).unwrap();
    let ask = async |key: &str| {
        sent(
            &replayer,
            &format!("/issues?key={key}"),
            &json!({"key": key}),
        )
        .await
    };
    assert_eq!(
        ask("PROJ-1").await,
        Some(json!({"key": "PROJ-1", "token": "[hidden]"}))
    );
    assert_eq!(ask("PROJ-2").await, None);
}

#[tokio::test]
async fn a_form_is_redacted_like_a_query() {
    let form = "application/x-www-form-urlencoded";
    let response = MockResponse::new(200)
        .header("content-type", form)
        .body("access_token=live-t&scope=all");
    let recorder = Recorder::new();
    let recording = recorder.clone().around(MemoryTransport::script([response]));
    let request = Request::post("https://api.test/token")
        .header("content-type", form)
        .body(Body::from(Bytes::from_static(
            b"user=a&client_secret=live-s",
        )))
        .unwrap();
    recording.send(request).await.unwrap();
    let tape = recorder.tape();
    assert!(
        tape.contains("scope=all") && tape.contains("user=a") && !tape.contains("live"),
        "{tape}"
    );
}

/// Sends a body and gets a response, which are recorded. Returns the tape and the response of its replay.
async fn recorded(body: &[u8], response: &[u8]) -> (String, String) {
    let reply = MockResponse::new(200).body(Bytes::copy_from_slice(response));
    let recorder = Recorder::new();
    let recording = recorder.clone().around(MemoryTransport::script([reply]));
    let request = || {
        Request::post("https://api.test/keys")
            .body(Body::from(Bytes::copy_from_slice(body)))
            .unwrap()
    };
    recording.send(request()).await.unwrap();
    let tape = recorder.tape();
    let player = Replayer::from_tape(&tape).unwrap();
    let again = player.send(request()).await.unwrap();
    let again = again.into_body().collect(100_000).await.unwrap();
    (tape, String::from_utf8_lossy(&again).into_owned())
}

#[tokio::test]
async fn a_tape_contains_no_secrets_of_odd_bodies() {
    let deep = format!(
        r#"{}{{"token":"live"}}{}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    let deeper = format!(
        r#"{}{{"token":"live"}}{}"#,
        "[".repeat(2_000),
        "]".repeat(2_000)
    );
    for (body, expected) in [
        (
            &br#"{"half":"\ud83d","token":"live"}"#[..],
            Some("{\"half\":\"\u{fffd}\",\"token\":\"[hidden]\"}"),
        ),
        (
            b"\xef\xbb\xbf{\"token\":\"live\"}",
            Some(r#"{"token":"[hidden]"}"#),
        ),
        (
            br#"{"n":1e999,"token":"live"}"#,
            Some(r#"{"n":"1e999","token":"[hidden]"}"#),
        ),
        (
            br#"{"n":NaN,"token":"live"}"#,
            Some(r#"{"n":"NaN","token":"[hidden]"}"#),
        ),
        (b"{\"token\":\"live\xff\"}", Some(r#"{"token":"[hidden]"}"#)),
        (
            br#"{"token":"live","token":null}"#,
            Some(r#"{"token":null}"#),
        ),
        (deep.as_bytes(), None),
        (deeper.as_bytes(), None),
        (br#"{"token":"live""#, Some("[hidden]")),
        (br#"{"tok\u0065n":"live""#, Some("[hidden]")),
        (b"data: {\"api_key\": \"live\"}\n\n", Some("[hidden]")),
        (b"name,key\nann,live\n", Some("[hidden]")),
        (b"name,size\nann,5\n", Some("name,size\nann,5\n")),
        (b"{\"name\":  1e999}", Some("{\"name\":  1e999}")),
        (b"", Some("")),
    ] {
        let shown = String::from_utf8_lossy(body);
        let (tape, replayed) = recorded(b"{}", body).await;
        assert!(!tape.contains("live"), "{shown}: {tape}");
        if let Some(expected) = expected {
            assert_eq!(replayed, expected, "{shown}");
        }
        let (tape, replayed) = recorded(body, b"{}").await;
        assert!(!tape.contains("live"), "{shown}: {tape}");
        assert_eq!(replayed, "{}", "{shown}");
    }
}

#[tokio::test]
async fn a_token_that_another_response_repeats_is_not_on_the_tape() {
    let tokens = ["first-s3cr3t-canary", "second-s3cr3t-canary"];
    let echo = |token: &str| MockResponse::json(200, &json!({"note": format!("sent {token}")}));
    // The second response repeats the first token, and the first response one that is sent later.
    let memory = MemoryTransport::script([echo(tokens[1]), echo(tokens[0])]);
    let recorder = Recorder::new();
    let recording = recorder.clone().around(memory);
    for token in tokens {
        let request = Request::get("https://api.test/a")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::default())
            .unwrap();
        recording.send(request).await.unwrap();
    }
    let tape = recorder.tape();
    assert!(!tape.contains("canary"), "{tape}");
    assert_eq!(tape.matches("sent [hidden]").count(), 2, "{tape}");
}

#[tokio::test]
async fn a_value_that_looks_like_a_parameter_is_one_value() {
    // The arguments of one request, and those of another.
    for (recorded, other) in [
        ("/a?x=1%26y%3D2", "/a?x=1&y=2"),
        ("/a?x%3D1=2", "/a?x=1%3D2"),
        ("/a?x=%2526", "/a?x=%26"),
        ("/a%2Fb?x=1", "/a/b?x=1"),
        ("/a%3Fx%3D1?y=1", "/a?x%3D1&y=1"),
    ] {
        for (recorded, other) in [(recorded, other), (other, recorded)] {
            let memory = MemoryTransport::script([MockResponse::json(200, &json!({"a": 1}))]);
            let recorder = Recorder::new();
            let recording = recorder.clone().around(memory);
            sent(&recording, recorded, &json!({})).await.unwrap();
            let replayer = Replayer::from_tape(&recorder.tape()).unwrap();
            assert_eq!(sent(&replayer, other, &json!({})).await, None, "{other}");
            assert!(sent(&replayer, recorded, &json!({})).await.is_some());
            let lower = recorded.replace("%2F", "%2f").replace("%3D", "%3d");
            assert!(
                sent(&replayer, &lower, &json!({})).await.is_some(),
                "{lower}"
            );
        }
    }
}
