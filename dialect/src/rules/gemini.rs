//! The rules of Gemini.

use super::{Definitions, Form, Levels, NameRule, RequestLimits, Rules};

/// Gemini API, reference of `FunctionDeclaration`: letters, digits, underscores, dots and dashes,
/// at most 128 characters. Only one of the two APIs accepts colons. Vertex AI reference: the name
/// starts with a letter or an underscore.
const TOOL_NAME: NameRule = NameRule {
    max_length: 128,
    extra_characters: "_.-",
    starts_with_letter: true,
};

/// Vertex AI reference of `FunctionDeclaration`: the names of parameters have no dots and dashes.
const ARGUMENT_NAME: NameRule = NameRule {
    max_length: 64,
    extra_characters: "_",
    starts_with_letter: true,
};

/// The endpoint replies "At most 512 function declarations can be specified"
/// (<https://github.com/google-gemini/gemini-cli/issues/19083>, 2026-02). The reference of
/// `FunctionDeclaration` of the Gemini API states 128 characters of a name; that of Vertex AI still
/// states 64. No page states the depth; some models reply "exceeds the maximum allowed nesting depth"
/// (<https://github.com/google-gemini/gemini-cli/issues/5923>) for schemas that others accept.
const LIMITS: RequestLimits = RequestLimits {
    tools: 512,
    tool_name_length: 128,
    depth: 16,
    ..RequestLimits::UNLIMITED
};

/// Gemini API, reference of `Schema`. Replies of the endpoints: "should be non-empty for OBJECT
/// type", "only allowed for STRING type" (`enum`), "only 'enum' and 'date-time' are supported for
/// STRING type" (`format`), "when using `any_of`, it must be the only fields set".
pub(crate) const RULES: Rules = Rules {
    tool_name: TOOL_NAME,
    argument_name: Some(ARGUMENT_NAME),
    form: Form::OpenApi,
    requires_all: false,
    definitions: Definitions::None,
    facets: Some(&[
        "format",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "pattern",
    ]),
    formats: Some(&["date-time"]),
    levels: Levels::ObjectsAndArrays,
    writes_ordering: true,
    allows_root_union: false,
    limits: LIMITS,
};

/// Gemini API, `FunctionDeclaration.parametersJsonSchema`, with the keywords that the guide
/// "Structured output" lists for JSON Schema.
pub(crate) const JSON_SCHEMA_RULES: Rules = Rules {
    form: Form::JsonSchema,
    definitions: Definitions::Recursive,
    facets: Some(&["format", "maxItems", "maximum", "minItems", "minimum"]),
    formats: None,
    ..RULES
};
