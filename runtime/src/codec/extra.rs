//! What a record holds beside its fields.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::{Json, Value, Walk};

/// What came with a record although no field names it, and the nulls that `None` stands for.
///
/// Kept so that a record that is read and written again loses nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extra(serde_json::Map<String, Json>);

impl Deref for Extra {
    type Target = serde_json::Map<String, Json>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Extra {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(&self.0).finish()
    }
}

impl Value for Extra {
    fn blank() -> Self {
        Self::default()
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        Some(Json::Object(self.0.clone()))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        match json {
            Json::Object(mut entries) => {
                // Where some crate of the program has the order of names kept, it would be the one
                // in which fields were taken out of the record.
                entries.sort_keys();
                self.0 = entries;
            }
            other => walk.report_type("an object", &other),
        }
    }
}
