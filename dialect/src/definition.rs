//! A tool as a dialect lists it.

use super::ordered_json::OrderedJson;
use super::tool_schema::{ArgumentParts, join_parts};
use crate::effect::Effect;

/// A tool of any catalog: its name, its description, and the schema of its arguments.
///
/// A `ToolSpec` of a generated crate converts into one. The arguments of a list are in the order of the schema. Text
/// that is parsed as [`OrderedJson`] keeps the order of its author; a value of `serde_json`
/// has the order of its maps.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Definition<'a> {
    /// The name.
    pub name: &'a str,
    /// The name for people.
    pub title: Option<&'a str>,
    /// The description.
    pub description: &'a str,
    /// The JSON Schema of the arguments.
    pub schema: OrderedJson,
    /// The JSON Schema of the response. Only MCP lists it.
    pub response_schema: Option<OrderedJson>,
    /// The effect of a call. Only MCP lists it.
    pub effect: Option<Effect>,
    /// `true` if a second call with the same arguments changes nothing more. Only MCP lists it.
    pub is_idempotent: bool,
}

impl<'a> Definition<'a> {
    /// Creates a tool of which nothing else is known.
    #[must_use]
    pub fn new(name: &'a str, description: &'a str, schema: impl Into<OrderedJson>) -> Self {
        Self {
            name,
            title: None,
            description,
            schema: schema.into(),
            response_schema: None,
            effect: None,
            is_idempotent: false,
        }
    }

    /// Creates a tool from the parts in which a catalog has its arguments. It is listed like the
    /// `ToolSpec` that is generated from the same parts.
    #[doc(hidden)]
    #[must_use]
    pub fn of_parts(name: &'a str, description: &'a str, parts: ArgumentParts<'_>) -> Self {
        Self::new(name, description, join_parts(parts))
    }

    /// Sets the name for people.
    #[must_use]
    pub fn title(mut self, title: &'a str) -> Self {
        self.title = Some(title);
        self
    }

    /// Sets the schema of the response.
    #[must_use]
    pub fn response_schema(mut self, schema: impl Into<OrderedJson>) -> Self {
        self.response_schema = Some(schema.into());
        self
    }

    /// Sets the effect of a call.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }
}
