//! The response of a `delete`.

use std::fmt;

use crate::codec::{self, Direction, Extra, Json, Value, Walk};
use crate::redactor::RedactedJson;

/// The response of a `delete`: usually the identifier, but an API may send nothing.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deleted {
    /// The identifier of the deleted object, if the API sends it.
    pub id: Option<String>,
    /// The other fields, including an identifier that is not a string.
    pub extra: Extra,
    /// The whole body, if it is not an object: `"gone"`.
    pub body: Option<Json>,
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for Deleted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Deleted")
            .field("id", &self.id)
            .field("extra", &self.extra)
            .field("body", &self.body.as_ref().map(RedactedJson))
            .finish()
    }
}

/// Accepts any body.
impl Value for Deleted {
    fn blank() -> Self {
        Self::default()
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        if let Some(body) = &self.body {
            return Some(body.clone());
        }
        let mut entries = (*self.extra).clone();
        if let Some(id) = &self.id {
            let entry = entries.entry("id");
            entry.or_insert_with(|| Json::from(id.as_str()));
        }
        Some(Json::Object(entries))
    }

    fn decode(&mut self, json: Json, _walk: &mut Walk) {
        match json {
            Json::Object(mut entries) => {
                self.id = match entries.get("id") {
                    Some(Json::String(id)) => Some(id.clone()),
                    Some(Json::Number(id)) => Some(id.to_string()),
                    _ => None,
                };
                if entries.get("id").is_some_and(Json::is_string) {
                    entries.remove("id");
                }
                *self.extra = entries;
            }
            // An empty body is read as null.
            Json::Null => {}
            body => self.body = Some(body),
        }
    }
}

impl serde::Serialize for Deleted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        codec::serialize(self, serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Deleted {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        codec::deserialize(Direction::Response, deserializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keeps_any_body() {
        for body in [
            json!({}),
            json!({"id": "prj_1", "at": "now"}),
            json!({"id": 5}),
            json!({"id": null}),
            json!("gone"),
            json!([1]),
        ] {
            let deleted: Deleted = serde_json::from_value(body.clone()).unwrap();
            assert_eq!(serde_json::to_value(&deleted).unwrap(), body);
        }
        let deleted: Deleted = serde_json::from_value(json!({"id": 5})).unwrap();
        assert_eq!(deleted.id.as_deref(), Some("5"));
    }
}
