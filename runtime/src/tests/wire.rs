//! Requests: method, path, query, headers and body.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, json};

use super::shop::{
    CancelOrder, CreateProject, DeleteProject, Env, FindOrder, GetProject, ListOrders,
    ListProjects, SetTags, UpdateProject,
};
use super::{answering, project, tool};
use crate::http::RequestParts;
use crate::transport::RecordedRequest;
use crate::{Error, Json};

/// Writes `METHOD path?query body`, with the query decoded.
fn line(received: &RecordedRequest) -> String {
    let pairs: Vec<String> = received
        .query_pairs()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    // The order of the fields depends on the features that other crates enable in `serde_json`.
    let sorted = serde_json::from_slice::<BTreeMap<String, Json>>(&received.body);
    let body = match sorted {
        Ok(fields) => serde_json::to_string(&fields).unwrap(),
        Err(_) => String::from_utf8_lossy(&received.body).into_owned(),
    };
    let line = format!(
        "{} {}?{} {body}",
        received.method,
        received.path,
        pairs.join("&")
    );
    line.trim_end().to_owned()
}

#[track_caller]
fn check_sent(transport: &crate::transport::MemoryTransport, expected: &str) {
    let received = transport.requests();
    let lines: Vec<String> = received.iter().map(line).collect();
    assert_eq!(lines, [expected]);
}

#[tokio::test]
async fn sends_the_arguments_of_a_list_in_the_query_without_a_cursor() {
    let (client, transport) = answering(&json!({"result": []}));
    client
        .projects()
        .list(ListProjects::new("acc_8923").limit(5))
        .await
        .unwrap();
    check_sent(
        &transport,
        "GET /proxy/projects?integrated_account_id=acc_551&accountId=acc_8923&limit=5",
    );
}

#[tokio::test]
async fn sends_the_identifier_of_get_in_the_path_only() {
    let (client, transport) = answering(&project("prj_1"));
    client
        .projects()
        .get(GetProject::new("prj_1"))
        .await
        .unwrap();
    check_sent(
        &transport,
        "GET /proxy/projects/prj_1?integrated_account_id=acc_551",
    );
}

#[tokio::test]
async fn create_sends_a_body() {
    let (client, transport) = answering(&project("prj_1"));
    let request = CreateProject::new("Billing", "acc_1")
        .env(Env::Test)
        .note_null();
    client.projects().create(request).await.unwrap();
    check_sent(
        &transport,
        r#"POST /proxy/projects?integrated_account_id=acc_551 {"accountId":"acc_1","env":"test","name":"Billing","note":null}"#,
    );
}

#[tokio::test]
async fn update_sends_an_empty_body_if_nothing_changes() {
    let (client, transport) = answering(&project("prj_1"));
    client
        .projects()
        .update(UpdateProject::new("prj_1"))
        .await
        .unwrap();
    check_sent(
        &transport,
        "PATCH /proxy/projects/prj_1?integrated_account_id=acc_551 {}",
    );
}

#[tokio::test]
async fn delete_has_no_body() {
    let (client, transport) = answering(&json!({"id": "prj_1"}));
    client
        .projects()
        .delete(DeleteProject::new("prj_1"))
        .await
        .unwrap();
    check_sent(
        &transport,
        "DELETE /proxy/projects/prj_1?integrated_account_id=acc_551",
    );
    assert_eq!(transport.requests()[0].header("content-type"), None);
}

#[tokio::test]
async fn posts_a_custom_method_to_its_name() {
    let (client, transport) = answering(&json!({"id": "ord_1"}));
    client
        .orders()
        .find_order(FindOrder::new(5.0).tenant("a b"))
        .await
        .unwrap();
    check_sent(
        &transport,
        r#"POST /proxy/orders/find_order?integrated_account_id=acc_551&number=5&tenant=a b {"tenant":"a b"}"#,
    );
}

#[tokio::test]
async fn accepts_a_list_as_a_body() {
    let (client, transport) = answering(&json!(null));
    client
        .orders()
        .set_tags(SetTags::new(["new".to_owned(), "paid".to_owned()]))
        .await
        .unwrap();
    check_sent(
        &transport,
        r#"POST /proxy/orders/set_tags?integrated_account_id=acc_551 ["new","paid"]"#,
    );
}

