//! Checks of arguments before they are sent.

use toolsmith_dialect::json_type::JsonType;

use crate::bound::Bound;

/// A check of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Check {
    /// `minimum`, `maximum` and their exclusive forms, `multipleOf`.
    Number(Bound, f64),
    /// `minimum` or `maximum` with an integer that a float does not hold exactly.
    Integer(Bound, i128),
    /// `minLength`, `maxItems` and the like.
    Count(Bound, u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `format`.
    Format(Format),
    /// `pattern`, in the syntax of the `regex` crate.
    Pattern(String),
    /// `type`.
    Type(Vec<JsonType>),
    /// `enum` and `const`: the values as JSON.
    Enum(Vec<String>),
    /// `required`.
    Required(Vec<String>),
    /// One of `properties`, if it is present.
    Property(String, Vec<Check>),
    /// `patternProperties`.
    PatternProperty(String, Vec<Check>),
    /// `additionalProperties`: the names and patterns of other properties, and the checks.
    AdditionalProperties(Vec<String>, Vec<String>, Vec<Check>),
    /// `propertyNames`.
    PropertyNames(Vec<Check>),
    /// The checks of each value of a map.
    Values(Vec<Check>),
    /// The checks of each element of a list.
    Items(Vec<Check>),
    /// The checks of each of the first elements.
    PrefixItems(Vec<Vec<Check>>),
    /// The checks of the elements after this many.
    ItemsAfter(usize, Vec<Check>),
    /// `contains`: the checks, and the minimum and maximum number of elements that pass.
    Contains(Vec<Check>, u64, u64),
    /// `anyOf`.
    AnyOf(Vec<Vec<Check>>),
    /// `oneOf`.
    OneOf(Vec<Vec<Check>>),
    /// `not`.
    Not(Vec<Check>),
    /// `if`, `then`, `else`.
    If(Vec<Check>, Vec<Check>, Vec<Check>),
    /// The checks of the object if a property is present.
    Dependent(String, Vec<Check>),
    /// Rejects every value.
    Never,
}

/// A format that the runtime checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `email`.
    Email,
    /// `uri`.
    Uri,
    /// `ipv4`.
    Ipv4,
    /// `ipv6`.
    Ipv6,
    /// `uuid`.
    Uuid,
    /// `hostname`.
    Hostname,
    /// `time`.
    Time,
    /// `duration`.
    Duration,
}

impl Format {
    /// Every format.
    pub(crate) const ALL: [Self; 8] = [
        Self::Email,
        Self::Uri,
        Self::Ipv4,
        Self::Ipv6,
        Self::Uuid,
        Self::Hostname,
        Self::Time,
        Self::Duration,
    ];

    /// Returns the name of the format in JSON Schema.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Uri => "uri",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Uuid => "uuid",
            Self::Hostname => "hostname",
            Self::Time => "time",
            Self::Duration => "duration",
        }
    }
}
