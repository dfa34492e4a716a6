//! The resolution of `$ref`.

use crate::codec::Json;
use crate::json_pointer::join;

/// Finds the target of `reference` in `document`; `None` if it is not in the document.
pub(super) fn find<'json>(document: &'json Json, reference: &str) -> Option<(String, &'json Json)> {
    let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    if base.is_empty() {
        return find_fragment(document, "", fragment);
    }
    let has_id =
        |schema: &Json| string(schema, "$id") == Some(base) || string(schema, "id") == Some(base);
    if has_id(document) && fragment.is_empty() {
        return Some((String::new(), document));
    }
    let (pointer, found) = find_definition(document, &has_id)?;
    find_fragment(found, &pointer, fragment)
}

/// Finds a fragment, a JSON pointer or an anchor, in the schema at `pointer`.
fn find_fragment<'json>(
    schema: &'json Json,
    pointer: &str,
    fragment: &str,
) -> Option<(String, &'json Json)> {
    let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
    if fragment.is_empty() || fragment.starts_with('/') {
        let found = schema.pointer(&fragment)?;
        return Some((format!("{pointer}{fragment}"), found));
    }
    let has_anchor = |schema: &Json| {
        let anchors = [string(schema, "$anchor"), string(schema, "$dynamicAnchor")];
        anchors.contains(&Some(&*fragment))
            || string(schema, "$id").is_some_and(|id| id.strip_prefix('#') == Some(&*fragment))
    };
    if has_anchor(schema) {
        return Some((pointer.to_owned(), schema));
    }
    let (below, found) = find_definition(schema, &has_anchor)?;
    Some((format!("{pointer}{below}"), found))
}

/// Finds the first definition that `is_wanted`.
fn find_definition<'json>(
    document: &'json Json,
    is_wanted: &dyn Fn(&Json) -> bool,
) -> Option<(String, &'json Json)> {
    for keyword in ["$defs", "definitions"] {
        let definitions = document.get(keyword).and_then(Json::as_object);
        for (name, schema) in definitions.into_iter().flatten() {
            if is_wanted(schema) {
                return Some((join(&format!("/{keyword}"), name), schema));
            }
        }
    }
    None
}

fn string<'json>(schema: &'json Json, keyword: &str) -> Option<&'json str> {
    schema.get(keyword)?.as_str()
}
