//! Responses, truncated to a size that a model can take.

use std::borrow::Cow;

use super::compact::compact;
use super::page::{CURSOR, PAGE_SIZE_ARGUMENTS, RESULT};
use super::text::first_characters;
use crate::codec::Json;
use crate::json_pointer::escape;
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
const MAX_NAMES_CHARACTERS: usize = 200;

/// The sizes to which the values inside a record are shortened, one after the other, until the
/// record fits: characters of a string, elements of a list.
const SHORTER_SIZES: [(usize, usize); 3] = [(2000, 50), (400, 10), (100, 3)];

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
    /// The [outcome](super::Reply::outcome) contains them all.
    #[must_use]
    pub fn compact(mut self) -> Self {
        self.is_compact = true;
        self
    }

    /// Returns the text of a response for the model. If it is truncated, it says what is left out
    /// and how to get it.
    #[must_use]
    pub fn render(&self, tool: &ToolSpec, response: &Json) -> String {
        self.render_with_note(tool, response, None)
    }

    /// Returns the text of a response, followed by a note if the response is not truncated.
    pub(super) fn render_with_note(
        &self,
        tool: &ToolSpec,
        response: &Json,
        note: Option<&str>,
    ) -> String {
        let response = &*self.visible(tool, response);
        let mut text = match response {
            Json::String(text) => text.clone(),
            response => response.to_string(),
        };
        if let Some(note) = note {
            text.push('\n');
            text.push_str(note);
        }
        let length = text.chars().count();
        if length <= self.characters {
            return text;
        }
        let room = self.characters - NOTE_CHARACTERS;
        let truncated = match (find_list(response), response) {
            (Some(pointer), _) => render_list(tool, response, &pointer, room),
            (None, Json::String(text)) => render_text(text, text.chars().count(), room),
            (None, response) => render_record(response, room),
        };
        first_characters(&truncated, self.characters).to_owned()
    }

    /// Returns as much of a response as [`render`](Self::render) shows, as JSON.
    #[cfg(feature = "mcp-server")]
    pub(crate) fn fit(self, tool: &ToolSpec, response: &Json) -> Json {
        let response = &*self.visible(tool, response);
        if length(response) <= self.characters {
            return response.clone();
        }
        let room = self.characters - NOTE_CHARACTERS;
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
                let size = value.as_array().filter(|list| list.len() > 1)?.len();
                Some((name.as_str() == RESULT, size, name))
            });
            let (_, _, name) = lists.max()?;
            Some(format!("/{}", escape(name)))
        }
        _ => None,
    }
}

/// A response with fewer records.
struct TruncatedList {
    json: Json,
    shown: usize,
    total: usize,
}

/// Keeps as many records of a list as there is room for. The other fields of the response may still
/// be too large.
fn truncate_list(response: &Json, pointer: &str, room: usize) -> Option<TruncatedList> {
    let mut json = response.clone();
    let Some(Json::Array(records)) = json.pointer_mut(pointer).map(Json::take) else {
        return None;
    };
    // The cursor leads to the next page and would skip the records that are left out of this one.
    if let Json::Object(fields) = &mut json {
        fields.remove(CURSOR);
    }
    let total = records.len();
    let mut left = room.saturating_sub(length(&json));
    let mut shown = Vec::new();
    for record in records {
        let size = length(&record) + 1;
        if size > left {
            if shown.is_empty() {
                shown.push(shrink(record, left).0);
            }
            break;
        }
        left -= size;
        shown.push(record);
    }
    let count = shown.len();
    if let Some(list) = json.pointer_mut(pointer) {
        *list = Json::Array(shown);
    }
    Some(TruncatedList {
        json,
        shown: count,
        total,
    })
}

fn render_list(tool: &ToolSpec, response: &Json, pointer: &str, room: usize) -> String {
    let Some(TruncatedList { json, shown, total }) = truncate_list(response, pointer, room) else {
        return render_record(response, room);
    };
    if length(&json) > room {
        return render_record(&json, room);
    }
    let instruction = rest_instruction(tool, shown);
    let rest = total - shown;
    format!(
        "{json}\n[truncated: {shown} of {total} records are shown, {rest} are left out. {instruction}]"
    )
}

/// Returns the instruction that tells a model how to get the records that are left out.
fn rest_instruction(tool: &ToolSpec, shown: usize) -> String {
    let has = |name: &str| tool.shape.fields().any(|field| field.name == name);
    let size = PAGE_SIZE_ARGUMENTS.iter().find(|name| has(name));
    match (size, has(CURSOR)) {
        (Some(size), true) => format!(
            "For the rest, call it again with \"{size}\": {shown}, and then with the {CURSOR} of each response."
        ),
        (Some(size), false) => {
            format!("To see whole pages, call it again with \"{size}\": {shown}.")
        }
        (None, _) => "Call it again with arguments that narrow the response.".to_owned(),
    }
}

fn render_text(text: &str, length: usize, room: usize) -> String {
    let rest = length - room.min(length);
    format!(
        "{}…\n[truncated: {rest} characters are left out.]",
        first_characters(text, room)
    )
}

fn render_record(response: &Json, room: usize) -> String {
    let (shrunk, left_out) = shrink(response.clone(), room);
    let mut text = shrunk.to_string();
    let total = length(&shrunk);
    if total > room {
        return render_text(&text, total, room);
    }
    text.push_str("\n[truncated: long strings and lists are shortened");
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        text.push_str("; these fields are left out: ");
        text.push_str(first_characters(&names, MAX_NAMES_CHARACTERS));
    }
    text.push_str(".]");
    text
}

/// Shrinks a value to `room` characters if possible. Long strings and lists inside it are shortened
/// first; then the largest fields are left out, whose names are returned.
fn shrink(mut json: Json, room: usize) -> (Json, Vec<String>) {
    for (max_characters, max_elements) in SHORTER_SIZES {
        if length(&json) <= room {
            return (json, Vec::new());
        }
        shorten(&mut json, max_characters, max_elements);
    }
    let mut left_out = Vec::new();
    let mut total = length(&json);
    if let Json::Object(fields) = &mut json {
        let mut sizes: Vec<(usize, String)> = fields
            .iter()
            .map(|(name, value)| (length(value), name.clone()))
            .collect();
        sizes.sort_unstable();
        while total > room
            && let Some((size, name)) = sizes.pop()
        {
            // A field has a colon and a comma.
            let size = size + length(&Json::from(name.as_str())) + 2;
            total = total.saturating_sub(size);
            fields.remove(&name);
            left_out.push(name);
        }
    }
    (json, left_out)
}

fn shorten(json: &mut Json, max_characters: usize, max_elements: usize) {
    match json {
        Json::String(text) => {
            let length = text.chars().count();
            if length > max_characters {
                let rest = length - max_characters;
                let shown = first_characters(text, max_characters);
                *text = format!("{shown}… ({rest} more characters)");
            }
        }
        Json::Array(elements) => {
            let rest = elements.len().saturating_sub(max_elements);
            elements.truncate(max_elements);
            for element in elements.iter_mut() {
                shorten(element, max_characters, max_elements);
            }
            if rest > 0 {
                elements.push(Json::String(format!("… ({rest} more)")));
            }
        }
        Json::Object(fields) => {
            for value in fields.values_mut() {
                shorten(value, max_characters, max_elements);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn length(json: &Json) -> usize {
    json.to_string().chars().count()
}
