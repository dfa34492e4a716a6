//! Tests of fetching with invalid responses.

use super::*;

#[test]
fn a_repeated_cursor_is_an_error() {
    let page = json("{\"result\": [], \"next_cursor\": \"x\"}");
    let (account, served) = raw(vec![page.clone(), page]);
    check(
        &account,
        &["page 2 links to a page that was already fetched"],
    );
    let requests = served.join().unwrap();
    assert!(
        requests[1].starts_with(
            "GET /integrated-account/ia_1/tools?has_description=false&next_cursor=x HTTP"
        ),
        "{requests:?}"
    );
}

#[test]
fn accepts_each_form_of_the_list() {
    let tool = r#"{"name":"a", "n": 1.50}"#;
    for body in [
        format!("[{tool}]"),
        format!(r#"{{"result": [{tool}]}}"#),
        format!(r#"{{"results": [{tool}], "next_cursor": null}}"#),
        format!(r#"{{"result": null, "results": [{tool}]}}"#),
    ] {
        let (account, _served) = raw(vec![json(&body)]);
        // The tool keeps the text that was sent, including its numbers.
        assert_eq!(
            get(&account).unwrap().text,
            format!(r#"{{"result":[{tool}]}}"#),
            "{body}"
        );
    }
}

#[test]
fn rejects_responses_that_are_not_a_catalog() {
    for (body, expected) in [
        (
            "{\"result\": [{\"name\": \"a\"",
            "ends in the middle of its JSON",
        ),
        ("{\"tools\": []}", "JSON, but not a list of tools"),
        ("\"hello\"", "JSON, but not a list of tools"),
        ("hello", "the response is not JSON"),
        ("", "ends in the middle of its JSON"),
        ("  <!doctype html>", "is a web page (HTML)"),
    ] {
        let (account, _served) = raw(vec![json(body)]);
        check(&account, &[expected]);
    }
}

#[test]
fn reports_a_redirect_and_does_not_follow_it() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: http://elsewhere.example/\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let (account, _served) = raw(vec![answer.as_bytes().to_vec()]);
    check(
        &account,
        &[
            "redirects to http://elsewhere.example/ (status 302)",
            "not followed",
        ],
    );
}

#[test]
fn removes_the_token_from_a_servers_message() {
    let body = "{\"message\": \"s3cret is\\u001b[31m wrong.\"}";
    let length = body.len();
    let answer =
        format!("HTTP/1.1 401 No\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    let (account, served) = raw(vec![answer.into_bytes()]);
    check(&account, &["\"[token] is[31m wrong\""]);
    let requests = served.join().unwrap();
    assert!(
        requests[0].contains("authorization: Bearer s3cret\r\n"),
        "{requests:?}"
    );
    assert!(
        requests[0].contains("user-agent: toolsmith/"),
        "{requests:?}"
    );
}

#[test]
fn debug_output_does_not_contain_the_token() {
    let (account, _served) = raw(vec![]);
    assert!(!format!("{account:?}").contains("s3cret"));
}
