//! Responses, truncated to a size that a model can take.

use std::borrow::Cow;

use toolsmith_dialect::json_pointer::escape;

use crate::agent::page::{CURSOR, OTHER_CURSOR, PAGE_SIZE_ARGUMENTS, RESULT};
use crate::agent::pointer;
use crate::agent::response::compact::compact;
use crate::agent::response::response_notes::Notes;
use crate::agent::response::shrink::{length, shrink};
use crate::agent::text::quoting::{capitalize, first_characters, truncate};
use crate::codec::Json;
use crate::tools::ToolSpec;

/// The size of the responses that a model sees: compact JSON, truncated between records.
///
/// ```
/// use toolsmith_runtime::Client;
/// use toolsmith_runtime::agent::{OutputLimit, Toolbox};
///
/// fn tools(client: &Client) -> Toolbox {
///     client.toolbox().output(OutputLimit::characters(4_000))
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputLimit {
    characters: usize,
    is_compact: bool,
}

/// The limit is 16,000 characters: about four thousand tokens.
impl Default for OutputLimit {
    fn default() -> Self {
        Self {
            characters: 16_000,
            is_compact: false,
        }
    }
}

/// The smallest limit: the note on what is left out needs some of it.
const MIN_CHARACTERS: usize = 600;

/// The characters reserved for this note.
const NOTE_CHARACTERS: usize = 400;

/// The characters of the names of omitted fields in this note.
const MAX_NAMES_CHARACTERS: usize = 80;

impl OutputLimit {
    /// Limits responses to this many characters; the smallest limit is 600.
    #[must_use]
    pub fn characters(characters: usize) -> Self {
        Self {
            characters: characters.max(MIN_CHARACTERS),
            ..Self::default()
        }
    }

    /// Leaves out fields that are null in every record of a response, the audit fields that the overlay
    /// names, and the parts of a page that repeat its records and its cursor.
    ///
    /// The [outcome](crate::agent::Reply::outcome) contains them all.
    #[must_use]
    pub fn compact(mut self) -> Self {
        self.is_compact = true;
        self
    }

    /// Returns the text of a response for the model. If it is truncated, it says what is left out
    /// and how to get it.
    #[must_use]
    pub fn render(&self, tool: &ToolSpec, response: &Json) -> String {
        self.render_with_notes(tool, response, &Notes::default())
    }

    /// Returns the text of a response, followed by the notes on it. A note on the next page is left out if
    /// records of this one are.
    pub(in crate::agent) fn render_with_notes(
        &self,
        tool: &ToolSpec,
        response: &Json,
        notes: &Notes,
    ) -> String {
        let response = &*self.visible(tool, response);
        let mut text = match response {
            Json::String(text) => text.clone(),
            response => response.to_string(),
        };
        text.push_str(&notes.text());
        let characters = text.chars().count();
        if characters <= self.characters {
            return text;
        }
        let room = self.room(notes);
        let mut has_all_records = true;
        let mut truncated = match (find_list(response), response) {
            (Some(pointer), _) => match truncate_list(response, &pointer, room) {
                Some(list) => {
                    has_all_records = list.shown == list.total;
                    if length(&list.json) <= room {
                        render_list(tool, &list)
                    } else {
                        render_record(&list.json, room)
                    }
                }
                None => render_record(response, room),
            },
            (None, Json::String(text)) => render_text(text, text.chars().count(), room),
            (None, response) => render_record(response, room),
        };
        if has_all_records {
            truncated.push_str(&notes.text());
        } else {
            truncated.push_str(notes.text_without_pages());
        }
        first_characters(&truncated, self.characters).to_owned()
    }

    /// Returns the characters of a truncated response, without the notes below it.
    fn room(&self, notes: &Notes) -> usize {
        let below = NOTE_CHARACTERS / 2 + notes.text().chars().count();
        let room = self.characters.saturating_sub(below.max(NOTE_CHARACTERS));
        room.max(MIN_CHARACTERS - NOTE_CHARACTERS)
    }

    /// Returns as much of a response as [`render`](Self::render) shows, as JSON.
    #[cfg(feature = "mcp-server")]
    pub(crate) fn fit(self, tool: &ToolSpec, response: &Json) -> Json {
        let response = &*self.visible(tool, response);
        if length(response) <= self.characters {
            return response.clone();
        }
        let room = self.room(&Notes::default());
        let page = find_list(response).and_then(|pointer| truncate_list(response, &pointer, room));
        let json = page.map_or_else(|| response.clone(), |page| page.json);
        let (shrunk, _) = shrink(json, room);
        if length(&shrunk) <= room {
            shrunk
        } else {
            Json::Null
        }
    }

