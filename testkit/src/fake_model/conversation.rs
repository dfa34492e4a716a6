//! A conversation, read from a chat request.

use serde_json::{Value, json};

/// The conversation so far.
#[derive(Debug)]
pub(super) struct Conversation {
    /// The request of the user.
    pub(super) wish: String,
    /// The names of the tools.
    pub(super) tools: Vec<String>,
    /// The calls with their replies, in order.
    pub(super) calls: Vec<Called>,
}

/// A call and its reply.
#[derive(Debug, Clone)]
pub(super) struct Called {
    pub(super) name: String,
    pub(super) arguments: Value,
    pub(super) reply: String,
}

/// The next message of the model.
#[derive(Debug)]
pub(super) enum Next {
    /// Calls of tools.
    Call(Vec<(String, Value)>),
    /// The final message.
    Say(String),
}

impl Conversation {
    pub(super) fn read(request: &Value) -> Result<Self, String> {
        let list = |key: &str| {
            let list = request.get(key).and_then(Value::as_array);
            list.ok_or_else(|| format!("there is no list `{key}`"))
        };
        let messages = list("messages")?;
        let of_role = |role: &'static str| {
            let is_of_role = move |message: &&Value| message["role"] == role;
            messages.iter().filter(is_of_role)
        };
        let wish = of_role("user")
            .next()
            .ok_or("the conversation has no user message")?;
        let names = list("tools")?.iter();
        let names = names.filter_map(|tool| tool.pointer("/function/name")?.as_str());
        let mut calls = Vec::new();
        for message in of_role("assistant") {
            let called = message["tool_calls"].as_array();
            for call in called.into_iter().flatten() {
                let reply = of_role("tool").find(|reply| reply["tool_call_id"] == call["id"]);
                let reply = reply.ok_or_else(|| format!("call {} has no reply", call["id"]))?;
                calls.push(Called::read(&call["function"], reply)?);
            }
        }
        Ok(Self {
            wish: text(&wish["content"]),
            tools: names.map(str::to_owned).collect(),
            calls,
        })
    }

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
    fn read(function: &Value, reply: &Value) -> Result<Self, String> {
        let arguments = text(&function["arguments"]);
        Ok(Self {
            name: text(&function["name"]),
            arguments: serde_json::from_str(&arguments).map_err(|error| error.to_string())?,
            reply: text(&reply["content"]),
        })
    }

    /// Returns the result of a successful call: the JSON in the first line of the reply.
    pub(super) fn answer(&self) -> Option<Value> {
        let first = self.reply.lines().next()?;
        serde_json::from_str(first).ok()
    }
}

impl Next {
    /// Converts to a message of the assistant; its calls are numbered from `before`.
    pub(super) fn into_message(self, before: usize) -> Value {
        let calls = match self {
            Self::Say(text) => return json!({"role": "assistant", "content": text}),
            Self::Call(calls) => calls,
        };
        let calls = calls
            .into_iter()
            .enumerate()
            .map(|(index, (name, arguments))| {
                let function = json!({"name": name, "arguments": arguments.to_string()});
                json!({
                    "id": format!("call_{}", before + index + 1),
                    "type": "function",
                    "function": function,
                })
            });
        let calls: Vec<Value> = calls.collect();
        json!({"role": "assistant", "content": null, "tool_calls": calls})
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
