//! Turns responses into HTTP, spoiled by a fault if one applies.

use std::io;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use serde_json::json;

use super::fault::{Fault, FaultKind, ResetForm, milliseconds};
use super::responses::{Answer, Refusal};

const HTML: &str = "<!doctype html>\n<html><head><title>Truto</title></head>\
    <body><h1>We will be right back</h1></body></html>\n";

/// The time that a half-sent response stays open, so that the half arrives.
const CUT_DELAY: Duration = Duration::from_millis(50);

/// The size of a chunk of a huge response.
const CHUNK_SIZE: usize = 64 * 1024;

/// Returns the response of a fault that replaces the true one. The request is then not carried out.
pub(crate) fn instead(fault: &Fault) -> Option<Answer> {
    let answer = match &fault.kind {
        FaultKind::RateLimited { form, seconds } => rate_limited(*form, *seconds),
        FaultKind::Status(status) => refused(*status),
        FaultKind::RemoteError(status) => remote_error(*status),
        FaultKind::Sandbox => Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "This is a sandbox account: it can be read and not written.",
        )
        .into(),
        FaultKind::NotJson | FaultKind::Huge(_) | FaultKind::Endless | FaultKind::Empty => {
            Answer::new(StatusCode::OK, None)
        }
        FaultKind::NoContent => Answer::new(StatusCode::NO_CONTENT, None),
        FaultKind::WrongType => Answer::ok(json!(42)),
        FaultKind::RedirectLoop => {
            Answer::new(StatusCode::TEMPORARY_REDIRECT, None).header("location", "")
        }
        FaultKind::SlowHeaders(_)
        | FaultKind::SlowBody(_)
        | FaultKind::Cut
        | FaultKind::Truncated
        | FaultKind::RepeatedCursor => return None,
    };
    Some(match fault.should_retry {
        Some(should_retry) => answer.header("x-should-retry", should_retry.to_string()),
        None => answer,
    })
}

/// Sends a response unchanged.
pub(crate) fn send(answer: Answer) -> Response {
    let body = render(&answer);
    let content_type = (!body.is_empty()).then_some("application/json");
    response(answer, content_type, Body::from(body))
}

/// Sends a response as a fault changes it.
pub(crate) async fn send_spoiled(fault: &Fault, answer: Answer) -> Response {
    match fault.kind {
        FaultKind::SlowHeaders(wait) => {
            tokio::time::sleep(milliseconds(wait)).await;
            send(answer)
        }
        FaultKind::SlowBody(wait) => {
            let body = render(&answer);
            response(answer, Some("application/json"), late(wait, body))
        }
        FaultKind::Cut => cut(answer),
        FaultKind::NotJson => response(answer, Some("text/html; charset=utf-8"), Body::from(HTML)),
        FaultKind::Huge(size) => response(answer, Some("application/json"), huge(size)),
        FaultKind::Endless => response(answer, Some("application/json"), huge(u64::MAX)),
        FaultKind::Truncated => {
            let body = render(&answer);
            let kept = body.slice(..body.len() - body.len() / 3);
            response(answer, Some("application/json"), Body::from(kept))
        }
        FaultKind::RepeatedCursor => send(with_cursor(answer)),
        _ => send(answer),
    }
}

fn render(answer: &Answer) -> Bytes {
    let body = || answer.body.as_ref().map(ToString::to_string);
    let text = answer.text.clone().or_else(body);
    Bytes::from(text.unwrap_or_default())
}

fn response(answer: Answer, content_type: Option<&'static str>, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn with_cursor(mut answer: Answer) -> Answer {
    if let Some(fields) = answer.body.as_mut().and_then(|body| body.as_object_mut()) {
        fields.insert("next_cursor".to_owned(), json!("again"));
        answer.text = None;
    }
    answer
}

fn late(wait: u64, body: Bytes) -> Body {
    Body::from_stream(stream::once(async move {
        tokio::time::sleep(milliseconds(wait)).await;
        Ok::<Bytes, io::Error>(body)
    }))
}

