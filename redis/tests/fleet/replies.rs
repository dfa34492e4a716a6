//! Servers that respond, but not with a lease: each is an outage with its reason, and ends by itself.

use std::time::Duration;

use generated::the_auth_api::CATALOG;
use serde_json::json;
use toolsmith_redis::RedisStore;
use toolsmith_runtime::Client;
use toolsmith_runtime::rate_limit::StoreState;
use toolsmith_testkit::fake_truto::FakeTruto;
use toolsmith_testkit::log_capture;

use crate::fake_store::{FakeStore, Response};

const PASSWORD: &str = "correct-horse";

/// The command that has another response, the response, and a part of the warning.
const REPLIES: &[(&str, Response, &str)] = &[
    (
        "AUTH",
        Response::Bytes("-WRONGPASS invalid username-password pair or user is disabled.\r\n"),
        "check the user and the password",
    ),
    (
        "AUTH",
        Response::Bytes(
            "-ERR unknown command `AUTH`, with args beginning with: `correct-horse`\r\n",
        ),
        "check the user and the password",
    ),
    (
        "EVAL",
        Response::Bytes("-ERR unknown command `EVALSHA` after `AUTH correct-horse`\r\n"),
        "unknown command `EVALSHA` after `AUTH …`",
    ),
    (
        "EVAL",
        Response::Bytes("-NOAUTH Authentication required.\r\n"),
        "check the user and the password",
    ),
    (
        "EVAL",
        Response::Bytes("-NOPERM User agents has no permissions to run the 'evalsha' command\r\n"),
        "the user needs the commands",
    ),
    (
        "",
        Response::Bytes("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"),
        "not in the protocol of Redis",
    ),
    (
        "EVAL",
        Response::Bytes("<html>\r\n"),
        "not in the protocol of Redis",
    ),
    (
        "EVAL",
        Response::Bytes("-READONLY You can't write against a read only replica.\r\n"),
        "read-only replica",
    ),
    (
        "EVAL",
        Response::Bytes(
            "-ERR Error running script (call to f_1): @user_script:5: @user_script: 5: -READONLY You can't write against a read only replica. \r\n",
        ),
        "use the URL of the primary",
    ),
    (
        "EVAL",
        Response::Bytes("-OOM command not allowed when used memory > 'maxmemory'.\r\n"),
        "`maxmemory`",
    ),
    (
        "EVAL",
        Response::Bytes(
            "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n",
        ),
        "another script blocks the server",
    ),
    (
        "EVAL",
        Response::Bytes("-LOADING Redis is loading the dataset in memory\r\n"),
        "is loading its data",
    ),
    (
        "EVAL",
        Response::Bytes("-MOVED 866 10.0.0.7:6379\r\n"),
        "RedisStoreBuilder::cluster",
    ),
    (
        "EVAL",
        Response::Bytes("-ASK 866 10.0.0.7:6379\r\n"),
        "RedisStoreBuilder::cluster",
    ),
    ("EVAL", Response::Bytes("+OK\r\n"), "not a list of numbers"),
    (
        "EVAL",
        Response::Bytes("$-1\r\n"),
        "unexpected reply length",
    ),
    (
        "EVAL",
        Response::Bytes("*2\r\n:1\r\n:2\r\n"),
        "unexpected reply length",
    ),
    (
        "EVAL",
        Response::Bytes("*1\r\n$1\r\nx\r\n"),
        "not a list of numbers",
    ),
    ("EVAL", Response::End, ""),
    ("", Response::End, ""),
];

/// Returns the state of the store after a call, which does not fail.
async fn call(client: &Client) -> StoreState {
    let called = client.call_tool("list_all_the_auth_api_accounts", json!({}));
    called.await.unwrap();
    client.rate_limiter().status().store.unwrap()
}

/// Returns what was logged about stores since a position of the log.
fn warnings(since: usize) -> Vec<String> {
    let log = log_capture::captured();
    let lines = log.get(since..).unwrap_or_default().lines();
    let about_stores =
        lines.filter(|line| line.contains("the store of rate limits is unreachable"));
    about_stores.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_reply_that_is_no_lease_is_an_outage_with_its_reason() {
    log_capture::start();
    for (command, response, reason) in REPLIES {
        let server = FakeStore::start();
        server.set_responses(&[(command, *response)]);
        let truto = FakeTruto::start().unwrap();
        let client: Client = Client::builder(CATALOG)
            .base_url(truto.base_url())
            .token(truto.token())
            .account(truto.account_id())
            .rate_limit_store(RedisStore::new(server.url(PASSWORD)).unwrap())
            .build()
            .unwrap();
        let since = log_capture::captured().len();
        for _ in 0..3 {
            let state = call(&client).await;
            let is_alone = matches!(state, StoreState::Unreachable { .. });
            assert!(is_alone, "{response:?}: {state:?}");
            let error = client.rate_limiter().store_error().unwrap();
            let is_named = error.contains(reason) && !error.contains(PASSWORD);
            assert!(is_named, "{response:?}: {error}");
        }
        let lines = warnings(since);
        let about: Vec<_> = lines.iter().filter(|line| line.contains(reason)).collect();
        assert_eq!(about.len(), 1, "{response:?}: {lines:?}");
        assert!(!lines.concat().contains(PASSWORD), "{lines:?}");
        server.set_responses(&[]);
        let connected = StoreState::Connected { processes: 1 };
        for attempt in 0.. {
            let state = call(&client).await;
            if state == connected && client.rate_limiter().store_error().is_none() {
                break;
            }
            assert!(attempt < 100, "{response:?}: the store is not used again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test]
async fn a_server_that_has_lost_its_scripts_is_sent_the_script() {
    let server = FakeStore::start();
    let missing = Response::Bytes("-NOSCRIPT No matching script. Please use EVAL.\r\n");
    server.set_responses(&[("EVALSHA", missing)]);
    let truto = FakeTruto::start().unwrap();
    let client: Client = Client::builder(CATALOG)
        .base_url(truto.base_url())
        .token(truto.token())
        .account(truto.account_id())
        .rate_limit_store(RedisStore::new(server.url(PASSWORD)).unwrap())
        .build()
        .unwrap();
    assert_eq!(call(&client).await, StoreState::Connected { processes: 1 });
    let commands = server.take_commands();
    assert!(commands.iter().any(|name| name == "EVAL"), "{commands:?}");
    assert_eq!(server.accepted(), 1);
}
