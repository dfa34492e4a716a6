//! Questions of servers of the older era, and the timeout of the call during which they are asked.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use toolsmith_mcp::input::ElicitationAnswer;
use toolsmith_mcp::session::{Round, ToolReply};
use toolsmith_mcp::{Endpoint, Session, SessionBuilder, ToolRequest};

use crate::server::{HttpServer, Received, legacy, over_streams, response, result_of, stream};

/// The timeout of a call, and the time in which a person answers.
const LIMIT: Duration = Duration::from_millis(300);
const ANSWER: Duration = Duration::from_millis(800);

fn call(name: &str) -> ToolRequest<'_> {
    ToolRequest {
        name,
        arguments: None,
        headers: &[],
    }
}

fn question() -> String {
    let params = json!({"message": "Sure?", "requestedSchema": {}});
    json!({"jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": params})
        .to_string()
}

fn answering(builder: SessionBuilder) -> SessionBuilder {
    builder.on_elicitation(|_| async {
        tokio::time::sleep(ANSWER).await;
        ElicitationAnswer::Decline
    })
}

async fn end_of(session: &Session, tool: &str) -> Option<ToolReply> {
    let tool = call(tool);
    let mut rounds = session.call_rounds(&tool);
    match rounds.send_within(LIMIT).await? {
        Round::Ended(reply) => Some(reply),
        other => panic!("{other:?}"),
    }
}

/// A server that asks on the stream of the call `ask`, and responds on the resumed stream after the answer. It does not
/// respond to the call `hang`.
async fn server() -> HttpServer {
    const OPEN: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9000\r\n\r\n: wait\n\n";
    // The request, and whether the question is answered.
    let state = Mutex::new((Value::Null, false));
    legacy(move |received| {
        let mut state = state.lock().unwrap();
        let (request, is_answered) = &mut *state;
        let resumed = received.header("last-event-id").is_some();
        match received.body["params"]["name"].as_str() {
            Some("ask") => {
                *request = received.body.clone();
                stream(&format!("id: e1\nretry: 50\ndata: {}\n\n", question()))
            }
            Some("hang") => OPEN.to_owned(),
            _ if received.body["id"] == "q" => {
                *is_answered = true;
                response("202 Accepted", "", "")
            }
            // Each stream has another event, so that the client resumes it for as long as it takes.
            _ if resumed && *is_answered => {
                let result = result_of(request, &json!({"content": []}));
                stream(&format!("data: {result}\n\n"))
            }
            _ if resumed => {
                let number = received.header("last-event-id").unwrap().len();
                stream(&format!("id: e{}\ndata:\n\n", "1".repeat(number)))
            }
            _ => response("405 Method Not Allowed", "", ""),
        }
    })
    .await
}

#[tokio::test]
async fn the_time_of_an_answer_does_not_count_towards_the_timeout_of_its_call() {
    let server = server().await;
    let session = answering(Session::builder(Endpoint::http(&server.url)));
    let session = session.open().await.unwrap();
    let began = Instant::now();
    let (asked, other) = tokio::join!(end_of(&session, "ask"), async {
        tokio::time::sleep(LIMIT / 3).await;
        let began = Instant::now();
        (end_of(&session, "hang").await, began.elapsed())
    });
    assert_eq!(asked.unwrap().outcome.unwrap(), r#"{"content":[]}"#);
    assert!(began.elapsed() >= ANSWER);
    // The question is about another call.
    let (other, took) = other;
    assert!(other.is_none() && took < ANSWER, "{other:?} {took:?}");
    let is_answer = |one: &Received| one.body["result"]["action"] == "decline";
    assert!(server.received().iter().any(is_answer));
}

#[tokio::test]
async fn a_question_over_streams_is_about_every_call() {
    let request = Mutex::new(Value::Null);
    let (read, write) = over_streams(move |message| {
        let mut request = request.lock().unwrap();
        match message["params"]["name"].as_str() {
            Some("ask") => {
                *request = message.clone();
                question()
            }
            None if message["id"] == "q" => result_of(&request, &message["result"]),
            _ => String::new(),
        }
    });
    let session = answering(SessionBuilder::over(read, write));
    let session = session.open().await.unwrap();
    let began = Instant::now();
    let (asked, silent) = tokio::join!(end_of(&session, "ask"), end_of(&session, "hang"));
    assert_eq!(asked.unwrap().outcome.unwrap(), r#"{"action":"decline"}"#);
    assert!(silent.is_none());
    let took = began.elapsed();
    assert!(took >= LIMIT + ANSWER, "{took:?}");
    assert!(took < 2 * LIMIT + ANSWER, "{took:?}");
}

#[tokio::test]
async fn a_question_that_is_withdrawn_ends_and_gets_no_answer() {
    let withdrawn = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "q"}});
    let (read, write) = over_streams(move |message| {
        assert_ne!(message["id"], "q", "an answer");
        match message["params"]["name"].as_str() {
            Some("ask") => format!("{}\n{withdrawn}", question()),
            _ => String::new(),
        }
    });
    let session = SessionBuilder::over(read, write).on_elicitation(|_| std::future::pending());
    let session = session.open().await.unwrap();
    let ended = tokio::time::timeout(4 * LIMIT, end_of(&session, "ask")).await;
    assert!(ended.unwrap().is_none(), "the call has its timeout again");
}
