//! Random catalogs, and random edits such as a server makes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::dice::Dice;
use crate::schemas::{
    NAMES, Path, VALUES, at, collect, drop_required, has_properties, is_any, is_enum, is_object,
    is_union, schema, variant,
};

/// The keywords of a tool that contain schemas.
const PARTS: [&str; 5] = [
    "query_schema",
    "body_schema",
    "response_schema",
    "inputSchema",
    "outputSchema",
];

/// A catalog that changes.
#[derive(Debug, Clone)]
pub(crate) struct Catalog {
    pub(crate) is_truto: bool,
    pub(crate) tools: Vec<Json>,
    /// Tools that were removed and may return.
    gone: Vec<Json>,
}

impl Catalog {
    /// A catalog as Truto lists it.
    pub(crate) fn truto(document: &Json) -> Self {
        Self {
            is_truto: true,
            tools: document["result"].as_array().unwrap().clone(),
            gone: Vec::new(),
        }
    }

    /// A file of functions. Of tools with one name the first is kept.
    pub(crate) fn functions(document: &Json) -> Self {
        let mut names = BTreeSet::new();
        let tools = document["tools"].as_array().unwrap().iter();
        let tools = tools.filter(|tool| names.insert(tool["name"].to_string()));
        Self {
            is_truto: false,
            tools: tools.cloned().collect(),
            gone: Vec::new(),
        }
    }

    /// A small random catalog.
    pub(crate) fn random(dice: &mut Dice) -> Self {
        let is_truto = dice.roll(2) == 0;
        let mut catalog = Self {
            is_truto,
            tools: Vec::new(),
            gone: Vec::new(),
        };
        for _ in 0..4 + dice.roll(5) {
            catalog.add_tool(dice);
        }
        // Most catalogs repeat a few schemas.
        for _ in 0..6 {
            catalog.copy_schema(dice);
        }
        catalog
    }

    /// The document of the catalog.
    pub(crate) fn document(&self) -> String {
        let key = if self.is_truto { "result" } else { "tools" };
        json!({ key: self.tools }).to_string()
    }

    /// Makes one edit, and describes it.
    pub(crate) fn edit(&mut self, dice: &mut Dice) -> Option<String> {
        match dice.roll(25) {
            0 => self.add_tool(dice),
            1 if self.tools.len() > 2 => Some(self.remove_tool(dice)),
            2 => self.restore_tool(dice),
            3 => self.rename_tool(dice),
            4 => self.copy_tool(dice),
            5 => Some(self.move_tool(dice)),
            6..=8 => self.add_value(dice),
            9 => self.remove_value(dice),
            10..=12 => self.copy_schema(dice),
            13 => self.rename_property(dice),
            14 => self.add_property(dice),
            15 => self.remove_property(dice),
            16 => self.deepen(dice),
            17 => self.toggle_required(dice),
            18 => self.edit_union(dice),
            19 | 20 => self.extract(dice),
            21 => self.inline(dice),
            22 => self.rename_definition(dice),
            23 => self.entitle(dice),
            _ => self.edit_everywhere(dice),
        }
    }

    /// The variants of unions with tags: the place of each, by its union and tag. Unions in which a
    /// tag is missing or appears twice are left out, and so are those inside of other unions.
    pub(crate) fn variants(&self) -> BTreeMap<(String, String), String> {
        let mut found = BTreeMap::new();
        for (index, path) in self.schemas(is_union) {
            if path.iter().any(|step| step == "oneOf" || step == "anyOf") {
                continue;
            }
            let mut tool = self.tools[index].clone();
            let union = format!(
                "{}#/{}/oneOf",
                tool["name"].as_str().unwrap(),
                path.join("/")
            );
            let variants = at(&mut tool, &path).unwrap()["oneOf"].take();
            let variants = variants.as_array().unwrap();
            let tags: BTreeSet<&str> = variants
                .iter()
                .filter_map(|variant| variant["properties"]["tag"]["const"].as_str())
                .collect();
            if tags.len() < variants.len() {
                continue;
            }
            for (index, variant) in variants.iter().enumerate() {
                let tag = variant["properties"]["tag"]["const"].as_str().unwrap();
                let place = format!("{union}/{index}");
                found.insert((union.clone(), tag.to_owned()), place);
            }
        }
        found
    }

    fn has_tool(&self, name: &str) -> bool {
        self.tools.iter().any(|tool| tool["name"] == name)
    }

