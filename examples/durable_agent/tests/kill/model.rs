//! A model whose endpoint has errors.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::{Kills, World};
use crate::{TURN, start};

/// A response: its status, its `retry-after`, and its text, or its body if that is JSON or HTML.
type Planned = (u16, Option<&'static str>, &'static str);

/// The endpoint of a model, with the responses to come and the times of the requests.
#[derive(Default)]
struct Endpoint {
    planned: Mutex<VecDeque<Planned>>,
    requests: Mutex<Vec<Instant>>,
}

impl Endpoint {
    /// Starts the endpoint, and lets the agent use it.
    async fn start(world: &mut World) -> Arc<Self> {
        let endpoint = Arc::new(Self::default());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/v1/", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/v1/chat/completions", post(respond))
            .with_state(Arc::clone(&endpoint));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        world.settings.variables.push(("OPENAI_BASE_URL", url));
        endpoint
    }

    /// Plans responses, and forgets earlier requests.
    fn plan(&self, responses: &[Planned]) {
        *self.planned.lock().unwrap() = responses.iter().copied().collect();
        self.requests.lock().unwrap().clear();
    }
}

async fn respond(State(endpoint): State<Arc<Endpoint>>) -> Response<Body> {
    endpoint.requests.lock().unwrap().push(Instant::now());
    let planned = endpoint.planned.lock().unwrap().pop_front();
    let (status, retry_after, text) = planned.expect("a request too many");
    let is_body = text.starts_with(['{', '<']);
    let body = match status {
        _ if is_body => Value::Null,
        200 => json!({"choices": [{"message": {"role": "assistant", "content": text}}]}),
        _ => json!({"error": {"message": text, "type": "made_up"}}),
    };
    let response = Response::builder().status(status);
    let response = match retry_after {
        Some(wait) => response.header("retry-after", wait),
        None => response,
    };
    let body = if is_body {
        text.to_owned()
    } else {
        body.to_string()
    };
    response.body(Body::from(body)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_model_is_waited_for_or_ends_the_run() {
    let _turn = TURN.lock().await;
    let Some(mut world) = start().await else {
        return;
    };
    let endpoint = Endpoint::start(&mut world).await;

    // What may pass is repeated, after the wait that the endpoint asks for.
    endpoint.plan(&[
        (409, None, "conflict"),
        (503, None, "overloaded"),
        (429, Some("2"), "too many requests"),
        (200, None, "nothing to do"),
    ]);
    let ended = world.run(&Kills::At("asleep model-1".to_owned())).await;
    assert_eq!(ended.result.as_deref(), Ok("nothing to do"));
    assert_eq!(ended.kills, 1);
    let requests = endpoint.requests.lock().unwrap().clone();
    assert_eq!(requests.len(), 4);
    assert!(requests[3] - requests[2] >= Duration::from_secs(2));

    // What does not pass ends the run at once.
    for (status, name) in [
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (404, "Not Found"),
    ] {
        endpoint.plan(&[(status, None, "no such key")]);
        let ended = world.run(&Kills::Never).await;
        let expected =
            format!("the model does not accept the request: {status} {name}: no such key");
        assert_eq!(ended.result, Err(expected));
        assert_eq!(endpoint.requests.lock().unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_without_a_message_is_asked_for_a_few_times() {
    let _turn = TURN.lock().await;
    let Some(mut world) = start().await else {
        return;
    };
    let endpoint = Endpoint::start(&mut world).await;
    let empty = (200, None, "{}");
    // The count is in the journal, so that a kill does not begin another one.
    let kills = || Kills::At("done model-1.2".to_owned());

    endpoint.plan(&[empty, empty, (200, None, "nothing to do")]);
    let ended = world.run(&Kills::Never).await;
    assert_eq!(ended.result.as_deref(), Ok("nothing to do"));

    let call =
        r#"{"choices": [{"message": {"tool_calls": [{"id": "1", "function": {"name": "a"}}]}}]}"#;
    let silent = r#"{"choices": [{"message": {"role": "assistant", "content": null}}]}"#;
    let error = r#"{"error": {"message": "the model is not loaded"}}"#;
    for (body, reason) in [
        ("{}", "no choices[0].message in 200 OK: {}"),
        (
            "<html>",
            "expected value at line 1 column 1 in 200 OK: <html>",
        ),
        (call, "a tool call without /function/arguments in 200 OK: {"),
        (silent, "neither text nor tool calls in 200 OK: {"),
        (
            error,
            "no choices[0].message in 200 OK: the model is not loaded",
        ),
    ] {
        // The second response is asked for again, because the process is killed before the journal has it.
        endpoint.plan(&[(200, None, body); 4]);
        let ended = world.run(&kills()).await;
        assert_eq!(ended.kills, 1);
        let problem = ended.result.unwrap_err();
        let expected = format!(
            "3 responses of the model cannot be read; check that OPENAI_BASE_URL is that of chat completions and that \
             OPENAI_MODEL can call tools: {reason}"
        );
        assert!(problem.starts_with(&expected), "{problem}");
        assert_eq!(endpoint.requests.lock().unwrap().len(), 4, "{body}");
    }
}
