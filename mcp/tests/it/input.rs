//! Questions of servers during a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use toolsmith_mcp::input::{ElicitationAnswer, InputRequest};
use toolsmith_mcp::{Endpoint, RequestError, Session, SessionBuilder, ToolRequest};

use crate::server::{HttpServer, legacy, modern, ok, over_streams, response, result_of, stream};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

/// A modern server that asks for input until a call answers `ok`. Returns the number of its calls.
async fn asking(requests: Value) -> (HttpServer, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = modern(move |received| {
        let round = counted.fetch_add(1, Ordering::Relaxed);
        let params = &received.body["params"];
        let is_answered = params["inputResponses"]["who"]["content"]["name"] == "ok"
            && params["requestState"] == format!("state-{}", round - 1).as_str();
        let result = if is_answered {
            json!({"resultType": "complete", "content": []})
        } else {
            let state = format!("state-{round}");
            json!({"resultType": "input_required", "inputRequests": requests, "requestState": state})
        };
        ok(&result_of(&received.body, &result))
    })
    .await;
    (server, calls)
}

fn question() -> Value {
    json!({"who": {"method": "elicitation/create", "params": {
        "mode": "form", "message": "Who are you?", "requestedSchema": {"type": "object"},
    }}})
}

#[tokio::test]
async fn input_without_a_handler_fails_at_once() {
    for requests in [
        question(),
        json!({"m": {"method": "sampling/createMessage", "params": {}}}),
        json!({"m": {"method": "roots/list"}}),
        json!({"m": {"method": "other/thing"}}),
    ] {
        let (server, calls) = asking(requests.clone()).await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        match session.call_tool(&CALL).await.outcome {
            Err(RequestError::InputRequired(required)) => assert_eq!(required.requests.len(), 1),
            other => panic!("{requests}: {other:?}"),
        }
        assert_eq!(calls.load(Ordering::Relaxed), 1, "{requests}");
    }
}

