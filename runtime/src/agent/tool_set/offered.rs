//! The tools that a model may call, and the relations between them.

use crate::agent::tool_set::{Source, ToolEntry, ToolSet};
use crate::codec::{fold, singular, words};
use crate::tools::{Effect, IdArgument, IdField, IdKind, ToolSpec};

/// The first words of tools that make a record.
const CREATIONS: [&str; 7] = [
    "add", "create", "insert", "invite", "make", "new", "register",
];

/// The tools of one catalog that a model may call, under the names that it sees.
#[derive(Clone, Copy)]
pub(in crate::agent) struct OfferedTools<'a> {
    tools: &'a ToolSet,
    source: &'a Source,
    offers: &'a dyn Fn(ToolEntry<'_>) -> bool,
}

impl<'a> OfferedTools<'a> {
    pub(in crate::agent) fn new(
        tools: &'a ToolSet,
        source: &'a Source,
        offers: &'a dyn Fn(ToolEntry<'_>) -> bool,
    ) -> Self {
        Self {
            tools,
            source,
            offers,
        }
    }

    /// Returns the tools, sorted by name.
    pub(in crate::agent) fn iter(self) -> impl Iterator<Item = &'static ToolSpec> + use<'a> {
        let entries = self.entries().filter(move |entry| (self.offers)(*entry));
        entries.map(|entry| entry.spec)
    }

    /// Returns a tool of the catalog under the name that the model sees, if the model may call it.
    pub(in crate::agent) fn offered(self, own: &ToolSpec) -> Option<&'static ToolSpec> {
        let entry = self.entry(own)?;
        (self.offers)(entry).then_some(entry.spec)
    }

    /// Returns a tool under the name in its catalog.
    pub(in crate::agent) fn own(self, tool: &ToolSpec) -> &ToolSpec {
        self.entry(tool).map_or(tool, |entry| entry.own)
    }

    fn entry(self, tool: &ToolSpec) -> Option<ToolEntry<'a>> {
        let is_own = |entry: &ToolEntry<'_>| std::ptr::eq(entry.source, self.source);
        let is_tool =
            |entry: &ToolEntry<'_>| std::ptr::eq(entry.spec, tool) || std::ptr::eq(entry.own, tool);
        let named = self.tools.find(tool.name).filter(is_own).filter(is_tool);
        named.or_else(|| self.entries().find(is_tool))
    }

    fn entries(self) -> impl Iterator<Item = ToolEntry<'a>> + use<'a> {
        let entries = self.tools.iter();
        entries.filter(move |entry| std::ptr::eq(entry.source, self.source))
    }

    /// Returns the other tools that act on the same kind of record as `tool`.
    pub(in crate::agent) fn relatives(
        self,
        tool: &ToolSpec,
    ) -> impl Iterator<Item = &'static ToolSpec> {
        let name = tool.name;
        let resource = tool.resource;
        let kind = record_kind(tool).or_else(|| self.kind_of_resource(tool));
        let kind = kind.map(|kind| kind.name);
        self.iter().filter(move |other| {
            let is_same_kind =
                || kind.is_some() && record_kind(other).map(|kind| kind.name) == kind;
            let is_same_resource = !resource.is_empty() && other.resource == resource;
            other.name != name && (is_same_resource || is_same_kind())
        })
    }

    /// Returns the tool that reads records of the kind that `tool` acts on, by one of these methods, the
    /// best first. A tool that only filters by such a record, such as a report, is not one.
    pub(in crate::agent) fn reader_of(
        self,
        tool: &ToolSpec,
        methods: &[&str],
    ) -> Option<&'static ToolSpec> {
        let kind = record_kind(tool).or_else(|| self.kind_of_resource(tool));
        let is_kind = |other: &IdKind| kind.is_some_and(|kind| kind.name == other.name);
        let is_same_resource =
            |other: &ToolSpec| !tool.resource.is_empty() && other.resource == tool.resource;
        let reads = |other: &&ToolSpec| {
            let gives = |field: &IdField| field.pointer() == "/id" && is_kind(field.kind());
            let takes = |field: &IdArgument| field.pointer() == "/id" && is_kind(field.kind());
            let is_of_kind = || other.gives.iter().any(gives) || other.takes.iter().any(takes);
            other.effect == Effect::Reads && (is_same_resource(other) || is_of_kind())
        };
        let readers: Vec<&'static ToolSpec> = self.relatives(tool).filter(reads).collect();
        let by_method = |method: &&str| {
            let readers = readers.iter().filter(|other| other.method == *method);
            readers.min_by_key(|other| !is_same_resource(other))
        };
        methods.iter().find_map(by_method).copied()
    }

    /// Returns `true` if the tool acts on a record with an identifier of this kind: the argument `id`, or
    /// the record after which its resource is named.
    pub(in crate::agent) fn acts_on(self, tool: &ToolSpec, argument: &IdArgument) -> bool {
        let named = self.kind_of_resource(tool).or_else(|| record_kind(tool));
        argument.pointer() == "/id" || named.is_some_and(|kind| kind.name == argument.kind().name)
    }

    /// Returns the kind of record after which the resource of a tool is named.
    fn kind_of_resource(self, tool: &ToolSpec) -> Option<&'static IdKind> {
        let mut kinds = self.iter().filter_map(record_kind);
        kinds.find(|kind| is_named_after(tool, kind))
    }

    /// Returns the kind of identifier for a record with this noun, as words.
    pub(in crate::agent) fn kind_of_noun(self, noun: &[String]) -> Option<&'static IdKind> {
        let mut kinds = self.entries().flat_map(|entry| {
            let tool = entry.own;
            let taken = tool.takes.iter().map(IdArgument::kind);
            taken.chain(tool.gives.iter().map(IdField::kind))
        });
        kinds.find(|kind| words(kind.noun) == noun)
    }

    /// Returns the kind of identifier that other tools take as the argument `name`.
    pub(in crate::agent) fn kind_of_argument(self, name: &str) -> Option<&'static IdKind> {
        let folded = fold(name);
        // Every tool has its own `id`.
        if folded == "id" {
            return None;
        }
        let mut arguments = self.iter().flat_map(|tool| tool.takes);
        let argument = arguments.find(|argument| {
            top_name(argument.pointer()).is_some_and(|name| fold(name) == folded)
        })?;
        Some(argument.kind())
    }
}