#[tokio::test]
async fn sends_an_identifier_in_path_and_body() {
    let (client, transport) = answering(&json!(null));
    client
        .orders()
        .cancel(CancelOrder::new("ord_1"))
        .await
        .unwrap();
    check_sent(
        &transport,
        r#"PATCH /proxy/order_cancel/ord_1?integrated_account_id=acc_551 {"id":"ord_1"}"#,
    );
}

#[tokio::test]
async fn sends_the_headers_of_every_request() {
    let (client, transport) = answering(&project("prj_1"));
    client
        .projects()
        .create(CreateProject::new("Billing", "acc_1"))
        .await
        .unwrap();
    let received = &transport.requests()[0];
    let version = concat!("toolsmith/", env!("CARGO_PKG_VERSION"));
    assert_eq!(received.origin, "https://api.shop.test");
    assert_eq!(
        received.header("authorization"),
        Some("Bearer s3cr3t-canary")
    );
    assert_eq!(received.header("user-agent"), Some(version));
    assert_eq!(received.header("accept"), Some("application/json"));
    assert_eq!(received.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn sends_unknown_arguments_in_the_query_without_a_body() {
    let (client, transport) = answering(&json!([]));
    let mut request = ListOrders::new();
    request.extra.insert("state".to_owned(), json!("open"));
    client.orders().list(request).await.unwrap();
    check_sent(
        &transport,
        "GET /proxy/orders?integrated_account_id=acc_551&state=open",
    );
}

#[tokio::test]
async fn refuses_an_identifier_that_changes_the_path() {
    for id in ["", ".", ".."] {
        let (client, transport) = answering(&json!(null));
        let error = client
            .projects()
            .get(GetProject::new(id))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Arguments { .. }), "{error}");
        assert!(
            error.to_string().contains("/id: expected an identifier"),
            "{error}"
        );
        assert!(transport.requests().is_empty());
    }
}

#[tokio::test]
async fn reports_all_problems_before_sending() {
    let (client, transport) = answering(&json!(null));
    let request = ListProjects::new("acc_1").limit(500);
    let error = client.projects().list(request).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "list_all_shop_projects: 1 problem with the arguments; nothing was sent\n\
         /limit: expected at most 100, found 500"
    );
    assert!(transport.requests().is_empty());
}

fn query_of(arguments: &Json) -> String {
    let target = RequestParts::build(tool("list_all_shop_orders"), "a", arguments, None).unwrap();
    let (_, query) = target
        .path_and_query
        .split_once("integrated_account_id=a")
        .unwrap();
    query.trim_start_matches('&').to_owned()
}

#[test]
fn writes_queries_like_qs() {
    // Created with `qs.stringify` 6.17.
    for (filter, expected) in [
        (json!("a b"), "filter=a%20b"),
        (json!({"b": 1}), "filter%5Bb%5D=1"),
        (json!(["x", "y"]), "filter%5B0%5D=x&filter%5B1%5D=y"),
        (
            json!({"a": [{"b": true}]}),
            "filter%5Ba%5D%5B0%5D%5Bb%5D=true",
        ),
        (json!(null), "filter="),
        (json!([]), ""),
        (json!({}), ""),
        (json!({"a": [], "b": {"c": {}}}), ""),
        (json!([null]), "filter%5B0%5D="),
        (json!("!'()*~-._"), "filter=%21%27%28%29%2A~-._"),
        (json!("ü€😀"), "filter=%C3%BC%E2%82%AC%F0%9F%98%80"),
        (json!("a+b&c=d%20#"), "filter=a%2Bb%26c%3Dd%2520%23"),
        (json!(false), "filter=false"),
        (json!(5.0), "filter=5"),
        (json!(-0.0), "filter=0"),
        (json!(0.1), "filter=0.1"),
        (json!(1e20), "filter=100000000000000000000"),
        (json!(1e21), "filter=1e%2B21"),
        (json!(1.5e-7), "filter=1.5e-7"),
        (json!(1e-6), "filter=0.000001"),
        (json!(9_007_199_254_740_993_u64), "filter=9007199254740993"),
    ] {
        assert_eq!(
            query_of(&json!({"filter": filter.clone()})),
            expected,
            "{filter}"
        );
    }
}

