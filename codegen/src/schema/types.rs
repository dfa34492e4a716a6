//! Parsing of `type`.

use toolsmith_dialect::json_type::{JsonType, TypeName};

use super::node::Schema;
use crate::source::Json;

/// Parses the value of `type`. Returns `false` if it contains an unknown name.
pub(super) fn parse_type(value: &Json, schema: &mut Schema) -> bool {
    let names = match value {
        Json::Array(names) => names.as_slice(),
        // A program writes it for a type that is not set.
        Json::Null => return true,
        name => std::slice::from_ref(name),
    };
    let meanings: Option<Vec<TypeName>> = names
        .iter()
        .map(|name| name.as_str().and_then(TypeName::parse))
        .collect();
    let Some(meanings) = meanings else {
        return false;
    };
    let is_anything = meanings.contains(&TypeName::Any);
    for meaning in meanings {
        match meaning {
            TypeName::Type(JsonType::Null) => schema.nullable = true,
            TypeName::Type(kind) if !is_anything && !schema.types.contains(&kind) => {
                schema.types.push(kind);
            }
            TypeName::Type(_) | TypeName::Any => {}
        }
    }
    // A schema that allows only null is handled before.
    is_anything || !schema.types.is_empty()
}
