//! The rules of OpenAI.

use super::{Definitions, Form, Limits, NameRule, Rules, UNLIMITED};

/// API reference, "Create chat completion", `tools.function.name`: letters, digits, underscores
/// and dashes, at most 64 characters.
const TOOL_NAME: NameRule = NameRule {
    max_length: 64,
    extra_characters: "_-",
    starts_with_letter: false,
};

/// No page states this; the endpoint replies "Expected a string with maximum length 1024".
const MAX_DESCRIPTION: usize = 1024;

/// Replies of the endpoint, strict or not: "schema must have type 'object' and not have
/// 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level", "array schema missing items", "object
/// schema missing properties".
pub(in crate::dialect) const RULES: Rules = Rules {
    tool_name: TOOL_NAME,
    argument_name: None,
    max_description: Some(MAX_DESCRIPTION),
    form: Form::JsonSchema,
    requires_all: false,
    definitions: Definitions::Recursive,
    facets: None,
    formats: None,
    allows_root_union: false,
    limits: UNLIMITED,
};

/// Guide "Structured model outputs", "Supported schemas": the keywords and formats, all fields
/// required, `additionalProperties: false`, definitions and recursion, 5,000 properties, 10 levels,
/// 120,000 characters in names and values, 1,000 values of enums.
pub(in crate::dialect) const STRICT_RULES: Rules = Rules {
    form: Form::Closed,
    requires_all: true,
    facets: Some(&[
        "pattern",
        "format",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "minItems",
        "maxItems",
    ]),
    formats: Some(&[
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "uuid",
    ]),
    limits: Limits {
        depth: 10,
        properties: 5_000,
        values: 1_000,
        text: 120_000,
        ..UNLIMITED
    },
    ..RULES
};
