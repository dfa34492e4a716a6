//! The fetch against answers that no server should give.

use super::*;

#[test]
fn a_cursor_that_comes_again_is_an_error() {
    let page = json("{\"result\": [], \"next_cursor\": \"x\"}");
    let (access, served) = raw(vec![page.clone(), page]);
    check(&access, &["page 2 leads back"]);
    let requests = served.join().unwrap();
    assert!(
        requests[1].starts_with("GET /integrated-account/ia_1/tools?next_cursor=x HTTP"),
        "{requests:?}"
    );
}

#[test]
fn a_bare_list_is_a_catalog() {
    let (access, _served) = raw(vec![json("[{\"name\":\"a\", \"n\": 1.50}]")]);
    // The tool is the text that was sent, down to its numbers.
    assert_eq!(
        get(&access).unwrap().text,
        "{\"result\":[{\"name\":\"a\", \"n\": 1.50}]}"
    );
}

#[test]
fn answers_that_are_no_catalog_are_refused() {
    for (body, expected) in [
        (
            "{\"result\": [{\"name\": \"a\"",
            "ends in the middle of its JSON",
        ),
        ("{\"tools\": []}", "JSON, but no list of tools"),
        ("\"hello\"", "JSON, but no list of tools"),
        ("hello", "the answer is not JSON"),
        ("", "ends in the middle of its JSON"),
        ("  <!doctype html>", "is a web page (HTML)"),
    ] {
        let (access, _served) = raw(vec![json(body)]);
        check(&access, &[expected]);
    }
}

#[test]
fn a_redirect_is_reported_and_not_followed() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: http://elsewhere.example/\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let (access, _served) = raw(vec![answer.as_bytes().to_vec()]);
    check(
        &access,
        &[
            "points elsewhere (status 302): http://elsewhere.example/",
            "not followed",
        ],
    );
}

#[test]
fn a_server_that_repeats_the_token_is_not_repeated() {
    let body = "{\"message\": \"s3cret is\\u001b[31m wrong.\"}";
    let length = body.len();
    let answer =
        format!("HTTP/1.1 401 No\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    let (access, served) = raw(vec![answer.into_bytes()]);
    check(&access, &["\"[token] is[31m wrong\""]);
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
fn nothing_shows_the_token() {
    let (access, _served) = raw(vec![]);
    assert!(!format!("{access:?}").contains("s3cret"));
}
