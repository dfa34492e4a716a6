//! Tests of servers and pages that do what they must not.

use serde_json::{Value, json};
use toolsmith_testkit::fake_oauth::{Behavior, Settings};

use super::*;

/// Checks that an authorization fails, without a secret in its error. Returns the error.
#[track_caller]
fn check(
    server: &FakeOAuth,
    authorized: Result<Credentials, OAuthError>,
    kind: OAuthErrorKind,
    expected: &str,
) {
    let error = authorized.expect_err(expected);
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{text}");
    assert!(text.contains(expected), "no {expected:?} in {text:?}");
    assert_eq!(text.lines().count(), 1, "{text:?}");
    check_secrets(server, &text);
}

fn behaves(behavior: Behavior) -> Settings {
    Settings {
        behavior,
        ..Settings::default()
    }
}

fn resource(members: Value) -> Settings {
    Settings {
        resource_metadata: members,
        ..Settings::default()
    }
}

/// A server of which only the place of its metadata is known by convention, and not readable now.
fn unreadable(status: u16) -> Settings {
    Settings {
        challenge_has_metadata: false,
        metadata_status: Some(status),
        ..Settings::default()
    }
}

fn issuer(members: Value) -> Settings {
    Settings {
        server_metadata: members,
        ..Settings::default()
    }
}

#[tokio::test]
async fn responses_in_the_browser_are_checked_before_the_code_is_sent() {
    let server = FakeOAuth::start().await.unwrap();
    for (behavior, kind, expected) in [
        (
            Behavior::WrongState,
            OAuthErrorKind::Timeout,
            "responses with another state were discarded",
        ),
        (
            Behavior::WrongIssuer,
            OAuthErrorKind::Response,
            "that of another authorization server",
        ),
        // The text of another server is not shown.
        (
            Behavior::DenyAsWrongIssuer,
            OAuthErrorKind::Response,
            "that of another authorization server; it was discarded",
        ),
        (
            Behavior::NoIssuer,
            OAuthErrorKind::Response,
            "does not name its authorization server",
        ),
        (
            Behavior::Deny,
            OAuthErrorKind::Denied,
            "refused (access_denied: the person declined)",
        ),
        (Behavior::NoCode, OAuthErrorKind::Response, "has no code"),
    ] {
        server.set(behaves(behavior));
        let client = client_of(&server).timeout(Duration::from_millis(500));
        check(&server, authorize(&client).await, kind, expected);
        assert!(client.credentials().await.unwrap().is_none());
    }
    assert!(requests(&server, "POST /token").is_empty());
}

#[tokio::test]
async fn a_page_cannot_end_an_authorization() {
    let server = FakeOAuth::start().await.unwrap();
    let client = client_of(&server);
    let authorized = client.authorize(|page| {
        let page = page.clone();
        tokio::spawn(async move {
            let mut pairs = page.query_pairs();
            let redirect = pairs.find(|(name, _)| name == "redirect_uri").unwrap().1;
            for forged in [
                format!("{redirect}?code=evil&state=guessed"),
                format!("{redirect}?error=access_denied&state="),
                format!("{redirect}?error=access_denied"),
                redirect.replace("/callback", "/favicon.ico"),
            ] {
                let answer = reqwest::get(forged).await.unwrap();
                assert_eq!(answer.status(), 404);
                assert!(!answer.text().await.unwrap().contains("evil"));
            }
            // A connection that a browser opens in advance says nothing.
            let address = Url::parse(&redirect)
                .unwrap()
                .socket_addrs(|| None)
                .unwrap();
            let idle = tokio::net::TcpStream::connect(address[0]).await.unwrap();
            assert_eq!(browse(page.as_str()).await.unwrap(), Some(200));
            drop(idle);
        });
    });
    assert!(authorized.await.is_ok());
}

#[tokio::test]
async fn metadata_must_be_that_of_its_server() {
    let server = FakeOAuth::start().await.unwrap();
    let discovery = OAuthErrorKind::Discovery;
    for (settings, expected) in [
        (
            resource(json!({"resource": "https://evil.test/mcp"})),
            "is that of another server: its `resource` differs",
        ),
        (
            resource(json!({"resource": null})),
            "is that of another server",
        ),
        // The server may have metadata, which may name another authorization server than the default one.
        (unreadable(503), "cannot be read now: status 503"),
        (unreadable(429), "cannot be read now: status 429"),
        (unreadable(500), "cannot be read now: status 500"),
        (
            resource(json!({"authorization_servers": []})),
            "names no authorization server",
        ),
        (
            resource(json!({"authorization_servers": ["nowhere"]})),
            "is not a URL",
        ),
        (
            issuer(json!({"issuer": "https://evil.test"})),
            "is that of another issuer: `https://evil.test`",
        ),
        (issuer(json!({"issuer": null})), "is that of another issuer"),
        (
            Settings {
                server_paths: Vec::new(),
                ..Settings::default()
            },
            "has no metadata at its well-known places",
        ),
        (
            Settings {
                metadata_redirect: Some("http://169.254.169.254/latest?x=s3cr3t".to_owned()),
                ..Settings::default()
            },
            "redirects to another server",
        ),
        (
            Settings {
                metadata_url: Some(format!("{}/nothing", server.issuer())),
                ..Settings::default()
            },
            "which its challenge names, is not at",
        ),
    ] {
        server.set(settings);
        check(
            &server,
            authorize(&client_of(&server)).await,
            discovery,
            expected,
        );
    }
    assert!(requests(&server, "POST /register").is_empty());
}

