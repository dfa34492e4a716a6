//! Playing calls back.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderName, HeaderValue, StatusCode};

use super::tape::Take;
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::http::transport::{Body, RecordedRequest, Transport, TransportFuture};

/// Answers calls from a tape that a [`Recorder`](super::Recorder) made, without a network.
///
/// A call is answered by the first one on the tape that is equal in method, path, query and JSON
/// body and has not been played; when all of them have, by the last. One that is not on the tape
/// is an error that shows the nearest one that is.
///
/// ```
/// use toolsmith_runtime::transport::Replayer;
///
/// let tape = r#"{"request": {"method": "GET", "target": "/proxy/projects/p", "body": ""},
///     "answer": {"status": 200, "headers": {}, "body": "{\"id\": \"p\"}"}}"#;
/// let player = Replayer::from_tape(&tape.replace('\n', " ")).unwrap();
/// assert_eq!(player.unplayed(), 1);
/// ```
#[derive(Clone)]
pub struct Replayer {
    takes: Arc<Mutex<Vec<(Take, Played)>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Played {
    No,
    Yes,
}

impl Replayer {
    /// Reads a tape: one call a line.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with the line that is none.
    pub fn from_tape(tape: &str) -> Result<Self, Error> {
        let lines = tape.lines().enumerate();
        let lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let takes: Result<Vec<_>, Error> = lines
            .map(|(index, line)| match Take::from_line(line) {
                Ok(call) => Ok((call, Played::No)),
                Err(problem) => Err(Error::config(format!(
                    "line {} of the tape is no call: {problem}",
                    index + 1
                ))),
            })
            .collect();
        Ok(Self {
            takes: Arc::new(Mutex::new(takes?)),
        })
    }

    /// How many calls of the tape have not been played.
    #[must_use]
    pub fn unplayed(&self) -> usize {
        let takes = self.takes.lock().unwrap_or_else(PoisonError::into_inner);
        takes
            .iter()
            .filter(|(_, played)| *played == Played::No)
            .count()
    }

    fn play(&self, request: &RecordedRequest) -> Result<Take, TransportError> {
        let asked = Take::of_request(request);
        let mut takes = self.takes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_asked = |take: &Take| take.is_same_request(&asked);
        let next = takes
            .iter()
            .position(|(take, played)| *played == Played::No && is_asked(take));
        let found = next.or_else(|| takes.iter().rposition(|(take, _)| is_asked(take)));
        match found.and_then(|index| takes.get_mut(index)) {
            Some((take, played)) => {
                *played = Played::Yes;
                Ok(take.clone())
            }
            None => Err(missing(&asked, takes.iter().map(|(take, _)| take))),
        }
    }
}

fn missing<'a>(asked: &Take, takes: impl Iterator<Item = &'a Take>) -> TransportError {
    let asked = shown(asked);
    let distance = |request: &String| strsim::levenshtein(request, &asked);
    let nearest = takes.map(shown).min_by_key(distance);
    let nearest = nearest.map_or_else(
        || "the tape is empty".to_owned(),
        |nearest| format!("the nearest one is `{nearest}`"),
    );
    let message = format!("`{asked}` is not on the tape; {nearest}");
    TransportError::new(TransportErrorKind::Request, message)
}

/// A request, or its beginning: a body may be so long that to compare it would never end.
fn shown(take: &Take) -> String {
    const MOST: usize = 2000;
    let request = take.request();
    match request.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", request.get(..end).unwrap_or_default()),
        None => request,
    }
}

impl Transport for Replayer {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let received = RecordedRequest::read(request).await?;
            let take = self.play(&received)?;
            let mut response = http::Response::new(Body::from(bytes::Bytes::from(take.answer)));
            *response.status_mut() =
                StatusCode::from_u16(take.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            for (name, value) in take.headers {
                let name = HeaderName::try_from(name);
                if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
                    response.headers_mut().insert(name, value);
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
