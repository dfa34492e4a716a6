//! Parsing of `type`.

use super::node::Schema;
use super::type_name::{Named, named};
use crate::source::Json;

/// Parses the value of `type`. Returns `false` if it contains an unknown name.
pub(super) fn parse_type(value: &Json, schema: &mut Schema) -> bool {
    let names = match value {
        Json::Array(names) => names.as_slice(),
        // A program writes it for a type that nobody gave.
        Json::Null => return true,
        name => std::slice::from_ref(name),
    };
    let meanings: Option<Vec<Named>> = names
        .iter()
        .map(|name| name.as_str().and_then(named))
        .collect();
    let Some(meanings) = meanings else {
        return false;
    };
    let is_anything = meanings
        .iter()
        .any(|named| matches!(named, Named::Anything));
    for meaning in meanings {
        match meaning {
            Named::Type(kind) if !is_anything && !schema.types.contains(&kind) => {
                schema.types.push(kind);
            }
            Named::Null => schema.nullable = true,
            Named::Type(_) | Named::Anything => {}
        }
    }
    // A schema that allows only null is handled before.
    is_anything || !schema.types.is_empty()
}
