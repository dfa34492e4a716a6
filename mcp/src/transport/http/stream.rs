//! Responses that are streams of events.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response};
use tokio::task::JoinSet;

use super::sse::{Event, Events};
use super::{Connection, body};
use crate::error::RequestError;
use crate::message::{self, Message, ResponseId, ServerRequest};
use crate::secrets::Secrets;
use crate::transport::parts::{MAX_MESSAGE_SIZE, outcome, unreadable_message};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The wait before a stream is resumed, unless the server names one, and its bounds.
const RESUME_WAIT: Duration = Duration::from_millis(500);
const MIN_RESUME_WAIT: Duration = Duration::from_millis(50);
const MAX_RESUME_WAIT: Duration = Duration::from_secs(30);

/// The number of failures in sequence after which a stream is not resumed.
const MAX_RESUME_FAILURES: u32 = 3;

/// The time to send the answers to questions of the server after the response to its request.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// A stream of the response to one request.
struct Reading {
    id: u64,
    events: Events,
    last_event: Option<String>,
    /// A response to another request, which is quoted if no other one arrives.
    foreign: Option<String>,
    /// The answers to requests of the server. They end with the request to which it responds here.
    answers: JoinSet<()>,
}

impl Connection {
    /// Reads the end of a request from a stream. A stream of the older era that ends too early is
    /// resumed if the server numbers its events.
    pub(super) async fn read_stream(
        self: &Arc<Self>,
        id: u64,
        response: Response,
    ) -> Result<String, RequestError> {
        let mut reading = Reading {
            id,
            events: Events::default(),
            last_event: None,
            foreign: None,
            answers: JoinSet::new(),
        };
        let mut next = Some(response);
        let mut failures = 0;
        loop {
            let ended = match next.take() {
                Some(response) => {
                    let before = reading.last_event.clone();
                    let ended = self.read_events(&mut reading, response).await;
                    if reading.last_event != before {
                        failures = 0;
                    }
                    ended
                }
                None => None,
            };
            if let Some(outcome) = ended {
                reading.end_answers();
                return outcome;
            }
            let last_event = reading.last_event.clone().filter(|_| self.is_legacy());
            let Some(last_event) = last_event.filter(|_| failures < MAX_RESUME_FAILURES) else {
                // After an answer, the response may come on another stream.
                while reading.answers.join_next().await.is_some() {}
                return Err(reading.without_response(&self.target.secrets));
            };
            failures += 1;
            let wait = reading.events.retry.unwrap_or(RESUME_WAIT);
            tokio::time::sleep(wait.clamp(MIN_RESUME_WAIT, MAX_RESUME_WAIT)).await;
            next = self.resume(&last_event).await;
        }
    }

    /// Opens a stream that continues after an event.
    async fn resume(&self, last_event: &str) -> Option<Response> {
        let mut headers = HeaderMap::new();
        headers.insert(LAST_EVENT_ID, HeaderValue::from_str(last_event).ok()?);
        self.open_stream(headers).await
    }

    /// Opens a stream of events that is not the response to a message.
    pub(super) async fn open_stream(&self, headers: HeaderMap) -> Option<Response> {
        let mut headers = self.headers(headers);
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        let response = self.send_empty(Method::GET, headers).await.ok()?;
        response.status().is_success().then_some(response)
    }

    /// Reads events until the response arrives. Returns `None` if the stream ends before it.
    async fn read_events(
        self: &Arc<Self>,
        reading: &mut Reading,
        mut response: Response,
    ) -> Option<Result<String, RequestError>> {
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(_) => {
                    reading.events.discard();
                    return None;
                }
            };
            for event in reading.events.push(&chunk) {
                if let Some(outcome) = self.receive(reading, event) {
                    return Some(outcome);
                }
            }
            if reading.events.size() > MAX_MESSAGE_SIZE {
                return Some(Err(RequestError::TooLarge(MAX_MESSAGE_SIZE)));
            }
        }
        // Some servers do not end the last event. It counts if it is whole; its identifier does not.
        let last = reading.events.finish()?;
        if !message::is_whole(&last.data) {
            reading.foreign = Some(last.data).filter(|data| !data.trim().is_empty());
            return None;
        }
        let last = Event { id: None, ..last };
        self.receive(reading, last)
    }

    fn receive(
        self: &Arc<Self>,
        reading: &mut Reading,
        event: Event,
    ) -> Option<Result<String, RequestError>> {
        if let Some(id) = event.id {
            // An empty identifier takes back the earlier ones.
            reading.last_event = Some(id).filter(|id| !id.is_empty());
        }
        if event.data.trim().is_empty() {
            return None;
        }
        for message in message::read(&event.data) {
            match message {
                Message::Response(response) if body::is_for(response.id, reading.id) => {
                    return Some(outcome(response.outcome, &self.target.secrets));
                }
                Message::Response(response) => {
                    reading.foreign = Some(event.data.clone());
                    self.answer_elsewhere(response);
                }
                // The response may arrive before a person has answered.
                Message::Request(request) => {
                    let connection = Arc::clone(self);
                    let (id, about) = (request.id.clone(), Some(reading.id));
                    let answer = async move { connection.answer(request, about).await };
                    self.answers.add(id, reading.answers.spawn(answer));
                }
                Message::Withdrawal(id) => self.answers.cancel(&id),
                Message::Unreadable(unreadable) if unreadable.id == Some(reading.id) => {
                    return Some(Err(unreadable_message(
                        &unreadable.text,
                        &self.target.secrets,
                    )));
                }
                Message::Unreadable(unreadable) => reading.foreign = Some(unreadable.text),
                Message::Notification => {}
            }
        }
        None
    }

    /// Ends another request to which a stream has the response.
    pub(super) fn answer_elsewhere(&self, response: message::Response) {
        if let ResponseId::Of(id) = response.id {
            let outcome = outcome(response.outcome, &self.target.secrets);
            // It may have ended.
            let _waited = self.waiting.answer(id, outcome);
        }
    }

    /// Answers a request of the server, which it sent during our request `about` if that is known. Servers of the
    /// newer era have none.
    pub(super) async fn answer(&self, request: ServerRequest, about: Option<u64>) {
        if self.is_legacy() {
            let question = self.waiting.question(about);
            let inputs = &self.target.inputs;
            let outcome = inputs.respond(&request.method, request.params).await;
            drop(question);
            let body = message::response(&request.id, outcome);
            // A response has no response.
            let _sent = self.post(body, HeaderMap::new()).await.is_ok();
        }
    }
}

impl Reading {
    /// Leaves a moment to the answers that are being sent. An answer that a person still thinks about is of
    /// no use after the response.
    fn end_answers(&mut self) {
        let mut answers = std::mem::take(&mut self.answers);
        if answers.is_empty() {
            return;
        }
        tokio::spawn(async move {
            let ending = async { while answers.join_next().await.is_some() {} };
            let _in_time = tokio::time::timeout(ANSWER_TIMEOUT, ending).await.is_ok();
        });
    }

    /// Returns the error of a stream that ended without the response.
    fn without_response(&self, secrets: &Secrets) -> RequestError {
        match &self.foreign {
            Some(text) => RequestError::Unreadable(format!(
                "the stream of the MCP server ended without the response to the request; it sent {}",
                secrets.quote(text)
            )),
            None => RequestError::Lost("its stream ended without a response".to_owned()),
        }
    }
}
