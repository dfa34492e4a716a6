//! Tests of authorizations that succeed.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use toolsmith_testkit::fake_oauth::{Behavior, Settings};

use super::*;

#[tokio::test]
async fn authorizes_a_program_in_a_browser() {
    let server = FakeOAuth::start().await.unwrap();
    let client = client_of(&server);
    let credentials = authorize(&client).await.unwrap();
    assert_eq!(credentials.issuer(), server.issuer());
    assert_eq!(credentials.scopes(), ["notes:read"]);
    let token = client.access_token().await.unwrap().unwrap();
    assert!(server.secrets().contains(&token.expose_secret().to_owned()));
    check_secrets(&server, &format!("{client:?} {credentials:?}"));

    let [registration] = &requests(&server, "POST /register")[..] else {
        panic!("one registration");
    };
    let document: Value = serde_json::from_str(&registration.body).unwrap();
    let redirect = document["redirect_uris"][0].as_str().unwrap().to_owned();
    let port = Url::parse(&redirect).unwrap().port().unwrap();
    assert_eq!(redirect, format!("http://127.0.0.1:{port}/callback"));
    assert_eq!(document["token_endpoint_auth_method"], "none");
    assert_eq!(
        document["grant_types"],
        json!(["authorization_code", "refresh_token"])
    );

    let [page] = &requests(&server, "GET /authorize")[..] else {
        panic!("one page");
    };
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "client-1"),
        ("redirect_uri", &redirect),
        ("code_challenge_method", "S256"),
        ("resource", &server.url()),
        ("scope", "notes:read"),
    ] {
        assert_eq!(page.parameters[name], value);
    }
    assert_eq!(page.parameters["state"].len(), 43);
    let [exchange] = &requests(&server, "POST /token")[..] else {
        panic!("one exchange");
    };
    assert_eq!(exchange.parameters["resource"], server.url());
    assert_eq!(exchange.parameters["redirect_uri"], redirect);
    assert_eq!(exchange.authorization, None);
}

#[tokio::test]
async fn metadata_is_found_in_each_place() {
    let resource = |path: &str| Settings {
        challenge_has_metadata: false,
        metadata_paths: vec![path.to_owned()],
        ..Settings::default()
    };
    let tenant = |issuer: &str, path: &str| Settings {
        resource_metadata: json!({"authorization_servers": [format!("{issuer}/tenant")]}),
        server_metadata: json!({
            "issuer": format!("{issuer}/tenant"),
            "authorization_response_iss_parameter_supported": null,
        }),
        server_paths: vec![path.to_owned()],
        behavior: Behavior::NoIssuer,
        ..Settings::default()
    };
    let server = FakeOAuth::start().await.unwrap();
    let issuer = server.issuer();
    let origin = server.url().replace("/mcp", "");
    for settings in [
        Settings::default(),
        resource("/.well-known/oauth-protected-resource/mcp"),
        resource("/.well-known/oauth-protected-resource"),
        Settings {
            server_paths: vec!["/.well-known/openid-configuration".to_owned()],
            ..Settings::default()
        },
        tenant(&issuer, "/.well-known/oauth-authorization-server/tenant"),
        tenant(&issuer, "/.well-known/openid-configuration/tenant"),
        tenant(&issuer, "/tenant/.well-known/openid-configuration"),
        // A redirect within the origin, and a server that protects its tools only.
        Settings {
            is_open: true,
            ..Settings::default()
        },
        // The revision 2025-03-26: the server is its own issuer.
        Settings {
            challenge_has_metadata: false,
            metadata_paths: Vec::new(),
            server_metadata: json!({
                "issuer": origin,
                "authorization_response_iss_parameter_supported": false,
            }),
            behavior: Behavior::NoIssuer,
            ..Settings::default()
        },
        // The same without any metadata: its endpoints have default places.
        Settings {
            challenge_has_metadata: false,
            metadata_paths: Vec::new(),
            server_paths: Vec::new(),
            behavior: Behavior::NoIssuer,
            ..Settings::default()
        },
        // The first authorization server that can be used.
        Settings {
            resource_metadata: json!({"authorization_servers": ["https://169.254.169.254", issuer]}),
            ..Settings::default()
        },
    ] {
        server.set(settings.clone());
        let authorized = authorize(&client_of(&server)).await;
        assert!(authorized.is_ok(), "{authorized:?} {settings:?}");
    }
}

