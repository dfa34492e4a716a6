//! Chat completions of OpenAI.

use serde_json::{Value, json};

use super::super::conversation::{Conversation, Reader};
use super::{Event, Turn, list, pieces, text, tools};

/// Reads a request.
pub(super) fn read(request: &Value) -> Result<Conversation, String> {
    let mut reader = Reader::default();
    for message in list(request, "messages")? {
        let content = text(message, "content").to_owned();
        match text(message, "role") {
            "system" | "developer" => {}
            "user" => reader.say(content)?,
            "assistant" => {
                reader.check_replies()?;
                let calls = message.get("tool_calls").and_then(Value::as_array);
                for call in calls.into_iter().flatten() {
                    let function = call.get("function").ok_or("A call has no function.")?;
                    let arguments = serde_json::from_str(text(function, "arguments"));
                    let arguments = arguments.unwrap_or_default();
                    reader.call(text(call, "id"), text(function, "name"), arguments)?;
                }
            }
            "tool" => reader.reply(text(message, "tool_call_id"), content)?,
            other => return Err(format!("Invalid value: '{other}'.")),
        }
    }
    reader.end(tools(request, "/function/name")?)
}

/// Writes the next message.
pub(super) fn write(turn: &Turn<'_>, request: &Value) -> Vec<Event> {
    let chunk = |choices: Value, usage: Value| {
        Event::unnamed(&json!({
            "id": format!("chatcmpl-{}", turn.before),
            "object": "chat.completion.chunk",
            "created": 1_796_000_000,
            "model": turn.model,
            "choices": choices,
            "usage": usage,
        }))
    };
    let delta = |delta: Value| {
        let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": null});
        chunk(json!([choice]), Value::Null)
    };
    let mut events = vec![delta(json!({"role": "assistant", "content": null}))];
    for piece in turn.next.text().map(pieces).unwrap_or_default() {
        events.push(delta(json!({ "content": piece })));
    }
    let calls = turn.next.calls("call_", turn.before);
    for (index, (id, ask)) in calls.iter().enumerate() {
        let function = json!({"name": ask.name, "arguments": ""});
        let call = json!({"index": index, "id": id, "type": "function", "function": function});
        events.push(delta(json!({ "tool_calls": [call] })));
        for piece in pieces(&ask.arguments) {
            let call = json!({"index": index, "function": {"arguments": piece}});
            events.push(delta(json!({ "tool_calls": [call] })));
        }
    }
    let reason = if calls.is_empty() {
        "stop"
    } else {
        "tool_calls"
    };
    let last = json!({"index": 0, "delta": {}, "logprobs": null, "finish_reason": reason});
    events.push(chunk(json!([last]), Value::Null));
    if request.pointer("/stream_options/include_usage") == Some(&Value::Bool(true)) {
        let (input, output) = (turn.input_tokens, turn.output_tokens());
        let usage = json!({
            "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output,
        });
        events.push(chunk(json!([]), usage));
    }
    events.push(Event {
        name: None,
        data: "[DONE]".to_owned(),
    });
    events
}
