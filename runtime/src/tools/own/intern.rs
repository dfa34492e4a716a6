//! Definitions that are made at run time, as the `'static` data that every tool is.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::schema::{Decode, Schema};
use crate::codec::{Json, Shape, join_names};
use crate::tools::Effect;
use crate::tools::catalog::CatalogSpec;
use crate::tools::tool::{ArgumentCheck, SchemaCheck, ToolSpec};

/// The longest name that MCP allows.
const MAX_NAME_LENGTH: usize = 128;

/// The definition of a tool of the program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OwnTool {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// The JSON Schema of the arguments, in the order of its author.
    pub(crate) schema: String,
    /// The JSON Schema of the response; empty if there is none.
    pub(crate) response_schema: String,
    pub(crate) tags: Vec<String>,
    /// The names of the arguments and of the fields of the response that are secrets.
    pub(crate) secrets: Vec<String>,
    pub(crate) effect: Effect,
    pub(crate) is_idempotent: bool,
    /// The type of the arguments, if there is one.
    pub(crate) arguments: Option<TypeId>,
}

type Tools = BTreeMap<OwnTool, &'static ToolSpec>;

type Catalogs = BTreeMap<(String, Vec<usize>), &'static CatalogSpec>;

impl OwnTool {
    /// Returns the tool. Each definition is made once and kept for the life of the process.
    ///
    /// # Errors
    ///
    /// The name or a schema is invalid.
    pub(crate) fn spec(&self, decode: Option<Decode>) -> Result<&'static ToolSpec, String> {
        static TOOLS: LazyLock<Mutex<Tools>> = LazyLock::new(Mutex::default);
        let mut tools = TOOLS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tools.get(self) {
            return Ok(known);
        }
        let made = self.make(decode)?;
        tools.insert(self.clone(), made);
        Ok(made)
    }

    fn make(&self, decode: Option<Decode>) -> Result<&'static ToolSpec, String> {
        check_name(&self.name)?;
        let schema: Json = serde_json::from_str(&self.schema)
            .map_err(|error| format!("the schema of the arguments is not valid JSON: {error}"))?;
        let secrets: BTreeSet<String> = self.secrets.iter().cloned().collect();
        let schema = Schema::compile(&schema, secrets, decode)?;
        let (required, optional) = schema.names();
        let shape = Shape {
            name: keep(&self.name),
            required: keep(&join_names(&required)),
            optional: keep(&join_names(&optional)),
            secrets: keep_all(self.secrets.iter().map(String::as_str)),
            ..Shape::IN_BODY
        };
        let check: Box<SchemaCheck> = Box::new(move |arguments| schema.check(arguments));
        Ok(Box::leak(Box::new(ToolSpec {
            title: keep(&self.title),
            description: keep(&self.description),
            tags: keep_all(self.tags.iter().map(String::as_str)),
            is_idempotent: self.is_idempotent,
            body_schema: keep(&self.schema),
            response_schema: keep(&self.response_schema),
            check: ArgumentCheck::Schema(Box::leak(check)),
            ..ToolSpec::new(
                keep(&self.name),
                self.effect,
                Box::leak(Box::new(shape)),
                Ok,
            )
        })))
    }
}

/// Returns the catalog of these tools, which are sorted by name. Each catalog is made once.
pub(crate) fn catalog_of(name: &str, tools: &[&'static ToolSpec]) -> &'static CatalogSpec {
    static CATALOGS: LazyLock<Mutex<Catalogs>> = LazyLock::new(Mutex::default);
    let addresses = tools.iter().map(|tool| std::ptr::from_ref(*tool).addr());
    let key = (name.to_owned(), addresses.collect());
    let mut catalogs = CATALOGS.lock().unwrap_or_else(PoisonError::into_inner);
    catalogs.entry(key).or_insert_with(|| {
        let secrets = tools.iter().flat_map(|tool| tool.shape.secrets).copied();
        let catalog = CatalogSpec::of_tools(keep(name), Box::leak(Box::from(tools)));
        Box::leak(Box::new(catalog.with_secrets(keep_all(secrets))))
    })
}

fn check_name(name: &str) -> Result<(), String> {
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    if name.is_empty() || name.len() > MAX_NAME_LENGTH || !name.chars().all(is_allowed) {
        return Err(format!(
            "the name must be 1 to {MAX_NAME_LENGTH} characters of A-Z, a-z, 0-9, `_`, `-` and `.`"
        ));
    }
    Ok(())
}

fn keep(text: &str) -> &'static str {
    Box::leak(Box::from(text))
}

fn keep_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> &'static [&'static str] {
    Box::leak(texts.into_iter().map(keep).collect())
}