    fn add_tool(&mut self, dice: &mut Dice) -> Option<String> {
        let name = format!("{}_{}", dice.pick(&NAMES)?, dice.roll(40));
        if self.has_tool(&name) {
            return None;
        }
        let object = |dice: &mut Dice| {
            let mut object = json!({"type": "object", "properties": {}, "required": []});
            for _ in 0..=dice.roll(3) {
                let property = (*dice.pick(&NAMES).unwrap()).to_owned();
                object["properties"][property] = schema(dice, 2);
            }
            object
        };
        let tool = if self.is_truto {
            let resource = ["keys", "users", "projects"][dice.roll(3)];
            let method = ["list", "get", "create", "archive"][dice.roll(4)];
            json!({
                "name": name, "resource": resource, "method": method,
                "query_schema": object(dice), "body_schema": object(dice),
                "response_schema": object(dice),
            })
        } else {
            json!({"name": name, "inputSchema": object(dice), "outputSchema": object(dice)})
        };
        self.tools.push(tool);
        Some(format!("add tool {name}"))
    }

    fn remove_tool(&mut self, dice: &mut Dice) -> String {
        let index = dice.roll(self.tools.len());
        let tool = self.tools.remove(index);
        let done = format!("remove tool {}", tool["name"]);
        self.gone.push(tool);
        done
    }

    fn restore_tool(&mut self, dice: &mut Dice) -> Option<String> {
        let index = dice.roll(self.gone.len());
        let name = self.gone.get(index)?["name"].as_str()?.to_owned();
        if self.has_tool(&name) {
            return None;
        }
        self.tools.push(self.gone.remove(index));
        Some(format!("restore tool {name}"))
    }

    fn rename_tool(&mut self, dice: &mut Dice) -> Option<String> {
        let index = dice.roll(self.tools.len());
        let name = format!("{}_v2", self.tools[index]["name"].as_str()?);
        if self.has_tool(&name) {
            return None;
        }
        self.gone.push(self.tools[index].clone());
        self.tools[index]["name"] = json!(name);
        Some(format!("rename a tool to {name}"))
    }

    fn copy_tool(&mut self, dice: &mut Dice) -> Option<String> {
        let mut tool = dice.pick(&self.tools)?.clone();
        let name = format!("a_copy_of_{}", tool["name"].as_str()?);
        if self.has_tool(&name) {
            return None;
        }
        tool["name"] = json!(name);
        self.tools.insert(0, tool);
        Some(format!("copy a tool to {name}"))
    }

    fn move_tool(&mut self, dice: &mut Dice) -> String {
        let index = dice.roll(self.tools.len());
        self.tools.rotate_left(index);
        "move tools".to_owned()
    }

    /// Returns the schemas for which `is_wanted` is true, as tool and path.
    pub(crate) fn schemas(&self, is_wanted: fn(&Json) -> bool) -> Vec<(usize, Path)> {
        let mut found = Vec::new();
        for (index, tool) in self.tools.iter().enumerate() {
            for part in PARTS {
                if let Some(schema) = tool.get(part) {
                    let mut path = vec![part.to_owned()];
                    collect(schema, &mut path, is_wanted, &mut |path| {
                        found.push((index, path.clone()));
                    });
                }
            }
        }
        found
    }

    fn pick_schema(&mut self, dice: &mut Dice, is_wanted: fn(&Json) -> bool) -> Option<&mut Json> {
        let found = self.schemas(is_wanted);
        let (index, path) = dice.pick(&found)?.clone();
        at(&mut self.tools[index], &path)
    }

    fn add_value(&mut self, dice: &mut Dice) -> Option<String> {
        let value = json!(*dice.pick(&VALUES)?);
        let place = dice.roll(2);
        let found = self.pick_schema(dice, is_enum)?;
        let values = found["enum"].as_array_mut()?;
        if values.contains(&value) {
            return None;
        }
        values.insert(place.min(values.len()), value.clone());
        Some(format!("add value {value} to one enum"))
    }

    fn remove_value(&mut self, dice: &mut Dice) -> Option<String> {
        let found = self.pick_schema(dice, is_enum)?;
        let values = found["enum"].as_array_mut()?;
        if values.len() < 2 {
            return None;
        }
        let value = values.remove(0);
        Some(format!("remove value {value} from one enum"))
    }

