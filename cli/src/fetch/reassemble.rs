//! Conversion of the tools of an account's MCP server to the form in which the platform lists them.
//!
//! An MCP tool has one schema for all arguments, and neither a resource nor a method. Both come from the
//! tool of the snapshot, or from the capabilities of the account; so generated code stays the same.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::capabilities::{Capabilities, Method};
use super::known::{KnownTool, KnownTools};
use super::problem::{self, Problem};
use super::tool_text::{Entries, ToolText};
use crate::config::Filter;

/// The arguments of paging, which are part of the wire and not of a tool.
const PAGING: [&str; 2] = ["limit", "next_cursor"];

/// The keywords under which a schema keeps schemas that it refers to.
const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

/// The tools, and what has to be said about them.
pub(super) struct Reassembled {
    /// The tools.
    pub(super) tools: Vec<ToolText>,
    /// Notes.
    pub(super) notes: Vec<String>,
}

/// The result of `tools/list`.
#[derive(Deserialize)]
struct Listed {
    tools: Vec<Entries>,
}

/// The place of an argument in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Location {
    Query,
    Body,
}

/// Converts the tools in `listed`, the result of `tools/list`.
pub(super) fn reassemble(
    listed: &str,
    known: &KnownTools,
    capabilities: Option<&Capabilities>,
    filter: &Filter,
) -> Result<Reassembled, Problem> {
    let listed: Listed = serde_json::from_str(listed).map_err(|_| problem::no_list())?;
    let names: BTreeSet<String> = listed.tools.iter().map(name_of).collect();
    let slugs = slugs(known, capabilities);
    let mut tools = Vec::new();
    let mut used = BTreeSet::new();
    let mut unplaced = Vec::new();
    let mut guessed = Vec::new();
    for tool in &listed.tools {
        let name = name_of(tool);
        let place = || find_place(&name, capabilities?, &slugs);
        if let Some(found) = known.get(&name) {
            tools.push(merge(tool, found));
            used.insert(name);
        } else if let Some(place) = place() {
            let former = known.name_of(&place.resource, &place.method);
            match former.filter(|former| !names.contains(*former)) {
                // It has another name here. The name in the snapshot is the one that code has.
                Some(former) => {
                    tools.extend(known.get(former).map(|found| merge(tool, found)));
                    used.insert(former.to_owned());
                }
                None => {
                    let created = create(tool, &name, place);
                    if is_guess(tool, &place.method) {
                        guessed.push(created.name.clone());
                    }
                    tools.push(created);
                }
            }
        } else {
            unplaced.push(name);
        }
    }
    if !unplaced.is_empty() {
        return Err(problem::unplaced(&unplaced));
    }
    let missing = known.iter().filter(|(name, _)| !used.contains(*name));
    let kept: Vec<(&str, &KnownTool)> = missing
        .filter(|(_, tool)| still_exists(tool, capabilities, filter))
        .collect();
    tools.extend(kept.iter().map(|(_, tool)| ToolText::of(&tool.members)));
    let kept: Vec<&str> = kept.iter().map(|(name, _)| *name).collect();
    let guessed: Vec<&str> = guessed.iter().map(String::as_str).collect();
    let notes = [
        note(
            &kept,
            "the MCP server does not list",
            "which the platform has; kept as in the snapshot",
        ),
        note(
            &guessed,
            "the MCP server does not say which arguments are sent in the query, for",
            "where the body is assumed; check these tools",
        ),
    ];
    Ok(Reassembled {
        tools,
        notes: notes.into_iter().flatten().collect(),
    })
}

fn name_of(tool: &Entries) -> String {
    tool.string("name").unwrap_or_default()
}

/// Returns a note on tools: their first names between two parts of a sentence.
fn note(names: &[&str], before: &str, after: &str) -> Option<String> {
    const MAX_NAMES: usize = 3;
    let shown: Vec<&str> = names.iter().take(MAX_NAMES).copied().collect();
    let others = match names.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        number => format!(" and {number} more"),
    };
    let shown = shown.join(", ");
    (!names.is_empty()).then(|| format!("{before} {shown}{others}, {after}"))
}

