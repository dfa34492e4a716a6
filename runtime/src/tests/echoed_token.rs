//! A server that repeats the token in every place and every encoding. It is found in no error, no
//! rejected record, no reply to a model, no audit, no recording and no log.

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::shop::{Client, GetProject, ListProjects};
use crate::agent::{JsonLines, ReplyOutcome};
use crate::error::{DecodeProblem, ErrorBody, Problem};
use crate::scrubber::tests::encodings;
use crate::transport::{HttpTransport, Recorder};
use crate::{Error, Json, Redactor, RetryPolicy};

const TOKEN: &str = "tk_Canary/7+x=9~q";

/// The place of the token in a response, as a name and the response with `@` for the token.
const PLACES: [(&str, &str); 34] = [
    ("request ID", "500 no|x-request-id: @|{}"),
    (
        "correlation ID of a misfit",
        "200 OK|x-correlation-id: @|{\"id\": 5}",
    ),
    ("ray of a 429", "429 no|cf-ray: @|{}"),
    ("content type", "200 OK|content-type: text/@|hello"),
    ("content type of an error", "400 no|content-type: @|{}"),
    ("content encoding", "200 OK|content-encoding: @|{}"),
    ("location", "302 no|location: https://other.test/?t=@|"),
    ("retry-after", "503 no|retry-after: @|{}"),
    ("advice", "503 no|x-should-retry: @|{}"),
    ("cookie", "400 no|set-cookie: session=@|{}"),
    (
        "challenge",
        "401 no|www-authenticate: Bearer realm=\"@\"|{}",
    ),
    ("any header", "404 no|x-any: a @ b|{}"),
    ("bytes of a header", "404 no|x-request-id: \u{ff}@|{}"),
    ("rate limit", "429 no|ratelimit: \"@\";r=0;t=1|{}"),
    ("reason phrase", "500 @||{}"),
    ("length", "200 OK|x: y\r\ncontent-length: @|"),
    (
        "message",
        "400 no||{\"message\": \"bad @\", \"statusCode\": 400}",
    ),
    ("messages", "422 no||{\"message\": [\"a\", \"@\"]}"),
    ("error", "400 no||{\"error\": \"@\"}"),
    (
        "details",
        "400 no||{\"details\": {\"a\": [{\"b\": \"x@\"}]}}",
    ),
    (
        "name in details",
        "400 no||{\"message\": \"m\", \"details\": {\"@\": 1}}",
    ),
    (
        "JSON in a message",
        "400 no||{\"message\": \"{\\\"authorization\\\": \\\"Bearer @\\\"}\"}",
    ),
    (
        "remote response",
        "400 no||{\"truto_is_remote_error\": true, \"raw_response\": {\"@\": \"@\"}}",
    ),
    (
        "insight",
        "403 no||{\"truto_error_insight\": {\"forbidden_error\": {\"description\": \"@\", \"value\": {\"missing_scopes\": [\"@\"]}}}}",
    ),
    ("unknown field", "409 no||{\"@\": \"@\"}"),
    ("message of a 429", "429 no||{\"message\": \"@\"}"),
    ("HTML", "502 no|content-type: text/html|<p title='@'>@</p>"),
    ("page that is not JSON", "200 OK||token: @"),
    ("cut JSON", "200 OK||{\"id\": \"@\", \"name\": "),
    (
        "wrong type",
        "200 OK||{\"id\": [\"@\"], \"name\": 5, \"env\": \"live\"}",
    ),
    (
        "long wrong type",
        "200 OK||{\"id\": [\"0123456789012345678901234567890123456789012345678901234567890123456@\"]}",
    ),
    ("name of a misfit", "200 OK||{\"@\": 1}"),
    (
        "rejected record",
        "200 OK||{\"result\": [{\"id\": \"a\", \"name\": \"b\"}, {\"id\": {\"@\": \"@\"}, \"name\": \"@\"}]}",
    ),
    ("list that is a string", "200 OK||{\"result\": \"@\"}"),
];

/// The lines of an audit.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts a server that answers every request with the current bytes, and closes the connection.
async fn serve(answer: Arc<Mutex<Vec<u8>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let answer = answer.lock().unwrap().clone();
            tokio::spawn(async move {
                let mut buffer = [0; 8192];
                // A request of the test arrives in one piece, or its rest is not needed.
                let _read = socket.read(&mut buffer).await;
                let _written = socket.write_all(&answer).await;
                let _closed = socket.shutdown().await;
            });
        }
    });
    address
}

/// Returns the bytes of a response, with the token where the place has `@`.
fn response(place: &str, token: &str) -> Vec<u8> {
    let mut parts = place.splitn(3, '|');
    let mut next = || parts.next().unwrap();
    let (status, headers, body) = (next(), next(), next());
    let mut bytes = Vec::new();
    let mut put = |text: &str| {
        for (index, part) in text.split('@').enumerate() {
            if index > 0 {
                bytes.extend_from_slice(token.as_bytes());
            }
            // A byte that is not UTF-8.
            bytes.extend(
                part.chars()
                    .map(|character| u8::try_from(character).unwrap()),
            );
        }
    };
    put(&format!("HTTP/1.1 {status}\r\nconnection: close\r\n"));
    if !headers.contains("content-type") && !headers.contains("content-length") {
        put("content-type: application/json\r\n");
    }
    put(headers);
    put(if headers.is_empty() {
        "\r\n"
    } else {
        "\r\n\r\n"
    });
    put(body);
    bytes
}

