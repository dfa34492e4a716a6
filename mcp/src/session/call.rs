//! Calls of tools.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Session;
use super::connect::Ended;
use super::era::{Era, LEGACY_VERSIONS};
use super::progress::CallProgress;
use crate::error::{RequestError, RpcError};
use crate::headers::{self, LiveHeader, ParamHeader};
use crate::input::{InputRequest, InputRequired, Unanswered};
use crate::json;
use crate::secrets::Secrets;
use crate::transport::Head;

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

/// The input that a server needs before it completes a call.
struct Needed {
    requests: BTreeMap<String, InputRequest>,
    state: Option<Value>,
}

impl Session {
    /// Calls a tool and returns the text of its result. If the server needs input, the session answers
    /// and sends the call again. Dropping the future cancels the call.
    pub async fn call_tool(&self, call: &ToolRequest<'_>) -> ToolReply {
        self.call_tool_with(call, &CallProgress::default()).await
    }

    /// Calls a tool as [`call_tool`](Self::call_tool) does, and records its progress.
    pub async fn call_tool_with(
        &self,
        call: &ToolRequest<'_>,
        progress: &CallProgress,
    ) -> ToolReply {
        let mut answers = Map::new();
        let mut delays = 0;
        let mut live = None;
        for _ in 0..=MAX_ROUNDS {
            let mut reply = self
                .send_call(call, &answers, live.as_deref(), progress)
                .await;
            if live.is_none() && Self::is_header_refused(&reply) {
                // The schema of the tool has changed since the program was written.
                live = self.live_headers(call.name).await;
                if live.is_some() {
                    reply = self
                        .send_call(call, &answers, live.as_deref(), progress)
                        .await;
                }
            }
            let needed = match reply.outcome.as_deref().map(|result| match reply.era {
                Some(Era::Modern) => needed(result, &self.0.secrets),
                _ => Ok(None),
            }) {
                Ok(Ok(Some(needed))) => needed,
                Ok(Err(error)) => {
                    return ToolReply {
                        head: reply.head,
                        outcome: Err(error.redacted(&self.0.secrets)),
                    };
                }
                Ok(Ok(None)) | Err(_) => {
                    return ToolReply {
                        head: reply.head,
                        outcome: reply
                            .outcome
                            .map_err(|error| input_error(error, reply.era.as_ref())),
                    };
                }
            };
            let answered = if needed.requests.is_empty() {
                delays += 1;
                self.delay(&needed, delays).await
            } else {
                delays = 0;
                self.answer(needed).await
            };
            answers = match answered {
                Ok(answers) => answers,
                Err(required) => {
                    let error = RequestError::InputRequired(Box::new(required));
                    return ToolReply {
                        head: reply.head,
                        outcome: Err(error.redacted(&self.0.secrets)),
                    };
                }
            };
        }
        let required = InputRequired {
            requests: BTreeMap::new(),
            reason: format!("it asked again after {MAX_ROUNDS} answers"),
        };
        ToolReply {
            head: None,
            outcome: Err(RequestError::InputRequired(Box::new(required))),
        }
    }

