//! The tools that a model may call, and the relations between them.

use crate::codec::{fold, words};
use crate::tools::{CatalogSpec, Effect, IdArgument, IdField, IdKind, ToolSpec};

/// The tools that a model may call.
#[derive(Clone, Copy)]
pub(super) struct OfferedTools<'a> {
    catalog: &'static CatalogSpec,
    offers: &'a dyn Fn(&ToolSpec) -> bool,
}

impl<'a> OfferedTools<'a> {
    pub(super) fn new(
        catalog: &'static CatalogSpec,
        offers: &'a dyn Fn(&ToolSpec) -> bool,
    ) -> Self {
        Self { catalog, offers }
    }

    /// Returns the tools, sorted by name.
    pub(super) fn iter(self) -> impl Iterator<Item = &'static ToolSpec> + use<'a> {
        let tools = self.catalog.tools.iter().copied();
        tools.filter(move |tool| (self.offers)(tool))
    }

    /// Returns `true` if the model may call all these tools.
    pub(super) fn all_offered(self, tools: &[&ToolSpec]) -> bool {
        tools.iter().all(|tool| (self.offers)(tool))
    }

    /// Returns the other tools that act on the same kind of record as `tool`.
    pub(super) fn relatives(self, tool: &ToolSpec) -> impl Iterator<Item = &'static ToolSpec> {
        let name = tool.name;
        let resource = tool.resource;
        let kind = record_kind(tool).map(|kind| kind.name);
        self.iter().filter(move |other| {
            let is_same_kind =
                || kind.is_some() && record_kind(other).map(|kind| kind.name) == kind;
            let is_same_resource = !resource.is_empty() && other.resource == resource;
            other.name != name && (is_same_resource || is_same_kind())
        })
    }

    /// Returns the tool that reads records of the kind that `tool` acts on, by one of these methods, the
    /// best first.
    pub(super) fn reader_of(self, tool: &ToolSpec, methods: &[&str]) -> Option<&'static ToolSpec> {
        let reads = |other: &&ToolSpec| other.effect == Effect::Reads;
        let readers: Vec<&'static ToolSpec> = self.relatives(tool).filter(reads).collect();
        let by_method = |method: &&str| readers.iter().find(|other| other.method == *method);
        methods.iter().find_map(by_method).copied()
    }

    /// Returns the kind of identifier for a record with this noun, as words.
    pub(super) fn kind_of_noun(self, noun: &[String]) -> Option<&'static IdKind> {
        let mut kinds = self.catalog.tools.iter().flat_map(|tool| {
            let taken = tool.takes.iter().map(IdArgument::kind);
            taken.chain(tool.gives.iter().map(IdField::kind))
        });
        kinds.find(|kind| words(kind.noun) == noun)
    }

    /// Returns the kind of identifier that other tools take as the argument `name`.
    pub(super) fn kind_of_argument(self, name: &str) -> Option<&'static IdKind> {
        let folded = fold(name);
        // Every tool has its own `id`.
        if folded == "id" {
            return None;
        }
        let mut arguments = self.iter().flat_map(|tool| tool.takes);
        let argument = arguments.find(|argument| {
            let name = argument.pointer().strip_prefix('/');
            name.is_some_and(|name| !name.contains('/') && fold(name) == folded)
        })?;
        Some(argument.kind())
    }
}

/// Returns the kind of record that a tool acts on: that of its argument or field `id`, or of the only
/// identifier that it requires.
pub(super) fn record_kind(tool: &ToolSpec) -> Option<&'static IdKind> {
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

/// Returns the argument of a tool with this name, in any spelling.
pub(super) fn argument_of(tool: &ToolSpec, name: &str) -> Option<&'static str> {
    let folded = fold(name);
    let mut fields = tool.shape.fields();
    let field = fields.find(|field| fold(field.name) == folded)?;
    Some(field.name)
}