#[tokio::test]
async fn errors_that_require_input_are_of_the_same_type() {
    for (code, data, count) in [
        (
            -32021,
            json!({"requiredCapabilities": {"elicitation": {}}}),
            0,
        ),
        (
            -32042,
            json!({"elicitations": [{"mode": "url", "url": "https://a.test", "message": "Log in"}]}),
            1,
        ),
    ] {
        let respond = move |received: &crate::server::Received| {
            let error = json!({"code": code, "message": "it asks", "data": data});
            ok(&json!({"jsonrpc": "2.0", "id": received.body["id"], "error": error}).to_string())
        };
        let server = match code {
            -32021 => modern(respond).await,
            _ => legacy(respond).await,
        };
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        match session.call_tool(&CALL).await.outcome {
            Err(RequestError::InputRequired(required)) => {
                assert_eq!(required.requests.len(), count);
                assert!(required.to_string().contains("it asks"), "{required}");
            }
            other => panic!("{code}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn input_is_answered_with_the_state_of_the_server() {
    let (server, calls) = asking(question()).await;
    let session = Session::builder(Endpoint::http(&server.url))
        .on_elicitation(|question| async move {
            assert_eq!(question.message, "Who are you?");
            ElicitationAnswer::Accept(json!({"name": "ok"}))
        })
        .open()
        .await
        .unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    let received = server.received();
    let [first, second] = &received[1..] else {
        panic!("{received:?}")
    };
    assert_ne!(first.body["id"], second.body["id"]);
    let capabilities = &first.body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"];
    assert_eq!(
        capabilities,
        &json!({"elicitation": {"form": {}, "url": {}}})
    );
}

#[tokio::test]
async fn questions_without_end_are_bounded() {
    let (server, calls) = asking(question()).await;
    let session = Session::builder(Endpoint::http(&server.url))
        .on_elicitation(|_| async { ElicitationAnswer::Decline })
        .open()
        .await
        .unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(
        matches!(outcome, Err(RequestError::InputRequired(_))),
        "{outcome:?}"
    );
    assert_eq!(calls.load(Ordering::Relaxed), 11);
    let server = modern(|received| {
        let result = json!({"resultType": "input_required", "requestState": "later"});
        ok(&result_of(&received.body, &result))
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(
        matches!(outcome, Err(RequestError::InputRequired(_))),
        "{outcome:?}"
    );
    assert_eq!(server.count("tools/call"), 5);
}

#[tokio::test]
async fn results_of_an_unknown_type_are_errors() {
    for result in [
        json!({"resultType": "task", "taskId": "1"}),
        json!({"resultType": "input_required"}),
    ] {
        let server = modern(move |received| ok(&result_of(&received.body, &result))).await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        let outcome = session.call_tool(&CALL).await.outcome;
        assert!(
            matches!(outcome, Err(RequestError::Unreadable(_))),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn questions_of_the_older_era_are_answered_in_the_stream_of_the_call() {
    let server = legacy(|received| match received.method() {
        "tools/call" => {
            let requests = [
                ("q1", "elicitation/create"),
                ("q2", "ping"),
                ("q3", "sampling/createMessage"),
            ];
            let requests = requests.map(|(id, method)| {
                let params = json!({"message": "Who?", "requestedSchema": {}});
                let request =
                    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
                format!("data: {request}\n\n")
            });
            let result = result_of(&received.body, &json!({"content": []}));
            stream(&format!("{}data: {result}\n\n", requests.concat()))
        }
        _ => response("202 Accepted", "", ""),
    })
    .await;
    let session = Session::builder(Endpoint::http(&server.url))
        .on_elicitation(|_| async { ElicitationAnswer::Decline })
        .open()
        .await
        .unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    // Answers do not hold up the response.
    let is_answer = |one: &crate::server::Received| one.body["id"].is_string();
    for _ in 0..100 {
        if server
            .received()
            .iter()
            .filter(|one| is_answer(one))
            .count()
            == 3
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let received = server.received();
    let answer = |id: &str| {
        let mut bodies = received.iter().map(|one| &one.body);
        bodies
            .find(|body| body["id"] == id)
            .cloned()
            .unwrap_or_else(|| panic!("no answer to {id}"))
    };
    assert_eq!(answer("q1")["result"], json!({"action": "decline"}));
    assert_eq!(answer("q2")["result"], json!({}));
    assert_eq!(answer("q3")["error"]["code"], -32601);
}

#[tokio::test]
async fn questions_of_the_older_era_are_answered_over_streams() {
    let calls = AtomicUsize::new(0);
    let (read, write) = over_streams(move |message| {
        if message["id"] == "q1" {
            // The answer to the question is the result of the call.
            let id = calls.load(Ordering::Relaxed);
            return json!({"jsonrpc": "2.0", "id": id, "result": message["result"]}).to_string();
        }
        let id = message["id"].as_u64().unwrap();
        calls.store(usize::try_from(id).unwrap(), Ordering::Relaxed);
        json!({"jsonrpc": "2.0", "id": "q1", "method": "roots/list"}).to_string()
    });
    let session = SessionBuilder::over(read, write)
        .root("file:///a", "a")
        .open()
        .await
        .unwrap();
    let result = session.call_tool(&CALL).await.outcome.unwrap();
    let result: Value = serde_json::from_str(&result).unwrap();
    let root = json!({"uri": "file:///a", "name": "a"});
    assert_eq!(result, json!({"roots": [root]}));
    assert_eq!(format!("{}", InputRequest::Roots), "the list of folders");
}

#[tokio::test]
async fn a_response_ends_a_call_whose_question_is_not_answered_yet() {
    let server = legacy(|received| match received.method() {
        "tools/call" => {
            let question = json!({"jsonrpc": "2.0", "id": "q1", "method": "elicitation/create", "params": {"message": "Who?"}});
            let withdrawn = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "q1"}});
            let result = result_of(&received.body, &json!({"content": []}));
            stream(&format!("data: {question}\n\ndata: {withdrawn}\n\ndata: {result}\n\n"))
        }
        _ => response("202 Accepted", "", ""),
    })
    .await;
    let session = Session::builder(Endpoint::http(&server.url))
        .on_elicitation(|_| std::future::pending())
        .open()
        .await
        .unwrap();
    let limit = std::time::Duration::from_secs(2);
    let ended = tokio::time::timeout(limit, session.call_tool(&CALL)).await;
    assert_eq!(ended.unwrap().outcome.unwrap(), r#"{"content":[]}"#);
}