    /// Makes one schema equal to another: two types merge, or one of several places leaves its type.
    fn copy_schema(&mut self, dice: &mut Dice) -> Option<String> {
        let is_wanted = if dice.roll(2) == 0 {
            is_enum
        } else {
            is_object
        };
        let found = self.schemas(is_wanted);
        let (from, path) = dice.pick(&found)?.clone();
        let schema = at(&mut self.tools[from], &path)?.clone();
        let (to, target) = dice.pick(&found)?.clone();
        if target.len() == 1 || schema.to_string().len() > 5_000 {
            return None;
        }
        *at(&mut self.tools[to], &target)? = schema;
        Some(format!("copy {path:?} to {target:?}"))
    }

    fn rename_property(&mut self, dice: &mut Dice) -> Option<String> {
        let name = *dice.pick(&NAMES)?;
        let found = self.pick_schema(dice, has_properties)?;
        let properties = found["properties"].as_object_mut()?;
        let old = properties.keys().next()?.clone();
        if properties.contains_key(name) {
            return None;
        }
        let value = properties.remove(&old)?;
        properties.insert(name.to_owned(), value);
        drop_required(found, &old);
        Some(format!("rename property {old} to {name}"))
    }

    fn add_property(&mut self, dice: &mut Dice) -> Option<String> {
        let name = *dice.pick(&NAMES)?;
        let schema = schema(dice, 1);
        let found = self.pick_schema(dice, has_properties)?;
        let properties = found["properties"].as_object_mut()?;
        if properties.contains_key(name) {
            return None;
        }
        properties.insert(name.to_owned(), schema);
        Some(format!("add property {name}"))
    }

    fn remove_property(&mut self, dice: &mut Dice) -> Option<String> {
        let found = self.pick_schema(dice, has_properties)?;
        let properties = found["properties"].as_object_mut()?;
        let old = properties.keys().next_back()?.clone();
        properties.remove(&old);
        drop_required(found, &old);
        Some(format!("remove property {old}"))
    }

    fn deepen(&mut self, dice: &mut Dice) -> Option<String> {
        let kind = dice.roll(4);
        let name = *dice.pick(&NAMES)?;
        let found = self.schemas(is_any);
        let (index, path) = dice.pick(&found)?.clone();
        if path.len() == 1 {
            return None;
        }
        let schema = at(&mut self.tools[index], &path)?;
        let inner = schema.take();
        *schema = match kind {
            0 => json!({"type": "array", "items": inner}),
            1 => json!({"anyOf": [{"type": "null"}, inner]}),
            2 => json!({"anyOf": [inner, {"type": "null"}]}),
            _ => json!({"type": "object", "properties": {name: inner}}),
        };
        Some(format!("deepen {path:?} ({kind})"))
    }

    fn toggle_required(&mut self, dice: &mut Dice) -> Option<String> {
        let found = self.pick_schema(dice, has_properties)?;
        let name = found["properties"].as_object()?.keys().next_back()?.clone();
        let before = found["required"].as_array().map_or(0, Vec::len);
        drop_required(found, &name);
        let after = found["required"].as_array().map_or(0, Vec::len);
        if before == after {
            if found["required"].is_null() {
                found["required"] = json!([]);
            }
            found["required"].as_array_mut()?.push(json!(name));
        }
        Some(format!("toggle required of {name}"))
    }

    /// Adds a variant to a union, removes one, or changes their order.
    fn edit_union(&mut self, dice: &mut Dice) -> Option<String> {
        let (kind, tag) = (dice.roll(4), *dice.pick(&VALUES)?);
        let found = self.pick_schema(dice, is_union)?;
        let variants = found["oneOf"].as_array_mut()?;
        match kind {
            0 => variants.reverse(),
            1 if variants.len() > 2 => drop(variants.remove(0)),
            kind => {
                let is_there = |one: &Json| one["properties"]["tag"]["const"] == tag;
                if variants.iter().any(is_there) {
                    return None;
                }
                let place = if kind == 2 { 0 } else { variants.len() };
                variants.insert(place, variant(dice, tag));
            }
        }
        Some(format!("edit a union ({kind}, {tag})"))
    }

    /// Makes the same change at every place of one enum.
    fn edit_everywhere(&mut self, dice: &mut Dice) -> Option<String> {
        let value = json!(*dice.pick(&VALUES)?);
        let found = self.schemas(is_enum);
        let (index, path) = dice.pick(&found)?.clone();
        let model = at(&mut self.tools[index], &path)?["enum"].clone();
        if model.as_array()?.contains(&value) {
            return None;
        }
        for (index, path) in found {
            let schema = at(&mut self.tools[index], &path)?;
            if schema["enum"] == model {
                schema["enum"].as_array_mut()?.push(value.clone());
            }
        }
        Some(format!("add value {value} to all places of one enum"))
    }
}
