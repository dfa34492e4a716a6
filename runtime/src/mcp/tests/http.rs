//! Calls over HTTP: refusals, the rate limiter, and the spans.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::TOOL;
use crate::codec::Json;
use crate::error::{Error, TransportErrorKind};
use crate::mcp::{
    Client, ClientBuilder, Endpoint, RefusedToken, SessionBuilder, TokenError, TokenErrorKind,
    TokenFuture, TokenSource,
};
use crate::tests::secrets::{Log, listen};
use crate::tests::shop;

type Responses = Arc<Mutex<VecDeque<String>>>;

/// Starts a server of 2026-07-28 whose calls get these responses in order, and `{}` after them. `ID`
/// becomes the identifier of the request.
async fn serve<const N: usize>(responses: [&str; N]) -> (String, Responses) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let responses = responses.map(str::to_owned);
    let responses: Responses = Arc::new(Mutex::new(responses.into_iter().collect()));
    let left = Arc::clone(&responses);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve_one(stream, Arc::clone(&left)));
        }
    });
    (url, responses)
}

async fn serve_one(stream: TcpStream, responses: Responses) {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if read.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            let line = line.to_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        read.read_exact(&mut body).await.unwrap();
        let message: Json = serde_json::from_slice(&body).unwrap();
        let ok = |result: &str| {
            let body = format!("{{\"id\":{},\"result\":{result}}}", message["id"]);
            let length = body.len();
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            )
        };
        let response = match message["method"].as_str().unwrap() {
            "server/discover" => ok(r#"{"supportedVersions":["2026-07-28"]}"#),
            _ => responses
                .lock()
                .unwrap()
                .pop_front()
                .unwrap_or_else(|| ok(r#"{"content":[]}"#)),
        };
        let response = response.replace("ID", &message["id"].to_string());
        if response.is_empty() || write.write_all(response.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn connect(url: &str) -> Client {
    let builder: ClientBuilder = ClientBuilder::new(shop::CATALOG);
    builder
        .endpoint(Endpoint::http(url))
        .connect()
        .await
        .unwrap()
}

#[tokio::test]
async fn refused_credentials_are_errors_of_authorization() {
    for (response, status, part) in [
        (
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n",
            401,
            "credentials",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nWWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write\"\r\nContent-Length: 0\r\n\r\n",
            403,
            "write",
        ),
    ] {
        let (url, _) = serve([response, response]).await;
        let client = connect(&url).await;
        let error = client
            .call_tool(TOOL, json!({"id": "p"}))
            .await
            .unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert!(!error.is_retryable(), "{error}");
        let text = error.to_string();
        assert!(
            text.contains(part) && !text.contains("::") && !text.contains("account"),
            "{text}"
        );
        let reply = client
            .toolbox()
            .call(TOOL, json!({"id": "p"}))
            .await
            .to_string();
        assert!(
            reply.contains("tell the user") && !reply.contains("try again"),
            "{reply}"
        );
    }
}

const LIMITED: &str =
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn a_refusal_for_the_rate_limit_waits_as_long_as_the_server_says() {
    listen();
    let log = Log::new();
    let guard = tracing::subscriber::set_default(log.clone());
    let (url, responses) = serve([LIMITED]).await;
    let client = connect(&url).await;
    let began = Instant::now();
    client.call_tool(TOOL, json!({"id": "p"})).await.unwrap();
    let took = began.elapsed();
    assert!(
        (Duration::from_millis(900)..Duration::from_secs(4)).contains(&took),
        "{took:?}"
    );
    assert!(responses.lock().unwrap().is_empty());
    drop(guard);
    let text = log.take();
    for part in [
        "execute_tool",
        "toolsmith.catalog=\"shop\"",
        "http.response.status_code=200",
        "toolsmith.attempts=2",
        "error.type=\"429\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_an_error_that_names_it() {
    let long = LIMITED.replace("Retry-After: 1", "Retry-After: 7");
    let (url, _) = serve([long.as_str()]).await;
    let client = connect(&url).await;
    let call = client.call_tool(TOOL, json!({"id": "p"}));
    let error = call.timeout(Duration::from_secs(2)).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)), "{error:?}");
    let wait = error.retry_after().unwrap();
    assert!(
        (Duration::from_secs(5)..=Duration::from_secs(7)).contains(&wait),
        "{wait:?}"
    );
    assert!(error.is_retryable());
    assert!(client.rate_limiter().status().refused_for.is_some());
}

#[tokio::test]
async fn errors_say_whether_the_call_was_sent() {
    let (url, _) = serve(["", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"]).await;
    let client = connect(&url).await;
    let call = || client.call_tool(TOOL, json!({"id": "p"}));
    let error = call().await.unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), TransportErrorKind::Broken);
    assert!(error.is_retryable());
    let error = call().await.unwrap_err();
    assert!(
        matches!(error, Error::Decode(_)) && !error.is_retryable(),
        "{error:?}"
    );
    assert!(error.to_string().contains("202"), "{error}");
}

#[tokio::test]
async fn a_person_is_asked_once_and_has_time_beyond_the_deadline() {
    let asked = r#"{"id":ID,"result":{"resultType":"input_required","requestState":"s","inputRequests":{"a":{"method":"elicitation/create","params":{"message":"Who?"}}}}}"#;
    let length = asked.len() - 1;
    let asked = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{asked}"
    );
    let (url, responses) = serve([asked.as_str(), LIMITED]).await;
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let session = SessionBuilder::default()
        .endpoint(Endpoint::http(&url))
        .on_elicitation(move |_| {
            *counted.lock().unwrap() += 1;
            async {
                tokio::time::sleep(Duration::from_secs(3)).await;
                toolsmith_mcp::input::ElicitationAnswer::Accept(json!({}))
            }
        })
        .open()
        .await
        .unwrap();
    let client: Client = Client::with_session(shop::CATALOG, session);
    let call = client.call_tool(TOOL, json!({"id": "p"}));
    call.timeout(Duration::from_secs(2)).await.unwrap();
    assert_eq!(*count.lock().unwrap(), 1);
    assert!(responses.lock().unwrap().is_empty());
}

/// Gives another token after each refusal.
struct Renewing(Mutex<u32>);

impl toolsmith_mcp::authorization::TokenSource for Renewing {
    fn token<'a>(
        &'a self,
        refused: Option<&'a toolsmith_mcp::authorization::RefusedToken>,
    ) -> toolsmith_mcp::authorization::TokenFuture<'a> {
        let mut number = self.0.lock().unwrap();
        *number += u32::from(refused.is_some());
        let token = format!("s3cr3t-canary-{number}").into();
        Box::pin(async move { Ok(Some(token)) })
    }
}

