//! Responses that are not quite JSON: an unreadable value affects only itself.

use futures_util::StreamExt;
use serde_json::json;

use super::shop::{GetProject, ListProjects};
use super::{project, scripted};
use crate::client::{Page, Rejected};
use crate::error::DecodeProblem;
use crate::transport::MockResponse;
use crate::{Error, Json};

fn list() -> ListProjects {
    ListProjects::new("acc_1")
}

async fn read_page(body: impl Into<bytes::Bytes>) -> Result<Page<super::shop::Project>, Error> {
    let (client, _) = scripted([MockResponse::new(200).body(body)]);
    client.projects().list(list()).await
}

/// Writes a page with this record between two others.
fn page_around(record: &[u8]) -> Vec<u8> {
    let good = |id| project(id).to_string().into_bytes();
    let parts: [&[u8]; 7] = [
        b"{\"result\":[",
        &good("a"),
        b",",
        record,
        b",",
        &good("c"),
        b"],\"next_cursor\":\"c2\"}",
    ];
    parts.concat()
}

fn ids(page: &Page<super::shop::Project>) -> Vec<&str> {
    page.items
        .iter()
        .map(|project| project.id.as_str())
        .collect()
}

/// Strings that are not Unicode, and what they become.
const STRINGS: [(&[u8], &str); 9] = [
    (br"cut \ud83d", "cut \u{fffd}"),
    (br"\ude00 cut", "\u{fffd} cut"),
    (br"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
    (br"\ud83d\u0041", "\u{fffd}A"),
    (br"\uD83D\\", "\u{fffd}\\"),
    (b"caf\xe9", "caf\u{fffd}"),
    (b"\xf0\x9f\x98", "\u{fffd}"),
    (b"\xff\\n", "\u{fffd}\n"),
    (b"tab\there", "tab\there"),
];

#[tokio::test]
async fn replaces_what_is_not_unicode() {
    for (text, expected) in STRINGS {
        let record = |before: &[u8], after: &[u8]| [before, text, after].concat();
        let in_field = record(br#"{"id":"b","name":""#, br#""}"#);
        let unknown = record(br#"{"id":"b","name":"n","more":{"in":[""#, br#""]}}"#);
        let in_key = record(br#"{"id":"b","name":"n",""#, br#"":1}"#);

        let page = read_page(page_around(&in_field)).await.unwrap();
        assert_eq!(ids(&page), ["a", "b", "c"], "{expected}");
        assert_eq!(page.items[1].name, expected);
        assert_eq!(page.next_cursor.as_deref(), Some("c2"));

        let page = read_page(page_around(&unknown)).await.unwrap();
        assert_eq!(page.items[1].extra["more"], json!({"in": [expected]}));
        let page = read_page(page_around(&in_key)).await.unwrap();
        assert_eq!(page.items[1].extra[expected], 1);

        // A single record, and the untyped response of a tool called by name.
        let (client, _) =
            scripted([&in_field, &in_field].map(|body| MockResponse::new(200).body(body.clone())));
        let got = client.projects().get(GetProject::new("b")).await.unwrap();
        assert_eq!(got.name, expected);
        let arguments = json!({"id": "b"});
        let json = client
            .call_tool("get_single_shop_project_by_id", arguments)
            .await;
        assert_eq!(json.unwrap()["name"], expected);
    }
}

const OUT_OF_RANGE: &str = "a number in the range of a double";

/// Records that are not JSON, each with the path and the expectation of its problem.
const RECORDS: [(&str, &str, &str); 12] = [
    (
        r#"{"id":"b","name":"n","score":1e999}"#,
        "/score",
        OUT_OF_RANGE,
    ),
    (
        r#"{"id":"b","name":"n","score":-1e999}"#,
        "/score",
        OUT_OF_RANGE,
    ),
    (
        r#"{"id":"b","name":"n","score":NaN}"#,
        "/score",
        OUT_OF_RANGE,
    ),
    (
        r#"{"id":"b","name":"n","more":{"in":[Infinity]}}"#,
        "/more",
        OUT_OF_RANGE,
    ),
    (r#"{"id":"b","name":-Infinity}"#, "/name", OUT_OF_RANGE),
    (r#"{"id":"b","name":nul}"#, "/name", "valid JSON"),
    (
        r#"{"id":"b","name":"n","score":01}"#,
        "/score",
        "valid JSON",
    ),
    (r#"{"id":"b","name":"\x"}"#, "/name", "valid JSON"),
    (r#"{"id":"b","name":"cut \ud8"}"#, "/name", "valid JSON"),
    (r#"{"id":"b",,"name":"n"}"#, "", "valid JSON"),
    (r#"{"id":"b","name":"n",}"#, "", "valid JSON"),
    ("NaN", "", OUT_OF_RANGE),
];

#[tokio::test]
async fn an_unreadable_record_affects_only_itself() {
    let deep = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"id":"b","name":"n","deep":{open}{close}}}"#)
    };
    let levels = "at most 127 levels of nesting";
    let deep_records = [127, 50_000].map(|depth| (deep(depth), "/deep", levels));
    let cases = RECORDS.map(|(record, path, expected)| (record.to_owned(), path, expected));
    for (record, path, expected) in cases.into_iter().chain(deep_records) {
        let page = read_page(page_around(record.as_bytes())).await.unwrap();
        assert_eq!(ids(&page), ["a", "c"], "{record}");
        assert_eq!(page.next_cursor.as_deref(), Some("c2"), "{record}");
        let [rejected] = &page.rejected[..] else {
            panic!("{record}: {:?}", page.rejected);
        };
        assert_eq!((rejected.index, page.rejected_count), (1, 1));
        assert_eq!(rejected.body, record);
        let problem = &rejected.problems.problems()[0];
        assert_eq!(problem.path, path, "{record:.80}");
        assert_eq!(
            problem.expected().as_deref(),
            Some(expected),
            "{record:.80}"
        );
    }
    // 126 arrays in a record are 127 levels.
    let page = read_page(page_around(deep(126).as_bytes())).await.unwrap();
    assert_eq!(page.items.len(), 3);
}

#[tokio::test]
async fn a_stream_continues_after_an_odd_record() {
    let first = page_around(br#"{"id":"b","name":1e999}"#);
    let second = json!({"result": [project("d")], "next_cursor": null});
    let (client, _) = scripted([
        MockResponse::new(200).body(first),
        MockResponse::json(200, &second),
    ]);
    let items: Vec<_> = client.projects().list(list()).items().collect().await;
    let is_ok: Vec<bool> = items.iter().map(Result::is_ok).collect();
    assert_eq!(is_ok, [true, false, true, true]);
}

#[tokio::test]
async fn skips_a_byte_order_mark() {
    let bodies = [
        "\u{feff}{\"result\":[{\"id\":\"a\",\"name\":\"n\"}],\"next_cursor\":\"c2\"}",
        "\u{feff} [{\"id\":\"a\",\"name\":\"n\"}]",
    ];
    for body in bodies {
        let page = read_page(body).await.unwrap();
        assert_eq!(ids(&page), ["a"]);
    }
    let record = || MockResponse::new(200).body("\u{feff}{\"id\":\"a\",\"name\":\"n\"}");
    let (client, _) = scripted([record(), record()]);
    let got = client.projects().get(GetProject::new("a")).await.unwrap();
    assert_eq!(got.name, "n");
    let raw = client.projects().get(GetProject::new("a")).raw().await;
    assert_eq!(
        raw.unwrap().json().unwrap(),
        json!({"id": "a", "name": "n"})
    );
}

#[tokio::test]
async fn an_odd_envelope_costs_neither_records_nor_cursor() {
    for odd in [
        r#""total":1e999"#,
        r#""total":NaN"#,
        "\"note\":\"cut \\ud83d\"",
        r#""\ud83d":1"#,
        r#""result_count":1e999"#,
        r#""prev_cursor":"\ud83d""#,
    ] {
        let body = format!(
            r#"{{{odd},"result":[{}],"next_cursor":"c2"}}"#,
            project("a")
        );
        let page = read_page(body).await.unwrap();
        assert_eq!(ids(&page), ["a"], "{odd}");
        assert_eq!(page.next_cursor.as_deref(), Some("c2"), "{odd}");
    }
}

#[tokio::test]
async fn the_last_of_several_equal_names_counts() {
    let body = r#"{"result":[{"id":"x"}],"result":[{"id":7,"id":"a","name":"n","name":"\ud83d"}]}"#;
    let page = read_page(body).await.unwrap();
    assert_eq!(ids(&page), ["a"]);
    assert_eq!(page.items[0].name, "\u{fffd}");
    assert!(page.rejected.is_empty());
}

#[tokio::test]
async fn a_text_that_is_not_json_is_an_error() {
    for body in [
        r#"{"result":[{"id":"a","na"#,
        r#"{"result":[{"id":"a","name":"n"}"#,
        r#"{"result":[{"id":"a","name":"n"}]} {}"#,
        r#"{"result":[{"id":"a","name":"n"},]}"#,
        r#"{"result":[,]}"#,
        r#"{"result" []}"#,
        "<html>",
        "nul",
        "\u{feff}nul",
    ] {
        match read_page(body).await {
            Err(Error::Decode(error)) => {
                assert!(matches!(error.problem, DecodeProblem::Syntax(_)), "{body}");
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_odd_number_in_an_untyped_response_is_its_text() {
    let body = r#"{"result":[{"id":"a","score":1e999},{"id":"b","score":NaN}],"next_cursor":"c2"}"#;
    let (client, _) = scripted([MockResponse::new(200).body(body)]);
    let arguments = json!({"accountId": "acc_1"});
    let json = client.call_tool("list_all_shop_projects", arguments).await;
    let expected = json!({
        "result": [{"id": "a", "score": "1e999"}, {"id": "b", "score": "NaN"}],
        "next_cursor": "c2",
    });
    assert_eq!(json.unwrap(), expected);
}

#[tokio::test]
async fn an_odd_refusal_keeps_its_message() {
    for body in [
        &b"{\"message\":\"cut \\ud83d\",\"statusCode\":404}"[..],
        b"{\"message\":\"cut \xff\",\"details\":{\"score\":1e999}}",
        b"\xef\xbb\xbf{\"message\":\"cut \xff\",\"details\":NaN}",
    ] {
        let (client, _) = scripted([MockResponse::new(404).body(body)]);
        let error = client
            .projects()
            .get(GetProject::new("a"))
            .await
            .unwrap_err();
        let Error::Api(error) = error else {
            panic!("{error}");
        };
        assert_eq!(error.error_body.message.as_deref(), Some("cut \u{fffd}"));
    }
}

#[tokio::test]
async fn a_record_out_of_range_names_the_place() {
    let (client, _) =
        scripted([MockResponse::new(200).body(r#"{"id":"a","name":"n","score":1e999}"#)]);
    let error = client
        .projects()
        .get(GetProject::new("a"))
        .await
        .unwrap_err();
    let expected = "/score: expected a number in the range of a double, found 1e999";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[tokio::test]
async fn a_rejected_record_is_bounded() {
    let records = vec![r#"{"id":[0],"env":[0]}"#; 1500].join(",");
    let page = read_page(format!("[{records}]")).await.unwrap();
    assert_eq!((page.rejected.len(), page.rejected_count), (1000, 1500));
    assert_eq!(page.rejected[999].problems.problems().len(), 1);
    let last = page.into_iter().last().unwrap();
    assert!(matches!(last, Err(Error::Incomplete(_))), "{last:?}");

    // The message of a long value is short.
    let long = format!(
        r#"[{{"id":"{}","name":[{}]}}]"#,
        "x".repeat(1000),
        vec!["0"; 1000].join(",")
    );
    let page = read_page(long).await.unwrap();
    let problem = page.rejected[0].problems.problems()[0].to_string();
    assert!(problem.len() < 200, "{problem}");
    let Rejected { body, .. } = &page.rejected[0];
    assert_eq!(page.rejected[0].json()["id"], Json::from("x".repeat(1000)));
    assert!(body.len() > 3000);
}
