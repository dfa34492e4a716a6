//! Notes that a model needs to interpret a response correctly.

use serde_json::Map;

use crate::agent::api_errors::api_message::contains_word;
use crate::agent::argument_check::contract::takes_cursor;
use crate::agent::page::{CURSOR, PAGE_SIZE_ARGUMENTS, page_records};
use crate::client::next_cursor;
use crate::codec::{Json, fold, shorten, words};
use crate::tools::{Effect, ToolSpec};

/// The field of a page that says whether it is incomplete.
const IS_PARTIAL: &str = "is_partial_response";

/// The note below an incomplete response.
const PARTIAL: &str =
    "\n[The API returned only part of the data. Do not treat it as complete, and tell the user]";

/// Words in the names of fields that say that a deletion took place.
const SUCCESSES: &[&str] = &["deleted", "removed", "succeeded", "success", "successful"];

/// Such words that records have as well.
const VAGUE_SUCCESSES: &[&str] = &["acknowledged", "affected", "done", "ok"];

/// Words in the names of fields that say that it did not.
const FAILURES: &[&str] = &["error", "errors", "failed", "failure", "failures"];

/// Last words of the names of fields with the state of a call.
const STATUSES: &[&str] = &["code", "outcome", "result", "state", "status"];

/// States of a call that failed.
const FAILED_STATUSES: &[&str] = &[
    "denied",
    "error",
    "fail",
    "failed",
    "failure",
    "not deleted",
    "rejected",
    "unsuccessful",
];

/// States of a call that has not ended.
const OPEN_STATUSES: &[&str] = &[
    "accepted",
    "in_progress",
    "in progress",
    "pending",
    "processing",
    "queued",
    "running",
    "scheduled",
    "started",
];

/// Fields around what a response says.
const WRAPPERS: &[&str] = &["data", "meta", "response", "result"];

/// Names of arguments for the cursor of a page, without case and separators.
const CURSOR_NAMES: &[&str] = &[
    "continuationtoken",
    "cursor",
    "nextcursor",
    "nextpagetoken",
    "nexttoken",
    "pagecursor",
    "pagetoken",
    "startingafter",
];

/// Names of arguments for the number of a page, without case and separators.
const PAGE_NUMBERS: &[&str] = &["page", "pageno", "pagenumber"];

/// Names of arguments for the number of records before a page, without case and separators.
const OFFSETS: &[&str] = &["offset", "pageindex", "skip", "startindex"];

/// Returns the response, with what the call did if the response does not say it: `deleted` or `done`.
pub(in crate::agent) fn stated(tool: &ToolSpec, response: Json) -> Json {
    let (done, adds) = match tool.effect {
        Effect::Reads => return response,
        Effect::Destroys if tool.method == "delete" => ("deleted", true),
        Effect::Writes | Effect::Destroys => ("done", false),
    };
    let is_empty = match &response {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let statement = (done.to_owned(), Json::Bool(true));
    match response {
        Json::Object(mut fields) if adds && !fields.contains_key(done) && !denies(&fields) => {
            fields.insert(statement.0, statement.1);
            Json::Object(fields)
        }
        _ if is_empty => Json::Object(std::iter::once(statement).collect()),
        response => response,
    }
}

/// Returns `true` if a response to a deletion says that it did not happen, or not yet.
fn denies(fields: &Map<String, Json>) -> bool {
    let has_id = fields.contains_key("id");
    fields.iter().any(|(name, value)| {
        let words = words(name);
        let is_one_of = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        let is_status = words
            .last()
            .is_some_and(|word| STATUSES.contains(&word.as_str()));
        let is_false = is_falsy(value) || is_zero_text(value);
        let is_success = is_one_of(SUCCESSES) || !has_id && is_one_of(VAGUE_SUCCESSES);
        if is_success {
            return is_false && !value.is_null() && value != "";
        }
        if is_one_of(FAILURES) {
            return !is_false;
        }
        match value {
            // The status of a record is about the record: a response without an identifier is about the call.
            Json::String(status) if is_status => {
                let status = status.to_lowercase();
                FAILED_STATUSES
                    .iter()
                    .any(|failed| contains_word(&status, failed))
                    || !has_id
                        && OPEN_STATUSES
                            .iter()
                            .any(|open| contains_word(&status, open))
            }
            Json::Number(status) if words.first().is_some_and(|word| word == "status") => {
                status.as_u64().is_some_and(|status| status >= 400)
            }
            Json::Object(inner) if WRAPPERS.contains(&name.as_str()) => denies(inner),
            _ => false,
        }
    })
}

/// Returns `true` for null, false, 0 and what is empty.
fn is_falsy(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Bool(is_true) => !is_true,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(elements) => elements.is_empty(),
        Json::Object(fields) => fields.is_empty(),
    }
}

