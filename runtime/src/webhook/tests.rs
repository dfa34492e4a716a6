//! Signatures that another implementation made (`hmac` of Python), and everything that is refused.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::*;
use crate::DateTime;
use crate::client::AccountStatus;

const SECRET: &str = "6e17561c-a20c-44ce-b8b5-caff0bf786fe";

const BODY: &str = r#"{"id":"evt_1","event":"integrated_account:authentication_error","payload":{"id":"ia_551","tenant_id":"acme-1","status":"needs_reauth","integration":{"name":"helpscout"}},"environment_id":"env_1","created_at":"2026-11-20T10:00:00.000Z","webhook_id":"wh_1"}"#;

const CODE: &str = "719676488272a0a3d748aa6ec8e844216208c3fb5a99adfbda15c92900ee274f";

fn headers(values: &[&str]) -> HeaderMap {
    let name = HeaderName::from_static(SIGNATURE_HEADER);
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(name.clone(), value.parse::<HeaderValue>().unwrap());
    }
    headers
}

fn signed(code: &str) -> String {
    format!("format=sha256,v={code}")
}

/// Verifies the event a number of seconds after it was created.
fn verify_after(seconds: u64, values: &[&str]) -> Result<Event, WebhookError> {
    let created = DateTime::from("2026-11-20T10:00:00Z")
        .to_system_time()
        .unwrap();
    let received = created + Duration::from_secs(seconds);
    Verifier::new(SECRET).verify_at(&headers(values), BODY.as_bytes(), received)
}

#[test]
fn accepts_the_codes_of_another_implementation() {
    let long_key = "k".repeat(100);
    for (secret, body, code) in [
        (SECRET, BODY.as_bytes(), CODE),
        (
            "key",
            b"The quick brown fox jumps over the lazy dog",
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
        ),
        (
            "secret",
            b"",
            "f9e66e179b6747ae54108f82f8ade8b3c25d76fd30afde6c395822c530196169",
        ),
        // Bytes that are not text.
        (
            "\u{e9}t\u{e9}",
            b"\x00\xff\xfe not text \x80",
            "69e8d2b1dca3d92d7ff85cece8577d6c676ef3739b7a4859b10cff6607645ae3",
        ),
        (
            &long_key,
            b"a long key",
            "731e81f48bf50f8bc7b8b024f88b3cdf489b71cd16fbc9278f2d9fb9fb42c9bc",
        ),
    ] {
        let verifier = Verifier::new(secret);
        let signed = headers(&[&signed(code)]);
        assert_eq!(verifier.verify_signature(&signed, body), Ok(()), "{secret}");
        let mut changed = body.to_vec();
        changed.push(b' ');
        let refused = verifier.verify_signature(&signed, &changed);
        assert_eq!(refused, Err(WebhookError::WrongSignature), "{secret}");
    }
}

#[test]
fn reads_every_form_of_the_header() {
    let upper = CODE.to_uppercase();
    for value in [
        format!("format=sha256,v={CODE}"),
        format!("format=sha256, v={upper}"),
        format!(" V={CODE} , Format=SHA256 "),
        format!("format=sha256,t=1,v={CODE}"),
        "format=sha256,v=cZZ2SIJyoKPXSKpuyOhEIWIIw/tama372hXJKQDuJ08=".to_owned(),
    ] {
        let event = verify_after(1, &[&value]).unwrap_or_else(|error| panic!("{value}: {error}"));
        assert_eq!(event.id, "evt_1");
    }
}

#[test]
fn refuses_what_is_not_signed() {
    use WebhookError::{MalformedSignature, MissingSignature, UnsupportedFormat, WrongSignature};
    let (short, long) = (signed(&CODE[2..]), signed(&format!("{CODE}00")));
    let odd = signed(&format!("{}g", &CODE[1..]));
    let other = signed(&CODE.replace('7', "8"));
    let twice = format!("format=sha256,v={CODE},v={CODE}");
    let bare = format!("v={CODE}");
    let unsupported = format!("format=sha1,v={CODE}");
    for (values, expected) in [
        (vec![], MissingSignature),
        (vec![""], MalformedSignature),
        (vec![CODE], MalformedSignature),
        (vec![bare.as_str()], MalformedSignature),
        (vec!["format=sha256"], MalformedSignature),
        (vec!["format=sha256,v="], MalformedSignature),
        (vec![short.as_str()], MalformedSignature),
        (vec![long.as_str()], MalformedSignature),
        (vec![odd.as_str()], MalformedSignature),
        (vec![twice.as_str()], MalformedSignature),
        (vec![unsupported.as_str()], UnsupportedFormat("sha1".into())),
        (vec![other.as_str()], WrongSignature),
        // Each of several headers is checked, and none of these is right.
        (vec![other.as_str(), other.as_str()], WrongSignature),
    ] {
        assert_eq!(verify_after(1, &values), Err(expected), "{values:?}");
    }
    let not_text = HeaderValue::from_bytes(b"format=sha256,v=\xff").unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE_HEADER, not_text);
    let outcome = verify(SECRET, &headers, BODY.as_bytes());
    assert_eq!(outcome, Err(MalformedSignature));
}

#[test]
fn one_right_header_of_several_is_enough() {
    let wrong = signed(&CODE.replace('7', "8"));
    assert!(verify_after(1, &[&wrong, &signed(CODE)]).is_ok());
    assert!(verify_after(1, &["nonsense", &signed(CODE), &wrong]).is_ok());
}

