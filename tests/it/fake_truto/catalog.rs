//! The routes that list tools: filters, pages and changes of the catalog.

use reqwest::StatusCode;
use serde_json::{Value, json};
use toolsmith_testkit::fake_truto::{CatalogChange, Settings};

use super::caller::{Caller, column, send};

const TOTALS: [&str; 2] = [
    "list_all_the_auth_api_analytics_api_key_totals",
    "list_all_the_auth_api_analytics_project_totals",
];

#[tokio::test]
async fn filters_choose_tools() {
    let caller = Caller::start();
    for (query, count) in [
        ("", 46),
        ("?methods=list", 11),
        ("?methods=list,get", 17),
        ("?methods=read", 17),
        ("?methods=write", 27),
        ("?methods=custom", 2),
        ("?methods=authenticate_key", 1),
        ("?methods%5B0%5D=list&methods%5B1%5D=custom", 13),
        ("?methods=unheard_of", 0),
        ("?tags=analytics", 2),
        ("?tags=analytics,deprecated", 3),
        ("?methods=get&tags=keys", 1),
        ("?has_description=true", 46),
        ("?has_description=false", 46),
    ] {
        let target = format!("/integrated-account/ia_551/tools{query}");
        let (status, body) = send(caller.request("GET", &target)).await;
        assert_eq!(
            (status, body["result"].as_array().unwrap().len()),
            (StatusCode::OK, count),
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_add_up_to_the_catalog() {
    let caller = Caller::start();
    caller.server.set(Settings {
        page_size: Some(20),
        ..Settings::default()
    });
    let mut names = Vec::new();
    let mut cursor = String::new();
    let mut pages = 0;
    loop {
        let target = format!("/integration/the_auth_api/tools?next_cursor={cursor}");
        let (_, body) = send(caller.request("GET", &target)).await;
        names.extend(
            column(&body["result"], "name")
                .into_iter()
                .map(str::to_owned),
        );
        pages += 1;
        match body["next_cursor"].as_str() {
            Some(next) => cursor = next.replace('+', "%2B"),
            None => break,
        }
    }
    names.sort_unstable();
    assert_eq!(pages, 3);
    assert!(names.iter().eq(caller.tools.keys()));
}

#[tokio::test]
async fn a_changed_catalog_is_listed_and_applied() {
    let caller = Caller::start();
    let by_hour = json!({"projectId": "prj_4411", "dateGrouping": "hour"});
    let (status, _) = caller.call(TOTALS[1], by_hour.clone()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let change = |tool: &str| {
        json!({
            "tool": tool,
            "pointer": "/query_schema/properties/dateGrouping/enum",
            "value": ["hour", "day", "week", "month"],
        })
    };
    let changes = Value::from(TOTALS.map(change).to_vec());
    caller.control("PATCH", "/control/catalog", &changes).await;
    let mut sums = Vec::new();
    for grouping in ["hour", "day", "week", "month"] {
        sums.push(sum_of_totals(&caller, grouping).await);
    }
    assert!(sums.iter().all(|sum| *sum == sums[0]), "{sums:?}");

    let unknown = CatalogChange {
        tool: "unheard_of".to_owned(),
        pointer: "/description".to_owned(),
        value: Some(json!("?")),
    };
    let problem = caller.server.change_catalog(&[unknown]).unwrap_err();
    assert_eq!(
        problem,
        "unheard_of at \"/description\": there is no such tool"
    );
    caller.server.reset();
    let (status, _) = caller.call(TOTALS[1], by_hour).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

async fn sum_of_totals(caller: &Caller, grouping: &str) -> u64 {
    let mut arguments = json!({"projectId": "prj_4411", "dateGrouping": grouping, "limit": 100});
    let mut sum = 0;
    loop {
        let (_, body) = caller.call(TOTALS[0], arguments.clone()).await;
        let records = body["result"].as_array().unwrap().iter();
        sum += records
            .filter_map(|record| record["total"].as_u64())
            .sum::<u64>();
        match &body["next_cursor"] {
            Value::Null => return sum,
            cursor => arguments["next_cursor"] = cursor.clone(),
        }
    }
}