#[tokio::test]
async fn scopes_come_from_the_program_the_challenge_or_the_metadata() {
    let server = FakeOAuth::start().await.unwrap();
    let challenge = || Settings {
        challenge_scope: Some("notes:list notes:find".to_owned()),
        ..Settings::default()
    };
    let none = || Settings {
        resource_metadata: json!({"scopes_supported": null}),
        ..Settings::default()
    };
    let offline = || Settings {
        server_metadata: json!({"scopes_supported": ["offline_access"]}),
        ..Settings::default()
    };
    for (settings, given, expected) in [
        (Settings::default(), None, Some("notes:read")),
        (challenge(), None, Some("notes:list notes:find")),
        (challenge(), Some("own"), Some("own")),
        (none(), None, None),
        (offline(), None, Some("notes:read offline_access")),
    ] {
        server.set(settings);
        let client = client_of(&server).scopes(given);
        authorize(&client).await.unwrap();
        let pages = requests(&server, "GET /authorize");
        let page = &pages.last().unwrap().parameters;
        assert_eq!(page.get("scope").map(String::as_str), expected);
        let prompt = expected.and_then(|scopes| scopes.contains("offline").then_some("consent"));
        assert_eq!(page.get("prompt").map(String::as_str), prompt);
    }
}

#[tokio::test]
async fn a_given_client_comes_before_a_document_and_a_registration() {
    let server = FakeOAuth::start().await.unwrap();
    let accepts = |accepted: bool| Settings {
        server_metadata: json!({"client_id_metadata_document_supported": accepted}),
        ..Settings::default()
    };
    let document = "https://program.test/client.json";
    let client_id = |server: &FakeOAuth| {
        let pages = requests(server, "GET /authorize");
        pages.last().unwrap().parameters["client_id"].clone()
    };
    server.set(accepts(true));
    let both = client_of(&server).client_metadata_url(document);
    let both = both.client_id("https://registered.test/1", None);
    authorize(&both).await.unwrap();
    assert_eq!(client_id(&server), "https://registered.test/1");
    authorize(&client_of(&server).client_metadata_url(document))
        .await
        .unwrap();
    assert_eq!(client_id(&server), document);
    assert!(requests(&server, "POST /register").is_empty());
    server.set(accepts(false));
    authorize(&client_of(&server).client_metadata_url(document))
        .await
        .unwrap();
    assert_eq!(client_id(&server), "client-1");
    server.set(Settings {
        server_metadata: json!({"registration_endpoint": null}),
        ..Settings::default()
    });
    let error = authorize(&client_of(&server)).await.unwrap_err();
    assert_eq!(error.kind(), OAuthErrorKind::Registration);
    assert!(error.to_string().contains("give its id"), "{error}");
}

#[tokio::test]
async fn a_client_with_a_secret_authenticates_as_the_server_wants() {
    let server = FakeOAuth::start().await.unwrap();
    for (methods, in_header) in [
        (Value::Null, true),
        (json!(["client_secret_basic", "client_secret_post"]), true),
        (json!(["client_secret_post"]), false),
    ] {
        server.set(Settings {
            gives_secrets: true,
            expires_in: 0,
            server_metadata: json!({"token_endpoint_auth_methods_supported": methods}),
            ..Settings::default()
        });
        let client = client_of(&server);
        let credentials = authorize(&client).await.unwrap();
        // The secret is kept for later.
        assert!(client.access_token().await.unwrap().is_some());
        let exchanges = requests(&server, "POST /token");
        for exchange in &exchanges[exchanges.len() - 2..] {
            let secret = exchange.parameters.get("client_secret");
            assert_eq!(exchange.authorization.is_some(), in_header, "{methods}");
            assert_eq!(secret.is_some(), !in_header, "{methods}");
        }
        check_secrets(&server, &format!("{credentials:?}"));
        let read = Credentials::from_json(credentials.to_json().expose_secret()).unwrap();
        assert_eq!(
            read.to_json().expose_secret(),
            credentials.to_json().expose_secret()
        );
    }
    let secret = Some(SecretString::from("own-secret"));
    let printed = format!("{:?}", client_of(&server).client_id("own", secret));
    assert!(!printed.contains("own-secret"), "{printed}");
}

#[tokio::test]
async fn a_server_that_is_open_needs_no_authorization() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(Settings {
        is_open: true,
        metadata_paths: Vec::new(),
        ..Settings::default()
    });
    let error = authorize(&client_of(&server)).await.unwrap_err();
    assert_eq!(error.kind(), OAuthErrorKind::NotRequired);
}
