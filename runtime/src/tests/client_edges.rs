//! Tokens and secrets next to the calls of tools, and waits that end in time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use http::Request;
use serde_json::json;
use tokio::time::Instant;

use super::shop::{Client, CreateProject, GetProject};
use super::{CANARY, project, scripted};
use crate::client::AccessToken;
use crate::error::{Error, ErrorBody};
use crate::rate_limit::Quota;
use crate::scrubber::Scrubber;
use crate::transport::{Body, MemoryTransport, MockResponse, Recorder, Transport};

fn good() -> MockResponse {
    MockResponse::json(200, &project("p"))
}

async fn get(client: &Client) -> Result<(), Error> {
    client.projects().get(GetProject::new("p")).await.map(drop)
}

fn printed(error: &Error) -> String {
    let body = error
        .body()
        .map(|body| String::from_utf8_lossy(body).into_owned());
    format!("{error} {error:?} {body:?}")
}

#[tokio::test(start_paused = true)]
async fn errors_beside_the_calls_of_tools_do_not_repeat_the_token() {
    let content_type = format!("text/html; token={CANARY}");
    let reply = || {
        let reply = MockResponse::new(200).header("content-type", &content_type);
        reply.body(format!("<p>{CANARY}"))
    };
    let mut errors = Vec::new();
    errors.push(scripted([reply()]).0.account_status().await.unwrap_err());
    errors.push(scripted([reply()]).0.reconnect_link().await.unwrap_err());
    errors.push(scripted([reply()]).0.verify_tools().await.unwrap_err());
    let (client, _) = scripted([reply()]);
    let raw = client.projects().get(GetProject::new("p")).raw().await;
    errors.push(raw.unwrap().json().unwrap_err());
    let tools = json!({"result": [{"name": format!("a_{CANARY}")}]});
    let (client, _) = scripted([MockResponse::json(200, &tools)]);
    errors.push(client.verify_tools().await.unwrap_err());
    for error in errors {
        assert!(!printed(&error).contains(CANARY), "{}", printed(&error));
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_429_with_retry_after_1_is_not_repeated_at_once() {
    let began = Instant::now();
    let times: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let log = Arc::clone(&times);
    let transport = MemoryTransport::respond_with(move |_| {
        let mut times = log.lock().unwrap();
        times.push(began.elapsed());
        let refused = |after| {
            let reply = MockResponse::new(429).header("retry-after", "1");
            reply.after(Duration::from_millis(after))
        };
        match times.len() {
            1 => refused(1050),
            2 => refused(10),
            _ => good(),
        }
    });
    let client = super::client(&transport);
    let (first, second) = tokio::join!(get(&client), get(&client));
    first.unwrap();
    second.unwrap();
    let times = times.lock().unwrap();
    assert!(times[3] >= Duration::from_millis(2050), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn no_call_says_that_a_limit_is_exhausted_that_does_not_exist() {
    let transport = MemoryTransport::respond_with(|_| good().after(Duration::from_millis(300)));
    let client = super::client(&transport);
    let call = || {
        let call = client.projects().get(GetProject::new("p"));
        call.timeout(Duration::from_millis(500)).into_future()
    };
    let outcomes = join_all((0..200).map(|_| call())).await;
    let errors: Vec<Error> = outcomes.into_iter().filter_map(Result::err).collect();
    let wrong = errors.iter().find(|error| error.is_rate_limited());
    assert!(wrong.is_none(), "{wrong:?}");
}

/// Blanks around a header value are not part of it, so that the server never sees them.
#[test]
fn a_token_between_blanks_is_found_without_them() {
    for token in [
        format!("{CANARY} "),
        format!(" {CANARY}"),
        format!("{CANARY}\t"),
    ] {
        let scrubber = Scrubber::new([token.into()]);
        assert!(
            !scrubber
                .text(&format!("bad token {CANARY}."))
                .contains(CANARY)
        );
    }
}

/// The first request of the provider gets lost.
#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_does_not_end_the_client() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let provider = move || {
        let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if is_first {
                std::future::pending::<()>().await;
            }
            Ok::<_, std::io::Error>(AccessToken::new("tok_second"))
        }
    };
    let client = Client::builder()
        .account("acc_1")
        .transport(MemoryTransport::respond_with(|_| good()))
        .token_provider(provider)
        .build()
        .unwrap();
    get(&client).await.unwrap_err();
    // A day later.
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    get(&client).await.unwrap();
}

/// The second token takes three seconds.
#[tokio::test(start_paused = true)]
async fn a_quota_counts_calls_when_they_are_sent() {
    let began = Instant::now();
    let times: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let log = Arc::clone(&times);
    let transport = MemoryTransport::respond_with(move |_| {
        log.lock().unwrap().push(began.elapsed());
        good()
    });
    let asked = Arc::new(AtomicUsize::new(0));
    let provider = move || {
        let is_second = asked.fetch_add(1, Ordering::SeqCst) == 1;
        async move {
            if is_second {
                tokio::time::sleep(Duration::from_secs(3)).await;
            }
            let token = AccessToken::new(CANARY);
            let life = if is_second { 10_000 } else { 5 };
            Ok::<_, std::io::Error>(token.expires_in(Duration::from_secs(life)))
        }
    };
    let client = Client::builder()
        .account("acc_1")
        .transport(transport)
        .quota(Quota::unlimited().per_account(5, Duration::from_secs(10)))
        .token_provider(provider)
        .build()
        .unwrap();
    join_all((0..15).map(|_| get(&client))).await;
    let times = times.lock().unwrap();
    for (first, sixth) in times.iter().zip(times.iter().skip(5)) {
        assert!(*sixth >= *first + Duration::from_secs(10), "{times:?}");
    }
}

#[tokio::test]
async fn debug_of_a_recorded_request_hides_the_secrets_of_its_query() {
    let transport = MemoryTransport::respond_with(|_| good());
    let request = Request::get("https://api.test/a?api_key=live-1&filter%5Btoken%5D=live-2");
    transport
        .send(request.body(Body::default()).unwrap())
        .await
        .unwrap();
    let printed = format!("{transport:?} {:?}", transport.requests());
    assert!(!printed.contains("live"), "{printed}");
}

#[tokio::test]
async fn errors_show_no_secrets_that_the_names_of_fields_show() {
    let body = json!({"error": {"code": 1, "api_key": "live-1"}, "message": {"token": "live-2"}});
    let body_text = body.to_string();
    let printed_body = format!("{:?}", ErrorBody::from_body(body_text.as_bytes()));
    assert!(!printed_body.contains("live"), "{printed_body}");
    let redirect = MockResponse::new(302).header("location", "https://a.test/?access_token=live-3");
    for reply in [MockResponse::json(400, &body), redirect] {
        let (client, _) = scripted([reply]);
        let error = get(&client).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("live"), "{error}");
    }
}

