//! Refusals over bare sockets whose bodies are slow, endless or large, and attempts without time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::project;
use super::shop::{Client, CreateProject, GetProject};
use crate::client::AccessToken;
use crate::error::TimeoutPhase;
use crate::{ClientBuilder, Error, RetryPolicy};

const TOKEN: &str = "s3cr3t/Canary+a=42";

/// A body after the head of a response.
#[derive(Clone)]
enum Sent {
    Whole(Vec<u8>),
    /// One byte at a time, without an end.
    Dripping,
    /// This, and then nothing more.
    Stalled(&'static [u8]),
}

/// Starts a server that gives each request this response. Returns its address and the number of its requests.
async fn serve(status: &'static str, body: Sent) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(respond(socket, status, body.clone(), Arc::clone(&counted)));
        }
    });
    (address, count)
}

async fn respond(mut socket: TcpStream, status: &str, body: Sent, count: Arc<AtomicUsize>) {
    let mut received = [0; 4096];
    while let Ok(1..) = socket.read(&mut received).await {
        count.fetch_add(1, Ordering::SeqCst);
        let length = match &body {
            Sent::Whole(body) => body.len(),
            _ => 1000,
        };
        let head = format!(
            "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        let mut sent = socket.write_all(head.as_bytes()).await;
        match &body {
            Sent::Whole(body) => sent = socket.write_all(body).await,
            Sent::Stalled(body) => sent = socket.write_all(body).await,
            Sent::Dripping => {
                while sent.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    sent = socket.write_all(b" ").await;
                }
            }
        }
        if sent.is_err() {
            return;
        }
    }
}

fn builder(address: &str) -> ClientBuilder<Client> {
    Client::builder()
        .token(TOKEN)
        .account("acc_551")
        .base_url(address)
}

async fn create(client: &Client) -> Result<(), Error> {
    let create = CreateProject::new("a", "live");
    let created = client.projects().create(create).idempotency_key("key-1");
    created.await.map(drop)
}

#[tokio::test]
async fn a_refusal_keeps_its_status_if_its_body_is_slow() {
    const SHORT: Duration = Duration::from_millis(200);
    for (status, body) in [
        ("400", Sent::Dripping),
        ("401", Sent::Dripping),
        ("404", Sent::Stalled(b"{\"message\": ")),
        ("409", Sent::Stalled(b"")),
    ] {
        // The time of the attempt ends, or that of the call.
        for is_call in [false, true] {
            let (address, count) = serve(status, body.clone()).await;
            let builder = if is_call {
                builder(&address).timeout(SHORT)
            } else {
                builder(&address).attempt_timeout(SHORT)
            };
            let error = create(&builder.build().unwrap()).await.unwrap_err();
            let received = error.status().map(|status| status.as_u16().to_string());
            assert_eq!(received.as_deref(), Some(status), "{error:?}");
            assert_eq!(count.load(Ordering::SeqCst), 1, "{status}");
        }
    }
    let (address, _) = serve("429", Sent::Dripping).await;
    let once = builder(&address).retry(RetryPolicy::never());
    let client = once.attempt_timeout(SHORT).build().unwrap();
    let error = create(&client).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error:?}");
    // A provider has no time to renew a token then.
    let (address, count) = serve("401", Sent::Dripping).await;
    let provider = || async { Ok::<_, std::io::Error>(AccessToken::new("tok_second")) };
    let renewing = builder(&address).token_provider(provider).timeout(SHORT);
    let error = create(&renewing.build().unwrap()).await.unwrap_err();
    assert!(error.is_token_rejected(), "{error:?}");
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_large_refusal_blocks_no_other_work() {
    for sign in ["=", "%", "~", "\\\\", "=4", "%25"] {
        let filler = sign.repeat(900_000 / sign.len());
        let body = format!(
            "{{\"message\": \"{filler} {}\"}}",
            TOKEN.replace('=', "%3D")
        );
        let (address, _) = serve("400", Sent::Whole(body.into_bytes())).await;
        let client = builder(&address).build().unwrap();
        let calling = tokio::spawn(async move { create(&client).await.unwrap_err() });
        // The runtime of a test has one thread.
        let (start, mut longest) = (Instant::now(), Duration::ZERO);
        while !calling.is_finished() {
            let began = Instant::now();
            tokio::time::sleep(Duration::from_millis(5)).await;
            longest = longest.max(began.elapsed());
        }
        let allowed = start.elapsed() / 2 + Duration::from_millis(50);
        assert!(longest < allowed, "{sign}: {longest:?}");
        let error = calling.await.unwrap();
        let body = error
            .body()
            .map(|body| String::from_utf8_lossy(body).into_owned());
        let body = body.unwrap_or_default();
        assert!(
            body.contains("[token]") && !body.contains("Canary"),
            "{sign}"
        );
        assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    }
}

#[tokio::test]
async fn an_attempt_without_time_is_not_sent() {
    let body = project("p").to_string().into_bytes();
    let (address, count) = serve("200", Sent::Whole(body)).await;
    let client = builder(&address).build().unwrap();
    let create = || client.projects().create(CreateProject::new("a", "live"));
    // The connection is warm after that.
    client.projects().get(GetProject::new("p")).await.unwrap();
    for call in [
        create().timeout(Duration::ZERO),
        create().attempt_timeout(Duration::ZERO),
        create().timeout(Duration::ZERO).retry(RetryPolicy::never()),
    ] {
        let error = call.await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Timeout {
                    phase: TimeoutPhase::Sending,
                    attempt_count: 0,
                    ..
                }
            ),
            "{error:?}"
        );
        assert!(!error.may_have_taken_effect(), "{error}");
        assert!(error.to_string().contains("nothing was sent"), "{error}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
}
