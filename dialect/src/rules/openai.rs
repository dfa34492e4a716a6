//! The rules of OpenAI.

use super::{Definitions, Form, Levels, NameRule, RequestLimits, Rules};

/// API reference, "Create chat completion", `tools.function.name`: letters, digits, underscores
/// and dashes, at most 64 characters.
const TOOL_NAME: NameRule = NameRule {
    max_length: 64,
    extra_characters: "_-",
    starts_with_letter: false,
};

/// API reference, "Create chat completion", `tools`: at most 128 functions; the endpoint replies
/// "Invalid 'tools': array too long. Expected an array with maximum length 128"
/// (<https://github.com/zed-industries/zed/issues/42393>, 2025-11). `name`: at most 64 characters. No
/// page states a limit of descriptions; the endpoint replies "Expected a string with maximum length
/// 1024".
const LIMITS: RequestLimits = RequestLimits {
    tools: 128,
    tool_name_length: 64,
    description_length: 1_024,
    ..RequestLimits::UNLIMITED
};

/// Replies of the endpoint, strict or not: "schema must have type 'object' and not have
/// 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level", "array schema missing items", "object
/// schema missing properties".
pub(crate) const RULES: Rules = Rules {
    tool_name: TOOL_NAME,
    argument_name: None,
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

/// Guide "Structured model outputs", "Supported schemas": the keywords and formats, all fields
/// required, `additionalProperties: false`, definitions and recursion, 5,000 properties, 10 levels,
/// 120,000 characters in names and values, 1,000 values of enums.
pub(crate) const STRICT_RULES: Rules = Rules {
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
    limits: RequestLimits {
        depth: 10,
        properties: 5_000,
        enum_values: 1_000,
        name_and_value_length: 120_000,
        ..LIMITS
    },
    ..RULES
};
