//! Faults of the connection, over sockets.

use std::time::Duration;

use generated::the_auth_api::CATALOG;
use serde_json::json;
use tokio::net::TcpListener;
use toolsmith_runtime::error::TransportErrorKind;
use toolsmith_runtime::{Client, Error, Json, RetryPolicy};

use super::raw::{Act, Raw};

const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 19\r\n\
    connection: close\r\n\r\n{\"id\":\"acc_shopco\"}";

/// A 429 with these headers.
macro_rules! limited {
    ($headers:literal) => {
        Act::Say(concat!(
            "HTTP/1.1 429 Too Many Requests\r\n",
            $headers,
            "\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        ))
    };
}

fn client(address: &str) -> Client {
    Client::builder(CATALOG)
        .token("s3cr3t-canary")
        .account("ia_551")
        .base_url(address)
        .retry(RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(4)))
        .timeout(Duration::from_secs(5))
        .attempt_timeout(Duration::from_millis(250))
        .max_response_size(10_000)
        .build()
        .unwrap()
}

async fn read(address: &str) -> Result<Json, Error> {
    let arguments = json!({"id": "acc_shopco"});
    client(address)
        .call_tool("get_single_the_auth_api_account_by_id", arguments)
        .await
}

/// Asserts that a read failed with this kind of error in every attempt.
#[track_caller]
fn expect_kind(outcome: Result<Json, Error>, kind: TransportErrorKind, what: &str) {
    match outcome {
        Err(Error::Transport {
            source, attempts, ..
        }) => {
            assert_eq!(source.kind(), kind, "{what}: {source}");
            assert!(
                attempts.iter().all(|attempt| attempt.kind == Some(kind)),
                "{what}"
            );
        }
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn a_read_survives_a_broken_connection() {
    const SCRIPTS: [&[Act]; 6] = [
        &[Act::ResetBefore, Act::Say(GOOD)],
        &[Act::ResetAfter(""), Act::Say(GOOD)],
        &[Act::ResetAfter("HTTP/1.1 200 O"), Act::Say(GOOD)],
        &[
            Act::ResetAfter("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"id\""),
            Act::Say(GOOD),
        ],
        // The body is shorter than its declared length.
        &[
            Act::Say("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}"),
            Act::Say(GOOD),
        ],
        &[Act::SayAndStay(""), Act::Say(GOOD)],
    ];
    for script in SCRIPTS {
        let server = Raw::start(script).await;
        let answer = read(&server.address).await.unwrap();
        assert_eq!(answer, json!({"id": "acc_shopco"}), "{script:?}");
        assert_eq!(server.arrived().len(), 2, "{script:?}");
    }
    // A reset after a complete response does no harm.
    let server = Raw::start(&[Act::ResetAfter(GOOD)]).await;
    read(&server.address).await.unwrap();
    assert_eq!(server.arrived().len(), 1);
}

#[tokio::test]
async fn a_permanent_fault_ends_after_four_attempts() {
    const BROKEN: TransportErrorKind = TransportErrorKind::Broken;
    const SCRIPTS: [(&[Act], TransportErrorKind); 4] = [
        (&[Act::ResetBefore], BROKEN),
        (&[Act::Say("no HTTP at all")], BROKEN),
        // Slow headers and a slow body: each attempt has its own timeout.
        (&[Act::SayAndStay("")], TransportErrorKind::Timeout),
        (
            &[Act::SayAndStay(
                "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
            )],
            TransportErrorKind::Timeout,
        ),
    ];
    for (script, kind) in SCRIPTS {
        let server = Raw::start(script).await;
        let outcome = read(&server.address).await;
        assert_eq!(outcome.as_ref().unwrap_err().attempts().len(), 4);
        expect_kind(outcome, kind, &format!("{script:?}"));
        assert_eq!(server.arrived().len(), 4, "{script:?}");
        if kind == TransportErrorKind::Timeout {
            let at = server.arrived().last().unwrap().at;
            assert!(
                at >= Duration::from_millis(740) && at < Duration::from_secs(2),
                "{at:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_exhausted_limit_is_awaited_in_forms_that_truto_does_not_send() {
    const SCRIPTS: [(&[Act], u64); 5] = [
        (
            &[
                limited!("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1"),
                Act::Say(GOOD),
            ],
            1000,
        ),
        (
            &[
                limited!("RateLimit: limit=5, remaining=0, reset=1"),
                Act::Say(GOOD),
            ],
            1000,
        ),
        (
            &[limited!("ratelimit-limit: 110;w=1"), Act::Say(GOOD)],
            1000,
        ),
        (&[limited!("retry-after: 1e308"), Act::Say(GOOD)], 1000),
        (&[limited!("retry-after: -7"), Act::Say(GOOD)], 1000),
    ];
    for (script, least) in SCRIPTS {
        let server = Raw::start(script).await;
        read(&server.address).await.unwrap();
        let arrived = server.arrived();
        assert_eq!(arrived.len(), 2, "{script:?}");
        let waited = arrived[1].at.saturating_sub(arrived[0].at);
        let (least, most) = (
            Duration::from_millis(least),
            Duration::from_millis(least + 900),
        );
        assert!(waited >= least && waited < most, "{script:?}: {waited:?}");
    }
}

#[tokio::test]
async fn a_redirect_does_not_forward_the_token() {
    let other = Raw::start(&[Act::Say(GOOD)]).await;
    let there = format!(
        "HTTP/1.1 302 Found\r\nlocation: {}/stolen\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        other.address
    );
    let script: &'static [Act] = Box::leak(Box::new([Act::Say(Box::leak(there.into()))]));
    let server = Raw::start(script).await;
    let error = read(&server.address).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert_eq!((server.arrived().len(), other.arrived().len()), (1, 0));

    // A custom HTTP client may follow, to another host without the token.
    let server = Raw::start(script).await;
    let client: Client = Client::builder(CATALOG)
        .token("s3cr3t-canary")
        .account("ia_551")
        .base_url(&server.address)
        .http_client(user_client())
        .build()
        .unwrap();
    let arguments = json!({"id": "acc_shopco"});
    let call = client.call_tool("get_single_the_auth_api_account_by_id", arguments);
    call.await.unwrap();
    assert!(server.arrived()[0].text.contains("authorization: Bearer "));
    let followed = other.arrived();
    assert_eq!(followed.len(), 1);
    assert!(
        followed[0].text.starts_with("GET /stolen"),
        "another request"
    );
    assert!(
        !followed[0].text.contains("s3cr3t-canary"),
        "the token went along"
    );
}

#[tokio::test]
async fn a_write_keeps_its_key_over_broken_connections() {
    let server = Raw::start(&[
        Act::ResetAfter(""),
        Act::ResetAfter("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"),
        Act::Say(GOOD),
    ])
    .await;
    let arguments = json!({"name": "Shop"});
    let call = client(&server.address).call_tool("create_a_the_auth_api_account", arguments);
    call.await.unwrap();
    let arrived = server.arrived();
    let keys: Vec<_> = arrived
        .iter()
        .map(|request| {
            request
                .text
                .lines()
                .find(|line| line.starts_with("idempotency-key"))
        })
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(
        keys[0].is_some() && keys.iter().all(|key| *key == keys[0]),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_refused_connection_and_a_failed_handshake_are_distinct() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    expect_kind(read(&address).await, TransportErrorKind::Connect, "refused");

    // A server without TLS: another attempt would fail as well.
    let server = Raw::start(&[Act::Greet("HTTP/1.1 400 Bad Request\r\n\r\n")]).await;
    let address = server.address.replace("http://", "https://");
    let outcome = read(&address).await;
    assert_eq!(outcome.as_ref().unwrap_err().attempts().len(), 1);
    assert!(!outcome.as_ref().unwrap_err().is_retryable());
    expect_kind(outcome, TransportErrorKind::Tls, "no TLS");
}

#[tokio::test]
async fn the_timeout_of_a_custom_client_is_a_timeout() {
    let server = Raw::start(&[Act::SayAndStay("")]).await;
    drop(user_client());
    let http = reqwest::Client::builder().timeout(Duration::from_millis(50));
    let client: Client = Client::builder(CATALOG)
        .token("s3cr3t-canary")
        .account("ia_551")
        .base_url(&server.address)
        .http_client(http.build().unwrap())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let arguments = json!({"id": "acc_shopco"});
    let call = client.call_tool("get_single_the_auth_api_account_by_id", arguments);
    expect_kind(call.await, TransportErrorKind::Timeout, "its own time");
}

/// Creates a client as a program might.
fn user_client() -> reqwest::Client {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
