//! The words that a response needs next to its JSON, so that a model does not take it for something
//! else.

use super::contract::takes_cursor;
use super::page::{CURSOR, PAGE_SIZE_ARGUMENTS, page_records};
use crate::codec::{Json, shorten};
use crate::tools::{Effect, ToolSpec};

/// Returns the response, with what the call did if the response does not say it: `deleted` or `done`.
pub(super) fn stated(tool: &ToolSpec, response: Json) -> Json {
    let (done, adds) = match tool.effect {
        Effect::Reads => return response,
        Effect::Writes => ("done", false),
        Effect::Destroys => ("deleted", tool.method == "delete"),
    };
    let is_empty = match &response {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let statement = (done.to_owned(), Json::Bool(true));
    match response {
        Json::Object(mut fields) if adds && !fields.contains_key(done) => {
            fields.insert(statement.0, statement.1);
            Json::Object(fields)
        }
        _ if is_empty => Json::Object(std::iter::once(statement).collect()),
        response => response,
    }
}

/// Returns the note below a response: more pages follow, or nothing matches the filters.
pub(super) fn note(tool: &ToolSpec, arguments: &Json, response: &Json) -> Option<String> {
    let cursor = response.get(CURSOR).and_then(Json::as_str);
    let has_more = cursor.is_some_and(|cursor| !cursor.is_empty());
    let records = page_records(response);
    match records {
        Some(records) if has_more => Some(more_pages(tool, records.len())),
        None if has_more && tool.method == "list" => Some(more_pages(tool, 0)),
        Some([]) if tool.effect == Effect::Reads => nothing_found(tool, arguments),
        _ => None,
    }
}

fn more_pages(tool: &ToolSpec, count: usize) -> String {
    let shown = match count {
        0 => "This page is empty, but more pages follow".to_owned(),
        1 => "This page has 1 record, and more pages follow".to_owned(),
        count => format!("This page has {count} records, and more pages follow"),
    };
    let rest = if takes_cursor(tool) {
        "for the rest, call it again with the same arguments and this next_cursor, until there is none"
    } else {
        "this tool cannot fetch them, so do not take this page for the whole"
    };
    format!("[{shown}: {rest}]")
}

/// Names the filters that led to an empty list, and how to look without them.
fn nothing_found(tool: &ToolSpec, arguments: &Json) -> Option<String> {
    let given = arguments.as_object()?.iter();
    let is_filter = |name: &str| name != CURSOR && !PAGE_SIZE_ARGUMENTS.contains(&name);
    let given: Vec<(&String, &Json)> = given
        .filter(|(name, value)| is_filter(name) && !value.is_null())
        .collect();
    if given.is_empty() {
        return arguments
            .get(CURSOR)
            .is_none()
            .then(|| "[There are no records]".to_owned());
    }
    let shown: Vec<String> = given
        .iter()
        .map(|(name, value)| format!("{name} = {}", shorten(value)))
        .collect();
    let shown = shown.join(", ");
    let is_optional = |name: &str| !tool.shape.required.contains(&name);
    let optional: Vec<&str> = given
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| is_optional(name))
        .collect();
    if optional.is_empty() {
        return Some(format!(
            "[No records match {shown}. Check that this is the right value]"
        ));
    }
    let optional = optional.join(", ");
    Some(format!(
        "[No records match {shown}. To look without filters, call it again without {optional} and pick the records yourself]"
    ))
}
