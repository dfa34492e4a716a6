//! What a call answers with.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use toolsmith_mcp::rmcp::model::CallToolResult;

use super::content::{Content, Resource};
use crate::codec::{self, Json, Value};
use crate::error::{DecodeError, DecodeProblem, Error};

/// What a tool answers with: pieces to read, and perhaps a value of type `T`.
pub struct ToolResult<T = Json> {
    tool: &'static str,
    /// The pieces, in order.
    pub content: Vec<Content>,
    /// Whether the tool says that it failed. Only [`raw`](super::Call::raw) gives an answer that
    /// does; otherwise it is [`Error::Tool`].
    pub is_error: bool,
    structured: Option<Json>,
    kind: PhantomData<fn() -> T>,
}

impl<T> ToolResult<T> {
    /// An answer as `rmcp` has it, and the same as the server wrote it.
    pub(super) fn read(tool: &'static str, result: CallToolResult) -> (Self, Json) {
        let answer = serde_json::to_value(&result).unwrap_or_default();
        let pieces = answer.get("content").and_then(Json::as_array).cloned();
        let pieces = pieces.unwrap_or_default().into_iter();
        let read = Self {
            tool,
            content: pieces.map(Content::read).collect(),
            is_error: result.is_error == Some(true),
            structured: result.structured_content,
            kind: PhantomData,
        };
        (read, answer)
    }

    /// The tool that answered.
    #[must_use]
    pub fn tool(&self) -> &'static str {
        self.tool
    }

    /// Every text of the answer, on lines of their own.
    #[must_use]
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.content.iter().filter_map(Content::as_text).collect();
        texts.join("\n")
    }

    /// The images of the answer: the bytes and the type of each.
    pub fn images(&self) -> impl Iterator<Item = (&Bytes, &str)> {
        self.content.iter().filter_map(|piece| match piece {
            Content::Image { data, mime_type } => Some((data, mime_type.as_str())),
            _ => None,
        })
    }

    /// The resources of the answer, with what is in them or without.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.content.iter().filter_map(|piece| match piece {
            Content::Resource(resource) | Content::ResourceLink(resource) => Some(resource),
            _ => None,
        })
    }

    /// The structured content as it came, if there is any.
    #[must_use]
    pub fn structured_json(&self) -> Option<&Json> {
        self.structured.as_ref()
    }
}

impl<T: Value> ToolResult<T> {
    /// The structured content as the type that the tool's output schema promises. A server that
    /// sends none may have written it into its text, which then is read.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] if there is none, or it is not what the schema promises.
    pub fn structured(&self) -> Result<T, Error> {
        self.structured_as()
    }

    /// The structured content as another type, such as [`Json`].
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] if there is none, or it is of another form.
    pub fn structured_as<U: Value>(&self) -> Result<U, Error> {
        let json = match &self.structured {
            Some(json) => json.clone(),
            None => serde_json::from_str(&self.text())
                .map_err(|error| self.broken(DecodeProblem::Syntax(error)))?,
        };
        codec::decode_lenient(json).map_err(|problems| self.broken(DecodeProblem::Shape(problems)))
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
            body: body.into(),
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
            .field("structured", &self.structured)
            .field("is_error", &self.is_error)
            .finish()
    }
}