/// Returns `true` for a string that means false or zero.
fn is_zero_text(value: &Json) -> bool {
    let text = value.as_str().map(str::to_lowercase);
    text.is_some_and(|text| matches!(text.as_str(), "false" | "no" | "0" | "none" | "null"))
}

/// The notes below a response.
#[derive(Debug, Default)]
pub(in crate::agent) struct Notes {
    /// The API reports that the response is incomplete.
    is_partial: bool,
    /// More pages follow, or nothing matches the filters.
    pages: Option<String>,
}

impl Notes {
    /// Returns the notes below all records of a page, each after a line break.
    pub(in crate::agent) fn text(&self) -> String {
        let mut text = self.text_without_pages().to_owned();
        if let Some(pages) = &self.pages {
            text.push('\n');
            text.push_str(pages);
        }
        text
    }

    /// Returns the notes below some records of a page: the next page comes after all of them.
    pub(in crate::agent) fn text_without_pages(&self) -> &'static str {
        if self.is_partial { PARTIAL } else { "" }
    }
}

/// Returns the notes below a response: it is incomplete, more pages follow, or nothing matches the filters.
pub(in crate::agent) fn notes(tool: &ToolSpec, arguments: &Json, response: &Json) -> Notes {
    let is_partial = response
        .get(IS_PARTIAL)
        .is_some_and(|is_partial| !is_falsy(is_partial) && !is_zero_text(is_partial));
    let cursor = next_cursor(response).map(|(name, cursor)| named_cursor(response, name, &cursor));
    let records = page_records(response);
    let pages = match (records, cursor) {
        (Some(records), Some(cursor)) => Some(more_pages(tool, records.len(), &cursor)),
        (None, Some(cursor)) if tool.method == "list" => Some(more_pages(tool, 0, &cursor)),
        // The missing part may contain what matches.
        (Some([]), None) if tool.effect == Effect::Reads && !is_partial => {
            nothing_found(tool, arguments)
        }
        _ => None,
    };
    Notes { is_partial, pages }
}

/// The longest cursor, in bytes, that is written out.
const MAX_CURSOR_LENGTH: usize = 200;

/// Returns the words for the cursor under `name`, from which a model makes the argument for the next page.
fn named_cursor(response: &Json, name: &str, cursor: &str) -> String {
    let is_string = response.get(name).is_some_and(Json::is_string);
    match (is_string, name) {
        (true, CURSOR) => format!("this {CURSOR}"),
        (true, name) => format!("this {name} as {CURSOR}"),
        (false, _) if cursor.len() <= MAX_CURSOR_LENGTH => {
            format!("{CURSOR} = {}", Json::from(cursor))
        }
        (false, name) => {
            format!("{CURSOR} set to the JSON text of this {name}, as a string")
        }
    }
}

fn more_pages(tool: &ToolSpec, count: usize, cursor: &str) -> String {
    let shown = match count {
        0 => "This page is empty, but more pages follow".to_owned(),
        1 => "This page has 1 record, and more pages follow".to_owned(),
        count => format!("This page has {count} records, and more pages follow"),
    };
    let rest = if takes_cursor(tool) {
        format!(
            "to get the rest, call this tool again with the same arguments and {cursor}, until a response has no cursor"
        )
    } else {
        "this tool cannot fetch them, so do not treat this page as the whole list".to_owned()
    };
    format!("[{shown}: {rest}]")
}

