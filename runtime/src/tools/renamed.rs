//! Tools under other names than in their catalogs.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::tool::ToolSpec;

/// The renamed tools by the address of the tool and the new name.
type Renamed = BTreeMap<(usize, String), &'static ToolSpec>;

/// Returns `tool` under another name.
///
/// Each pair of a tool and a name is made once and kept for the life of the process, because tools are
/// `'static`: the names must be those of a program, and not a new one for each call.
pub(crate) fn renamed(tool: &'static ToolSpec, name: &str) -> &'static ToolSpec {
    static RENAMED: LazyLock<Mutex<Renamed>> = LazyLock::new(Mutex::default);
    if tool.name == name {
        return tool;
    }
    let key = (std::ptr::from_ref(tool).addr(), name.to_owned());
    let mut renamed = RENAMED.lock().unwrap_or_else(PoisonError::into_inner);
    renamed.entry(key).or_insert_with(|| {
        let name: &'static str = Box::leak(Box::from(name));
        Box::leak(Box::new(ToolSpec { name, ..*tool }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::tool;

    #[test]
    fn each_name_of_a_tool_is_made_once() {
        let own = tool("shop_orders_set_tags");
        let other = renamed(own, "eu_shop_orders_set_tags");
        assert_eq!(other.name, "eu_shop_orders_set_tags");
        assert_eq!(other.description, own.description);
        assert!(std::ptr::eq(other, renamed(own, "eu_shop_orders_set_tags")));
        assert!(std::ptr::eq(own, renamed(own, own.name)));
    }
}
