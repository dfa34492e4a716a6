//! Every response that names a request ends it.

use std::time::Duration;

use serde_json::{Value, json};
use toolsmith_mcp::{Endpoint, RequestError, Session, SessionBuilder, ToolRequest};

use crate::server::{legacy, modern, ok, over_streams, response, stream};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

/// The end of a call: the beginning of its result, or a part of its error.
enum End {
    Result(&'static str),
    Rpc(&'static str),
    Unreadable(&'static str),
}

use End::{Result as Good, Rpc, Unreadable};

/// Responses, with `ID` for the identifier of the request.
const RESPONSES: &[(&str, End)] = &[
    (
        r#"{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"video"}]}}"#,
        Good(r#"{"content":[{"type":"video"#),
    ),
    (
        r#"{"jsonrpc":"2.0","id":"ID","result":{"a":1}}"#,
        Good(r#"{"a":1}"#),
    ),
    (
        r#"{"jsonrpc":"2.0","id":ID.0,"result":{"a":1}}"#,
        Good(r#"{"a":1}"#),
    ),
    (
        r#"{"id":ID,"result":{"content":"cut \ud83d"}}"#,
        Good(r#"{"content":"cut \ud83d"}"#),
    ),
    (
        r#"{"jsonrpc":"2.0","id":ID,"result":{"a":NaN}}"#,
        Good(r#"{"a":NaN}"#),
    ),
    (
        r#"{"jsonrpc":"2.0","id":ID,"error":null,"result":{"a":1}}"#,
        Good(r#"{"a":1}"#),
    ),
    (
        r#"{"jsonrpc":"2.0","result":{"a":1},"id":ID,"method":"tools/call"}"#,
        Good(r#"{"a":1}"#),
    ),
    (
        "\u{feff}{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":{\"a\":1}}\r",
        Good(r#"{"a":1}"#),
    ),
    (
        "[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"},{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":{\"a\":1}}]",
        Good(r#"{"a":1}"#),
    ),
    (
        "{\n  \"jsonrpc\": \"2.0\",\n  \"id\": ID,\n  \"result\": {\n    \"a\": 1\n  }\n}",
        Good("{\n"),
    ),
    (
        r#"{"jsonrpc":"2.0","id":ID,"error":{"code":"E1","message":"no"}}"#,
        Rpc("no"),
    ),
    (r#"{"jsonrpc":"2.0","id":ID,"error":"no"}"#, Rpc("no")),
    (
        r#"{"jsonrpc":"2.0","id":ID,"error":{"code":-32602}}"#,
        Rpc("-32602"),
    ),
    (
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}"#,
        Rpc("Parse error"),
    ),
    (r#"{"jsonrpc":"2.0","id":ID}"#, Unreadable("neither")),
    (r#"{"id":,"result":{"a":1}}"#, Unreadable("{\"id\":,")),
    (
        r#"{"jsonrpc":"2.0","id":ID,"result":{a:1}"#,
        Unreadable("{a:1}"),
    ),
];

/// Checks the end of a call, which comes at once.
async fn check(session: &Session, response: &str, end: &End) {
    let calling = session.call_tool(&CALL);
    let called = tokio::time::timeout(Duration::from_secs(5), calling).await;
    let outcome = called
        .unwrap_or_else(|_| panic!("{response} hangs"))
        .outcome;
    match (&outcome, end) {
        (Ok(result), Good(right)) => assert!(result.starts_with(right), "{response}: {result}"),
        (Err(error @ RequestError::Rpc(_)), Rpc(right))
        | (Err(error @ RequestError::Unreadable(_)), Unreadable(right)) => {
            assert!(error.to_string().contains(right), "{response}: {error}");
        }
        _ => panic!("{response}: {outcome:?}"),
    }
}

fn filled(response: &str, message: &Value) -> String {
    response.replace("ID", &message["id"].to_string())
}

#[tokio::test]
async fn every_response_over_streams_ends_its_call() {
    for (response, end) in RESPONSES {
        // The unfinished message is recognized when the next one begins.
        let rest = "\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}";
        let (read, write) = over_streams(move |message| filled(response, message) + rest);
        let session = SessionBuilder::over(read, write).open().await.unwrap();
        check(&session, response, end).await;
    }
}

#[tokio::test]
async fn every_response_over_http_ends_its_call() {
    for (body, end) in RESPONSES {
        let server = legacy(move |received| ok(&filled(body, &received.body))).await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        match end {
            // The end of the body is the end of the message, so there is no name to look for.
            Unreadable(_) => {
                let outcome = session.call_tool(&CALL).await.outcome;
                assert!(
                    matches!(outcome, Err(RequestError::Unreadable(_))),
                    "{outcome:?}"
                );
            }
            end => check(&session, body, end).await,
        }
    }
}

#[tokio::test]
async fn every_response_in_a_stream_of_events_ends_its_call() {
    for (body, end) in RESPONSES {
        let server = modern(move |received| {
            let data = filled(body, &received.body);
            let data = data.lines().collect::<Vec<_>>().join("\ndata: ");
            stream(&format!(
                ": hello\n\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}}\n\nid: 1\ndata: {data}"
            ))
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        check(&session, body, end).await;
    }
}

#[tokio::test]
async fn responses_without_a_message_are_errors_that_quote_them() {
    let cases = [
        (response("202 Accepted", "", ""), "status 202"),
        (response("204 No Content", "", ""), "status 204"),
        (
            response("200 OK", "Content-Type: text/html\r\n", "<h1>Hello</h1>"),
            "<h1>Hello</h1>",
        ),
        (
            ok(r#"{"jsonrpc":"2.0","id":"another","result":{}}"#),
            "another",
        ),
        (
            stream("data: {\"jsonrpc\":\"2.0\",\"id\":\"another\",\"result\":{}}\n\n"),
            "another",
        ),
    ];
    for (raw, quoted) in cases {
        let shown = raw.clone();
        let server = legacy(move |_| raw.clone()).await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        match session.call_tool(&CALL).await.outcome {
            Err(RequestError::Unreadable(message)) => {
                assert!(message.contains(quoted), "{message}");
            }
            other => panic!("{shown}: {other:?}"),
        }
    }
    let server = legacy(|_| stream("data: \n\n")).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(matches!(outcome, Err(RequestError::Lost(_))), "{outcome:?}");
}

#[tokio::test]
async fn answers_out_of_order_reach_their_callers() {
    let waiting = std::sync::Mutex::new(Vec::<Value>::new());
    let (read, write) = over_streams(move |message| {
        let mut waiting = waiting.lock().unwrap();
        waiting.push(message.clone());
        if waiting.len() < 3 {
            return String::new();
        }
        let answers = waiting.drain(..).rev().map(|message| {
            let name = &message["params"]["name"];
            json!({"jsonrpc": "2.0", "id": message["id"], "result": name}).to_string()
        });
        answers.collect::<Vec<_>>().join("\n")
    });
    let session = SessionBuilder::over(read, write).open().await.unwrap();
    let call = |name| {
        let session = session.clone();
        tokio::spawn(async move {
            session
                .call_tool(&ToolRequest { name, ..CALL })
                .await
                .outcome
        })
    };
    let calls = [call("a"), call("b"), call("c")];
    for (call, right) in calls.into_iter().zip(["\"a\"", "\"b\"", "\"c\""]) {
        assert_eq!(call.await.unwrap().unwrap(), right);
    }
}

#[tokio::test]
async fn a_broken_response_ends_its_own_call_or_every_one() {
    for (broken, ends_own_only) in [
        (
            r#"{"jsonrpc":"2.0","id":LAST,"result":{"id": FIRST, a:1}"#,
            true,
        ),
        (
            r#"{"jsonrpc":"2.0","result":{"id": FIRST, a:1},"id":LAST, a"#,
            true,
        ),
        (r#"{"jsonrpc":"2.0","result":{"id": FIRST, a:1}"#, false),
    ] {
        let waiting = std::sync::Mutex::new(Vec::<Value>::new());
        let (read, write) = over_streams(move |message| {
            let mut waiting = waiting.lock().unwrap();
            waiting.push(message["id"].clone());
            match waiting.as_slice() {
                [first, last] => {
                    let broken = broken.replace("LAST", &last.to_string());
                    broken.replace("FIRST", &first.to_string())
                        + "\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}"
                }
                _ => String::new(),
            }
        });
        let session = SessionBuilder::over(read, write).open().await.unwrap();
        let limit = Duration::from_millis(500);
        let first = session.clone();
        let first = tokio::spawn(async move {
            tokio::time::timeout(limit, first.call_tool(&CALL))
                .await
                .map(|reply| reply.outcome)
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let last = tokio::time::timeout(limit, session.call_tool(&CALL))
            .await
            .unwrap()
            .outcome;
        assert!(matches!(last, Err(RequestError::Unreadable(_))), "{last:?}");
        let first = first.await.unwrap();
        assert_eq!(first.is_err(), ends_own_only, "{broken}: {first:?}");
    }
}

#[tokio::test]
async fn lists_keep_the_order_and_what_is_odd() {
    let pages = [
        r#"{"tools":[{"name":"b","z":1,"a":"\ud83d"},null],"nextCursor":"two"}"#,
        r#"{"nextCursor":"","tools":[{"name":"c","inputSchema":[]}]}"#,
    ];
    let server = modern(move |received| {
        let page = pages[usize::from(received.body["params"]["cursor"] == "two")];
        ok(&format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{page}}}",
            received.body["id"]
        ))
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let first = session.list_tools(None).await.unwrap();
    assert_eq!(
        first.tools,
        ["{\"name\":\"b\",\"z\":1,\"a\":\"\u{fffd}\"}", "null"]
    );
    let second = session
        .list_tools(first.next_cursor.as_ref())
        .await
        .unwrap();
    assert_eq!(second.tools, [r#"{"name":"c","inputSchema":[]}"#]);
    assert_eq!(second.next_cursor, None);
}
