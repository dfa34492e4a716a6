//! Calls of tools.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use serde_json::{Map, Value};

use super::Session;
use super::connect::Ended;
use super::era::Era;
use super::needed::{Needed, input_error, needed};
use crate::error::RequestError;
use crate::headers::{self, LiveHeader, ParamHeader};
use crate::input::{InputRequest, InputRequired, Unanswered};
use crate::transport::{CallProgress, Head};

/// The number of times that a call is sent again with answers.
const MAX_ROUNDS: usize = 10;

/// The number of times in sequence that a call is sent again without a question, and the wait before
/// the first of them, which doubles.
const MAX_DELAYS: u32 = 4;
const DELAY: Duration = Duration::from_millis(250);

/// A call of a tool.
#[derive(Debug, Clone, Copy)]
pub struct ToolRequest<'a> {
    /// The name of the tool.
    pub name: &'a str,
    /// The arguments; `None` for none.
    pub arguments: Option<&'a Value>,
    /// The arguments that headers repeat.
    pub headers: &'a [ParamHeader],
}

/// The end of a call.
#[derive(Debug)]
#[non_exhaustive]
pub struct ToolReply {
    /// The head of the last HTTP response, if there was one.
    pub head: Option<Head>,
    /// The text of the result.
    pub outcome: Result<String, RequestError>,
}

/// A call of a tool, which may take several rounds: a server may need input before it completes the
/// call.
#[derive(Debug)]
#[must_use = "nothing is sent yet"]
pub struct CallRounds<'a> {
    session: &'a Session,
    call: ToolRequest<'a>,
    progress: CallProgress,
    /// The input that the next round sends.
    answers: Map<String, Value>,
    /// The `_meta` of every round.
    meta: Map<String, Value>,
    /// The headers that the server lists now, if they were looked up.
    live: Option<Vec<LiveHeader>>,
    count: usize,
    /// The number of rounds in sequence without a question.
    delays: u32,
}

/// The end of one round of a call.
#[derive(Debug)]
#[non_exhaustive]
pub enum Round {
    /// The call ended.
    Ended(ToolReply),
    /// The server asks for input.
    Asked(Asked),
}

/// The questions of a server in one round of a call.
#[derive(Debug)]
pub struct Asked {
    head: Option<Head>,
    needed: Needed,
}

impl Asked {
    /// Returns the head of the HTTP response, if there was one.
    #[must_use]
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }
}

impl Session {
    /// Calls a tool and returns the text of its result. If the server needs input, the session answers
    /// and sends the call again. Dropping the future cancels the call.
    pub async fn call_tool(&self, call: &ToolRequest<'_>) -> ToolReply {
        let mut rounds = self.call_rounds(call);
        loop {
            let ended = match rounds.send().await {
                Round::Ended(reply) => Err(reply),
                Round::Asked(asked) => rounds.answer(asked).await,
            };
            if let Err(reply) = ended {
                return reply;
            }
        }
    }

    /// Prepares the rounds of a call, for a program that waits differently for the server and for the
    /// person who answers it.
    pub fn call_rounds<'a>(&'a self, call: &ToolRequest<'a>) -> CallRounds<'a> {
        CallRounds {
            session: self,
            call: *call,
            progress: CallProgress::default(),
            answers: Map::new(),
            meta: Map::new(),
            live: None,
            count: 0,
            delays: 0,
        }
    }
}

