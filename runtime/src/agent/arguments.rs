//! The arguments of a call, as a model sends them.

use std::fmt;

use crate::codec::Json;
use crate::redactor::RedactedJson;

/// The arguments of a call, as a model sends them: JSON, or a string that should contain JSON.
///
/// An empty string and `null`, which models send for a tool without arguments, are an empty
/// object.
///
/// ```
/// use serde_json::json;
/// use toolsmith_runtime::agent::Arguments;
///
/// assert_eq!(Arguments::from(r#"{"limit": 5}"#), json!({"limit": 5}).into());
/// assert_eq!(Arguments::from(""), json!({}).into());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments(Parsed);

#[derive(Clone, PartialEq)]
enum Parsed {
    Json(Json),
    /// The string was not valid JSON.
    Invalid {
        problem: String,
    },
}

impl Arguments {
    /// Returns the JSON.
    ///
    /// # Errors
    ///
    /// The arguments are a string that is not valid JSON; the error describes the problem.
    pub(super) fn parsed(&self) -> Result<&Json, &str> {
        match &self.0 {
            Parsed::Json(json) => Ok(json),
            Parsed::Invalid { problem } => Err(problem),
        }
    }

    /// Returns the JSON, or `None` if the arguments are a string that is not valid JSON.
    pub(crate) fn json(&self) -> Option<&Json> {
        self.parsed().ok()
    }
}

/// Leaves secrets out that the names of their fields show.
impl fmt::Debug for Parsed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(json) => fmt::Debug::fmt(&RedactedJson(json), formatter),
            Self::Invalid { problem } => write!(formatter, "Invalid({problem:?})"),
        }
    }
}

impl From<Json> for Arguments {
    fn from(json: Json) -> Self {
        Self(Parsed::Json(match json {
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
            Err(error) => Self(Parsed::Invalid {
                problem: error.to_string(),
            }),
        }
    }
}

impl From<String> for Arguments {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}
