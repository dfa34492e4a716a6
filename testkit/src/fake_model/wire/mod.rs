//! The wire formats of the providers.

mod chat;
mod messages;
mod responses;

use std::fmt;

use serde_json::{Value, json};

use super::conversation::{Conversation, Next};

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Chat,
    Responses,
    Messages,
}

impl Wire {
    /// Reads the conversation of a request.
    pub(super) fn read(self, request: &Value) -> Result<Conversation, String> {
        match self {
            Self::Chat => chat::read(request),
            Self::Responses => responses::read(request),
            Self::Messages => messages::read(request),
        }
    }

    /// Writes the next message as events.
    pub(super) fn write(
        self,
        next: &Next,
        conversation: &Conversation,
        request: &Value,
    ) -> Vec<Event> {
        let turn = Turn {
            next,
            before: conversation.count,
            model: text(request, "model"),
            input_tokens: tokens(&request.to_string()),
        };
        match self {
            Self::Chat => chat::write(&turn, request),
            Self::Responses => responses::write(&turn),
            Self::Messages => messages::write(&turn),
        }
    }

    /// Returns the body of an error.
    pub(super) fn error(self, kind: &str, problem: &str) -> Value {
        match self {
            Self::Chat | Self::Responses => json!({
                "error": {"message": problem, "type": kind, "param": null, "code": null},
            }),
            Self::Messages => json!({
                "type": "error",
                "error": {"type": kind, "message": problem},
                "request_id": "req_1",
            }),
        }
    }
}

/// The next message, and what the events say about it.
struct Turn<'a> {
    next: &'a Next,
    /// The number of calls before it.
    before: usize,
    model: &'a str,
    input_tokens: usize,
}

impl Turn<'_> {
    fn output_tokens(&self) -> usize {
        let calls = self.next.calls("", self.before);
        let calls = calls
            .iter()
            .map(|(_, ask)| tokens(&ask.name) + tokens(&ask.arguments));
        calls.sum::<usize>() + self.next.text().map_or(0, tokens)
    }
}

/// A server-sent event.
pub(super) struct Event {
    name: Option<&'static str>,
    data: String,
}

impl Event {
    /// Returns an event without a name.
    fn unnamed(data: &Value) -> Self {
        Self {
            name: None,
            data: data.to_string(),
        }
    }

    /// Returns an event with a name, which is also its `type`.
    fn named(name: &'static str, mut data: Value) -> Self {
        if let Value::Object(fields) = &mut data {
            fields.insert("type".to_owned(), name.into());
        }
        Self {
            name: Some(name),
            data: data.to_string(),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name {
            writeln!(formatter, "event: {name}")?;
        }
        write!(formatter, "data: {}\n\n", self.data)
    }
}

/// Returns a list of a request.
fn list<'a>(request: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    let list = request.get(key).and_then(Value::as_array);
    list.ok_or_else(|| format!("Missing required parameter: '{key}'."))
}

/// Returns the names of the tools.
fn tools(request: &Value, name: &str) -> Result<Vec<String>, String> {
    let tools = list(request, "tools")?.iter();
    let names = tools.filter_map(|tool| tool.pointer(name)?.as_str());
    Ok(names.map(str::to_owned).collect())
}

/// Returns a string member, or an empty string.
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Splits a text into pieces of a few characters, as a model writes it.
fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let pieces = characters.chunks(7).map(|piece| piece.iter().collect());
    pieces.collect()
}

/// Returns about as many tokens as a text has.
fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}
