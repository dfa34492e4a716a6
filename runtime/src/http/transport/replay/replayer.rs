//! Replay of calls.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderName, HeaderValue, StatusCode};

use super::tape::RecordedCall;
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::http::transport::{Body, RecordedRequest, Transport, TransportFuture};
use crate::redactor::Redactor;

/// Replays calls from a tape of a [`Recorder`](super::Recorder), without a network.
///
/// A call gets the response of the first call on the tape that has the same method, path, query and
/// JSON body and was not replayed yet, or of the last one if all were. A part that the recorder
/// redacted may be anything. A call that is not on the tape is an error that shows the most similar
/// one.
///
/// ```
/// use toolsmith_runtime::transport::Replayer;
///
/// let tape = r#"{"request": {"method": "GET", "target": "/proxy/projects/p", "body": ""},
///     "response": {"status": 200, "headers": {}, "body": "{\"id\": \"p\"}"}}"#;
/// let replayer = Replayer::from_tape(&tape.replace('\n', " ")).unwrap();
/// assert_eq!(replayer.unplayed(), 1);
/// ```
#[derive(Clone)]
pub struct Replayer {
    calls: Arc<Mutex<Vec<(RecordedCall, Played)>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Played {
    No,
    Yes,
}

impl Replayer {
    /// Parses a tape: one call per line.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] with the number of an invalid line.
    pub fn from_tape(tape: &str) -> Result<Self, Error> {
        let lines = tape
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        let calls: Result<Vec<_>, Error> = lines
            .map(|(index, line)| match RecordedCall::from_line(line) {
                Ok(call) => Ok((call, Played::No)),
                Err(problem) => Err(Error::config(format!(
                    "line {} of the tape is not a call: {problem}",
                    index + 1
                ))),
            })
            .collect();
        Ok(Self {
            calls: Arc::new(Mutex::new(calls?)),
        })
    }

    /// Returns the number of calls that were not replayed.
    #[must_use]
    pub fn unplayed(&self) -> usize {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls
            .iter()
            .filter(|(_, played)| *played == Played::No)
            .count()
    }

    fn play(&self, request: &RecordedRequest) -> Result<RecordedCall, TransportError> {
        // A recorder may keep a field that looks like a secret, so nothing is redacted here.
        let asked = RecordedCall::of_request(request, &Redactor::nothing());
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let is_asked = |call: &RecordedCall| call.records(&asked);
        let next = calls
            .iter()
            .position(|(call, played)| *played == Played::No && is_asked(call));
        let found = next.or_else(|| calls.iter().rposition(|(call, _)| is_asked(call)));
        if let Some((call, played)) = found.and_then(|index| calls.get_mut(index)) {
            *played = Played::Yes;
            return Ok(call.clone());
        }
        let redacted = RecordedCall::of_request(request, &Redactor::default());
        Err(missing(&redacted, calls.iter().map(|(call, _)| call)))
    }
}

fn missing<'a>(
    asked: &RecordedCall,
    calls: impl Iterator<Item = &'a RecordedCall>,
) -> TransportError {
    let asked = excerpt(asked);
    let distance = |request: &String| strsim::levenshtein(request, &asked);
    let nearest = calls.map(excerpt).min_by_key(distance);
    let nearest = nearest.map_or_else(
        || "the tape is empty".to_owned(),
        |nearest| format!("the nearest one is `{nearest}`"),
    );
    let message = format!("`{asked}` is not on the tape; {nearest}");
    TransportError::new(TransportErrorKind::Request, message)
}

/// Returns the start of a request, because comparing long bodies is slow.
fn excerpt(call: &RecordedCall) -> String {
    const MAX_SHOWN_CHARACTERS: usize = 2000;
    let request = call.request();
    match request.char_indices().nth(MAX_SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", request.get(..end).unwrap_or_default()),
        None => request,
    }
}

impl Transport for Replayer {
    fn reaches_server(&self) -> bool {
        false
    }

    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let received = RecordedRequest::read(request).await?;
            let call = self.play(&received)?;
            let mut response = http::Response::new(Body::from(bytes::Bytes::from(call.response)));
            *response.status_mut() =
                StatusCode::from_u16(call.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            for (name, value) in call.headers {
                let name = HeaderName::try_from(name);
                if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
                    response.headers_mut().append(name, value);
                }
            }
            Ok(response)
        })
    }
}

impl fmt::Debug for Replayer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Replayer({} calls left)", self.unplayed())
    }
}
