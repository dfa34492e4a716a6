//! The input that servers need before they complete a call.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::era::{Era, LEGACY_VERSIONS};
use crate::error::{RequestError, RpcError};
use crate::input::{InputRequest, InputRequired};
use crate::json;
use crate::secrets::Secrets;

/// The input that a server needs before it completes a call.
#[derive(Debug)]
pub(super) struct Needed {
    pub(super) requests: BTreeMap<String, InputRequest>,
    state: Option<Value>,
}

/// Reads what a server needs, from a result that is not complete.
pub(super) fn needed(result: &str, secrets: &Secrets) -> Result<Option<Needed>, RequestError> {
    let kind = json::member(result, "resultType").and_then(json::string);
    match kind.as_deref() {
        None | Some("complete") => return Ok(None),
        Some("input_required") => {}
        Some(kind) => {
            return Err(RequestError::Unreadable(format!(
                "the result of the MCP server has the unknown type `{}`: {}",
                secrets.quote(kind),
                secrets.quote(result)
            )));
        }
    }
    let requests = json::member(result, "inputRequests").and_then(json::parse);
    let requests = match requests {
        Some(Value::Object(requests)) => requests,
        _ => Map::new(),
    };
    let read = |(key, request): (String, Value)| {
        let method = request.get("method").and_then(Value::as_str);
        let params = request.get("params").cloned().unwrap_or_default();
        (key, InputRequest::read(method.unwrap_or_default(), params))
    };
    let state = json::member(result, "requestState").and_then(json::parse);
    let state = state.filter(|state| !state.is_null());
    if requests.is_empty() && state.is_none() {
        return Err(RequestError::Unreadable(format!(
            "the MCP server requires input and does not say which: {}",
            secrets.quote(result)
        )));
    }
    Ok(Some(Needed {
        requests: requests.into_iter().map(read).collect(),
        state,
    }))
}

/// Converts the errors by which servers require input: a capability that the client does not declare,
/// and the pages of the version 2025-11-25.
pub(super) fn input_error(error: RequestError, era: Option<&Era>) -> RequestError {
    let RequestError::Rpc(error) = error else {
        return error;
    };
    let [latest, ..] = LEGACY_VERSIONS;
    let code = match era {
        Some(Era::Modern) => RpcError::MISSING_CAPABILITY,
        Some(Era::Legacy { version }) if version == latest => RpcError::URL_ELICITATION_REQUIRED,
        _ => return RequestError::Rpc(error),
    };
    if error.code != Some(code) {
        return RequestError::Rpc(error);
    }
    let data = error.json.get("data");
    let pages = data.and_then(|data| data.get("elicitations")?.as_array());
    let pages = pages.into_iter().flatten().enumerate();
    let read = |(index, page): (usize, &Value)| {
        let request = InputRequest::read("elicitation/create", page.clone());
        (index.to_string(), request)
    };
    RequestError::InputRequired(Box::new(InputRequired {
        requests: pages.map(read).collect(),
        reason: error.message,
    }))
}

impl Needed {
    /// Returns the state of the server, which the call repeats.
    pub(super) fn state_member(&self) -> impl Iterator<Item = (String, Value)> + use<> {
        let state = self.state.clone().into_iter();
        state.map(|state| ("requestState".to_owned(), json!(state)))
    }
}
