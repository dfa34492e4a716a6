//! The errors of the server: their status and message.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::caller::{Caller, send};

/// The status, the method, the target, the body and a part of the response. `@` in a target is the integrated account.
const CASES: &str = r#"
404 | GET    | /integrated-account/ia_1/tools            |                        | no integrated account "ia_1"
404 | GET    | /integration/other/tools                  |                        | no integration "other"
400 | GET    | /integrated-account/ia_551/tools?tag=keys |                        | Unknown parameter "tag"
404 | GET    | /elsewhere                                |                        | Cannot GET /elsewhere
400 | GET    | /proxy/accounts                           |                        | integrated_account_id is missing
404 | GET    | /proxy/accounts?integrated_account_id=x   |                        | no integrated account "x"
404 | GET    | /proxy/planets?@                          |                        | no resource "planets"
404 | DELETE | /proxy/users/usr_1?@                      |                        | no method "delete"
404 | PUT    | /proxy/accounts/acc_8923?@                | {}                     | PUT is not a way
400 | GET    | /proxy/accounts?@                         | {}                     | neither a body nor
400 | POST   | /proxy/accounts?@                         | {                      | not JSON
400 | POST   | /proxy/accounts?@                         | []                     | not an object
400 | POST   | /proxy/accounts?@                         |                        | needs content-type
400 | POST   | /proxy/accounts?@                         | {}                     | "name" is a required property
400 | POST   | /proxy/accounts?@                         | {"name":""}            | shorter than 1
400 | POST   | /proxy/accounts?@                         | {"name":"x","nam":1}   | unknown parameter "nam"
400 | GET    | /proxy/accounts?@&limit=many              |                        | is not of type "integer"
400 | GET    | /proxy/accounts?@&limit=101               |                        | greater than the maximum
400 | GET    | /proxy/accounts?@&next_cursor=made+up     |                        | not a cursor
400 | GET    | /proxy/accounts/acc_8923?@&id=acc_5150    |                        | not the one in the path
404 | GET    | /proxy/accounts/no%2Fsuch?@               |                        | no account "no/such"
404 | GET    | /proxy/api_keys?@&projectId=prj_0         |                        | no project "prj_0"
422 | POST   | /proxy/api_keys?@ | {"name":"x","projectId":"prj_0"} | projectId: there is no project "prj_0"
"#;

#[tokio::test]
async fn wrong_requests_are_rejected_in_the_envelope() {
    let caller = Caller::start();
    for case in CASES.lines().filter(|line| !line.is_empty()) {
        let columns: Vec<&str> = case.split('|').map(str::trim).collect();
        let [status, method, target, body, says] = columns[..] else {
            panic!("a case has five columns: {case}");
        };
        let target = target.replace('@', "integrated_account_id=ia_551");
        let mut request = caller.request(method, &target);
        if !body.is_empty() {
            let body = body.to_owned();
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        check_envelope(case, &send(request).await, status.parse().unwrap(), says);
    }
}

#[track_caller]
fn check_envelope(what: &str, (status, body): &(StatusCode, Value), expected: u16, says: &str) {
    assert_eq!(status.as_u16(), expected, "{what}: {body}");
    assert_eq!(body["statusCode"], expected, "{what}: {body}");
    assert!(
        body["error"].is_string() && body.get("details").is_some(),
        "{what}: {body}"
    );
    assert!(
        body.to_string().replace('\\', "").contains(says),
        "{what}: {body}"
    );
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let caller = Caller::start();
    for target in [
        "/integrated-account/ia_551/tools",
        "/proxy/accounts?integrated_account_id=ia_551",
    ] {
        let answer = send(caller.request_as("other", "GET", target)).await;
        check_envelope(
            target,
            &answer,
            401,
            "The token in the Authorization header is not valid.",
        );
    }
}

#[tokio::test]
async fn all_problems_are_reported_with_their_paths() {
    let caller = Caller::start();
    let name = "create_a_the_auth_api_webhook";
    let arguments = json!({"name": "", "url": "nowhere", "topics": ["x"], "httpMethod": "GET"});
    let (status, body) = caller.call(name, arguments).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let mut paths = super::caller::column(&body["details"], "path");
    paths.sort_unstable();
    assert_eq!(paths, ["/httpMethod", "/name", "/topics/0", "/url"]);
}
