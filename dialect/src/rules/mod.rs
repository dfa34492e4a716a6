//! The rules of the providers: one file for each provider, and next to each rule the page that
//! states it.

pub(super) mod anthropic;
pub(super) mod gemini;
pub(super) mod mcp;
pub(super) mod openai;

use super::request_limits::RequestLimits;

/// The rules of one dialect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// The names of tools. Their length is one of the limits.
    pub(super) tool_name: NameRule,
    /// The names of arguments at the top level; any name if there is no rule.
    pub(super) argument_name: Option<NameRule>,
    pub(super) form: Form,
    /// Requires every argument: one that may be absent is null instead.
    pub(super) requires_all: bool,
    pub(super) definitions: Definitions,
    /// The supported keywords whose value is not a schema; all if there is no list.
    pub(super) facets: Option<&'static [&'static str]>,
    /// The supported formats of strings; all if there is no list.
    pub(super) formats: Option<&'static [&'static str]>,
    /// The values that count as levels of depth.
    pub(super) levels: Levels,
    /// Writes `propertyOrdering`, because the provider does not keep the order of an object.
    pub(super) writes_ordering: bool,
    /// Allows a union at the top level.
    pub(super) allows_root_union: bool,
    pub(super) limits: RequestLimits,
}

/// The form of a name: ASCII letters, digits, and some more characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameRule {
    pub(super) max_length: usize,
    pub(super) extra_characters: &'static str,
    /// Requires an ASCII letter or an underscore at the start.
    pub(super) starts_with_letter: bool,
}

/// The form of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// JSON Schema.
    JsonSchema,
    /// A few keywords of JSON Schema, and every object closed.
    Closed,
    /// A part of the schema object of `OpenAPI` 3.0.
    OpenApi,
}

/// The values that count as levels of depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Levels {
    Objects,
    ObjectsAndArrays,
}

/// The definitions that `$defs` may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Definitions {
    Recursive,
    Acyclic,
    None,
}
