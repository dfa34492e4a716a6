//! The rules of Anthropic.

use super::{Definitions, Form, Levels, NameRule, RequestLimits, Rules};

/// The endpoint replies "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"
/// (<https://github.com/modelcontextprotocol/modelcontextprotocol/issues/1345>) and "String should
/// have at most 128 characters" (<https://github.com/anthropics/claude-code/issues/96152>, 2026-09).
/// Until 2025 it was 64.
const TOOL_NAME: NameRule = NameRule {
    max_length: 128,
    extra_characters: "_-",
    starts_with_letter: false,
};

/// The endpoint replies "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'".
const ARGUMENT_NAME: NameRule = NameRule {
    max_length: 64,
    extra_characters: "_.-",
    starts_with_letter: false,
};

/// No page states a limit of tools.
const LIMITS: RequestLimits = RequestLimits {
    tool_name_length: 128,
    ..RequestLimits::UNLIMITED
};

/// Replies of the endpoint: "`input_schema` does not support oneOf, allOf, or anyOf at the top
/// level", and that the schema must be one of draft 2020-12.
pub(crate) const RULES: Rules = Rules {
    tool_name: TOOL_NAME,
    argument_name: Some(ARGUMENT_NAME),
    form: Form::JsonSchema,
    requires_all: false,
    definitions: Definitions::Recursive,
    facets: None,
    formats: None,
    levels: Levels::Objects,
    writes_ordering: false,
    allows_root_union: false,
    limits: LIMITS,
};

/// "Structured outputs", "JSON Schema limitations" and "Schema complexity limits":
/// `additionalProperties: false`, no recursion, no bounds of numbers and strings, `minItems` of 0
/// or 1, these formats; in one request 20 strict tools, 24 optional arguments, 16 arguments with a
/// union.
pub(crate) const STRICT_RULES: Rules = Rules {
    form: Form::Closed,
    definitions: Definitions::Acyclic,
    facets: Some(&["format"]),
    formats: Some(&[
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "uri",
        "ipv4",
        "ipv6",
        "uuid",
    ]),
    limits: RequestLimits {
        depth: 10,
        strict_tools: 20,
        optional_arguments: 24,
        union_arguments: 16,
        ..LIMITS
    },
    ..RULES
};
