//! Parsing of `items` and `prefixItems`, in the forms of every draft.

use super::node::Schema;
use super::parse::parse_schema;
use crate::source::{Json, Members, child};

/// Parses the keywords for elements of an array.
///
/// Since draft 2020-12, `prefixItems` lists the first elements and `items` applies to the others.
/// Before, `items` listed the first elements and `additionalItems` applied to the others.
pub(super) fn parse_items(members: &Members, schema: &mut Schema) {
    let (first, others) = match (members.get("prefixItems"), members.get("items")) {
        (Some(first), others) => (Some(("prefixItems", first)), ("items", others)),
        (None, Some(first @ Json::Array(_))) => (
            Some(("items", first)),
            ("additionalItems", members.get("additionalItems")),
        ),
        (None, others) => (None, ("items", others)),
    };
    if let Some((keyword, first)) = first {
        match first {
            Json::Array(elements) => {
                let pointer = child(&schema.pointer, keyword);
                for (index, element) in elements.iter().enumerate() {
                    let element = parse_schema(element, child(&pointer, &index.to_string()));
                    schema.prefix.push(element);
                }
            }
            Json::Null => {}
            _ => schema.unread.push(keyword.to_owned()),
        }
    }
    let (keyword, others) = others;
    match others {
        Some(Json::Bool(false)) if !schema.prefix.is_empty() => schema.is_closed_tuple = true,
        Some(others @ (Json::Object(_) | Json::Bool(_))) => {
            let pointer = child(&schema.pointer, keyword);
            schema.items = Some(Box::new(parse_schema(others, pointer)));
        }
        None | Some(Json::Null) => {}
        Some(_) => schema.unread.push(keyword.to_owned()),
    }
}
