//! Responses of OpenAI.

use serde_json::{Value, json};

use super::{Problem, Reader, Stop, ToolCall, Turn, number, text};

/// Returns the body of a request, without the tools.
pub(super) fn body(name: &str, system: &str, history: &[Value]) -> Value {
    json!({"model": name, "instructions": system, "input": history, "stream": true})
}

/// Reads the events of a response.
#[derive(Default)]
pub(super) struct Responses {
    text: String,
    /// The items of the output, which the next request repeats unchanged, also those of the reasoning.
    items: Vec<Value>,
    stop: Option<Stop>,
    tokens: u64,
}

impl Reader for Responses {
    fn read(&mut self, event: &Value) -> Result<Option<String>, Problem> {
        match text(event, "type") {
            "response.output_text.delta" | "response.refusal.delta" => {
                let delta = text(event, "delta");
                self.text.push_str(delta);
                return Ok(Some(delta.to_owned()));
            }
            "response.output_item.done" => self.items.extend(event.get("item").cloned()),
            "response.completed" => self.end_with(event, Stop::Complete),
            "response.incomplete" => {
                let reason = event.pointer("/response/incomplete_details/reason");
                let reason = reason.and_then(Value::as_str).unwrap_or("incomplete");
                self.end_with(event, Stop::Cut(reason.to_owned()));
            }
            "response.failed" => {
                let message = event.pointer("/response/error/message");
                let message = message.and_then(Value::as_str).unwrap_or_default();
                return Err(format!("the response failed: {message}").into());
            }
            "error" => {
                let message = text(event, "message");
                return Err(format!("the model reports an error: {message}").into());
            }
            _ => {}
        }
        Ok(None)
    }

    fn end(self: Box<Self>) -> Option<Turn> {
        let is_call = |item: &&Value| text(item, "type") == "function_call";
        let calls = self.items.iter().filter(is_call).map(|item| ToolCall {
            id: text(item, "call_id").to_owned(),
            name: text(item, "name").to_owned(),
            arguments: text(item, "arguments").to_owned(),
        });
        Some(Turn {
            calls: calls.collect(),
            stop: self.stop?,
            text: self.text,
            tokens: self.tokens,
            items: self.items,
        })
    }
}

impl Responses {
    fn end_with(&mut self, event: &Value, stop: Stop) {
        self.tokens = number(event, "/response/usage/total_tokens");
        self.stop = Some(stop);
    }
}