/// Keeps the entries of an audit as text.
#[derive(Clone, Default)]
struct Recorded(Arc<Mutex<String>>);

impl crate::agent::Audit for Recorded {
    fn record(&self, entry: &crate::agent::AuditEntry<'_>) -> std::io::Result<()> {
        let mut text = self.0.lock().unwrap();
        text.push_str(&entry.arguments.to_string());
        text.push_str(entry.name);
        Ok(())
    }
}

#[tokio::test]
async fn a_renewed_token_is_removed_from_replies_and_audits() {
    const REFUSED: &str =
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n";
    let body = r#"{"id":ID,"result":{"content":[{"type":"text","text":"token s3cr3t-canary-1"}]}}"#;
    // The identifier has one digit.
    let length = body.len() - 1;
    let echo = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let (url, _) = serve([REFUSED, &echo]).await;
    let builder: ClientBuilder = ClientBuilder::new(shop::CATALOG);
    let endpoint = Endpoint::http(&url).token_source(Arc::new(Renewing(Mutex::new(0))));
    let client: Client = builder.endpoint(endpoint).connect().await.unwrap();
    let audit = Recorded::default();
    let tools = client.toolbox().audit(audit.clone());
    let reply = tools.call(TOOL, json!({"id": "p"})).await;
    let text = format!("{reply} {reply:?}");
    assert!(
        text.contains("token ") && !text.contains("canary"),
        "{text}"
    );
    tools.call(TOOL, json!({"id": "s3cr3t-canary-1"})).await;
    let recorded = audit.0.lock().unwrap();
    assert!(
        !recorded.is_empty() && !recorded.contains("canary"),
        "{recorded}"
    );
}

#[tokio::test]
async fn a_client_without_a_server_names_its_constructors() {
    let builder: ClientBuilder = ClientBuilder::new(shop::CATALOG);
    let error = builder.connect().await.unwrap_err().to_string();
    assert!(error.contains("Client::connect_to(..)"), "{error}");
    let endpoint = Endpoint::http("https://mcp.test").token_from("NO_SUCH_VARIABLE");
    let error = Client::connect(shop::CATALOG, endpoint)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("NO_SUCH_VARIABLE") && error.contains("Client::connect_to(..)"),
        "{error}"
    );
}

/// A source of tokens that has none after the session is open.
struct Failing {
    kind: TokenErrorKind,
    is_open: std::sync::atomic::AtomicBool,
}

impl TokenSource for Failing {
    fn token<'a>(&'a self, _refused: Option<&'a RefusedToken>) -> TokenFuture<'a> {
        Box::pin(async move {
            if self.is_open.load(std::sync::atomic::Ordering::Relaxed) {
                return Err(TokenError::new("run `login`").with_kind(self.kind));
            }
            Ok(Some("token".into()))
        })
    }
}

#[tokio::test]
async fn a_call_without_a_token_says_what_helps() {
    for (kind, status, is_retryable) in [
        (TokenErrorKind::Temporary, None, true),
        (TokenErrorKind::AuthorizationRequired, Some(401), false),
        (TokenErrorKind::InsufficientScope, Some(403), false),
        (TokenErrorKind::Invalid, None, false),
    ] {
        let (url, _) = serve([]).await;
        let source = Arc::new(Failing {
            kind,
            is_open: false.into(),
        });
        let endpoint = Endpoint::http(&url).token_source(source.clone());
        let client = Client::connect(shop::CATALOG, endpoint).await.unwrap();
        source
            .is_open
            .store(true, std::sync::atomic::Ordering::Relaxed);
        let error = client
            .call_tool(TOOL, json!({"id": "p"}))
            .await
            .unwrap_err();
        assert_eq!(error.is_retryable(), is_retryable, "{error:?}");
        assert!(error.to_string().contains("run `login`"), "{error}");
        match (&error, kind) {
            (Error::Token(_), TokenErrorKind::Temporary)
            | (Error::Config { .. }, TokenErrorKind::Invalid) => {}
            (Error::Api(error), _) => assert_eq!(Some(error.status.as_u16()), status),
            other => panic!("{other:?}"),
        }
        let reply = client.toolbox().call(TOOL, json!({"id": "p"})).await;
        let is_misconfigured = reply.to_string().contains("misconfigured");
        assert_eq!(is_misconfigured, kind == TokenErrorKind::Invalid, "{reply}");
    }
}
