//! Messages of Anthropic.

use serde_json::{Value, json};

use super::super::conversation::{Conversation, Reader};
use super::{Event, Turn, list, pieces, text, tools};

/// Reads a request.
pub(super) fn read(request: &Value) -> Result<Conversation, String> {
    if request.get("max_tokens").and_then(Value::as_u64).is_none() {
        return Err("max_tokens: Field required".to_owned());
    }
    let mut reader = Reader::default();
    for message in list(request, "messages")? {
        let content = message.get("content").unwrap_or(&Value::Null);
        let role = text(message, "role");
        match (role, content) {
            ("user", Value::String(said)) => reader.say(said.clone())?,
            ("user" | "assistant", Value::Array(blocks)) if !blocks.is_empty() => {
                for block in blocks {
                    read_block(&mut reader, role, block)?;
                }
                // The next message has to have the result of each call.
                if role == "user" {
                    reader.check_replies()?;
                }
            }
            ("assistant", Value::String(_)) => reader.check_replies()?,
            _ => return Err(format!("messages: invalid message of '{role}'")),
        }
    }
    reader.end(tools(request, "/name")?)
}

fn read_block(reader: &mut Reader, role: &str, block: &Value) -> Result<(), String> {
    match (role, text(block, "type")) {
        ("user", "text") => reader.say(text(block, "text").to_owned()),
        ("user", "tool_result") => {
            let content = text(block, "content").to_owned();
            reader.reply(text(block, "tool_use_id"), content)
        }
        ("assistant", "text") if text(block, "text").is_empty() => {
            Err("messages: text content blocks must be non-empty".to_owned())
        }
        ("assistant", "text" | "thinking") => Ok(()),
        ("assistant", "tool_use") => match block.get("input") {
            Some(input @ Value::Object(fields)) => {
                let is_invalid = fields.contains_key("INVALID_JSON");
                let input = if is_invalid {
                    Value::Null
                } else {
                    input.clone()
                };
                reader.call(text(block, "id"), text(block, "name"), input)
            }
            _ => Err("messages: tool_use.input: Input should be an object".to_owned()),
        },
        (role, kind) => Err(format!("messages: a '{kind}' block of '{role}'")),
    }
}

/// Writes the next message.
pub(super) fn write(turn: &Turn<'_>) -> Vec<Event> {
    let message = json!({
        "id": format!("msg_{}", turn.before), "type": "message", "role": "assistant", "model": turn.model,
        "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {"input_tokens": turn.input_tokens, "output_tokens": 1},
    });
    let mut events = vec![Event::named("message_start", json!({ "message": message }))];
    let mut block = |index: usize, start: Value, deltas: Vec<Value>| {
        let start = json!({"index": index, "content_block": start});
        events.push(Event::named("content_block_start", start));
        events.push(Event::named("ping", json!({})));
        for delta in deltas {
            let delta = json!({"index": index, "delta": delta});
            events.push(Event::named("content_block_delta", delta));
        }
        events.push(Event::named(
            "content_block_stop",
            json!({ "index": index }),
        ));
    };
    if let Some(text) = turn.next.text() {
        let pieces = pieces(text).into_iter();
        let deltas = pieces.map(|piece| json!({"type": "text_delta", "text": piece}));
        block(0, json!({"type": "text", "text": ""}), deltas.collect());
    }
    let calls = turn.next.calls("toolu_", turn.before);
    for (index, (id, ask)) in calls.iter().enumerate() {
        let start = json!({"type": "tool_use", "id": id, "name": ask.name, "input": {}});
        // The first piece is empty, and without arguments it is the only one.
        let mut pieces = pieces(if ask.arguments == "{}" {
            ""
        } else {
            &ask.arguments
        });
        pieces.insert(0, String::new());
        let pieces = pieces.into_iter();
        let deltas = pieces.map(|piece| json!({"type": "input_json_delta", "partial_json": piece}));
        block(index, start, deltas.collect());
    }
    let reason = if calls.is_empty() {
        "end_turn"
    } else {
        "tool_use"
    };
    let delta = json!({
        "delta": {"stop_reason": reason, "stop_sequence": null},
        "usage": {"output_tokens": turn.output_tokens()},
    });
    events.push(Event::named("message_delta", delta));
    events.push(Event::named("message_stop", json!({})));
    events
}
