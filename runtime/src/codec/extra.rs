//! The unknown fields of a record.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::{Json, Shape};
use crate::redactor::RedactedField;

/// The unknown fields of a record. It dereferences to a map of them.
///
/// The known fields that were received as null are separate, as [`nulls`](Self::nulls). Both are
/// kept so that a record that is read and written again loses nothing.
///
/// ```
/// # use toolsmith_runtime::values::Extra;
/// fn print_unknown(extra: &Extra) {
///     for (name, value) in extra.iter() {
///         println!("unknown field {name}: {value}");
///     }
/// }
/// ```
#[derive(Clone, Default)]
pub struct Extra {
    entries: serde_json::Map<String, Json>,
    nulls: Nulls,
}

impl Extra {
    /// Creates the unknown fields of a record, and `nulls` for known fields.
    pub(super) fn new(mut entries: serde_json::Map<String, Json>, nulls: Nulls) -> Self {
        // With the feature `preserve_order` of `serde_json`, removing the known fields has shuffled
        // the entries.
        entries.sort_keys();
        Self { entries, nulls }
    }

    /// Returns the names of the known fields that were received as null, in the order of the
    /// catalog. Their value in the record is `None`, as for a field that was not received.
    pub fn nulls(&self) -> impl Iterator<Item = &'static str> {
        self.nulls.names()
    }

    /// Returns the unknown fields and the nulls together.
    pub(super) fn to_entries(&self) -> serde_json::Map<String, Json> {
        let mut entries = self.entries.clone();
        if !self.nulls.is_empty() {
            let nulls = self.nulls.names();
            entries.extend(nulls.map(|name| (name.to_owned(), Json::Null)));
            entries.sort_keys();
        }
        entries
    }
}

impl Deref for Extra {
    type Target = serde_json::Map<String, Json>;

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl DerefMut for Extra {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.entries
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries && self.nulls().eq(other.nulls())
    }
}

impl Eq for Extra {}

/// The fields of a record that were received as null.
#[derive(Clone, Default)]
pub(super) struct Nulls {
    shape: Option<&'static Shape>,
    /// One bit for each of the first 64 fields, the lowest for the first.
    first: u64,
    /// The indices of other fields.
    others: Vec<usize>,
}

impl Nulls {
    pub(super) fn of(shape: &'static Shape) -> Self {
        Self {
            shape: Some(shape),
            ..Self::default()
        }
    }

    /// Records that the field at `index` is null, or is not.
    pub(super) fn set(&mut self, index: usize, is_null: bool) {
        let bit = u32::try_from(index)
            .ok()
            .and_then(|index| 1_u64.checked_shl(index));
        match bit {
            Some(bit) if is_null => self.first |= bit,
            Some(bit) => self.first &= !bit,
            None => {
                self.others.retain(|other| *other != index);
                self.others.extend(is_null.then_some(index));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first == 0 && self.others.is_empty()
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        let names = self.shape.into_iter().flat_map(Shape::names);
        let is_null = |index: usize| {
            let bit = u32::try_from(index)
                .ok()
                .and_then(|index| self.first.checked_shr(index));
            bit.map_or_else(|| self.others.contains(&index), |bit| bit & 1 == 1)
        };
        let nulls = names.enumerate().filter(move |(index, _)| is_null(*index));
        nulls.map(|(_, name)| name)
    }
}

/// Prints the fields without secrets.
impl fmt::Debug for Extra {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = self
            .iter()
            .map(|(name, value)| (name, RedactedField { name, value }));
        formatter.debug_map().entries(redacted).finish()
    }
}
