//! References in schemas whose objects keep the order of their members.

use crate::json_view::{View, Viewed};
use crate::resource::ResourceJson;
use crate::tree::Tree;

impl Viewed for Tree {
    fn view(&self) -> View<'_, Self> {
        match self {
            Self::Null => View::Null,
            Self::Bool(value) => View::Bool(*value),
            Self::Number(number) => View::Number(number),
            Self::String(text) => View::String(text),
            Self::Array(elements) => View::Array(elements),
            Self::Object(members) => View::Object(
                members
                    .iter()
                    .map(|(key, value)| (key.as_str(), value))
                    .collect(),
            ),
        }
    }
}

impl ResourceJson for Tree {
    fn at(&self, pointer: &str) -> Option<&Self> {
        self.pointer(pointer)
    }
}
