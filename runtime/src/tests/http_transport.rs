//! The HTTP transport over real sockets on loopback.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::CANARY;
use super::shop::{Client, CreateProject, GetProject};
use crate::error::TransportErrorKind;
use crate::{Error, Json, RetryPolicy};

/// Responds to the next connection with these bytes, closes it, and returns the request.
async fn serve_once(answer: impl AsRef<[u8]> + Send + 'static) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut received = Vec::new();
        let mut buffer = [0; 4096];
        // Requests of the tests arrive in one piece, or as a head and a short body.
        while !is_whole(&received) {
            let count = socket.read(&mut buffer).await.unwrap();
            received.extend_from_slice(&buffer[..count]);
        }
        socket.write_all(answer.as_ref()).await.unwrap();
        String::from_utf8(received).unwrap()
    });
    (address, served)
}

fn is_whole(received: &[u8]) -> bool {
    let text = String::from_utf8_lossy(received);
    match text.split_once("\r\n\r\n") {
        Some((head, body)) => !head.contains("content-length") || body.ends_with('}'),
        None => false,
    }
}

fn client(address: &str) -> Client {
    super::secrets::listen();
    Client::builder()
        .token(CANARY)
        .account("acc_551")
        .base_url(address)
        .retry(RetryPolicy::never())
        .timeout(Duration::from_secs(10))
        .max_response_size(1000)
        .build()
        .unwrap()
}

#[tokio::test]
async fn sends_a_call_and_decodes_the_response() {
    let (address, served) = serve_once(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 24\r\n\r\n\
         {\"id\":\"p\",\"name\":\"Shop\"}",
    )
    .await;
    let create = client(&address)
        .projects()
        .create(CreateProject::new("Shop", "acc 1"));
    assert_eq!(create.await.unwrap().name, "Shop");
    let received = served.await.unwrap();
    assert!(
        received.starts_with("POST /proxy/projects?integrated_account_id=acc_551 HTTP/1.1\r\n")
    );
    assert!(
        received.contains(&format!("authorization: Bearer {CANARY}\r\n")),
        "the head has no token"
    );
    let (_, body) = received.split_once("\r\n\r\n").unwrap();
    let body: Json = serde_json::from_str(body).unwrap();
    assert_eq!(body, json!({"accountId": "acc 1", "name": "Shop"}));
}

async fn kind_of(address: &str) -> TransportErrorKind {
    match client(address).projects().get(GetProject::new("p")).await {
        Err(Error::Transport { source, .. }) => {
            assert!(
                !source.to_string().contains("proxy"),
                "no address in it: {source}"
            );
            source.kind()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn distinguishes_a_refused_connection_from_a_broken_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(kind_of(&address).await, TransportErrorKind::Connect);

    for answer in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"id\"",
    ] {
        let (address, _) = serve_once(answer).await;
        assert_eq!(
            kind_of(&address).await,
            TransportErrorKind::Broken,
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn does_not_read_a_response_with_a_large_content_length() {
    let (address, _) = serve_once("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n").await;
    assert_eq!(kind_of(&address).await, TransportErrorKind::TooLarge);
}

#[tokio::test]
async fn does_not_follow_a_redirect() {
    let (address, _) = serve_once(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\n\
         content-length: 0\r\n\r\n",
    )
    .await;
    let error = client(&address)
        .projects()
        .get(GetProject::new("p"))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("redirects to http://127.0.0.1:9/"),
        "{error}"
    );
}

/// Creates a response with a content encoding.
fn encoded(status: &str, coding: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-encoding: {coding}\r\n\
         content-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn refuses_an_unsupported_content_encoding() {
    let (address, served) = serve_once(encoded("200 OK", "br, x", b"\x0b\x02\x80")).await;
    let get = || client(&address).projects().get(GetProject::new("p"));
    let error = get().await.unwrap_err();
    assert!(
        error.to_string().contains("compressed with `br, x`"),
        "{error}"
    );
    assert!(!error.is_retryable());
    let asked = served.await.unwrap().contains("accept-encoding");
    assert_eq!(asked, cfg!(feature = "gzip"));

    // The status of a refusal is valid anyway.
    let (address, _) = serve_once(encoded("403 Forbidden", "br", b"\x0b\x02\x80")).await;
    let get = client(&address).projects().get(GetProject::new("p"));
    assert_eq!(get.await.unwrap_err().status().unwrap(), 403);

    let record = b"{\"id\":\"p\",\"name\":\"Shop\"}";
    let (address, _) = serve_once(encoded("200 OK", "Identity", record)).await;
    let get = client(&address).projects().get(GetProject::new("p"));
    assert_eq!(get.await.unwrap().name, "Shop");
}

#[cfg(feature = "gzip")]
#[tokio::test]
async fn applies_the_maximum_size_to_the_decompressed_body() {
    use std::io::Write;

    let pack = |content: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(content).unwrap();
        packed.finish().unwrap()
    };
    let record = pack(b"{\"id\":\"p\",\"name\":\"Shop\"}");
    let (address, _) = serve_once(encoded("200 OK", "gzip", &record)).await;
    let get = client(&address).projects().get(GetProject::new("p"));
    assert_eq!(get.await.unwrap().name, "Shop");

    // Less than the maximum size on the wire, and a thousand times as much decompressed.
    let bomb = pack(&vec![b' '; 500_000]);
    assert!(bomb.len() < 1000, "{}", bomb.len());
    let (address, _) = serve_once(encoded("200 OK", "gzip", &bomb)).await;
    assert_eq!(kind_of(&address).await, TransportErrorKind::TooLarge);
}
