//! The numbers of a written schema that providers limit.

use crate::tree::{Members, Tree};

/// The numbers that a provider limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) properties: usize,
    /// The values of enums.
    pub(super) values: usize,
    /// The characters in the names of properties and definitions, and in the values of enums.
    pub(super) text: usize,
    pub(super) optional: usize,
    /// The schemas with several types or branches.
    pub(super) unions: usize,
}

impl Counts {
    /// Counts what a strict schema contains. It has no other keywords with schemas than these.
    pub(super) fn of(schema: &Members) -> Self {
        let mut counts = Self::default();
        counts.add(schema);
        counts
    }

    fn add(&mut self, schema: &Members) {
        let object = |keyword: &str| schema.get(keyword).and_then(Tree::as_object);
        let array = |keyword: &str| schema.get(keyword).and_then(Tree::as_array);
        let required = array("required").unwrap_or_default();
        let properties = object("properties").into_iter().flatten();
        for (name, _) in properties.clone() {
            self.properties += 1;
            self.text += name.len();
            self.optional += usize::from(!required.iter().any(|known| known == name.as_str()));
        }
        let definitions = object("$defs").into_iter().flatten();
        self.text += definitions
            .clone()
            .map(|(name, _)| name.len())
            .sum::<usize>();
        let values = array("enum").unwrap_or_default();
        self.values += values.len();
        let texts = values.iter().filter_map(Tree::as_str);
        self.text += texts.map(str::len).sum::<usize>();
        let branches = array("anyOf").unwrap_or_default();
        let types = array("type").unwrap_or_default();
        self.unions += usize::from(!branches.is_empty()) + usize::from(types.len() > 1);
        let parts = properties.chain(definitions).map(|(_, schema)| schema);
        for part in parts.chain(branches).chain(schema.get("items")) {
            if let Some(part) = part.as_object() {
                self.add(part);
            }
        }
    }
}
