//! Lists: pages, streams, bounds.

use futures_util::StreamExt;
use serde_json::json;

use super::shop::ListProjects;
use super::{client, project, scripted};
use crate::error::IncompleteReason;
use crate::transport::{MemoryTransport, MockResponse, RecordedRequest};
use crate::{Error, Json};

pub(super) fn page(ids: &[&str], next_cursor: Option<&str>) -> MockResponse {
    let records: Vec<Json> = ids.iter().map(|id| project(id)).collect();
    MockResponse::json(200, &json!({"result": records, "next_cursor": next_cursor}))
}

fn three_pages() -> [MockResponse; 3] {
    [
        page(&["a", "b"], Some("c2")),
        page(&["c", "d"], Some("c3")),
        page(&["e"], None),
    ]
}

pub(super) fn request() -> ListProjects {
    ListProjects::new("acc_1").limit(2)
}

pub(super) fn cursors(received: &[RecordedRequest]) -> Vec<Option<String>> {
    let cursor = |received: &RecordedRequest| {
        let pairs = received.query_pairs();
        pairs
            .into_iter()
            .find(|(name, _)| name == "next_cursor")
            .map(|(_, value)| value)
    };
    received.iter().map(cursor).collect()
}

#[tokio::test]
async fn awaiting_a_list_returns_the_first_page() {
    let error_body = json!({
        "result": [project("a")],
        "next_cursor": "c2",
        "prev_cursor": null,
        "result_count": 12,
        "is_partial_response": true,
    });
    let reply = MockResponse::json(200, &error_body)
        .header("ratelimit-remaining", "3")
        .header("x-request-id", "req_7");
    let (client, _) = scripted([reply]);
    let page = client.projects().list(request()).await.unwrap();
    assert_eq!(page.items[0].id, "a");
    assert_eq!(page.next_cursor.as_deref(), Some("c2"));
    assert_eq!(page.prev_cursor, None);
    assert_eq!(page.result_count, Some(12));
    assert!(page.is_partial);
    assert_eq!(page.rate_limit.remaining, Some(3));
    assert_eq!(page.request_id.as_deref(), Some("req_7"));
}

#[tokio::test]
async fn accepts_a_bare_or_empty_page() {
    for (reply, count) in [
        (MockResponse::json(200, &json!([project("a")])), 1),
        (MockResponse::json(200, &json!({"result": null})), 0),
        (MockResponse::new(204), 0),
    ] {
        let (client, _) = scripted([reply]);
        assert_eq!(
            client.projects().list(request()).await.unwrap().items.len(),
            count
        );
    }
}

