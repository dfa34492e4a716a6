//! Responses: records, refusals, and responses that do not match the catalog.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::shop::{CreateProject, DeleteProject, Env, FindOrder, GetProject, SetTags};
use super::{answering, project, scripted};
use crate::error::{DecodeProblem, TransportErrorKind};
use crate::transport::{Body, MockResponse};
use crate::{Error, Json, Open};

async fn get(reply: MockResponse) -> Result<super::shop::Project, Error> {
    let (client, _) = scripted([reply]);
    client.projects().get(GetProject::new("prj_1")).await
}

#[tokio::test]
async fn keeps_unknown_fields_of_a_record() {
    let json = json!({"id": "prj_1", "name": "Billing", "env": "staging", "color": "red"});
    let found = get(MockResponse::json(200, &json)).await.unwrap();
    assert_eq!(found.id, "prj_1");
    assert_eq!(found.env, Some(Open::<Env>::Unknown("staging".to_owned())));
    assert_eq!(found.extra["color"], "red");
    assert_eq!(serde_json::to_value(&found).unwrap(), json);
}

#[tokio::test]
async fn separates_unknown_fields_from_nulls() {
    // In the order of the catalog, and with an escape, which takes the slow path.
    for name in ["prj", r"pr\u006a"] {
        let body = format!(r#"{{"id":"{name}","name":"n","color":"red","hue":null,"env":null}}"#);
        let found = get(MockResponse::new(200).body(body)).await.unwrap();
        let unknown: Vec<_> = found.extra.iter().collect();
        assert_eq!(
            unknown,
            [
                (&"color".to_owned(), &json!("red")),
                (&"hue".to_owned(), &Json::Null)
            ]
        );
        assert_eq!(found.extra.nulls().collect::<Vec<_>>(), ["env"]);
        let written = serde_json::to_value(&found).unwrap();
        let expected = json!({"id": "prj", "name": "n", "color": "red", "hue": null, "env": null});
        assert_eq!(written, expected);
        let read: super::shop::Project = serde_json::from_value(written).unwrap();
        assert_eq!(read, found);
        assert_eq!(read.extra, found.extra);
    }
}

#[tokio::test]
async fn tells_apart_what_is_refused_and_what_is_not_found() {
    let insight = json!({"truto_error_insight": {"needs_reauth": {"value": true}}});
    let remote = json!({"truto_is_remote_error": true});
    // Reconnect the account, wrong token, no such record, no such account.
    for (status, body, expected) in [
        (401, remote.clone(), [true, false, false, false]),
        (403, insight, [true, false, false, false]),
        (401, json!({}), [false, true, false, false]),
        (404, remote.clone(), [false, false, true, false]),
        (410, remote.clone(), [false, false, true, false]),
        (
            404,
            json!({"message": "no account"}),
            [false, false, false, true],
        ),
        (403, remote, [false; 4]),
        (410, json!({}), [false; 4]),
    ] {
        let error = get(MockResponse::json(status, &body)).await.unwrap_err();
        let found = [
            error.needs_reauthorization(),
            error.is_token_rejected(),
            error.is_record_not_found(),
            error.is_account_not_found(),
        ];
        assert_eq!(found, expected, "{status} {body}");
    }
}

#[tokio::test]
async fn reports_an_invalid_record_with_its_body() {
    let json = json!({"id": "prj_1", "name": null});
    let reply = MockResponse::json(200, &json).header("x-request-id", "req_7");
    let error = get(reply).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "get_single_shop_project_by_id: the response does not match the catalog: \
         /name: expected a string, found null, request req_7"
    );
    assert_eq!(error.body().unwrap(), json.to_string().as_bytes());
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.request_id(), Some("req_7"));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn unwraps_the_record_of_a_custom_method() {
    for json in [json!({"result": {"id": "ord_1"}}), json!({"id": "ord_1"})] {
        let (client, _) = answering(&json);
        let order = client
            .orders()
            .find_order(FindOrder::new(1.0))
            .await
            .unwrap();
        assert_eq!(order.id, "ord_1");
    }
    // The catalog has no schema for this result.
    let (client, _) = answering(&json!({"result": [1]}));
    let tags = client
        .orders()
        .set_tags(SetTags::new(["a".to_owned()]))
        .await
        .unwrap();
    assert_eq!(tags, json!([1]));
}

#[tokio::test]
async fn does_not_unwrap_other_methods() {
    let error = get(MockResponse::json(
        200,
        &json!({"result": project("prj_1")}),
    ))
    .await
    .unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
}

#[tokio::test]
async fn no_content_is_null() {
    let (client, _) = scripted([MockResponse::new(204)]);
    let answer = client
        .orders()
        .set_tags(SetTags::new(["a".to_owned()]))
        .await
        .unwrap();
    assert_eq!(answer, Json::Null);
    let error = get(MockResponse::new(204)).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the root: expected an object, found null"),
        "{error}"
    );
}

#[tokio::test]
async fn delete_accepts_any_body() {
    for (reply, id) in [
        (
            MockResponse::json(200, &json!({"id": "prj_1"})),
            Some("prj_1"),
        ),
        (
            MockResponse::json(200, &json!({"id": 7, "ok": true})),
            Some("7"),
        ),
        (MockResponse::json(200, &json!(true)), None),
        (MockResponse::new(204), None),
    ] {
        let (client, _) = scripted([reply]);
        let deleted = client
            .projects()
            .delete(DeleteProject::new("prj_1"))
            .await
            .unwrap();
        assert_eq!(deleted.id.as_deref(), id);
    }
}

