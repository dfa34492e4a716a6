//! Responses of OpenAI.

use serde_json::{Value, json};

use super::super::conversation::{Conversation, Reader};
use super::{Event, Turn, list, pieces, text, tools};

/// Reads a request.
pub(super) fn read(request: &Value) -> Result<Conversation, String> {
    let mut reader = Reader::default();
    for item in list(request, "input")? {
        match (text(item, "type"), text(item, "role")) {
            ("message" | "", "user") => reader.say(text(item, "content").to_owned())?,
            ("message" | "", "assistant" | "system" | "developer") | ("reasoning", _) => {}
            ("function_call", _) => {
                let arguments = serde_json::from_str(text(item, "arguments")).unwrap_or_default();
                reader.call(text(item, "call_id"), text(item, "name"), arguments)?;
            }
            ("function_call_output", _) => {
                reader.reply(text(item, "call_id"), text(item, "output").to_owned())?;
            }
            (kind, role) => return Err(format!("Invalid item: '{kind}' of '{role}'.")),
        }
    }
    reader.end(tools(request, "/name")?)
}

/// Writes the next message.
pub(super) fn write(turn: &Turn<'_>) -> Vec<Event> {
    let mut events = Events::default();
    let response = |status: &str, output: &[Value], usage: Value| {
        json!({"response": {
            "id": format!("resp_{}", turn.before),
            "object": "response",
            "created_at": 1_796_000_000,
            "status": status,
            "error": null,
            "incomplete_details": null,
            "model": turn.model,
            "output": output,
            "usage": usage,
        }})
    };
    let begun = response("in_progress", &[], Value::Null);
    events.push("response.created", begun.clone());
    events.push("response.in_progress", begun);
    let mut output = Vec::new();
    if let Some(text) = turn.next.text() {
        output.push(events.message(&format!("msg_{}", turn.before), text));
    }
    for (index, (call_id, ask)) in turn.next.calls("call_", turn.before).iter().enumerate() {
        let item = json!({
            "id": format!("fc_{}", turn.before + index), "type": "function_call", "status": "in_progress",
            "call_id": call_id, "name": ask.name, "arguments": "",
        });
        output.push(events.call(item, index, &ask.arguments));
    }
    let (input, written) = (turn.input_tokens, turn.output_tokens());
    let usage = json!({
        "input_tokens": input, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": written, "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": input + written,
    });
    events.push("response.completed", response("completed", &output, usage));
    events.0
}

/// Numbered events.
#[derive(Default)]
struct Events(Vec<Event>);

impl Events {
    fn push(&mut self, name: &'static str, mut data: Value) {
        if let Value::Object(fields) = &mut data {
            fields.insert("sequence_number".to_owned(), self.0.len().into());
        }
        self.0.push(Event::named(name, data));
    }

    /// Writes a message and returns it.
    fn message(&mut self, id: &str, text: &str) -> Value {
        let item = |status: &str, content: Value| {
            json!({
                "id": id, "type": "message", "status": status, "role": "assistant", "content": content,
            })
        };
        let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
        let at = |mut data: Value, key: &str, value: Value| {
            if let Value::Object(fields) = &mut data {
                fields.insert(key.to_owned(), value);
            }
            data
        };
        let place = json!({"item_id": id, "output_index": 0, "content_index": 0});
        let added = json!({"output_index": 0, "item": item("in_progress", json!([]))});
        self.push("response.output_item.added", added);
        let empty = at(place.clone(), "part", part(""));
        self.push("response.content_part.added", empty);
        for piece in pieces(text) {
            let delta = at(place.clone(), "delta", piece.into());
            self.push("response.output_text.delta", delta);
        }
        let whole = at(place.clone(), "text", text.into());
        self.push("response.output_text.done", whole);
        let whole = at(place, "part", part(text));
        self.push("response.content_part.done", whole);
        let item = item("completed", json!([part(text)]));
        let done = json!({"output_index": 0, "item": item});
        self.push("response.output_item.done", done);
        item
    }

    /// Writes a call and returns it.
    fn call(&mut self, mut item: Value, index: usize, arguments: &str) -> Value {
        let id = text(&item, "id").to_owned();
        let added = json!({"output_index": index, "item": item});
        self.push("response.output_item.added", added);
        for piece in pieces(arguments) {
            let delta = json!({"item_id": id, "output_index": index, "delta": piece});
            self.push("response.function_call_arguments.delta", delta);
        }
        let whole = json!({"item_id": id, "output_index": index, "arguments": arguments});
        self.push("response.function_call_arguments.done", whole);
        if let Value::Object(fields) = &mut item {
            fields.insert("arguments".to_owned(), arguments.into());
            fields.insert("status".to_owned(), "completed".into());
        }
        let done = json!({"output_index": index, "item": item});
        self.push("response.output_item.done", done);
        item
    }
}
