//! Tests of a session whose tokens are those of an OAuth client.

use std::sync::Arc;

use serde_json::json;
use toolsmith_testkit::fake_oauth::Settings;

use super::*;
use crate::authorization::TokenErrorKind;
use crate::{Endpoint, OpenError, RequestError, Session, ToolRequest};

async fn open(server: &FakeOAuth, client: &Arc<OAuthClient>) -> Result<Session, OpenError> {
    let endpoint = Endpoint::http(server.url()).token_source(client.clone());
    Session::open(endpoint).await
}

#[track_caller]
fn kind(error: &RequestError) -> TokenErrorKind {
    match error {
        RequestError::Token(error) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_renewal_that_fails_for_now_is_temporary() {
    let server = FakeOAuth::start().await.unwrap();
    let client = Arc::new(client_of(&server));
    authorize(&client).await.unwrap();
    let session = open(&server, &client).await.unwrap();
    for (status, expected) in [
        (503, TokenErrorKind::Temporary),
        (429, TokenErrorKind::Temporary),
    ] {
        server.end_access_tokens();
        server.set(Settings {
            token_status: Some(status),
            ..Settings::default()
        });
        let error = session.list_tools(None).await.unwrap_err();
        assert_eq!(kind(&error), expected, "{status}: {error}");
        server.set(Settings::default());
        assert_eq!(session.list_tools(None).await.unwrap().tools.len(), 1);
    }
}

#[tokio::test]
async fn a_session_renews_its_token_while_it_is_open() {
    let server = FakeOAuth::start().await.unwrap();
    let client = Arc::new(client_of(&server));
    let error = open(&server, &client).await.unwrap_err();
    let OpenError::Token(token_error) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(token_error.kind(), TokenErrorKind::AuthorizationRequired);
    assert!(
        error
            .to_string()
            .contains("requires authorization; run `login`"),
        "{error}"
    );
    authorize(&client).await.unwrap();
    let session = open(&server, &client).await.unwrap();
    assert_eq!(session.list_tools(None).await.unwrap().tools.len(), 1);
    // The server forgets the token before it ends.
    server.end_access_tokens();
    assert_eq!(session.list_tools(None).await.unwrap().tools.len(), 1);
    server.end_access_tokens();
    server.end_refresh_tokens();
    let error = session.list_tools(None).await.unwrap_err();
    assert_eq!(kind(&error), TokenErrorKind::AuthorizationRequired);
    assert!(
        error
            .to_string()
            .contains("no longer accepts the refresh token"),
        "{error}"
    );
    check_secrets(&server, &format!("{error} {error:?}"));
    let posts = requests(&server, "POST /mcp");
    let bearers = posts
        .iter()
        .filter_map(|post| post.authorization.as_deref());
    assert!(bearers.clone().count() > 4);
    assert!(
        bearers
            .clone()
            .all(|bearer| bearer.starts_with("Bearer access-"))
    );
}

#[tokio::test]
async fn a_call_that_needs_more_permissions_says_so_and_then_works() {
    let server = FakeOAuth::start().await.unwrap();
    let client = Arc::new(client_of(&server));
    authorize(&client).await.unwrap();
    let session = open(&server, &client).await.unwrap();
    let arguments = json!({"noteId": "1"});
    let call = ToolRequest {
        name: "read-note",
        arguments: Some(&arguments),
        headers: &[],
    };
    let error = session.call_tool(&call).await.outcome.unwrap_err();
    assert_eq!(kind(&error), TokenErrorKind::InsufficientScope);
    assert!(
        error
            .to_string()
            .contains("more permissions than were granted"),
        "{error}"
    );
    authorize(&client).await.unwrap();
    let result = session.call_tool(&call).await.outcome.unwrap();
    assert!(result.contains("a note"), "{result}");
}

#[tokio::test]
async fn a_server_that_is_open_gets_no_token() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(Settings {
        is_open: true,
        ..Settings::default()
    });
    let client = Arc::new(client_of(&server));
    let session = open(&server, &client).await.unwrap();
    assert_eq!(session.list_tools(None).await.unwrap().tools.len(), 1);
    let posts = requests(&server, "POST /mcp");
    assert!(posts.iter().all(|post| post.authorization.is_none()));
}
