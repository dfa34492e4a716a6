//! Edits of the schema of one value.

use serde_json::{Value as Json, json};
use toolsmith_tests::corpus::Dice;

use super::random_schema;

/// Edits the schema of a value.
pub(super) fn edit_value(schema: &mut Json, dice: &mut Dice) -> Option<String> {
    let what = match dice.roll(16) {
        0 => {
            *schema = random_schema(dice);
            "replace the schema"
        }
        1 | 2 => {
            let ty = schema.get("type")?.clone();
            schema["type"] = match &ty {
                Json::Array(types) => types.iter().find(|ty| *ty != "null")?.clone(),
                ty => json!([ty, "null"]),
            };
            "toggle null"
        }
        3 => {
            if schema["type"] != "string" {
                return None;
            }
            if schema.as_object_mut()?.remove("format").is_none() {
                schema["format"] = json!(dice.pick(&["date-time", "date", "email", "uuid"])?);
            }
            "toggle the format"
        }
        4 | 5 => return edit_enum(schema, dice),
        6 => {
            let keyword = match schema["type"].as_str()? {
                "string" => "maxLength",
                "array" => "maxItems",
                "integer" | "number" => *dice.pick(&["minimum", "maximum"])?,
                _ => return None,
            };
            if schema.as_object_mut()?.remove(keyword).is_none() {
                schema[keyword] = json!(dice.roll(9));
            }
            "toggle a bound"
        }
        7..=9 => edit_words(schema, dice)?,
        10 => {
            let other = random_schema(dice);
            *schema = json!({"anyOf": [schema.clone(), other]});
            "make it a union"
        }
        11 | 12 => return edit_union(schema, dice),
        13 => {
            *schema = json!({});
            "loosen it"
        }
        14 => {
            *schema = match schema.get("items") {
                Some(items) => items.clone(),
                None => json!({"type": "array", "items": schema.clone()}),
            };
            "toggle a list"
        }
        _ => toggle_integer(schema)?,
    };
    Some(what.to_owned())
}

/// Edits what only people and models read.
fn edit_words(schema: &mut Json, dice: &mut Dice) -> Option<&'static str> {
    Some(match dice.roll(3) {
        0 => {
            schema["default"] = json!("x");
            "set a default"
        }
        1 => {
            let keyword = *dice.pick(&["description", "title", "x-note"])?;
            schema[keyword] = json!("Another text.");
            "set a text"
        }
        _ => {
            schema["examples"] = json!(["y"]);
            "set examples"
        }
    })
}

fn toggle_integer(schema: &mut Json) -> Option<&'static str> {
    let is_integer = schema["type"] == "integer";
    if !is_integer && schema["type"] != "number" {
        return None;
    }
    schema["type"] = json!(if is_integer { "number" } else { "integer" });
    Some("change the type of number")
}

fn edit_enum(schema: &mut Json, dice: &mut Dice) -> Option<String> {
    let Some(values) = schema.get_mut("enum").and_then(Json::as_array_mut) else {
        if schema["type"] != "string" {
            return None;
        }
        schema["enum"] = json!(["one", "two"]);
        return Some("close it with values".to_owned());
    };
    let what = match dice.roll(4) {
        0 => {
            values.push(json!("a new value"));
            "add a value"
        }
        1 if values.len() > 1 => {
            values.remove(dice.roll(values.len()));
            "remove a value"
        }
        2 => {
            values.reverse();
            "reverse the values"
        }
        _ => {
            *schema = json!({"type": "string"});
            "open the values"
        }
    };
    Some(what.to_owned())
}

fn edit_union(schema: &mut Json, dice: &mut Dice) -> Option<String> {
    let keyword = ["anyOf", "oneOf"]
        .into_iter()
        .find(|keyword| schema[*keyword].is_array())?;
    let branch = random_schema(dice);
    let branches = schema.get_mut(keyword)?.as_array_mut()?;
    let what = match dice.roll(4) {
        0 | 1 => {
            branches.push(branch);
            "add a branch"
        }
        2 if branches.len() > 1 => {
            branches.remove(dice.roll(branches.len()));
            "remove a branch"
        }
        _ => {
            branches.reverse();
            "reverse the branches"
        }
    };
    Some(what.to_owned())
}
