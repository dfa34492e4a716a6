//! Redirects: those that are followed, and those that are refused.

use serde_json::json;
use toolsmith_mcp::{Endpoint, Session, ToolRequest};

use crate::server::{HttpServer, ok, response, result_of};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

#[tokio::test]
async fn redirects_on_the_same_origin_keep_method_body_and_token() {
    for status in ["307 Temporary Redirect", "308 Permanent Redirect"] {
        let server = HttpServer::start(move |received| match received.target.as_str() {
            "POST /mcp" => response(status, "Location: /mcp/\r\n", ""),
            "POST /mcp/" => match crate::server::discovered(&received.body) {
                Some(body) => ok(&body),
                None => ok(&result_of(&received.body, &json!({}))),
            },
            other => panic!("{other}"),
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url).token("t-canary"))
            .await
            .unwrap();
        session.call_tool(&CALL).await.outcome.unwrap();
        let received = server.received();
        assert_eq!(received.len(), 4);
        assert_eq!(received[2].body, received[3].body);
        assert_eq!(received[3].header("authorization"), Some("Bearer t-canary"));
        assert_eq!(received[3].header("mcp-name"), Some("t"));
    }
}

#[tokio::test]
async fn the_address_of_a_redirect_may_have_any_form() {
    for (location, target) in [
        ("ORIGIN/v2?a=1", Some("POST /v2?a=1")),
        ("//HOST/v2", Some("POST /v2")),
        ("v2", Some("POST /v2")),
        ("?b", Some("POST /mcp?b")),
        ("../x/./v2#part", Some("POST /x/v2")),
        ("http://user:pass@HOST/v2", None),
        ("http://localhost:PORT/v2", None),
        ("https://HOST/v2", None),
        ("http://", None),
        ("", None),
    ] {
        let server = HttpServer::start(move |received| {
            let host = received.header("host").unwrap();
            if received.target != "POST /mcp" {
                return match crate::server::discovered(&received.body) {
                    Some(body) => ok(&body),
                    None => ok(&result_of(&received.body, &json!({}))),
                };
            }
            let port = host.rsplit(':').next().unwrap();
            let location = location.replace("ORIGIN", &format!("http://{host}"));
            let location = location.replace("HOST", host).replace("PORT", port);
            let headers = format!("Location: {location}\r\n");
            response("307 Temporary Redirect", &headers, "")
        })
        .await;
        let opened = Session::open(Endpoint::http(&server.url)).await;
        match (opened, target) {
            (Ok(_), Some(target)) => assert_eq!(server.received()[1].target, target),
            (Err(error), None) => {
                let text = error.to_string();
                assert!(
                    text.contains("307") && !text.contains("::"),
                    "{location}: {text}"
                );
            }
            (opened, _) => panic!("{location}: {opened:?}"),
        }
    }
}

#[tokio::test]
async fn a_refused_redirect_is_named_as_the_last_server_means_it() {
    let server = HttpServer::start(|received| match received.target.as_str() {
        "POST /mcp" => response("308 Permanent Redirect", "Location: /v2/mcp\r\n", ""),
        _ => response("303 See Other", "Location: login\r\n", ""),
    })
    .await;
    let error = Session::open(Endpoint::http(&server.url))
        .await
        .unwrap_err();
    let address = server.url.replace("/mcp", "/v2/login");
    assert!(error.to_string().contains(&address), "{error}");
}

#[tokio::test]
async fn other_redirects_are_refused_with_the_address() {
    let elsewhere = HttpServer::start(|_| response("200 OK", "", "")).await;
    for (status, location) in [
        ("307 Temporary Redirect", elsewhere.url.clone()),
        ("302 Found", "/mcp/".to_owned()),
        ("308 Permanent Redirect", "/mcp".to_owned()),
    ] {
        let headers = format!("Location: {location}\r\n");
        let server = HttpServer::start(move |_| response(status, &headers, "")).await;
        let error = Session::open(Endpoint::http(&server.url).token("t-canary")).await;
        let text = error.unwrap_err().to_string();
        assert!(
            text.contains(&location) && text.contains("not followed"),
            "{text}"
        );
        assert!(server.received().len() <= 6, "redirects are bounded");
    }
    assert_eq!(elsewhere.received().len(), 0);
}
