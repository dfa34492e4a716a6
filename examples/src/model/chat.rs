//! Chat completions of OpenAI.

use serde_json::{Value, json};

use super::{Problem, Reader, Stop, ToolCall, Turn, number, text};

/// Returns the body of a request, without the tools.
pub(super) fn body(name: &str, system: &str, history: &[Value]) -> Value {
    let mut messages = vec![json!({"role": "system", "content": system})];
    messages.extend_from_slice(history);
    json!({
        "model": name,
        "messages": messages,
        "stream": true,
        "stream_options": {"include_usage": true},
    })
}

/// Reads the chunks of a response.
#[derive(Default)]
pub(super) struct Chat {
    text: String,
    calls: Vec<ToolCall>,
    finish_reason: Option<String>,
    tokens: u64,
}

impl Reader for Chat {
    fn read(&mut self, chunk: &Value) -> Result<Option<String>, Problem> {
        // The last chunk has the usage, and no choice.
        self.tokens = self.tokens.max(number(chunk, "/usage/total_tokens"));
        let Some(choice) = chunk.pointer("/choices/0") else {
            return Ok(None);
        };
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
            self.finish_reason = Some(reason.to_owned());
        }
        let Some(delta) = choice.get("delta") else {
            return Ok(None);
        };
        for call in delta
            .get("tool_calls")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.read_call(call)?;
        }
        let said = [text(delta, "content"), text(delta, "refusal")].concat();
        self.text.push_str(&said);
        Ok(Some(said).filter(|said| !said.is_empty()))
    }

    fn end(self: Box<Self>) -> Option<Turn> {
        let stop = match self.finish_reason?.as_str() {
            reason @ ("length" | "content_filter") => Stop::Cut(reason.to_owned()),
            _ => Stop::Complete,
        };
        let calls = self.calls.iter().map(|call| {
            let function = json!({"name": call.name, "arguments": call.arguments});
            json!({"id": call.id, "type": "function", "function": function})
        });
        let calls: Vec<Value> = calls.collect();
        let content = Some(&self.text).filter(|text| !text.is_empty());
        let mut message = json!({"role": "assistant", "content": content});
        if let (Value::Object(fields), false) = (&mut message, calls.is_empty()) {
            fields.insert("tool_calls".to_owned(), calls.into());
        }
        Some(Turn {
            text: self.text,
            calls: self.calls,
            stop,
            tokens: self.tokens,
            items: vec![message],
        })
    }
}

impl Chat {
    /// Reads a part of a call: the first has its identifier and its name, each a piece of the arguments.
    fn read_call(&mut self, part: &Value) -> Result<(), Problem> {
        let count = self.calls.len();
        let index = match part.get("index").and_then(Value::as_u64) {
            Some(index) => usize::try_from(index)?,
            // Some providers send no index, and each call in one part.
            None if text(part, "id").is_empty() => count.saturating_sub(1),
            None => count,
        };
        if index == count {
            self.calls.push(ToolCall::default());
        }
        let call = self.calls.get_mut(index);
        let call = call.ok_or("the calls of the response are not in order")?;
        call.id.push_str(text(part, "id"));
        if let Some(function) = part.get("function") {
            call.name.push_str(text(function, "name"));
            call.arguments.push_str(text(function, "arguments"));
        }
        Ok(())
    }
}