#[test]
fn a_list_of_more_than_twenty_elements_has_no_indices() {
    let query = |filter: Json| {
        let query = query_of(&json!({"filter": filter}));
        let pairs: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs
    };
    let numbers = |count: usize| (0..count).collect::<Vec<_>>();
    for count in [1, 20] {
        let expected: Vec<_> = numbers(count)
            .iter()
            .map(|number| format!("filter[{number}]={number}"))
            .collect();
        assert_eq!(query(json!(numbers(count))), expected);
    }
    for count in [21, 22, 100] {
        let bare = |name: &str| -> Vec<_> {
            let numbers = numbers(count);
            numbers
                .iter()
                .map(|number| format!("{name}[]={number}"))
                .collect()
        };
        assert_eq!(query(json!(numbers(count))), bare("filter"));
        assert_eq!(query(json!({"ids": numbers(count)})), bare("filter[ids]"));
        assert_eq!(query(json!([numbers(count)])), bare("filter[0]"));
        // Without indices, a parser would join the objects.
        let objects: Vec<_> = numbers(count)
            .iter()
            .map(|number| json!({"a": number}))
            .collect();
        let written = query(json!(objects));
        assert_eq!(
            written.last().unwrap(),
            &format!("filter[{}][a]={}", count - 1, count - 1)
        );
    }
}

/// JSON of any depth whose leaves are strings, without empty containers.
fn any_filter() -> impl Strategy<Value = Json> {
    let text = any::<String>().prop_map(Json::from);
    text.prop_recursive(4, 24, 4, |inner| {
        let key = "[^\\[\\]]+";
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Json::from),
            prop::collection::btree_map(key, inner, 1..4)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

/// Sets `value` at `keys`, like a parser of `a[b][0]=…`; all containers become objects.
fn insert(entries: &mut Map<String, Json>, keys: &[&str], value: String) {
    let (first, rest) = keys.split_first().unwrap();
    if rest.is_empty() {
        entries.insert((*first).to_owned(), Json::from(value));
        return;
    }
    let entry = entries.entry(*first).or_insert_with(|| json!({}));
    insert(entry.as_object_mut().unwrap(), rest, value);
}

/// Converts lists into objects with their indices as keys, as the parser above does.
fn without_lists(json: Json) -> Json {
    match json {
        Json::Array(elements) => elements
            .into_iter()
            .enumerate()
            .map(|(index, element)| (index.to_string(), without_lists(element)))
            .collect::<Map<_, _>>()
            .into(),
        Json::Object(entries) => entries
            .into_iter()
            .map(|(name, entry)| (name, without_lists(entry)))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

proptest! {
    #[test]
    fn a_query_round_trips_through_another_decoder(filter in any_filter()) {
        let query = query_of(&json!({"filter": filter.clone()}));
        prop_assert!(query.bytes().all(|byte| byte.is_ascii_graphic()));
        let mut entries = Map::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let keys: Vec<&str> = name.split('[').map(|key| key.trim_end_matches(']')).collect();
            insert(&mut entries, &keys, value.into_owned());
        }
        prop_assert_eq!(Json::Object(entries), without_lists(json!({"filter": filter})));
    }

    #[test]
    fn an_identifier_is_always_one_path_segment(id in ".+") {
        prop_assume!(!matches!(&*id, "." | ".."));
        let target = RequestParts::build(tool("get_single_shop_project_by_id"), "a", &json!({"id": id.clone()}), None);
        let address = format!("https://api.shop.test{}", target.unwrap().path_and_query);
        let parsed = url::Url::parse(&address).unwrap();
        let segments: Vec<&str> = parsed.path_segments().unwrap().collect();
        prop_assert_eq!(segments.len(), 3);
        prop_assert_eq!(&segments[..2], ["proxy", "projects"]);
        let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
        prop_assert_eq!(decoded, id);
        // The conversion of the URL in the HTTP client changes nothing.
        prop_assert_eq!(parsed.as_str(), address);
    }
}