/// Names the filters that led to an empty list, and how to look without them. A page after the first one
/// is only the end of the list.
fn nothing_found(tool: &ToolSpec, arguments: &Json) -> Option<String> {
    let given = arguments.as_object()?.iter();
    if given
        .clone()
        .any(|(name, value)| is_later_page(name, value))
    {
        return Some("[No more records]".to_owned());
    }
    let is_filter = |name: &str| !is_page_name(name) && !PAGE_SIZE_ARGUMENTS.contains(&name);
    let given: Vec<(&String, &Json)> = given
        .filter(|(name, value)| is_filter(name) && !value.is_null())
        .collect();
    if given.is_empty() {
        return Some("[The list is empty]".to_owned());
    }
    let shown: Vec<String> = given
        .iter()
        .map(|(name, value)| format!("{name} = {}", shorten(value)))
        .collect();
    let shown = shown.join(", ");
    let is_optional = |name: &str| !tool.shape.required_names().any(|required| required == name);
    let optional: Vec<&str> = given
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| is_optional(name))
        .collect();
    if optional.is_empty() {
        let right = match given.len() {
            1 => "this is the right value",
            _ => "these are the right values",
        };
        return Some(format!("[No records match {shown}. Check that {right}]"));
    }
    let optional = optional.join(", ");
    Some(format!(
        "[No records match {shown}. To search without filters, call this tool again without {optional} and filter the records yourself]"
    ))
}

/// Returns `true` for the name of an argument that chooses a page.
fn is_page_name(name: &str) -> bool {
    let folded = fold(name);
    CURSOR_NAMES.contains(&folded.as_str())
        || PAGE_NUMBERS.contains(&folded.as_str())
        || OFFSETS.contains(&folded.as_str())
}