#[test]
fn an_empty_secret_verifies_nothing() {
    // The code of the body under an empty key.
    let outcome = verify("", &headers(&[&signed(CODE)]), BODY.as_bytes());
    assert_eq!(outcome, Err(WebhookError::EmptySecret));
    let verifier = Verifier::new(SECRET).or_secret("");
    let outcome = verifier.verify_signature(&headers(&[&signed(CODE)]), BODY.as_bytes());
    assert_eq!(outcome, Err(WebhookError::EmptySecret));
}

#[test]
fn a_second_secret_is_tried() {
    let verifier = Verifier::new("the next one").or_secret(SECRET);
    let signed = headers(&[&signed(CODE)]);
    assert_eq!(verifier.verify_signature(&signed, BODY.as_bytes()), Ok(()));
}

#[test]
fn a_delivery_is_refused_when_it_is_old() {
    let signature = signed(CODE);
    for (seconds, is_accepted) in [(0, true), (299, true), (300, true), (301, false)] {
        let outcome = verify_after(seconds, &[&signature]);
        assert_eq!(outcome.is_ok(), is_accepted, "{seconds} s");
    }
    let signed = headers(&[&signature]);
    let old = Verifier::new(SECRET).verify(&signed, BODY.as_bytes());
    assert_eq!(old, Err(WebhookError::Stale));
    let any_age = Verifier::new(SECRET).max_age(None);
    assert!(any_age.verify(&signed, BODY.as_bytes()).is_ok());
    // From a clock that is an hour ahead.
    let early = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let outcome = Verifier::new(SECRET).verify_at(&signed, BODY.as_bytes(), early);
    assert_eq!(outcome, Err(WebhookError::Stale));
}

#[test]
fn an_event_is_typed() {
    let event = verify_after(1, &[&signed(CODE)]).unwrap();
    assert_eq!(event.kind, EventKind::IntegratedAccountAuthenticationError);
    assert_eq!(event.environment_id.as_deref(), Some("env_1"));
    assert_eq!(event.webhook_id.as_deref(), Some("wh_1"));
    let account = event.account().unwrap();
    assert_eq!(account.id, "ia_551");
    assert_eq!(account.tenant_id.as_deref(), Some("acme-1"));
    assert_eq!(account.status, Some(AccountStatus::NeedsReauthorization));
    assert_eq!(account.integration.as_deref(), Some("helpscout"));
}

#[test]
fn kinds_are_kept() {
    for text in EventKind::KNOWN.iter().chain(&["invoice:paid", "", ":"]) {
        let kind = EventKind::parse(text);
        assert_eq!(kind.to_string(), *text);
        let is_known = EventKind::KNOWN.contains(text);
        assert_eq!(matches!(kind, EventKind::Other(_)), !is_known, "{text}");
    }
}

#[test]
fn times_are_read_in_both_forms() {
    for (text, expected) in [
        ("2024-09-10 12:00:00", Some("2024-09-10T12:00:00Z")),
        ("2024-09-10T12:00:00", Some("2024-09-10T12:00:00Z")),
        ("2024-09-10T12:00:00.000Z", Some("2024-09-10T12:00:00Z")),
        ("2024-09-10 14:00:00+02:00", Some("2024-09-10T12:00:00Z")),
        ("yesterday", None),
        ("2024-09-10", None),
    ] {
        let read = time::date_time(text).to_system_time();
        let expected = expected.and_then(|time| DateTime::from(time).to_system_time());
        assert_eq!(read, expected, "{text}");
    }
}

#[test]
fn bodies_that_are_no_events_are_refused_without_a_panic() {
    for (body, expected) in [
        ("", "it is not JSON"),
        ("{", "it is not JSON"),
        ("[]", "it is not an object"),
        ("{}", "it has no `id`"),
        (r#"{"id": 5, "event": "test"}"#, "it has no `id`"),
        (r#"{"id": "e"}"#, "it has no `event`"),
    ] {
        let error = Event::parse(body.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{body}: {error}");
    }
    let odd = Event::parse(br#"{"id": "e", "event": "test", "created_at": 5}"#);
    assert_eq!(odd, Err(WebhookError::UnreadableTime));
    let bare = Event::parse(br#"{"id": "e", "event": "integrated_account:active", "payload": 5}"#);
    assert_eq!(bare.unwrap().account(), None);
}

#[test]
fn a_body_that_javascript_writes_is_read() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for (payload, expected) in [
        (r#"{"name": "cut \ud83d"}"#, "cut \u{fffd}"),
        (r#"{"name": "half \ude00 too"}"#, "half \u{fffd} too"),
        (&format!(r#"{{"name": "deep", "tree": {deep}}}"#), "deep"),
        (r#"{"name": "large", "number": 1e999}"#, "large"),
    ] {
        let body = format!(r#"{{"id": "evt_1", "event": "record:created", "payload": {payload}}}"#);
        let event = Event::parse(body.as_bytes()).unwrap();
        assert_eq!(event.payload["name"], expected, "{body}");
    }
    for (body, expected) in [
        ("{\"id\": ", "it is not JSON (EOF while parsing"),
        ("[1]", "it is not an object"),
    ] {
        let Err(WebhookError::MalformedBody(problem)) = Event::parse(body.as_bytes()) else {
            panic!("{body}");
        };
        assert!(problem.starts_with(expected), "{problem}");
    }
}
