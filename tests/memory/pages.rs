//! A stream over many pages keeps one page in memory.

use generated::the_auth_api::{Client, ListAccounts};
use serde_json::json;
use toolsmith_runtime::transport::{Body, Transport, TransportFuture};

const PAGES: usize = 1000;
const RECORDS: usize = 100;

/// Responds with page after page and keeps nothing.
struct Endless;

impl Transport for Endless {
    fn reaches_server(&self) -> bool {
        false
    }

    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        let query = request.uri().query().unwrap_or_default();
        let cursor = query
            .split_once("next_cursor=")
            .map_or("0", |(_, rest)| rest);
        let page: usize = cursor.parse().unwrap();
        let record =
            |index: usize| json!({"id": format!("acc_{index}"), "name": "Acme", "isActive": true});
        let records: Vec<_> = (0..RECORDS)
            .map(|index| record(page * RECORDS + index))
            .collect();
        let next = (page + 1 < PAGES).then(|| (page + 1).to_string());
        let body = json!({"result": records, "next_cursor": next}).to_string();
        Box::pin(async move { Ok(http::Response::new(Body::from(bytes::Bytes::from(body)))) })
    }
}

/// Streams this many pages, and returns the peak memory and the number of records.
fn stream(max_pages: usize) -> (u64, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let client: Client = Client::builder()
        .token("s3cr3t-canary")
        .account("ia_551")
        .transport(Endless)
        .build()
        .unwrap();
    let mut records = 0;
    let held = allocation_counter::measure(|| {
        runtime.block_on(async {
            let listing = client.accounts().list(ListAccounts::new());
            let mut items = listing.max_pages(max_pages).items();
            while let Some(item) = items.next().await {
                item.unwrap();
                records += 1;
            }
        });
    });
    (held.bytes_max, records)
}

#[test]
fn a_hundred_thousand_records_take_the_memory_of_one_page() {
    let (one_page, _) = stream(1);
    let (all_pages, records) = stream(usize::MAX);
    assert_eq!(records, PAGES * RECORDS);
    // The rest is for the cursors, which are kept to detect a cycle.
    let for_cursors = 100 * PAGES as u64;
    assert!(
        all_pages <= one_page + one_page / 2 + for_cursors,
        "{all_pages} bytes at once, against {one_page} for one page"
    );
}
