//! JSON that keeps the order of the author.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::tree::Tree;
use crate::json_type::Json;

/// JSON whose objects keep the order of their members.
///
/// A model writes its arguments in the order of the schema, so a schema and a list of tools have
/// the order of their author: `reasoning` before `answer`. A map of `serde_json` is sorted by name
/// unless some crate of the program turns on the feature `preserve_order`; this type has its own
/// order and does not depend on that.
///
/// The order is in what it serializes to and in what it displays as. It dereferences to a
/// [`Value`](serde_json::Value), in which programs can look things up.
///
/// ```
/// use toolsmith_runtime::dialect::OrderedJson;
///
/// let text = r#"{"reasoning":{"type":"string"},"answer":{"type":"string"}}"#;
/// let properties: OrderedJson = text.parse()?;
/// assert_eq!(properties["answer"]["type"], "string");
/// assert_eq!(serde_json::to_string(&properties)?, text);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct OrderedJson {
    tree: Tree,
    json: Json,
}

impl OrderedJson {
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Returns `json` with the order that this value has where the two have the same members. Other
    /// members are last.
    #[doc(hidden)]
    #[must_use]
    pub fn order(&self, json: &Json) -> Self {
        let mut tree = Tree::from(json);
        sort_like(&mut tree, &self.tree);
        tree.into()
    }

    /// Returns the value without its order.
    #[must_use]
    pub fn into_json(self) -> Json {
        self.json
    }
}

/// Sorts the members of objects as those of `model`, where the two have the same members. Other members are
/// last, in their own order.
fn sort_like(tree: &mut Tree, model: &Tree) {
    match (tree, model) {
        (Tree::Object(members), Tree::Object(model)) => {
            let place = |name: &String| model.get_index_of(name).unwrap_or(usize::MAX);
            members.sort_by(|one, _, other, _| place(one).cmp(&place(other)));
            for (name, value) in members {
                if let Some(model) = model.get(name) {
                    sort_like(value, model);
                }
            }
        }
        (Tree::Array(elements), Tree::Array(model)) => {
            for (element, model) in elements.iter_mut().zip(model) {
                sort_like(element, model);
            }
        }
        _ => {}
    }
}

impl Deref for OrderedJson {
    type Target = Json;

    fn deref(&self) -> &Json {
        &self.json
    }
}

impl From<Tree> for OrderedJson {
    fn from(tree: Tree) -> Self {
        let json = tree.to_json();
        Self { tree, json }
    }
}

impl From<Json> for OrderedJson {
    /// Keeps the order of the maps, which is by name unless `serde_json` has the feature
    /// `preserve_order`.
    fn from(json: Json) -> Self {
        let tree = Tree::from(&json);
        Self { tree, json }
    }
}

impl From<OrderedJson> for Json {
    fn from(ordered: OrderedJson) -> Self {
        ordered.json
    }
}

impl FromStr for OrderedJson {
    type Err = serde_json::Error;

    /// Parses JSON text and keeps its order.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

impl<'de> Deserialize<'de> for OrderedJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Tree::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for OrderedJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.tree.serialize(serializer)
    }
}

/// Compares values: the order of members does not count.
impl PartialEq for OrderedJson {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl PartialEq<Json> for OrderedJson {
    fn eq(&self, other: &Json) -> bool {
        self.json == *other
    }
}

/// Writes compact JSON text.
impl fmt::Display for OrderedJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.fmt(formatter)
    }
}

impl fmt::Debug for OrderedJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_text_and_normalizes_numbers() {
        for text in [
            r#"{"b":[{"z":1,"a":-2.5}],"a":{"d":null,"c":"\"\n"}}"#,
            r"[18446744073709551615,-9223372036854775808,0.1,1e+30,true]",
        ] {
            let ordered: OrderedJson = text.parse().unwrap();
            assert_eq!(ordered.to_string(), text);
            assert_eq!(serde_json::to_string(&ordered).unwrap(), text);
            assert_eq!(ordered, serde_json::from_str::<Json>(text).unwrap());
        }
        assert!("{".parse::<OrderedJson>().is_err());
    }
}
