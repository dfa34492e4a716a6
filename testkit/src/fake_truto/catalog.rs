//! The catalog that the server offers: the committed snapshot, parsed, filtered, and changed on demand.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use toolsmith_dialect::json_pointer;

use super::responses::{Record, Refusal, bad_request};
use super::schema::Checker;

/// The snapshot.
const SNAPSHOT: &str = include_str!("../../../catalogs/the_auth_api.json");

/// A change of a tool, as an upstream deployment would make it.
///
/// With a value, it sets the place at `pointer` (a last segment `-` appends to a list). Without a value, it removes
/// the place. An empty pointer is the tool itself, which may be new.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogChange {
    /// The name of the tool.
    pub tool: String,
    /// A JSON pointer into the tool, such as `/query_schema/properties/dateGrouping/enum`.
    pub pointer: String,
    /// The new value. None or null removes the place.
    #[serde(default)]
    pub value: Option<Value>,
}

/// The document of the snapshot.
#[derive(Deserialize)]
struct Snapshot<'text> {
    #[serde(borrow)]
    result: Vec<&'text RawValue>,
}

/// The tools, in listing order.
pub(crate) struct Catalog {
    tools: Vec<Tool>,
}

/// A tool with its compiled schemas.
pub(crate) struct Tool {
    listed: Value,
    /// The text in the snapshot, whose properties are in the order of the author. A changed tool has
    /// none: it is listed as by a server with unordered maps.
    written: Option<String>,
    pub(crate) query: Checker,
    pub(crate) body: Checker,
}

impl Tool {
    fn compile(listed: Value) -> Result<Tool, String> {
        let query = Checker::compile("query", listed.get("query_schema"))?;
        let body = Checker::compile("body", listed.get("body_schema"))?;
        Ok(Tool {
            listed,
            written: None,
            query,
            body,
        })
    }

    fn read(text: &RawValue) -> Result<Tool, String> {
        let listed = serde_json::from_str(text.get()).map_err(|error| error.to_string())?;
        let tool = Tool::compile(listed)?;
        Ok(Tool {
            written: Some(text.get().to_owned()),
            ..tool
        })
    }

    /// Returns the name by which models call the tool.
    pub(crate) fn name(&self) -> &str {
        self.field("name")
    }

    fn field(&self, name: &str) -> &str {
        let field = self.listed.get(name).and_then(Value::as_str);
        field.unwrap_or_default()
    }

    fn matches(&self, filter: &Filter) -> bool {
        let method = self.field("method");
        let tags = self.listed.get("tags").and_then(Value::as_array);
        let tags: Vec<&str> = tags
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let described = !self.field("description").is_empty();
        let of_method = filter
            .methods
            .iter()
            .any(|wanted| is_method(wanted, method));
        let tagged = filter.tags.iter().any(|tag| tags.contains(&tag.as_str()));
        (filter.methods.is_empty() || of_method)
            && (filter.tags.is_empty() || tagged)
            && (described || !filter.only_described)
    }
}

/// The filter of a listing.
pub(crate) struct Filter {
    methods: Vec<String>,
    tags: Vec<String>,
    only_described: bool,
}

impl Filter {
    /// Matches every tool.
    pub(crate) fn all() -> Filter {
        Filter {
            methods: Vec::new(),
            tags: Vec::new(),
            only_described: false,
        }
    }

    /// Matches tools with a description.
    pub(crate) fn described(methods: Vec<String>, tags: Vec<String>) -> Filter {
        Filter {
            methods,
            tags,
            only_described: true,
        }
    }

    /// Reads `methods`, `tags` and `has_description`.
    pub(crate) fn read(query: &Record) -> Result<Filter, Refusal> {
        let known = ["methods", "tags", "has_description", "limit", "next_cursor"];
        if let Some(name) = query.keys().find(|name| !known.contains(&name.as_str())) {
            let message = format!(
                "Unknown parameter {name:?}; known are {}.",
                known.join(", ")
            );
            return Err(bad_request(&message));
        }
        // Without it, tools without a description are hidden.
        let only_described = match query.get("has_description").map(Value::as_str) {
            None | Some(Some("true")) => true,
            Some(Some("false")) => false,
            Some(_) => return Err(bad_request("has_description must be true or false.")),
        };
        Ok(Filter {
            methods: names(query.get("methods")),
            tags: names(query.get("tags")),
            only_described,
        })
    }
}

impl Catalog {
    /// Reads the catalog of the snapshot.
    ///
    /// # Errors
    ///
    /// The snapshot is not a valid catalog.
    pub(crate) fn of_snapshot() -> Result<Catalog, String> {
        let snapshot: Snapshot<'_> =
            serde_json::from_str(SNAPSHOT).map_err(|error| error.to_string())?;
        let tools: Result<Vec<Tool>, String> =
            snapshot.result.into_iter().map(Tool::read).collect();
        Ok(Catalog { tools: tools? })
    }

