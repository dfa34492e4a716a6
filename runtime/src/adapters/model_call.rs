//! A call as the response of a provider contains it.

use crate::agent::Arguments;
use crate::codec::Json;

/// A call as the response of a provider contains it.
pub(super) struct ModelCall<'a> {
    /// The identifier that the provider gave to the call.
    pub(super) id: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) arguments: Arguments,
}

impl<'a> ModelCall<'a> {
    /// Reads the call of any provider. What is missing is empty: the toolbox replies that there is no such tool.
    pub(super) fn read(call: &'a Json) -> Self {
        let function = ["function", "functionCall"];
        let function = function.iter().find_map(|key| call.get(key));
        let inner = function.filter(|inner| inner.is_object()).unwrap_or(call);
        let text = |json: &'a Json, key: &str| json.get(key).and_then(Json::as_str);
        let meta = call.get("_meta");
        // An item of the Responses API also has a separate identifier.
        let id = text(call, "call_id")
            .or_else(|| text(call, "id"))
            .or_else(|| text(inner, "id"))
            .or_else(|| text(meta?, "toolsmith/call_id"));
        let keys = ["arguments", "input", "args"];
        let arguments = keys.iter().find_map(|key| inner.get(key));
        Self {
            id,
            name: text(inner, "name").unwrap_or_default(),
            arguments: match arguments {
                Some(Json::String(text)) => text.as_str().into(),
                Some(json) => json.into(),
                None => Json::Null.into(),
            },
        }
    }
}
