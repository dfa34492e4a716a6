//! The dialects of the providers.

use std::fmt;

use super::request_limits::RequestLimits;
use super::rules::{Rules, anthropic, gemini, mcp, openai};

/// The form in which a provider accepts a list of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// OpenAI, chat completions.
    OpenAiChat,
    /// OpenAI, chat completions, `strict`: the model is forced to follow the schema.
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
    /// All dialects.
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

    /// Returns the name: `openai-chat-strict`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
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

    /// Returns the limits that the provider publishes today, or states in the replies of its endpoint.
    /// The page of each is in the source.
    #[must_use]
    pub const fn request_limits(self) -> RequestLimits {
        self.rules().limits
    }

    pub(super) const fn rules(self) -> &'static Rules {
        match self {
            Self::OpenAiChat | Self::OpenAiResponses => &openai::RULES,
            Self::OpenAiChatStrict | Self::OpenAiResponsesStrict => &openai::STRICT_RULES,
            Self::Anthropic => &anthropic::RULES,
            Self::AnthropicStrict => &anthropic::STRICT_RULES,
            Self::Gemini => &gemini::RULES,
            Self::GeminiJsonSchema => &gemini::JSON_SCHEMA_RULES,
            Self::Mcp => &mcp::RULES,
        }
    }

    /// Returns the less strict dialect of the same provider, for tools that exceed a limit.
    pub(super) const fn looser(self) -> Option<Self> {
        match self {
            Self::OpenAiChatStrict => Some(Self::OpenAiChat),
            Self::OpenAiResponsesStrict => Some(Self::OpenAiResponses),
            Self::AnthropicStrict => Some(Self::Anthropic),
            _ => None,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