    /// Returns the part of a response that is shown if it is small enough.
    fn visible<'a>(&self, tool: &ToolSpec, response: &'a Json) -> Cow<'a, Json> {
        if self.is_compact {
            Cow::Owned(compact(tool, response.clone()))
        } else {
            Cow::Borrowed(response)
        }
    }
}

/// Returns the pointer to the records of a response: the response itself, `result`, or its longest
/// list.
fn find_list(response: &Json) -> Option<String> {
    match response {
        Json::Array(_) => Some(String::new()),
        Json::Object(fields) => {
            let lists = fields.iter().filter_map(|(name, value)| {
                let is_result = name.as_str() == RESULT;
                let size = value.as_array()?.len();
                (size > 1 || is_result && size > 0).then_some((is_result, size, name))
            });
            let (_, _, name) = lists.max()?;
            Some(format!("/{}", escape(name)))
        }
        _ => None,
    }
}

/// A response with fewer or shorter records.
struct TruncatedList {
    json: Json,
    shown: usize,
    total: usize,
    /// The fields that are left out of a record or of the response; `None` if both are whole.
    shrunk: Option<Vec<String>>,
}

/// Keeps as many records of a list as there is room for, and a part of the first one in any case.
fn truncate_list(response: &Json, pointer: &str, room: usize) -> Option<TruncatedList> {
    let mut frame = response.clone();
    let Some(Json::Array(records)) = frame.pointer_mut(pointer).map(Json::take) else {
        return None;
    };
    let mut cursors = Vec::new();
    if let Json::Object(fields) = &mut frame {
        for name in [CURSOR, OTHER_CURSOR] {
            let cursor = fields
                .remove(name)
                .filter(|cursor| length(cursor) <= room / 2);
            cursors.extend(cursor.map(|cursor| (name.to_owned(), cursor)));
        }
    }
    let mut shrunk = None;
    if length(&frame) > room / 2 {
        let (smaller, left_out) = shrink(frame, room / 2);
        frame = smaller;
        shrunk = Some(left_out);
    }
    let cursors_length: usize = cursors
        .iter()
        .map(|(_, cursor)| length(cursor) + CURSOR.len() + 4)
        .sum();
    let mut left = room.saturating_sub(length(&frame) + cursors_length);
    let total = records.len();
    let mut shown = Vec::new();
    for record in records {
        let size = length(&record) + 1;
        if size > left {
            if shown.is_empty() {
                let (record, left_out) = shrink(record, left);
                shrunk.get_or_insert_default().extend(left_out);
                shown.push(record);
            }
            break;
        }
        left -= size;
        shown.push(record);
    }
    let count = shown.len();
    if let Json::Object(fields) = &mut frame
        && count == total
    {
        // Otherwise the cursor, which leads to the next page, would skip the records that are left out.
        fields.extend(cursors);
    }
    Some(TruncatedList {
        json: pointer::set(&frame, pointer, Json::Array(shown))?,
        shown: count,
        total,
        shrunk,
    })
}

fn render_list(tool: &ToolSpec, list: &TruncatedList) -> String {
    let TruncatedList {
        json,
        shown,
        total,
        shrunk,
    } = list;
    let shrunk = shrunk.as_deref().map(shrunk_text);
    let note = match (total - shown, shrunk) {
        (0, shrunk) => shrunk.unwrap_or_default(),
        (rest, shrunk) => {
            let instruction = rest_instruction(tool, *shown);
            let shrunk = shrunk.map_or_else(String::new, |text| format!("{} ", capitalize(&text)));
            format!("showing {shown} of {total} records, {rest} omitted. {shrunk}{instruction}")
        }
    };
    format!("{json}\n[truncated: {note}]")
}

/// Returns the sentence on what is missing in a record.
fn shrunk_text(left_out: &[String]) -> String {
    let mut text = "long strings and lists are shortened".to_owned();
    if !left_out.is_empty() {
        text.push_str("; these fields are omitted: ");
        text.push_str(&truncate(&left_out.join(", "), MAX_NAMES_CHARACTERS));
    }
    text.push('.');
    text
}

