//! Values with less in them, for a text of a bounded size.

use crate::agent::page::{CURSOR, OTHER_CURSOR};
use crate::agent::text::quoting::first_characters;
use crate::codec::Json;

/// The smallest size to which a part of a record is shrunk; a smaller one is left out.
const MIN_PART_CHARACTERS: usize = 40;

/// The characters of the number of elements that are left out of a list.
const MORE_CHARACTERS: usize = 20;

/// The sizes to which the values inside a record are shortened, one after the other, until the
/// record fits: characters of a string, elements of a list.
const SHORTER_SIZES: [(usize, usize); 3] = [(2000, 50), (400, 10), (100, 3)];

/// Shrinks a value to `room` characters if possible. Long strings and lists inside it are shortened
/// first; then the largest fields are left out, whose names are returned.
pub(in crate::agent) fn shrink(mut json: Json, room: usize) -> (Json, Vec<String>) {
    for (max_characters, max_elements) in SHORTER_SIZES {
        if length(&json) <= room {
            return (json, Vec::new());
        }
        shorten(&mut json, max_characters, max_elements);
    }
    let mut left_out = Vec::new();
    leave_out(&mut json, room, "", &mut left_out);
    (json, left_out)
}

/// Leaves the largest fields out of an object, or a part of the only field that is too large.
fn leave_out(json: &mut Json, room: usize, path: &str, left_out: &mut Vec<String>) {
    let mut total = length(json);
    match json {
        Json::Object(fields) => {
            let mut sizes: Vec<(usize, String)> = fields
                .iter()
                .map(|(name, value)| (length(value), name.clone()))
                .collect();
            sizes.sort_unstable();
            while total > room
                && let Some((size, name)) = sizes.pop()
            {
                let inner_room = room.saturating_sub(total.saturating_sub(size));
                let inner = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}/{name}")
                };
                if let Some(value) = fields.get_mut(&name)
                    && inner_room >= MIN_PART_CHARACTERS
                    && (value.is_object() || value.is_array())
                {
                    let known = left_out.len();
                    leave_out(value, inner_room, &inner, left_out);
                    let shrunk = length(value);
                    if shrunk <= inner_room {
                        total = total.saturating_sub(size.saturating_sub(shrunk));
                        continue;
                    }
                    left_out.truncate(known);
                    total = total.saturating_sub(size.saturating_sub(shrunk));
                }
                // A field has a colon and a comma.
                let size = fields.get(&name).map_or(0, length);
                total = total.saturating_sub(size + length(&Json::from(name.as_str())) + 2);
                fields.remove(&name);
                left_out.push(inner);
            }
        }
        Json::Array(elements) if total > room => {
            let mut left = room.saturating_sub(MORE_CHARACTERS);
            let mut shown: Vec<Json> = Vec::new();
            let count = elements.len();
            for mut element in std::mem::take(elements) {
                if length(&element) >= left && shown.is_empty() {
                    leave_out(&mut element, left.saturating_sub(1), path, left_out);
                }
                let size = length(&element) + 1;
                if size > left {
                    break;
                }
                left -= size;
                shown.push(element);
            }
            let rest = count - shown.len();
            if rest > 0 {
                shown.push(Json::String(format!("… ({rest} more)")));
            }
            *elements = shown;
        }
        _ => {}
    }
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
            // A part of a cursor is useless.
            let values = fields.iter_mut().filter(|(name, _)| !is_cursor(name));
            for (_, value) in values {
                shorten(value, max_characters, max_elements);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn is_cursor(name: &str) -> bool {
    matches!(name, CURSOR | OTHER_CURSOR)
}

/// Returns the number of characters of the compact JSON of a value.
pub(in crate::agent) fn length(json: &Json) -> usize {
    json.to_string().chars().count()
}
