//! Edits of tools, and of the list of tools.

use serde_json::{Value as Json, json};
use toolsmith_tests::corpus::Dice;

use super::object::{add_required, remove_required};
use super::random_object;

/// Edits the list of tools, or a tool as a whole.
pub(super) fn edit_list(tools: &mut Vec<Json>, index: usize, dice: &mut Dice) -> Option<String> {
    let is_truto = tools[index].get("resource").is_some();
    let name = tools[index]["name"].as_str()?.to_owned();
    let what = match dice.roll(10) {
        0 => {
            let mut copy = tools[index].clone();
            copy["name"] = json!(format!("{name}_again"));
            if is_truto {
                copy["method"] = json!("again");
            }
            tools.push(copy);
            "copy the tool"
        }
        1 if tools.len() > 1 => {
            tools.remove(index);
            "remove the tool"
        }
        2 if !is_truto => {
            tools.push(json!({
                "name": "quite_new", "description": "New.", "inputSchema": random_object(dice),
            }));
            "add a tool"
        }
        3 => {
            tools.reverse();
            "reverse the list"
        }
        4 | 5 => edit_tool(&mut tools[index], &name, is_truto, dice)?,
        _ if is_truto => return edit_truto_tool(&mut tools[index], dice),
        _ => {
            let hints = ["readOnlyHint", "destructiveHint", "idempotentHint"];
            toggle_hint(&mut tools[index], dice.pick(&hints)?);
            "toggle a hint"
        }
    };
    Some(format!("{what} {name}"))
}

fn edit_tool(tool: &mut Json, name: &str, is_truto: bool, dice: &mut Dice) -> Option<&'static str> {
    Some(match dice.roll(3) {
        0 => {
            tool["name"] = json!(format!("{name}_renamed"));
            "rename the tool"
        }
        1 => {
            tool["description"] = json!("Another description.");
            "describe the tool"
        }
        _ => {
            let key = if is_truto {
                "response_schema"
            } else {
                "outputSchema"
            };
            let members = tool.as_object_mut()?;
            if members.remove(key).is_none() {
                members.insert(key.to_owned(), random_object(dice));
            }
            "toggle the schema of the response"
        }
    })
}

/// Edits what only tools of an account have.
fn edit_truto_tool(tool: &mut Json, dice: &mut Dice) -> Option<String> {
    let what = match dice.roll(5) {
        0 => {
            tool["tags"] = json!(["one", "other"]);
            "tag the tool"
        }
        1 => {
            let is_deprecated = tool["deprecated"] == true;
            tool["deprecated"] = json!(!is_deprecated);
            "toggle the deprecation"
        }
        2 => {
            let methods = ["list", "get", "create", "update", "delete", "check"];
            tool["method"] = json!(dice.pick(&methods)?);
            "change the method"
        }
        3 => {
            tool["resource"] = json!("other_things");
            "change the resource"
        }
        _ => return move_property(tool, dice),
    };
    Some(format!("{what} {}", tool["name"]))
}

fn toggle_hint(tool: &mut Json, hint: &str) {
    if !tool["annotations"].is_object() {
        tool["annotations"] = json!({});
    }
    let is_set = tool["annotations"][hint] == true;
    tool["annotations"][hint] = json!(!is_set);
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
