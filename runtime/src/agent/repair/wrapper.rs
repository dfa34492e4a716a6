//! Objects that wrap the arguments: `{"arguments": {…}}`.

use crate::codec::{Json, fold};
use crate::tools::ToolSpec;

/// Names of objects that wrap arguments, without case and separators.
const WRAPPERS: [&str; 17] = [
    "args",
    "arguments",
    "body",
    "data",
    "function",
    "functioncall",
    "input",
    "inputs",
    "json",
    "kwargs",
    "parameters",
    "params",
    "payload",
    "properties",
    "request",
    "toolcall",
    "toolinput",
];

/// The longest name, in bytes, of an object that may wrap arguments.
const MAX_NAME_LENGTH: usize = 400;

/// Names under which the name of the tool is repeated.
const NAMES_OF_THE_TOOL: [&str; 6] = [
    "function",
    "functionname",
    "name",
    "recipientname",
    "tool",
    "toolname",
];

/// Returns the arguments inside the unknown argument `name`, if it wraps them: an object, or a
/// string with one, whose fields are arguments of the tool.
pub(in crate::agent) fn wrapped_arguments(
    tool: &ToolSpec,
    name: &str,
    value: &Json,
) -> Option<Json> {
    if name.len() > MAX_NAME_LENGTH {
        return None;
    }
    let inner = match value {
        Json::String(text) => serde_json::from_str(text).ok()?,
        other => other.clone(),
    };
    let fields = inner.as_object()?;
    let is_argument = |name: &str| {
        let folded = fold(name);
        tool.shape.fields().any(|field| fold(field.name) == folded)
    };
    let is_wrapper = is_wrapper_name(name) || name == tool.name;
    let wraps = if is_wrapper {
        fields.is_empty()
            || fields
                .keys()
                .any(|name| is_argument(name) || is_wrapper_name(name))
    } else {
        !fields.is_empty() && fields.keys().all(|name| is_argument(name))
    };
    wraps.then_some(inner)
}

/// Returns `true` if an argument only repeats the name of the tool.
pub(super) fn repeats_tool_name(tool: &ToolSpec, name: &str, value: &Json) -> bool {
    value.as_str() == Some(tool.name) && NAMES_OF_THE_TOOL.contains(&fold(name).as_str())
}

/// Returns `true` if an unknown argument wraps the arguments.
pub(super) fn is_wrapped(tool: &ToolSpec, arguments: &Json) -> bool {
    let is_known = |name: &str| tool.shape.fields().any(|field| field.name == name);
    arguments.as_object().is_some_and(|fields| {
        let mut fields = fields.iter();
        fields
            .any(|(name, value)| !is_known(name) && wrapped_arguments(tool, name, value).is_some())
    })
}

/// Returns the arguments with the fields of the wrapper `name` at the top, or `None` if one of them
/// is there already.
pub(super) fn unwrap(tool: &ToolSpec, arguments: &Json, name: &str, inner: &Json) -> Option<Json> {
    let mut fields = arguments.as_object()?.clone();
    fields.remove(name)?;
    fields.retain(|name, value| !repeats_tool_name(tool, name, value));
    for (name, value) in inner.as_object()? {
        if fields.insert(name.clone(), value.clone()).is_some() {
            return None;
        }
    }
    Some(Json::Object(fields))
}

fn is_wrapper_name(name: &str) -> bool {
    WRAPPERS.contains(&fold(name).as_str())
}
