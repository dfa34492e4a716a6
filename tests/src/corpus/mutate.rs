//! Mutations of values, each at one place.

use serde_json::{Value as Json, json};

use super::Dice;
use super::maker::number_json;

/// Changes `value` at one place, and returns it with a description. Parts of `other`, another value of
/// the same schema, may replace parts of it.
pub(super) fn mutate(value: &Json, other: &Json, dice: &mut Dice) -> (String, Json) {
    let mut pointers = vec![String::new()];
    list_pointers(value, "", &mut pointers);
    let pointer = dice.pick(&pointers).cloned().unwrap_or_default();
    let mut changed = value.clone();
    let how = match changed.pointer_mut(&pointer) {
        Some(place) => spoil(place, other.pointer(&pointer), dice),
        None => "nothing",
    };
    (how.to_owned(), changed)
}

fn list_pointers(value: &Json, pointer: &str, pointers: &mut Vec<String>) {
    let mut add = |token: &str, inner: &Json| {
        let inside = format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"));
        pointers.push(inside.clone());
        list_pointers(inner, &inside, pointers);
    };
    match value {
        Json::Object(members) => members.iter().for_each(|(name, inner)| add(name, inner)),
        Json::Array(elements) => {
            let elements = elements.iter().enumerate();
            elements.for_each(|(index, inner)| add(&index.to_string(), inner));
        }
        _ => {}
    }
}

fn spoil(place: &mut Json, other: Option<&Json>, dice: &mut Dice) -> &'static str {
    match dice.roll(10) {
        0 => {
            *place = Json::Null;
            return "null";
        }
        1 | 2 => {
            let values = [
                json!("other"),
                json!(12),
                json!(0.5),
                json!(false),
                json!([]),
                json!({}),
            ];
            *place = dice.pick(&values).cloned().unwrap_or(Json::Null);
            return "another type";
        }
        3 => {
            if let Some(other) = other {
                *place = other.clone();
                return "part of another";
            }
        }
        _ => {}
    }
    match place {
        Json::Object(members) => spoil_object(members, other, dice),
        Json::Array(elements) => spoil_list(elements, dice),
        Json::String(text) => spoil_text(text, dice),
        Json::Number(number) => {
            let number = number.as_f64().unwrap_or(0.0);
            let numbers = [
                number + 1.0,
                number - 1.0,
                number + 0.5,
                -number,
                number * 1e3 + 1e6,
                number - 1e9,
                1e20,
            ];
            *place = number_json(dice.pick(&numbers).copied().unwrap_or(number));
            "another number"
        }
        Json::Bool(flag) => {
            *place = json!(if *flag { "true" } else { "false" });
            "a flag as text"
        }
        Json::Null => {
            *place = json!({});
            "an object"
        }
    }
}

fn spoil_object(
    members: &mut serde_json::Map<String, Json>,
    other: Option<&Json>,
    dice: &mut Dice,
) -> &'static str {
    let names: Vec<String> = members.keys().cloned().collect();
    match (dice.roll(3), dice.pick(&names)) {
        (0, Some(name)) => {
            members.remove(name);
            "without one"
        }
        (1, _) => {
            let others = other.and_then(Json::as_object).cloned().unwrap_or_default();
            for (name, value) in others {
                members.entry(name).or_insert(value);
            }
            "mixed with another"
        }
        _ => {
            members.insert("not_listed".to_owned(), json!(1));
            "one more name"
        }
    }
}

fn spoil_list(elements: &mut Vec<Json>, dice: &mut Dice) -> &'static str {
    match dice.roll(4) {
        0 => {
            elements.pop();
            "one element less"
        }
        1 => {
            elements.clear();
            "no element"
        }
        2 => {
            let again = elements.first().cloned().unwrap_or(Json::Null);
            elements.push(again);
            "an element twice"
        }
        _ => {
            let again = elements.first().cloned().unwrap_or_else(|| json!("x"));
            elements.extend(std::iter::repeat_n(again, 25));
            "a long list"
        }
    }
}

fn spoil_text(text: &mut String, dice: &mut Dice) -> &'static str {
    match dice.roll(4) {
        0 => {
            text.clear();
            "empty"
        }
        1 => {
            *text = "x".repeat(5_000);
            "long"
        }
        2 => {
            text.push('é');
            "one letter more"
        }
        _ => {
            *text = text.to_uppercase();
            "capital letters"
        }
    }
}
