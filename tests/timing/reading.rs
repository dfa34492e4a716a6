//! Long responses and endless lists, from a server on bare sockets, in real time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use generated::the_auth_api::{Client, GetAccount, ListAccounts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use toolsmith_runtime::Error;
use toolsmith_runtime::error::{IncompleteReason, TimeoutPhase};

/// The time that a call may take beyond its timeout, and an unrelated call in all: generous, because
/// the machine may be busy.
const GENEROUS: Duration = Duration::from_secs(1);

/// Starts a server that answers a get with a small record, and each list with `page`.
async fn start(page: fn(usize) -> Bytes) -> (Client, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    // In its own runtime, so that the client has its thread for itself.
    let listener = listener.into_std().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, page, Arc::clone(&counter)));
            }
        });
    });
    let client = Client::builder().token("s3cr3t-canary").account("ia_551");
    (client.base_url(address).build().unwrap(), requests)
}

async fn serve(mut socket: TcpStream, page: fn(usize) -> Bytes, requests: Arc<AtomicUsize>) {
    let mut head = Vec::new();
    while let Ok(byte) = socket.read_u8().await {
        head.push(byte);
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let number = requests.fetch_add(1, Ordering::Relaxed);
        let is_get = head.starts_with(b"GET /proxy/accounts/");
        let body = if is_get {
            Bytes::from_static(br#"{"id":"acc_1","name":"a","isActive":true}"#)
        } else {
            page(number)
        };
        head.clear();
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        if socket.write_all(answer.as_bytes()).await.is_err()
            || socket.write_all(&body).await.is_err()
        {
            return;
        }
    }
}

/// A page of ten million records that do not match. It is made before the server needs it.
static MISFITS: LazyLock<Bytes> = LazyLock::new(|| {
    let records = "{},".repeat(10_000_000);
    format!("{{\"next_cursor\":\"c2\",\"result\":[{records}{{}}]}}").into()
});

fn misfits(_number: usize) -> Bytes {
    MISFITS.clone()
}

#[tokio::test]
async fn a_timeout_holds_while_a_long_response_is_read() {
    const TIMEOUT: Duration = Duration::from_secs(3);
    assert!(MISFITS.len() > 30_000_000);
    let (client, _) = start(misfits).await;
    let get = || client.accounts().get(GetAccount::new("acc_1"));
    get().await.unwrap();
    let list = client.accounts().list(ListAccounts::new()).timeout(TIMEOUT);
    let began = Instant::now();
    let reading = tokio::spawn(list.into_future());
    let mut unrelated = 0;
    while !reading.is_finished() {
        let began = Instant::now();
        get().await.unwrap();
        let took = began.elapsed();
        assert!(took < GENEROUS, "an unrelated call took {took:?}");
        unrelated += 1;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = began.elapsed();
    let error = reading.await.unwrap().unwrap_err();
    assert!(
        matches!(
            error,
            Error::Timeout {
                phase: TimeoutPhase::Reading,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().contains("its body was not read in 3 s"),
        "{error}"
    );
    assert!(took < TIMEOUT + GENEROUS, "{took:?}");
    assert!(unrelated > 10, "{unrelated} calls");
}

fn empty(number: usize) -> Bytes {
    format!(r#"{{"result":[],"next_cursor":"c{number}"}}"#).into()
}

#[tokio::test]
async fn a_list_of_empty_pages_ends() {
    let (client, requests) = start(empty).await;
    let list = || client.accounts().list(ListAccounts::new());
    let reason = |error: Error| match error {
        Error::Incomplete(error) => error.reason,
        other => panic!("{other}"),
    };
    let collected = reason(list().collect(10).await.unwrap_err());
    assert_eq!(collected, IncompleteReason::EmptyPages(101));
    assert_eq!(requests.load(Ordering::Relaxed), 101);
    let mut items = list().items();
    let streamed = reason(items.next().await.unwrap().unwrap_err());
    assert_eq!(streamed, IncompleteReason::EmptyPages(101));
    assert!(items.next().await.is_none());
    assert_eq!(requests.load(Ordering::Relaxed), 202);
}
