//! Setting a client up, and what is said about a wrong setup.

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
fn what_is_missing_is_named() {
    check_refused(
        Client::builder().account("acc_1"),
        "there is no token: set the environment variable `SHOP_TOKEN` or `SHOP_API_KEY` to an API \
         token, or give one to the builder by `token(..)`",
    );
    check_refused(
        Client::builder().token("t"),
        "there is no account: set the environment variable `SHOP_ACCOUNT_ID` to the identifier \
         of the integrated account, or give it to the builder by `account(..)`",
    );
    check_refused(
        builder().token("a\nb"),
        "the token is empty or holds what cannot stand in a header, as a newline",
    );
    check_refused(
        builder().user_agent("a\nb"),
        "the user agent holds what cannot stand in a header",
    );
}

#[test]
fn an_address_must_be_safe() {
    for (address, expected) in [
        ("api.shop.test", "is no URL (relative URL without a base)"),
        ("ftp://api.shop.test", "must begin with https://"),
        (
            "https://me:pw@api.shop.test",
            "must not hold a user or a password",
        ),
        (
            "https://api.shop.test/?a=b",
            "must end with its host or a path",
        ),
        (
            "http://api.shop.test",
            "is plain HTTP, which would show the token to everyone on the way; use https, or \
             `allow_plain_http()` of the builder",
        ),
        (
            "http://api.localhost",
            "is plain HTTP, which would show the token to everyone on the way; use https, or \
             `allow_plain_http()` of the builder",
        ),
        (
            "http://127.0.0.1.evil.test",
            "is plain HTTP, which would show the token to everyone on the way; use https, or \
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
async fn an_address_may_have_a_path() {
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
fn the_default_transport_can_be_built() {
    let client = Client::builder()
        .token("t")
        .account("a")
        .connect_timeout(Duration::from_secs(1));
    client.build().unwrap();
}