    /// Returns the tools that match a filter.
    pub(crate) fn list(&self, filter: &Filter) -> Vec<Value> {
        let tools = self.tools.iter().filter(|tool| tool.matches(filter));
        tools.map(|tool| tool.listed.clone()).collect()
    }

    /// Returns the tools that match a filter, as text.
    pub(crate) fn list_written(&self, filter: &Filter) -> Vec<String> {
        let tools = self.tools.iter().filter(|tool| tool.matches(filter));
        let text = |tool: &Tool| match &tool.written {
            Some(text) => text.clone(),
            None => tool.listed.to_string(),
        };
        tools.map(text).collect()
    }

    /// Returns the tool of a method of a resource.
    pub(crate) fn find(&self, resource: &str, method: &str) -> Result<&Tool, Refusal> {
        let of_resource = |tool: &&Tool| tool.field("resource") == resource;
        if !self.tools.iter().any(|tool| of_resource(&tool)) {
            return Err(no_route(&format!("There is no resource {resource:?}.")));
        }
        let mut tools = self.tools.iter().filter(of_resource);
        tools
            .find(|tool| tool.field("method") == method)
            .ok_or_else(|| no_route(&format!("Resource {resource:?} has no method {method:?}.")))
    }

    /// Applies all changes or none.
    ///
    /// # Errors
    ///
    /// A change names a place that does not exist, or leaves a schema that cannot be compiled.
    pub(crate) fn change(&mut self, changes: &[CatalogChange]) -> Result<(), String> {
        let mut listed: Vec<Value> = self.tools.iter().map(|tool| tool.listed.clone()).collect();
        for change in changes {
            apply(&mut listed, change)
                .map_err(|problem| format!("{} at {:?}: {problem}", change.tool, change.pointer))?;
        }
        let written = |listed: &Value| {
            let same = self.tools.iter().find(|tool| tool.listed == *listed);
            same.and_then(|tool| tool.written.clone())
        };
        let compile = |listed: Value| {
            let written = written(&listed);
            let tool = Tool::compile(listed)?;
            Ok(Tool { written, ..tool })
        };
        let tools: Result<Vec<Tool>, String> = listed.into_iter().map(compile).collect();
        self.tools = tools?;
        Ok(())
    }
}

fn no_route(message: &str) -> Refusal {
    Refusal::new(axum::http::StatusCode::NOT_FOUND, message)
}

fn is_method(wanted: &str, method: &str) -> bool {
    let reads = ["list", "get"].contains(&method);
    let writes = ["create", "update", "delete"].contains(&method);
    match wanted {
        "read" => reads,
        "write" => writes,
        "custom" => !reads && !writes,
        _ => wanted == method,
    }
}

/// Returns the names in `a,b` or in `methods[0]=a&methods[1]=b`.
fn names(value: Option<&Value>) -> Vec<String> {
    let texts: Vec<&str> = match value {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => vec![text.as_str()],
        _ => Vec::new(),
    };
    let names = texts.into_iter().flat_map(|text| text.split(','));
    let names = names.map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

fn apply(tools: &mut Vec<Value>, change: &CatalogChange) -> Result<(), &'static str> {
    let named = |tool: &Value| tool.get("name").and_then(Value::as_str) == Some(&change.tool);
    let at = tools.iter().position(named);
    if change.pointer.is_empty() {
        return apply_to_whole(tools, at, change.value.clone());
    }
    let tool = at.and_then(|at| tools.get_mut(at));
    let tool = tool.ok_or("there is no such tool")?;
    let split = json_pointer::split(&change.pointer);
    let (parent, key) = split.ok_or("a pointer begins with a slash")?;
    let parent = tool.pointer_mut(parent).ok_or("there is no such place")?;
    set(parent, &key, change.value.clone())
}

fn apply_to_whole(
    tools: &mut Vec<Value>,
    at: Option<usize>,
    tool: Option<Value>,
) -> Result<(), &'static str> {
    match (at, tool) {
        (Some(at), None) => drop(tools.remove(at)),
        (Some(at), Some(tool)) => drop(tools.splice(at..=at, [tool])),
        (None, Some(tool)) => tools.push(tool),
        (None, None) => return Err("there is no such tool"),
    }
    Ok(())
}

fn set(parent: &mut Value, key: &str, value: Option<Value>) -> Result<(), &'static str> {
    match (parent, value) {
        (Value::Object(fields), Some(value)) => {
            fields.insert(key.to_owned(), value);
        }
        (Value::Object(fields), None) => {
            fields.remove(key).ok_or("there is nothing to remove")?;
        }
        (Value::Array(items), Some(value)) if key == "-" => items.push(value),
        (Value::Array(items), value) => {
            let at: usize = key.parse().map_err(|_error| "this is not an index")?;
            let place = items.get_mut(at).ok_or("there is no such index")?;
            match value {
                Some(value) => *place = value,
                None => drop(items.remove(at)),
            }
        }
        _ => return Err("this holds neither fields nor items"),
    }
    Ok(())
}
