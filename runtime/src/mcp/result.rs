//! The result of a call.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;

use super::content::{Content, Resource};
use crate::codec::{self, Json, Value};
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::redactor::RedactedJson;
use crate::scrubber::Scrubber;

/// The result of a tool: content to read, and possibly a value of type `T`.
pub struct ToolResult<T = Json> {
    tool: &'static str,
    /// The content, in order.
    pub content: Vec<Content>,
    /// `true` if the tool reports failure. Only [`raw`](super::McpCall::raw) calls return such a result;
    /// other calls return [`Error::Tool`].
    pub is_error: bool,
    structured: Option<Json>,
    scrubber: Scrubber,
    kind: PhantomData<fn() -> T>,
}

impl<T> ToolResult<T> {
    /// Reads a result. Returns `None` if the JSON is not one: then it has neither content nor anything
    /// else that a result has.
    pub(super) fn read(tool: &'static str, json: &Json, scrubber: Scrubber) -> Option<Self> {
        let fields = json.as_object()?;
        let is_known =
            |name: &str| matches!(name, "content" | "structuredContent" | "isError" | "_meta");
        if !fields.is_empty() && !fields.keys().any(|name| is_known(name)) {
            return None;
        }
        let structured = fields.get("structuredContent");
        Some(Self {
            tool,
            content: Content::read_all(fields.get("content").cloned()),
            is_error: fields
                .get("isError")
                .is_some_and(toolsmith_mcp::session::is_error_flag),
            structured: structured.filter(|json| !json.is_null()).cloned(),
            scrubber,
            kind: PhantomData,
        })
    }

    /// Returns the name of the tool.
    #[must_use]
    pub fn tool(&self) -> &'static str {
        self.tool
    }

    /// Returns all text content, separated by line breaks.
    #[must_use]
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.content.iter().filter_map(Content::as_text).collect();
        texts.join("\n")
    }

    /// Returns the bytes and the media type of each image.
    pub fn images(&self) -> impl Iterator<Item = (&Bytes, &str)> {
        self.content.iter().filter_map(|piece| match piece {
            Content::Image { data, mime_type } => Some((data, mime_type.as_str())),
            _ => None,
        })
    }

    /// Returns all resources, with or without contents.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.content.iter().filter_map(|piece| match piece {
            Content::Resource(resource) | Content::ResourceLink(resource) => Some(resource),
            _ => None,
        })
    }

    /// Returns the structured content unchanged, if there is any.
    #[must_use]
    pub fn structured_json(&self) -> Option<&Json> {
        self.structured.as_ref()
    }
}

impl<T> ToolResult<T> {
    /// Returns the result for a model: the structured content, or else all content. Structured content
    /// that is empty says less than other content.
    pub(crate) fn to_model(&self) -> Json {
        let text = self.content_text();
        match self.structured_json() {
            Some(json) if text.trim().is_empty() || !is_empty(json) => return json.clone(),
            _ => {}
        }
        match serde_json::from_str(&text) {
            Ok(json @ (Json::Object(_) | Json::Array(_))) => json,
            _ => Json::String(text),
        }
    }

    /// Returns what a tool says about its failure: all content, or else the structured content.
    pub(super) fn failure(&self) -> String {
        let text = self.content_text();
        if !text.trim().is_empty() {
            return text;
        }
        match self.structured_json() {
            Some(Json::String(text)) => text.clone(),
            Some(json) if !is_empty(json) => {
                let message = ["message", "error"].into_iter();
                let mut message = message.filter_map(|name| json.get(name)?.as_str());
                match json.as_object().filter(|fields| fields.len() == 1) {
                    Some(_) => message
                        .next()
                        .map_or_else(|| json.to_string(), str::to_owned),
                    None => json.to_string(),
                }
            }
            _ => String::new(),
        }
    }

    /// Returns all content as text, with a note in place of what is not text.
    fn content_text(&self) -> String {
        let parts = self.content.iter().map(Content::to_text);
        let parts: Vec<Cow<'_, str>> = parts.filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }
}

/// Returns `true` for structured content that says nothing.
fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

impl<T: Value> ToolResult<T> {
    /// Decodes the structured content as the type of the tool's output schema. If there is none, the
    /// text is parsed instead, because some servers write JSON there.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if there is no JSON, or if it does not match the schema.
    pub fn structured(&self) -> Result<T, Error> {
        self.structured_as()
    }

    /// Decodes the structured content as another type, such as [`Json`].
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if there is no JSON, or if it does not match the type.
    pub fn structured_as<U: Value>(&self) -> Result<U, Error> {
        codec::decode_lenient(self.any_json()?).map_err(|problems| {
            let mut json = self.any_json().unwrap_or_default();
            self.scrubber.json(&mut json);
            // The problems quote the result.
            let scrubbed = codec::decode_lenient::<U>(json).err();
            self.broken(DecodeProblem::Shape(scrubbed.unwrap_or(problems)))
        })
    }

    fn any_json(&self) -> Result<Json, Error> {
        match &self.structured {
            Some(json) => Ok(json.clone()),
            None => serde_json::from_str(&self.text())
                .map_err(|error| self.broken(DecodeProblem::Syntax(error))),
        }
    }

    fn broken(&self, problem: DecodeProblem) -> Error {
        let body = match &self.structured {
            Some(json) => json.to_string(),
            None => self.text(),
        };
        Error::Decode(Box::new(DecodeError {
            tool: self.tool,
            problem,
            status: http::StatusCode::OK,
            request_id: None,
            body: self.scrubber.string(body).into(),
            context: None,
        }))
    }
}

impl<T> Clone for ToolResult<T> {
    fn clone(&self) -> Self {
        Self {
            tool: self.tool,
            content: self.content.clone(),
            is_error: self.is_error,
            structured: self.structured.clone(),
            scrubber: self.scrubber.clone(),
            kind: PhantomData,
        }
    }
}

impl<T> fmt::Debug for ToolResult<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ToolResult")
            .field("tool", &self.tool)
            .field("content", &self.content)
            .field("structured", &self.structured.as_ref().map(RedactedJson))
            .field("is_error", &self.is_error)
            .finish_non_exhaustive()
    }
}
