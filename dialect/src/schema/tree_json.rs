//! References in schemas whose objects keep the order of their members.

use crate::resource::ResourceJson;
use crate::tree::Tree;

crate::impl_viewed!(Tree);

impl ResourceJson for Tree {
    fn at(&self, pointer: &str) -> Option<&Self> {
        self.pointer(pointer)
    }
}
