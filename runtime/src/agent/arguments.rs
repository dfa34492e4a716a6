//! The arguments of a call, as a model sends them.

use std::fmt;

use crate::codec::{Json, Problem};
use crate::redactor::RedactedJson;

/// The arguments of a call, as a model sends them: JSON, or a string that should contain JSON.
///
/// An empty string, `null` and `[]`, which models send for a tool without arguments, are an empty
/// object, and so are the JSON strings `""` and `"null"`. A byte order mark before the JSON is ignored.
///
/// ```
/// use serde_json::json;
/// use toolsmith_runtime::agent::Arguments;
///
/// assert_eq!(Arguments::from(r#"{"limit": 5}"#), json!({"limit": 5}).into());
/// for nothing in ["", "null", "[]", r#""""#] {
///     assert_eq!(Arguments::from(nothing), json!({}).into());
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments(Parsed, Option<Problem>);

#[derive(Clone, PartialEq)]
enum Parsed {
    Json(Json),
    /// The string was not valid JSON.
    Invalid {
        problem: String,
    },
}

impl Arguments {
    /// Marks arguments of a dialect that cannot be mapped to those of the tool.
    pub(crate) fn with_problem(mut self, problem: Problem) -> Self {
        self.1 = Some(problem);
        self
    }

    /// Returns the problem for which the arguments cannot be mapped to those of the tool.
    pub(crate) fn problem(&self) -> Option<&Problem> {
        self.1.as_ref()
    }

    /// Returns the JSON.
    ///
    /// # Errors
    ///
    /// The arguments are a string that is not valid JSON; the error describes the problem.
    pub(crate) fn parsed(&self) -> Result<&Json, &str> {
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

/// Redacts fields whose names indicate a secret.
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
        let json = if is_nothing(&json) {
            Json::Object(serde_json::Map::new())
        } else {
            json
        };
        Self(Parsed::Json(json), None)
    }
}

/// Returns `true` for the ways in which models write no arguments.
fn is_nothing(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(elements) => elements.is_empty(),
        Json::String(text) => matches!(text.trim(), "" | "null"),
        _ => false,
    }
}

impl From<&Json> for Arguments {
    fn from(json: &Json) -> Self {
        json.clone().into()
    }
}

impl From<&str> for Arguments {
    fn from(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Json::Null.into();
        }
        match serde_json::from_str::<Json>(text) {
            Ok(json) => json.into(),
            Err(error) => {
                let problem = error.to_string();
                Self(Parsed::Invalid { problem }, None)
            }
        }
    }
}

impl From<String> for Arguments {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}
