//! Answers in a size that a model can take.

use crate::codec::Json;
use crate::json_pointer::escape;
use crate::tools::ToolSpec;

/// How much of an answer a model gets to see: compact JSON, cut at the borders of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputLimit {
    characters: usize,
}

/// 16,000 characters: some four thousand tokens.
impl Default for OutputLimit {
    fn default() -> Self {
        Self { characters: 16_000 }
    }
}

/// The least that makes sense: the words that say what was left out take some of it.
const LEAST: usize = 600;

/// What is kept free for those words.
const RESERVE: usize = 400;

/// Where a page says how the next one is had.
const CURSOR: &str = "next_cursor";

/// Arguments that say how many records a page has.
const SIZES: [&str; 8] = [
    "limit",
    "page_size",
    "pageSize",
    "per_page",
    "perPage",
    "max_results",
    "maxResults",
    "count",
];

impl OutputLimit {
    /// At most so many characters; 600 at least.
    #[must_use]
    pub fn characters(characters: usize) -> Self {
        Self {
            characters: characters.max(LEAST),
        }
    }

    /// The text of an answer.
    #[must_use]
    pub fn render(&self, tool: &ToolSpec, answer: &Json) -> String {
        let text = match answer {
            Json::String(text) => text.clone(),
            answer => answer.to_string(),
        };
        let length = text.chars().count();
        if length <= self.characters {
            return text;
        }
        let room = self.characters - RESERVE;
        let cut = match (list_of(answer), answer) {
            (Some(place), _) => cut_list(tool, answer, &place, room),
            (None, Json::String(text)) => cut_text(text, length, room),
            (None, answer) => cut_one(answer, room),
        };
        first(&cut, self.characters).to_owned()
    }

    /// As much of an answer as its text shows, as JSON. What is left out, the text says.
    #[cfg(feature = "mcp-server")]
    pub(crate) fn fit(self, answer: &Json) -> Json {
        if length(answer) <= self.characters {
            return answer.clone();
        }
        let room = self.characters - RESERVE;
        let cut = list_of(answer).and_then(|place| cut_records(answer, &place, room));
        let (shrunk, _) = shrink(cut.map_or_else(|| answer.clone(), |cut| cut.shell), room);
        if length(&shrunk) <= room {
            shrunk
        } else {
            Json::Null
        }
    }
}

/// The pointer to the records of an answer: the answer itself, `result`, else its longest list.
fn list_of(answer: &Json) -> Option<String> {
    match answer {
        Json::Array(_) => Some(String::new()),
        Json::Object(fields) => {
            let lists = fields.iter().filter_map(|(name, value)| {
                let size = value.as_array().filter(|list| list.len() > 1)?.len();
                Some((name.as_str() == "result", size, name))
            });
            let (_, _, name) = lists.max()?;
            Some(format!("/{}", escape(name)))
        }
        _ => None,
    }
}

/// An answer with fewer records.
struct Cut {
    shell: Json,
    count: usize,
    total: usize,
}

/// As many records of a list as there is room for; what stands around them may need more.
fn cut_records(answer: &Json, place: &str, room: usize) -> Option<Cut> {
    let mut shell = answer.clone();
    let Some(Json::Array(records)) = shell.pointer_mut(place).map(Json::take) else {
        return None;
    };
    // It leads behind this page, so that whoever followed it would miss what is left out here.
    if let Json::Object(fields) = &mut shell {
        fields.remove(CURSOR);
    }
    let total = records.len();
    let mut left = room.saturating_sub(length(&shell));
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
    if let Some(list) = shell.pointer_mut(place) {
        *list = Json::Array(shown);
    }
    Some(Cut {
        shell,
        count,
        total,
    })
}

fn cut_list(tool: &ToolSpec, answer: &Json, place: &str, room: usize) -> String {
    let Some(Cut {
        shell,
        count,
        total,
    }) = cut_records(answer, place, room)
    else {
        return cut_one(answer, room);
    };
    if length(&shell) > room {
        return cut_one(&shell, room);
    }
    let advice = advice(tool, count);
    let rest = total - count;
    format!("{shell}\n[cut: {count} of {total} records are shown, {rest} are left out. {advice}]")
}

/// How to get what is left out.
fn advice(tool: &ToolSpec, count: usize) -> String {
    let has = |name: &str| tool.shape.fields().any(|field| field.name == name);
    let size = SIZES.iter().find(|name| has(name));
    match (size, has(CURSOR)) {
        (Some(size), true) => format!(
            "For the rest, call it again with \"{size}\": {count}, and then with the {CURSOR} of each answer."
        ),
        (Some(size), false) => {
            format!("To see whole pages, call it again with \"{size}\": {count}.")
        }
        (None, _) => "Call it again with arguments that narrow the answer.".to_owned(),
    }
}

fn cut_text(text: &str, length: usize, room: usize) -> String {
    let rest = length - room.min(length);
    format!(
        "{}…\n[cut: {rest} characters are left out.]",
        first(text, room)
    )
}

fn cut_one(answer: &Json, room: usize) -> String {
    let (shrunk, left_out) = shrink(answer.clone(), room);
    let mut text = shrunk.to_string();
    let total = length(&shrunk);
    if total > room {
        return cut_text(&text, total, room);
    }
    text.push_str("\n[cut: long texts and lists are shortened");
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        text.push_str("; left out are the fields ");
        text.push_str(first(&names, 200));
    }
    text.push_str(".]");
    text
}

/// A value in at most so many characters, if it can be had: long texts and lists inside it are
/// shortened, then the largest fields are left out, whose names are given back.
fn shrink(mut json: Json, room: usize) -> (Json, Vec<String>) {
    for (longest_text, longest_list) in [(2000, 50), (400, 10), (100, 3)] {
        if length(&json) <= room {
            return (json, Vec::new());
        }
        shorten(&mut json, longest_text, longest_list);
    }
    let mut left_out = Vec::new();
    let mut total = length(&json);
    if let Json::Object(fields) = &mut json {
        let sizes = fields.iter();
        let sizes = sizes.map(|(name, value)| (length(value), name.clone()));
        let mut sizes: Vec<(usize, String)> = sizes.collect();
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

fn shorten(json: &mut Json, longest_text: usize, longest_list: usize) {
    match json {
        Json::String(text) => {
            let length = text.chars().count();
            if length > longest_text {
                let rest = length - longest_text;
                *text = format!("{}… ({rest} more characters)", first(text, longest_text));
            }
        }
        Json::Array(elements) => {
            let rest = elements.len().saturating_sub(longest_list);
            elements.truncate(longest_list);
            for element in elements.iter_mut() {
                shorten(element, longest_text, longest_list);
            }
            if rest > 0 {
                elements.push(Json::String(format!("… ({rest} more)")));
            }
        }
        Json::Object(fields) => {
            for value in fields.values_mut() {
                shorten(value, longest_text, longest_list);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn length(json: &Json) -> usize {
    json.to_string().chars().count()
}

/// The first so many characters.
pub(super) fn first(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}
