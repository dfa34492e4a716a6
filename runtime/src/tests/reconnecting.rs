//! The status of an account, and the link by which its user connects it again.

use secrecy::ExposeSecret;
use serde_json::json;

use super::shop::{Client, GetProject};
use super::{CANARY, secrets};
use crate::Json;
use crate::client::AccountStatus;
use crate::error::{DecodeProblem, Error};
use crate::transport::{MemoryTransport, MockResponse, RecordedRequest};

const LINK_TOKEN: &str = "s3cr3t-canary-link/1";

fn refusal() -> MockResponse {
    let body = json!({"statusCode": 401, "message": "expired", "truto_is_remote_error": true});
    MockResponse::json(401, &body)
}

/// Creates a client of an account that has to be reconnected.
fn client(link: fn() -> MockResponse, has_links: bool) -> (Client, MemoryTransport) {
    secrets::listen();
    let transport = MemoryTransport::respond_with(move |request| match request.path.as_str() {
        "/link-token" => link(),
        _ => refusal(),
    });
    let builder = Client::builder()
        .token(CANARY)
        .account("acc_1")
        .log_payloads();
    let builder = builder.transport(transport.clone());
    let builder = if has_links {
        builder.reconnect_links()
    } else {
        builder
    };
    (builder.build().unwrap(), transport)
}

fn linked() -> MockResponse {
    MockResponse::json(200, &json!({"link_token": LINK_TOKEN}))
}

fn paths(transport: &MemoryTransport) -> Vec<String> {
    transport
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect()
}

async fn fail(client: &Client) -> Error {
    client
        .projects()
        .get(GetProject::new("p"))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn an_error_of_a_disconnected_account_has_a_link() {
    let (client, transport) = client(linked, true);
    let client = client.for_account("acc 7");
    let error = fail(&client).await;
    assert!(error.needs_reauthorization());
    let link = error.reconnect_link().unwrap();
    assert_eq!(link.token().expose_secret(), LINK_TOKEN);
    assert_eq!(
        link.url().expose_secret(),
        "https://app.truto.one/connect-account?link_token=s3cr3t-canary-link%2F1"
    );
    let requests = transport.requests();
    let [call, asked]: [RecordedRequest; 2] = requests.try_into().unwrap();
    assert_eq!(call.path, "/proxy/projects/p");
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", "/link-token")
    );
    let body = json!({"integrated_account_id": "acc 7", "persist_previous_context": true});
    assert_eq!(asked.json(), body);
    assert_eq!(asked.header("authorization"), Some("Bearer s3cr3t-canary"));
    // The link is in no message.
    let printed = format!("{error} {error:?} {link:?}");
    assert!(!printed.contains("canary"), "{printed}");
}

#[tokio::test]
async fn a_model_gets_no_link() {
    let (client, _) = client(linked, true);
    let reply = client
        .toolbox()
        .call("get_single_shop_project_by_id", json!({"id": "p"}))
        .await;
    let shown = format!("{reply:?} {}", reply.text());
    assert!(
        shown.contains("connect it again") && !shown.contains("canary"),
        "{shown}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_link_that_cannot_be_made_hides_nothing() {
    for link in [
        || MockResponse::new(500),
        || MockResponse::new(403),
        || MockResponse::json(200, &json!({})),
        || MockResponse::json(200, &json!({"link_token": ""})),
        || MockResponse::new(200).body("<html>"),
        refusal,
        || linked().after(std::time::Duration::from_secs(3600)),
    ] {
        let (client, _) = client(link, true);
        let error = fail(&client).await;
        assert!(
            error.needs_reauthorization() && error.reconnect_link().is_none(),
            "{error}"
        );
        assert_eq!(error.tool(), Some("get_single_shop_project_by_id"));
    }
}

#[tokio::test]
async fn no_link_is_made_unless_the_program_asks() {
    let (silent, transport) = client(linked, false);
    assert!(fail(&silent).await.reconnect_link().is_none());
    assert_eq!(paths(&transport), ["/proxy/projects/p"]);
    let link = silent.reconnect_link().await.unwrap();
    assert_eq!(link.token().expose_secret(), LINK_TOKEN);
    // Another error gets none.
    let transport = MemoryTransport::script([MockResponse::new(404)]);
    let builder = Client::builder()
        .token(CANARY)
        .account("acc_1")
        .reconnect_links();
    let client = builder.transport(transport.clone()).build().unwrap();
    assert!(fail(&client).await.reconnect_link().is_none());
    assert_eq!(transport.requests().len(), 1);
}

async fn status(status: u16, body: &Json) -> Result<AccountStatus, Error> {
    let response = MockResponse::json(status, body);
    let transport = MemoryTransport::script([response]);
    let builder = Client::builder()
        .token(CANARY)
        .account("acc/1")
        .transport(transport.clone());
    let outcome = builder.build().unwrap().account_status().await;
    assert_eq!(paths(&transport), ["/integrated-account/acc%2F1"]);
    outcome
}

#[tokio::test]
async fn the_status_of_an_account_is_read() {
    use AccountStatus::{Active, Connecting, NeedsReauthorization, Other};
    for (text, expected, is_active, needs) in [
        ("active", Active, true, false),
        ("connecting", Connecting, false, false),
        (
            "post_install_error",
            AccountStatus::PostInstallError,
            false,
            true,
        ),
        (
            "validation_error",
            AccountStatus::ValidationError,
            false,
            true,
        ),
        ("needs_reauth", NeedsReauthorization, false, true),
        ("on_holiday", Other("on_holiday".to_owned()), false, false),
    ] {
        let bare = json!({"id": "acc/1", "status": text});
        for body in [bare.clone(), json!({"result": bare})] {
            let found = status(200, &body).await.unwrap();
            assert_eq!(found, expected);
            assert_eq!(
                (found.is_active(), found.needs_reauthorization()),
                (is_active, needs)
            );
        }
    }
    for body in [
        json!({}),
        json!({"status": 5}),
        json!([]),
        json!({"status": null}),
    ] {
        let error = status(200, &body).await.unwrap_err();
        let Error::Decode(error) = error else {
            panic!("{error:?}");
        };
        assert!(
            matches!(error.problem, DecodeProblem::Protocol(_)),
            "{error}"
        );
    }
    let error = status(404, &json!({"message": "Not found"}))
        .await
        .unwrap_err();
    assert!(error.is_account_not_found(), "{error}");
}

#[tokio::test]
async fn a_reader_asks_for_status_and_link_as_well() {
    let (full, _) = client(linked, false);
    let reader = full.read_only();
    assert!(reader.reconnect_link().await.is_ok());
}
