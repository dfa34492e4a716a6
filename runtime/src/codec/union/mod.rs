//! The codec of unions: one of several types, chosen by a tag, by the type of JSON, or by trial.

mod decode;
mod explain;

use std::any::TypeId;

use super::{Check, Direction, Json, JsonType, Value, Variants};
use decode::candidates;
pub use decode::{blank_union, debug_union, decode_union, encode_union, union_container};
#[cfg(feature = "own-functions")]
pub(crate) use explain::{Mismatch, explain as explain_mismatches};

/// A generated enum whose variants hold values.
pub trait Union: Clone + Send + Sync + 'static {
    /// The variants, and the rules that distinguish them.
    const SHAPE: &'static UnionShape;
}

/// Access to the value of a [`Union`], implemented by [`unions!`](crate::codegen::unions).
pub trait UnionSlot: Union {
    /// Returns a placeholder of a variant to decode into; see [`Value::blank`].
    fn empty(variant: &str) -> Self;

    /// Returns the name of the current variant, and its value.
    fn slot(&mut self) -> (&'static str, &mut dyn Value);
}

impl<T: UnionSlot> Variants for T {
    fn union_type(&self) -> TypeId {
        TypeId::of::<T>()
    }

    fn tag(&self) -> Option<&'static str> {
        T::SHAPE.tag
    }

    fn candidates(&self, outline: &Json) -> Vec<&'static str> {
        let indices = candidates(T::SHAPE, outline).into_iter();
        let variants = indices.filter_map(|index| T::SHAPE.variants.get(index));
        variants.map(|variant| variant.name).collect()
    }

    fn begin(&mut self, variant: Option<&str>) -> &mut dyn Value {
        let unknown = T::SHAPE.unknown.unwrap_or_default();
        *self = T::empty(variant.unwrap_or(unknown));
        self.slot().1
    }
}

/// The description of a generated union.
#[derive(Debug, Clone, Copy)]
pub struct UnionShape {
    /// The Rust name, for `Debug`.
    pub name: &'static str,
    /// Sent as an argument, or received in a record.
    pub direction: Direction,
    /// The variants in the order of the catalog.
    pub variants: &'static [UnionVariant],
    /// The variant that takes values that match no other, in a record.
    pub unknown: Option<&'static str>,
    /// The property whose value names the variant.
    pub tag: Option<&'static str>,
    /// `true` if a value that matches two variants is refused.
    pub is_exact: bool,
    /// The index of the variant of the placeholder, which must not contain the union itself.
    pub blank: usize,
    /// The checks before sending.
    pub checks: &'static [Check],
}

impl UnionShape {
    /// Creates the shape of a union in a request.
    #[must_use]
    pub const fn request(name: &'static str, variants: &'static [UnionVariant]) -> Self {
        Self {
            name,
            direction: Direction::Request,
            variants,
            unknown: None,
            tag: None,
            is_exact: false,
            blank: 0,
            checks: &[],
        }
    }

    /// Creates the shape of a union in a record; the variant `unknown` takes values that match no
    /// other.
    #[must_use]
    pub const fn record(
        name: &'static str,
        variants: &'static [UnionVariant],
        unknown: &'static str,
    ) -> Self {
        Self {
            direction: Direction::Response,
            unknown: Some(unknown),
            ..Self::request(name, variants)
        }
    }

    /// Sets the property whose value names the variant.
    #[must_use]
    pub const fn tagged(mut self, property: &'static str) -> Self {
        self.tag = Some(property);
        self
    }

    /// Refuses values that match several variants.
    #[must_use]
    pub const fn exact(mut self) -> Self {
        self.is_exact = true;
        self
    }

    /// Sets the index of the variant of the placeholder; the first one by default.
    #[must_use]
    pub const fn blank(mut self, variant: usize) -> Self {
        self.blank = variant;
        self
    }

    /// Sets the checks before sending.
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
    /// The types of JSON that the variant holds.
    pub types: &'static [JsonType],
    /// The value of the tag that names the variant.
    pub tag: Option<&'static str>,
    /// The checks before sending.
    pub checks: &'static [Check],
}

impl UnionVariant {
    /// Creates a variant that holds these types of JSON.
    #[must_use]
    pub const fn new(name: &'static str, types: &'static [JsonType]) -> Self {
        Self {
            name,
            types,
            tag: None,
            checks: &[],
        }
    }

    /// Sets the value of the tag that names the variant.
    #[must_use]
    pub const fn tag(mut self, value: &'static str) -> Self {
        self.tag = Some(value);
        self
    }

    /// Sets the checks before sending.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }
}
