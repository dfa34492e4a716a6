//! What a dialect could not say as the schema says it.

/// Something of a schema that stands elsewhere in a dialect, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The tool, by its own name.
    pub tool: String,
    /// Where it stands in the tool's schema, as a JSON pointer; empty for the whole.
    pub pointer: String,
    /// The keyword it is about.
    pub keyword: String,
    /// What became of it.
    pub change: Change,
}

/// What became of a part of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Change {
    /// It stands in the description, in words.
    Described,
    /// The value is given as a text that holds JSON.
    Text,
    /// A map is given as a list of `key` and `value`.
    Pairs,
    /// The union at the top is one object with the properties of all its branches.
    Flattened,
    /// The arguments stand in one property, as they are no object.
    Wrapped,
    /// The name is another one.
    Renamed,
    /// A property that the schema does not name can no longer be given.
    ClosedObject,
    /// The schema names no type, and the one that its keywords speak of is taken as named.
    Inferred,
    /// Null cannot be given where it is the default anyway: it means absent.
    NullIsAbsent,
    /// It exceeds a limit; the tool, or this part of it, is in the provider's looser form.
    Loosened,
    /// It means nothing here, or could not be followed.
    Dropped,
}
