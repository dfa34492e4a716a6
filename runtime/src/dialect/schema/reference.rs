//! Where a `$ref` points.

use crate::codec::Json;
use crate::json_pointer::join;

/// The pointer and the schema that `reference` names in `document`; none if it names nothing here.
pub(super) fn find<'json>(document: &'json Json, reference: &str) -> Option<(String, &'json Json)> {
    let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    if !base.is_empty() {
        let is_id =
            |schema: &Json| text(schema, "$id") == Some(base) || text(schema, "id") == Some(base);
        if is_id(document) && fragment.is_empty() {
            return Some((String::new(), document));
        }
        let (pointer, found) = search(document, &is_id)?;
        return inside(found, &pointer, fragment);
    }
    inside(document, "", fragment)
}

fn inside<'json>(
    document: &'json Json,
    pointer: &str,
    fragment: &str,
) -> Option<(String, &'json Json)> {
    let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
    if fragment.is_empty() || fragment.starts_with('/') {
        let found = document.pointer(&fragment)?;
        return Some((format!("{pointer}{fragment}"), found));
    }
    let is_anchor = |schema: &Json| {
        let anchors = [text(schema, "$anchor"), text(schema, "$dynamicAnchor")];
        anchors.contains(&Some(&*fragment))
            || text(schema, "$id").is_some_and(|id| id.strip_prefix('#') == Some(&*fragment))
    };
    if is_anchor(document) {
        return Some((pointer.to_owned(), document));
    }
    let (below, found) = search(document, &is_anchor)?;
    Some((format!("{pointer}{below}"), found))
}

/// The first definition of a document that `is_it`.
fn search<'json>(
    document: &'json Json,
    is_it: &dyn Fn(&Json) -> bool,
) -> Option<(String, &'json Json)> {
    for keyword in ["$defs", "definitions"] {
        let definitions = document.get(keyword).and_then(Json::as_object);
        for (name, schema) in definitions.into_iter().flatten() {
            if is_it(schema) {
                return Some((join(&format!("/{keyword}"), name), schema));
            }
        }
    }
    None
}

fn text<'json>(schema: &'json Json, keyword: &str) -> Option<&'json str> {
    schema.get(keyword)?.as_str()
}