    /// Sends a call, with the headers that the server lists now if they were looked up.
    async fn send_call(
        &self,
        call: &ToolRequest<'_>,
        answers: &Map<String, Value>,
        live: Option<&[LiveHeader]>,
        progress: &CallProgress,
    ) -> Ended {
        let mut params = answers.clone();
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
    async fn answer(&self, needed: Needed) -> Result<Map<String, Value>, InputRequired> {
        let inputs = &self.0.options().inputs;
        let failed = |requests: &BTreeMap<String, InputRequest>, reason: &str| InputRequired {
            requests: requests.clone(),
            reason: reason.to_owned(),
        };
        let unanswered = "this client has no answer to that, and did not repeat the call";
        if !needed
            .requests
            .values()
            .all(|request| inputs.can_answer(request))
        {
            return Err(failed(&needed.requests, unanswered));
        }
        let mut responses = Map::new();
        for (key, request) in &needed.requests {
            match inputs.answer(request).await {
                Ok(answer) => {
                    responses.insert(key.clone(), answer);
                }
                Err(Unanswered::Unsupported) => return Err(failed(&needed.requests, unanswered)),
                Err(Unanswered::Failed(message)) => {
                    return Err(failed(&needed.requests, &message));
                }
            }
        }
        let mut answers = Map::new();
        answers.insert("inputResponses".to_owned(), responses.into());
        answers.extend(needed.state_member());
        Ok(answers)
    }

    /// Waits before a call is sent again to a server that asked for nothing but that.
    async fn delay(
        &self,
        needed: &Needed,
        delays: u32,
    ) -> Result<Map<String, Value>, InputRequired> {
        if delays > MAX_DELAYS {
            return Err(InputRequired {
                requests: BTreeMap::new(),
                reason: format!(
                    "the server postponed the call {MAX_DELAYS} times without a question"
                ),
            });
        }
        tokio::time::sleep(DELAY.saturating_mul(2_u32.saturating_pow(delays - 1))).await;
        Ok(needed.state_member().collect())
    }
}

/// Reads what a server needs, from a result that is not complete.
fn needed(result: &str, secrets: &Secrets) -> Result<Option<Needed>, RequestError> {
    let kind = json::member(result, "resultType").and_then(json::string);
    match kind.as_deref() {
        None | Some("complete") => return Ok(None),
        Some("input_required") => {}
        Some(kind) => {
            return Err(RequestError::Unreadable(format!(
                "the result of the MCP server has the unknown type `{}`: {}",
                secrets.quote(kind),
                secrets.quote(result)
            )));
        }
    }
    let requests = json::member(result, "inputRequests").and_then(json::parse);
    let requests = match requests {
        Some(Value::Object(requests)) => requests,
        _ => Map::new(),
    };
    let read = |(key, request): (String, Value)| {
        let method = request.get("method").and_then(Value::as_str);
        let params = request.get("params").cloned().unwrap_or_default();
        (key, InputRequest::read(method.unwrap_or_default(), params))
    };
    let state = json::member(result, "requestState").and_then(json::parse);
    let state = state.filter(|state| !state.is_null());
    if requests.is_empty() && state.is_none() {
        return Err(RequestError::Unreadable(format!(
            "the MCP server requires input and does not say which: {}",
            secrets.quote(result)
        )));
    }
    Ok(Some(Needed {
        requests: requests.into_iter().map(read).collect(),
        state,
    }))
}

/// Converts the errors by which servers require input: a capability that the client does not declare,
/// and the pages of the version 2025-11-25.
fn input_error(error: RequestError, era: Option<&Era>) -> RequestError {
    const URL_ELICITATION_REQUIRED: i64 = -32042;
    let RequestError::Rpc(error) = error else {
        return error;
    };
    let [latest, ..] = LEGACY_VERSIONS;
    let code = match era {
        Some(Era::Modern) => RpcError::MISSING_CAPABILITY,
        Some(Era::Legacy { version }) if version == latest => URL_ELICITATION_REQUIRED,
        _ => return RequestError::Rpc(error),
    };
    if error.code != Some(code) {
        return RequestError::Rpc(error);
    }
    let data = error.json.get("data");
    let pages = data.and_then(|data| data.get("elicitations")?.as_array());
    let pages = pages.into_iter().flatten().enumerate();
    let read = |(index, page): (usize, &Value)| {
        let request = InputRequest::read("elicitation/create", page.clone());
        (index.to_string(), request)
    };
    RequestError::InputRequired(Box::new(InputRequired {
        requests: pages.map(read).collect(),
        reason: error.message,
    }))
}

impl Needed {
    /// Returns the state of the server, which the call repeats.
    fn state_member(&self) -> impl Iterator<Item = (String, Value)> + use<> {
        let state = self.state.clone().into_iter();
        state.map(|state| ("requestState".to_owned(), json!(state)))
    }
}
