//! Turns answers into HTTP, spoiled by a fault where one is set.

use std::io;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use serde_json::json;

use super::answers::{Answer, Refusal};
use super::fault::{Fault, FaultKind, ResetForm, milliseconds};

const HTML: &str = "<!doctype html>\n<html><head><title>Truto</title></head>\
    <body><h1>We will be right back</h1></body></html>\n";

/// How long a half-sent answer stays open, so that the half does arrive.
const BEFORE_CUT: Duration = Duration::from_millis(50);

/// Size of one piece of a huge answer.
const PIECE: usize = 64 * 1024;

/// The answer that a fault gives instead of the true one, which is then never worked out.
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

/// Sends an answer as it is.
pub(crate) fn send(answer: Answer) -> Response {
    let body = render(&answer);
    let content_type = (!body.is_empty()).then_some("application/json");
    response(answer, content_type, Body::from(body))
}

/// Sends an answer the way a fault says.
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
    let text = answer.body.as_ref().map(ToString::to_string);
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
    }
    answer
}

fn late(wait: u64, body: Bytes) -> Body {
    Body::from_stream(stream::once(async move {
        tokio::time::sleep(milliseconds(wait)).await;
        Ok::<Bytes, io::Error>(body)
    }))
}

/// The first half of the body under the length of the whole, then an error that makes the connection close.
fn cut(mut answer: Answer) -> Response {
    if answer.status == StatusCode::NO_CONTENT {
        answer.status = StatusCode::OK;
    }
    let body = answer.body.take().unwrap_or_else(|| json!({})).to_string();
    let half = Bytes::copy_from_slice(body.as_bytes().split_at(body.len() / 2).0);
    let pieces = stream::once(async move { Ok(half) }).chain(stream::once(async {
        tokio::time::sleep(BEFORE_CUT).await;
        Err(io::Error::other("cut by a fault"))
    }));
    let answer = answer.header("content-length", body.len().to_string());
    response(answer, Some("application/json"), Body::from_stream(pieces))
}

/// A list with one very long text, sent piece by piece.
fn huge(size: u64) -> Body {
    const BEFORE: &[u8] = b"{\"result\":[\"";
    const AFTER: &[u8] = b"\"]}";
    let filling = Bytes::from(vec![b'x'; PIECE]);
    let filled = size.saturating_sub((BEFORE.len() + AFTER.len()) as u64);
    let pieces = stream::unfold(filled, move |left| {
        let length = left.min(PIECE as u64);
        let piece = filling.slice(..usize::try_from(length).unwrap_or(PIECE));
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

/// The answer to a request over a limit; where a form has whole seconds, they are rounded up.
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
