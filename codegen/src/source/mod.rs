//! Text in, a tree with pointers out.

/// A JSON value of our own: keys sorted whatever features other crates enable, numbers as text
/// says them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// An object, by key.
    Object(std::collections::BTreeMap<String, Json>),
}
