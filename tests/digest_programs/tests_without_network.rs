//! A test of a program without a network.

use generated::runtime::transport::{MemoryTransport, MockResponse};
use generated::runtime::{Error, values::Example};
use generated::the_auth_api::{ApiKey, Client, CreateApiKey, RotateApiKey};
use serde_json::json;

async fn create(client: &Client) -> Result<String, Error> {
    let request = CreateApiKey::new("backend", "prj_1").client_ip("127.0.0.1");
    Ok(client.api_keys().create(request).await?.name)
}

#[tokio::test]
async fn sees_an_error_of_the_api() {
    let transport = MemoryTransport::script([
        MockResponse::remote_error(404, "no such project"),
        MockResponse::json(200, &ApiKey::example()),
    ]);
    let builder = Client::builder().token("t").account("a");
    let client = builder.transport(transport).build().unwrap();
    let error = create(&client).await.unwrap_err();
    assert!(error.is_record_not_found(), "{error}");
    assert!(create(&client).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn creates_a_key_after_a_refusal() {
    let mut key = ApiKey::example();
    key.name = "from the test".to_owned();
    let transport = MemoryTransport::script([
        MockResponse::new(429).header("retry-after", "1"),
        MockResponse::json(200, &json!(key)),
    ]);
    let client = Client::builder()
        .token("t")
        .account("a")
        .transport(transport.clone())
        .build()
        .unwrap();
    assert_eq!(create(&client).await.unwrap(), "from the test");
    let requests = transport.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        (requests[1].method.as_str(), &*requests[1].path),
        ("POST", "/proxy/api_keys")
    );
    assert_eq!(requests[1].json()["clientIP"], "127.0.0.1");
}

/// The page shows `POST /proxy/api_key_rotate?id`.
#[tokio::test]
async fn sends_the_identifier_where_the_page_shows_it() {
    let transport = MemoryTransport::script([MockResponse::json(200, &ApiKey::example())]);
    let builder = Client::builder().token("t").account("a");
    let client = builder.transport(transport.clone()).build().unwrap();
    let id = String::from("key_1");
    let request = RotateApiKey::new(&id);
    assert!(client.api_keys().rotate(request).await.is_ok());
    let sent = &transport.requests()[0];
    assert_eq!(sent.method, "POST");
    assert_eq!(sent.path, "/proxy/api_key_rotate");
    assert!(sent.query_pairs().contains(&("id".to_owned(), id)));
}
