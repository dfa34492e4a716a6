//! JSON-RPC messages.

use serde_json::{Value, json};

use crate::error::RpcError;
use crate::json;

/// The names of members that tell the kind of a message.
const NAMES: [&str; 5] = ["jsonrpc", "id", "method", "result", "error"];

/// A message of a server.
#[derive(Debug, PartialEq)]
pub(crate) enum Message {
    /// A response to a request of the client.
    Response(Response),
    /// A request to the client.
    Request(ServerRequest),
    /// The server withdraws its request with this identifier.
    Withdrawal(Value),
    /// Another notification, which needs no response.
    Notification,
    /// Text that is not a message.
    Unreadable(Unreadable),
}

/// A response.
#[derive(Debug, PartialEq)]
pub(crate) struct Response {
    /// The request that it answers.
    pub(crate) id: ResponseId,
    /// The text of the result, the error of the server, or the text of a response without either.
    pub(crate) outcome: ResponseContent,
}

/// The request that a response answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseId {
    /// The request with this number.
    Of(u64),
    /// The server could not read the request, or names none.
    Unknown,
    /// The response to a request that this client did not send.
    Foreign,
}

/// The content of a response.
#[derive(Debug, PartialEq)]
pub(crate) enum ResponseContent {
    Result(String),
    Error(RpcError),
    Neither(String),
}

/// A request of a server.
#[derive(Debug, PartialEq)]
pub(crate) struct ServerRequest {
    /// The identifier, unchanged.
    pub(crate) id: Value,
    pub(crate) method: String,
    pub(crate) params: Value,
}

/// Text that is not a message.
#[derive(Debug, PartialEq)]
pub(crate) struct Unreadable {
    /// The request that the text seems to answer.
    pub(crate) id: Option<u64>,
    /// `true` if the text seems to be a response.
    pub(crate) is_response: bool,
    pub(crate) text: String,
}

/// Reads the messages of a text: one, or the elements of a batch.
pub(crate) fn read(text: &str) -> Vec<Message> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('[')
        && let Some(batch) = json::elements(text)
    {
        return batch.into_iter().map(read_one).collect();
    }
    vec![read_one(text)]
}

/// Returns `true` if a text is a message, or a batch of messages.
pub(crate) fn is_whole(text: &str) -> bool {
    let is_message = |message: &Message| !matches!(message, Message::Unreadable(_));
    read(text).iter().all(is_message)
}

fn read_one(text: &str) -> Message {
    let Some(members) = json::members(text) else {
        let outline = Outline::read(text);
        let is_response = outline.is_response();
        return Message::Unreadable(Unreadable {
            id: outline.id.filter(|_| is_response),
            is_response,
            text: text.to_owned(),
        });
    };
    let member = |name: &str| {
        let mut members = members.iter().rev();
        members.find_map(|(found, value)| (*found == name).then_some(*value))
    };
    let result = member("result");
    let error = member("error").filter(|error| *error != "null");
    let id = member("id");
    if result.is_none()
        && error.is_none()
        && let Some(method) = member("method").and_then(json::string)
    {
        return match id.filter(|id| *id != "null").and_then(json::parse) {
            Some(id) => Message::Request(ServerRequest {
                id,
                method,
                params: member("params").and_then(json::parse).unwrap_or_default(),
            }),
            None if method == "notifications/cancelled" => {
                let id = member("params").and_then(|params| json::member(params, "requestId"));
                let id = id.and_then(json::parse);
                id.map_or(Message::Notification, Message::Withdrawal)
            }
            None => Message::Notification,
        };
    }
    // Without an identifier, it is a response only if it says that it is a message: it may be a line of
    // a log, or a refusal of HTTP.
    let is_marked = id.is_some() || member("jsonrpc").is_some();
    let is_response = result.is_some() || error.is_some() || id.is_some();
    if !is_response || !is_marked {
        return Message::Unreadable(Unreadable {
            id: None,
            is_response: false,
            text: text.to_owned(),
        });
    }
    Message::Response(Response {
        id: id.map_or(ResponseId::Unknown, response_id),
        outcome: match (error, result) {
            (Some(error), _) => ResponseContent::Error(RpcError::read(error)),
            (None, Some(result)) => ResponseContent::Result(result.to_owned()),
            (None, None) => ResponseContent::Neither(text.to_owned()),
        },
    })
}