/// Writes everything that a program can read from an error.
fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {:?} ", error.request_id());
    if let Some(body) = error.body() {
        text.push_str(&String::from_utf8_lossy(body));
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        write!(text, "{cause} {cause:?}").unwrap();
        source = cause.source();
    }
    let mut put_body = |body: &ErrorBody| {
        write!(
            text,
            "{body:?} {:?} {:?} {:?}",
            body.message, body.error, body.details
        )
        .unwrap();
        write!(
            text,
            "{:?} {:?} {:?}",
            body.raw_response, body.insight, *body.extra
        )
        .unwrap();
    };
    match error {
        Error::Api(error) => {
            put_body(&error.error_body);
            write!(text, "{:?}", error.location).unwrap();
        }
        Error::RateLimited(error) => put_body(&error.error_body),
        Error::Decode(error) => match &error.problem {
            DecodeProblem::Shape(problems) => {
                let json: Vec<Json> = problems.problems().iter().map(Problem::to_json).collect();
                write!(text, "{problems} {problems:?} {json:?}").unwrap();
            }
            problem => write!(text, "{problem:?}").unwrap(),
        },
        Error::Transport { source, .. } => write!(text, "{source} {source:?}").unwrap(),
        _ => {}
    }
    text
}

/// Creates a client with its own rate limiter, so that a 429 delays no other call.
fn client(address: &str, http: &HttpTransport, recorder: &Recorder) -> Client {
    let builder = Client::builder()
        .token(TOKEN)
        .account("acc_1")
        .base_url(address);
    let client = builder
        .retry(RetryPolicy::never())
        .timeout(Duration::from_secs(5))
        .transport(recorder.clone().around(http.clone()))
        .log_payloads()
        .build();
    client.unwrap()
}

/// Makes a call and a listing, and if `is_all` calls of every other kind. Returns everything that comes
/// out of them.
async fn everything_out(address: &str, http: &HttpTransport, is_all: bool) -> String {
    let recorder = Recorder::new();
    let client = || client(address, http, &recorder);
    let mut out = String::new();
    if let Err(error) = client().projects().get(GetProject::new("p")).await {
        out.push_str(&everything(&error));
    }
    match client().projects().list(ListProjects::new("acc_1")).await {
        Ok(page) => {
            for rejected in page.rejected {
                let (json, problems) = (rejected.json(), &rejected.problems);
                write!(out, "{rejected:?} {json} {problems} {problems:?}").unwrap();
                out.push_str(&everything(&rejected.into()));
            }
        }
        Err(error) => out.push_str(&everything(&error)),
    }
    out.push_str(&recorder.tape());
    if !is_all {
        return out;
    }
    match client().projects().get(GetProject::new("p")).raw().await {
        Ok(response) => write!(out, "{response:?} {response:#?}").unwrap(),
        Err(error) => out.push_str(&everything(&error)),
    }
    match client()
        .projects()
        .get(GetProject::new("p"))
        .download()
        .await
    {
        Ok(download) => write!(out, "{download:?}").unwrap(),
        Err(error) => out.push_str(&everything(&error)),
    }
    for (name, arguments) in [
        ("get_single_shop_project_by_id", json!({"id": "p"})),
        ("list_all_shop_projects", json!({"accountId": "acc_1"})),
        (
            "get_single_shop_project_by_id",
            json!({"id": "p", TOKEN: TOKEN}),
        ),
    ] {
        let lines = Sink::default();
        let audit = JsonLines::to(lines.clone()).with_arguments(Redactor::default());
        let reply = client().toolbox().audit(audit).call(name, arguments).await;
        write!(out, "{reply} {}", reply.text()).unwrap();
        if let ReplyOutcome::Succeeded(_) | ReplyOutcome::Failed(_) = reply.outcome() {
            write!(out, "{:?} {}", reply.outcome(), reply.to_json()).unwrap();
        }
        out.push_str(&lines.take());
    }
    out.push_str(&recorder.tape());
    out
}

#[tokio::test]
async fn a_token_that_a_server_repeats_comes_out_nowhere() {
    super::secrets::listen();
    let log = super::secrets::Log::new();
    let _guard = tracing::subscriber::set_default(log.clone());
    let answer = Arc::<Mutex<Vec<u8>>>::default();
    let address = serve(Arc::clone(&answer)).await;
    let http = HttpTransport::new(Duration::from_secs(5)).unwrap();
    let mut outputs = 0;
    for (place_index, (place, template)) in PLACES.into_iter().enumerate() {
        let is_header = template.split('|').next().unwrap().contains('@')
            || template.split('|').nth(1).unwrap().contains('@');
        for (index, (name, encoded)) in encodings(TOKEN).into_iter().enumerate() {
            let has_controls = encoded.chars().any(char::is_control);
            if is_header && has_controls {
                continue;
            }
            *answer.lock().unwrap() = response(template, &encoded);
            let mut out = everything_out(&address, &http, (place_index + index) % 5 == 0).await;
            out.push_str(&log.take());
            outputs += usize::from(out.contains("[token]"));
            let debugged = encoded.escape_debug().to_string();
            let lower = encoded.to_lowercase();
            for shown in [TOKEN, "Canary", "canary", &encoded, &debugged, &lower] {
                let at = out.find(shown);
                let around = at.map(|at| out[..at].chars().rev().take(300).collect::<String>());
                let around = around.map(|text| text.chars().rev().collect::<String>());
                assert_eq!(around, None, "{place}, {name}: {shown}");
            }
        }
    }
    assert!(outputs > 500, "the token was removed {outputs} times");
}