/// Returns `true` if the place of an argument of a new tool is a guess: the platform's rules decide it
/// for every method but `create` and custom ones.
fn is_guess(tool: &Entries, method: &str) -> bool {
    let is_ruled = ["list", "get", "update", "delete"].contains(&method);
    let input = tool.object("inputSchema").unwrap_or_default();
    let properties = input.object("properties").unwrap_or_default();
    !is_ruled && !properties.0.is_empty()
}

/// Returns `true` if a tool that the MCP server does not list still exists. Such a server leaves out
/// tools without a description.
fn still_exists(tool: &KnownTool, capabilities: Option<&Capabilities>, filter: &Filter) -> bool {
    let is_described = tool
        .members
        .string("description")
        .is_some_and(|text| !text.is_empty());
    let is_listed = capabilities.map(|found| found.find(&tool.resource, &tool.method).is_some());
    let exists = match is_listed {
        Some(is_listed) => is_listed || !is_described,
        None => !is_described,
    };
    exists && matches_filter(tool, is_described, filter)
}

fn matches_filter(tool: &KnownTool, is_described: bool, filter: &Filter) -> bool {
    let reads = ["list", "get"].contains(&tool.method.as_str());
    let writes = ["create", "update", "delete"].contains(&tool.method.as_str());
    let of_method = |wanted: &String| match wanted.as_str() {
        "read" => reads,
        "write" => writes,
        "custom" => !reads && !writes,
        name => name == tool.method,
    };
    let tags = tool.members.strings("tags");
    (filter.methods.is_empty() || filter.methods.iter().any(of_method))
        && (filter.tags.is_empty() || filter.tags.iter().any(|tag| tags.contains(tag)))
        && (is_described || !filter.has_description)
}

/// Returns the names of the integration that may occur in names of tools.
fn slugs(known: &KnownTools, capabilities: Option<&Capabilities>) -> BTreeSet<String> {
    let of_capabilities = capabilities
        .into_iter()
        .flat_map(|found| found.slugs.clone());
    let of_names = known.iter().filter_map(|(name, tool)| {
        let rest = name.strip_prefix("list_all_")?;
        let slug = rest.strip_suffix(tool.resource.as_str())?;
        slug.strip_suffix('_').map(str::to_owned)
    });
    of_capabilities.chain(of_names).collect()
}

/// Returns the method that a tool calls, if exactly one has this name.
fn find_place<'a>(
    name: &str,
    capabilities: &'a Capabilities,
    slugs: &BTreeSet<String>,
) -> Option<&'a Method> {
    let mut found = capabilities.methods.iter().filter(|method| {
        method.name.as_deref() == Some(name)
            || slugs.iter().any(|slug| has_name(method, slug, name))
    });
    let first = found.next()?;
    let is_unique =
        found.all(|other| other.resource == first.resource && other.method == first.method);
    is_unique.then_some(first)
}

/// Returns `true` if the platform names the tool of a method so.
fn has_name(method: &Method, slug: &str, name: &str) -> bool {
    let resource = &method.resource;
    let of_one = |before: &str, after: &str| {
        let mut forms = singulars(resource).into_iter();
        forms.any(|one| format!("{before}_{slug}_{one}{after}") == name)
    };
    match method.method.as_str() {
        "list" => format!("list_all_{slug}_{resource}") == name,
        "get" => of_one("get_single", "_by_id"),
        "create" => of_one("create_a", ""),
        "update" => of_one("update_a", "_by_id"),
        "delete" => of_one("delete_a", "_by_id"),
        custom => format!("{slug}_{resource}_{custom}") == name,
    }
}