/// Reads an identifier. Some servers return a number as a string, or as a fraction.
fn response_id(text: &str) -> ResponseId {
    let text = text.trim_matches('"');
    if text == "null" {
        return ResponseId::Unknown;
    }
    let number = text.parse().ok().or_else(|| whole(text.parse().ok()?));
    number.map_or(ResponseId::Foreign, ResponseId::Of)
}

/// Returns the whole number that a float is.
fn whole(number: f64) -> Option<u64> {
    /// Floats up to this one are exact.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    let is_whole = number.fract() == 0.0 && (0.0..=MAX_EXACT).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole and in range"
    )]
    is_whole.then_some(number as u64)
}

/// The members of an object that is broken or cut. Members of values inside it do not count.
#[derive(Default)]
struct Outline {
    id: Option<u64>,
    names: Vec<String>,
}

impl Outline {
    fn read(text: &str) -> Self {
        let mut outline = Self::default();
        for (name, after) in json::broken_members(text) {
            if name == "id" && outline.id.is_none() {
                let end = after.find([',', '}', ' ', '\n']).unwrap_or(after.len());
                if let ResponseId::Of(id) = response_id(after.get(..end).unwrap_or_default()) {
                    outline.id = Some(id);
                }
            }
            if NAMES.contains(&name) {
                outline.names.push(name.to_owned());
            }
        }
        outline
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Returns `true` if the object seems to be a response.
    fn is_response(&self) -> bool {
        let has_outcome = self.has("result") || self.has("error");
        let is_marked = self.has("jsonrpc") || self.id.is_some() || self.has("id") && has_outcome;
        is_marked && (has_outcome || !self.has("method"))
    }
}

/// Writes a request.
pub(crate) fn request(id: u64, method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

/// Writes a notification.
pub(crate) fn notification(method: &str, params: &Value) -> String {
    match params {
        Value::Null => json!({"jsonrpc": "2.0", "method": method}),
        params => json!({"jsonrpc": "2.0", "method": method, "params": params}),
    }
    .to_string()
}

/// Writes the notification that a request is cancelled.
pub(crate) fn cancellation(id: u64) -> String {
    notification("notifications/cancelled", &json!({"requestId": id}))
}

/// Writes the response to a request of a server.
pub(crate) fn response(id: &Value, outcome: Result<Value, (i64, String)>) -> String {
    match outcome {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err((code, message)) => {
            json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
        }
    }
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the only message of a text, which is a response.
    fn response_of(text: &str) -> Response {
        match read(text).pop() {
            Some(Message::Response(response)) => response,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn every_response_with_an_identifier_of_ours_is_found() {
        for id in ["7", "\"7\"", "7.0", " 7 ", "7e0"] {
            let response =
                response_of(&format!("\u{feff}{{\"id\":{id},\"result\":{{\"a\":NaN}}}}"));
            assert_eq!(response.id, ResponseId::Of(7), "{id}");
            assert_eq!(
                response.outcome,
                ResponseContent::Result("{\"a\":NaN}".to_owned())
            );
        }
        for (id, right) in [
            ("null", ResponseId::Unknown),
            ("\"other\"", ResponseId::Foreign),
            ("7.5", ResponseId::Foreign),
            ("-7", ResponseId::Foreign),
            ("{}", ResponseId::Foreign),
        ] {
            let response = response_of(&format!("{{\"id\":{id},\"result\":1}}"));
            assert_eq!(response.id, right, "{id}");
        }
        let marked = response_of("{\"jsonrpc\":\"2.0\",\"error\":\"no\"}");
        assert_eq!(marked.id, ResponseId::Unknown);
        let neither = response_of("{\"id\":7,\"error\":null}").outcome;
        assert!(
            matches!(neither, ResponseContent::Neither(_)),
            "{neither:?}"
        );
        for text in ["{\"id\": 7, \"result\": {a: 1}", "{'x', \"id\":7}"] {
            let Some(Message::Unreadable(unreadable)) = read(text).pop() else {
                panic!("{text}")
            };
            assert_eq!(unreadable.id, Some(7), "{text}");
        }
    }

    #[test]
    fn finds_the_identifier_of_a_broken_response_next_to_its_result() {
        for (text, id, is_response) in [
            (
                r#"{"jsonrpc":"2.0","result":{"id": 3,"a":b},"id":7"#,
                Some(7),
                true,
            ),
            (
                r#"{"jsonrpc":"2.0","id":7,"result":[{"id":3"#,
                Some(7),
                true,
            ),
            (r#"{"result":{"text":"\"id\": 3","id":3"#, None, false),
            (r#"{"jsonrpc":"2.0","result":{"id": 3"#, None, true),
            (
                r#"{"jsonrpc":"2.0","result":"id","id":7,"x":{a"#,
                Some(7),
                true,
            ),
            (
                r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":{a"#,
                None,
                false,
            ),
            (
                r#"{"level":"info","request":{"jsonrpc":"2.0","id":7,"result":1"#,
                None,
                false,
            ),
            ("{oops", None, false),
        ] {
            let Some(Message::Unreadable(unreadable)) = read(text).pop() else {
                panic!("{text}")
            };
            let read = (unreadable.id, unreadable.is_response);
            assert_eq!(read, (id, is_response), "{text}");
        }
    }

    #[test]
    fn errors_of_any_type_have_a_message() {
        for (error, code, message) in [
            (r#"{"code":-32602,"message":"no"}"#, Some(-32602), "no"),
            (r#"{"code":"E1","message":"no"}"#, None, "no"),
            (
                r#"{"code":"-5","message":"cut \ud83d"}"#,
                Some(-5),
                "cut \u{fffd}",
            ),
            (r#""no""#, None, "no"),
            (r#"{"code":1}"#, Some(1), r#"{"code":1}"#),
            (r#"{"message":{"a":1}}"#, None, r#"{"message":{"a":1}}"#),
            ("[1]", None, "[1]"),
            ("false", None, "false"),
        ] {
            let response = response_of(&format!("{{\"id\":1,\"result\":{{}},\"error\":{error}}}"));
            let ResponseContent::Error(read) = response.outcome else {
                panic!("{error}")
            };
            assert_eq!(
                (read.code, read.message.as_str()),
                (code, message),
                "{error}"
            );
        }
    }

    #[test]
    fn distinguishes_requests_and_notifications() {
        let batch = r#"[{"id":"q","method":"ping"},{"method":"notifications/progress"},{"id":null,"method":"x"},{"error":"a log"},2,{"method":"notifications/cancelled","params":{"requestId":"q"}},{"method":"notifications/cancelled"}]"#;
        let kinds: Vec<_> = read(batch)
            .into_iter()
            .map(|message| match message {
                Message::Request(request) => request.method,
                Message::Withdrawal(id) => format!("withdrawal of {id}"),
                Message::Notification => "notification".to_owned(),
                Message::Unreadable(unreadable) => unreadable.text,
                Message::Response(response) => format!("{response:?}"),
            })
            .collect();
        let right = [
            "ping",
            "notification",
            "notification",
            "{\"error\":\"a log\"}",
            "2",
            "withdrawal of \"q\"",
            "notification",
        ];
        assert_eq!(kinds, right);
    }
}
