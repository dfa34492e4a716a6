//! References in schemas whose objects keep the order of their members.

use crate::resource::ResourceJson;
use crate::tree::Tree;

impl ResourceJson for Tree {
    fn text(&self) -> Option<&str> {
        self.as_str()
    }

    fn members(&self) -> Vec<(&str, &Self)> {
        let members = self.as_object().into_iter().flatten();
        members
            .map(|(name, value)| (name.as_str(), value))
            .collect()
    }

    fn elements(&self) -> &[Self] {
        match self {
            Self::Array(elements) => elements,
            _ => &[],
        }
    }

    fn at(&self, pointer: &str) -> Option<&Self> {
        self.pointer(pointer)
    }
}
