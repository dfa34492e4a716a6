//! The result of a call.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use toolsmith_mcp::rmcp::model::CallToolResult;

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
    /// `true` if the tool reports failure. Only [`raw`](super::Call::raw) calls return such a result;
    /// other calls return [`Error::Tool`].
    pub is_error: bool,
    structured: Option<Json>,
    scrubber: Scrubber,
    kind: PhantomData<fn() -> T>,
}

impl<T> ToolResult<T> {
    /// Converts a result of `rmcp`. Also returns the result as JSON.
    pub(super) fn read(
        tool: &'static str,
        result: CallToolResult,
        scrubber: Scrubber,
    ) -> (Self, Json) {
        let json = serde_json::to_value(&result).unwrap_or_default();
        let pieces = json.get("content").and_then(Json::as_array).cloned();
        let pieces = pieces.unwrap_or_default().into_iter();
        let read = Self {
            tool,
            content: pieces.map(Content::read).collect(),
            is_error: result.is_error == Some(true),
            structured: result.structured_content,
            scrubber,
            kind: PhantomData,
        };
        (read, json)
    }

    /// Returns the scrubber of the endpoint's secrets.
    pub(super) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
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
