//! Reports of what a dialect could not express.

/// A part of a schema that a dialect expresses differently, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The tool, by its own name.
    pub tool: String,
    /// The place in the tool's schema, as a JSON pointer; empty for the root.
    pub pointer: String,
    /// The keyword at that place.
    pub keyword: String,
    /// The change.
    pub kind: NoteKind,
}

impl Note {
    /// Creates a note about a tool as a whole.
    pub(super) fn of_tool(tool: &str, keyword: &str, kind: NoteKind) -> Self {
        Self {
            tool: tool.to_owned(),
            pointer: String::new(),
            keyword: keyword.to_owned(),
            kind,
        }
    }
}

/// The kind of a [`Note`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NoteKind {
    /// The keyword became words in the description.
    Described,
    /// The value is given as a string that contains JSON.
    JsonString,
    /// The map is given as an array of objects with `key` and `value`.
    Pairs,
    /// The union at the top level became one object with the properties of all branches.
    Flattened,
    /// The arguments became a property, because they are not an object.
    Wrapped,
    /// The name was replaced.
    Renamed,
    /// Properties that the schema does not name cannot be given.
    ClosedObject,
    /// The schema names no type, and the type that its keywords apply to was assumed.
    Inferred,
    /// Null cannot be given, because it is the default: it means absent.
    NullIsAbsent,
    /// A limit is exceeded: the tool, or this part of it, is in the provider's less strict form.
    Loosened,
    /// The keyword has no meaning here, or could not be resolved.
    Dropped,
    /// No arguments are valid, because the schema contradicts itself. The tool is not in the list.
    Uncallable,
}
