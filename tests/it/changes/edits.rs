//! Random edits of catalogs: of schemas, at any place, and of tools.

use serde_json::{Map, Value as Json, json};
use toolsmith_tests::corpus::Dice;

const WORDS: [&str; 14] = [
    "status",
    "type",
    "user_id",
    "userId",
    "project_id",
    "note",
    "limit",
    "tags",
    "extra",
    "filter",
    "kind",
    "created_at",
    "max-size",
    "id",
];

/// Edits a tool or the list at a random place. Returns what was done, or `None` if the edit does not fit.
pub(crate) fn edit(tools: &mut Vec<Json>, dice: &mut Dice) -> Option<String> {
    let index = dice.roll(tools.len());
    if dice.percent(20) {
        return edit_list(tools, index, dice);
    }
    let tool = &mut tools[index];
    let pointers = schema_pointers(tool);
    let pointer = dice.pick(&pointers)?.clone();
    let is_root = pointer.matches('/').count() == 1;
    let schema = tool.pointer_mut(&pointer)?;
    let what = edit_schema(schema, is_root, dice)?;
    Some(format!("{what} at {pointer} of {}", tool["name"]))
}

fn edit_list(tools: &mut Vec<Json>, index: usize, dice: &mut Dice) -> Option<String> {
    let is_truto = tools[index].get("resource").is_some();
    let name = tools[index]["name"].as_str()?.to_owned();
    let count = tools.len();
    let tool = &mut tools[index];
    let what = match dice.roll(13) {
        0 => {
            let mut copy = tool.clone();
            copy["name"] = json!(format!("{name}_again"));
            if is_truto {
                copy["method"] = json!("again");
            }
            tools.push(copy);
            "copy the tool"
        }
        1 if count > 1 => {
            tools.remove(index);
            "remove the tool"
        }
        2 => {
            tool["name"] = json!(format!("{name}_renamed"));
            "rename the tool"
        }
        3 => {
            tool["description"] = json!("Another description.");
            "describe the tool"
        }
        4 if is_truto => {
            tool["tags"] = json!(["one", "other"]);
            "tag the tool"
        }
        5 if is_truto => {
            let is_deprecated = tool["deprecated"] == true;
            tool["deprecated"] = json!(!is_deprecated);
            "toggle the deprecation"
        }
        6 if is_truto => {
            let methods = ["list", "get", "create", "update", "delete", "check"];
            tool["method"] = json!(dice.pick(&methods)?);
            "change the method"
        }
        7 if is_truto => {
            tool["resource"] = json!("other_things");
            "change the resource"
        }
        8 if is_truto => return move_property(tool, dice),
        9 if !is_truto => {
            let hints = ["readOnlyHint", "destructiveHint", "idempotentHint"];
            let hint = dice.pick(&hints)?;
            if !tool["annotations"].is_object() {
                tool["annotations"] = json!({});
            }
            let is_set = tool["annotations"][*hint] == true;
            tool["annotations"][*hint] = json!(!is_set);
            "toggle a hint"
        }
        10 => {
            let key = if is_truto {
                "response_schema"
            } else {
                "outputSchema"
            };
            let members = tool.as_object_mut()?;
            if members.remove(key).is_none() {
                members.insert(key.to_owned(), object(dice));
            }
            "toggle the schema of the response"
        }
        11 => {
            let fresh =
                json!({"name": "quite_new", "description": "New.", "inputSchema": object(dice)});
            if is_truto {
                return None;
            }
            tools.push(fresh);
            "add a tool"
        }
        _ => {
            tools.reverse();
            "reverse the list"
        }
    };
    Some(format!("{what} {name}"))
}

/// Moves a property from the query to the body, or back.
fn move_property(tool: &mut Json, dice: &mut Dice) -> Option<String> {
    let (from, to) = if dice.percent(50) {
        ("query_schema", "body_schema")
    } else {
        ("body_schema", "query_schema")
    };
    let names: Vec<String> = tool[from]["properties"]
        .as_object()?
        .keys()
        .cloned()
        .collect();
    let name = dice.pick(&names)?.clone();
    let properties = tool.get_mut(from)?.get_mut("properties")?;
    let schema = properties.as_object_mut()?.remove(&name)?;
    let is_required = remove_required(tool.get_mut(from)?, &name);
    if !tool[to]["properties"].is_object() {
        tool[to] = json!({"type": "object", "properties": {}});
    }
    tool[to]["properties"][&name] = schema;
    if is_required {
        add_required(tool.get_mut(to)?, &name);
    }
    Some(format!("move {name} from {from} to {to}"))
}

