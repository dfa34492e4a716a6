//! What a `delete` answers with.

use crate::codec::{Extra, Json, Value, Walk};

/// What a `delete` answers with: as a rule the identifier, but an API may say nothing at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deleted {
    /// The identifier of what is gone, if the API repeats it.
    pub id: Option<String>,
    /// Whatever else it says.
    pub extra: Extra,
}

/// Takes any answer: what matters is that it was one.
impl Value for Deleted {
    fn blank() -> Self {
        Self::default()
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        let mut entries = (*self.extra).clone();
        if let Some(id) = &self.id {
            entries.insert("id".to_owned(), Json::from(id.as_str()));
        }
        Some(Json::Object(entries))
    }

    fn decode(&mut self, json: Json, _walk: &mut Walk) {
        let Json::Object(mut entries) = json else {
            return;
        };
        self.id = match entries.remove("id") {
            Some(Json::String(id)) => Some(id),
            Some(Json::Number(id)) => Some(id.to_string()),
            _ => None,
        };
        *self.extra = entries;
    }
}
