//! The configuration of clients, and the errors of an invalid one.

use std::time::Duration;

use serde_json::json;

use super::shop::{Client, GetProject};
use crate::Error;
use crate::codegen::ClientBuilder;
use crate::transport::{MemoryTransport, MockResponse};

fn builder() -> ClientBuilder<Client> {
    Client::builder()
        .token("t")
        .account("acc_1")
        .transport(MemoryTransport::script([]))
}

#[track_caller]
fn check_refused(builder: ClientBuilder<Client>, expected: &str) {
    let error = builder.build().unwrap_err();
    assert!(matches!(error, Error::Config { .. }));
    assert_eq!(error.to_string(), expected);
}

#[test]
fn names_missing_settings() {
    check_refused(
        Client::builder().account("acc_1"),
        "there is no token: set the environment variable `SHOP_TOKEN` or `SHOP_API_KEY` to an API \
         token, or set one with `token(..)`",
    );
    check_refused(
        Client::builder(),
        "there is no token and no account: set the environment variables `SHOP_TOKEN` or `SHOP_API_KEY` and \
         `SHOP_ACCOUNT_ID`, or set them with `token(..)` and `account(..)`",
    );
    check_refused(
        Client::builder().token("t"),
        "there is no account: set the environment variable `SHOP_ACCOUNT_ID` to the identifier \
         of the integrated account, or set it with `account(..)`",
    );
    check_refused(
        builder().token("a\nb"),
        "the token is empty or not a valid header value",
    );
    check_refused(
        builder().user_agent("a\nb"),
        "the user agent is not a valid header value",
    );
}

#[test]
fn refuses_an_unsafe_base_url() {
    for (address, expected) in [
        (
            "api.shop.test",
            "has no scheme; begin it with `https://`, or with `http://` for a server on this machine",
        ),
        (
            "localhost:4010",
            "has no scheme; begin it with `https://`, or with `http://` for a server on this machine",
        ),
        ("ftp://api.shop.test", "must begin with https://"),
        (
            "https://me:pw@api.shop.test",
            "must not contain a user name or a password",
        ),
        (
            "https://api.shop.test/?a=b",
            "must not have a query or a fragment",
        ),
        (
            "http://api.shop.test",
            "is plain HTTP, which would reveal the token to everyone on the network path; use https, or \
             `allow_plain_http()` of the builder",
        ),
        (
            "http://api.localhost",
            "is plain HTTP, which would reveal the token to everyone on the network path; use https, or \
             `allow_plain_http()` of the builder",
        ),
        (
            "http://localhost..",
            "is plain HTTP, which would reveal the token to everyone on the network path; use https, or \
             `allow_plain_http()` of the builder",
        ),
        (
            "http://127.0.0.1.evil.test",
            "is plain HTTP, which would reveal the token to everyone on the network path; use https, or \
             `allow_plain_http()` of the builder",
        ),
    ] {
        let expected = format!("the base URL (`base_url(..)` or `SHOP_BASE_URL`) {expected}");
        check_refused(builder().base_url(address), &expected);
    }
    for address in [
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:1",
        "http://localhost:3000/",
        "http://localhost.:3000",
        "http://LOCALHOST./",
        "https://api.shop.test/base/",
    ] {
        builder().base_url(address).build().unwrap();
    }
    builder()
        .base_url("http://api.shop.test")
        .allow_plain_http()
        .build()
        .unwrap();
}

#[tokio::test]
async fn accepts_a_base_url_with_a_path() {
    let transport =
        MemoryTransport::script([MockResponse::json(200, &json!({"id": "p", "name": "n"}))]);
    let client = builder()
        .transport(transport.clone())
        .base_url("http://localhost:3000/base/")
        .user_agent("report/1")
        .build()
        .unwrap();
    client.projects().get(GetProject::new("p")).await.unwrap();
    let received = &transport.requests()[0];
    assert_eq!(received.origin, "http://localhost:3000");
    assert_eq!(received.path, "/base/proxy/projects/p");
    assert_eq!(received.header("user-agent"), Some("report/1"));
}

#[test]
fn builds_the_default_transport() {
    let client = Client::builder()
        .token("t")
        .account("a")
        .connect_timeout(Duration::from_secs(1));
    client.build().unwrap();
}