/// Returns the pointers of all schemas of a tool.
fn schema_pointers(tool: &Json) -> Vec<String> {
    let mut pointers = Vec::new();
    for key in [
        "inputSchema",
        "outputSchema",
        "query_schema",
        "body_schema",
        "response_schema",
    ] {
        if tool[key].get("properties").is_some() {
            walk(&tool[key], &format!("/{key}"), &mut pointers);
        }
    }
    pointers
}

fn walk(schema: &Json, pointer: &str, pointers: &mut Vec<String>) {
    let Some(members) = schema.as_object() else {
        return;
    };
    pointers.push(pointer.to_owned());
    for (keyword, value) in members {
        match (keyword.as_str(), value) {
            ("properties" | "$defs" | "definitions", Json::Object(schemas)) => {
                for (name, inner) in schemas {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    walk(inner, &format!("{pointer}/{keyword}/{name}"), pointers);
                }
            }
            ("anyOf" | "oneOf" | "allOf", Json::Array(schemas)) => {
                for (index, inner) in schemas.iter().enumerate() {
                    walk(inner, &format!("{pointer}/{keyword}/{index}"), pointers);
                }
            }
            ("items" | "additionalProperties", inner) => {
                walk(inner, &format!("{pointer}/{keyword}"), pointers);
            }
            _ => {}
        }
    }
}

/// Returns a random schema.
fn random_schema(dice: &mut Dice) -> Json {
    match dice.roll(13) {
        0 | 1 => json!({"type": "string"}),
        2 => json!({"type": "integer"}),
        3 => json!({"type": "integer", "minimum": 0}),
        4 => json!({"type": "number"}),
        5 => json!({"type": "boolean"}),
        6 => json!({"type": "string", "format": "date-time"}),
        7 => json!({"enum": ["one", "two", "three"]}),
        8 => json!({"type": "array", "items": {"type": "string"}}),
        9 => json!({"type": ["string", "null"]}),
        10 => json!({}),
        11 => json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        _ => object(dice),
    }
}

fn object(dice: &mut Dice) -> Json {
    let (one, other) = (WORDS[dice.roll(WORDS.len())], WORDS[dice.roll(WORDS.len())]);
    json!({"type": "object", "properties": {one: {"type": "string"}, other: {"type": "integer"}}, "required": [one]})
}

fn edit_schema(schema: &mut Json, is_root: bool, dice: &mut Dice) -> Option<String> {
    let members = schema.as_object_mut()?;
    if members.get("properties").is_some_and(Json::is_object) && (is_root || dice.percent(60)) {
        return edit_object(schema, dice);
    }
    if is_root {
        return None;
    }
    edit_value(schema, dice)
}

fn edit_object(schema: &mut Json, dice: &mut Dice) -> Option<String> {
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

fn add_required(schema: &mut Json, name: &str) {
    if !schema["required"].is_array() {
        schema["required"] = json!([]);
    }
    let required = schema["required"].as_array_mut().unwrap();
    if required.iter().all(|known| known != name) {
        required.push(json!(name));
    }
}

fn remove_required(schema: &mut Json, name: &str) -> bool {
    let Some(required) = schema.get_mut("required").and_then(Json::as_array_mut) else {
        return false;
    };
    let length = required.len();
    required.retain(|known| known != name);
    required.len() < length
}

fn edit_value(schema: &mut Json, dice: &mut Dice) -> Option<String> {
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
        7 => {
            schema["default"] = json!("x");
            "set a default"
        }
        8 => {
            let keyword = *dice.pick(&["description", "title", "x-note"])?;
            schema[keyword] = json!("Another text.");
            "set a text"
        }
        9 => {
            schema["examples"] = json!(["y"]);
            "set examples"
        }
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
        _ => {
            let integer = schema["type"] == "integer";
            if !integer && schema["type"] != "number" {
                return None;
            }
            schema["type"] = json!(if integer { "number" } else { "integer" });
            "change the type of number"
        }
    };
    Some(what.to_owned())
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
