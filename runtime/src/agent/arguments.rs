//! Arguments as a model gives them: JSON, or text that should be JSON.

use crate::codec::Json;

/// Arguments as a model gives them: JSON, or text that should be JSON.
///
/// Nothing at all, which models send for a tool without arguments, is an empty object.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments(pub(super) Given);

/// What was given.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    /// JSON.
    Json(Json),
    /// Text that is no JSON, and why.
    Broken(String),
}

impl Arguments {
    /// The JSON, unless it is text that is none.
    pub(crate) fn json(&self) -> Option<&Json> {
        match &self.0 {
            Given::Json(json) => Some(json),
            Given::Broken(_) => None,
        }
    }
}

impl From<Json> for Arguments {
    fn from(json: Json) -> Self {
        Self(Given::Json(match json {
            Json::Null => Json::Object(serde_json::Map::new()),
            json => json,
        }))
    }
}

impl From<&Json> for Arguments {
    fn from(json: &Json) -> Self {
        json.clone().into()
    }
}

impl From<&str> for Arguments {
    fn from(text: &str) -> Self {
        if text.trim().is_empty() {
            return Json::Null.into();
        }
        match serde_json::from_str::<Json>(text) {
            Ok(json) => json.into(),
            Err(error) => Self(Given::Broken(error.to_string())),
        }
    }
}

impl From<String> for Arguments {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}
