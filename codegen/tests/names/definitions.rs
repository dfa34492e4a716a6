//! Edits that move schemas into definitions and back, and give them titles.

use serde_json::{Value as Json, json};

use crate::dice::Dice;
use crate::edits::Catalog;
use crate::schemas::{at, is_any, is_enum, is_object};

/// Names of definitions, and titles.
const NAMES: [&str; 6] = ["Owner", "status", "Filter", "user-kind", "Mode", "Record"];

impl Catalog {
    /// Moves a schema into the definitions of its document, and refers to it.
    pub(crate) fn extract(&mut self, dice: &mut Dice) -> Option<String> {
        let name = *dice.pick(&NAMES)?;
        let is_wanted = if dice.roll(2) == 0 {
            is_enum
        } else {
            is_object
        };
        let found = self.schemas(is_wanted);
        let (index, path) = dice.pick(&found)?.clone();
        let [part, keyword, ..] = path.as_slice() else {
            return None;
        };
        if keyword == "$defs" && path.len() == 3 {
            return None;
        }
        let tool = &mut self.tools[index];
        let inner = at(tool, &path)?.clone();
        let definition = &mut tool[part]["$defs"][name];
        if !definition.is_null() && *definition != inner {
            return None;
        }
        *definition = inner;
        *at(tool, &path)? = json!({"$ref": format!("#/$defs/{name}")});
        Some(format!("extract {path:?} as {name}"))
    }

    /// Writes the definition in place of a reference.
    pub(crate) fn inline(&mut self, dice: &mut Dice) -> Option<String> {
        let found = self.schemas(|schema| schema["$ref"].is_string());
        let (index, path) = dice.pick(&found)?.clone();
        let tool = &mut self.tools[index];
        let reference = at(tool, &path)?["$ref"].as_str()?.to_owned();
        let part = &tool[path.first()?];
        let target = part.pointer(reference.strip_prefix('#')?)?.clone();
        if target.to_string().contains("$ref") {
            return None;
        }
        *at(tool, &path)? = target;
        Some(format!("inline {reference} at {path:?}"))
    }

    /// Gives a definition another name.
    pub(crate) fn rename_definition(&mut self, dice: &mut Dice) -> Option<String> {
        let new = *dice.pick(&NAMES)?;
        let found = self.schemas(|schema| schema["$ref"].is_string());
        let (index, path) = dice.pick(&found)?.clone();
        let tool = &mut self.tools[index];
        let reference = at(tool, &path)?["$ref"].as_str()?.to_owned();
        let old = reference.strip_prefix("#/$defs/")?;
        let part = &mut tool[path.first()?];
        if !part["$defs"][new].is_null() || part["$defs"][old].is_null() {
            return None;
        }
        let definition = part["$defs"].as_object_mut()?.remove(old)?;
        part["$defs"][new] = definition;
        rename(part, &reference, &format!("#/$defs/{new}"));
        Some(format!("rename definition {old} to {new}"))
    }

    /// Gives a schema a title, or another one.
    pub(crate) fn entitle(&mut self, dice: &mut Dice) -> Option<String> {
        let title = *dice.pick(&NAMES)?;
        let found = self.schemas(is_any);
        let (index, path) = dice.pick(&found)?.clone();
        let schema = at(&mut self.tools[index], &path)?;
        if schema["$ref"].is_string() {
            return None;
        }
        schema["title"] = json!(title);
        Some(format!("entitle {path:?} {title}"))
    }
}

fn rename(json: &mut Json, old: &str, new: &str) {
    match json {
        Json::String(text) if text == old => new.clone_into(text),
        Json::Array(elements) => elements.iter_mut().for_each(|one| rename(one, old, new)),
        Json::Object(members) => members.values_mut().for_each(|one| rename(one, old, new)),
        _ => {}
    }
}