#[tokio::test]
async fn names_a_response_that_is_not_json() {
    let page = || {
        MockResponse::new(200)
            .header("content-type", "text/html")
            .body("<html>")
    };
    let error = get(page()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "get_single_shop_project_by_id: the response is not JSON but `text/html`; \
         `raw()` returns it unchanged"
    );
    let (client, _) = scripted([page()]);
    let raw = client
        .projects()
        .get(GetProject::new("prj_1"))
        .raw()
        .await
        .unwrap();
    assert_eq!(raw.body().as_ref(), b"<html>");
    assert!(raw.json().is_err());
}

#[tokio::test]
async fn truncated_json_is_a_decode_error() {
    let error = get(MockResponse::new(200).body(r#"{"id": "prj"#))
        .await
        .unwrap_err();
    let Error::Decode(error) = error else {
        panic!("{error}");
    };
    assert!(matches!(error.problem, DecodeProblem::Syntax(_)));
    assert_eq!(error.body.as_ref(), br#"{"id": "prj"#);
}

#[tokio::test]
async fn recognizes_json_content_types() {
    for content_type in [
        "application/json; charset=utf-8",
        "application/problem+json",
        "text/JSON",
    ] {
        let reply = MockResponse::json(200, &project("p")).header("content-type", content_type);
        assert!(get(reply).await.is_ok(), "{content_type}");
    }
}

#[tokio::test]
async fn keeps_the_error_body_of_a_refusal() {
    let body = json!({
        "statusCode": 404,
        "error": "Not Found",
        "message": ["There is no project \"prj_1\".", "Attempt another."],
        "details": {"id": "prj_1"},
        "truto_is_remote_error": true,
        "raw_response": {"code": 17},
        "truto_error_insight": {"missing_scopes": ["read"]},
        "trace": "t_1",
    });
    let reply = MockResponse::json(404, &body).header("x-request-id", "req_7");
    let error = get(reply).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "get_single_shop_project_by_id: 404 Not Found from the API behind Truto: There is no \
         project \"prj_1\".; Attempt another. (reconnect the account with the missing scopes: read), \
         request req_7"
    );
    assert_eq!(error.tool(), Some("get_single_shop_project_by_id"));
    let Error::Api(error) = error else {
        panic!("{error}");
    };
    assert_eq!(error.status, StatusCode::NOT_FOUND);
    assert_eq!(error.error_body.status_code, Some(404));
    assert_eq!(error.error_body.details, Some(json!({"id": "prj_1"})));
    assert_eq!(error.error_body.raw_response, Some(json!({"code": 17})));
    assert_eq!(
        error
            .error_body
            .insight
            .as_ref()
            .map(|insight| insight.json.clone()),
        Some(json!({"missing_scopes": ["read"]}))
    );
    assert_eq!(error.error_body.extra["trace"], "t_1");
    assert_eq!(error.attempt_count, 1);
}

#[tokio::test]
async fn writes_one_line_for_a_refusal_without_an_error_body() {
    let reply = MockResponse::new(403)
        .header("content-type", "text/html")
        .body("<h1>\nno</h1>");
    let error = get(reply).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "get_single_shop_project_by_id: 403 Forbidden"
    );
    let reply = MockResponse::json(400, &json!({"message": "a\nb"}));
    let error = get(reply).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "get_single_shop_project_by_id: 400 Bad Request: a b"
    );
}

#[tokio::test]
async fn explains_a_status_with_a_special_meaning() {
    let (client, _) = scripted([MockResponse::new(405)]);
    let create = client.projects().create(CreateProject::new("a", "acc_1"));
    let error = create.await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("(a sandbox account does not accept writes)"),
        "{error}"
    );
}

#[tokio::test]
async fn reports_the_location_of_a_redirect() {
    let reply = MockResponse::new(302).header("location", "https://evil.test/");
    let error = get(reply).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("redirects to https://evil.test/"),
        "{error}"
    );
}

#[tokio::test]
async fn bounds_the_size_of_a_response() {
    let chunks = ["[1", ",2", ",3]"].map(|chunk| Ok(bytes::Bytes::from(chunk)));
    let stream = Body::from_stream(futures_util::stream::iter(chunks));
    for reply in [
        MockResponse::new(200).body("[1,2,3]"),
        MockResponse::new(200).stream(stream),
        MockResponse::new(200).header("content-length", "99999999999999"),
    ] {
        let transport = crate::transport::MemoryTransport::script([reply]);
        let client = super::shop::Client::builder()
            .token("t")
            .account("a")
            .transport(transport.clone())
            .max_response_size(6)
            .build()
            .unwrap();
        let error = client
            .projects()
            .get(GetProject::new("p"))
            .await
            .unwrap_err();
        let Error::Transport { source, .. } = &error else {
            panic!("{error}");
        };
        assert_eq!(source.kind(), TransportErrorKind::TooLarge);
        assert_eq!(
            transport.requests().len(),
            1,
            "it would be too large the next time as well"
        );
    }
}

#[tokio::test]
async fn every_response_has_the_rate_limit() {
    let reply = MockResponse::json(200, &project("p"))
        .header("ratelimit-limit", "110;w=10")
        .header("ratelimit-remaining", "109")
        .header("ratelimit-reset", "60");
    let (client, _) = scripted([reply]);
    let raw = client
        .projects()
        .get(GetProject::new("p"))
        .raw()
        .await
        .unwrap();
    let limit = raw.rate_limit();
    assert_eq!((limit.limit, limit.remaining), (Some(110), Some(109)));
    assert_eq!(limit.window, Some(Duration::from_secs(10)));
    assert_eq!(limit.reset, Some(Duration::from_secs(60)));
}
