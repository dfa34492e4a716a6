//! A conversation, independent of the wire format.

use std::collections::BTreeSet;

use serde_json::Value;

use super::correction::between;

/// The conversation so far.
#[derive(Debug)]
pub(super) struct Conversation {
    /// The request that the user made last.
    pub(super) wish: String,
    /// The messages of the user since, the latest last.
    pub(super) news: Vec<String>,
    /// The names of the tools.
    pub(super) tools: Vec<String>,
    /// The calls since the request, with their replies, in order.
    pub(super) calls: Vec<Called>,
    /// The number of calls in the whole conversation.
    pub(super) count: usize,
}

/// A call and its reply.
#[derive(Debug, Clone)]
pub(super) struct Called {
    pub(super) name: String,
    /// The arguments; null if they were not valid JSON.
    pub(super) arguments: Value,
    pub(super) reply: String,
}

/// The next message of the model.
#[derive(Debug)]
pub(super) enum Next {
    /// Calls of tools.
    Call(Vec<Ask>),
    /// The final message.
    Say(String),
}

/// A call of a tool.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) name: String,
    /// The arguments as the model writes them, which need not be JSON.
    pub(super) arguments: String,
    /// `true` if the call has the identifier of the call before it.
    pub(super) repeats_id: bool,
}

impl Ask {
    pub(super) fn new(name: impl Into<String>, arguments: &Value) -> Self {
        Self::written(name, arguments.to_string())
    }

    /// Returns a call with arguments that need not be JSON.
    pub(super) fn written(name: impl Into<String>, arguments: String) -> Self {
        Self {
            name: name.into(),
            arguments,
            repeats_id: false,
        }
    }
}

impl Next {
    /// Returns the calls with their identifiers, which begin with `prefix`.
    pub(super) fn calls(&self, prefix: &str, before: usize) -> Vec<(String, &Ask)> {
        let asks = match self {
            Self::Call(asks) => asks.as_slice(),
            Self::Say(_) => &[],
        };
        let mut number = before;
        let calls = asks.iter().map(|ask| {
            if !ask.repeats_id {
                number += 1;
            }
            (format!("{prefix}{number}"), ask)
        });
        calls.collect()
    }

    /// Returns the final message.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Call(_) => None,
            Self::Say(text) => Some(text),
        }
    }
}

/// Returns the user and the project of a request.
pub(super) fn subject(wish: &str) -> Option<(&str, &str)> {
    let quoted = |before: &str| between(wish, &format!("{before} '"), "'");
    Some((quoted("user")?, quoted("project")?))
}

/// Reads a conversation message by message, and checks that each call has one reply.
#[derive(Default)]
pub(super) struct Reader {
    messages: Vec<Message>,
    ids: BTreeSet<String>,
    open: Vec<(String, Called)>,
}

enum Message {
    Said(String),
    Called(Called),
}

impl Reader {
    /// Adds what the user says.
    pub(super) fn say(&mut self, text: String) -> Result<(), String> {
        self.check_replies()?;
        self.messages.push(Message::Said(text));
        Ok(())
    }

    /// Adds a call.
    pub(super) fn call(&mut self, id: &str, name: &str, arguments: Value) -> Result<(), String> {
        if id.is_empty() || !self.ids.insert(id.to_owned()) {
            return Err(format!("The identifiers of calls must be unique: '{id}'."));
        }
        let called = Called {
            name: name.to_owned(),
            arguments,
            reply: String::new(),
        };
        self.open.push((id.to_owned(), called));
        Ok(())
    }

    /// Adds the reply to a call.
    pub(super) fn reply(&mut self, id: &str, reply: String) -> Result<(), String> {
        let place = self.open.iter().position(|(open, _)| open == id);
        let place = place.ok_or_else(|| format!("No tool call found for call_id {id}."))?;
        let (_, called) = self.open.remove(place);
        self.messages
            .push(Message::Called(Called { reply, ..called }));
        Ok(())
    }

    /// Checks that each call so far has a reply.
    pub(super) fn check_replies(&self) -> Result<(), String> {
        match self.open.first() {
            None => Ok(()),
            Some((id, _)) => Err(format!("No tool output found for function call {id}.")),
        }
    }

    /// Returns the conversation with these tools.
    pub(super) fn end(self, tools: Vec<String>) -> Result<Conversation, String> {
        self.check_replies()?;
        let is_wish =
            |message: &Message| matches!(message, Message::Said(text) if subject(text).is_some());
        let start = self.messages.iter().rposition(is_wish).unwrap_or_default();
        let is_call = |message: &&Message| matches!(message, Message::Called(_));
        let count = self.messages.iter().filter(is_call).count();
        let mut conversation = Conversation {
            wish: String::new(),
            news: Vec::new(),
            tools,
            calls: Vec::new(),
            count,
        };
        let mut said = Vec::new();
        for message in self.messages.into_iter().skip(start) {
            match message {
                Message::Said(text) => said.push(text),
                Message::Called(called) => conversation.calls.push(called),
            }
        }
        if said.is_empty() {
            return Err("The conversation has no user message.".to_owned());
        }
        conversation.news = said.split_off(1);
        conversation.wish = said.concat();
        Ok(conversation)
    }
}

impl Conversation {
    /// Returns the tool whose name has this prefix and suffix.
    pub(super) fn tool(&self, start: &str, end: &str) -> Result<String, String> {
        let mut tools = self.tools.iter();
        let tool = tools.find(|name| name.starts_with(start) && name.ends_with(end));
        tool.cloned()
            .ok_or_else(|| format!("there is no tool {start}…{end}"))
    }

    /// Returns the last call of a tool.
    pub(super) fn last(&self, tool: &str) -> Option<&Called> {
        self.calls.iter().rfind(|call| call.name == tool)
    }
}

impl Called {
    /// Returns the result of a successful call: the JSON in the first line of the reply.
    pub(super) fn answer(&self) -> Option<Value> {
        let first = self.reply.lines().next()?;
        serde_json::from_str(first).ok()
    }
}
