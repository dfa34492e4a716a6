//! The providers, and what each accepts. The page that states a rule stands beside it.

/// The form in which a provider takes a list of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// OpenAI, chat completions.
    OpenAiChat,
    /// OpenAI, chat completions, `strict`: the answer follows the schema to the letter.
    OpenAiChatStrict,
    /// OpenAI, responses.
    OpenAiResponses,
    /// OpenAI, responses, `strict`.
    OpenAiResponsesStrict,
    /// Anthropic, messages.
    Anthropic,
    /// Anthropic, messages, `strict`.
    AnthropicStrict,
    /// Gemini, function declarations with `parameters`: a subset of `OpenAPI` 3.0.
    Gemini,
    /// Gemini, function declarations with `parametersJsonSchema`.
    GeminiJsonSchema,
    /// The Model Context Protocol, `tools/list`.
    Mcp,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::OpenAiChat,
        Self::OpenAiChatStrict,
        Self::OpenAiResponses,
        Self::OpenAiResponsesStrict,
        Self::Anthropic,
        Self::AnthropicStrict,
        Self::Gemini,
        Self::GeminiJsonSchema,
        Self::Mcp,
    ];

    /// The name of the dialect: `openai-chat-strict`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai-chat",
            Self::OpenAiChatStrict => "openai-chat-strict",
            Self::OpenAiResponses => "openai-responses",
            Self::OpenAiResponsesStrict => "openai-responses-strict",
            Self::Anthropic => "anthropic",
            Self::AnthropicStrict => "anthropic-strict",
            Self::Gemini => "gemini",
            Self::GeminiJsonSchema => "gemini-json-schema",
            Self::Mcp => "mcp",
        }
    }

    pub(super) const fn rules(self) -> &'static Rules {
        match self {
            Self::OpenAiChat | Self::OpenAiResponses => &OPENAI,
            Self::OpenAiChatStrict | Self::OpenAiResponsesStrict => &OPENAI_STRICT,
            Self::Anthropic => &ANTHROPIC,
            Self::AnthropicStrict => &ANTHROPIC_STRICT,
            Self::Gemini => &GEMINI,
            Self::GeminiJsonSchema => &GEMINI_JSON_SCHEMA,
            Self::Mcp => &MCP,
        }
    }

    /// The dialect of the same provider that takes what this one cannot hold.
    pub(super) const fn looser(self) -> Option<Self> {
        match self {
            Self::OpenAiChatStrict => Some(Self::OpenAiChat),
            Self::OpenAiResponsesStrict => Some(Self::OpenAiResponses),
            Self::AnthropicStrict => Some(Self::Anthropic),
            _ => None,
        }
    }
}

/// What a provider accepts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) tool_name: NameRule,
    /// Names of the arguments, at the top.
    pub(super) argument_name: Option<NameRule>,
    /// The longest description of a tool, in characters.
    pub(super) description: Option<usize>,
    pub(super) form: Form,
    /// An argument that may be absent is required and may be null.
    pub(super) is_all_required: bool,
    pub(super) definitions: Definitions,
    /// The keywords kept among those that only bound a value; all if there is no list.
    pub(super) facets: Option<&'static [&'static str]>,
    /// The formats kept of a string; all if there is no list.
    pub(super) formats: Option<&'static [&'static str]>,
    /// Whether a union may stand at the top.
    pub(super) has_root_union: bool,
    /// Limits over all of one schema, and over all schemas of a request.
    pub(super) limits: Limits,
}

/// How a name may look: ASCII letters, digits, and some more.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameRule {
    pub(super) longest: usize,
    pub(super) others: &'static str,
    pub(super) begins_with_letter: bool,
}

/// How a schema may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// JSON Schema, open where it is open.
    JsonSchema,
    /// A few keywords, every object closed.
    Closed,
    /// The schema object of `OpenAPI` 3.0, in part.
    OpenApi,
}

/// What may stand under `$defs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Definitions {
    Recursive,
    Acyclic,
    None,
}

/// What must not be exceeded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) depth: usize,
    pub(super) properties: usize,
    pub(super) values: usize,
    pub(super) text: usize,
    pub(super) tools: usize,
    pub(super) optional: usize,
    pub(super) unions: usize,
}

/// No provider states these; they keep what is written within bounds.
const UNLIMITED: Limits = Limits {
    depth: 40,
    properties: usize::MAX,
    values: usize::MAX,
    text: usize::MAX,
    tools: usize::MAX,
    optional: usize::MAX,
    unions: usize::MAX,
};