/// Returns `true` if an argument chooses a page after the first one.
fn is_later_page(name: &str, value: &Json) -> bool {
    let folded = fold(name);
    let number = match value {
        Json::String(text) => text.parse().ok(),
        value => value.as_f64(),
    };
    if CURSOR_NAMES.contains(&folded.as_str()) {
        !is_falsy(value)
    } else if PAGE_NUMBERS.contains(&folded.as_str()) {
        number.is_some_and(|page| page > 1.0)
    } else {
        OFFSETS.contains(&folded.as_str()) && number.is_some_and(|offset| offset > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::tool;

    #[test]
    fn a_call_without_a_response_is_stated_as_what_it_was() {
        for (effect, method, response, expected) in [
            (
                Effect::Destroys,
                "delete",
                json!({"id": "a"}),
                json!({"id": "a", "deleted": true}),
            ),
            (
                Effect::Destroys,
                "delete",
                json!(null),
                json!({"deleted": true}),
            ),
            // Other tools destroy something else, such as a booking, or nothing at all.
            (Effect::Destroys, "", json!(""), json!({"done": true})),
            (Effect::Destroys, "cancel", json!({}), json!({"done": true})),
            (
                Effect::Destroys,
                "",
                json!("booked seat 7"),
                json!("booked seat 7"),
            ),
            (Effect::Destroys, "", json!({"id": "a"}), json!({"id": "a"})),
            (Effect::Writes, "delete", json!(null), json!({"done": true})),
            (Effect::Reads, "get", json!(""), json!("")),
        ] {
            let shape = tool("list_all_shop_projects").shape;
            let tool = ToolSpec {
                method,
                ..ToolSpec::new("t", effect, shape, Ok)
            };
            assert_eq!(
                stated(&tool, response.clone()),
                expected,
                "{effect:?} {method} {response}"
            );
        }
    }

    #[test]
    fn a_page_that_is_followed_says_so_whatever_its_cursor_is() {
        let long = "c".repeat(300);
        for (fields, expected) in [
            (json!({"next_cursor": "c2"}), Some("this next_cursor")),
            (
                json!({"nextCursor": "c2"}),
                Some("this nextCursor as next_cursor"),
            ),
            (
                json!({"next_cursor": null, "nextCursor": "c2"}),
                Some("this nextCursor as next_cursor"),
            ),
            (json!({"next_cursor": 7}), Some("next_cursor = \"7\"")),
            (json!({"nextCursor": 7.5}), Some("next_cursor = \"7.5\"")),
            (
                json!({"next_cursor": {"after": "x"}}),
                Some(r#"next_cursor = "{\"after\":\"x\"}""#),
            ),
            (
                json!({"next_cursor": [1, 2]}),
                Some("next_cursor = \"[1,2]\""),
            ),
            (
                json!({"next_cursor": {"after": long}}),
                Some("next_cursor set to the JSON text of this next_cursor, as a string"),
            ),
            (json!({"next_cursor": ""}), None),
            (json!({"next_cursor": null}), None),
            (json!({"next_cursor": 0}), None),
            (json!({"next_cursor": false, "nextCursor": ""}), None),
            (json!({}), None),
        ] {
            let mut response = fields;
            response["result"] = json!([{"id": "a"}]);
            let said = notes(tool("list_all_shop_projects"), &json!({}), &response).pages;
            let expected = expected.map(|cursor| {
                format!(
                    "[This page has 1 record, and more pages follow: to get the rest, call this tool again \
                     with the same arguments and {cursor}, until a response has no cursor]"
                )
            });
            assert_eq!(said, expected, "{response}");
        }
    }

    #[test]
    fn a_page_after_the_first_ends_the_list() {
        let list = tool("list_all_shop_projects");
        let end = Some("[No more records]");
        let none = "[No records match accountId = \"acc_1\". Check that this is the right value]";
        for (arguments, expected) in [
            (json!({"accountId": "acc_1", "next_cursor": "c"}), end),
            (
                json!({"accountId": "acc_1", "env": "live", "next_cursor": "c"}),
                end,
            ),
            (json!({"next_cursor": "c"}), end),
            (json!({"accountId": "acc_1", "page": 2}), end),
            (
                json!({"accountId": "acc_1", "offset": "50", "limit": 5}),
                end,
            ),
            (json!({"accountId": "acc_1", "page": 1}), Some(none)),
            (json!({"accountId": "acc_1", "skip": 0}), Some(none)),
            (json!({"accountId": "acc_1", "limit": 5}), Some(none)),
            (json!({"limit": 5}), Some("[The list is empty]")),
        ] {
            for page in [json!({"result": [], "next_cursor": null}), json!([])] {
                let said = notes(list, &arguments, &page).pages;
                assert_eq!(said.as_deref(), expected, "{arguments}");
            }
        }
    }

    #[test]
    fn an_incomplete_page_is_not_taken_for_the_whole() {
        let list = tool("list_all_shop_projects");
        let arguments = json!({"accountId": "acc_1"});
        for (partial, records, is_partial) in [
            (json!(true), json!([]), true),
            (json!("true"), json!([{"id": "a"}]), true),
            (json!(1), json!([{"id": "a"}]), true),
            (json!(false), json!([{"id": "a"}]), false),
            (json!("false"), json!([{"id": "a"}]), false),
            (json!(null), json!([{"id": "a"}]), false),
        ] {
            let page = json!({"result": records, "is_partial_response": partial});
            let text = notes(list, &arguments, &page).text();
            assert_eq!(text.contains("only part of the data"), is_partial, "{page}");
            assert!(!text.contains("No records match"), "{page}: {text}");
        }
        let more = json!({"result": [], "next_cursor": "c", "is_partial_response": true});
        let text = notes(list, &arguments, &more).text();
        assert!(
            text.contains("only part of the data") && text.contains("more pages follow"),
            "{text}"
        );
        let text = notes(list, &arguments, &more).text_without_pages();
        assert!(
            text.contains("only part of the data") && !text.contains("more pages"),
            "{text}"
        );
    }

    #[test]
    fn a_deletion_is_stated_unless_the_response_denies_it() {
        let delete = ToolSpec {
            method: "delete",
            ..ToolSpec::new(
                "delete_it",
                Effect::Destroys,
                &crate::codec::Shape::NESTED,
                Ok,
            )
        };
        for (response, is_stated) in [
            (json!(null), true),
            (json!(""), true),
            (json!({}), true),
            (json!({"id": "a"}), true),
            (json!({"success": true}), true),
            (json!({"success": null, "error": null, "errors": []}), true),
            (json!({"id": "a", "status": "pending", "done": false}), true),
            (
                json!({"id": "a", "deletedAt": null, "deleted_by": ""}),
                true,
            ),
            (json!({"status": 200}), true),
            (json!({"success": false}), false),
            (json!({"Success": "false"}), false),
            (json!({"ok": 0}), false),
            (json!({"isDeleted": false}), false),
            (json!({"deletedCount": 0}), false),
            (json!({"removed": 0}), false),
            (json!({"error": "locked"}), false),
            (json!({"errors": [{"message": "locked"}]}), false),
            (json!({"id": "a", "failed": true}), false),
            (json!({"status": "failed"}), false),
            (json!({"id": "a", "status": "error"}), false),
            (json!({"status": "queued"}), false),
            (json!({"statusCode": 409}), false),
            (json!({"data": {"success": false}}), false),
        ] {
            let stated = stated(&delete, response.clone());
            assert_eq!(
                stated.get("deleted") == Some(&json!(true)),
                is_stated,
                "{response}"
            );
            if !is_stated {
                assert_eq!(stated, response);
            }
        }
    }
}
