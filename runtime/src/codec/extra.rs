//! What a record holds beside its fields.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use super::{Inlet, Json, Shape, Value, Walk};

/// What came with a record although no field names it, and the nulls that `None` stands for.
///
/// Kept so that a record that is read and written again loses nothing.
#[derive(Clone, Default)]
pub struct Extra {
    entries: serde_json::Map<String, Json>,
    nulls: Nulls,
    /// The entries and the nulls, once someone has looked at them. Few look, and most records have
    /// nulls, so that entries for them would cost every record more than its fields.
    all: OnceLock<Box<serde_json::Map<String, Json>>>,
}

impl Extra {
    /// What a record holds beside its fields, with `nulls` for some of these.
    pub(super) fn new(mut entries: serde_json::Map<String, Json>, nulls: Nulls) -> Self {
        // Where some crate of the program has the order of names kept, it would be the one
        // in which fields were taken out of the record.
        entries.sort_keys();
        Self {
            entries,
            nulls,
            all: OnceLock::new(),
        }
    }
}

impl Deref for Extra {
    type Target = serde_json::Map<String, Json>;

    fn deref(&self) -> &Self::Target {
        if self.nulls.is_empty() {
            return &self.entries;
        }
        self.all.get_or_init(|| {
            let mut all = self.entries.clone();
            all.extend(self.nulls.entries());
            all.sort_keys();
            Box::new(all)
        })
    }
}

impl DerefMut for Extra {
    fn deref_mut(&mut self) -> &mut Self::Target {
        let nulls = std::mem::take(&mut self.nulls);
        if !nulls.is_empty() {
            self.entries.extend(nulls.entries());
            self.entries.sort_keys();
            self.all = OnceLock::new();
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

/// Which fields of a record came as null, as far as they are among its first ones.
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

    /// Notes that the field at `index` came as null, or says that it is too far behind.
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

impl fmt::Debug for Extra {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(&**self).finish()
    }
}

impl Value for Extra {
    fn blank() -> Self {
        Self::default()
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        Some(Json::Object((**self).clone()))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        match json {
            Json::Object(entries) => *self = Self::new(entries, Nulls::default()),
            other => walk.report_type("an object", &other),
        }
    }

    fn inlet(&mut self) -> Inlet<'_> {
        Inlet::Rest(self)
    }
}
