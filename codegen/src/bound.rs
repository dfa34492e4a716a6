//! The keywords of JSON Schema that limit numbers and lengths.

/// A keyword that limits a number or a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    /// `minimum`.
    Minimum,
    /// `maximum`.
    Maximum,
    /// `exclusiveMinimum`, or `minimum` with the boolean `exclusiveMinimum` of draft 4.
    ExclusiveMinimum,
    /// `exclusiveMaximum`, or `maximum` with the boolean `exclusiveMaximum` of draft 4.
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

impl Bound {
    /// Every keyword.
    pub(crate) const ALL: [Self; 11] = [
        Self::Minimum,
        Self::Maximum,
        Self::ExclusiveMinimum,
        Self::ExclusiveMaximum,
        Self::MultipleOf,
        Self::MinLength,
        Self::MaxLength,
        Self::MinItems,
        Self::MaxItems,
        Self::MinProperties,
        Self::MaxProperties,
    ];

    /// Returns the keyword.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::ExclusiveMinimum => "exclusiveMinimum",
            Self::ExclusiveMaximum => "exclusiveMaximum",
            Self::MultipleOf => "multipleOf",
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::MinItems => "minItems",
            Self::MaxItems => "maxItems",
            Self::MinProperties => "minProperties",
            Self::MaxProperties => "maxProperties",
        }
    }

    /// Returns the bound with this keyword.
    pub(crate) fn parse(keyword: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|bound| bound.keyword() == keyword)
    }

    /// Returns `true` if the keyword limits a length instead of a number.
    pub(crate) fn is_length(self) -> bool {
        matches!(
            self,
            Self::MinLength
                | Self::MaxLength
                | Self::MinItems
                | Self::MaxItems
                | Self::MinProperties
                | Self::MaxProperties
        )
    }
}
