//! The ends of lists: cursors, circles, empty pages.

use futures_util::StreamExt;

use super::paging::{cursors, page, request};
use super::{client, scripted};
use crate::Error;
use crate::error::IncompleteReason;
use crate::transport::{MemoryTransport, MockResponse};

/// Asserts that a list ends with this reason, by each method.
async fn expect_incomplete(
    transport: &MemoryTransport,
    reason: IncompleteReason,
    requests: usize,
    records: usize,
) {
    let list = || client(transport).projects().list(request());
    match list().collect(100_000).await {
        Err(Error::Incomplete(error)) => assert_eq!(error.reason, reason),
        other => panic!("{other:?}"),
    }
    assert_eq!(transport.requests().len(), requests);
    let all = list().collect_lossy(100_000).await.unwrap();
    assert_eq!((all.len(), all.is_complete), (records, false));
    assert_eq!(all.reason, Some(reason));

    let pages: Vec<_> = list().pages().collect().await;
    assert_eq!(pages.len(), requests + 1);
    assert!(matches!(pages.last(), Some(Err(Error::Incomplete(_)))));
    let mut items: Vec<_> = list().items().collect().await;
    assert!(matches!(items.pop(), Some(Err(Error::Incomplete(_)))));
    assert_eq!(items.len(), records);
    assert!(items.iter().all(Result::is_ok));
}

#[tokio::test]
async fn ends_a_list_at_a_repeated_cursor() {
    let transport = MemoryTransport::respond_with(|_| page(&["a"], Some("c2")));
    expect_incomplete(&transport, IncompleteReason::RepeatedCursor, 2, 2).await;

    // A, B, A, B: the circle is detected when it closes.
    let transport = MemoryTransport::respond_with(|received| match received.query_pairs().last() {
        Some((name, cursor)) if name == "next_cursor" && cursor == "A" => page(&["b"], Some("B")),
        _ => page(&["a"], Some("A")),
    });
    expect_incomplete(&transport, IncompleteReason::RepeatedCursor, 3, 3).await;
}

/// Responds with pages that always have another cursor.
fn endless(ids: &'static [&'static str]) -> MemoryTransport {
    let count = std::sync::atomic::AtomicUsize::new(0);
    MemoryTransport::respond_with(move |_| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        page(ids, Some(&format!("c{number}")))
    })
}

#[tokio::test]
async fn ends_a_list_of_empty_pages() {
    expect_incomplete(&endless(&[]), IncompleteReason::EmptyPages(101), 101, 0).await;
    let transport = endless(&[]);
    let list = client(&transport).projects().list(request());
    let error = list
        .max_empty_pages(3)
        .items()
        .next()
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "list_all_shop_projects: the list is incomplete: 4 consecutive pages have a cursor \
         but no records; allow more with `max_empty_pages(..)`"
    );
    assert_eq!(transport.requests().len(), 4);
}

#[tokio::test]
async fn as_many_empty_pages_as_allowed_are_followed() {
    // The pages, each as its number of records, and the number of consecutive empty pages that is needed.
    for (pages, needed) in [
        (&[1, 1][..], 0),
        (&[1, 0, 1], 1),
        (&[0, 0, 1], 2),
        (&[0, 1, 0, 1], 1),
    ] {
        for allowed in 0..3 {
            let replies = pages.iter().enumerate().map(|(index, count)| {
                let is_last = index + 1 == pages.len();
                let cursor = format!("c{index}");
                let ids: &[&str] = if *count > 0 { &["a"] } else { &[] };
                page(ids, (!is_last).then_some(&*cursor))
            });
            let (client, _) = scripted(replies.collect::<Vec<_>>());
            let list = client.projects().list(request());
            let all = list.max_empty_pages(allowed).collect(100).await;
            assert_eq!(
                all.is_ok(),
                needed <= allowed,
                "{pages:?} {allowed}: {all:?}"
            );
        }
    }
}

#[tokio::test]
async fn ends_a_list_of_too_many_pages() {
    let transport = endless(&["a"]);
    expect_incomplete(
        &transport,
        IncompleteReason::MaxPages(10_000),
        10_000,
        10_000,
    )
    .await;
}

#[tokio::test]
async fn keeps_every_cursor() {
    let body = r#"{"result":[],"nextCursor":"c2"}"#;
    let (client, _) = scripted([MockResponse::new(200).body(body)]);
    let first = client.projects().list(request()).await.unwrap();
    assert_eq!(first.next_cursor.as_deref(), Some("c2"));
    let exact = "123456789012345678901234567890";
    for (cursor, expected) in [
        (exact, Some(exact)),
        ("18446744073709551616", Some("18446744073709551616")),
        ("1.50", Some("1.50")),
        ("7", Some("7")),
        (
            r#"{"after": "x", "id": 7}"#,
            Some(r#"{"after": "x", "id": 7}"#),
        ),
        ("[1,2]", Some("[1,2]")),
        (r#""c\ud83d""#, Some("c\u{fffd}")),
        (r#""0""#, Some("0")),
        ("0", None),
        ("0.0", None),
        ("-0", None),
        ("false", None),
        ("null", None),
        (r#""""#, None),
    ] {
        let body = format!(r#"{{"result":[],"next_cursor":{cursor}}}"#);
        let (client, transport) = scripted([MockResponse::new(200).body(body), page(&["a"], None)]);
        let all = client.projects().list(request()).collect(9).await.unwrap();
        assert!(all.is_complete);
        let followed = expected.map(|cursor| Some(cursor.to_owned()));
        let sent = cursors(&transport.requests());
        assert_eq!(sent.get(1), followed.as_ref(), "{cursor}");
    }
}