#[tokio::test]
async fn a_tape_hides_the_secrets_of_addresses_and_keeps_all_headers() {
    let address = "https://app.test/cb#access_token=live-1";
    let body = json!({"url": "https://a.test/cb?access_token=live-2"});
    let reply = MockResponse::json(201, &body).header("location", address);
    let recorder = Recorder::new();
    let recording = recorder.clone().around(MemoryTransport::script([reply]));
    let request = Request::get("https://api.test/a").body(Body::default());
    recording.send(request.unwrap()).await.unwrap();
    let tape = recorder.tape();
    assert!(!tape.contains("live"), "{tape}");
}

/// `head :ok` of Rails sends one space; some gateways send a header twice.
#[tokio::test]
async fn a_write_that_succeeded_is_no_error_because_of_a_blank_or_a_doubled_header() {
    for body in [" ", "\r\n", "\u{feff}"] {
        let page = scripted([MockResponse::new(200).body(body)]).0;
        let list = page.call_tool("list_all_shop_projects", json!({"accountId": "acc_1"}));
        assert!(list.await.is_ok(), "{body:?}");
    }
    let doubled = "application/json, application/json";
    let created = MockResponse::json(201, &project("p")).header("content-type", doubled);
    let (client, _) = scripted([created]);
    let create = client.projects().create(CreateProject::new("a", "acc_1"));
    create.await.unwrap();
}
