//! What is checked of arguments before they are sent.

/// A check that is run before sending.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Check {
    /// `minimum`, `maximum` and their exclusive forms, `multipleOf`.
    Number(Bound, f64),
    /// `minLength`, `maxItems` and the like.
    Count(Bound, u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `format`.
    Format(Format),
    /// `pattern`, in the syntax of the `regex` crate.
    Pattern(String),
    /// `type`.
    Type(Vec<JsonKind>),
    /// `enum` and `const`: the values as JSON.
    Equals(Vec<String>),
    /// `required`.
    Required(Vec<String>),
    /// One of `properties`, if it is there.
    Property(String, Vec<Check>),
    /// `patternProperties`.
    Matching(String, Vec<Check>),
    /// `additionalProperties`: names and patterns that are not meant, and the checks of the others.
    Others(Vec<String>, Vec<String>, Vec<Check>),
    /// `propertyNames`.
    Names(Vec<Check>),
    /// Checks of each value of a map.
    Values(Vec<Check>),
    /// Checks of each element of a list.
    Items(Vec<Check>),
    /// Checks of the first elements, one after the other.
    First(Vec<Vec<Check>>),
    /// Checks of the elements after so many.
    After(usize, Vec<Check>),
    /// `contains`: how many elements must pass, at least and at most.
    Contains(Vec<Check>, u64, u64),
    /// `anyOf`.
    Any(Vec<Vec<Check>>),
    /// `oneOf`.
    One(Vec<Vec<Check>>),
    /// `not`.
    Not(Vec<Check>),
    /// `if`, `then`, `else`.
    If(Vec<Check>, Vec<Check>, Vec<Check>),
    /// What holds if a property is there.
    With(String, Vec<Check>),
    /// No value passes.
    Never,
}

/// Which bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// `minimum`.
    Minimum,
    /// `maximum`.
    Maximum,
    /// `exclusiveMinimum`.
    ExclusiveMinimum,
    /// `exclusiveMaximum`.
    ExclusiveMaximum,
    /// `multipleOf`.
    MultipleOf,
    /// `minLength`.
    MinLength,
    /// `maxLength`.
    MaxLength,
    /// `minItems`.
    MinItems,
    /// `maxItems`.
    MaxItems,
    /// `minProperties`.
    MinProperties,
    /// `maxProperties`.
    MaxProperties,
}

/// A format that the runtime can check.
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

/// A kind of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum JsonKind {
    /// Null.
    Null,
    /// True or false.
    Flag,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

impl JsonKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 6] = [
        Self::Null,
        Self::Flag,
        Self::Number,
        Self::Text,
        Self::List,
        Self::Object,
    ];
}
