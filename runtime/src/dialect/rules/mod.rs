//! The rules of the providers: one file for each provider, and next to each rule the page that
//! states it.

pub(super) mod anthropic;
pub(super) mod gemini;
pub(super) mod mcp;
pub(super) mod openai;

/// The rules of one dialect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) tool_name: NameRule,
    /// The names of arguments at the top level; any name if there is no rule.
    pub(super) argument_name: Option<NameRule>,
    /// The greatest number of characters of a tool's description.
    pub(super) max_description: Option<usize>,
    pub(super) form: Form,
    /// Requires every argument: one that may be absent is null instead.
    pub(super) requires_all: bool,
    pub(super) definitions: Definitions,
    /// The supported keywords whose value is not a schema; all if there is no list.
    pub(super) facets: Option<&'static [&'static str]>,
    /// The supported formats of strings; all if there is no list.
    pub(super) formats: Option<&'static [&'static str]>,
    /// Allows a union at the top level.
    pub(super) allows_root_union: bool,
    pub(super) limits: Limits,
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

/// The definitions that `$defs` may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Definitions {
    Recursive,
    Acyclic,
    None,
}

/// The greatest numbers in one schema, and in all schemas of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Levels of nested objects.
    pub(super) depth: usize,
    /// Properties in one schema.
    pub(super) properties: usize,
    /// Values of enums in one schema.
    pub(super) values: usize,
    /// Characters in the names and values of one schema.
    pub(super) text: usize,
    /// Tools in a request.
    pub(super) tools: usize,
    /// Optional arguments in a request.
    pub(super) optional: usize,
    /// Arguments with a union in a request.
    pub(super) unions: usize,
}

/// No provider documents the depth; it bounds the size of the output.
const UNLIMITED: Limits = Limits {
    depth: 40,
    properties: usize::MAX,
    values: usize::MAX,
    text: usize::MAX,
    tools: usize::MAX,
    optional: usize::MAX,
    unions: usize::MAX,
};
