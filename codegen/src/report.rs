//! Reports: the API that each tool and each place of a schema became.

use std::fmt;

pub use crate::effect::Effect;

/// An entry of a catalog for which nothing is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedEntry {
    /// A JSON pointer into the file: `/tools/3`.
    pub pointer: String,
    /// The name of the tool, or of the kind of entry: `googleSearch`. Empty if the entry has none.
    pub name: String,
    /// The reason.
    pub reason: String,
}

/// The report on one catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The name of the catalog.
    pub catalog: String,
    /// The tools, sorted by name.
    pub tools: Vec<ToolReport>,
    /// The tools that the overlay hides, sorted by name. No code is generated for them.
    pub hidden: Vec<HiddenTool>,
    /// The names of the tools that the selection excludes, sorted. No code is generated for them.
    pub excluded: Vec<String>,
    /// The tools that cannot be read and were skipped, in the order of the file.
    pub skipped: Vec<SkippedEntry>,
    /// The names of the tools that count as writes because neither the catalog nor the overlay says
    /// what they do, sorted.
    pub assumed_writes: Vec<String>,
    /// The number of resources of the client.
    pub resource_count: usize,
    /// The kinds of identifiers, sorted by name.
    pub identifiers: Vec<IdentifierReport>,
    /// The number of generated types: requests, records, enums and identifiers.
    pub type_count: usize,
    /// The types of the lock whose places differ now, sorted by name.
    pub splits: Vec<TypeSplit>,
    /// The removed tools that stay for one release, in the order of the code.
    pub tombstones: Vec<Tombstone>,
    /// The texts that a person should read before a model does, by tool and place.
    pub text_warnings: Vec<TextFinding>,
}

/// A removed tool, whose code stays for one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The name of the tool.
    pub name: String,
    /// The day since which the catalog does not have it: `2026-11-30`.
    pub since: String,
    /// The name of the tool that resembles it most, if one does.
    pub nearest: Option<String>,
}

impl Report {
    /// Returns every loosened place with its tool.
    pub fn loosened(&self) -> impl Iterator<Item = (&ToolReport, &PlaceReport)> {
        self.tools.iter().flat_map(|tool| {
            let is_loosened =
                |place: &&PlaceReport| matches!(place.precision, Precision::Loosened(_));
            let places = tool.places.iter().filter(is_loosened);
            places.map(move |place| (tool, place))
        })
    }
}

/// A text of a catalog that a person should read before a model does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextFinding {
    /// The name of the tool. Empty for the instructions of an MCP server.
    pub tool: String,
    /// A JSON pointer into the tool: `/inputSchema/properties/city/description`. `/instructions` for those
    /// of an MCP server.
    pub pointer: String,
    /// The kind.
    pub kind: TextFindingKind,
    /// The cause: `asks for private files`.
    pub cause: String,
    /// The words that led to it, with hidden characters written out.
    pub excerpt: String,
}

/// A kind of [`TextFinding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TextFindingKind {
    /// The text has characters that a person does not see. An error.
    HiddenCharacters,
    /// The name looks like another name. An error.
    NameConfusable,
    /// The text instructs the model. A warning.
    Instructs,
    /// The text says that the tool only reads, and the tool does more. A warning.
    ContradictsEffect,
}

impl TextFindingKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::HiddenCharacters,
        Self::NameConfusable,
        Self::Instructs,
        Self::ContradictsEffect,
    ];

    /// Returns the identifier, as overlays have it: `text-instructs`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HiddenCharacters => "text-hidden-characters",
            Self::NameConfusable => "name-confusable",
            Self::Instructs => "text-instructs",
            Self::ContradictsEffect => "text-contradicts-effect",
        }
    }

    /// Returns `true` if nothing is generated from a catalog with such a text, unless the overlay allows
    /// it.
    #[must_use]
    pub fn is_error(self) -> bool {
        matches!(self, Self::HiddenCharacters | Self::NameConfusable)
    }
}

impl fmt::Display for TextFindingKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A type whose places had one schema before and differ now. The places that did not change keep its
/// name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeSplit {
    /// The name: `Status`.
    pub name: String,
    /// The places that keep it: `list_keys#/query_schema/properties/status`.
    pub kept: Vec<TypePlace>,
    /// The other places, by their type.
    pub parts: Vec<SplitPart>,
}

/// The place of a type. It is written as in the lock: `list_keys#/query_schema/properties/status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypePlace {
    /// The name of the tool.
    pub tool: String,
    /// A JSON pointer into the tool: `/query_schema/properties/status`.
    pub pointer: String,
}

impl fmt::Display for TypePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.tool, self.pointer)
    }
}

