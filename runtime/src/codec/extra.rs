//! The unknown fields of a record.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use super::{Json, Shape};
use crate::redactor::{HIDDEN, RedactedJson, is_secret_name};

/// The unknown fields of a record, and the known fields that were received as null.
///
/// They are kept so that a record that is read and written again loses nothing.
#[derive(Clone, Default)]
pub struct Extra {
    entries: serde_json::Map<String, Json>,
    nulls: Nulls,
    /// The entries and the nulls, merged on first access. Few programs access them, but most
    /// records have nulls, and an entry for each would cost more than the fields themselves.
    merged: OnceLock<Box<serde_json::Map<String, Json>>>,
}

impl Extra {
    /// Creates the unknown fields of a record, and `nulls` for known fields.
    pub(super) fn new(mut entries: serde_json::Map<String, Json>, nulls: Nulls) -> Self {
        // With the feature `preserve_order` of `serde_json`, removing the known fields has shuffled
        // the entries.
        entries.sort_keys();
        Self {
            entries,
            nulls,
            merged: OnceLock::new(),
        }
    }
}

impl Deref for Extra {
    type Target = serde_json::Map<String, Json>;

    fn deref(&self) -> &Self::Target {
        if self.nulls.is_empty() {
            return &self.entries;
        }
        self.merged.get_or_init(|| {
            let mut merged = self.entries.clone();
            merged.extend(self.nulls.entries());
            merged.sort_keys();
            Box::new(merged)
        })
    }
}

impl DerefMut for Extra {
    fn deref_mut(&mut self) -> &mut Self::Target {
        let nulls = std::mem::take(&mut self.nulls);
        if !nulls.is_empty() {
            self.entries.extend(nulls.entries());
            self.entries.sort_keys();
            self.merged = OnceLock::new();
        }
        &mut self.entries
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Extra {}

/// The fields of a record that were received as null, among its first 64.
#[derive(Clone, Copy, Default)]
pub(super) struct Nulls {
    shape: Option<&'static Shape>,
    /// One bit for each field, the lowest for the first.
    fields: u64,
}

impl Nulls {
    pub(super) fn of(shape: &'static Shape) -> Self {
        Self {
            shape: Some(shape),
            fields: 0,
        }
    }

    /// Records null for the field at `index`; returns `false` if the index is too high.
    pub(super) fn add(&mut self, index: usize) -> bool {
        let bit = u32::try_from(index)
            .ok()
            .and_then(|index| 1_u64.checked_shl(index));
        self.fields |= bit.unwrap_or_default();
        bit.is_some()
    }

    pub(super) fn is_empty(self) -> bool {
        self.fields == 0
    }

    fn entries(self) -> impl Iterator<Item = (String, Json)> {
        let names = self.shape.into_iter().flat_map(Shape::names);
        let bits = (0..u64::BITS).map(move |index| self.fields >> index & 1 == 1);
        let nulls = names.zip(bits).filter(|(_, is_null)| *is_null);
        nulls.map(|(name, _)| (name.to_owned(), Json::Null))
    }
}

/// Prints the fields without secrets.
impl fmt::Debug for Extra {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = self.iter().map(|(name, value)| {
            let is_secret = is_secret_name(name) && !value.is_null();
            (name, RedactedJson(if is_secret { &HIDDEN } else { value }))
        });
        formatter.debug_map().entries(redacted).finish()
    }
}