#[tokio::test]
async fn refuses_a_page_that_is_not_a_list() {
    for (json, expected) in [
        (json!({"id": "a"}), "/result: required, but missing"),
        (
            json!({"result": {}}),
            "/result: expected a list of records, found {}",
        ),
        (
            json!("a"),
            "the root: expected a list of records, found \"a\"",
        ),
    ] {
        let (client, _) = scripted([MockResponse::json(200, &json)]);
        let error = client.projects().list(request()).await.unwrap_err();
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}

#[tokio::test]
async fn separates_an_invalid_record_from_the_others() {
    let broken = json!({"id": "b", "name": null, "secret": 1});
    let result = json!({"result": [project("a"), broken, project("c")]});
    let answer = || MockResponse::json(200, &result).header("x-request-id", "req_1");
    let (client, _) = scripted([answer(), answer()]);

    let page = client.projects().list(request()).await.unwrap();
    assert_eq!(page.items.len(), 2);
    assert_eq!(page.rejected[0].index, 1);
    assert_eq!(page.rejected[0].json(), broken);
    assert_eq!(page.rejected[0].body, broken.to_string());
    assert_eq!(page.rejected[0].problems.problems()[0].path, "/name");

    let items: Vec<_> = client.projects().list(request()).items().collect().await;
    assert_eq!(items[0].as_ref().unwrap().id, "a");
    let error = items[1].as_ref().unwrap_err();
    assert_eq!(error.body().unwrap(), broken.to_string().as_bytes());
    assert_eq!(error.request_id(), Some("req_1"));
    assert_eq!(items[2].as_ref().unwrap().id, "c");
}

#[tokio::test]
async fn items_follow_the_cursors() {
    let (client, transport) = scripted(three_pages());
    let items: Vec<_> = client.projects().list(request()).items().collect().await;
    let ids: Vec<String> = items
        .into_iter()
        .map(|item| item.unwrap().id.to_string())
        .collect();
    assert_eq!(ids, ["a", "b", "c", "d", "e"]);
    let received = transport.requests();
    assert_eq!(
        cursors(&received),
        [None, Some("c2".to_owned()), Some("c3".to_owned())]
    );
    assert_eq!(
        received[1].query,
        "integrated_account_id=acc_551&accountId=acc_1&limit=2&next_cursor=c2"
    );
}

#[tokio::test]
async fn requests_a_page_when_it_is_polled() {
    let (client, transport) = scripted(three_pages());
    let mut pages = client.projects().list(request()).pages();
    assert_eq!(transport.requests().len(), 0);
    let mut seen = 0;
    while let Some(page) = pages.next().await {
        seen += 1;
        assert_eq!(transport.requests().len(), seen);
        page.unwrap();
    }
    assert_eq!(seen, 3);
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn bounds_the_number_of_pages() {
    let (client, transport) = scripted(three_pages());
    let pages: Vec<_> = client
        .projects()
        .list(request())
        .max_pages(2)
        .pages()
        .collect()
        .await;
    assert_eq!(pages.len(), 2);
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn collect_respects_its_maximum() {
    for (max, expected, requests, is_complete) in [
        (0, 0, 0, false),
        (1, 1, 1, false),
        (2, 2, 1, false),
        (3, 3, 2, false),
        (5, 5, 3, true),
        (9, 5, 3, true),
    ] {
        let (client, transport) = scripted(three_pages());
        let all = client
            .projects()
            .list(request())
            .collect(max)
            .await
            .unwrap();
        assert_eq!(all.len(), expected, "{max}");
        assert_eq!(transport.requests().len(), requests, "{max}");
        assert_eq!(all.is_complete, is_complete, "{max}");
    }
    let (client, _) = scripted(three_pages());
    let all = client
        .projects()
        .list(request())
        .max_pages(1)
        .collect(9)
        .await
        .unwrap();
    assert!(!all.is_complete);
}

#[tokio::test]
async fn no_short_way_loses_a_record_silently() {
    let broken = json!({"id": "b"});
    let result = json!({"result": [project("a"), broken, project("c"), broken]});
    let list = || {
        let (client, _) = scripted([MockResponse::json(200, &result)]);
        client.projects().list(request())
    };
    let error = list().collect(9).await.unwrap_err();
    assert_eq!(error.body().unwrap(), broken.to_string().as_bytes());
    // Only the first record is asked for.
    assert_eq!(list().collect(1).await.unwrap().len(), 1);

    let all = list().collect_lossy(3).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len()), (2, 1));
    assert!(!all.is_complete);
    let all = list().collect_lossy(9).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len()), (2, 2));
    assert_eq!(all.reason, Some(IncompleteReason::Rejected(2)));
    assert!(!all.is_complete);

    let page = list().await.unwrap();
    let is_ok: Vec<bool> = page.into_iter().map(|record| record.is_ok()).collect();
    assert_eq!(is_ok, [true, false, true, false]);
    assert!(matches!(
        list().await.unwrap().complete(),
        Err(Error::Decode(_))
    ));
}

