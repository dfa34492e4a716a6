//! The content of a page.
//!
//! The document holds it as JSON in two parts: the page without [`PageData::details`], which the
//! script parses when it starts, and a line for the details of each tool, which it parses when the
//! tool is opened.

use serde::Serialize;

/// The content of the page of one catalog.
#[derive(Debug, Serialize)]
pub(super) struct PageData {
    /// The title: `The Auth API`.
    pub(super) title: String,
    /// The name of the catalog.
    pub(super) catalog: String,
    /// `truto`, `mcp` or `functions`.
    pub(super) kind: &'static str,
    /// The path of the module in Rust: `generated::the_auth_api`.
    pub(super) path: String,
    /// The file of the snapshot.
    pub(super) snapshot: String,
    /// The file of the overlay.
    pub(super) overlay: String,
    /// The command that wrote the page.
    pub(super) command: String,
    /// The resources and the tools without one, sorted by handle.
    pub(super) groups: Vec<Group>,
    /// The tools, sorted by group and call.
    pub(super) tools: Vec<ToolEntry>,
    pub(super) identifiers: Vec<Identifier>,
    pub(super) graph: Graph,
    pub(super) dialects: Vec<DialectTotal>,
    pub(super) loosened: Vec<LoosenedEntry>,
    pub(super) corrections: Vec<Correction>,
    /// The tools that the overlay hides.
    pub(super) hidden: Vec<NotGenerated>,
    /// The entries of the catalog that cannot be read.
    pub(super) skipped: Vec<NotGenerated>,
    /// The tools that count as writes because nothing declares their effect.
    pub(super) assumed_writes: Vec<String>,
    /// The number of generated types.
    pub(super) types: usize,
    /// The changes since a revision, if they were asked for.
    pub(super) changes: Option<Changes>,
    /// The details, in the order of `tools`.
    #[serde(skip)]
    pub(super) details: Vec<ToolDetails>,
}

/// The tools of a resource, or those without one.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Group {
    /// The handle in Rust: `api_keys`. Empty for methods of the client itself.
    pub(super) handle: String,
    /// The name in sentences.
    pub(super) title: String,
}

/// A tool in the list.
#[derive(Debug, Serialize)]
pub(super) struct ToolEntry {
    pub(super) name: String,
    /// The index of its group.
    pub(super) group: usize,
    /// The method in Rust.
    pub(super) method: String,
    /// The request type.
    pub(super) request: String,
    pub(super) effect: &'static str,
    pub(super) description: String,
    /// The names of its arguments.
    pub(super) arguments: Vec<String>,
    pub(super) tags: Vec<String>,
    /// The kinds of identifiers that it requires.
    pub(super) needs: Vec<String>,
    /// The kinds of identifiers that it returns.
    pub(super) gives: Vec<String>,
    pub(super) is_deprecated: bool,
    pub(super) is_callable: bool,
    /// The number of its places that are loosened or not checked.
    pub(super) loosened: usize,
    /// The number of corrections of the overlay.
    pub(super) corrections: usize,
    /// The number of its changes since the revision.
    pub(super) changes: usize,
}

/// Everything else about a tool.
#[derive(Debug, Serialize)]
pub(super) struct ToolDetails {
    pub(super) title: String,
    pub(super) deprecated: Option<String>,
    pub(super) is_idempotent: bool,
    /// The call in Rust, with a type in place of each value.
    pub(super) code: String,
    /// The definitions of the types in the call.
    pub(super) types: String,
    pub(super) arguments: Vec<Place>,
    /// The Rust type of the result.
    pub(super) returns: String,
    pub(super) response: Vec<Place>,
    pub(super) takes: Vec<Taken>,
    pub(super) gives: Vec<Given>,
    pub(super) wire: Wire,
    pub(super) schemas: Vec<Schema>,
    /// The size in each dialect, in the order of [`PageData::dialects`].
    pub(super) sizes: Vec<DialectSize>,
    pub(super) contradictions: Vec<Contradiction>,
}

/// A place of a schema. Usual values are left out of the JSON, because a catalog has many places.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    /// The name on the wire, with those around it: `rateLimit.window`.
    pub(super) label: String,
    /// The last part of the label, for a place inside another.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) leaf: String,
    /// The number of places around it.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) depth: usize,
    /// The name in Rust.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) name: String,
    /// The type in Rust.
    #[serde(rename = "type")]
    pub(super) rust: String,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) is_required: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) is_secret: bool,
    /// `path`, `query` and `body`, for an argument.
    #[serde(rename = "in", skip_serializing_if = "Vec::is_empty")]
    pub(super) locations: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) checks: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    /// `unchecked` or `loosened`; `None` if the type is exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'static str>,
    /// The reason, unless the type is exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// A part of the schema that the generator ignores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ignored: Option<String>,
}

