//! The rules of the Model Context Protocol.

use super::{Definitions, Form, Levels, NameRule, RequestLimits, Rules};

/// Specification 2025-11-25 and 2026-07-28, "Tools", "Tool Names": 1 to 128 characters, letters,
/// digits, underscores, dashes and dots.
const TOOL_NAME: NameRule = NameRule {
    max_length: 128,
    extra_characters: "_-.",
    starts_with_letter: false,
};

/// Specification 2025-11-25 and 2026-07-28, "Tools": `inputSchema` is the JSON Schema of an object.
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
    allows_root_union: true,
    limits: RequestLimits {
        tool_name_length: 128,
        ..RequestLimits::UNLIMITED
    },
};
