//! What became of a catalog: what `list` and `explain` show and programs read.

pub use crate::effect::Effect;

/// What became of one catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The name of the catalog.
    pub catalog: String,
    /// The tools, by name.
    pub tools: Vec<ToolReport>,
    /// The tools that the overlay hides, by name: nothing is generated for them.
    pub hidden: Vec<HiddenTool>,
    /// How many resources the client has.
    pub resource_count: usize,
    /// The identifiers and the tools that give them, by name.
    pub identifiers: Vec<IdentifierReport>,
    /// How many types were written: requests, records, enums and identifiers.
    pub type_count: usize,
}

impl Report {
    /// Every place that was loosened, with the tool it belongs to.
    pub fn loosened(&self) -> impl Iterator<Item = (&ToolReport, &PlaceReport)> {
        self.tools.iter().flat_map(|tool| {
            let is_loosened = |place: &&PlaceReport| matches!(place.outcome, Outcome::Loosened(_));
            let places = tool.places.iter().filter(is_loosened);
            places.map(move |place| (tool, place))
        })
    }
}

/// An identifier, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierReport {
    /// The Rust type: `ProjectId`.
    pub name: String,
    /// What it identifies, in a sentence: `project`.
    pub noun: String,
    /// The tools that give it, the best first.
    pub sources: Vec<String>,
}

/// An identifier among the arguments of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIdentifier {
    /// A JSON pointer into the arguments, `*` for each element: `/projectIds/*`.
    pub pointer: String,
    /// The Rust type: `ProjectId`.
    pub name: String,
    /// Whether it must be given.
    pub is_required: bool,
}

/// A tool that the overlay hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenTool {
    /// The name that a model would call it by.
    pub name: String,
    /// The reasons of the overlay's changes that were applied to it.
    pub changes: Vec<String>,
}

/// What became of one tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolReport {
    /// The name that a model calls it by.
    pub name: String,
    /// Its description.
    pub description: String,
    /// The resource on the wire.
    pub resource: String,
    /// The method on the wire.
    pub method: String,
    /// What it does to the account.
    pub effect: Effect,
    /// The call in Rust: `api_keys().list(ListApiKeys)`.
    pub call: String,
    /// What it answers with: `Listing<ApiKey>`.
    pub returns: String,
    /// The identifiers among its arguments.
    pub takes: Vec<TakenIdentifier>,
    /// Every place of its schemas, in the order of the fields.
    pub places: Vec<PlaceReport>,
    /// The reasons of the overlay's changes that were applied to it.
    pub changes: Vec<String>,
}

/// What became of one place of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceReport {
    /// A JSON pointer into the tool: `/query_schema/properties/projectId`.
    pub pointer: String,
    /// The Rust name: `project_id`.
    pub name: String,
    /// The Rust type: `Option<ProjectId>`.
    pub rust: String,
    /// How well the type says what the schema says.
    pub outcome: Outcome,
    /// What is checked before sending, in the words of JSON Schema: `minimum 1`.
    pub checks: Vec<String>,
    /// Why what the schema says besides is ignored: a default that it contradicts.
    pub ignored: Option<String>,
}

/// How well a type says what its schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The type, and the checks run before sending, say what the schema says.
    Exact,
    /// The type says what the schema says; why a keyword of it is not checked.
    Unchecked(String),
    /// `Json` is used: why.
    Loosened(String),
}
