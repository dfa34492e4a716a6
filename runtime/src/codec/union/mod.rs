//! Unions: one of several types, told apart by a property, by kind, or by what fits.

mod decode;
mod kind;

use super::{Check, Mode, Value};
pub use decode::{blank_union, debug_union, decode_union, encode_union};
pub use kind::JsonKind;
pub(super) use kind::describe_kinds;

/// A generated enum whose variants hold values: it names them.
pub trait Union: Clone + Send + Sync + 'static {
    /// The variants and what tells them apart.
    const SHAPE: &'static UnionShape;
}

/// What [`unions!`](crate::codegen::unions) adds to it: the value that it holds.
pub trait UnionSlot: Union {
    /// A placeholder of a variant to decode into; see [`Value::blank`].
    fn empty(variant: &str) -> Self;

    /// Which variant it is, and its value.
    fn slot(&mut self) -> (&'static str, &mut dyn Value);
}

/// What the runtime knows of a generated union.
#[derive(Debug, Clone, Copy)]
pub struct UnionShape {
    /// The Rust name, for `Debug`.
    pub name: &'static str,
    /// Whether it is an argument or a record.
    pub mode: Mode,
    /// The variants in the order of the catalog.
    pub variants: &'static [UnionVariant],
    /// The variant of a record that takes what fits no other.
    pub unknown: Option<&'static str>,
    /// The property whose value names the variant.
    pub tag: Option<&'static str>,
    /// Whether a value that fits two variants is refused.
    pub is_exact: bool,
    /// The position of the variant to begin with, one that does not contain the union itself.
    pub blank: usize,
    /// What is checked before sending.
    pub checks: &'static [Check],
}

impl UnionShape {
    /// The shape of a union inside a request.
    #[must_use]
    pub const fn request(name: &'static str, variants: &'static [UnionVariant]) -> Self {
        Self {
            name,
            mode: Mode::Strict,
            variants,
            unknown: None,
            tag: None,
            is_exact: false,
            blank: 0,
            checks: &[],
        }
    }

    /// The shape of a union inside a record; the variant `unknown` takes what fits no other.
    #[must_use]
    pub const fn record(
        name: &'static str,
        variants: &'static [UnionVariant],
        unknown: &'static str,
    ) -> Self {
        Self {
            mode: Mode::Lenient,
            unknown: Some(unknown),
            ..Self::request(name, variants)
        }
    }

    /// The same shape, with the property whose value names the variant.
    #[must_use]
    pub const fn tagged(mut self, property: &'static str) -> Self {
        self.tag = Some(property);
        self
    }

    /// The same shape, for values that fit one variant and no other.
    #[must_use]
    pub const fn exact(mut self) -> Self {
        self.is_exact = true;
        self
    }

    /// The same shape, beginning with another variant than the first.
    #[must_use]
    pub const fn blank(mut self, variant: usize) -> Self {
        self.blank = variant;
        self
    }

    /// The same shape, checked before sending.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }
}

/// One variant of a generated union.
#[derive(Debug, Clone, Copy)]
pub struct UnionVariant {
    /// The Rust name.
    pub name: &'static str,
    /// The kinds of JSON that it holds.
    pub kinds: &'static [JsonKind],
    /// The value of the tag that names it.
    pub tag: Option<&'static str>,
    /// What is checked before sending.
    pub checks: &'static [Check],
}

impl UnionVariant {
    /// A variant that holds these kinds of JSON.
    #[must_use]
    pub const fn new(name: &'static str, kinds: &'static [JsonKind]) -> Self {
        Self {
            name,
            kinds,
            tag: None,
            checks: &[],
        }
    }

    /// The same variant, named by this value of the tag.
    #[must_use]
    pub const fn tag(mut self, value: &'static str) -> Self {
        self.tag = Some(value);
        self
    }

    /// The same variant, checked before sending.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }
}