/// An identifier among the arguments.
#[derive(Debug, Serialize)]
pub(super) struct Taken {
    pub(super) label: String,
    pub(super) kind: String,
    pub(super) is_required: bool,
}

/// An identifier in the result.
#[derive(Debug, Serialize)]
pub(super) struct Given {
    pub(super) label: String,
    pub(super) kind: String,
}

/// The request of a call on the wire.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Wire {
    /// An HTTP request.
    Http {
        method: &'static str,
        /// The path, with the argument in it in braces.
        path: String,
        query: Vec<WireArgument>,
        /// `None` without a body.
        body: Option<WireBody>,
    },
    /// A call of an MCP tool.
    Mcp { arguments: Vec<WireArgument> },
    /// A call of the program's own handler.
    Function { arguments: Vec<WireArgument> },
}

/// The body of a request.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum WireBody {
    /// An object with these properties.
    Object { properties: Vec<WireArgument> },
    /// The value of this argument.
    Whole { name: String },
}

/// An argument on the wire.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct WireArgument {
    pub(super) name: String,
    pub(super) is_required: bool,
}

/// A schema as compact JSON.
#[derive(Debug, Serialize)]
pub(super) struct Schema {
    pub(super) title: &'static str,
    pub(super) json: String,
}

/// A tool in the list of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct DialectSize {
    /// The characters of its definition; `None` if it is not in the list.
    pub(super) size: Option<usize>,
    /// The name there, if it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// The parts that the list expresses differently.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<DialectNote>,
}

/// Returns `true` for zero and `false`.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A difference between a tool's schema and the list of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct DialectNote {
    pub(super) what: &'static str,
    pub(super) count: usize,
}

/// All tools in the list of a provider.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct DialectTotal {
    /// `openai-chat-strict`.
    pub(super) name: &'static str,
    /// The characters of all definitions.
    pub(super) size: usize,
    /// The number of tools in the list.
    pub(super) tools: usize,
    /// The limit of tools in a request, if there is one.
    pub(super) limit: Option<usize>,
}

/// A contradiction in an argument.
#[derive(Debug, Serialize)]
pub(super) struct Contradiction {
    pub(super) pointer: String,
    pub(super) why: String,
    pub(super) is_required: bool,
}

/// A kind of identifier.
#[derive(Debug, Serialize)]
pub(super) struct Identifier {
    pub(super) name: String,
    pub(super) noun: String,
    /// The tools that return it, the most suitable first.
    pub(super) sources: Vec<String>,
    /// The number of tools that require it.
    pub(super) required_by: usize,
    /// The number of tools that accept it.
    pub(super) accepted_by: usize,
}

/// The graph of identifiers: cards of tools, and arrows from the tool that returns an identifier to
/// the card of the tools that require it.
#[derive(Debug, Serialize)]
pub(super) struct Graph {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) cards: Vec<Card>,
    pub(super) arrows: Vec<Arrow>,
}

/// A card.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    /// The kind of identifier; empty for tools that require none.
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rows: Vec<Row>,
    /// The number of tools that are left out.
    pub(super) more: usize,
}

/// A tool on a card.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) tool: String,
    pub(super) label: String,
    pub(super) effect: &'static str,
    pub(super) others: String,
    /// The vertical center.
    pub(super) y: usize,
}

/// An arrow: its ends, and the names of what it connects.
#[derive(Debug, Serialize)]
pub(super) struct Arrow {
    pub(super) tool: String,
    pub(super) kind: String,
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
}

/// A place that a type cannot express.
#[derive(Debug, Serialize)]
pub(super) struct LoosenedEntry {
    pub(super) tool: String,
    pub(super) pointer: String,
    /// `loosened`, `unchecked` or `uncallable`.
    pub(super) outcome: &'static str,
    pub(super) why: String,
}

/// A correction of the overlay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Correction {
    /// The tool; empty for a resource.
    pub(super) tool: String,
    pub(super) resource: String,
    pub(super) at: String,
    /// The actions with their values in TOML.
    pub(super) actions: Vec<(String, String)>,
    pub(super) reason: String,
    pub(super) link: String,
}

/// A tool or an entry for which nothing is generated.
#[derive(Debug, Serialize)]
pub(super) struct NotGenerated {
    pub(super) name: String,
    pub(super) why: String,
}

/// The changes since a revision.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Changes {
    /// The revision as given.
    pub(super) since: String,
    /// The commit, short.
    pub(super) commit: String,
    /// The date of the commit: `2026-11-30`.
    pub(super) date: String,
    pub(super) entries: Vec<Change>,
}

/// A change of the snapshot or of the overlay.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    /// The tool, or `resource NAME`.
    pub(super) tool: String,
    /// The place inside the tool.
    pub(super) pointer: String,
    pub(super) what: String,
    /// `snapshot` or `overlay`.
    pub(super) file: &'static str,
    /// The grade of the change, if it has one.
    pub(super) grade: Option<&'static str>,
}
