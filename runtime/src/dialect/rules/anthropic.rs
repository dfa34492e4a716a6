//! The rules of Anthropic.

use super::{Definitions, Form, Limits, NameRule, Rules, UNLIMITED};

/// "Tool use", "Define tools": `^[a-zA-Z0-9_-]{1,64}$`; newer models accept 128 characters.
const TOOL_NAME: NameRule = NameRule {
    max_length: 64,
    extra_characters: "_-",
    starts_with_letter: false,
};

/// The endpoint replies "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'".
const ARGUMENT_NAME: NameRule = NameRule {
    max_length: 64,
    extra_characters: "_.-",
    starts_with_letter: false,
};

/// Replies of the endpoint: "`input_schema` does not support oneOf, allOf, or anyOf at the top
/// level", and that the schema must be one of draft 2020-12.
pub(in crate::dialect) const RULES: Rules = Rules {
    tool_name: TOOL_NAME,
    argument_name: Some(ARGUMENT_NAME),
    max_description: None,
    form: Form::JsonSchema,
    requires_all: false,
    definitions: Definitions::Recursive,
    facets: None,
    formats: None,
    allows_root_union: false,
    limits: UNLIMITED,
};

/// "Structured outputs", "JSON Schema limitations" and "Schema complexity limits":
/// `additionalProperties: false`, no recursion, no bounds of numbers and strings, `minItems` of 0
/// or 1, these formats; in one request 20 strict tools, 24 optional arguments, 16 arguments with a
/// union.
pub(in crate::dialect) const STRICT_RULES: Rules = Rules {
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
    limits: Limits {
        depth: 10,
        tools: 20,
        optional: 24,
        unions: 16,
        ..UNLIMITED
    },
    ..RULES
};