/// Checks that an authorization is refused before a page is opened.
async fn check_unsupported(cases: Vec<(Settings, &str)>, server: &FakeOAuth) {
    for (settings, expected) in cases {
        server.set(settings);
        let authorized = authorize(&client_of(server)).await;
        check(server, authorized, OAuthErrorKind::Unsupported, expected);
    }
    assert!(requests(server, "GET /authorize").is_empty());
}

#[tokio::test]
async fn servers_that_cannot_be_used_safely_are_refused() {
    let server = FakeOAuth::start().await.unwrap();
    let not_https = "which is not an https URL";
    let cases = vec![
        (
            issuer(json!({"code_challenge_methods_supported": null})),
            "PKCE",
        ),
        (
            issuer(json!({"code_challenge_methods_supported": ["plain"]})),
            "PKCE",
        ),
        (
            issuer(json!({"response_types_supported": ["token"]})),
            "does not support `code`",
        ),
        (
            issuer(json!({"token_endpoint": null})),
            "has no `token_endpoint`",
        ),
        (
            issuer(json!({"token_endpoint": "http://auth.test/token?s3cr3t"})),
            "the token endpoint is at http://auth.test, which is plain HTTP",
        ),
        (
            issuer(json!({"authorization_endpoint": "http://auth.test/authorize"})),
            "the authorization endpoint is at http://auth.test, which is plain HTTP",
        ),
        (
            issuer(json!({"authorization_endpoint": "file:///bin/sh"})),
            not_https,
        ),
        (
            issuer(json!({"authorization_endpoint": "javascript:alert(1)"})),
            not_https,
        ),
    ];
    check_unsupported(cases, &server).await;
}

#[tokio::test]
async fn metadata_leads_to_no_address_that_only_this_program_reaches() {
    let server = FakeOAuth::start().await.unwrap();
    let inside = "an address inside this machine or network";
    let named = |url: &str| Settings {
        metadata_url: Some(url.to_owned()),
        ..Settings::default()
    };
    let cases = vec![
        (
            issuer(json!({"registration_endpoint": "https://169.254.169.254/register"})),
            "the registration endpoint is at https://169.254.169.254, an address inside",
        ),
        (
            issuer(json!({"token_endpoint": "https://10.0.0.1/token"})),
            inside,
        ),
        (
            resource(json!({"authorization_servers": ["http://169.254.169.254"]})),
            "the authorization server is at http://169.254.169.254, which is plain HTTP",
        ),
        (
            resource(json!({"authorization_servers": ["https://[fd00::1]"]})),
            inside,
        ),
        (
            named("http://169.254.169.254/latest/meta-data?s3cr3t"),
            "the metadata of the MCP server is at http://169.254.169.254",
        ),
        (named("https://192.168.0.1/"), inside),
    ];
    check_unsupported(cases, &server).await;
}

#[tokio::test]
async fn a_code_is_sent_to_no_other_server() {
    let server = FakeOAuth::start().await.unwrap();
    let other = FakeOAuth::start().await.unwrap();
    server.set(Settings {
        token_redirect: Some(format!("{}/token", other.issuer())),
        ..Settings::default()
    });
    let authorized = authorize(&client_of(&server)).await;
    let expected = "the token endpoint redirects (status 307), which is not followed";
    check(&server, authorized, OAuthErrorKind::Response, expected);
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn secrets_that_a_server_repeats_are_not_shown() {
    let server = FakeOAuth::start().await.unwrap();
    // The client that exchanges the code is not the one that got it, and the fake repeats all parameters.
    server.set(Settings {
        resource_metadata: json!({"resource": server.url().replace("/mcp", "")}),
        ..Settings::default()
    });
    let client = client_of(&server);
    let authorized = client
        .authorize(|page| {
            let page = page.to_string().replace("resource=", "no-resource=");
            tokio::spawn(async move { browse(&page).await });
        })
        .await;
    let expected = "refused to grant a token (invalid_grant: wrong client or resource";
    check(&server, authorized, OAuthErrorKind::Denied, expected);
}

#[test]
fn urls_that_expose_tokens_are_refused() {
    for url in [
        "http://mcp.test/mcp?s3cr3t",
        "https://me:s3cr3t@mcp.test/mcp",
        "s3cr3t",
        "ftp://mcp.test/s3cr3t",
    ] {
        let error = OAuthClient::new(url, Arc::new(MemoryStore::default())).unwrap_err();
        assert_eq!(error.kind(), OAuthErrorKind::Configuration);
        assert!(!error.to_string().contains("s3cr3t"), "{error}");
    }
}