/// OpenAI, API reference, "Create chat completion", `tools.function.name`: letters, digits,
/// underscores and dashes, 64 at most. The length of a description is in no page; the endpoint
/// answers "Expected a string with maximum length 1024".
const OPENAI_NAME: NameRule = NameRule {
    longest: 64,
    others: "_-",
    begins_with_letter: false,
};

/// Also of OpenAI: "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/
/// 'not' at the top level", "array schema missing items", "object schema missing properties" are
/// the endpoint's own answers, strict or not.
const OPENAI: Rules = Rules {
    tool_name: OPENAI_NAME,
    argument_name: None,
    description: Some(1024),
    form: Form::JsonSchema,
    is_all_required: false,
    definitions: Definitions::Recursive,
    facets: None,
    formats: None,
    has_root_union: false,
    limits: UNLIMITED,
};

/// OpenAI, guide "Structured model outputs", "Supported schemas": which keywords and formats, all
/// fields required, `additionalProperties: false`, definitions and recursion, 5,000 properties, 10
/// levels, 120,000 characters in names and values, 1,000 values of enums.
const OPENAI_STRICT: Rules = Rules {
    form: Form::Closed,
    is_all_required: true,
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
    ..OPENAI
};

/// Anthropic, "Tool use", "Define tools": the name matches `^[a-zA-Z0-9_-]{1,64}$`; newer models
/// take 128. "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'" and "`input_schema` does
/// not support oneOf, allOf, or anyOf at the top level" are the endpoint's own answers, as is that
/// the schema must be one of draft 2020-12.
const ANTHROPIC: Rules = Rules {
    tool_name: NameRule {
        longest: 64,
        others: "_-",
        begins_with_letter: false,
    },
    argument_name: Some(NameRule {
        longest: 64,
        others: "_.-",
        begins_with_letter: false,
    }),
    description: None,
    form: Form::JsonSchema,
    is_all_required: false,
    definitions: Definitions::Recursive,
    facets: None,
    formats: None,
    has_root_union: false,
    limits: UNLIMITED,
};

/// Anthropic, "Structured outputs", "JSON Schema limitations" and "Schema complexity limits":
/// `additionalProperties: false`, no recursion, no bounds of numbers and texts, `minItems` of 0 or 1,
/// these formats; in one request 20 strict tools, 24 optional arguments, 16 arguments with a union.
const ANTHROPIC_STRICT: Rules = Rules {
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
    ..ANTHROPIC
};

/// Gemini API, reference of `FunctionDeclaration` and `Schema`: the name has 64 characters at most,
/// letters, digits, underscores, dots, dashes (colons only in the one API, so not here) and begins
/// with a letter or an underscore (Vertex AI reference, which also has the rule for names of
/// parameters: no dots and dashes). "should be non-empty for OBJECT type", "only allowed for STRING
/// type" (`enum`), "only 'enum' and 'date-time' are supported for STRING type" (`format`) and "when
/// using `any_of`, it must be the only fields set" are the endpoints' own answers.
const GEMINI: Rules = Rules {
    tool_name: NameRule {
        longest: 64,
        others: "_.-",
        begins_with_letter: true,
    },
    argument_name: Some(NameRule {
        longest: 64,
        others: "_",
        begins_with_letter: true,
    }),
    description: None,
    form: Form::OpenApi,
    is_all_required: false,
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
    has_root_union: false,
    limits: Limits {
        depth: 16,
        ..UNLIMITED
    },
};

/// Gemini API, `FunctionDeclaration.parametersJsonSchema`; the keywords are those that the guide
/// "Structured output" lists for JSON Schema.
const GEMINI_JSON_SCHEMA: Rules = Rules {
    form: Form::JsonSchema,
    definitions: Definitions::Recursive,
    facets: Some(&["format", "maxItems", "maximum", "minItems", "minimum"]),
    formats: None,
    ..GEMINI
};

/// Model Context Protocol, specification 2025-11-25 and 2026-07-28, "Tools", "Tool Names": 1 to 128
/// characters, letters, digits, underscores, dashes, dots; `inputSchema` is JSON Schema of an object.
const MCP: Rules = Rules {
    tool_name: NameRule {
        longest: 128,
        others: "_-.",
        begins_with_letter: false,
    },
    argument_name: None,
    description: None,
    form: Form::JsonSchema,
    is_all_required: false,
    definitions: Definitions::Recursive,
    facets: None,
    formats: None,
    has_root_union: true,
    limits: UNLIMITED,
};