/// Returns the kind of record that a tool acts on: that of its argument or field `id`, or of the only
/// identifier that it requires.
pub(in crate::agent) fn record_kind(tool: &ToolSpec) -> Option<&'static IdKind> {
    let argument = tool
        .takes
        .iter()
        .find(|argument| argument.pointer() == "/id");
    let field = || tool.gives.iter().find(|field| field.pointer() == "/id");
    let mut required = tool.takes.iter().filter(|argument| argument.is_required());
    let only = || match (required.next(), required.next()) {
        (Some(only), None) => Some(only.kind()),
        _ => None,
    };
    let kind = argument.map(IdArgument::kind);
    kind.or_else(|| field().map(IdField::kind)).or_else(only)
}

/// Returns `true` if the resource of a tool is named after a kind of record: `webhooks_ping`.
fn is_named_after(tool: &ToolSpec, kind: &IdKind) -> bool {
    let named = words(tool.resource);
    let named: Vec<String> = named.iter().map(|word| singular(word)).collect();
    let noun = words(kind.noun);
    !noun.is_empty() && named.starts_with(&noun)
}

/// Returns the name of the argument at a pointer to an identifier, if it is one or a list of them:
/// `projectIds` of `/projectIds/*`.
pub(in crate::agent) fn top_name(pointer: &'static str) -> Option<&'static str> {
    let name = pointer.strip_prefix('/')?;
    let name = name.strip_suffix("/*").unwrap_or(name);
    (!name.contains('/')).then_some(name)
}

/// Returns `true` for a tool that makes a record.
pub(in crate::agent) fn is_creation(tool: &ToolSpec) -> bool {
    let words = words(tool.name);
    let first = words.first().map_or("", String::as_str);
    tool.method == "create" || CREATIONS.contains(&first)
}

/// Returns the argument of a tool with this name, in any spelling.
pub(in crate::agent) fn argument_of(tool: &ToolSpec, name: &str) -> Option<&'static str> {
    let folded = fold(name);
    let mut names = tool.argument_names();
    names.find(|name| fold(name) == folded)
}