/// Returns the instruction that tells a model how to get the records that are left out.
fn rest_instruction(tool: &ToolSpec, shown: usize) -> String {
    let has = |name: &str| tool.shape.fields().any(|field| field.name == name);
    let size = PAGE_SIZE_ARGUMENTS.iter().find(|name| has(name));
    match (size, has(CURSOR)) {
        (Some(size), true) => format!(
            "To get the rest, call this tool again with \"{size}\": {shown}, and then with the {CURSOR} of each response."
        ),
        (Some(size), false) => {
            format!("To see whole pages, call this tool again with \"{size}\": {shown}.")
        }
        (None, _) => "Call this tool again with arguments that narrow the result.".to_owned(),
    }
}

fn render_text(text: &str, length: usize, room: usize) -> String {
    let rest = length - room.min(length);
    format!(
        "{}…\n[truncated: {rest} characters omitted.]",
        first_characters(text, room)
    )
}

fn render_record(response: &Json, room: usize) -> String {
    let (shrunk, left_out) = shrink(response.clone(), room);
    let text = shrunk.to_string();
    let total = length(&shrunk);
    if total > room {
        return render_text(&text, total, room);
    }
    format!("{text}\n[truncated: {}]", shrunk_text(&left_out))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::agent::response::response_notes;
    use crate::tests::tool;

    /// Returns the text of a response, and its JSON.
    fn render(response: &Json, characters: usize) -> (String, Json) {
        let list = tool("list_all_shop_projects");
        let notes = response_notes::notes(list, &json!({"accountId": "acc_1"}), response);
        let limit = OutputLimit::characters(characters);
        let text = limit.render_with_notes(list, response, &notes);
        assert!(text.chars().count() <= characters, "{text}");
        let (shown, _) = text.split_once('\n').unwrap();
        let json = serde_json::from_str(shown).unwrap_or_else(|error| panic!("{error}: {text}"));
        (text, json)
    }

    #[test]
    fn a_record_that_is_too_long_is_shown_in_part() {
        let long = "x".repeat(3_000);
        let record = json!({"id": "prj_1", "note": long, "tags": vec!["red"; 200], "deep": {"a": long, "b": 1}});
        let wide: serde_json::Map<String, Json> = (0..400)
            .map(|index| (format!("field_{index}"), json!(index)))
            .collect();
        let wide = json!({"id": "prj_1", "inner": wide});
        for record in [&record, &wide] {
            for response in [
                json!({"result": [record], "next_cursor": "c2"}),
                json!({"result": [record, record], "next_cursor": "c2"}),
                json!({"result": [record], "next_cursor": "c2", "summary": long}),
                json!([record]),
                json!({"data": record}),
                json!({"data": {"result": [record]}}),
                json!({"items": [record]}),
                record.clone(),
            ] {
                for characters in [600, 2_000] {
                    let (text, json) = render(&response, characters);
                    let shown = json.to_string();
                    assert!(shown.contains(r#""id":"prj_1""#), "{text}");
                    assert!(text.contains("[truncated: "), "{text}");
                    let records = json["result"].as_array().map(Vec::len);
                    let all = response["result"].as_array().map(Vec::len);
                    // The cursor is there if it leads to the next record.
                    if records == all && all.is_some() {
                        assert_eq!(json["next_cursor"], "c2", "{text}");
                        assert!(text.contains("more pages follow"), "{text}");
                    } else {
                        assert_eq!(json.get("next_cursor"), None, "{text}");
                        assert!(!text.contains("more pages follow"), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_left_out_is_named() {
        let wide: serde_json::Map<String, Json> = (0..90)
            .map(|index| (format!("f{index:02}"), json!("0123456789")))
            .collect();
        for (response, expected) in [
            (
                json!({"result": [wide]}),
                "[truncated: long strings and lists are shortened; these fields are omitted: f89, f88",
            ),
            (
                json!({"data": wide}),
                "[truncated: long strings and lists are shortened; these fields are omitted: data/f89, data/f88",
            ),
            (
                json!({"result": [wide, wide]}),
                "[truncated: showing 1 of 2 records, 1 omitted. Long strings and lists are shortened; these fields",
            ),
        ] {
            let (text, _) = render(&response, 700);
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn a_cursor_is_whole_or_left_out() {
        let cursor = "c".repeat(150);
        let long = "x".repeat(3_000);
        for response in [
            json!({"result": [{"id": "a", "note": long}], "next_cursor": cursor}),
            json!({"items": [{"id": "a", "note": long}], "next_cursor": cursor}),
            json!({"result": [{"id": "a", "note": long}], "next_cursor": long}),
        ] {
            let (text, json) = render(&response, 1_000);
            let shown = json.get("next_cursor");
            assert!(shown.is_none_or(|shown| *shown == cursor), "{text}");
        }
    }
}
