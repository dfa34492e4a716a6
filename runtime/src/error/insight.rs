//! Truto's explanation of an error of the API behind it (`truto_error_insight`).

use std::fmt;

use crate::codec::Json;
use crate::redactor::RedactedJson;

/// Truto's explanation of an error of the API behind it.
///
/// Each entry of `truto_error_insight` is `{"description": …, "value": …}` or the value alone.
/// [`json`](Self::json) contains all entries, including unknown ones.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorInsight {
    /// The scopes that the account lacks. It has to be reconnected with them.
    pub missing_scopes: Vec<String>,
    /// The missing parameters of the query and the body.
    pub missing_parameters: Vec<String>,
    /// `true` if the rate limit of the API behind Truto is exhausted.
    pub is_rate_limited: bool,
    /// `true` if Truto states explicitly that the account has to be reconnected.
    pub is_reauthorization_needed: bool,
    /// The descriptions, in order.
    pub descriptions: Vec<String>,
    /// The explanation, unchanged.
    pub json: Json,
}

const MISSING_PARAMETERS: [&str; 3] = [
    "missing_parameters",
    "missing_required_query_parameters",
    "missing_required_body_fields",
];

const RATE_LIMIT: [&str; 2] = ["rate_limit_error", "rate_limit"];

const REAUTHORIZATION: [&str; 3] = ["needs_reauth", "needs_reauthorization", "reauth_required"];

impl ErrorInsight {
    /// Parses an explanation. Missing entries are empty.
    pub(super) fn from_json(json: Json) -> Self {
        let entry = |name: &str| json.get(name).filter(|entry| !entry.is_null());
        let forbidden = entry("forbidden_error").map(value);
        let scopes = forbidden.and_then(|value| value.get("missing_scopes"));
        let missing = MISSING_PARAMETERS.iter().filter_map(|name| entry(name));
        let is_set =
            |name: &&str| entry(name).is_some_and(|entry| *value(entry) != Json::Bool(false));
        Self {
            missing_scopes: scopes
                .or(entry("missing_scopes"))
                .map(texts)
                .unwrap_or_default(),
            missing_parameters: missing.flat_map(texts).collect(),
            is_rate_limited: RATE_LIMIT.iter().any(is_set),
            is_reauthorization_needed: REAUTHORIZATION.iter().any(is_set),
            descriptions: descriptions(&json),
            json,
        }
    }
}

/// Returns the value of an entry, wrapped or not.
fn value(entry: &Json) -> &Json {
    entry.get("value").unwrap_or(entry)
}

fn texts(entry: &Json) -> Vec<String> {
    let elements = value(entry).as_array().map_or(&[][..], Vec::as_slice);
    let texts = elements.iter().filter_map(Json::as_str);
    texts.map(str::to_owned).collect()
}

fn descriptions(json: &Json) -> Vec<String> {
    let entries = json
        .as_object()
        .into_iter()
        .flat_map(|entries| entries.values());
    let described = entries.filter_map(|entry| entry.get("description")?.as_str());
    described.map(str::to_owned).collect()
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for ErrorInsight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ErrorInsight")
            .field("missing_scopes", &self.missing_scopes)
            .field("missing_parameters", &self.missing_parameters)
            .field("is_rate_limited", &self.is_rate_limited)
            .field("is_reauthorization_needed", &self.is_reauthorization_needed)
            .field("descriptions", &self.descriptions)
            .field("json", &RedactedJson(&self.json))
            .finish()
    }
}