impl CallRounds<'_> {
    /// Sets the `_meta` of the call, such as the trace to which it belongs: `traceparent`. The
    /// [injector](crate::trace::set_injector) of the process has precedence.
    pub fn meta(mut self, meta: Map<String, Value>) -> Self {
        self.meta = meta;
        self
    }

    /// Sends the call with the answers to earlier questions, and again if the server postpones it. A
    /// round that ended without questions can be sent again, with the same answers.
    pub async fn send(&mut self) -> Round {
        loop {
            let ended = self.send_once().await;
            let needed = match (&ended.outcome, &ended.era) {
                (Ok(result), Some(Era::Modern)) => needed(result, &self.session.0.secrets),
                _ => Ok(None),
            };
            let needed = match needed {
                Ok(Some(needed)) => needed,
                Ok(None) => {
                    let era = ended.era.as_ref();
                    let outcome = ended.outcome.map_err(|error| input_error(error, era));
                    return Round::Ended(self.reply(ended.head, outcome));
                }
                Err(error) => return Round::Ended(self.reply(ended.head, Err(error))),
            };
            self.count += 1;
            if self.count > MAX_ROUNDS {
                let reason = format!("it asked again after {MAX_ROUNDS} answers");
                return Round::Ended(self.unanswered(ended.head, BTreeMap::new(), reason));
            }
            if !needed.requests.is_empty() {
                self.delays = 0;
                let head = ended.head;
                return Round::Asked(Asked { head, needed });
            }
            if self.delays == MAX_DELAYS {
                let reason =
                    format!("the server postponed the call {MAX_DELAYS} times without a question");
                return Round::Ended(self.unanswered(ended.head, BTreeMap::new(), reason));
            }
            tokio::time::sleep(DELAY.saturating_mul(2_u32.saturating_pow(self.delays))).await;
            self.delays += 1;
            self.answers = needed.state_member().collect();
        }
    }

    /// Sends the call like [`send`](Self::send). Returns `None` if that takes longer than `limit`, without the time in which
    /// the program, or a person, answers questions that a server of the older era asks meanwhile.
    pub async fn send_within(&mut self, limit: Duration) -> Option<Round> {
        let progress = self.progress.clone();
        let mut sending = pin!(self.send());
        let mut timeout = pin!(progress.timeout(limit));
        poll_fn(|context| {
            if let Poll::Ready(round) = sending.as_mut().poll(context) {
                return Poll::Ready(Some(round));
            }
            timeout.as_mut().poll(context).map(|()| None)
        })
        .await
    }

    /// Returns the time in which the program, or a person, answered questions of the server.
    #[must_use]
    pub fn answering(&self) -> Duration {
        self.progress.answering()
    }

    /// Answers the questions of a round, which may ask a person. The next round sends the answers.
    ///
    /// # Errors
    ///
    /// Returns the end of the call if there is no answer.
    pub async fn answer(&mut self, asked: Asked) -> Result<(), ToolReply> {
        let state: Vec<_> = asked.needed.state_member().collect();
        let requests = asked.needed.requests;
        let question = self.progress.question();
        let answered = self.session.answer(&requests).await;
        drop(question);
        match answered {
            Ok(responses) => {
                self.answers = Map::new();
                self.answers
                    .insert("inputResponses".to_owned(), responses.into());
                self.answers.extend(state);
                Ok(())
            }
            Err(reason) => Err(self.unanswered(asked.head, requests, reason)),
        }
    }

    /// Returns `true` if the server may have seen the call. It is `false` while a token is requested and a
    /// connection is made, unless an earlier round was sent.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.progress.may_be_seen()
    }

    async fn send_once(&mut self) -> Ended {
        let (session, call) = (self.session, &self.call);
        let progress = &self.progress;
        progress.begin();
        let live = self.live.as_deref();
        let mut members = self.answers.clone();
        if !self.meta.is_empty() {
            members.insert("_meta".to_owned(), self.meta.clone().into());
        }
        let ended = session.send_call(call, &members, live, progress).await;
        if self.live.is_some() || !Session::is_header_refused(&ended) {
            return ended;
        }
        // The schema of the tool has changed since the program was written.
        self.live = session.live_headers(call.name).await;
        match self.live.as_deref() {
            None => ended,
            live => session.send_call(call, &members, live, progress).await,
        }
    }

    fn reply(&self, head: Option<Head>, outcome: Result<String, RequestError>) -> ToolReply {
        let secrets = &self.session.0.secrets;
        let outcome = outcome.map_err(|error| error.redacted(secrets));
        ToolReply { head, outcome }
    }

    fn unanswered(
        &self,
        head: Option<Head>,
        requests: BTreeMap<String, InputRequest>,
        reason: String,
    ) -> ToolReply {
        let required = Box::new(InputRequired { requests, reason });
        self.reply(head, Err(RequestError::InputRequired(required)))
    }
}

impl Session {
    /// Sends a call, with the headers that the server lists now if they were looked up.
    async fn send_call(
        &self,
        call: &ToolRequest<'_>,
        members: &Map<String, Value>,
        live: Option<&[LiveHeader]>,
        progress: &CallProgress,
    ) -> Ended {
        let mut params = members.clone();
        params.insert("name".to_owned(), call.name.into());
        if let Some(arguments) = call.arguments {
            params.insert("arguments".to_owned(), arguments.clone());
        }
        let add_headers = |request: &mut crate::transport::Request| {
            if !request.headers.is_empty() {
                headers::add_name(&mut request.headers, call.name);
                match (call.arguments, live) {
                    (Some(arguments), Some(live)) => {
                        headers::add_live_params(&mut request.headers, live, arguments);
                    }
                    (Some(arguments), None) => {
                        headers::add_params(&mut request.headers, call.headers, arguments);
                    }
                    (None, _) => {}
                }
            }
        };
        self.0
            .send("tools/call", &params.into(), &add_headers, progress)
            .await
    }

    /// Answers all questions, or none.
    ///
    /// # Errors
    ///
    /// Returns the reason for which there is no answer.
    async fn answer(
        &self,
        requests: &BTreeMap<String, InputRequest>,
    ) -> Result<Map<String, Value>, String> {
        let inputs = &self.0.options().inputs;
        let unanswered =
            || "this client has no answer to that, and did not repeat the call".to_owned();
        if !requests.values().all(|request| inputs.can_answer(request)) {
            return Err(unanswered());
        }
        let mut responses = Map::new();
        for (key, request) in requests {
            let answer = match inputs.answer(request).await {
                Ok(answer) => answer,
                Err(Unanswered::Unsupported) => return Err(unanswered()),
                Err(Unanswered::Failed(message)) => return Err(message),
            };
            responses.insert(key.clone(), answer);
        }
        Ok(responses)
    }
}