/// Returns the forms that the singular of a resource may have.
fn singulars(resource: &str) -> Vec<String> {
    let without = |end: &str, instead: &str| {
        let stem = resource.strip_suffix(end);
        stem.map(|stem| format!("{stem}{instead}"))
    };
    let forms = [without("ies", "y"), without("es", ""), without("s", "")];
    let forms = forms.into_iter().flatten();
    [resource.to_owned()].into_iter().chain(forms).collect()
}

/// Updates a tool of the snapshot by that of the server.
fn merge(tool: &Entries, known: &KnownTool) -> ToolText {
    let mut members = known.members.clone();
    if let Some(description) = tool.get("description") {
        members.set("description", description.to_owned());
    }
    if let Some(input) = tool.object("inputSchema") {
        let before = Parts::of(&members);
        if let (Some(before), Some(properties)) = (before, input.object("properties")) {
            let after = before.update(&input, &properties, &known.method);
            after.write(&mut members, &input);
        }
    }
    ToolText::of(&members)
}

/// Creates a tool that the snapshot does not have.
fn create(tool: &Entries, name: &str, place: &Method) -> ToolText {
    let mut members = Entries::default();
    for (key, text) in [
        ("resource", &place.resource),
        ("method", &place.method),
        ("name", &name.to_owned()),
    ] {
        members.set(key, Value::from(text.as_str()).to_string());
    }
    if let Some(description) = tool.get("description") {
        members.set("description", description.to_owned());
    }
    let input = tool.object("inputSchema").unwrap_or_default();
    let properties = input.object("properties").unwrap_or_default();
    let after = Parts::default().update(&input, &properties, &place.method);
    after.write(&mut members, &input);
    if let Some(output) = tool.object("outputSchema") {
        members.set("response_schema", record_schema(&output));
    }
    ToolText::of(&members)
}

/// Returns the schema of one record of a result, which may be a page of records.
fn record_schema(output: &Entries) -> String {
    let properties = output.object("properties").unwrap_or_default();
    let lists = ["result", "results"].into_iter();
    let mut items = lists.filter_map(|key| properties.object(key)?.object("items"));
    items.next().as_ref().unwrap_or(output).to_text()
}

/// The two schemas of the arguments of a tool.
#[derive(Debug, Default)]
struct Parts {
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

impl Parts {
    /// Reads the schemas of a tool. Returns `None` if they are in a form that cannot be divided.
    fn of(members: &Entries) -> Option<Self> {
        Some(Self {
            query: Part::of(members.get("query_schema"))?,
            body: Part::of(members.get("body_schema"))?,
            required: members.strings("required"),
        })
    }

    /// Divides the properties of a schema for all arguments: a known one stays where it is.
    fn update(self, input: &Entries, properties: &Entries, method: &str) -> Self {
        let listed = input.strings("required");
        let mut query = self.query.without_properties();
        let mut body = self.body.without_properties();
        for (name, schema) in &properties.0 {
            let is_required = listed.contains(name);
            let (in_query, in_body) = match (self.query.has(name), self.body.has(name)) {
                (false, false) => {
                    let location = self.location(name, method);
                    (location == Location::Query, location == Location::Body)
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
        query.required = in_order(&self.query.required, query.required);
        body.required = in_order(&self.body.required, body.required);
        Self {
            query,
            body,
            required: in_order(&self.required, listed),
        }
    }

    /// Returns the place of a new argument, by the platform's rules for the methods.
    fn location(&self, name: &str, method: &str) -> Location {
        let others_in_query = self
            .query
            .properties
            .0
            .iter()
            .any(|(known, _)| known != "id");
        match method {
            "list" | "get" | "delete" => Location::Query,
            "create" | "update" if name == "id" => Location::Query,
            // All its arguments are in the query.
            _ if others_in_query && self.body.properties.0.is_empty() => Location::Query,
            _ => Location::Body,
        }
    }

    fn write(self, members: &mut Entries, input: &Entries) {
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
fn in_order(before: &[String], names: Vec<String>) -> Vec<String> {
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