/// Places that have another type than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPart {
    /// The name of the type: `KeyStatus`.
    pub name: String,
    /// The places.
    pub places: Vec<TypePlace>,
    /// The values or properties that the type before does not have.
    pub added: Vec<String>,
    /// The values or properties that only the type before has.
    pub removed: Vec<String>,
}

/// A kind of identifier, and the tools that return it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierReport {
    /// The Rust type: `ProjectId`.
    pub name: String,
    /// The thing that it identifies: `project`.
    pub noun: String,
    /// The tools that return it, the most suitable first.
    pub sources: Vec<String>,
}

/// An identifier among the arguments of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIdentifier {
    /// A JSON pointer into the arguments, `*` for each element: `/projectIds/*`.
    pub pointer: String,
    /// The Rust type: `ProjectId`.
    pub name: String,
    /// `true` if the argument is required.
    pub is_required: bool,
}

/// A tool that the overlay hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenTool {
    /// The name of the tool.
    pub name: String,
    /// The reasons of the overlay changes to the tool.
    pub changes: Vec<String>,
}

/// The report on one tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolReport {
    /// The name by which a model calls it.
    pub name: String,
    /// The description.
    pub description: String,
    /// The resource on the wire.
    pub resource: String,
    /// The method on the wire.
    pub method: String,
    /// The effect on the account.
    pub effect: Effect,
    /// The handle in Rust that has the method: `api_keys`. Empty for a method of the client itself.
    pub handle: String,
    /// The method in Rust: `list`.
    pub rust_method: String,
    /// The request type: `ListApiKeys`.
    pub request: String,
    /// The Rust type of the result: `Listing<ApiKey>`.
    pub returns: String,
    /// The identifiers among the arguments.
    pub takes: Vec<TakenIdentifier>,
    /// The arguments that no value satisfies.
    pub unsatisfiable: Vec<UnsatisfiableArgument>,
    /// Every place of the schemas, in the order of the fields.
    pub places: Vec<PlaceReport>,
    /// The reasons of the overlay changes to the tool.
    pub changes: Vec<String>,
}

impl ToolReport {
    /// Returns the call in Rust: `api_keys().list(ListApiKeys)`.
    #[must_use]
    pub fn call(&self) -> String {
        let call = self.method_call();
        match self.handle.as_str() {
            "" => call,
            handle => format!("{handle}().{call}"),
        }
    }

    /// Returns the call without the handle: `list(ListApiKeys)`.
    #[must_use]
    pub fn method_call(&self) -> String {
        format!("{}({})", self.rust_method, self.request)
    }

    /// Returns the path of the method in Rust: `api_keys.list`.
    #[must_use]
    pub fn path(&self) -> String {
        match self.handle.as_str() {
            "" => self.rust_method.clone(),
            handle => format!("{handle}.{}", self.rust_method),
        }
    }

    /// Returns the required argument that no value satisfies, so that no call of the tool is valid.
    #[must_use]
    pub fn uncallable(&self) -> Option<&UnsatisfiableArgument> {
        self.unsatisfiable
            .iter()
            .find(|argument| argument.is_required)
    }
}

/// An argument that no value satisfies, because its schema contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsatisfiableArgument {
    /// A JSON pointer into the tool: `/inputSchema/properties/limit`.
    pub pointer: String,
    /// The contradiction.
    pub reason: String,
    /// `true` if the argument is required.
    pub is_required: bool,
}

/// The report on one place of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceReport {
    /// A JSON pointer into the tool: `/query_schema/properties/projectId`.
    pub pointer: String,
    /// The Rust name: `project_id`.
    pub name: String,
    /// The Rust type: `Option<ProjectId>`.
    pub rust: String,
    /// The precision with which the type expresses the schema.
    pub precision: Precision,
    /// The checks before sending, in terms of JSON Schema: `minimum 1`.
    pub checks: Vec<String>,
    /// The reason for which a default is ignored.
    pub ignored: Option<String>,
    /// `true` for an argument or a field that must be present.
    pub is_required: bool,
    /// The description in the catalog.
    pub description: Option<String>,
}

/// The precision with which a type expresses its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precision {
    /// The type and its checks express the whole schema.
    Exact,
    /// The type expresses the schema, but some keywords are not checked; with the reason.
    Unchecked(String),
    /// The type is `Json`; with the reason.
    Loosened(String),
}

impl Precision {
    /// Returns a stable word: `exact`, `unchecked` or `loosened`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Unchecked(_) => "unchecked",
            Self::Loosened(_) => "loosened",
        }
    }

    /// Returns the reason why the type is not exact.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Exact => None,
            Self::Unchecked(reason) | Self::Loosened(reason) => Some(reason),
        }
    }
}

/// Writes the word.
impl fmt::Display for Precision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
