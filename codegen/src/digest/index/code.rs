//! A block of code with the imports that it needs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::digest::lookup::Lookup;
use crate::emit::example::name_import;
use crate::ident::Ident;
use crate::model::TypeRef;
use crate::options::CatalogSource;

/// Names of the standard library and of the runtime that blocks of the index use. A type of the
/// catalog with one of these names is written with its path.
const TAKEN: [&str; 38] = [
    "ApprovalRequest",
    "BTreeMap",
    "Choice",
    "Content",
    "Date",
    "DateTime",
    "Deleted",
    "Dialect",
    "DialectTools",
    "Duration",
    "Elicitation",
    "ElicitationAnswer",
    "Endpoint",
    "Err",
    "Error",
    "Example",
    "Extra",
    "FunctionHandler",
    "HandlerError",
    "HttpTransport",
    "JoinSet",
    "Json",
    "ListError",
    "Maybe",
    "MemoryTransport",
    "MockResponse",
    "None",
    "Ok",
    "Open",
    "Option",
    "ReadOnly",
    "ReadWrite",
    "Result",
    "RetryPolicy",
    "Some",
    "String",
    "SystemTime",
    "ToolResult",
];

/// A block of code.
pub(super) struct Code<'l, 'a> {
    lookup: &'l Lookup<'a>,
    /// Paths of the standard library and of other crates: `std::time::Duration`.
    other: BTreeSet<String>,
    /// Paths of the runtime, from its root: `Error`, `mcp::Endpoint`.
    runtime: BTreeSet<String>,
    /// Types of the catalog.
    catalog: BTreeSet<String>,
    body: String,
}

impl<'l, 'a> Code<'l, 'a> {
    pub(super) fn new(lookup: &'l Lookup<'a>) -> Self {
        Self {
            lookup,
            other: BTreeSet::new(),
            runtime: BTreeSet::new(),
            catalog: BTreeSet::new(),
            body: String::new(),
        }
    }

    /// Imports paths of the standard library or of another crate.
    pub(super) fn other<const N: usize>(mut self, paths: [&str; N]) -> Self {
        self.other.extend(paths.map(str::to_owned));
        self
    }

    /// Imports paths of the runtime.
    pub(super) fn runtime<const N: usize>(mut self, paths: [&str; N]) -> Self {
        self.runtime.extend(paths.map(str::to_owned));
        self
    }

    /// Imports a path of the runtime, and returns its last part.
    pub(super) fn name_runtime(&mut self, path: &str) -> String {
        name_import(&mut self.runtime, path)
    }

    /// Imports the client of the catalog.
    pub(super) fn client(mut self) -> Self {
        self.catalog.insert("Client".to_owned());
        self
    }

    /// Returns how the block names a type of the catalog, and imports it.
    pub(super) fn name(&mut self, name: &Ident) -> String {
        if TAKEN.contains(&name.as_str()) {
            return format!("{}::{name}", self.lookup.ctx.path);
        }
        self.catalog.insert(name.to_string());
        name.to_string()
    }

    /// Returns how the block writes a type, and imports the names in it.
    pub(super) fn name_type(&mut self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::DateTime => self.name_runtime("DateTime"),
            TypeRef::Date => self.name_runtime("Date"),
            TypeRef::Json => self.name_runtime("Json"),
            TypeRef::Id(name)
            | TypeRef::Choice(name)
            | TypeRef::Struct(name)
            | TypeRef::Union(name) => self.name(name),
            TypeRef::Open(name) => {
                let open = self.name_runtime("Open");
                format!("{open}<{}>", self.name(name))
            }
            TypeRef::List(element) => format!("Vec<{}>", self.name_type(element)),
            TypeRef::Map(value) => {
                self.other.insert("std::collections::BTreeMap".to_owned());
                format!("BTreeMap<String, {}>", self.name_type(value))
            }
            TypeRef::OrNull(inner) => format!("Option<{}>", self.name_type(inner)),
            TypeRef::Boxed(inner) => format!("Box<{}>", self.name_type(inner)),
            TypeRef::Tuple(elements) => {
                let elements: Vec<String> = elements
                    .iter()
                    .map(|element| self.name_type(element) + ",")
                    .collect();
                format!("({})", elements.join(" "))
            }
            TypeRef::String
            | TypeRef::Bool
            | TypeRef::Null
            | TypeRef::Integer
            | TypeRef::Unsigned
            | TypeRef::Number => ty.to_string(),
        }
    }

    /// Returns the type of what a call returns: `ToolResult<T>` for the tools of an MCP server.
    pub(super) fn in_result(&mut self, ty: String) -> String {
        match self.lookup.ctx.api.source {
            CatalogSource::Mcp(_) => format!("{}<{ty}>", self.name_runtime("mcp::ToolResult")),
            CatalogSource::Truto(_) | CatalogSource::Functions => ty,
        }
    }

    /// Returns `true` if the block has no line.
    pub(super) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// Adds lines, each without its line feed.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.body.push_str(line.as_ref());
        self.body.push('\n');
    }

    /// Adds an item, after an empty line if it is not the first.
    pub(super) fn item(&mut self, item: impl AsRef<str>) {
        if !self.is_empty() {
            self.line("");
        }
        self.line(item);
    }

    /// Renders the block in Markdown.
    pub(super) fn render(&self) -> String {
        let mut text = String::from("```rust\n");
        for path in &self.other {
            let _ = writeln!(text, "use {path};");
        }
        let ctx = &self.lookup.ctx;
        for (root, names) in [(&ctx.runtime, &self.runtime), (&ctx.path, &self.catalog)] {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            match names.as_slice() {
                [] => {}
                [name] => {
                    let _ = writeln!(text, "use {root}::{name};");
                }
                several => {
                    let _ = writeln!(text, "use {root}::{{{}}};", several.join(", "));
                }
            }
        }
        format!("{text}\n{}```\n", self.body)
    }
}
