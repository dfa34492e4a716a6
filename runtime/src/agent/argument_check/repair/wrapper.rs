//! Objects that wrap the arguments: `{"arguments": {…}}`.

use crate::codec::{Json, fold, is_plain_name, singular, words};
use crate::tools::ToolSpec;

/// Names of objects that wrap arguments, without case and separators. They say nothing about what is
/// inside them.
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

/// Words of objects that may wrap arguments: `filter`, `newValues`, `bodyParams`. A word that turns its
/// content into its opposite is not among them: `exclude`, `not`, `except`, `old`.
const CONTAINERS: [&str; 37] = [
    "argument",
    "attribute",
    "body",
    "by",
    "call",
    "change",
    "condition",
    "config",
    "content",
    "criteria",
    "criterion",
    "data",
    "detail",
    "entity",
    "field",
    "filter",
    "function",
    "info",
    "input",
    "item",
    "model",
    "new",
    "object",
    "option",
    "param",
    "parameter",
    "payload",
    "property",
    "query",
    "record",
    "request",
    "search",
    "setting",
    "spec",
    "tool",
    "update",
    "value",
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

/// Returns the arguments inside the unknown argument `name`, if it may wrap them: an object, or a
/// string with one, whose fields are arguments of the tool. Only a model knows whether it does, unless
/// [`is_certain`].
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
        tool.argument_names().any(|name| fold(name) == folded)
    };
    let wraps = if is_certain(tool, name) {
        fields.is_empty()
            || tool.takes_whole()
            || fields
                .keys()
                .any(|name| is_argument(name) || is_wrapper_name(name))
    } else {
        !fields.is_empty() && may_wrap(tool, name) && fields.keys().all(|name| is_argument(name))
    };
    wraps.then_some(inner)
}

/// Returns `true` if an unknown argument can only be a wrapper: its name is that of one, or of the tool.
pub(super) fn is_certain(tool: &ToolSpec, name: &str) -> bool {
    is_wrapper_name(name) || name == tool.name
}

/// Returns `true` if the words of a name say nothing against a wrapper: they are those of containers, of
/// the tool or of its record.
fn may_wrap(tool: &ToolSpec, name: &str) -> bool {
    let singular_words = |name: &str| words(name).into_iter().map(|word| singular(&word));
    let nouns = tool.takes.iter().map(|argument| argument.kind().noun);
    let nouns = nouns.chain(tool.gives.iter().map(|field| field.kind().noun));
    let named = [tool.name, tool.resource, tool.method];
    let own: Vec<String> = named
        .into_iter()
        .chain(nouns)
        .flat_map(singular_words)
        .collect();
    let is_known = |word: String| CONTAINERS.contains(&word.as_str()) || own.contains(&word);
    is_plain_name(name) && singular_words(name).all(is_known)
}

/// Returns `true` if an argument only repeats the name of the tool.
pub(super) fn repeats_tool_name(tool: &ToolSpec, name: &str, value: &Json) -> bool {
    value.as_str() == Some(tool.name) && NAMES_OF_THE_TOOL.contains(&fold(name).as_str())
}

/// Returns `true` if an unknown argument certainly wraps the arguments.
pub(super) fn is_wrapped(tool: &ToolSpec, arguments: &Json) -> bool {
    let is_known = |name: &str| tool.argument_names().any(|known| known == name);
    arguments.as_object().is_some_and(|fields| {
        let mut fields = fields.iter();
        fields.any(|(name, value)| {
            !is_known(name)
                && is_certain(tool, name)
                && wrapped_arguments(tool, name, value).is_some()
        })
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
    is_plain_name(name) && WRAPPERS.contains(&fold(name).as_str())
}
