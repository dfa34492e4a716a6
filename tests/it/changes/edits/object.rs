//! Edits of the properties of an object.

use serde_json::{Map, Value as Json, json};
use toolsmith_tests::corpus::Dice;

use super::{WORDS, random_schema};

/// Edits an object.
pub(super) fn edit_object(schema: &mut Json, dice: &mut Dice) -> Option<String> {
    let names: Vec<String> = schema["properties"].as_object()?.keys().cloned().collect();
    let picked = dice.pick(&names).cloned();
    let word = WORDS[dice.roll(WORDS.len())];
    match dice.roll(10) {
        0 | 1 => {
            schema["properties"][word] = random_schema(dice);
            Some(format!("add {word}"))
        }
        2 => {
            schema["properties"][word] = random_schema(dice);
            add_required(schema, word);
            Some(format!("add {word}, required"))
        }
        3 => {
            let name = picked?;
            schema.get_mut("properties")?.as_object_mut()?.remove(&name);
            remove_required(schema, &name);
            Some(format!("remove {name}"))
        }
        4 | 5 => {
            let name = picked?;
            let new = if dice.percent(50) {
                restyle(&name)
            } else {
                word.to_owned()
            };
            rename(schema, &name, &new)?;
            Some(format!("rename {name} to {new}"))
        }
        6 | 7 => {
            let name = picked?;
            if !remove_required(schema, &name) {
                add_required(schema, &name);
            }
            Some(format!("toggle what is required: {name}"))
        }
        8 => {
            let closed = schema["additionalProperties"] == false;
            schema["additionalProperties"] = if closed {
                json!({"type": "string"})
            } else {
                json!(false)
            };
            Some("toggle additional properties".to_owned())
        }
        _ => {
            let members = schema.get_mut("properties")?.as_object_mut()?;
            let reversed: Map<String, Json> = members
                .iter()
                .rev()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            *members = reversed;
            Some("reverse the properties".to_owned())
        }
    }
}

fn rename(schema: &mut Json, name: &str, new: &str) -> Option<()> {
    let properties = schema.get_mut("properties")?.as_object_mut()?;
    if properties.contains_key(new) {
        return None;
    }
    let value = properties.remove(name)?;
    properties.insert(new.to_owned(), value);
    if remove_required(schema, name) {
        add_required(schema, new);
    }
    Some(())
}

/// Writes a name in another style: `pageSize` for `page_size`, and back.
fn restyle(name: &str) -> String {
    if name.contains('_') {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| {
            let (head, tail) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
            name + &head.to_uppercase() + tail
        })
    } else {
        let letters = name.chars().map(|letter| {
            if letter.is_uppercase() {
                format!("_{}", letter.to_lowercase())
            } else {
                letter.to_string()
            }
        });
        letters.collect()
    }
}

pub(super) fn add_required(schema: &mut Json, name: &str) {
    if !schema["required"].is_array() {
        schema["required"] = json!([]);
    }
    let required = schema["required"].as_array_mut().unwrap();
    if required.iter().all(|known| known != name) {
        required.push(json!(name));
    }
}

pub(super) fn remove_required(schema: &mut Json, name: &str) -> bool {
    let Some(required) = schema.get_mut("required").and_then(Json::as_array_mut) else {
        return false;
    };
    let length = required.len();
    required.retain(|known| known != name);
    required.len() < length
}
