//! The conversation, as the requests to the model contain it.

use std::collections::BTreeSet;

use generated::runtime::agent::Reply;
use serde_json::{Value, json};

use super::{Api, Turn, text};

/// The conversation, as the requests to the model contain it.
#[derive(Debug, Clone)]
pub struct History {
    api: Api,
    items: Vec<Value>,
}

impl History {
    /// Starts a conversation, or continues one with the [`items`](Self::items) of an earlier history.
    #[must_use]
    pub fn new(api: Api, items: Vec<Value>) -> Self {
        Self { api, items }
    }

    /// Returns the messages, in the form of the provider.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// Adds a message of the user.
    pub fn say(&mut self, text: &str) {
        self.items.push(json!({"role": "user", "content": text}));
    }

    /// Adds a turn of the model with the replies to its calls, in their order.
    ///
    /// Providers refuse a conversation in which two calls have one identifier, so a call whose identifier was used
    /// before gets another one here.
    pub fn add(&mut self, turn: Turn, replies: &[Reply]) {
        let mut used: BTreeSet<String> = BTreeSet::new();
        for id in self
            .items
            .iter_mut()
            .flat_map(|item| call_ids(self.api, item))
        {
            used.extend(id.as_str().map(str::to_owned));
        }
        let mut items = turn.items;
        let mut ids = Vec::new();
        for id in items.iter_mut().flat_map(|item| call_ids(self.api, item)) {
            let given = id.as_str().filter(|id| !id.is_empty()).unwrap_or("call");
            let mut unique = given.to_owned();
            for number in 2.. {
                if used.insert(unique.clone()) {
                    break;
                }
                unique = format!("{given}_{number}");
            }
            *id = unique.as_str().into();
            ids.push(unique);
        }
        self.items.append(&mut items);
        let results = ids
            .iter()
            .zip(replies)
            .map(|(id, reply)| result(self.api, id, reply));
        let results: Vec<Value> = results.collect();
        match self.api {
            Api::Chat | Api::Responses => self.items.extend(results),
            Api::Messages if results.is_empty() => {}
            // All results are in the next message.
            Api::Messages => self.items.push(json!({"role": "user", "content": results})),
        }
    }

    /// Returns `true` if the model has to say or do something next.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.items.last().is_some_and(|item| {
            matches!(text(item, "role"), "user" | "tool")
                || text(item, "type") == "function_call_output"
        })
    }
}

/// Returns the places of the identifiers of the calls in a message.
fn call_ids(api: Api, item: &mut Value) -> Vec<&mut Value> {
    let list = match api {
        Api::Responses if text(item, "type") == "function_call" => {
            return item.get_mut("call_id").into_iter().collect();
        }
        Api::Responses => return Vec::new(),
        Api::Chat => item.get_mut("tool_calls"),
        Api::Messages => item.get_mut("content"),
    };
    let list = list.and_then(Value::as_array_mut).into_iter().flatten();
    let calls = list.filter(|call| matches!(text(call, "type"), "function" | "tool_use"));
    calls.filter_map(|call| call.get_mut("id")).collect()
}

/// Returns the reply to a call in the form of the provider.
fn result(api: Api, id: &str, reply: &Reply) -> Value {
    match api {
        Api::Chat => json!({"role": "tool", "tool_call_id": id, "content": reply.text()}),
        Api::Responses => {
            json!({"type": "function_call_output", "call_id": id, "output": reply.text()})
        }
        Api::Messages => json!({
            "type": "tool_result", "tool_use_id": id,
            "content": reply.text(), "is_error": reply.is_error(),
        }),
    }
}
