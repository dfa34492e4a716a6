//! The limits of a provider on the tools of one request.

use super::counts::Counts;

/// The greatest numbers that a provider accepts in one request.
///
/// [`Dialect::request_limits`](super::Dialect::request_limits) returns those that the provider
/// publishes today. If a limit has changed or another server uses the same dialect, set the fields and pass them to
/// [`ListOptions::limits`](super::ListOptions::limits). `usize::MAX` means unlimited.
///
/// ```
/// use toolsmith_runtime::dialect::Dialect;
///
/// let mut limits = Dialect::Gemini.request_limits();
/// assert_eq!(limits.tools, 512);
/// limits.depth = 4;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLimits {
    /// The number of tools. A list of more is an error.
    pub tools: usize,
    /// The length of a tool's name, at least 16. A longer name is replaced.
    pub tool_name_length: usize,
    /// The number of characters of a tool's description. The rest moves to the arguments.
    pub description_length: usize,
    /// The levels of nested objects, and for Gemini of objects and arrays. A deeper value is given
    /// as a string of JSON, or allows any value where the dialect has no such strings.
    pub depth: usize,
    /// The number of properties in one strict schema.
    pub properties: usize,
    /// The number of enum values in one strict schema.
    pub enum_values: usize,
    /// The number of characters in the names and values of one strict schema.
    pub name_and_value_length: usize,
    /// The number of strict tools. Others are listed in the form that is not strict.
    pub strict_tools: usize,
    /// The number of optional arguments of all strict tools.
    pub optional_arguments: usize,
    /// The number of arguments of all strict tools that have several types.
    pub union_arguments: usize,
}

impl RequestLimits {
    /// No limits, except on the depth, which bounds the size of the output.
    pub const UNLIMITED: Self = Self {
        tools: usize::MAX,
        tool_name_length: usize::MAX,
        description_length: usize::MAX,
        depth: 90,
        properties: usize::MAX,
        enum_values: usize::MAX,
        name_and_value_length: usize::MAX,
        strict_tools: usize::MAX,
        optional_arguments: usize::MAX,
        union_arguments: usize::MAX,
    };

    /// Returns `true` if a strict tool is within the limits, and subtracts it from the limits of the
    /// request. The limits of a single schema stay.
    pub(super) fn admit(&mut self, counts: Counts) -> bool {
        let is_within = counts.properties <= self.properties
            && counts.values <= self.enum_values
            && counts.text <= self.name_and_value_length
            && self.strict_tools > 0
            && counts.optional <= self.optional_arguments
            && counts.unions <= self.union_arguments;
        if is_within {
            subtract(&mut self.strict_tools, 1);
            subtract(&mut self.optional_arguments, counts.optional);
            subtract(&mut self.union_arguments, counts.unions);
        }
        is_within
    }
}

fn subtract(limit: &mut usize, count: usize) {
    if *limit != usize::MAX {
        *limit -= count;
    }
}
