//! Messages of Anthropic.

use serde_json::{Value, json};

use super::{Problem, Reader, Stop, ToolCall, Turn, number, text};

/// The maximum number of tokens of a turn.
const MAX_TOKENS: u32 = 8_192;

/// Returns the body of a request, without the tools.
pub(super) fn body(name: &str, system: &str, history: &[Value]) -> Value {
    json!({
        "model": name, "max_tokens": MAX_TOKENS, "system": system, "messages": history, "stream": true,
    })
}

/// Reads the events of a message.
#[derive(Default)]
pub(super) struct Messages {
    text: String,
    /// The content, with the JSON of the calls next to it.
    blocks: Vec<(Value, String)>,
    input_tokens: u64,
    output_tokens: u64,
    stop: Option<Stop>,
    is_over: bool,
}

impl Reader for Messages {
    fn read(&mut self, event: &Value) -> Result<Option<String>, Problem> {
        match text(event, "type") {
            "message_start" => {
                const INPUT: [&str; 3] = [
                    "input_tokens",
                    "cache_creation_input_tokens",
                    "cache_read_input_tokens",
                ];
                let tokens = INPUT.map(|name| number(event, &format!("/message/usage/{name}")));
                self.input_tokens = tokens.iter().sum();
            }
            "content_block_start" => {
                let block = event.get("content_block").cloned().unwrap_or_default();
                self.blocks.push((block, String::new()));
            }
            "content_block_delta" => return self.read_delta(event),
            "message_delta" => {
                // The number is that of the whole message so far.
                self.output_tokens = number(event, "/usage/output_tokens");
                let reason = event.pointer("/delta/stop_reason").and_then(Value::as_str);
                self.stop = reason.map(|reason| match reason {
                    "max_tokens" | "refusal" | "model_context_window_exceeded" => {
                        Stop::Cut(reason.to_owned())
                    }
                    _ => Stop::Complete,
                });
            }
            "message_stop" => self.is_over = true,
            // `ping`, the end of a block, and events that are new.
            _ => {}
        }
        Ok(None)
    }

    fn end(self: Box<Self>) -> Option<Turn> {
        let stop = self.stop.filter(|_| self.is_over)?;
        let mut calls = Vec::new();
        let mut content = Vec::new();
        for (mut block, mut json) in self.blocks {
            match text(&block, "type") {
                "text" if text(&block, "text").is_empty() => continue,
                "tool_use" => {
                    // A tool without arguments has no JSON.
                    if json.is_empty() {
                        json.push_str("{}");
                    }
                    put(&mut block, "input", input(&json));
                    calls.push(ToolCall {
                        id: text(&block, "id").to_owned(),
                        name: text(&block, "name").to_owned(),
                        arguments: json,
                    });
                }
                _ => {}
            }
            content.push(block);
        }
        let mut items = Vec::new();
        if !content.is_empty() {
            items.push(json!({"role": "assistant", "content": content}));
        }
        Some(Turn {
            text: self.text,
            calls,
            stop,
            tokens: self.input_tokens + self.output_tokens,
            items,
        })
    }
}

impl Messages {
    fn read_delta(&mut self, event: &Value) -> Result<Option<String>, Problem> {
        let index = usize::try_from(number(event, "/index"))?;
        let (block, json) = self.blocks.get_mut(index).ok_or("a delta has no block")?;
        let delta = event.get("delta").unwrap_or(&Value::Null);
        let add = |block: &mut Value, name: &str| {
            let whole = [text(block, name), text(delta, name)].concat();
            put(block, name, whole.into());
        };
        match text(delta, "type") {
            "text_delta" => {
                add(block, "text");
                self.text.push_str(text(delta, "text"));
                return Ok(Some(text(delta, "text").to_owned()));
            }
            "input_json_delta" => json.push_str(text(delta, "partial_json")),
            // The next request has to repeat the reasoning with its signature.
            "thinking_delta" => add(block, "thinking"),
            "signature_delta" => add(block, "signature"),
            _ => {}
        }
        Ok(None)
    }
}

/// Returns the arguments of a call as a request contains them: always an object.
fn input(json: &str) -> Value {
    match serde_json::from_str(json) {
        Ok(input @ Value::Object(_)) => input,
        _ => json!({ "INVALID_JSON": json }),
    }
}

fn put(block: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = block {
        fields.insert(name.to_owned(), value);
    }
}