/// Sends the first half of the body with the length of the whole body, then closes the connection.
fn cut(mut answer: Answer) -> Response {
    if answer.status == StatusCode::NO_CONTENT {
        answer.status = StatusCode::OK;
    }
    let body = answer.body.take().unwrap_or_else(|| json!({})).to_string();
    let half = Bytes::copy_from_slice(body.as_bytes().split_at(body.len() / 2).0);
    let pieces = stream::once(async move { Ok(half) }).chain(stream::once(async {
        tokio::time::sleep(CUT_DELAY).await;
        Err(io::Error::other("cut by a fault"))
    }));
    let answer = answer.header("content-length", body.len().to_string());
    response(answer, Some("application/json"), Body::from_stream(pieces))
}

/// Returns a list with one very long string, sent in chunks.
fn huge(size: u64) -> Body {
    const BEFORE: &[u8] = b"{\"result\":[\"";
    const AFTER: &[u8] = b"\"]}";
    let filling = Bytes::from(vec![b'x'; CHUNK_SIZE]);
    let filled = size.saturating_sub((BEFORE.len() + AFTER.len()) as u64);
    let pieces = stream::unfold(filled, move |left| {
        let length = left.min(CHUNK_SIZE as u64);
        let piece = filling.slice(..usize::try_from(length).unwrap_or(CHUNK_SIZE));
        async move { (length > 0).then(|| (piece, left - length)) }
    });
    let before = stream::once(async { Bytes::from_static(BEFORE) });
    let after = stream::once(async { Bytes::from_static(AFTER) });
    Body::from_stream(
        before
            .chain(pieces)
            .chain(after)
            .map(Ok::<Bytes, io::Error>),
    )
}

fn refused(status: u16) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let message = match status {
        StatusCode::SERVICE_UNAVAILABLE => "This integrated account is blocked.",
        _ => "Something went wrong on our side.",
    };
    Refusal::new(status, message).into()
}

fn remote_error(status: u16) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let refusal = Refusal::remote(status, "The Auth API refused the request.");
    let mut answer = Answer::from(refusal);
    if let Some(fields) = answer.body.as_mut().and_then(|body| body.as_object_mut()) {
        let insight = json!({
            "missing_parameters": ["projectId"],
            "missing_scopes": ["api-keys:write"],
            "rate_limit": null,
        });
        fields.insert("truto_error_insight".to_owned(), insight);
    }
    answer
}

/// Returns the response to a request over the limit. Forms with whole seconds round up.
pub(crate) fn rate_limited(form: ResetForm, seconds: f64) -> Answer {
    let wait = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let then = SystemTime::now() + Duration::from_secs(whole);
    let refusal = Refusal::new(
        StatusCode::TOO_MANY_REQUESTS,
        "Too many requests. Try again when the limit is lifted.",
    );
    let answer = Answer::from(refusal);
    let reset = |answer: Answer, reset: u64| {
        let answer = answer.header("ratelimit-limit", "110;w=10");
        let answer = answer.header("ratelimit-remaining", "0");
        answer.header("ratelimit-reset", reset.to_string())
    };
    match form {
        ResetForm::RatelimitReset => reset(answer, whole),
        ResetForm::RatelimitResetEpoch => reset(answer, epoch(then)),
        ResetForm::RetryAfter => answer.header("retry-after", whole.to_string()),
        ResetForm::RetryAfterFraction => answer.header("retry-after", seconds.to_string()),
        ResetForm::RetryAfterDate => answer.header("retry-after", httpdate::fmt_http_date(then)),
        ResetForm::RetryAfterMs => answer.header("retry-after-ms", wait.as_millis().to_string()),
        ResetForm::Structured => answer
            .header("ratelimit", format!("\"default\";r=0;t={whole}"))
            .header("ratelimit-policy", "\"default\";q=110;w=10"),
        ResetForm::None => answer,
    }
}

fn epoch(moment: SystemTime) -> u64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    since.map(|since| since.as_secs()).unwrap_or_default()
}
