//! The arguments of a tool, divided into those in the query and those in the body.

use serde_json::json;
use toolsmith_dialect::argument_location::ArgumentLocation;

use super::tool_text::Entries;

/// The arguments of paging, which are part of the wire and not of a tool.
const PAGING: [&str; 2] = ["limit", "next_cursor"];

/// The keywords under which a schema keeps schemas that it refers to.
const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

/// The two schemas of the arguments of a tool.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    query: Part,
    body: Part,
    required: Vec<String>,
}

/// One of the schemas.
#[derive(Debug, Default)]
struct Part {
    /// The schema; `None` if the tool has none.
    schema: Option<Entries>,
    properties: Entries,
    required: Vec<String>,
}

impl Arguments {
    /// Reads the schemas of a tool. Returns `None` if they are in a form that cannot be divided.
    pub(super) fn of(members: &Entries) -> Option<Self> {
        Some(Self {
            query: Part::of(members.get("query_schema"))?,
            body: Part::of(members.get("body_schema"))?,
            required: members.strings("required"),
        })
    }

    /// Divides the properties of a schema for all arguments: a known one stays where it is.
    pub(super) fn update(self, input: &Entries, properties: &Entries, method: &str) -> Self {
        let listed = input.strings("required");
        let mut query = self.query.without_properties();
        let mut body = self.body.without_properties();
        for (name, schema) in &properties.0 {
            let is_required = listed.contains(name);
            let (in_query, in_body) = match (self.query.has(name), self.body.has(name)) {
                (false, false) => {
                    let location = self.location(name, method);
                    (location.is_in_query(), location.is_in_body())
                }
                known => known,
            };
            for (part, is_wanted) in [(&mut query, in_query), (&mut body, in_body)] {
                if is_wanted {
                    part.add(name, schema, is_required);
                }
            }
        }
        if method == "list" {
            for name in PAGING {
                if let (None, Some(schema)) =
                    (properties.get(name), self.query.properties.get(name))
                {
                    query.add(
                        name,
                        schema,
                        self.query.required.iter().any(|known| known == name),
                    );
                }
            }
        }
        query.required = in_order(&self.query.required, &query.required);
        body.required = in_order(&self.body.required, &body.required);
        Self {
            query,
            body,
            required: in_order(&self.required, &listed),
        }
    }

    /// Returns the location of a new argument, by the platform's rules for the methods.
    fn location(&self, name: &str, method: &str) -> ArgumentLocation {
        let others_in_query = self
            .query
            .properties
            .0
            .iter()
            .any(|(known, _)| known != "id");
        match method {
            "list" | "get" | "delete" => ArgumentLocation::Query,
            "create" | "update" if name == "id" => ArgumentLocation::Query,
            // All its arguments are in the query.
            _ if others_in_query && self.body.properties.0.is_empty() => ArgumentLocation::Query,
            _ => ArgumentLocation::Body,
        }
    }

    /// Writes the schemas into a tool.
    pub(super) fn write(self, members: &mut Entries, input: &Entries) {
        for (key, part) in [("query_schema", self.query), ("body_schema", self.body)] {
            if let Some(text) = part.into_text(input) {
                members.set(key, text);
            }
        }
        if members.get("required").is_some() || !self.required.is_empty() {
            members.set("required", json!(self.required).to_string());
        }
    }
}

/// Returns `names`, those of `before` first and in its order.
fn in_order(before: &[String], names: &[String]) -> Vec<String> {
    let known = before.iter().filter(|name| names.contains(name));
    let new = names.iter().filter(|name| !before.contains(name));
    known.chain(new).cloned().collect()
}

impl Part {
    fn of(text: Option<&str>) -> Option<Self> {
        let Some(text) = text.filter(|text| *text != "null") else {
            return Some(Self::default());
        };
        // Some platforms embed a schema as a string.
        let embedded: Option<String> = serde_json::from_str(text).ok();
        let schema = Entries::parse(embedded.as_deref().unwrap_or(text))?;
        let properties = match schema.get("properties") {
            Some(_) => schema.object("properties")?,
            None if schema.0.is_empty() || schema.get("type").is_some() => Entries::default(),
            // A bare map of properties.
            None => return None,
        };
        Some(Self {
            required: schema.strings("required"),
            schema: Some(schema),
            properties,
        })
    }

    fn has(&self, name: &str) -> bool {
        self.properties.get(name).is_some()
    }

    fn without_properties(&self) -> Self {
        Self {
            schema: self.schema.clone(),
            ..Self::default()
        }
    }

    fn add(&mut self, name: &str, schema: &str, is_required: bool) {
        self.properties.set(name, schema.to_owned());
        if is_required {
            self.required.push(name.to_owned());
        }
    }

    /// Returns the text of the schema, or `None` if there is none. `input` holds the schemas that
    /// properties refer to.
    fn into_text(self, input: &Entries) -> Option<String> {
        if self.schema.is_none() && self.properties.0.is_empty() {
            return None;
        }
        let new = || Entries(vec![("type".to_owned(), "\"object\"".to_owned())]);
        let mut schema = self.schema.unwrap_or_else(new);
        let refers = self
            .properties
            .0
            .iter()
            .any(|(_, text)| text.contains("\"$ref\""));
        if schema.get("properties").is_some() || !self.properties.0.is_empty() {
            schema.set("properties", self.properties.to_text());
        }
        if schema.get("required").is_some() || !self.required.is_empty() {
            schema.set("required", json!(self.required).to_string());
        }
        for key in DEFINITIONS {
            if let Some(definitions) = input.get(key).filter(|_| refers) {
                schema.set(key, definitions.to_owned());
            }
        }
        Some(schema.to_text())
    }
}