#[tokio::test]
async fn refuses_a_cursor_that_makes_the_url_too_long() {
    let cursor = "c".repeat(1_000_000);
    let (client, transport) = scripted([page(&["a"], Some(&cursor))]);
    let mut items = client.projects().list(request()).items();
    assert!(items.next().await.unwrap().is_ok());
    let error = items.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Transport { .. }), "{error}");
    assert!(items.next().await.is_none());
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_stream_requests_nothing_more() {
    let hour = std::time::Duration::from_secs(3600);
    let replies = [
        page(&["a"], Some("c2")),
        page(&["b"], Some("c3")).after(hour),
    ];
    let (client, transport) = scripted(replies);
    let mut pages = client.projects().list(request()).pages();
    pages.next().await.unwrap().unwrap();
    let waiting = tokio::time::timeout(std::time::Duration::from_secs(1), pages.next());
    assert!(waiting.await.is_err());
    assert_eq!(client.rate_limiter().status().in_flight, 1);
    drop(pages);
    assert_eq!(client.rate_limiter().status().in_flight, 0);
    tokio::time::sleep(hour).await;
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn ends_the_stream_after_an_error() {
    let (client, _) = scripted([page(&["a"], Some("c2")), MockResponse::new(400)]);
    let mut items = client.projects().list(request()).items();
    assert!(items.next().await.unwrap().is_ok());
    assert!(matches!(items.next().await.unwrap(), Err(Error::Api(_))));
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn reports_invalid_arguments_from_every_method() {
    let (client, transport) = scripted([]);
    let list = || client.projects().list(ListProjects::new("acc_1").limit(0));
    assert!(matches!(list().await, Err(Error::Arguments { .. })));
    assert!(matches!(
        list().collect(5).await,
        Err(Error::Arguments { .. })
    ));
    assert!(matches!(list().raw().await, Err(Error::Arguments { .. })));
    let items: Vec<_> = list().items().collect().await;
    assert_eq!(items.len(), 1);
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn returns_the_first_page_unchanged() {
    let (client, _) = scripted(three_pages());
    let raw = client.projects().list(request()).raw().await.unwrap();
    assert_eq!(raw.json().unwrap()["next_cursor"], "c2");
}

#[tokio::test]
async fn ends_a_list_that_returns_to_its_first_cursor() {
    let transport = MemoryTransport::respond_with(|_| page(&["a"], Some("c5")));
    let mut request = request();
    request.next_cursor = Some("c5".to_owned());
    let all = client(&transport)
        .projects()
        .list(request)
        .collect_lossy(100)
        .await;
    let all = all.unwrap();
    assert_eq!((all.len(), all.is_complete), (1, false));
    assert_eq!(cursors(&transport.requests()), [Some("c5".to_owned())]);
}

#[tokio::test]
async fn a_page_is_complete_only_if_the_api_says_so() {
    for (flag, is_partial) in [
        (json!(true), true),
        (json!("true"), true),
        (json!("True"), true),
        (json!(1), true),
        (json!("1"), true),
        (json!("some"), true),
        (json!(["a source"]), true),
        (json!(false), false),
        (json!("false"), false),
        (json!(0), false),
        (json!("0"), false),
        (json!(""), false),
        (json!([]), false),
        (json!(null), false),
    ] {
        let body = json!({"result": [project("a")], "is_partial_response": flag});
        let (client, _) = scripted([MockResponse::json(200, &body)]);
        let page = client.projects().list(request()).await.unwrap();
        assert_eq!(page.is_partial, is_partial, "{flag}");
    }
}

#[tokio::test]
async fn a_partial_page_is_not_complete() {
    let partial =
        json!({"result": [project("a")], "next_cursor": "c2", "is_partial_response": true});
    let list = || {
        let pages = [MockResponse::json(200, &partial), page(&["b"], None)];
        scripted(pages).0.projects().list(request())
    };
    assert!(matches!(list().collect(9).await, Err(Error::Incomplete(_))));
    let all = list().collect_lossy(9).await.unwrap();
    assert_eq!((all.len(), all.is_complete), (2, false));
    assert_eq!(all.reason, Some(IncompleteReason::PartialPage));
    let items: Vec<_> = list().items().collect().await;
    assert!(matches!(
        items[..],
        [Ok(_), Ok(_), Err(Error::Incomplete(_))]
    ));
}

#[tokio::test]
async fn continues_after_an_empty_page_with_a_cursor() {
    let pages = [
        page(&[], Some("c2")),
        page(&[], Some("c3")),
        page(&["a"], Some("")),
    ];
    let (client, transport) = scripted(pages);
    let all = client.projects().list(request()).collect(9).await.unwrap();
    assert_eq!((all.len(), all.is_complete), (1, true));
    assert_eq!(transport.requests().len(), 3);
}
