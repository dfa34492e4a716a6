//! What Truto makes of a refusal by the API behind it (`truto_error_insight`).

use crate::codec::Json;

/// What Truto makes of a refusal by the API behind it: what to do about it.
///
/// Each entry of `truto_error_insight` is `{"description": …, "value": …}` or the value alone;
/// what is not known here is in [`json`](Self::json).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorInsight {
    /// Scopes that the connection of the account lacks: it has to be connected anew with them.
    pub missing_scopes: Vec<String>,
    /// Parameters that the request lacks, of its query and its body.
    pub missing_parameters: Vec<String>,
    /// Whether the rate limit of the API behind Truto is spent.
    pub is_rate_limited: bool,
    /// Whether Truto says in so many words that the account has to be connected anew.
    pub is_reauthorization_needed: bool,
    /// What was said in words, in order.
    pub descriptions: Vec<String>,
    /// All of it, as it came.
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
    /// Reads as much as there is.
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

/// The value of an entry, in its wrapping or without.
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
